"""Runs Splunk's own checks of an app: verify_splunk_app.py TOOLS APP, where TOOLS is a copy of dev-cicd-tools.

Nothing is fetched: the names of known apps are those of the copy.
"""

import sys

import django.conf
import requests

tools, app = sys.argv[1:]


def offline(*args, **options):
    raise requests.ConnectionError("nothing is fetched")


def configure(settings, configured=django.conf.LazySettings.configure, **options):
    return configured(settings, **{"SECRET_KEY": "unused", **options})  # older versions of Django ask for one


requests.get = offline
django.conf.LazySettings.configure = configure
sys.path.insert(0, tools)
sys.argv = ["static_tests", app]
from local_hooks.static_tests import main  # noqa: E402

sys.exit(main())
