import sys, json, requests
base = sys.argv[1]
fields = [f.split(".") for f in sys.argv[2].split(",")]
report = sys.argv[3]
session = requests.Session()
session.headers["X-ApiKeys"] = "accessKey=bench-access-key;secretKey=bench-secret-key"

def chosen(finding):
    kept = {}
    for path in fields:
        value = finding
        below = kept
        for name in path[:-1]:
            value = value.get(name, {})
            below = below.setdefault(name, {})
        if path[-1] in value:
            below[path[-1]] = value[path[-1]]
    return kept

with open(report, "w") as out:
    separator = "["
    for chunk in session.get(base + "/status").json()["chunks_available"]:
        for finding in session.get(base + "/chunks/" + str(chunk)).json():
            out.write(separator)
            json.dump(chosen(finding), out)
            separator = ",\n"
    out.write("]")
