"""In memory: what keeps a home from being lost: its passphrase, and backups."""


class FakeSafekeepingDesk:
    """The Protocol `app.ui.desks.safekeeping.SafekeepingDesk`."""
