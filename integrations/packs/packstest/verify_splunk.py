"""Runs one action of the app of Splunk SOAR: verify_splunk.py PLATFORM APP, the action as JSON on stdin.

PLATFORM is a folder with the package phantom. Printed are the results of the action and the files in the vault.
"""

import json
import os
import sys

platform, app = sys.argv[1:]
sys.path[:0] = [app, platform]
stdout, sys.stdout = sys.stdout, sys.stderr  # what the platform prints is no result
import phantom.vault as phantom_vault  # noqa: E402
from tenableio_connector import TenableioConnector  # noqa: E402

vault = []
keep = getattr(phantom_vault, "vault_add", None)


def vault_add(container, file_location, file_name):
    if os.environ.get("TENABLEIO_TEST_VAULT") == "full":
        return False, "the vault is full", None
    with open(file_location, "rb") as content:
        vault.append({"name": file_name, "size": len(content.read())})
    return keep(container, file_location, file_name)


phantom_vault.vault_add = vault_add
connector = TenableioConnector()
action = json.load(sys.stdin)
connector.config = action["config"]  # of the asset
connector._handle_action(json.dumps(action), 0)
results = []
for result in connector.get_action_results():
    results.append({
        "status": bool(result.get_status()), "message": result.get_message(),
        "data": result.get_data(), "summary": result.get_summary(),
    })
print(json.dumps({"results": results, "vault": vault}), file=stdout)
