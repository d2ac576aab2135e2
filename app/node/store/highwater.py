"""The newest block that anybody was told about, kept apart from the database.

LevelDB notices flipped bytes but not a missing end: a truncated log simply opens at an older block. So each acknowledged
block is also written here, and a database that is behind this record has lost something.

Guarantees: when `save` returns, the record survives a power cut; a write torn at any byte leaves the record before it.
Two slots are written in turn, each in a disk sector of its own, each with its checksum. Save *after* the database's own
synced write and before anybody is told.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import OutOfRange, StoreDamaged, StoreFailed
from app.core.hashing import sha256
from app.core.units import Hash32, Height
from app.node.store.disk import fsync_directory, fsync_file, make_directory

SLOT_BYTES = 4096
FILE_BYTES = 2 * SLOT_BYTES

_MAGIC = b"luopu-hw"
_LAYOUT = struct.Struct(">8sQQ32s32s")  # magic, sequence, height, block hash, app hash; then SHA-256 of these


@dataclass(frozen=True, slots=True)
class HighWaterRecord:
    """A block that was acknowledged, and the state root after it."""

    height: Height
    block_hash: Hash32
    app_hash: Hash32


class HighWater:
    """The file with the record."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failure: str | None = None

    def load(self) -> HighWaterRecord | None:
        """The newest record, or None before the first `save`.

        Raises:
            StoreDamaged: the file is cut short, or neither slot is whole.
            StoreFailed: it cannot be read.
        """
        newest = self._load()
        return None if newest is None else newest[1]

    def save(self, record: HighWaterRecord) -> None:
        """Write `record` to the disk.

        Raises:
            StoreFailed: it could not be written, now or earlier; `load` gives this record or the one before.
            StoreDamaged: as for `load`.
            OutOfRange: the height would fall.
        """
        if self._failure is not None:
            raise StoreFailed(reason=self._failure, path=str(self._path))
        newest = self._load()
        if newest is not None and record.height < newest[1].height:
            raise OutOfRange(field="high-water height", expected=f"at least {newest[1].height}", got=record.height)
        try:
            if newest is None:
                self._create(encode_slot(0, record))
            else:
                self._overwrite(newest[0] + 1, record)
        except OSError as error:
            self._failure = error.strerror or str(error)
            raise StoreFailed(reason=self._failure, path=str(self._path)) from error

    def _load(self) -> tuple[int, HighWaterRecord] | None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreFailed(reason=error.strerror, path=str(self._path)) from error
        if len(data) != FILE_BYTES:
            raise StoreDamaged(reason="the high-water file was cut", expected=FILE_BYTES, got=len(data))
        slots = [decode_slot(data[:SLOT_BYTES]), decode_slot(data[SLOT_BYTES:])]
        whole = [slot for slot in slots if slot is not None]
        if not whole:
            raise StoreDamaged(reason="the high-water file holds no whole record", path=str(self._path))
        return max(whole, key=lambda slot: slot[0])

    def _create(self, first: bytes) -> None:
        """The file appears whole or not at all, so a file without a whole record was damaged later."""
        make_directory(self._path.parent)
        draft = self._path.with_name(self._path.name + ".new")
        with draft.open("wb") as file:
            file.write(first + bytes(SLOT_BYTES))
            file.flush()
            fsync_file(file.fileno())
        draft.replace(self._path)
        fsync_directory(self._path.parent)

    def _overwrite(self, sequence: int, record: HighWaterRecord) -> None:
        with self._path.open("r+b", buffering=0) as file:
            file.seek(sequence % 2 * SLOT_BYTES, os.SEEK_SET)
            slot = encode_slot(sequence, record)
            if file.write(slot) != len(slot):
                raise OSError("short write")
            fsync_file(file.fileno())


def encode_slot(sequence: int, record: HighWaterRecord) -> bytes:
    """A slot's 4,096 bytes: the record, its SHA-256, zeros."""
    body = _LAYOUT.pack(_MAGIC, sequence, record.height, record.block_hash, record.app_hash)
    return (body + sha256(body)).ljust(SLOT_BYTES, b"\x00")


def decode_slot(untrusted_slot: bytes) -> tuple[int, HighWaterRecord] | None:
    """Sequence number and record of a slot, or None when it was never written or torn."""
    body, rest = untrusted_slot[: _LAYOUT.size], untrusted_slot[_LAYOUT.size :]
    if rest[:32] != sha256(body):
        return None
    magic, sequence, height, block_hash, app_hash = _LAYOUT.unpack(body)
    return (
        (sequence, HighWaterRecord(Height(height), Hash32(block_hash), Hash32(app_hash))) if magic == _MAGIC else None
    )
