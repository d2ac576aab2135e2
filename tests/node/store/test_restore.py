"""A store that began with a snapshot is the store it was taken from; anything but that snapshot leaves it empty."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import BadGenesis, ChunkDamaged, NotFound, SnapshotInvalid, StoreError, StoreFailed
from app.core.hashing import sha256
from app.core.units import Hash32, Height
from app.core.wire import registry_pb2 as wire
from app.core.wire import store_pb2
from app.node.store import restore as restoring
from app.node.store.chain import BlockRecord, ChainStore
from app.node.store.highwater import HighWater, HighWaterRecord
from app.node.store.leveldb import LevelDb
from tests.fakes.consortium import MemoryHighWater, make_consortium, make_store
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.replay import stage
from tests.node.store.worlds import (
    WINDOW,
    World,
    begin,
    check_refused,
    check_same_answers,
    is_empty,
    restore,
    write_chunks,
)

kinds = st.sampled_from(["begin", "continue", "refused", "again"])
transactions = st.tuples(kinds, st.integers(1, WINDOW))
scripts = st.lists(st.lists(transactions, max_size=4), max_size=16)


def play(world: World, script: list[list[tuple[str, int]]]) -> None:
    for block in script:
        world.add(*(make(world, kind, expiry) for kind, expiry in block))


def make(world: World, kind: str, expiry: int) -> bytes:
    if kind == "again" and world.sent:
        return world.sent[expiry % len(world.sent)]
    return world.refused(expiry) if kind == "refused" else world.record(expiry, begins=kind != "continue")


# ---- the same store --------------------------------------------------------------------------------------------------
@settings(deadline=None, max_examples=60)
@given(scripts, scripts)
def test_a_restored_store_answers_and_goes_on_as_the_one_it_was_taken_from(
    before: list[list[tuple[str, int]]], after: list[list[tuple[str, int]]]
) -> None:
    world = World()
    play(world, before)
    store = world.restored()
    check_same_answers(store, world)
    height = len(world.blocks)
    play(world, after)
    for block in world.blocks[height:]:
        stage(store, world.consortium, block)
        store.flush()
    check_same_answers(store, world)
    assert write_chunks(store) == write_chunks(world.store)


def test_the_pages_are_those_that_many_blocks_made(world: World) -> None:
    kv = MemoryKeyValue()
    world.restored(kv)
    assert pages_of(kv) == pages_of(world.kv)
    assert len(pages_of(kv)) > 1
    assert list(kv.scan(b"mh", b"mi")) == list(kv.scan(b"mx", b"my")) == []


def pages_of(kv: MemoryKeyValue) -> dict[bytes, bytes]:
    """What the pages hold, but for the height of their last change."""
    return {key: page[8:] for key, page in kv.scan(b"mp", b"mq")}


def test_it_begins_above_the_snapshot(world: World) -> None:
    store = world.restored()
    assert store.base == 21
    for read in (store.block, store.results):
        with pytest.raises(NotFound) as caught:
            read(20)
        assert caught.value.facts["oldest"] == 21
    with pytest.raises(NotFound):
        store.state.prove_key(b"key", Height(19))
    assert store.block_hash(20) == world.store.block_hash(20)
    assert store.validators_at(19) is None
    assert store.durable_tip == world.store.durable_tip
    assert store.durable_commit == world.store.durable_commit


def test_a_receipt_from_before_has_no_position(world: World) -> None:
    store = world.restored()
    accepted = [
        raw for raw in world.sent if not (world.store.receipt(sha256(raw)) or store_pb2.StoredReceipt(code=1)).code
    ]
    receipt, known = store.receipt(sha256(accepted[3])), world.store.receipt(sha256(accepted[3]))
    assert receipt is not None
    assert known is not None
    assert (receipt.HasField("position"), known.HasField("position")) == (False, True)


def test_it_opens_again_and_belongs_to_its_genesis(world: World) -> None:
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    world.restored(kv, mark)
    assert mark.record is not None
    assert (mark.record.height, mark.record.block_hash) == (20, world.store.tip.block_hash)
    again = ChainStore(kv.reopen(), mark)
    check_same_answers(again, world)
    begin(again, world.consortium)
    with pytest.raises(BadGenesis):
        begin(again, make_consortium(2))
    assert again.tip == world.store.tip


def test_a_tip_whose_block_hash_nobody_knows_is_enough(world: World) -> None:
    """CometBFT tells its application the state root of a snapshot, and not the block."""
    snapshot, chunks = write_chunks(world.store)
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    store = ChainStore(kv, mark)
    under_way = store.restore(
        snapshot, fingerprint=world.consortium.genesis.fingerprint, app_hash=world.store.state.app_hash
    )
    for number, chunk in enumerate(chunks):
        assert under_way.taken == number
        under_way.take(chunk)
    time_ns = under_way.time_ns
    assert time_ns == world.store.tip.time_ns
    sets = {name: getattr(world.store.tip, name) for name in ("validators", "next_validators")}
    under_way.finish(store_pb2.Tip(height=20, app_hash=snapshot.app_hash, time_ns=time_ns, **sets))
    world.add(world.record())
    before = mark.record
    stage(store, world.consortium, world.blocks[-1], with_block=False)
    store.flush()
    assert store.state.app_hash == world.store.state.app_hash
    mark.record = before
    assert ChainStore(kv.reopen(), mark).tip.height == 21


def test_it_is_the_same_on_leveldb(world: World, tmp_path: Path) -> None:
    snapshot, chunks = write_chunks(world.store)
    store = ChainStore(LevelDb(tmp_path / "db"), HighWater(tmp_path / "mark"))
    restore(store, world, snapshot, chunks)
    check_same_answers(store, world)
    store.close()
    store = ChainStore(LevelDb(tmp_path / "db"), HighWater(tmp_path / "mark"))
    check_same_answers(store, world)
    assert write_chunks(store) == (snapshot, chunks)
    store.close()


def test_facts_other_than_records_are_restored(world: World) -> None:
    wish = encode(wire.Approve(proposal=b"id"))
    fact = wire.LogEntry(transaction_hash=sha256(b"approval"), height=21, time_ns=7, sender=bytes(20), approval=wish)
    tip = store_pb2.Tip()
    tip.CopyFrom(world.store.tip)
    tip.height, tip.app_hash = 21, world.store.state.apply(Height(21), {}, [encode(fact)])
    index = world.store.state.log.size - 1
    receipt = store_pb2.StoredReceipt(height=21, position=0, data=b"id", points=5, log_index=index, time_ns=7)
    world.store.append(
        BlockRecord(tip, b"block", b"commit", b"", [(fact.transaction_hash, receipt)], [encode(fact)], index)
    )
    world.store.flush()
    assert world.store.receipt(fact.transaction_hash) == receipt
    assert world.restored().receipt(fact.transaction_hash) == store_pb2.StoredReceipt(
        height=21, log_index=index, time_ns=7
    )


# ---- chunks ----------------------------------------------------------------------------------------------------------
def test_a_chunk_that_is_not_the_next_one_is_refused_and_may_be_fetched_again(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    store = make_store()
    under_way = store.restore(
        snapshot, fingerprint=world.consortium.genesis.fingerprint, app_hash=world.store.state.app_hash
    )
    for number, chunk in enumerate(chunks):
        wrong = {b"", chunk[:-1], chunk + b"x", bytes([chunk[0] ^ 1]) + chunk[1:], *chunks} - {chunk}
        for untrusted in wrong:
            with pytest.raises(ChunkDamaged):
                under_way.take(untrusted)
        assert under_way.taken == number
        under_way.take(chunk)
    with pytest.raises(ChunkDamaged):
        under_way.take(chunks[-1])
    under_way.finish(world.store.tip, world.store.durable_commit or b"")
    check_same_answers(store, world)


def test_a_missing_end_is_refused(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    assert check_refused(world, snapshot, chunks[:-1]) == "number of chunks"
    assert check_refused(world, snapshot, []) == "number of chunks"


# ---- what shows before the first chunk, or after the last ------------------------------------------------------------
def test_a_snapshot_of_something_else_is_not_begun(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    assert check_refused(world, replace(snapshot, format=2), chunks) == "format"
    assert check_refused(world, replace(snapshot, app_hash=Hash32(bytes(32))), chunks) == "app hash"
    assert check_refused(world, replace(snapshot, height=Height(19)), chunks) == "height"
    other = World(make_consortium(2, window=WINDOW))
    kv = MemoryKeyValue()
    under_way = ChainStore(kv, MemoryHighWater()).restore(
        snapshot, fingerprint=other.consortium.genesis.fingerprint, app_hash=snapshot.app_hash
    )
    with pytest.raises(SnapshotInvalid) as caught:
        under_way.take(chunks[0])
    assert caught.value.facts["check"] == "genesis"
    assert is_empty(kv)


@pytest.mark.parametrize("change", [{"height": 19}, {"app_hash": bytes(32)}])
def test_a_tip_of_another_height_or_state_is_refused(world: World, change: dict[str, Any]) -> None:
    snapshot, chunks = write_chunks(world.store)
    kv = MemoryKeyValue()
    under_way = ChainStore(kv, MemoryHighWater()).restore(
        snapshot, fingerprint=world.consortium.genesis.fingerprint, app_hash=snapshot.app_hash
    )
    for chunk in chunks:
        under_way.take(chunk)
    tip = store_pb2.Tip()
    tip.CopyFrom(world.store.tip)
    for name, value in change.items():
        setattr(tip, name, value)
    with pytest.raises(SnapshotInvalid):
        under_way.finish(tip)
    assert is_empty(kv)
    for again in (lambda: under_way.take(chunks[0]), lambda: under_way.finish(world.store.tip)):
        with pytest.raises(StoreError):
            again()
    assert is_empty(kv)


def test_only_an_empty_store_can_be_begun(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    store = make_store()
    begin(store, world.consortium)
    with pytest.raises(StoreError):
        restore(store, world, snapshot, chunks)
    assert store.tip.height == 0


# ---- crashes ---------------------------------------------------------------------------------------------------------
class FailingKeyValue(MemoryKeyValue):
    """Fails at one of its writes, before or after doing it."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def write(self, changes: Sequence[tuple[bytes, bytes | None]], *, sync: bool) -> None:
        self.left -= 1
        if self.left < 0:
            raise StoreFailed(reason="killed")
        super().write(changes, sync=sync)


def test_a_crash_at_any_write_leaves_nothing_or_everything(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "_BATCH", 8)
    snapshot, chunks = write_chunks(world.store)
    outcomes = []
    for at in range(1_000):
        kv, mark = FailingKeyValue(at), MemoryHighWater()
        try:
            restore(ChainStore(kv, mark), world, snapshot, chunks)
        except StoreFailed:
            outcomes.append(at)
        else:
            break
        left = FailingKeyValue(2)
        left._values, left._order = dict(kv._values), list(kv._order)
        with suppress(StoreFailed):  # a second crash while the first is cleaned up
            ChainStore(left, mark)
        store = ChainStore(final := left.reopen(), mark)
        assert is_empty(final)
        restore(store, world, snapshot, chunks)
        check_same_answers(store, world)
    assert len(outcomes) > 10


def test_a_crash_before_the_mark_leaves_everything(world: World) -> None:
    class Failing(MemoryHighWater):
        def save(self, record: HighWaterRecord) -> None:
            raise StoreFailed(reason="killed")

    snapshot, chunks = write_chunks(world.store)
    kv = MemoryKeyValue()
    with pytest.raises(StoreFailed):
        restore(ChainStore(kv, Failing()), world, snapshot, chunks)
    check_same_answers(ChainStore(kv.reopen(), MemoryHighWater()), world)


def test_an_abandoned_restore_leaves_the_store_empty(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    kv = MemoryKeyValue()
    under_way = ChainStore(kv, MemoryHighWater()).restore(
        snapshot, fingerprint=world.consortium.genesis.fingerprint, app_hash=snapshot.app_hash
    )
    under_way.take(chunks[0])
    assert not is_empty(kv)
    under_way.abandon()
    under_way.abandon()
    assert is_empty(kv)
