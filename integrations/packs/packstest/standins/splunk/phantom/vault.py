class Vault:
    pass
