"""A store that an earlier version wrote gets the look-ups that it lacks, once, and as if it had always kept them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.core.errors import StoreFailed, StoreTooNew
from app.node.store import filling, keys
from app.node.store.chain import ChainStore
from app.node.store.leveldb import LevelDb
from tests.fakes.consortium import MemoryHighWater, make_engine, make_store
from tests.fakes.custodians import CustodyStage
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.test_lookups_map import Played
from tests.node.store.worlds import restore, write_chunks

NEW = (keys.ATTESTED, keys.ATTESTED_BY, keys.CUSTODIANS, keys.ASSIGNED)


@pytest.fixture(scope="module")
def stage() -> CustodyStage:
    return CustodyStage().play()


def contents(kv: MemoryKeyValue) -> dict[bytes, bytes]:
    return dict(kv.scan(b"\x01", b"\xff" * 9))


def old_store(stage: CustodyStage) -> MemoryKeyValue:
    """As a version wrote it that knew none of these look-ups."""
    kv = stage.engine.store._kv.reopen()  # type: ignore[attr-defined]
    assert isinstance(kv, MemoryKeyValue)
    gone = [key for key in contents(kv) if key[:2] in NEW or key == keys.LOOKUPS]
    assert len(gone) > 10
    kv.write([(key, None) for key in gone], sync=True)
    return kv


@pytest.mark.parametrize("batch", [1, 3, 20_000])
def test_what_is_missing_is_filled_in(stage: CustodyStage, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_BATCH", batch)
    kv = old_store(stage)
    ChainStore(kv, MemoryHighWater())
    assert contents(kv) == contents(stage.engine.store._kv)  # type: ignore[arg-type]


def test_it_is_the_same_on_leveldb(stage: CustodyStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_BATCH", 1)  # what is written meanwhile disturbs nobody who reads
    kv = LevelDb(tmp_path / "db")
    kv.write(list(contents(old_store(stage)).items()), sync=True)
    store = ChainStore(kv, MemoryHighWater())
    assert dict(kv.scan(b"\x01", b"\xff" * 9)) == contents(stage.engine.store._kv)  # type: ignore[arg-type]
    store.close()


def test_it_is_done_once(stage: CustodyStage) -> None:
    kv = old_store(stage)
    ChainStore(kv, MemoryHighWater())
    batches = kv.synced_batches
    again = kv.reopen()
    ChainStore(again, MemoryHighWater())
    assert batches > 0
    assert again.synced_batches == 0


class Failing(MemoryKeyValue):
    """Its `at`-th batch fails."""

    def __init__(self, kv: MemoryKeyValue, at: int) -> None:
        super().__init__()
        super().write(list(contents(kv).items()), sync=True)
        self._left = at

    def write(self, changes: Sequence[tuple[bytes, bytes | None]], *, sync: bool) -> None:
        self._left -= 1
        if self._left == 0:
            self.fail_next_write()
        super().write(changes, sync=sync)


def test_whoever_is_interrupted_begins_again(stage: CustodyStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_BATCH", 2)
    failures = 0
    for at in range(1, 30):
        kv = Failing(old_store(stage), at)
        try:
            ChainStore(kv, MemoryHighWater())
        except StoreFailed:
            failures += 1
        else:
            break
        kv2 = kv.reopen()
        ChainStore(kv2, MemoryHighWater())
        assert contents(kv2) == contents(stage.engine.store._kv)  # type: ignore[arg-type]
    assert failures > 3


def test_new_and_restored_stores_lack_nothing(stage: CustodyStage) -> None:
    kv, restored = MemoryKeyValue(), MemoryKeyValue()
    make_engine(stage.consortium, store=make_store(kv))
    restore(ChainStore(restored, MemoryHighWater()), Played(stage), *write_chunks(stage.engine.store))
    for each in (kv, restored):
        found = contents(each)
        assert found[keys.LOOKUPS] == contents(stage.engine.store._kv)[keys.LOOKUPS]  # type: ignore[arg-type]
    new = {key for key in contents(stage.engine.store._kv) if key[:2] in NEW}  # type: ignore[arg-type]
    assert {key for key in contents(restored) if key[:2] in NEW} == new


def test_an_empty_store_stays_empty() -> None:
    kv = MemoryKeyValue()
    ChainStore(kv, MemoryHighWater())
    assert contents(kv) == {}


def test_a_store_of_a_newer_program_is_refused(stage: CustodyStage) -> None:
    kv = old_store(stage)
    kv.write([(keys.LOOKUPS, (filling.VERSION + 1).to_bytes(4, "big"))], sync=True)
    with pytest.raises(StoreTooNew):
        ChainStore(kv, MemoryHighWater())
