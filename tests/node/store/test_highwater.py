"""The high-water record: nothing torn loses the record before it, nothing cut passes for whole."""

from pathlib import Path

import pytest

from app.core.errors import OutOfRange, StoreDamaged, StoreFailed
from app.core.hashing import sha256
from app.core.units import Hash32, Height
from app.node.store import highwater
from app.node.store.highwater import FILE_BYTES, SLOT_BYTES, HighWater, HighWaterRecord, decode_slot, encode_slot

RECORD_BYTES = 8 + 8 + 8 + 32 + 32 + 32


def record(height: int) -> HighWaterRecord:
    return HighWaterRecord(Height(height), sha256(b"block %d" % height), sha256(b"app %d" % height))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "highwater"


def saved(path: Path, *heights: int) -> bytes:
    water = HighWater(path)
    for height in heights:
        water.save(record(height))
    return path.read_bytes()


def test_there_is_none_before_the_first_save(path: Path) -> None:
    assert HighWater(path).load() is None


def test_the_newest_record_is_loaded(path: Path) -> None:
    for height in range(1, 6):
        saved(path, height)
        assert HighWater(path).load() == record(height)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert path.stat().st_size == FILE_BYTES


def test_the_height_may_stay_but_not_fall(path: Path) -> None:
    water = HighWater(path)
    water.save(record(5))
    again = HighWaterRecord(Height(5), record(5).block_hash, Hash32(bytes(32)))
    water.save(again)
    assert water.load() == again
    with pytest.raises(OutOfRange):
        water.save(record(4))
    assert water.load() == again


@pytest.mark.parametrize("saves", [1, 2, 3])
def test_a_write_torn_anywhere_leaves_the_record_before_it(path: Path, saves: int) -> None:
    before = saved(path, *range(1, saves + 1))
    after = saved(path, saves + 1)
    start = saves % 2 * SLOT_BYTES
    assert before[:start] == after[:start]
    assert before[start + SLOT_BYTES :] == after[start + SLOT_BYTES :]
    for written in range(RECORD_BYTES + 1):
        path.write_bytes(before[:start] + after[start : start + written] + before[start + written :])
        expected = record(saves + 1) if written == RECORD_BYTES else record(saves)
        assert HighWater(path).load() == expected, written
        HighWater(path).save(record(saves + 2))
        assert HighWater(path).load() == record(saves + 2)


def test_a_slot_full_of_rubbish_leaves_the_other(path: Path) -> None:
    data = saved(path, 1, 2)
    path.write_bytes(data[:SLOT_BYTES] + b"\xa5" * SLOT_BYTES)
    assert HighWater(path).load() == record(1)
    path.write_bytes(bytes(SLOT_BYTES) + data[SLOT_BYTES:])
    assert HighWater(path).load() == record(2)


@pytest.mark.parametrize("length", [*range(0, FILE_BYTES, 97), FILE_BYTES - 1, FILE_BYTES + 1])
def test_a_file_of_another_length_is_damaged(path: Path, length: int) -> None:
    data = saved(path, 1, 2)
    path.write_bytes((data + b"\x00")[:length])
    with pytest.raises(StoreDamaged):
        HighWater(path).load()
    with pytest.raises(StoreDamaged):
        HighWater(path).save(record(3))


@pytest.mark.parametrize("position", range(RECORD_BYTES))
def test_a_flipped_byte_in_the_only_record_is_damage(path: Path, position: int) -> None:
    data = bytearray(saved(path, 1))
    data[position] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreDamaged):
        HighWater(path).load()


def test_another_files_slot_is_no_record() -> None:
    slot = encode_slot(0, record(1))
    body = b"other-hw" + slot[8 : RECORD_BYTES - 32]
    assert decode_slot((body + sha256(body)).ljust(SLOT_BYTES, b"\x00")) is None
    assert decode_slot(bytes(SLOT_BYTES)) is None


def test_after_a_failed_write_nothing_more_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    water = HighWater(path)
    water.save(record(1))

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(highwater, "fsync_file", fail)
    with pytest.raises(StoreFailed, match="No space left"):
        water.save(record(2))
    monkeypatch.undo()
    before = path.read_bytes()
    with pytest.raises(StoreFailed):
        water.save(record(3))
    assert path.read_bytes() == before
    HighWater(path).save(record(3))


def test_a_failed_first_write_leaves_no_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(highwater, "fsync_file", fail)
    with pytest.raises(StoreFailed):
        HighWater(path).save(record(1))
    assert HighWater(path).load() is None


def test_a_file_that_cannot_be_read_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreFailed):
        HighWater(path).load()
