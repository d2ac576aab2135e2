"""One holder per database, enforced by the operating system.

Guarantees: while a `FileLock` is held, a second one on the same name is refused, in this process or another, and the
system drops it when the process ends, however it ends. LevelDB's own LOCK file does not do: anyone may delete it, and then
two processes write to one database. Ours lies beside the database and is checked to be the one that is locked; and where
the system can lock a folder, the database folder itself is locked too, which nobody deletes by mistake.
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
        """Take the lock on the file `<guarded>.lock`, and on `guarded` itself if it is a folder.

        Raises:
            StoreInUse: somebody holds it.
            StoreFailed: the lock file cannot be made.
        """
        self._descriptors = [_lock_beside(guarded)]
        try:
            if sys.platform != "win32" and guarded.is_dir():
                self._descriptors.append(_lock_folder(guarded))
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let go. The file stays: deleting it would let two others lock two files of one name."""
        while self._descriptors:
            os.close(self._descriptors.pop())


def _lock_beside(guarded: Path) -> int:
    path = guarded.with_name(guarded.name + ".lock")
    while True:
        descriptor = _locked(path, os.O_RDWR | os.O_CREAT, guarded)
        if _is_still(path, descriptor):
            return descriptor
        os.close(descriptor)  # deleted or replaced between opening and locking: what we hold guards nothing


def _lock_folder(folder: Path) -> int:
    return _locked(folder, os.O_RDONLY, folder)


def _locked(path: Path, flags: int, guarded: Path) -> int:
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise StoreFailed(reason=error.strerror, path=str(path)) from error
    if not _try_lock(descriptor):
        os.close(descriptor)
        raise StoreInUse(path=str(guarded))
    return descriptor


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
