"""From a backup to a home again: whole, or not at all (white paper 3.4.1 密钥管理).

Guarantees: nothing is written over, and nothing of a backup that was cut short or altered comes into the home. Everything is
unpacked beside its place, checked and put on the disk first, then moved, the wallet last; what a power cut left half moved
is taken back by the next try.

Leaves to others: whether the genesis document is one. What was signed after the backup was made is not known here.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Final

from app.core.errors import FileUnreadable, FileUnwritable, FolderExists, StoreDamaged
from app.core.home import Home
from app.core.units import Nanoseconds
from app.core.walleterrors import BackupDamaged, KeystoreDamaged, KeystoreExists
from app.wallet.archive import SINGLE_FILES, read_archive
from app.wallet.disk import sync_folder
from app.wallet.keystore import load_keystore
from app.wallet.outbox_file import OUTBOX
from app.wallet.sealed_stream import SealedReader
from app.wallet.sqlite_file import Kind, SqliteFile
from app.wallet.turns import taking_turns
from app.wallet.vault_file import VAULT

_PIECE_BYTES: Final = 1 << 20


def restore_backup(
    home: Home, untrusted_backup: Path, passphrase: str, *, check: Callable[[Home], object] = lambda _staged: None
) -> Nanoseconds:
    """Bring a backup into a home that has nothing yet; the moment at which the backup was made.

    `check` is shown what was unpacked, laid out as a home, and raises what it has against it.

    Raises:
        KeystoreExists, FolderExists: the home has a keystore, a genesis document, or something in its wallet or reserves.
        WrongBackupPassphrase, BackupDamaged, StoreTooNew, DerivationFailed: as of `SealedReader`.
        BackupDamaged: it holds what no backup holds, or something in it is not sound.
        FileUnreadable: the backup cannot be read.
        FileUnwritable: the disk refused.
        StoreInUse: another program restores into this home.
    """
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        with taking_turns(home.root / ".restore.lock", patience=0):
            _take_back(home)
            check_is_empty(home)
            try:
                return _restore(home, untrusted_backup, passphrase, check)
            finally:
                _take_back(home)
    except OSError as error:
        raise FileUnwritable(file=home.root.name, reason=error.strerror or str(error)) from error


def check_is_empty(home: Home) -> None:
    """The home has nothing that a backup could be written over.

    Raises:
        KeystoreExists, FolderExists: it has.
    """
    if os.path.lexists(home.keystore):
        raise KeystoreExists(path=str(home.keystore))
    if os.path.lexists(home.genesis):
        raise FolderExists(path=str(home.genesis))
    for folder in (home.wallet, home.reserves):
        if _has_something(folder):
            raise FolderExists(path=str(folder))


def _has_something(folder: Path) -> bool:
    """Whether anything but locks and leftovers is there."""
    return folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir())


# ---- unpacking -------------------------------------------------------------------------------------------------------
def _unpacked(home: Home) -> Path:
    """Where a backup is unpacked."""
    return home.root / ".restore"


def _whole(home: Home) -> Path:
    """The same folder under the name that says that it is whole and is being moved."""
    return home.root / ".restored"


def _restore(home: Home, backup: Path, passphrase: str, check: Callable[[Home], object]) -> Nanoseconds:
    folder = _unpacked(home)
    folder.mkdir(mode=0o700)
    made_ns = _unpack(backup, passphrase, folder)
    staged = Home(folder)
    _check_sound(staged)
    check(staged)
    _sync_folders(folder)
    folder.replace(_whole(home))
    sync_folder(home.root)
    _move(home)
    return made_ns


def _unpack(untrusted_backup: Path, passphrase: str, folder: Path) -> Nanoseconds:
    try:
        file = untrusted_backup.open("rb")
    except OSError as error:
        raise FileUnreadable(file=untrusted_backup.name, reason=error.strerror) from error
    with file:
        stream = SealedReader(file, passphrase)
        limit = os.fstat(file.fileno()).st_size
        made_ns = read_archive(stream, limit, partial(_take, folder))
        stream.finish()
    return made_ns


def _take(folder: Path, name: str, size: int, content: IO[bytes]) -> None:
    path = folder / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except (FileExistsError, NotADirectoryError) as error:
        raise BackupDamaged(reason="a file that no backup has", name=name) from error
    with os.fdopen(descriptor, "wb") as file:
        while piece := content.read(_PIECE_BYTES):
            file.write(piece)
        if file.tell() != size:
            raise BackupDamaged(reason="not an archive")
        file.flush()
        os.fsync(file.fileno())


def _check_sound(staged: Home) -> None:
    try:
        if staged.keystore.exists():
            load_keystore(staged.keystore)
        _check_database(staged.outbox, OUTBOX)
        _check_database(staged.vault, VAULT)
    except (KeystoreDamaged, StoreDamaged) as error:
        raise BackupDamaged(reason=str(error.facts.get("reason")), name=error.code) from error
    if not _has_something(staged.wallet):
        raise BackupDamaged(reason="not an archive")


def _check_database(path: Path, kind: Kind) -> None:
    if path.exists():
        SqliteFile(path, kind).close()


def _sync_folders(folder: Path) -> None:
    for path, _, _ in os.walk(folder):
        sync_folder(Path(path))


# ---- moving ----------------------------------------------------------------------------------------------------------
def _move(home: Home) -> None:
    """The wallet last, in one step: until then the home has nothing that could be lost."""
    for name in SINGLE_FILES:
        if (_whole(home) / name).exists():
            (home.root / name).parent.mkdir(mode=0o700, exist_ok=True)
            (_whole(home) / name).replace(home.root / name)
            sync_folder((home.root / name).parent)
    sync_folder(home.root)
    for folder in (home.reserves, home.wallet):
        if (_whole(home) / folder.name).exists():
            if folder.is_dir():  # empty, but for locks
                shutil.rmtree(folder)
            (_whole(home) / folder.name).replace(folder)
            sync_folder(home.root)


def _take_back(home: Home) -> None:
    """Undo what was cut off before the wallet was moved; put away what is left over in any case."""
    if (_whole(home) / "wallet").exists() and not _has_something(home.wallet):
        for name in SINGLE_FILES:
            if not (_whole(home) / name).exists():
                (home.root / name).unlink(missing_ok=True)
        if not (_whole(home) / "reserves").exists():  # without a wallet nobody else put them there
            shutil.rmtree(home.reserves, ignore_errors=True)
    for folder in (_unpacked(home), _whole(home)):
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
