import json
import os
import shutil
import tempfile

import phantom.app as phantom
import phantom.vault as phantom_vault
from phantom.action_result import ActionResult
from phantom.base_connector import BaseConnector

from tenableio_process import Problem, call, explain, not_ready, outcome_of, records_of, request_of


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tenableio.json")) as app:
    PARAMETERS = json.load(app)["configuration"]  # of the connection; Splunk adds some of its own


def vault_folder():
    """Returns the folder from which Splunk takes files into the vault, or None where it takes them from anywhere."""
    vault = getattr(phantom_vault, "Vault", None)
    return vault.get_vault_tmp_dir() if hasattr(vault, "get_vault_tmp_dir") else None


class TenableioConnector(BaseConnector):
    """Runs one command of the tenableio binary for each action. The identifier of an action is the key of a command."""

    def initialize(self):
        return phantom.APP_SUCCESS

    def handle_action(self, param):
        result = self.add_action_result(ActionResult(dict(param)))
        testing = self.get_action_identifier() == "test_connectivity"
        folder = tempfile.mkdtemp(dir=vault_folder())
        connection = {key: self.get_config().get(key) for key in PARAMETERS}
        arguments = {key: value for key, value in param.items() if key != "context"}  # which is Splunk's own
        command = "test_connection" if testing else self.get_action_identifier()
        try:
            self.show(result, call(request_of(command, connection, arguments, folder)))
        except Problem as problem:
            result.set_status(phantom.APP_ERROR, str(problem))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if testing:
            self.save_progress(result.get_message())
            self.save_progress("Test Connectivity Passed" if result.get_status() else "Test Connectivity Failed")
        return result.get_status()

    def show(self, result, envelope):
        """Puts the records, the summary, the files and the message into the result of the action."""
        for record in records_of(envelope):
            result.add_data(record)
        if hasattr(result, "add_extra_data"):  # which the shims of Splunk's SDK lack
            result.add_extra_data(envelope["raw_data"])
        summary = dict(outcome_of(envelope), vault_ids=[])
        said = [explain(envelope)]
        failed = envelope["return_data"] == "Failed" and not not_ready(envelope)
        for file in envelope["files"]:
            kept, message, vault_id = phantom_vault.vault_add(self.get_container_id(), file["path"], file["name"])
            if kept:
                summary["vault_ids"].append(vault_id)
            else:
                failed = True
                said.append("%s could not be put into the vault: %s" % (file["name"], message))
        result.set_summary(summary)
        text = "\n".join(filter(None, said)) or envelope["return_data"]
        result.set_status(phantom.APP_ERROR if failed else phantom.APP_SUCCESS, text)
