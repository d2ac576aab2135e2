"""What windows ask of what keeps a home from being lost: its passphrase, and backups."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # presenters read what stands above this module, and they do no IO
    from pathlib import Path


class SafekeepingDesk(Protocol):
    """What keeps a home from being lost: its passphrase, and backups."""

    async def change_passphrase(self, old: str, new: str) -> None:
        """Put key and vault under another passphrase; what is open stays open."""
        ...

    async def save_backup(self, target: "Path", passphrase: str) -> "Path":
        """Write everything that cannot be fetched again to the new file `target`, under a passphrase of its own."""
        ...

    async def restore(self, backup: "Path", passphrase: str) -> None:
        """Bring a backup into a home that has nothing yet (`Setup.NEW`); afterwards it is `Setup.LOCKED`."""
        ...
