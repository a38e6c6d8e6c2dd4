import sys, requests
ca = sys.argv[2] if len(sys.argv) > 2 else True
keys = {"X-ApiKeys": "accessKey=bench-access-key;secretKey=bench-secret-key"}
print(requests.get(sys.argv[1], headers=keys, verify=ca).json()["status"])
