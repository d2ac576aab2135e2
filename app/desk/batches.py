"""Lists of files that are recorded together: what is notarized is the list, so it is kept here, for whoever must show later
that a file was among them (white paper 4.1.2).

Guarantees: it is on the disk, readable by its owner only, before anybody could sign its digest. One set of files has one
list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.client.notarization import Source
from app.evidence.batch import Batch, Listed, make_batch
from app.evidence.files import digest_file
from app.ui.desk import HashedFile
from app.wiring.files import write_durably

NAME_BYTES = 8
"""Of the root, in the file's name."""


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """A list, and where it lies."""

    batch: Batch
    source: Source


def keep_batch(folder: Path, files: Sequence[HashedFile]) -> KeptBatch:
    """Make the list of these files, and keep it in a folder.

    Raises:
        OutOfRange, DecodingError: as of `make_batch`.
        FileUnwritable: the disk refused.
    """
    batch = make_batch([Listed(file.path.name, file.digests) for file in files])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"batch-{batch.root[:NAME_BYTES].hex()}.json"
    write_durably(path, batch.document, mode=0o600)
    return KeptBatch(batch, Source(path, digest_file(path)))
