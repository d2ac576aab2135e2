"""How a paper is sealed: its bytes in a sealed file (`app.wallet.sealed_file`), bound to the name of that file (3.4.1).

    "luopu.paper.v1" ‖ 00 · the paper's key, sealed · header of the stream · pieces of 65,536 bytes

Guarantees: memory does not grow with a paper. What `open_paper` has written when it returns is the paper whose digest it was
given; a file that was altered, cut short, lengthened or renamed raises, and then what was written is to be thrown away.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from app.core.errors import FileChanged, FileUnreadable
from app.core.ports import Randomness
from app.core.record import FileDigests
from app.core.walleterrors import VaultDamaged
from app.wallet.sealed_file import (
    PIECE_BYTES,
    SEALED_PIECE_BYTES,
    Seal,
    head_bytes,
    open_content,
    seal_content,
)
from app.wallet.vault_seal import KeyRing

__all__ = ["HEAD_BYTES", "SEALED_PIECE_BYTES", "open_paper", "seal_paper"]

MAGIC: Final = b"luopu.paper.v1\x00"
HEAD_BYTES: Final = head_bytes(MAGIC)


def seal_paper(
    source: Path,
    digests: FileDigests,
    target: BinaryIO,
    *,
    keys: KeyRing,
    generation: int,
    name: str,
    random: Randomness,
) -> None:
    """Write the file at `source` sealed, to lie under `name`.

    Raises:
        FileUnreadable: it is gone, or is no file.
        FileChanged: it is no longer what its digests say.
        KeyLocked: the vault was closed.
        OSError: `target` cannot be written.
    """
    seal_content(_content(source, digests), target, _seal(keys, generation, name), random)


def open_paper(
    untrusted_file: Path, digests: FileDigests, target: BinaryIO | None, *, keys: KeyRing, generation: int
) -> None:
    """Write what is sealed in a file to `target`, or (None) only see whether it is all there.

    Raises:
        VaultDamaged: it is not the paper of these digests, whole. Throw away what was written.
        StoreFailed: it cannot be read.
        KeyLocked: the vault was closed.
        OSError: `target` cannot be written.
    """
    sha256 = hashlib.sha256()
    for piece in open_content(untrusted_file, _seal(keys, generation, untrusted_file.name), digests.size):
        sha256.update(piece)
        if target is not None:
            target.write(piece)
    if sha256.digest() != digests.sha256:
        raise VaultDamaged(reason="a paper is not the one that its person names")


def _seal(keys: KeyRing, generation: int, name: str) -> Seal:
    return Seal(MAGIC, MAGIC + name.encode(), keys, generation, "a paper")


# ---- the file that is taken in ---------------------------------------------------------------------------------------
def _content(source: Path, digests: FileDigests) -> Iterator[bytes]:
    """The paper's bytes; raises behind the last one where they were not those."""
    sha256, left = hashlib.sha256(), digests.size
    with _opened(source) as file:
        while left and (piece := _read(source, file, min(PIECE_BYTES, left))):
            sha256.update(piece)
            left -= len(piece)
            yield piece
        is_at_end = not _read(source, file, 1)
    if left or not is_at_end or sha256.digest() != digests.sha256:
        raise FileChanged(path=source.name, what="content")


@contextmanager
def _opened(source: Path) -> Iterator[BinaryIO]:
    """A regular file; nothing else is touched, and no pipe's other end is waited for."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(source, flags)
    except (OSError, ValueError) as error:
        raise FileUnreadable(file=source.name, reason=getattr(error, "strerror", None) or "name") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileUnreadable(file=source.name, reason="special file")
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _read(source: Path, file: BinaryIO, count: int) -> bytes:
    try:
        return file.read(count)
    except OSError as error:
        raise FileUnreadable(file=source.name, reason=error.strerror) from error
