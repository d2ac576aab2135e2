"""How long LevelDB's list of tables was when a batch was acknowledged.

LevelDB appends to its MANIFEST whenever tables come or go, and takes a missing end for a crash: it then opens without the
tables named there, and a stretch in the *middle* of what was written is gone while the newest batches are present. No
record of the tip shows that. So the store writes the list's length into its batches and compares before the next opening.

Guarantees: a list that is shorter than a mark was cut. What LevelDB appended after the last synced batch is not covered.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from app.node.store.disk import fsync_path

_CURRENT = re.compile(r"MANIFEST-(\d+)\n")


@dataclass(frozen=True, order=True, slots=True)
class ManifestMark:
    """Number of the list in use and its length in bytes. A new list has a higher number."""

    number: int
    size: int

    def encode(self) -> bytes:
        """16 bytes."""
        return self.number.to_bytes(8, "big") + self.size.to_bytes(8, "big")


def decode_mark(data: bytes) -> ManifestMark:
    """The mark that was encoded."""
    return ManifestMark(int.from_bytes(data[:8], "big"), int.from_bytes(data[8:], "big"))


def manifest_number(folder: Path) -> int | None:
    """Number of the list that the database in `folder` uses; None when LevelDB has to say what is wrong."""
    try:
        found = _CURRENT.fullmatch((folder / "CURRENT").read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        return None
    return None if found is None else int(found[1])


def manifest_mark(folder: Path, number: int | None) -> ManifestMark | None:
    """The present mark, of which nothing can be lost in a power cut only after `fsync_manifest`."""
    if number is None:
        return None
    try:
        return ManifestMark(number, _path(folder, number).stat().st_size)
    except OSError:
        return None


def fsync_manifest(folder: Path, number: int) -> None:
    """Wait until the list is on the disk; LevelDB's other thread may just be writing it."""
    fsync_path(_path(folder, number))


def _path(folder: Path, number: int) -> Path:
    return folder / f"MANIFEST-{number:06d}"
