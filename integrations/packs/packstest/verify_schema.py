"""Holds YAML files to a schema: verify_schema.py SCHEMA FILE…"""

import logging
import sys

from pykwalify.core import Core

logging.disable(logging.CRITICAL)
for name in sys.argv[2:]:
    Core(source_file=name, schema_files=[sys.argv[1]]).validate(raise_exception=True)
