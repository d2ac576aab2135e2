"""A ZIP file of any number of files, written as they come (APPNOTE 6.3.10, with ZIP64 where it is needed).

Guarantees: memory does not grow with the number of files, as the directory waits in a file beside (the standard library
keeps some hundred bytes of each in memory). Sizes and checksum stand in front of each file, so that every program unpacks it.
The same files give the same bytes. Leaves to others that no name stands twice.
"""

import struct
import zlib
from typing import BinaryIO, Final

LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
EXTRA64: Final = struct.Struct("<2HQ")
END64: Final = struct.Struct("<4sQ2H2L4Q")
LOCATOR64: Final = struct.Struct("<4sLQL")
END: Final = struct.Struct("<4s4H2LH")
FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
MAX_FILE_BYTES: Final = 1 << 30
"""Of one file; so no size of a file needs ZIP64, only places and counts do."""
_DEFLATED: Final = 8
_LEVEL: Final = 1
"""Of a paper of 7.2 KB level 1 leaves 59% in 54 µs, level 6 leaves 58% in 65 µs (`app.reserve.export`)."""
_NEEDS_DEFLATE, _NEEDS_ZIP64 = 20, 45
_UTF8: Final = 0x0800
_MADE_ON_UNIX: Final = 3 << 8
_MODE: Final = 0o100644 << 16
_MIDNIGHT, _FIRST_DAY = 0, 1 << 5 | 1  # 1980-01-01: a paper says itself when it was made
_EXTRA64_ID: Final = 1
_PIECE_BYTES: Final = 1 << 16


class ZipWriter:
    """A file in the making. Without `finish` nobody reads it."""

    def __init__(self, target: BinaryIO, directory: BinaryIO) -> None:
        """Write to `target`, from its beginning on; `directory` is an empty file that can be read again."""
        self._target, self._directory = target, directory
        self._at = 0
        self._count = 0

    def add(self, name: str, content: bytes) -> None:
        """Another file. Errors as of `target` and `directory`."""
        path, packer = name.encode(), zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
        sizes = zlib.crc32(content), len(packed), len(content)
        about = _UTF8, _DEFLATED, _MIDNIGHT, _FIRST_DAY, *sizes
        self._directory.write(_listed(path, about, self._at))
        self._target.write(LOCAL.pack(b"PK\x03\x04", _NEEDS_DEFLATE, *about, len(path), 0) + path + packed)
        self._at += LOCAL.size + len(path) + len(packed)
        self._count += 1

    def finish(self) -> None:
        """Write the directory."""
        length = self._directory.tell()
        self._directory.seek(0)
        while piece := self._directory.read(_PIECE_BYTES):
            self._target.write(piece)
        self._target.write(_end(self._count, length, self._at))


def _listed(path: bytes, about: tuple[int, ...], at: int) -> bytes:
    """A file as the directory has it."""
    extra = EXTRA64.pack(_EXTRA64_ID, 8, at) if at >= FULL32 else b""
    needs = _NEEDS_ZIP64 if extra else _NEEDS_DEFLATE
    places = len(path), len(extra), 0, 0, 0, _MODE, min(at, FULL32)
    return CENTRAL.pack(b"PK\x01\x02", _MADE_ON_UNIX | needs, needs, *about, *places) + path + extra


def _end(count: int, length: int, at: int) -> bytes:
    """What stands behind the directory."""
    plain = END.pack(
        *(b"PK\x05\x06", 0, 0, min(count, FULL16), min(count, FULL16)), *(min(length, FULL32), min(at, FULL32), 0)
    )
    if count < FULL16 and length < FULL32 and at < FULL32:
        return plain
    version = _MADE_ON_UNIX | _NEEDS_ZIP64, _NEEDS_ZIP64
    long = END64.pack(b"PK\x06\x06", END64.size - 12, *version, 0, 0, count, count, length, at)
    return long + LOCATOR64.pack(b"PK\x06\x07", 0, at + length, 1) + plain
