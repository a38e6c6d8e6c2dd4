"""Runs the script of the integration once, as XSOAR does: verify_xsoar.py PLATFORM SCRIPT, a case as JSON on stdin.

PLATFORM is a folder with demistomock.py and CommonServerPython.py. Printed is what the war room gets, as JSON.
"""

import json
import os
import sys

platform, script = sys.argv[1:]
sys.path.insert(0, platform)
import demistomock as demisto  # noqa: E402

case = json.load(sys.stdin)
entries = []
demisto.command = lambda: case["command"]
demisto.params = lambda: case["params"]
demisto.args = lambda: case["args"]
demisto.investigation = lambda: {"id": "1"}
demisto.results = entries.append

import CommonServerPython  # noqa: E402

with open(script) as text:
    code = compile(text.read(), "TenableIO", "exec")
namespace = {name: value for name, value in vars(CommonServerPython).items() if not name.startswith("__")}
namespace.update(demisto=demisto, __name__="__main__")
stdout, sys.stdout = sys.stdout, sys.stderr  # what the platform prints is no result
try:
    exec(code, namespace)
except SystemExit:
    pass
for entry in entries:
    if isinstance(entry, dict) and entry.get("FileID"):
        with open("1_" + entry["FileID"], "rb") as content:
            entry["Size"] = len(content.read())
left = [name for name in os.listdir(".") if not name.startswith("1_")]
print(json.dumps({"entries": entries, "left": left}), file=stdout)
