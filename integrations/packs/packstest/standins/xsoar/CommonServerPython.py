"""Stands in for XSOAR's library where it is not at hand: the functions that the integration calls, and no more."""

import json
import os
import sys

import demistomock as demisto


def handle_proxy():
    if not demisto.params().get("proxy"):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            os.environ.pop(name, None)


def tableToMarkdown(name, t, headers=None, removeNull=False):
    return "### %s\n%s" % (name, json.dumps([[row[header] for header in headers] for row in t]))


def file_result_existing_file(filename, saveFilename=None):
    name = demisto.uniqueFile()
    os.rename(filename, demisto.investigation()["id"] + "_" + name)
    return {"Type": 3, "File": saveFilename, "FileID": name}


def fileResult(filename, data):
    name = demisto.uniqueFile()
    with open(demisto.investigation()["id"] + "_" + name, "w") as file:
        file.write(data)
    return {"Type": 3, "File": filename, "FileID": name}


def return_outputs(readable_output, outputs=None, raw_response=None):
    demisto.results({"Type": 1, "HumanReadable": readable_output, "Contents": raw_response, "EntryContext": outputs})


def return_warning(message):
    demisto.results({"Type": 11, "Contents": message})


def return_error(message, error="", outputs=None):
    demisto.results({"Type": 4, "Contents": message, "EntryContext": outputs})
    sys.exit(0)
