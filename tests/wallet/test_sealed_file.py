"""A sealed file opens as it was sealed, in its place, or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.errors import StoreFailed
from app.core.walleterrors import KeyLocked, VaultDamaged
from app.wallet.sealed_file import (
    PIECE_BYTES,
    SEALED_PIECE_BYTES,
    Seal,
    head_bytes,
    open_content,
    seal_content,
    sealed_size,
)
from app.wallet.vault_seal import KeyRing
from tests.wallet.conftest import CountedRandomness

BEGINNING = b"luopu.test.v1\x00"
SIZES = (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES)


def seal_of(names: bytes = b"place", generation: int = 1, beginning: bytes = BEGINNING) -> Seal:
    return Seal(beginning, names, KeyRing([b"k" * 32, b"l" * 32]), generation, "a thing")


def content_of(size: int) -> bytes:
    return bytes(number % 253 for number in range(size))


def write(path: Path, content: bytes, seal: Seal, part: int = 10_000) -> Path:
    with path.open("wb") as file:
        parts = (memoryview(content)[at : at + part] for at in range(0, len(content), part))
        seal_content(parts, file, seal, CountedRandomness())
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("part", [7_777, PIECE_BYTES, 1_000_000])
def test_what_was_sealed_opens(tmp_path: Path, size: int, part: int) -> None:
    path = write(tmp_path / "file", content_of(size), seal_of(), part)
    assert path.stat().st_size == sealed_size(BEGINNING, size)
    pieces = list(open_content(path, seal_of(), size))
    assert b"".join(pieces) == content_of(size)
    assert all(len(piece) <= PIECE_BYTES for piece in pieces)


@pytest.mark.parametrize(
    "seal",
    [
        seal_of(names=b"another place"),
        seal_of(generation=2),
        seal_of(generation=3),
        seal_of(beginning=b"luopu.best.v1\x00"),
    ],
)
def test_it_opens_in_its_place_only(tmp_path: Path, seal: Seal) -> None:
    path = write(tmp_path / "file", content_of(9), seal_of())
    with pytest.raises(VaultDamaged):
        list(open_content(path, seal, 9))


def swapped(content: bytes) -> bytes:
    """The first two pieces in each other's place."""
    head, end = head_bytes(BEGINNING), head_bytes(BEGINNING) + SEALED_PIECE_BYTES
    return (
        content[:head]
        + content[end : end + SEALED_PIECE_BYTES]
        + content[head:end]
        + content[end + SEALED_PIECE_BYTES :]
    )


@pytest.mark.parametrize(
    "spoil",
    [
        *(lambda data, at=at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in (0, 14, 100, 320, 400, -1)),
        lambda data: data[:-SEALED_PIECE_BYTES],
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        swapped,
    ],
)
def test_damage_is_told(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    size = 3 * PIECE_BYTES
    path = write(tmp_path / "file", content_of(size), seal_of())
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(VaultDamaged):
        list(open_content(path, seal_of(), size))


def test_one_that_was_cut_behind_a_piece_does_not_open_as_a_shorter_one(tmp_path: Path) -> None:
    path = write(tmp_path / "file", content_of(3 * PIECE_BYTES), seal_of())
    path.write_bytes(path.read_bytes()[:-SEALED_PIECE_BYTES])
    with pytest.raises(VaultDamaged) as caught:
        list(open_content(path, seal_of(), 2 * PIECE_BYTES))
    assert caught.value.facts["reason"] == "a thing was cut"


def test_one_whose_content_broke_off_never_opens(tmp_path: Path) -> None:
    def breaking() -> Iterator[bytes]:
        yield content_of(PIECE_BYTES)
        raise ValueError("broken off")

    path = tmp_path / "file"
    with path.open("wb") as file, pytest.raises(ValueError, match="broken off"):
        seal_content(breaking(), file, seal_of(), CountedRandomness())
    for size in (0, 1, PIECE_BYTES):
        with pytest.raises(VaultDamaged):
            list(open_content(path, seal_of(), size))


def test_a_closed_vault_seals_and_opens_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "file", b"content", seal_of())
    closed = seal_of()
    closed.keys.wipe()
    with pytest.raises(KeyLocked):
        list(open_content(path, closed, 7))
    with pytest.raises(KeyLocked):
        write(tmp_path / "other", b"content", closed)


def test_one_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed):
        list(open_content(tmp_path / "none", seal_of(), 0))


def test_nothing_of_it_can_be_seen_and_no_two_are_alike(tmp_path: Path) -> None:
    randomness = CountedRandomness()
    files = []
    for name in ("one", "other"):
        with (tmp_path / name).open("wb") as file:
            seal_content([b"a secret that is long enough"], file, seal_of(), randomness)
        files.append((tmp_path / name).read_bytes())
    assert all(b"secret" not in data for data in files)
    assert files[0][len(BEGINNING) :][:296] != files[1][len(BEGINNING) :][:296]
    assert files[0][-100:] != files[1][-100:]
