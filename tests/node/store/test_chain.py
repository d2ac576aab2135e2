"""The chain store: block boundaries only, nothing acknowledged is ever missing, look-ups that page."""

from pathlib import Path

import pytest

from app.core.errors import BadGenesis, StoreDamaged, StoreFailed
from app.core.hashing import sha256
from app.core.record import derive_chain
from app.core.units import Hash32, Height
from app.node.engine.engine import EmbeddedEngine
from app.node.store.chain import ChainStore
from app.node.store.highwater import HighWater, HighWaterRecord
from app.node.tip import genesis_tip
from tests.fakes.consortium import (
    FakeConsortium,
    MemoryHighWater,
    block_at,
    grow,
    make_consortium,
    make_engine,
    make_store,
)
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.replay import stage


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def kv() -> MemoryKeyValue:
    return MemoryKeyValue()


@pytest.fixture
def mark() -> MemoryHighWater:
    return MemoryHighWater()


@pytest.fixture
def engine(consortium: FakeConsortium, kv: MemoryKeyValue, mark: MemoryHighWater) -> EmbeddedEngine:
    return make_engine(consortium, store=ChainStore(kv, mark))


# ---- begin ---------------------------------------------------------------------------------------------------------
def test_an_empty_store_has_no_tip() -> None:
    store = ChainStore(MemoryKeyValue(), MemoryHighWater())
    with pytest.raises(StoreDamaged):
        _ = store.tip
    with pytest.raises(StoreDamaged):
        _ = store.durable_tip


def test_genesis_is_written_once(consortium: FakeConsortium, kv: MemoryKeyValue, mark: MemoryHighWater) -> None:
    store = ChainStore(kv, mark)
    for _ in range(2):
        store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    assert kv.synced_batches == 1
    assert store.durable_tip.height == 0
    assert store.state.app_hash == store.tip.app_hash
    assert ChainStore(kv.reopen(), mark).tip == store.tip


def test_another_genesis_is_refused_and_changes_nothing(
    engine: EmbeddedEngine, kv: MemoryKeyValue, mark: MemoryHighWater
) -> None:
    engine.produce()
    other = make_consortium(2)
    again = ChainStore(kv.reopen(), mark)
    with pytest.raises(BadGenesis):
        again.begin(other.genesis.fingerprint, genesis_tip(other.genesis), other.writes)
    assert again.tip == engine.store.tip


def test_genesis_that_did_not_reach_the_disk_can_be_written_again(
    consortium: FakeConsortium, kv: MemoryKeyValue, mark: MemoryHighWater
) -> None:
    store = ChainStore(kv, mark)
    kv.fail_next_write()
    with pytest.raises(StoreFailed):
        store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    assert mark.record is None
    again = ChainStore(kv.reopen(), mark)
    again.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    assert again.durable_tip.height == 0


# ---- durability ----------------------------------------------------------------------------------------------------
def test_one_block_is_one_synced_batch(engine: EmbeddedEngine, consortium: FakeConsortium, kv: MemoryKeyValue) -> None:
    before = kv.synced_batches
    grow(engine, consortium.clerk, 3, each=4)
    assert kv.synced_batches == before + 3


def test_the_mark_rises_after_the_database_and_before_anybody_is_told(
    consortium: FakeConsortium, kv: MemoryKeyValue
) -> None:
    seen: list[tuple[int, int | None, int]] = []

    class Recorded(MemoryHighWater):
        def save(self, record: HighWaterRecord) -> None:
            told = store.durable_tip.height if record.height else None
            seen.append((record.height, told, kv.synced_batches))
            super().save(record)

    store = ChainStore(kv, Recorded())
    store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    make_engine(consortium, store=store).produce()
    assert seen == [(0, None, 1), (1, 0, 2)]  # height, what readers see by then, batches on the disk


def test_a_failed_mark_acknowledges_nothing(
    engine: EmbeddedEngine, mark: MemoryHighWater, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.produce()

    def fail(record: HighWaterRecord) -> None:
        raise StoreFailed(reason="no space left on device")

    monkeypatch.setattr(mark, "save", fail)
    with pytest.raises(StoreFailed):
        engine.produce()
    assert engine.store.durable_tip.height == 1


def test_a_store_behind_its_mark_is_damaged(engine: EmbeddedEngine, kv: MemoryKeyValue, mark: MemoryHighWater) -> None:
    engine.produce()
    older = kv.reopen()
    engine.produce()
    with pytest.raises(StoreDamaged) as caught:
        ChainStore(older, mark)
    assert (caught.value.facts["expected"], caught.value.facts["got"]) == (2, 1)


def test_an_empty_store_with_a_mark_is_damaged(engine: EmbeddedEngine, mark: MemoryHighWater) -> None:
    engine.produce()
    with pytest.raises(StoreDamaged):
        ChainStore(MemoryKeyValue(), mark)


def test_another_block_at_the_marks_height_is_damage(
    engine: EmbeddedEngine, kv: MemoryKeyValue, mark: MemoryHighWater
) -> None:
    engine.produce()
    assert mark.record is not None
    mark.record = HighWaterRecord(mark.record.height, Hash32(bytes(32)), mark.record.app_hash)
    with pytest.raises(StoreDamaged):
        ChainStore(kv.reopen(), mark)


def test_another_block_below_the_tip_at_the_marks_height_is_damage(
    engine: EmbeddedEngine, kv: MemoryKeyValue, mark: MemoryHighWater
) -> None:
    for _ in range(3):
        engine.produce()
    mark.record = HighWaterRecord(Height(2), Hash32(sha256(b"another")), Hash32(bytes(32)))
    with pytest.raises(StoreDamaged):
        ChainStore(kv.reopen(), mark)


def test_a_store_ahead_of_its_mark_is_what_a_kill_between_the_two_leaves(
    engine: EmbeddedEngine, kv: MemoryKeyValue, mark: MemoryHighWater
) -> None:
    engine.produce()
    record = mark.record
    engine.produce()
    mark.record = record
    assert ChainStore(kv.reopen(), mark).durable_tip.height == 2


def test_a_store_from_before_its_first_mark_opens(engine: EmbeddedEngine, kv: MemoryKeyValue) -> None:
    engine.produce()
    assert ChainStore(kv.reopen(), MemoryHighWater()).tip.height == 1


def test_the_real_mark_survives_a_restart(consortium: FakeConsortium, kv: MemoryKeyValue, tmp_path: Path) -> None:
    engine = make_engine(consortium, store=ChainStore(kv, HighWater(tmp_path / "mark")))
    grow(engine, consortium.clerk, 3)
    record = HighWater(tmp_path / "mark").load()
    assert record is not None
    assert (record.height, record.block_hash, record.app_hash) == (
        3,
        engine.store.tip.block_hash,
        engine.store.tip.app_hash,
    )
    assert ChainStore(kv.reopen(), HighWater(tmp_path / "mark")).tip == engine.store.tip


# ---- look-ups ------------------------------------------------------------------------------------------------------
def test_an_accounts_records_page_backwards(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    grow(engine, consortium.clerk, 5, each=2)
    store, address = engine.store, consortium.clerk.address
    assert store.records_of_account(address, None, 4) == [9, 8, 7, 6]
    assert store.records_of_account(address, 6, 4) == [5, 4, 3, 2]
    assert store.records_of_account(address, 2, 4) == [1, 0]
    assert store.records_of_account(address, 0, 4) == []
    assert store.records_of_account(bytes(20), None, 4) == []


def test_a_chains_records_come_by_sequence(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    clerk = consortium.clerk
    nonce = clerk.nonce()
    record = clerk.first_record(nonce)
    engine.admit(clerk.transaction(record, 100, nonce=nonce))
    for _ in range(4):
        grow(engine, clerk, 1)  # others in between
        record = clerk.next_record(record)
        engine.admit(clerk.transaction(record, 100))
    engine.produce()
    chain = derive_chain(clerk.address, nonce)
    whole = engine.store.records_of_chain(chain, 0, 100)
    assert len(whole) == 5
    assert engine.store.records_of_chain(chain, 3, 100) == whole[3:]
    assert engine.store.records_of_chain(chain, 1, 2) == whole[1:3]
    assert engine.store.records_of_chain(chain, 5, 2) == []
    assert chain in engine.store.chains_begun_by(clerk.address, 100)


def test_records_of_a_file_come_oldest_first(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    clerk = consortium.clerk
    for _ in range(3):
        nonce = clerk.nonce()
        engine.admit(clerk.transaction(clerk.first_record(nonce, file=b"same"), 100, nonce=nonce))
        engine.produce()
    assert engine.store.records_of_file(sha256(b"same"), 10) == [0, 1, 2]
    assert engine.store.records_of_file(sha256(b"same"), 2) == [0, 1]
    assert engine.store.records_of_file(sha256(b"other"), 10) == []


def test_chains_of_an_account_come_newest_first(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    nonces = []
    for _ in range(3):
        nonces.append(consortium.clerk.nonce())
        record = consortium.clerk.first_record(nonces[-1])
        engine.admit(consortium.clerk.transaction(record, 100, nonce=nonces[-1]))
    engine.produce()
    expected = [derive_chain(consortium.clerk.address, nonce) for nonce in reversed(nonces)]
    assert engine.store.chains_begun_by(consortium.clerk.address, 10) == expected


def test_blocks_outside_the_chain_are_none(engine: EmbeddedEngine) -> None:
    engine.produce()
    assert engine.store.block(1) is not None
    assert [engine.store.block(height) for height in (-1, 0, 2)] == [None, None, None]
    assert engine.store.entry(-1) is None
    assert engine.store.entry(0) is None


# ---- what was staged and not written ---------------------------------------------------------------------------------
def test_what_was_staged_can_be_discarded_and_made_again(
    engine: EmbeddedEngine, consortium: FakeConsortium, kv: MemoryKeyValue, mark: MemoryHighWater
) -> None:
    grow(engine, consortium.clerk, 3)
    store = ChainStore(kv.reopen(), mark)
    before = store.state.app_hash
    raw = consortium.clerk.notarize(50)
    engine.admit(raw)
    engine.produce()
    for _ in range(2):
        stage(store, consortium, block_at(engine.store, 4))
        assert store.state.app_hash == engine.store.state.app_hash != before
        store.discard()
        assert (store.tip.height, store.durable_tip.height) == (3, 3)
        assert (store.state.app_hash, store.state.log.size) == (before, 3)
        assert (store.receipt(sha256(raw)), store.block(4)) == (None, None)
    stage(store, consortium, block_at(engine.store, 4))
    store.flush()
    assert store.durable_tip == engine.store.tip
    assert store.receipt(sha256(raw)) == engine.store.receipt(sha256(raw)) is not None


def test_a_nonce_expires_at_its_height_however_many_blocks_are_staged() -> None:
    consortium = make_consortium()
    clerk, engine, store = consortium.clerk, make_engine(consortium), make_store()
    store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    nonce = clerk.nonce()
    record = clerk.first_record(nonce)
    transactions = {
        1: clerk.transaction(record, 3, nonce=nonce),
        5: clerk.transaction(clerk.next_record(record), 7, nonce=nonce),  # by now the nonce is free again
    }
    for height in range(1, 7):
        if height in transactions:
            engine.admit(transactions[height])
        engine.produce()
        stage(store, consortium, block_at(engine.store, height))
    assert engine.store.state.log.size == 2
    assert store.tip == engine.store.tip
    store.flush()
    assert store.durable_tip.app_hash == engine.store.tip.app_hash


# ---- a store without blocks ------------------------------------------------------------------------------------------
def test_a_store_without_blocks_knows_the_two_newest_hashes(
    engine: EmbeddedEngine, consortium: FakeConsortium, kv: MemoryKeyValue
) -> None:
    grow(engine, consortium.clerk, 3)
    store = make_store()
    store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    for height in (1, 2, 3):
        stage(store, consortium, block_at(engine.store, height), with_block=False)
    store.flush()
    hashes = [engine.store.block_hash(height) for height in (3, 2)]
    assert [store.block_hash(height) for height in (3, 2, 1)] == [*hashes, b""]
    assert (store.block(3), store.seen_commit(), store.durable_commit) == (None, None, None)
    assert store.state.app_hash == engine.store.state.app_hash


def test_without_blocks_a_crash_between_batch_and_mark_is_survived(
    engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    grow(engine, consortium.clerk, 3)
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    store = ChainStore(kv, mark)
    store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    for height in (1, 2, 3):
        record = mark.record
        stage(store, consortium, block_at(engine.store, height), with_block=False)
        store.flush()
        newest, mark.record = mark.record, record  # the crash: the batch is there, the mark not yet
        assert ChainStore(kv.reopen(), mark).tip.height == height
        mark.record = newest
    mark.record = HighWaterRecord(Height(2), Hash32(sha256(b"another")), Hash32(bytes(32)))
    with pytest.raises(StoreDamaged):
        ChainStore(kv.reopen(), mark)
