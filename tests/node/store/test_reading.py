"""What a chain store answers: blocks by range, who signs which height, and refusals that name the lowest height."""

import pytest

from app.core.codec import encode
from app.core.errors import NotFound, StoreDamaged
from app.core.wire import store_pb2
from app.node.consensus.proposer import ValidatorSchedule
from app.node.consensus.validators import Validator, ValidatorSet, ValidatorUpdate
from app.node.engine.engine import EmbeddedEngine
from app.node.store.chain import BlockRecord, ChainStore
from tests.fakes.chain import make_key
from tests.fakes.consortium import FakeConsortium, MemoryHighWater, grow, make_consortium, make_engine, make_store
from tests.fakes.keyvalue import MemoryKeyValue


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    return make_engine(consortium)


# ---- blocks --------------------------------------------------------------------------------------------------------
def test_blocks_come_raw_and_in_order_within_the_bounds(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    grow(engine, consortium.clerk, 6, each=2)
    store = engine.store
    blocks = [store.block(height) or b"" for height in range(1, 7)]
    assert store.raw_blocks(1, 100, 10**9) == blocks
    assert store.raw_blocks(3, 2, 10**9) == blocks[2:4]
    assert store.raw_blocks(2, 100, len(blocks[1]) + len(blocks[2])) == blocks[1:3]
    assert store.raw_blocks(2, 100, len(blocks[1]) + len(blocks[2]) - 1) == blocks[1:2]
    assert store.raw_blocks(2, 100, 0) == blocks[1:2]  # one at least, or nobody could go on
    assert store.raw_blocks(7, 5, 10**9) == []
    assert store.raw_blocks(1, 0, 10**9) == store.raw_blocks(0, 5, 10**9) == store.raw_blocks(-3, 5, 10**9) == []


def test_blocks_that_are_staged_only_are_not_handed_out(engine: EmbeddedEngine) -> None:
    engine.produce()
    tip = store_pb2.Tip()
    tip.CopyFrom(engine.store.tip)
    tip.height = 2
    engine.store.append(BlockRecord(tip, b"block", b"commit", b"", [], [], 0))
    assert engine.store.block(2) == b"block"
    assert len(engine.store.raw_blocks(1, 10, 10**9)) == 1


def test_a_chain_that_begins_later_has_nothing_below() -> None:
    store = make_store()
    with pytest.raises(StoreDamaged):
        _ = store.base
    store.begin(b"fingerprint", store_pb2.Tip(height=4), {b"key": b"value"})
    assert store.base == 5
    assert store.block(5) is None
    assert store.raw_blocks(5, 10, 10**9) == []
    for read in (store.block, store.results, store.block_hash, lambda height: store.raw_blocks(height, 1, 1)):
        with pytest.raises(NotFound) as caught:
            read(2)
        assert caught.value.facts["oldest"] == 5


# ---- who signs -----------------------------------------------------------------------------------------------------
def make_set(count: int, seed: str = "validator") -> ValidatorSet:
    return ValidatorSet(Validator(bytes(make_key(f"{seed} {index}").verify_key), 10) for index in range(count))


def tip_of(schedule: ValidatorSchedule, height: int) -> store_pb2.Tip:
    return store_pb2.Tip(
        height=height,
        validators=encode(schedule.current.to_wire()),
        next_validators=encode(schedule.upcoming.to_wire()),
    )


def test_who_signs_a_height_is_known_for_every_height_up_to_two_above_the_tip() -> None:
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    store = ChainStore(kv, mark)
    first, newcomer = make_set(3), make_set(1, "newcomer").validators[0]
    schedule = ValidatorSchedule.start(first)
    store.begin(b"fingerprint", tip_of(schedule, 0), {b"key": b"value"})
    expected = {1: first, 2: first}
    updates = {4: ValidatorUpdate(newcomer.key, 10), 7: ValidatorUpdate(newcomer.key, 0)}
    for height in range(1, 12):
        changes = [updates[height]] if height in updates else []
        schedule = schedule.after_block(changes)
        expected[height + 2] = schedule.upcoming.validators
        store.append(BlockRecord(tip_of(schedule, height), b"block", b"", b"", [], [], 0))
    store.flush()
    assert {len(members) for members in expected.values()} == {3, 4}
    for reader in (store, ChainStore(kv.reopen(), mark)):
        for height, members in expected.items():
            assert reader.validators_at(height) == encode(members.to_wire())
        assert [reader.validators_at(height) for height in (-1, 0, 14)] == [None, None, None]
    assert len(list(kv.scan(b"cv", b"cw"))) == 3  # once for each change, whatever the rotation does


def test_a_store_that_is_told_of_no_validators_knows_none() -> None:
    store = make_store()
    store.begin(b"fingerprint", store_pb2.Tip(), {b"key": b"value"})
    store.append(BlockRecord(store_pb2.Tip(height=1), b"", b"", b"", [], [], 0))
    assert [store.validators_at(height) for height in (1, 2, 3)] == [None, None, None]
