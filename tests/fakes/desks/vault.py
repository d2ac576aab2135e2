"""In memory: what the vault knows besides the plain attributes of people: their papers, and contacts."""


class FakeVaultDesk:
    """The Protocol `app.ui.desks.vault.VaultDesk`."""
