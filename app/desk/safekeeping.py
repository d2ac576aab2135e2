"""At the desk: what keeps a home from being lost: its passphrase, and backups."""

from app.desk.running import RunningDesk


class SafekeepingDesk(RunningDesk):
    """What keeps a home from being lost: its passphrase, and backups."""
