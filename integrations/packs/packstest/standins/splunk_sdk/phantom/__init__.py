"""Offers the shims of Splunk's SDK under the names that Splunk SOAR has. SOAR_SDK names the folder soar_sdk."""

import os
import sys
import types

sdk = types.ModuleType("soar_sdk")  # without the packages that the whole of it needs
sdk.__path__ = [os.environ["SOAR_SDK"]]
sys.modules["soar_sdk"] = sdk
