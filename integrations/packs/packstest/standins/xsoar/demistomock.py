"""Stands in for XSOAR where its own mock is not at hand. The test that runs a command replaces what it needs."""

import uuid


def uniqueFile():
    return str(uuid.uuid4())
