"""Small files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import DecodingError, FileUnwritable
from app.core.strictjson import decode_json
from app.node.store.disk import fsync_directory, fsync_file


def write_durably(path: Path, content: bytes, *, mode: int) -> None:
    """Write a small file so that it is there whole or not at all, and after a power cut too.

    Raises:
        FileUnwritable: what stood there before still does.
    """
    draft = path.with_name(path.name + ".new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            fsync_file(file.fileno())
        draft.replace(path)
        fsync_directory(path.parent)
    except OSError as error:
        raise FileUnwritable(path=str(path), reason=error.strerror) from error


def load_json(path: Path) -> dict[str, object]:
    """A JSON object of ours."""
    document = decode_json(path.read_bytes(), max_bytes=1_000_000)
    if not isinstance(document, dict):
        raise DecodingError(kind=path.name)
    return document


@contextmanager
def announced(path: Path) -> Iterator[None]:
    """Remove the announcement of a process when it ends, and one that a killed process left behind."""
    path.unlink(missing_ok=True)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
