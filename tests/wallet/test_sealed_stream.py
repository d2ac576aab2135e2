"""A sealed stream comes back as it was, and nothing of one that was cut, altered, or sealed under another passphrase."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.pwhash import argon2id

from app.core.errors import FileUnreadable, LuopuError, StoreTooNew
from app.core.hashing import sha256
from app.core.walleterrors import BackupDamaged, WrongBackupPassphrase
from app.wallet.keystore import Cost
from app.wallet.sealed_stream import CHUNK_BYTES, HEADER_BYTES, SealedReader, SealedWriter
from tests.wallet.conftest import CountedRandomness

CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
SECRET = "the backup's passphrase"
OVERHEAD = 17


def seal(*pieces: bytes, finish: bool = True) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, SECRET, CHEAP, CountedRandomness())
    for piece in pieces:
        assert writer.write(piece) == len(piece)
    if finish:
        writer.finish()
    return file.getvalue()


def unseal(sealed: bytes, passphrase: str = SECRET, size: int = 100_000) -> bytes:
    reader = SealedReader(io.BytesIO(sealed), passphrase)
    content = b""
    while piece := reader.read(size):
        content += piece
    reader.finish()
    return content


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3_000_000])
def test_what_was_sealed_comes_back(size: int) -> None:
    content = bytes(size)
    sealed = seal(content)
    chunks = max(1, -(-size // CHUNK_BYTES))
    assert len(sealed) == HEADER_BYTES + size + chunks * OVERHEAD
    assert unseal(sealed) == content


def test_it_does_not_matter_in_which_pieces_it_is_written_or_read() -> None:
    content = bytes(range(256)) * 5_000
    assert unseal(seal(*(content[at : at + 7_777] for at in range(0, len(content), 7_777))), size=999) == content


def test_nothing_of_the_content_shows() -> None:
    assert b"keystore" not in seal(b"wallet/keystore" * 10)
    assert seal(b"same") != seal(b"same")  # libsodium draws a header for each


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(WrongBackupPassphrase):
        unseal(seal(b"content"), "another passphrase")


def test_the_passphrase_may_be_typed_full_width() -> None:
    sealed = seal(b"content")
    assert unseal(sealed, "ｔｈｅ backup's passphrase") == b"content"


@pytest.mark.parametrize("left", [0, 5, 13, HEADER_BYTES - 1])
def test_a_header_that_was_cut_is_no_backup(left: int) -> None:
    with pytest.raises(BackupDamaged):
        unseal(seal(b"content")[:left])


@pytest.mark.parametrize("cut", [1, 17, 20, 1_000, CHUNK_BYTES, CHUNK_BYTES + 17, CHUNK_BYTES + 18])
def test_a_stream_that_was_cut_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(BackupDamaged):
        unseal(seal(bytes(2 * CHUNK_BYTES + 1_000))[:-cut])


def test_a_stream_without_its_last_chunk_is_refused_although_every_chunk_is_sound() -> None:
    with pytest.raises(BackupDamaged):
        unseal(seal(bytes(2 * CHUNK_BYTES), b"x", finish=False))


@pytest.mark.parametrize("size", [1, CHUNK_BYTES])
def test_bytes_behind_the_last_chunk_are_refused(size: int) -> None:
    with pytest.raises(BackupDamaged):
        unseal(seal(bytes(size)) + b"\x00")


def test_chunks_that_changed_places_are_refused() -> None:
    sealed = seal(bytes(CHUNK_BYTES), bytes(CHUNK_BYTES), b"end")
    first, second = (
        sealed[at : at + CHUNK_BYTES + OVERHEAD] for at in (HEADER_BYTES, HEADER_BYTES + CHUNK_BYTES + OVERHEAD)
    )
    with pytest.raises(BackupDamaged):
        unseal(sealed[:HEADER_BYTES] + second + first + sealed[HEADER_BYTES + 2 * (CHUNK_BYTES + OVERHEAD) :])


def test_what_is_left_unread_must_be_zeros() -> None:
    reader = SealedReader(io.BytesIO(seal(b"archive", bytes(3_000))), SECRET)
    assert reader.read(7) == b"archive"
    reader.finish()
    reader = SealedReader(io.BytesIO(seal(b"archive", bytes(3_000), b"x")), SECRET)
    reader.read(7)
    with pytest.raises(BackupDamaged):
        reader.finish()


@settings(max_examples=300)
@given(place=st.integers(min_value=0, max_value=HEADER_BYTES + 40), bit=st.integers(min_value=0, max_value=7))
def test_a_changed_bit_is_always_found(place: int, bit: int) -> None:
    sealed = bytearray(seal(b"some content that is sealed"))
    sealed[min(place, len(sealed) - 1)] ^= 1 << bit
    with pytest.raises((BackupDamaged, StoreTooNew)):
        unseal(bytes(sealed))


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_raise_nothing_else(content: bytes) -> None:
    for untrusted in (content, b"luopu.backup\x00\x01" + content):
        with pytest.raises(LuopuError):
            unseal(untrusted)


def with_header(**fields: int) -> bytes:
    """A header with other fields, whose checksum fits."""
    sealed = bytearray(seal(b"content"))
    places = {"version": (13, 1), "operations": (14, 4), "memory": (18, 8)}
    for name, value in fields.items():
        at, size = places[name]
        sealed[at : at + size] = value.to_bytes(size, "big")
    sealed[HEADER_BYTES - 32 : HEADER_BYTES] = sha256(bytes(sealed[: HEADER_BYTES - 32]))
    return bytes(sealed)


def test_one_of_a_newer_program_is_said_to_be_that() -> None:
    with pytest.raises(StoreTooNew):
        unseal(with_header(version=2))


@pytest.mark.parametrize("fields", [{"memory": 1 << 40}, {"operations": 1_000_000}, {"memory": 1}, {"version": 0}])
def test_no_cost_is_paid_that_this_program_would_not_write(fields: dict[str, int]) -> None:
    with pytest.raises(BackupDamaged):
        unseal(with_header(**fields))


def test_a_cost_that_was_lowered_with_care_opens_nothing() -> None:
    with pytest.raises(WrongBackupPassphrase):
        unseal(with_header(operations=2))


def test_a_disk_that_refuses_is_told() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(FileUnreadable):
        SealedReader(Broken(), SECRET)
