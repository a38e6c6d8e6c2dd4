"""Runs the tenableio binary, one process for one command. It needs nothing but Python 3."""

import json
import os
import platform
import shutil
import subprocess


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
    limit = inputs.pop("timeout_seconds", None) or 120
    options = {"output_dir": folder, "timeout_seconds": limit, "wait": inputs.pop("wait", None)}
    return {"command": command, "connection": connection, "inputs": inputs, "options": options}


def call(request):
    """Returns the result envelope of a request, and raises Problem where there is none."""
    path = find_binary()
    try:
        limit = float(request["options"]["timeout_seconds"])
    except ValueError:
        limit = 0  # the binary refuses it in its own words
    try:
        # The binary keeps the limit itself and needs a second to end; the rest is for a machine under load.
        text = json.dumps(request).encode()
        done = subprocess.run([path, "run"], input=text, capture_output=True, timeout=limit + 30)
        return json.loads(done.stdout.decode("utf-8"))
    except PermissionError:
        raise Problem("%s may not be executed. Run: chmod 755 %s" % (path, path))
    except OSError as error:
        raise Problem(
            "%s cannot be started on %s %s (%s). Is it the build of another platform?"
            % (path, platform.system(), platform.machine(), error.strerror)
        )
    except subprocess.TimeoutExpired:
        raise Problem("%s was ended after %d s. What it has changed at Tenable is not known." % (path, limit + 30))
    except ValueError:
        said = done.stderr.decode("utf-8", "replace")[-500:]
        raise Problem(
            "%s gave no result (status %d). What it has changed at Tenable is not known. It said: %s"
            % (path, done.returncode, said or "nothing")
        )


def not_ready(envelope):
    """Says whether the work at Tenable goes on, so that the same command is to be run again later."""
    return (envelope["error"] or {}).get("category") == "not_ready"


def outcome_of(envelope):
    """Returns the result without its large parts."""
    error = envelope["error"] or {}
    outcome = {name: envelope[name] for name in ("return_data", "key_fields", "warnings")}
    outcome["ready"] = not not_ready(envelope)
    outcome["records"] = len(envelope["context_data"])
    for name in ("status_code", "category", "message", "hint", "retryable", "items"):
        outcome[name] = error.get(name)
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
    lines += ["What to do: " + error["hint"]] if error.get("hint") else []
    lines += ["Try again after %s s." % error["retry_after_seconds"]] if error.get("retry_after_seconds") else []
    lines += ["%s (%s)" % (warning["message"], warning["code"]) for warning in envelope["warnings"]]
    return "\n".join(lines)
