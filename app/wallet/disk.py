"""Bringing a file into being so that after a power cut it is there whole, or not at all.

Guarantees: a file made here is readable by its owner alone (where the system knows such a thing) and never seen half
written. `create_file` never takes the place of a file that is there already; `replace_file` does, and until it has, the old
one stands there whole.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.core.errors import LuopuError, StoreFailed


def create_file(path: Path, write: Callable[[Path], None], exists: LuopuError) -> None:
    """Let `write` fill a new file beside `path`, then give it the name `path`.

    Raises:
        StoreFailed: the disk refused.
        LuopuError: `exists`, when something has that name already. It is left as it is.
    """
    try:
        _bring(path, write, _publish)
    except FileExistsError:
        raise exists from None


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new file beside `path`, then put it in the place of what has the name `path`.

    Raises:
        StoreFailed: the disk refused. What stood there still does, unless the folder alone could not be synced.
    """
    _bring(path, write, Path.replace)


def move_over(path: Path, target: Path) -> None:
    """Give a file that is whole on the disk the name `target`, in the same folder, in the place of what has that name.

    Raises:
        StoreFailed: the disk refused. It has the one name or the other.
    """
    try:
        path.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StoreFailed(path=str(target), reason=error.strerror or str(error)) from error


def _bring(path: Path, write: Callable[[Path], None], name: Callable[[Path, Path], object]) -> None:
    try:
        descriptor, temporary_name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
        os.close(descriptor)
        temporary = Path(temporary_name)
        try:
            write(temporary)
            name(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror or str(error)) from error


def write_bytes(content: bytes) -> Callable[[Path], None]:
    """A `write` for `create_file` that puts `content` on the disk itself."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    return write


def _publish(temporary: Path, path: Path) -> None:
    """Name the file. A link fails when the name is taken, where a rename would silently replace what is there."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without links (FAT, some network drives): look, then rename
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        temporary.replace(path)


def sync_folder(folder: Path) -> None:
    """Put the name itself on the disk. Windows has no such call and needs none."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
