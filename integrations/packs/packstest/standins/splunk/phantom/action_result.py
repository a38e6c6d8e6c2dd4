class ActionResult:
    def __init__(self, param):
        self.data, self.extra, self.summary, self.status, self.message = [], [], {}, False, ""

    def add_data(self, record):
        self.data.append(record)

    def add_extra_data(self, value):
        self.extra.append(value)

    def set_summary(self, summary):
        self.summary = summary

    def set_status(self, status, message=""):
        self.status, self.message = status, message
        return status

    def get_data(self):
        return self.data

    def get_summary(self):
        return self.summary

    def get_status(self):
        return self.status

    def get_message(self):
        return self.message
