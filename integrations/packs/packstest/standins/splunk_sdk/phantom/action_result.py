from soar_sdk.shims.phantom.action_result import *  # noqa: F403
