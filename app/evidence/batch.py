"""Many files under one record: a list of them that is itself notarized, and one root over their digests (white paper 4.1.2).

The list is a file like any other: canonical JSON, "luopu.batch.v1", with name, size and both digests of every file, in the
order of their SHA-256 digests. The record carries the RFC 6962 root over these digests, so that one file can be shown to
have been among them without naming the others.

Guarantees: pure; one set of files has one list. Leaves to others: reading files, and keeping the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.document import encode_document
from app.core.errors import OutOfRange
from app.core.merkle import root
from app.core.record import MAX_BATCH, FileDigests
from app.core.units import Hash32

FORMAT: Final = "luopu.batch.v1"
_WHAT: Final = "batch"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the batch."""

    name: str
    digests: FileDigests


@dataclass(frozen=True, slots=True)
class Batch:
    """What the record says, and the list to be notarized."""

    root: Hash32
    size: int
    document: bytes


def make_batch(files: Sequence[Listed]) -> Batch:
    """The batch of these files.

    Raises:
        OutOfRange: none, too many, or one of them twice.
        DecodingError: a name that has no canonical JSON.
    """
    ordered = sorted(files, key=lambda each: each.digests.sha256)
    if not 1 <= len(ordered) <= MAX_BATCH:
        raise OutOfRange(field="batch size", expected=f"1 … {MAX_BATCH}", got=len(ordered))
    digests = [each.digests.sha256 for each in ordered]
    if len(set(digests)) != len(digests):
        raise OutOfRange(field="files of the batch", expected="each once")
    listed = [
        {
            "name": each.name,
            "size": str(each.digests.size),
            "sha256": each.digests.sha256.hex(),
            "sm3": each.digests.sm3.hex(),
        }
        for each in ordered
    ]
    return Batch(Hash32(root(digests)), len(ordered), encode_document(_WHAT, {"format": FORMAT, "files": listed}))
