"""A backup: everything of a home that cannot be fetched again, in one sealed file (white paper 3.4.1 密钥管理).

The wallet's folder (keystore, outbox, vault, documents of agreements, lists, scans), snapshots of what a custodian owes and
the schedule by which they are made, the genesis document and the peers; of an embedded consortium its keys, not its chain.
Not a validator's key (`signer/`): it may sign in one place only. In the sealed stream (`app.wallet.sealed_stream`) stands a
tar archive, first `backup.json` with the moment at which it was made.

Guarantees: databases are copied as they stand at one moment, while the desk goes on. A backup is there under its name whole,
after it was read back, or not at all; nothing is written over; the names in it cannot be seen.

Leaves to others: what happens after a backup is not in it. Above all its outbox does not know what was signed since: before
the same is signed again, the `valid_until` of the first must have passed, or both land.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

from app.core.errors import FileUnreadable, FileUnwritable, StoreFailed
from app.core.home import Home
from app.core.ports import Clock, Randomness
from app.core.walleterrors import BackupDamaged, NoKeystore
from app.wallet.archive import SINGLE_FILES, files_in, is_name, read_archive, writing_archive
from app.wallet.disk import create_file
from app.wallet.keystore import MODERATE, Cost, check_cost, check_passphrase
from app.wallet.outbox_file import OUTBOX
from app.wallet.passphrases import alone_with, pending_keystore
from app.wallet.sealed_stream import SealedReader, SealedWriter
from app.wallet.sqlite_file import Kind, copy_database
from app.wallet.turns import taking_turns
from app.wallet.vault_file import VAULT

_SQLITE: Final = b"SQLite format 3\x00"
_PIECE_BYTES: Final = 1 << 20
_OTHER: Final = Kind(name="database", application_id=0, tables=())


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file of the home: its name in the backup, and where its content is read."""

    name: str
    path: Path


def save_backup(
    home: Home, target: Path, passphrase: str, *, clock: Clock, randomness: Randomness, cost: Cost = MODERATE
) -> None:
    """Write a backup of the home to the new file `target` (mode 0600), on the disk when this returns.

    Raises:
        WeakPassphrase: fewer than 8 characters.
        NoKeystore: there is nothing to back up.
        FileUnwritable: something has that name, it would lie in what is backed up, or the disk refused.
        FileUnreadable, FileChanged, StoreDamaged: something of the home; no backup was made.
        StoreInUse: another backup is being made, or a passphrase changed.
        DerivationFailed: too little memory.
    """
    check_passphrase(passphrase)
    check_cost(cost)
    _check_target(home, target)
    if not home.wallet.is_dir():
        raise NoKeystore(path=str(home.keystore))
    taken = FileUnwritable(file=target.name, reason="something has that name")
    with taking_turns(home.wallet / ".backup.lock", patience=0), _beside(home) as copies:
        files = _collect(home, copies)
        if not files:
            raise NoKeystore(path=str(home.keystore))
        try:
            create_file(target, partial(_write, files, passphrase, cost, clock, randomness), taken)
        except StoreFailed as error:
            raise FileUnwritable(file=target.name, reason=error.facts.get("reason")) from error


def _check_target(home: Home, target: Path) -> None:
    if os.path.lexists(target):  # told before the clerk waits; `create_file` decides
        raise FileUnwritable(file=target.name, reason="something has that name")
    if any(target.resolve().is_relative_to(folder.resolve()) for folder in (home.wallet, home.reserves)):
        raise FileUnwritable(file=target.name, reason="it would lie in what is backed up")


@contextmanager
def _beside(home: Home) -> Iterator[Path]:
    """A folder for copies of databases, on the disk on which they stand anyway; one that was left behind goes."""
    folder = home.wallet / ".backup"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    except OSError as error:
        raise StoreFailed(path=str(folder), reason=error.strerror or str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# ---- what is kept ----------------------------------------------------------------------------------------------------
def _collect(home: Home, copies: Path) -> list[_Kept]:
    """Everything; databases and keystore as they stand at one moment, between two changes of the passphrase."""
    with alone_with(home):
        names = [*files_in(home.wallet), *files_in(home.reserves)]
        files = [_steady(_Kept(name, home.root / name), home, copies / str(place)) for place, name in enumerate(names)]
    outside = [_Kept(name, home.root / name) for name in SINGLE_FILES if (home.root / name).exists()]
    has_wallet = any(kept.name.startswith("wallet/") for kept in files)
    return outside + files if has_wallet else []


def _steady(kept: _Kept, home: Home, copy: Path) -> _Kept:
    """The file itself, if it is only ever replaced as a whole; of a database and of the keystore a copy."""
    if not is_name(kept.name):
        raise FileUnreadable(file=kept.name, reason="its name cannot stand in a backup")
    with _reading(kept) as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    if is_database or kept.path in (home.vault, home.outbox):
        copy_database(kept.path, copy, {home.vault: VAULT, home.outbox: OUTBOX}.get(kept.path, _OTHER))
    elif kept.path in (home.keystore, pending_keystore(home)):
        shutil.copyfile(kept.path, copy)
    else:
        return kept
    return _Kept(kept.name, copy)


@contextmanager
def _reading(kept: _Kept) -> Iterator[IO[bytes]]:
    try:
        if kept.path.is_symlink() or not kept.path.is_file():
            raise FileUnreadable(file=kept.name, reason="not a file")
        with kept.path.open("rb") as file:
            yield file
    except OSError as error:
        raise FileUnreadable(file=kept.name, reason=error.strerror or str(error)) from error


# ---- writing ---------------------------------------------------------------------------------------------------------
def _write(
    files: Sequence[_Kept], passphrase: str, cost: Cost, clock: Clock, randomness: Randomness, temporary: Path
) -> None:
    with temporary.open("wb") as file:
        stream = SealedWriter(file, passphrase, cost, randomness)
        with writing_archive(stream, clock.now()) as add:
            for kept in files:
                with _reading(kept) as content:
                    add(kept.name, content)
        stream.finish()
        file.flush()
        os.fsync(file.fileno())
    try:
        _read_back(temporary, passphrase)
    except BackupDamaged as error:
        raise FileUnwritable(reason="it could not be read back") from error


def _read_back(written: Path, passphrase: str) -> None:
    """What cannot be restored is no backup."""
    with written.open("rb") as file:
        stream = SealedReader(file, passphrase)
        read_archive(stream, written.stat().st_size, _skip)
        stream.finish()


def _skip(_name: str, _size: int, content: IO[bytes]) -> None:
    while content.read(_PIECE_BYTES):
        pass
