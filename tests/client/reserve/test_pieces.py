"""State proofs of pieces in a file: as they were written, one block at a time in memory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.client.reserve.note import KeptPieces
from app.client.reserve.pieces import BLOCK, PieceFile, write_pieces
from app.core.errors import StoreFailed
from app.core.hashing import sha256
from app.core.reserveerrors import SnapshotDamaged


def proofs(count: int) -> list[bytes]:
    return [sha256(b"%d" % number)[: number % 33] * 9 for number in range(count)]


def write(path: Path, pieces: list[bytes]) -> KeptPieces:
    with path.open("wb") as file:
        return write_pieces(pieces, file)


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
def test_they_are_read_as_they_were_written(tmp_path: Path, count: int) -> None:
    kept = write(tmp_path / "pieces", proofs(count))
    assert kept.count == count
    read = PieceFile(tmp_path / "pieces", kept)
    assert list(read) == proofs(count)
    assert list(read[::-7]) == proofs(count)[::-7]
    assert [read[-1 - each] for each in range(count)] == proofs(count)[::-1]
    for beyond in (count, -count - 1):
        with pytest.raises(IndexError):
            read[beyond]


def test_one_block_at_a_time_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = PieceFile(tmp_path / "pieces", write(tmp_path / "pieces", proofs(4 * BLOCK)))
    seen: list[int] = []
    whole = PieceFile._read_block
    monkeypatch.setattr(PieceFile, "_read_block", lambda self, block: (seen.append(block), whole(self, block))[1])
    assert len([read[row] for row in range(BLOCK, 3 * BLOCK)]) == 2 * BLOCK
    assert seen == [1, 2]


@pytest.mark.parametrize(
    "spoil",
    [
        *(
            lambda data, at=at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            for at in (0, 24, 200, 3_000, -1, -40)
        ),
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: data[:24] + b"\x00" + data[24:],
        lambda _: b"",
    ],
)
def test_damage_is_told_when_it_is_opened(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "pieces"
    kept = write(path, proofs(2 * BLOCK + 1))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(SnapshotDamaged):
        PieceFile(path, kept)


def test_another_number_than_the_note_says_is_told(tmp_path: Path) -> None:
    kept = write(tmp_path / "pieces", proofs(BLOCK + 1))
    for count in (1, 10 * BLOCK):
        with pytest.raises(SnapshotDamaged):
            PieceFile(tmp_path / "pieces", KeptPieces(count, kept.sha256))


def test_the_proofs_of_another_snapshot_are_told(tmp_path: Path) -> None:
    kept = write(tmp_path / "pieces", proofs(BLOCK + 1))
    write(tmp_path / "pieces", proofs(BLOCK + 1)[::-1])
    with pytest.raises(SnapshotDamaged):
        PieceFile(tmp_path / "pieces", kept)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    kept = write(tmp_path / "pieces", proofs(1))
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreFailed):
        PieceFile(tmp_path / "folder", KeptPieces(0, kept.sha256))
    with pytest.raises(SnapshotDamaged):
        PieceFile(tmp_path / "none", kept)
