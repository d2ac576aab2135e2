"""Moving a validator from a CometBFT home to this signer, so that it never signs in both.

Guarantees: the record of what was signed comes along, or nothing does. Both files are renamed before the signer gets
the key, so CometBFT cannot start with it again; cut off at any moment, the move can be begun again. A CometBFT that runs
would go on signing with the key in its memory, so it is refused where its databases show it.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import FileUnwritable, StoreInUse
from app.node.privval.guard import LastSigned
from app.node.privval.keys import FileKey, load_key
from app.node.privval.statefile import StateFile
from app.node.store.disk import fsync_directory

if sys.platform != "win32":
    import fcntl


@dataclass(frozen=True, slots=True)
class CometHome:
    """The files of a CometBFT home that matter here, where `cometbft init` puts them."""

    root: Path

    @property
    def genesis(self) -> Path:
        """The genesis document."""
        return self.root / "config" / "genesis.json"

    @property
    def key(self) -> Path:
        """The validator's key."""
        return self.root / "config" / "priv_validator_key.json"

    @property
    def state(self) -> Path:
        """What the key signed last."""
        return self.root / "data" / "priv_validator_state.json"


def take_key(comet: CometHome, chain_id: str) -> tuple[FileKey, LastSigned]:
    """Take the key away from CometBFT; the key and what it signed last.

    The record goes first: without it CometBFT does not start with the key, while without the key it would write a new
    record over the old one.

    Raises:
        StoreInUse: CometBFT runs.
        ValidatorKeyUnusable: there is no key, or none that can be used.
        SignStateMissing, SignStateUnusable: what it signed last is not known.
        FileUnwritable: the system refuses.
    """
    check_stopped(comet)
    key_path, state_path = _present(comet.key), _present(comet.state)
    key = load_key(key_path)
    last = StateFile(state_path, key.public_key, chain_id).load()
    _put_aside(state_path, comet.state)
    _put_aside(key_path, comet.key)
    return key, last


def moved(path: Path) -> Path:
    """Where a file of CometBFT's stands after the move."""
    return path.with_name(path.name + ".moved")


def check_stopped(comet: CometHome) -> None:
    """Refuse a home whose databases are open: CometBFT holds a lock in each.

    Raises:
        StoreInUse: CometBFT runs.
    """
    for lock in sorted((comet.root / "data").glob("*.db/LOCK")):
        if _is_locked(lock):
            raise StoreInUse(path=str(comet.root))


def _present(path: Path) -> Path:
    """The file, or what an earlier move that was cut off made of it. With both there, nobody can tell which counts."""
    if not moved(path).exists():
        return path
    if path.exists():
        raise FileUnwritable(reason="it stands there from an earlier move", path=str(moved(path)))
    return moved(path)


def _put_aside(path: Path, original: Path) -> None:
    try:
        path.replace(moved(original))
        fsync_directory(original.parent)
    except OSError as error:
        raise FileUnwritable(reason=error.strerror, path=str(original)) from error


def _is_locked(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
