from soar_sdk.shims.phantom.base_connector import *  # noqa: F403
