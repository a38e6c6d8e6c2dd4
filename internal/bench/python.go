package main

import (
	"fmt"
	"os/exec"
)

// The peers in Python do the least that an integration can do.
// They use requests alone, which starts in a fraction of the time of Tenable's own SDK, which is built on it.

const pythonGet = `
import sys, requests
ca = sys.argv[2] if len(sys.argv) > 2 else True
keys = {"X-ApiKeys": "accessKey=bench-access-key;secretKey=bench-secret-key"}
print(requests.get(sys.argv[1], headers=keys, verify=ca).json()["status"])
`

const pythonReport = `
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
`

const pythonEnvelope = `
import sys, json, base64, urllib.request
content = urllib.request.urlopen(sys.argv[1]).read()
json.dump({"content_base64": base64.b64encode(content).decode()}, sys.stdout)
`

// python returns the program for a script. It fails if python3 or a module that the script imports is missing.
func python(script, modules string, arguments ...string) (program, error) {
	path, err := exec.LookPath("python3")
	if err != nil {
		return program{}, err
	}
	if err := exec.Command(path, "-c", "import "+modules).Run(); err != nil {
		return program{}, fmt.Errorf("python3 cannot import %s: %w", modules, err)
	}
	return program{command: append([]string{path, "-c", script}, arguments...)}, nil
}
