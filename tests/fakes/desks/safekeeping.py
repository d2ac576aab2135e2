"""In memory: what keeps a home from being lost: its passphrase, and backups."""

from pathlib import Path

from app.core.errors import FileUnwritable
from app.core.walleterrors import KeystoreExists, WrongBackupPassphrase, WrongPassphrase
from app.ui.desk import Setup

BACKUP = b"luopu.backup\x00"


class FakeSafekeepingDesk:
    """The Protocol `app.ui.desks.safekeeping.SafekeepingDesk`."""

    passphrase: str
    state: Setup

    async def _enter(self, name: str) -> None:
        raise NotImplementedError

    async def change_passphrase(self, old: str, new: str) -> None:
        await self._enter("change_passphrase")
        if old != self.passphrase:
            raise WrongPassphrase
        self.passphrase = new

    async def save_backup(self, target: Path, passphrase: str) -> Path:
        await self._enter("save_backup")
        if target.exists():  # noqa: ASYNC240 (small, and tests are to be exact)
            raise FileUnwritable(file=target.name, reason="something has that name")
        target.write_bytes(BACKUP + passphrase.encode())  # noqa: ASYNC240 (see above)
        return target

    async def restore(self, backup: Path, passphrase: str) -> None:
        await self._enter("restore")
        if self.state is not Setup.NEW:
            raise KeystoreExists(path=str(backup))
        if backup.read_bytes() != BACKUP + passphrase.encode():  # noqa: ASYNC240 (see above)
            raise WrongBackupPassphrase
        self.state = Setup.LOCKED
