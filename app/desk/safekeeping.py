"""At the desk: what keeps a home from being lost: its passphrase, and backups.

Guarantees: as of `app.wallet.passphrases`, `app.wallet.backup` and `app.wallet.restore`; all of it runs on other threads. The
vault that is open here stays open when the passphrase changes.
"""

import asyncio
from pathlib import Path

from app.core.walleterrors import KeyLocked, KeystoreExists
from app.desk.running import RunningDesk
from app.ui.desk import Setup
from app.wallet.passphrases import change_passphrases
from app.wiring.backups import restore_home, save_home
from app.wiring.system import SystemRandomness


class SafekeepingDesk(RunningDesk):
    """What keeps a home from being lost: its passphrase, and backups."""

    async def change_passphrase(self, old: str, new: str) -> None:
        """Put keystore and vault under another passphrase.

        Raises:
            KeyLocked: the desk is not open.
            LuopuError: as of `change_passphrases`; or the vault could not be opened, and stays as it is.
        """
        if self._vault is None:
            raise KeyLocked(reason="the desk is not open")
        vault = await self._vault
        await asyncio.to_thread(change_passphrases, self._home, old, new, randomness=SystemRandomness(), opened=vault)

    async def save_backup(self, target: Path, passphrase: str) -> Path:
        """Everything that cannot be fetched again, in one sealed file. Errors as of `app.wallet.backup.save_backup`."""
        await asyncio.to_thread(save_home, self._home, target, passphrase)
        return target

    async def restore(self, backup: Path, passphrase: str) -> None:
        """Bring a backup into this home, which has nothing yet. Afterwards it is locked.

        Raises:
            KeystoreExists: it has been set up.
            LuopuError: as of `app.wiring.backups.restore_home`.
        """
        if self.setup() is not Setup.NEW:
            raise KeystoreExists(path=str(self._home.keystore))
        await asyncio.to_thread(restore_home, self._home, backup, passphrase)
