import tempfile

import demistomock as demisto
from CommonServerPython import *
from tenableio_process import Problem, call, explain, not_ready, outcome_of, records_of, request_of
from tenableio_tables import PARAMETERS, RECORDS

MOST_RECORDS = 1000  # in the context
MOST_ROWS = 50  # in a table


def connection(params):
    """Returns the connection parameters. XSOAR keeps a credential as an object with a password in it."""
    values = {key: params.get(name) for key, name in PARAMETERS.items()}
    values = {key: value.get("password") if isinstance(value, dict) else value for key, value in values.items()}
    values["verify_certificate"] = not params.get("insecure", False)
    return values


def context(command, envelope):
    """Returns what goes to the context: the records, and the result without its large parts."""
    outcome = dict(outcome_of(envelope), command=envelope["command"])
    outputs = {"TenableIO.Result(val.command == obj.command)": outcome}
    if envelope["context_data"] and command in RECORDS:
        outputs[RECORDS[command]] = records_of(envelope)[:MOST_RECORDS]
    return outputs


def return_files(command, envelope):
    """Puts files into the war room, and the records as a file where they are too many for the context."""
    for file in envelope["files"]:
        demisto.results(file_result_existing_file(file["path"], file["name"]))
    if len(envelope["context_data"]) > MOST_RECORDS:
        demisto.results(fileResult(command + ".json", json.dumps(records_of(envelope))))
        return "\nThe context has the first %d records; the file %s.json has all." % (MOST_RECORDS, command)
    return ""


def show(command, envelope):
    """Returns the result to XSOAR: an error if it failed, a warning beside the result if parts of it did."""
    outputs, said = context(command, envelope), explain(envelope) + return_files(command, envelope)
    if envelope["return_data"] == "Failed" and not not_ready(envelope):
        return return_error(said, outputs=outputs)
    records = records_of(envelope)
    title = "%s: %s" % (envelope["command"], envelope["return_data"] if not not_ready(envelope) else "not ready yet")
    if len(records) > MOST_ROWS:
        title += ", the first %d of %d records" % (MOST_ROWS, len(records))
    table = tableToMarkdown(title, records[:MOST_ROWS], headers=list(records[0]) if records else None, removeNull=True)
    return_outputs(table, outputs, envelope["raw_data"])
    if said.strip():
        return_warning(said.strip())


def main():
    command = demisto.command()
    try:
        handle_proxy()
        with tempfile.TemporaryDirectory(dir=os.getcwd()) as folder:
            name = "test_connection" if command == "test-module" else command.replace("tenableio-", "", 1)
            envelope = call(request_of(name, connection(demisto.params()), demisto.args(), folder))
            if command == "test-module" and envelope["return_data"] == "Successful":
                return demisto.results("ok")
            show(command, envelope)
    except Problem as problem:
        return_error(str(problem))


if __name__ in ("__main__", "builtin", "builtins"):
    main()
