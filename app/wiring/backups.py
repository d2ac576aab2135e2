"""Backups of a home with this computer's clock and randomness; a genesis document is looked at before it is taken over."""

from pathlib import Path

from app.core.home import Home
from app.core.units import Nanoseconds
from app.wallet.backup import save_backup
from app.wallet.restore import restore_backup
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock, SystemRandomness


def save_home(home: Home, target: Path, passphrase: str) -> None:
    """A backup of the home. Errors as of `save_backup`."""
    save_backup(home, target, passphrase, clock=SystemClock(), randomness=SystemRandomness())


def restore_home(home: Home, backup: Path, passphrase: str) -> Nanoseconds:
    """Bring a backup into a home that has nothing yet; when it was made.

    Raises:
        BadGenesis: its genesis document starts no chain. Nothing was restored.
        LuopuError: as of `restore_backup`.
    """
    return restore_backup(home, backup, passphrase, check=_check_genesis)


def _check_genesis(staged: Home) -> None:
    if staged.genesis.exists():
        load_genesis(staged.genesis)
