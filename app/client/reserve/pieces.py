"""State proofs of pieces in a file: one for each row of a list of unique vouchers (docs/formats.md, Reserves).

    "luopu.reserve.pieces.v1" ‖ 00 · blocks of 256 proofs, the last one shorter: zlib of (length (4) ‖ proof) …
    of each block its length in the file (4) and its SHA-256

Public material, so it is not sealed, and it is compressed: neighbours share much, which halves them (658 bytes of one proof
become 305 at zlib's first level in 5 µs; its sixth gives 288 in 8 µs, xz 245 in 27 µs). Guarantees: one block at a time is in
memory; what is handed out is what was written, as the digest in the note says. Leaves to others whether the proofs hold.
"""

import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, overload

from app.client.reserve.note import KeptPieces
from app.core.errors import StoreFailed
from app.core.hashing import sha256
from app.core.reserveerrors import SnapshotDamaged
from app.core.units import Hash32

MAGIC: Final = b"luopu.reserve.pieces.v1\x00"
BLOCK: Final = 256
_LEVEL: Final = 1
_LENGTH_BYTES: Final = 4
_LISTED_BYTES: Final = _LENGTH_BYTES + 32


def write_pieces(pieces: Sequence[bytes], target: BinaryIO) -> KeptPieces:
    """Write all proofs; what the note says of the file.

    Raises:
        OSError: `target` cannot be written.
    """
    target.write(MAGIC)
    listed = bytearray()
    for at in range(0, len(pieces), BLOCK):
        block = zlib.compress(b"".join(map(_counted, pieces[at : at + BLOCK])), _LEVEL)
        target.write(block)
        listed += len(block).to_bytes(_LENGTH_BYTES, "big") + sha256(block)
    target.write(listed)
    return KeptPieces(len(pieces), sha256(bytes(listed)))


def _counted(proof: bytes) -> bytes:
    return len(proof).to_bytes(_LENGTH_BYTES, "big") + proof


class PieceFile(Sequence[bytes]):
    """The proofs of a file, in the order of the list. Any thread may read them."""

    def __init__(self, untrusted_file: Path, kept: KeptPieces) -> None:
        """Check the whole file against the note.

        Raises:
            SnapshotDamaged: it is not what the note says.
            StoreFailed: it cannot be read.
        """
        self._path, self._count = untrusted_file, kept.count
        self._places = self._list(kept.sha256)
        self._last: tuple[int, tuple[bytes, ...]] | None = None
        for block in range(len(self._places)):
            self._read_block(block)

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> bytes: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...

    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        """One or several of them. Errors as of opening."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(self._count))]
        place = range(self._count)[index]
        block, within = divmod(place, BLOCK)
        last = self._last
        if last is None or last[0] != block:
            self._last = last = block, tuple(self._open(block))
        return last[1][within]

    def _open(self, block: int) -> Iterator[bytes]:
        data = memoryview(zlib.decompress(self._read_block(block)))
        while data:
            end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "big")
            yield bytes(data[_LENGTH_BYTES:end])
            data = data[end:]

    # ---- what lies where ---------------------------------------------------------------------------------------------
    def _list(self, expected: Hash32) -> list[tuple[int, int, bytes]]:
        """Beginning, length and SHA-256 of every block."""
        length = -(-self._count // BLOCK) * _LISTED_BYTES
        try:
            size = self._path.stat().st_size
        except OSError as error:
            raise self._unread(error) from error
        if size < len(MAGIC) + length or self._read(0, len(MAGIC)) != MAGIC:
            raise self._damaged()
        listed = self._read(size - length, length)
        places, at = [], len(MAGIC)
        for row in range(0, length, _LISTED_BYTES):
            taken = int.from_bytes(listed[row : row + _LENGTH_BYTES], "big")
            places.append((at, taken, listed[row + _LENGTH_BYTES : row + _LISTED_BYTES]))
            at += taken
        if sha256(listed) != expected or at + length != size:
            raise self._damaged()
        return places

    def _read_block(self, block: int) -> bytes:
        at, length, expected = self._places[block]
        data = self._read(at, length)
        if sha256(data) != expected:
            raise self._damaged()
        return data

    def _read(self, at: int, length: int) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(at, os.SEEK_SET)
                return file.read(length)
        except OSError as error:
            raise self._unread(error) from error

    def _unread(self, error: OSError) -> SnapshotDamaged | StoreFailed:
        if isinstance(error, FileNotFoundError):
            return self._damaged()
        return StoreFailed(path=str(self._path), reason=error.strerror)

    def _damaged(self) -> SnapshotDamaged:
        return SnapshotDamaged(snapshot=self._path.parent.name, reason=self._path.name)
