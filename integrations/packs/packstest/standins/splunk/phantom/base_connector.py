import json


class BaseConnector:
    def __init__(self):
        self.action_results = []

    def _handle_action(self, in_json, handle):
        action = json.loads(in_json)
        self.identifier = action["identifier"]
        self.initialize()
        for param in action["parameters"]:
            self.handle_action(param)

    def add_action_result(self, result):
        self.action_results.append(result)
        return result

    def get_action_results(self):
        return self.action_results

    def get_action_identifier(self):
        return self.identifier

    def get_config(self):
        return self.config

    def get_container_id(self):
        return 1

    def save_progress(self, message):
        print(message)
