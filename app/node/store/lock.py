"""One holder per database, enforced by the operating system.

Guarantees: while a `FileLock` is held, a second one on the same name is refused, in this process or another, and the
system drops it when the process ends, however it ends. LevelDB's own LOCK file does not do: anyone may delete it, and then
two processes write to one database. Our file lies beside the database and is checked to be the one that is locked.
"""

import os
import sys
from pathlib import Path

from app.core.errors import StoreFailed, StoreInUse

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FileLock:
    """The right to use one file or folder, held from construction until `release`."""

    def __init__(self, guarded: Path) -> None:
        """Take the lock on the file `<guarded>.lock`.

        Raises:
            StoreInUse: somebody holds it.
            StoreFailed: the lock file cannot be made.
        """
        self._descriptor: int | None = _lock(guarded.with_name(guarded.name + ".lock"), guarded)

    def release(self) -> None:
        """Let go. The file stays: deleting it would let two others lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _lock(path: Path, guarded: Path) -> int:
    while True:
        descriptor = _open(path)
        if not _try_lock(descriptor):
            os.close(descriptor)
            raise StoreInUse(path=str(guarded))
        if _is_still(path, descriptor):
            return descriptor
        os.close(descriptor)  # deleted or replaced between opening and locking: what we hold guards nothing


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreFailed(reason=error.strerror, path=str(path)) from error


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
