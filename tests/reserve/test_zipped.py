"""A ZIP file as its specification wants it, also where ZIP64 begins: read by others, and by our strict reader."""

import io
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from app.evidence.container import open_file, read_container
from app.reserve import zipped
from app.reserve.zipped import ZipWriter
from tests.conftest import require

NAMES = {"a.json": b"", "00001/汉字.json": b"content" * 999, "b": bytes(range(256))}


def write(files: dict[str, bytes], path: Path) -> Path:
    with path.open("wb") as file:
        directory = io.BytesIO()
        writer = ZipWriter(file, directory)
        for name, content in files.items():
            writer.add(name, content)
        writer.finish()
    return path


def test_files_are_read_as_they_were_written(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(NAMES, tmp_path / "papers.zip")) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == NAMES
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100644}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_strict_reader_takes_it(tmp_path: Path) -> None:
    with open_file(write(NAMES, tmp_path / "papers.zip")) as file:
        container = read_container(file)
        assert {name: container.read(name, 10_000) for name in container.entries} == NAMES


def test_nothing_at_all_is_a_zip_file_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(write({}, tmp_path / "papers.zip")) as archive:
        assert archive.namelist() == []


@pytest.mark.parametrize("count", [0xFFFE, 0xFFFF, 0x10000])
def test_around_the_number_of_files_at_which_zip64_begins(tmp_path: Path, count: int) -> None:
    path = write({str(number): b"%d" % number for number in range(count)}, tmp_path / "papers.zip")
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == count
        assert archive.read(str(count - 1)) == b"%d" % (count - 1)
    assert (zipped.END64.pack(b"PK\x06\x06", 44, 0, 0, 0, 0, 0, 0, 0, 0)[:12] in path.read_bytes()[-200:]) == (
        count >= 0xFFFF
    )


class _Far(io.RawIOBase):
    """A file of which only what is written behind `skip` bytes counts, so that nobody has to write four gigabytes."""

    def __init__(self, file: io.BufferedRandom, skip: int) -> None:
        self._file = file
        file.seek(skip)

    def write(self, data: object) -> int:
        return self._file.write(data)  # type: ignore[arg-type]


@pytest.mark.parametrize("at", [0xFFFFFFFE, 0xFFFFFFFF, 0x1_0000_0000 + 5])
def test_around_the_place_at_which_zip64_begins(tmp_path: Path, at: int) -> None:
    """A sparse file: one long gap in front, then files at places that 32 bits do not hold."""
    path = tmp_path / "papers.zip"
    with path.open("w+b") as file:
        writer = ZipWriter(_Far(file, at), io.BytesIO())  # type: ignore[arg-type]
        writer._at = at
        for name, content in NAMES.items():
            writer.add(name, content)
        writer.finish()
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].header_offset == at
        assert all((info.header_offset >= 0xFFFFFFFF) == bool(info.extra) for info in archive.infolist())
        assert {name: archive.read(name) for name in archive.namelist()} == NAMES
    with path.open("rb") as file:
        file.seek(-zipped.END.size, 2)
        assert struct.unpack("<4s4H2LH", file.read())[6] == 0xFFFFFFFF
    if shutil.which("unzip") is not None:
        done = subprocess.run(["unzip", "-p", str(path), "b"], capture_output=True, check=False)
        assert done.stdout == NAMES["b"]
    require(shutil.which("unzip") is not None, "unzip is not installed")
