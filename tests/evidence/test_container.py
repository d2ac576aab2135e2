"""A container that could be read in two ways, or that wants to harm who reads it, is refused with a reason."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.core.errors import FileUnreadable, InvalidBundle
from app.evidence.container import MAX_ENTRIES, STORED, Container, Entry, open_file, read_container

TEXT = b"evidence " * 50


@dataclass(frozen=True)
class Item:
    """One entry as it is written, each header on its own, so that they can lie."""

    name: bytes = b"a.txt"
    data: bytes = TEXT
    method: int = 0
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    stored_size: int | None = None
    extra: bytes = b""
    attributes: int = 0
    comment: bytes = b""
    version: int = 20
    local_version: int = 20
    local_name: bytes | None = None
    local_size: int | None = None
    local_crc: int | None = None
    local_flags: int | None = None
    local_method: int | None = None
    local_extra: bytes | None = None
    offset: int | None = None
    gap: bytes = b""
    raw: bytes | None = None

    @property
    def stored(self) -> bytes:
        """The data as it is written."""
        if self.raw is not None:
            return self.raw
        return deflated(self.data) if self.method == 8 else self.data


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def craft(
    items: Sequence[Item],
    *,
    prefix: bytes = b"",
    before_directory: bytes = b"",
    behind_directory: bytes = b"",
    suffix: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    disk: int = 0,
) -> bytes:
    """A ZIP file as the items say."""
    body, directory = prefix, b""
    for item in items:
        body += item.gap
        offset = given(item.offset, len(body))
        body += _local(item)
        directory += _central(item, offset)
    body += before_directory
    number = given(count, len(items))
    end = struct.pack("<4s4H2LH", b"PK\5\6", disk, 0, number, number, len(directory), len(body), len(comment))
    return body + directory + behind_directory + end + comment + suffix


def _sizes(item: Item) -> tuple[int, int, int]:
    crc = given(item.crc, zlib.crc32(item.data))
    return crc, given(item.stored_size, len(item.stored)), given(item.size, len(item.data))


def _local(item: Item) -> bytes:
    crc, stored_size, size = _sizes(item)
    name = item.name if item.local_name is None else item.local_name
    extra = item.extra if item.local_extra is None else item.local_extra
    head = struct.pack(
        "<4s5H3L2H",
        b"PK\3\4",
        item.local_version,
        given(item.local_flags, item.flags),
        given(item.local_method, item.method),
        0,
        33,
        given(item.local_crc, crc),
        stored_size,
        given(item.local_size, size),
        len(name),
        len(extra),
    )
    return head + name + extra + item.stored


def _central(item: Item, offset: int) -> bytes:
    crc, stored_size, size = _sizes(item)
    lengths = (len(item.name), len(item.extra), len(item.comment))
    head = struct.pack(
        "<4s6H3L5H2L",
        *(b"PK\1\2", 20, item.version, item.flags, item.method, 0, 33),
        *(crc, stored_size, size, *lengths, 0, 0, item.attributes, offset),
    )
    return head + item.name + item.extra + item.comment


def read(path: Path) -> dict[str, bytes]:
    with open_file(path) as file:
        container = read_container(file)
        return {name: container.read(name, 1_000_000) for name in container.entries}


def refusal(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "container.zip"
    path.write_bytes(data)
    with pytest.raises(InvalidBundle) as caught:
        read(path)
    return str(caught.value.facts["reason"])


def accepted(tmp_path: Path, data: bytes) -> dict[str, bytes]:
    path = tmp_path / "container.zip"
    path.write_bytes(data)
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert {name: other.read(name) for name in other.namelist()} == read(path)
    return read(path)


# ---- what is accepted ------------------------------------------------------------------------------------------------
def test_stored_and_deflated_entries_are_read(tmp_path: Path) -> None:
    items = [Item(), Item(b"b/c.txt", b"", 8), Item(b"d", TEXT * 2000, 8), Item("合同.pdf".encode(), b"1", 0, 0x800)]
    assert accepted(tmp_path, craft(items)) == {"a.txt": TEXT, "b/c.txt": b"", "d": TEXT * 2000, "合同.pdf": b"1"}


def test_nothing_at_all_is_an_empty_container(tmp_path: Path) -> None:
    assert accepted(tmp_path, craft([])) == {}


def test_zip64_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in (-1, 60, 700):
        buffer = io.BytesIO()
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
        with zipfile.ZipFile(buffer, "w") as container:
            for name in ("a", "b"):
                with container.open(zipfile.ZipInfo(name), "w", force_zip64=len(TEXT) > limit) as entry:
                    entry.write(TEXT)
        assert accepted(tmp_path, buffer.getvalue()) == {"a": TEXT, "b": TEXT}


def test_a_zip64_end_record_that_differs_from_the_other_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", -1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        container.writestr(zipfile.ZipInfo("a"), TEXT)
    data = buffer.getvalue()
    for place in (*range(-98, -90), *range(-82, -22), *range(-18, 0)):
        changed = bytearray(data)
        changed[place] ^= 1
        refusal(tmp_path, bytes(changed))


# ---- what is refused -------------------------------------------------------------------------------------------------
LINK = 0o120777 << 16
BOMB = deflated(bytes(5_000_000))
UNICODE_PATH = struct.pack("<2HBL", 0x7075, 10, 1, zlib.crc32(b"a.txt")) + b"b.txt"


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([Item(), Item()], "one name stands twice"),
        ([Item(), Item(b"A.TXT")], "one name stands twice"),
        ([Item("é".encode(), flags=0x800), Item("e\u0301".encode(), flags=0x800)], "one name stands twice"),
        ([Item(b"../a")], "a name that leads elsewhere"),
        ([Item(b"a/../../b")], "a name that leads elsewhere"),
        ([Item(b"/etc/passwd")], "a name that leads elsewhere"),
        ([Item(b"a//b")], "a name that leads elsewhere"),
        ([Item(b"./a")], "a name that leads elsewhere"),
        ([Item(b"folder/", b"")], "a name that leads elsewhere"),
        ([Item(b"a\\b")], "a name that some systems read as a path"),
        ([Item(b"C:a")], "a name that some systems read as a path"),
        ([Item(b"")], "a name is empty or too long"),
        ([Item(b"a" * 2000)], "a name is empty or too long"),
        ([Item(b"a\0.txt")], "a name hides or reorders text"),
        ([Item("a\u202egpj.exe".encode(), flags=0x800)], "a name hides or reorders text"),
        ([Item(b"\xff\xfe", flags=0x800)], "a name is not Unicode"),
        ([Item(b"\xe9")], "a name is not Unicode"),
        ([Item(attributes=LINK)], "not a regular file: link or folder"),
        ([Item(attributes=0o040755 << 16)], "not a regular file: link or folder"),
        ([Item(attributes=0x10)], "not a regular file: link or folder"),
        ([Item(flags=1)], "an entry is encrypted"),
        ([Item(flags=8)], "an entry was written as a stream"),
        ([Item(flags=0x40)], "unknown flags"),
        ([Item(flags=0x2000)], "unknown flags"),
        ([Item(method=12)], "unknown compression"),
        ([Item(version=46)], "an entry needs a newer reader"),
        ([Item(local_version=0x114)], "an entry needs a newer reader"),
        ([Item(method=99)], "unknown compression"),
        ([Item(comment=b"!")], "a comment, or another disk"),
        ([Item(extra=UNICODE_PATH)], "an extra field"),
        ([Item(local_extra=UNICODE_PATH)], "an extra field"),
        ([Item(local_name=b"b.txt")], "the two names of an entry differ"),
        ([Item(local_name=b"a.tx")], "the two names of an entry differ"),
        ([Item(local_size=3)], "the two headers of an entry differ"),
        ([Item(local_crc=3)], "the two headers of an entry differ"),
        ([Item(local_flags=0x800)], "the two headers of an entry differ"),
        ([Item(local_method=8)], "the two headers of an entry differ"),
        ([Item(size=3)], "the two sizes of an entry differ"),
        ([Item(size=3, stored_size=3)], "something lies between the entries and the directory"),
        ([Item(size=3, stored_size=3), Item(b"b")], "entries overlap, or something lies between them"),
        ([Item(size=5000, stored_size=5000)], "an entry lies outside"),
        ([Item(size=0xFFFFFFFF, stored_size=0xFFFFFFFF)], "the ZIP64 field"),
        ([Item(size=0xFFFFFFFF, stored_size=0xFFFFFFFF, extra=struct.pack("<2H2Q", 1, 16, 2**63, 2**63))], "the ZIP64 field"),
        ([Item(size=0xFFFFFFFF, stored_size=0xFFFFFFFF, extra=struct.pack("<2H2Q", 2, 16, 1, 1))], "the ZIP64 field"),
        ([Item(), Item(b"b", offset=0)], "entries overlap, or something lies between them"),
        ([Item(), Item(b"b", gap=b"hidden")], "entries overlap, or something lies between them"),
        ([Item(crc=1)], "an entry is damaged"),
        ([Item(method=8, crc=1)], "an entry is damaged"),
        ([Item(method=8, size=3)], "an entry is longer than it says"),
        ([Item(method=8, size=5_000)], "an entry is damaged"),
        ([Item(b"%d" % number, b"") for number in range(MAX_ENTRIES + 1)], "too many entries"),
    ],
)  # fmt: skip
def test_a_container_that_is_not_plain_is_refused(tmp_path: Path, items: list[Item], reason: str) -> None:
    assert refusal(tmp_path, craft(items)) == reason


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        ({"prefix": b"MZ"}, "entries overlap, or something lies between them"),
        ({"before_directory": b"?"}, "something lies between the entries and the directory"),
        ({"behind_directory": b"?"}, "the directory does not end where it should"),
        ({"suffix": b"\n"}, "no end record at the end: not a ZIP file, cut short, or added to"),
        ({"comment": b"hello"}, "no end record at the end: not a ZIP file, cut short, or added to"),
        ({"comment": b"PK\5\6" + bytes(18)}, "the directory does not end where it should"),
        ({"count": 1}, "something lies behind the directory"),
        ({"count": 3}, "the directory is cut short"),
        ({"count": 65_535}, "too many entries"),
        ({"disk": 1}, "parts on several disks"),
    ],
)
def test_something_around_the_entries_is_refused(tmp_path: Path, around: dict[str, object], reason: str) -> None:
    data = craft([Item(), Item(b"b.txt")], **around)  # type: ignore[arg-type]
    assert refusal(tmp_path, data) == reason


def raw_entry(stored: bytes, size: int, crc: int = 0) -> bytes:
    """A container with one deflated entry of these stored bytes."""
    return craft([Item(method=8, raw=stored, size=size, crc=crc)])


def test_a_bomb_is_stopped_at_the_size_that_it_claims(tmp_path: Path) -> None:
    assert refusal(tmp_path, raw_entry(BOMB, 10)) == "an entry is longer than it says"
    assert refusal(tmp_path, raw_entry(BOMB, 4_999_999)) == "an entry is too long"


def test_an_honest_size_above_the_limit_is_not_inflated(tmp_path: Path) -> None:
    assert refusal(tmp_path, raw_entry(BOMB, 5_000_000, zlib.crc32(bytes(5_000_000)))) == "an entry is too long"


def test_deflated_data_ends_where_it_says(tmp_path: Path) -> None:
    whole, crc = deflated(TEXT), zlib.crc32(TEXT)
    assert accepted(tmp_path, raw_entry(whole, len(TEXT), crc)) == {"a.txt": TEXT}
    assert refusal(tmp_path, raw_entry(whole + b"?", len(TEXT), crc)) == "something lies behind an entry's data"
    assert refusal(tmp_path, raw_entry(whole[:-1], len(TEXT), crc)) == "an entry is cut short"
    assert refusal(tmp_path, raw_entry(b"", 0)) == "an entry is cut short"
    assert refusal(tmp_path, raw_entry(b"\xff\xff\xff", len(TEXT), crc)) == "an entry is damaged"


@pytest.mark.parametrize("pieces", range(50))
def test_a_container_cut_short_anywhere_is_refused(tmp_path: Path, pieces: int) -> None:
    data = craft([Item(), Item(b"b.txt", TEXT, 8), Item(b"c", b"")])
    refusal(tmp_path, data[: len(data) * pieces // 50])


def test_every_bit_counts_but_dates_versions_and_permissions(tmp_path: Path) -> None:
    """Whatever is flipped: it is refused, or the same names hold the same bytes."""
    data = craft([Item(), Item(b"b.txt", TEXT[:60], 8)])
    path = tmp_path / "container.zip"
    expected = accepted(tmp_path, data)
    passed = 0
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        try:
            found = read(path)
        except InvalidBundle:
            continue
        assert found == expected
        assert accepted(tmp_path, bytes(changed)) == expected
        passed += 1
    # local: version, time, date; central: two versions, time, date, internal and external attributes, deflate level
    assert passed <= 2 * (6 + 8 + 6 + 2)


def test_a_missing_entry_has_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "container.zip"
    path.write_bytes(craft([]))
    with open_file(path) as file, pytest.raises(InvalidBundle, match="missing"):
        read_container(file).read("a", 1)


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "container.zip"
    path.write_bytes(craft([Item(data=TEXT * 2000)]))
    with open_file(path) as file:
        container = read_container(file)
        path.write_bytes(b"")
        with pytest.raises(InvalidBundle):
            container.read("a.txt", 1_000_000)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", Path("/dev/null"), Path("a\0b")):
        with pytest.raises(FileUnreadable):
            open_file(path)


def test_a_disk_that_fails_is_no_verdict() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError

    container = Container(Broken(), {"a": Entry("a", STORED, 0, 5, 5, 0)})
    with pytest.raises(FileUnreadable):
        container.read("a", 10)
