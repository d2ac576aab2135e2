"""What it takes for a file to be on the disk, and not merely in the system's memory.

Guarantees: after `fsync_directory` the names in a folder survive a power cut, after `fsync_file` a file's bytes do, on
every system that lets a program ask for it. Windows lets nobody fsync a folder; NTFS journals names by itself.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


def fsync_file(descriptor: int) -> None:
    """Wait until the file's bytes are on the disk itself (on macOS, fsync alone stops at the drive's cache)."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def fsync_path(path: Path) -> None:
    """Wait until the file at `path`, whoever wrote it, is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        fsync_file(descriptor)
    finally:
        os.close(descriptor)


def fsync_directory(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def disk_bytes(path: Path) -> int:
    """Bytes of the files in the folder `path` and below; some may come and go meanwhile."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(folder) / name).stat().st_size
    return total


def make_directory(folder: Path) -> None:
    """Create `folder`, with its missing parents, so that it survives a power cut."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_directory(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    fsync_directory(folder.parent)
