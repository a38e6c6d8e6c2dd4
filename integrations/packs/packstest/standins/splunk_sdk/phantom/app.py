from soar_sdk.shims.phantom.app import *  # noqa: F403
