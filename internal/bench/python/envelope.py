import sys, json, base64, urllib.request
content = urllib.request.urlopen(sys.argv[1]).read()
json.dump({"content_base64": base64.b64encode(content).decode()}, sys.stdout)
