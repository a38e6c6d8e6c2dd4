import shutil
import tempfile

import phantom.app as phantom
import phantom.rules as phantom_rules
from phantom.action_result import ActionResult
from phantom.base_connector import BaseConnector
from phantom.vault import Vault

from tenableio_process import Problem, call, explain, not_ready, outcome_of, records_of, request_of


class TenableioConnector(BaseConnector):
    """Runs one command of the tenableio binary for each action. The identifier of an action is the key of a command."""

    def initialize(self):
        return phantom.APP_SUCCESS

    def handle_action(self, param):
        result = self.add_action_result(ActionResult(dict(param)))
        testing = self.get_action_identifier() == "test_connectivity"
        folder = tempfile.mkdtemp(dir=getattr(Vault, "get_vault_tmp_dir", lambda: None)())
        connection = {key: self.get_config().get(key) for key in self.get_app_json()["configuration"]}
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
        result.add_extra_data(envelope["raw_data"])
        summary = dict(outcome_of(envelope), vault_ids=[])
        said = [explain(envelope) or envelope["return_data"]]
        failed = envelope["return_data"] == "Failed" and not not_ready(envelope)
        for file in envelope["files"]:
            kept, message, vault_id = phantom_rules.vault_add(self.get_container_id(), file["path"], file["name"])
            if kept:
                summary["vault_ids"].append(vault_id)
            else:
                failed = True
                said.append("%s could not be put into the vault: %s" % (file["name"], message))
        result.update_summary(summary)
        result.set_status(phantom.APP_ERROR if failed else phantom.APP_SUCCESS, "\n".join(said))
