"""Runs the tenableio binary, one process for one command. It needs nothing but Python 3."""

import json
import os
import platform
import shutil
import subprocess

DEFAULT_LIMIT = 120  # seconds
LONGEST_LIMIT = 604800  # seconds; the binary refuses a longer one

# What is read of an envelope.
ENVELOPE = {
    "command": str, "return_data": str, "raw_data": object, "error": (dict, type(None)), "key_fields": dict,
    "context_data": [dict], "files": [{"name": str, "path": str}], "warnings": [{"code": str, "message": str}],
}
ERROR = {"message": str, "status_code": int}
ITEMS = [{"input": str, "value": str, "message": str}]


class Problem(Exception):
    """The binary gave no result. The text says what to do."""


def find_binary():
    """Returns the binary that TENABLEIO_BINARY names, else the one beside this file, else the one on PATH."""
    name = "tenableio.exe" if os.name == "nt" else "tenableio"
    named = os.environ.get("TENABLEIO_BINARY")
    looked = [named] if named else []
    if not named and globals().get("__file__"):  # which a script of XSOAR has not
        looked.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), name))
    for path in looked if named else looked + [shutil.which(name)]:
        if path and os.path.isfile(path):
            return path
    places = ["at " + path for path in looked] + ([] if named else ["on PATH"])
    raise Problem(
        "The tenableio binary is missing: it is not %s. Put the build for %s %s there, or name it in TENABLEIO_BINARY."
        % (" and not ".join(places), platform.system(), platform.machine())
    )


def request_of(command, connection, arguments, folder):
    """Returns a request. Of the arguments, timeout_seconds and wait are options; the others are inputs."""
    inputs = dict(arguments)
    limit = inputs.pop("timeout_seconds", None)
    if limit is None or limit == "":
        limit = DEFAULT_LIMIT
    options = {"output_dir": folder, "timeout_seconds": limit, "wait": inputs.pop("wait", None)}
    return {"command": command, "connection": connection, "inputs": inputs, "options": options}


def seconds(limit):
    """Returns a time limit as a number. It is 0 for what the binary refuses at once, in its own words."""
    try:
        number = float(limit)
    except (TypeError, ValueError, OverflowError):
        return 0
    return number if 0 < number <= LONGEST_LIMIT else 0  # which NaN is not


def call(request):
    """Returns the result envelope of a request, and raises Problem where there is none."""
    path = find_binary()
    # The binary keeps the limit itself and needs a second to end; the rest is for a machine under load.
    limit = seconds(request["options"]["timeout_seconds"]) + 30
    try:
        done = subprocess.run([path, "run"], input=json.dumps(request).encode(), capture_output=True, timeout=limit)
    except PermissionError:
        raise Problem("%s may not be executed. Run: chmod 755 %s" % (path, path))
    except OSError as error:
        raise Problem(
            "%s cannot be started on %s %s (%s). Is it the build of another platform?"
            % (path, platform.system(), platform.machine(), error.strerror)
        )
    except subprocess.TimeoutExpired:
        raise Problem("%s was ended after %d s. What it has changed at Tenable is not known." % (path, limit))
    envelope = envelope_of(done.stdout)
    if envelope is None:
        said = done.stderr.decode("utf-8", "replace")[-500:]
        raise Problem(
            "%s gave no result (status %d). What it has changed at Tenable is not known. It said: %s"
            % (path, done.returncode, said or "nothing")
        )
    return envelope


def envelope_of(text):
    """Returns the envelope that a text is, or None where it is none or lacks what is read of it."""
    try:
        envelope = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not fits(envelope, ENVELOPE):
        return None
    error = envelope["error"]
    if (error is None) != (envelope["return_data"] == "Successful"):
        return None
    whole = error is None or fits(error, ERROR) and fits(error.get("items") or [], ITEMS)
    return envelope if whole else None


def fits(value, shape):
    """Says whether a value is of a type, is a list of values of a shape, or is an object with members of shapes."""
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(name in value and fits(value[name], shape[name]) for name in shape)
    return isinstance(value, shape)


def not_ready(envelope):
    """Says whether the work at Tenable goes on, so that the same command is to be run again later."""
    return (envelope["error"] or {}).get("category") == "not_ready"


def hint_of(error):
    """Returns what to do. The options that are arguments here are called as the arguments are."""
    hint = str(error.get("hint") or "")
    return hint.replace("options.timeout_seconds", "timeout_seconds").replace("options.wait", "wait")


def outcome_of(envelope):
    """Returns the result without its large parts."""
    error = envelope["error"] or {}
    outcome = {name: envelope[name] for name in ("return_data", "key_fields", "warnings")}
    outcome["ready"] = not not_ready(envelope)
    outcome["records"] = len(envelope["context_data"])
    for name in ("status_code", "category", "message", "retryable", "items"):
        outcome[name] = error.get(name)
    outcome["hint"] = hint_of(error) or None
    return outcome


def records_of(envelope):
    """Returns the records, but for the paths of files: the platform takes the files, and their folder goes."""
    return [{name: value for name, value in record.items() if name != "path"} for record in envelope["context_data"]]


def explain(envelope):
    """Returns what failed, what to do, and what to mind, as lines of text. It is empty if there is nothing to say."""
    error = envelope["error"] or {}
    items = error.get("items") or []
    lines = ["%s: %s" % (" ".join([item["input"], item["value"]]).strip(), item["message"]) for item in items]
    if error and not any(item["message"] in error["message"] for item in items):
        lines.insert(0, "%s (status %d)" % (error["message"], error["status_code"]))
    lines += ["What to do: " + hint_of(error)] if hint_of(error) else []
    lines += ["Try again after %s s." % error["retry_after_seconds"]] if error.get("retry_after_seconds") else []
    lines += ["%s (%s)" % (warning["message"], warning["code"]) for warning in envelope["warnings"]]
    return "\n".join(lines)
