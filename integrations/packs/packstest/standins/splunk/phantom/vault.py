import os


def vault_add(container, file_location, file_name=None):
    return os.path.isfile(file_location), "", "%s of %s" % (file_name, container)
