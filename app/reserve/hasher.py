"""SHA-256 of many short messages of one length: a batch hasher, and the standard library's where it is missing.

Guarantees: both give the same digests (tests compare them, and `BatchHasher` is tried against the other before it is used).
Rows are C-contiguous arrays of bytes. Leaves to others what the rows mean.
"""

import hashlib
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]
"""Shape (n, width)."""

BLOCK_BYTES: Final = 64
LANES: Final = 16_384
"""Messages at a time: few enough to stay in the processor's cache."""


class RowHasher(Protocol):
    """SHA-256 of each row."""

    def digests(self, rows: Rows, prefix: bytes = b"") -> Rows:
        """SHA-256(prefix ‖ row) of each row: shape (n, 32)."""


class PlainHasher:
    """One message after the other, with the standard library."""

    def digests(self, rows: Rows, prefix: bytes = b"") -> Rows:
        """As of `RowHasher`."""
        begun, width = hashlib.sha256(prefix), rows.shape[1]
        data, found = memoryview(rows.tobytes()), bytearray()
        for at in range(0, len(data), width):
            state = begun.copy()
            state.update(data[at : at + width])
            found += state.digest()
        return np.frombuffer(bytes(found), np.uint8).reshape(-1, 32)


class BatchHasher:
    """Many messages at once, side by side in the processor's wide registers (StringZilla).

    Raises:
        ImportError: it is not installed.
    """

    def __init__(self) -> None:
        import nanoarrow  # noqa: PLC0415 - whoever only verifies a proof needs neither
        import stringzilla  # noqa: PLC0415

        self._arrow, self._zilla = nanoarrow, stringzilla

    def digests(self, rows: Rows, prefix: bytes = b"") -> Rows:
        """As of `RowHasher`."""
        found = np.empty((len(rows), 32), np.uint8)
        begun = None
        for at in range(0, len(rows), LANES):
            piece = rows[at : at + LANES]
            if begun is None or len(piece) != LANES:
                begun = self._begin(len(piece), prefix)
            begun.copy().update(self._messages(piece)).digest(out=found[at : at + len(piece)])
        return found

    def _begin(self, lanes: int, prefix: bytes) -> Any:
        begun = self._zilla.Sha256s(lanes)
        return begun.update([prefix] * lanes) if prefix else begun

    def _messages(self, rows: Rows) -> Any:
        """The rows as an Arrow array over the very same memory. NumPy's own text type would strip zeros."""
        count, width = rows.shape
        offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
        data = np.ascontiguousarray(rows).reshape(-1)
        array = self._arrow.c_array_from_buffers(self._arrow.binary(), count, [None, offsets, data])
        return self._zilla.Strs(array, view=True)


def best_hasher() -> RowHasher:
    """The batch hasher if it is there and gives what the standard library gives; else the standard library."""
    try:
        batch = BatchHasher()
        agrees = all(_agree(batch, width) for width in (32, 36, 41, 98, 113))
    except Exception:  # noqa: BLE001 - whatever is wrong with somebody's build of it, there is another way
        return PlainHasher()
    return batch if agrees else PlainHasher()


def _agree(batch: BatchHasher, width: int) -> bool:
    """Whether both give the same for rows full of zeros, of 255s and of everything."""
    rows = np.stack([np.zeros(width), np.full(width, 255), np.arange(width)]).astype(np.uint8)
    prefix = bytes(BLOCK_BYTES)
    return all(np.array_equal(batch.digests(rows, each), PlainHasher().digests(rows, each)) for each in (b"", prefix))


def hmac_rows(hasher: RowHasher, key: bytes, rows: Rows) -> Rows:
    """HMAC-SHA-256 (RFC 2104) of each row under one key of at most 64 bytes: shape (n, 32)."""
    padded = key.ljust(BLOCK_BYTES, b"\x00")
    inner = hasher.digests(rows, bytes(byte ^ 0x36 for byte in padded))
    return hasher.digests(inner, bytes(byte ^ 0x5C for byte in padded))
