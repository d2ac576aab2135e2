"""A ZIP file read so strictly that it can be read in one way only (APPNOTE 6.3.10; ASiC containers are ZIP files).

Guarantees: every byte of the file belongs to exactly one entry or to the directory: nothing before, between or after. Both
headers of an entry say the same. Names are relative, unambiguous on every system, and none stands twice. Nothing is ever
unpacked to disk; an entry's bytes are counted while they are inflated and end exactly where the directory says, with
the right checksum. Whatever is wrong is an `InvalidBundle` with `reason`.

The standard library's reader is not used: it looks for the directory from the end, forgives what does not fit, and so
can show other entries than the program that the recipient unpacks with. ZIP64 is read; streamed entries (data
descriptors), encryption, comments, extra fields and other methods than stored and deflated are refused.
"""

import os
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

from app.core.errors import FileUnreadable, InvalidBundle
from app.core.messages import is_hiding

MAX_ENTRIES: Final = 64
MAX_DIRECTORY_BYTES: Final = 64 * 1024
MAX_NAME_BYTES: Final = 1024
PIECE_BYTES: Final = 512 * 1024

LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
LOCATOR64: Final = struct.Struct("<4sLQL")
END64: Final = struct.Struct("<4sQ2H2L4Q")
STORED, DEFLATED = 0, 8
UTF8_NAME: Final = 0x0800
DEFLATE_LEVEL: Final = 0x0006
ENCRYPTED: Final = 0x0001
STREAMED: Final = 0x0008
FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
ZIP64_EXTRA: Final = 1
NEEDS_ZIP64: Final = 45  # version 4.5, the highest that anything here needs
DOS_DIRECTORY: Final = 0x10


@dataclass(frozen=True, slots=True)
class Entry:
    """One file inside: what both of its headers say."""

    name: str
    method: int
    crc: int
    stored_size: int
    size: int
    start: int
    """Where its data begins."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry as the directory has it."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    stored_size: int
    size: int
    offset: int


class Container:
    """An open container, its directory checked."""

    def __init__(self, file: IO[bytes], entries: Mapping[str, Entry]) -> None:
        self._file = file
        self.entries = entries

    def read(self, name: str, max_bytes: int) -> bytes:
        """All bytes of an entry.

        Raises:
            InvalidBundle: there is no such entry, or it is longer than `max_bytes` or damaged.
        """
        entry = self.entry(name)
        if entry.size > max_bytes:
            raise InvalidBundle(reason="an entry is too long", entry=name, expected=max_bytes, got=entry.size)
        return b"".join(self.stream(name))

    def entry(self, name: str) -> Entry:
        """What the directory says of an entry.

        Raises:
            InvalidBundle: there is no such entry.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise InvalidBundle(reason="an entry is missing", entry=name)
        return entry

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry in pieces. They count only once the iterator has ended: errors come until then.

        Raises:
            InvalidBundle: it is damaged, or longer or shorter than the directory says.
        """
        entry = self.entry(name)
        crc, size = 0, 0
        stored = _pieces(self._file, entry)
        for piece in stored if entry.method == STORED else _inflated(stored, entry):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            yield piece
        if size != entry.size or crc != entry.crc:
            raise InvalidBundle(reason="an entry is damaged", entry=name)


def open_file(path: Path) -> IO[bytes]:
    """Open a file that may be a container.

    Raises:
        FileUnreadable: it cannot be read, or is no regular file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileUnreadable(file=path.name, reason="special file")
        return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise FileUnreadable(file=path.name, reason=type(error).__name__) from error


def read_container(file: IO[bytes]) -> Container:
    """Check the whole structure of an open file; the container reads from it as long as it stays open.

    Raises:
        FileUnreadable: the disk failed.
        InvalidBundle: it is no container of this kind; `reason` says why.
    """
    return Container(file, _read_directory(file, os.fstat(file.fileno()).st_size))


# ---- the directory, from the end of the file -------------------------------------------------------------------------
def _read_directory(file: IO[bytes], file_size: int) -> Mapping[str, Entry]:
    count, start, length = _find_directory(file, file_size)
    _check(count <= MAX_ENTRIES and length <= MAX_DIRECTORY_BYTES, "too many entries")
    listed = _parse_directory(_read_at(file, start, length), count)
    entries: dict[str, Entry] = {}
    taken: set[str] = set()
    position = 0
    for item in listed:
        name = _decode_name(item)
        folded = unicodedata.normalize("NFC", name).casefold()
        _check(folded not in taken, "one name stands twice", name)
        taken.add(folded)
        _check(item.offset == position, "entries overlap, or something lies between them", name)
        entries[name] = entry = _check_local(file, item, name, start)
        position = entry.start + entry.stored_size
    _check(position == start, "something lies between the entries and the directory")
    return MappingProxyType(entries)


def _find_directory(file: IO[bytes], file_size: int) -> tuple[int, int, int]:
    """Number of entries, start and length of the directory. It must reach to the end records, and they to the end."""
    _check(file_size >= END.size, "too short for a container")
    end_at = file_size - END.size
    mark, disk, first_disk, here, count, length, start, comment = END.unpack(_read_at(file, end_at, END.size))
    _check(mark == b"PK\5\6" and comment == 0, "no end record at the end: not a ZIP file, cut short, or added to")
    _check(disk == first_disk == 0 and here == count, "parts on several disks")
    claimed = (count, length, start)
    end64_at = end_at - LOCATOR64.size - END64.size
    if end64_at >= 0 and _read_at(file, end_at - LOCATOR64.size, 4) == b"PK\6\7":
        count, length, start = _read_end64(file, end64_at, claimed)
        end_at = end64_at
    _check(start + length == end_at, "the directory does not end where it should")
    return count, start, length


def _read_end64(file: IO[bytes], end64_at: int, claimed: tuple[int, int, int]) -> tuple[int, int, int]:
    data = _read_at(file, end64_at, END64.size + LOCATOR64.size)
    _, locator_disk, located, disks = LOCATOR64.unpack(data[END64.size :])
    mark, size, _, _, disk, first_disk, here, count, length, start = END64.unpack(data[: END64.size])
    _check(mark == b"PK\6\6" and size == END64.size - 12 and located == end64_at, "the ZIP64 end record")
    _check(locator_disk == disk == first_disk == 0 and disks == 1 and here == count, "parts on several disks")
    for short, long, full in zip(claimed, (count, length, start), (FULL16, FULL32, FULL32), strict=True):
        _check(short in (long, full), "the two end records differ")
    return count, length, start


def _parse_directory(data: bytes, count: int) -> list[_Listed]:
    listed, position = [], 0
    for _ in range(count):
        _check(len(data) - position >= CENTRAL.size, "the directory is cut short")
        fields = CENTRAL.unpack_from(data, position)
        names_at = position + CENTRAL.size
        extra_at = names_at + fields[10]
        position = extra_at + fields[11]
        _check(position <= len(data) and fields[0] == b"PK\1\2", "the directory is cut short")
        listed.append(_listed(fields, data[names_at:extra_at], data[extra_at:position]))
    _check(position == len(data), "something lies behind the directory")
    return listed


def _listed(fields: tuple[int, ...], raw_name: bytes, extra: bytes) -> _Listed:
    _, _, version, flags, method, _, _, crc, stored_size, size, _, _, comment, disk, _, attributes, offset = fields
    shown = raw_name[:80].decode("ascii", "replace")
    _check(version <= NEEDS_ZIP64, "an entry needs a newer reader", shown)
    _check(not flags & ENCRYPTED, "an entry is encrypted", shown)
    _check(not flags & STREAMED, "an entry was written as a stream", shown)
    _check(not flags & ~(UTF8_NAME | DEFLATE_LEVEL), "unknown flags", shown)
    _check(method in (STORED, DEFLATED), "unknown compression", shown)
    _check(comment == 0 and disk == 0, "a comment, or another disk", shown)
    kind = stat.S_IFMT(attributes >> 16)
    _check(kind in (0, stat.S_IFREG) and not attributes & DOS_DIRECTORY, "not a regular file: link or folder", shown)
    size, stored_size, offset = _unfold((size, stored_size, offset), extra, shown)
    _check(method != STORED or size == stored_size, "the two sizes of an entry differ", shown)
    return _Listed(raw_name, flags, method, crc, stored_size, size, offset)


def _check_local(file: IO[bytes], item: _Listed, name: str, limit: int) -> Entry:
    """The entry, if the header in front of its data says what the directory says."""
    header = LOCAL.unpack(_read_at(file, item.offset, LOCAL.size))
    mark, version, flags, method, _, _, crc, stored_size, size, name_length, extra_length = header
    start = item.offset + LOCAL.size + name_length + extra_length
    _check(mark == b"PK\3\4" and start + item.stored_size <= limit, "an entry lies outside", name)
    _check(version <= NEEDS_ZIP64, "an entry needs a newer reader", name)
    tail = _read_at(file, item.offset + LOCAL.size, name_length + extra_length)
    _check(tail[:name_length] == item.raw_name, "the two names of an entry differ", name)
    size, stored_size = _unfold((size, stored_size), tail[name_length:], name)
    said = (flags, method, crc, stored_size, size)
    expected = (item.flags, item.method, item.crc, item.stored_size, item.size)
    _check(said == expected, "the two headers of an entry differ", name)
    return Entry(name, item.method, item.crc, item.stored_size, item.size, start)


def _unfold(values: tuple[int, ...], extra: bytes, name: str) -> tuple[int, ...]:
    """The values, those that are full taken from the ZIP64 field, which is the only extra field there may be."""
    full = sum(value == FULL32 for value in values)
    if not full:
        _check(not extra, "an extra field", name)
        return values
    _check(len(extra) == 4 + 8 * full, "the ZIP64 field", name)
    kind, length, *numbers = struct.unpack(f"<2H{full}Q", extra)
    _check(kind == ZIP64_EXTRA and length == 8 * full and max(numbers) < 2**63, "the ZIP64 field", name)
    return tuple(numbers.pop(0) if value == FULL32 else value for value in values)


def _decode_name(item: _Listed) -> str:
    raw = item.raw_name
    _check(0 < len(raw) <= MAX_NAME_BYTES, "a name is empty or too long")
    try:
        name = raw.decode("utf-8" if item.flags & UTF8_NAME else "ascii")
    except UnicodeDecodeError as error:
        raise InvalidBundle(reason="a name is not Unicode", entry=raw[:80].decode("ascii", "replace")) from error
    _check(not any(is_hiding(character) for character in name), "a name hides or reorders text", name)
    _check("\\" not in name and ":" not in name, "a name that some systems read as a path", name)
    is_plain = all(part not in ("", ".", "..") for part in name.split("/"))  # also no leading and no trailing slash
    _check(is_plain, "a name that leads elsewhere", name)
    return name


# ---- data ------------------------------------------------------------------------------------------------------------
def _pieces(file: IO[bytes], entry: Entry) -> Iterator[bytes]:
    """The entry's bytes as they are stored."""
    done = 0
    while done < entry.stored_size:
        piece = _read_at(file, entry.start + done, min(PIECE_BYTES, entry.stored_size - done))
        done += len(piece)
        yield piece


def _inflated(stored: Iterator[bytes], entry: Entry) -> Iterator[bytes]:
    """The entry's bytes inflated, never more than a piece at a time and never more in all than the directory says."""
    inflater, left = zlib.decompressobj(-zlib.MAX_WBITS), entry.size
    for piece in stored:
        waiting = piece
        while waiting and not inflater.eof:
            output = _inflate(inflater, waiting, entry.name)
            waiting, left = inflater.unconsumed_tail, left - len(output)
            _check(left >= 0, "an entry is longer than it says", entry.name)
            yield output
        _check(not waiting and not inflater.unused_data, "something lies behind an entry's data", entry.name)
    while not inflater.eof and (output := _inflate(inflater, b"", entry.name)):  # what it still holds back
        yield output
    _check(inflater.eof, "an entry is cut short", entry.name)


def _inflate(inflater: "zlib._Decompress", data: bytes, name: str) -> bytes:
    try:
        return inflater.decompress(data, PIECE_BYTES)
    except zlib.error as error:
        raise InvalidBundle(reason="an entry is damaged", entry=name) from error


def _read_at(file: IO[bytes], position: int, length: int) -> bytes:
    try:
        file.seek(position)
        data = file.read(length)
    except OSError as error:
        raise FileUnreadable(reason=type(error).__name__) from error
    _check(len(data) == length, "the file is cut short")
    return data


def _check(condition: bool, reason: str, entry: str | None = None) -> None:
    if not condition:
        raise InvalidBundle(reason=reason, entry=entry)
