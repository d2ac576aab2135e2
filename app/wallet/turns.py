"""Taking turns at something in a wallet, across threads and processes.

Guarantees: of those who name the same file one is inside at a time, and the system lets the next one in when a process ends,
however it ends. The file is empty and stays: deleting it would let two hold two files of one name.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import StoreFailed, StoreInUse

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.05


@contextmanager
def taking_turns(path: Path, *, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock file at `path` (mode 0600) while inside.

    Raises:
        StoreInUse: somebody else was inside for longer than `patience` seconds.
        StoreFailed: the file cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error
    try:
        until = time.monotonic() + patience
        while not _is_ours(descriptor):
            if time.monotonic() >= until:
                raise StoreInUse(path=str(path.parent))
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _is_ours(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
