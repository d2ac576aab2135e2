"""What windows ask of what keeps a home from being lost: its passphrase, and backups."""

from typing import Protocol


class SafekeepingDesk(Protocol):
    """What keeps a home from being lost: its passphrase, and backups."""
