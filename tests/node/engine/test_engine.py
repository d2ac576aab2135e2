"""The embedded engine: what it makes is what CometBFT would make, and what it told is on the disk."""

import asyncio
from collections.abc import Sequence

import pytest

from app.core.codec import decode
from app.core.errors import BadGenesis, StoreFailed
from app.core.hashing import sha256
from app.core.refusals import Expired, Replayed, TooLarge
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.blocktime import median_time
from app.node.consensus.hashes import block_id, consensus_hash, results_hash
from app.node.consensus.predicates import (
    block_time,
    check_block,
    check_commit,
    check_first_block,
    check_header_follows,
    check_next_validators_hash,
    check_validators_hash,
)
from app.node.engine.engine import BLOCK_OVERHEAD, SIGNATURE_OVERHEAD, EmbeddedEngine
from app.node.engine.keys import ConsortiumKeys
from app.node.execution import load_results
from app.node.mempool import FRAME_BYTES
from tests.fakes.chain import INTERVAL, START
from tests.fakes.consortium import (
    FakeConsortium,
    MovedClock,
    block_at,
    commit_at,
    grow,
    make_consortium,
    make_engine,
    make_store,
)
from tests.fakes.council import make_council
from tests.fakes.keyvalue import MemoryKeyValue

MILLISECOND = 1_000_000
OVERHEAD = BLOCK_OVERHEAD + 4 * SIGNATURE_OVERHEAD


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    return make_engine(consortium)


def times_of(engine: EmbeddedEngine) -> list[int]:
    return [block_time(block_at(engine.store, height).header) for height in range(1, engine.store.tip.height + 1)]


# ---- blocks --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("powers", [[10], [10] * 4, [1, 2, 3, 50], [7] * 31], ids=str)
def test_every_block_passes_every_predicate(powers: Sequence[int]) -> None:
    consortium = make_consortium(powers)
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 12, each=3)
    members, chain_id = consortium.genesis.validators, consortium.genesis.chain_id
    check_first_block(block_at(engine.store, 1), consortium.genesis)
    for height in range(1, 13):
        block, commit = block_at(engine.store, height), commit_at(engine.store, height)
        check_block(block, commit.block_id, chain_id)
        check_commit(chain_id, commit, Height(height), block_id(block), members)
        check_validators_hash(block.header, members)
        check_next_validators_hash(block.header, members)
        assert block.header.consensus_hash == consensus_hash(22_020_096, -1)
        if height > 1:
            before = block_at(engine.store, height - 1)
            check_header_follows(block.header, before.header, block_id(before))
            assert block_time(block.header) == median_time(block.last_commit, members)


def test_header_carries_state_and_results_of_the_block_before(
    engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    start = engine.store.tip.app_hash
    grow(engine, consortium.clerk, 1, each=2)
    after, results = engine.store.tip.app_hash, load_results(engine.store, 1)
    engine.produce()
    first, second = block_at(engine.store, 1).header, block_at(engine.store, 2).header
    assert first.app_hash == start != after
    assert first.last_results_hash == results_hash([])
    assert second.app_hash == after
    assert second.last_results_hash == results_hash(results) != results_hash([])


def test_empty_blocks_leave_the_state_root_alone(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    grow(engine, consortium.clerk, 1)
    after = engine.store.tip.app_hash
    for _ in range(5):
        engine.produce()
    assert engine.store.tip.app_hash == after


def naive_proposers(powers: Sequence[tuple[bytes, int]], count: int) -> list[bytes]:
    """CometBFT's rotation for a set that never changes, from its description: the richest pays the total."""
    priority = {address: 0 for address, _ in powers}
    total, chosen = sum(power for _, power in powers), []
    for _ in range(count):
        for address, power in powers:
            priority[address] += power
        winner = min(priority, key=lambda address: (-priority[address], address))
        priority[winner] -= total
        chosen.append(winner)
    return chosen


@pytest.mark.parametrize("powers", [[10] * 4, [1, 2, 3, 50], [5, 5, 1]], ids=str)
def test_proposers_take_turns_by_power(powers: Sequence[int]) -> None:
    consortium = make_consortium(powers)
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 2 * sum(powers), each=0)
    members = [(member.address, member.power) for member in consortium.genesis.validators]
    made = [block_at(engine.store, height).header.proposer_address for height in range(1, 2 * sum(powers) + 1)]
    assert made == naive_proposers(members, len(made))


# ---- time ----------------------------------------------------------------------------------------------------------
def test_first_block_has_the_genesis_time_and_later_ones_the_votes(consortium: FakeConsortium) -> None:
    engine = make_engine(consortium, clock=MovedClock(START))
    grow(engine, consortium.clerk, 3, each=0)
    assert times_of(engine) == [START, START + INTERVAL, START + 2 * INTERVAL]


def test_time_rises_by_a_millisecond_while_the_clock_stands_still(consortium: FakeConsortium) -> None:
    engine = make_engine(consortium, clock=MovedClock(START, step=0))
    grow(engine, consortium.clerk, 4, each=0)
    assert times_of(engine) == [START + MILLISECOND * step for step in range(4)]


def test_time_rises_when_the_clock_jumps_back_and_again_when_it_catches_up(consortium: FakeConsortium) -> None:
    clock = MovedClock(START)
    engine = make_engine(consortium, clock=clock)
    grow(engine, consortium.clerk, 2, each=0)
    clock.at -= 3600 * 1_000_000_000
    grow(engine, consortium.clerk, 3, each=0)
    clock.at = START + 100 * INTERVAL
    grow(engine, consortium.clerk, 2, each=0)
    first = START + 2 * INTERVAL  # what the clock said before it jumped
    steps = [first + step * MILLISECOND for step in range(4)]
    assert times_of(engine)[2:] == [*steps, START + 101 * INTERVAL]


def test_a_clock_before_genesis_does_not_stop_the_chain(consortium: FakeConsortium) -> None:
    engine = make_engine(consortium, clock=MovedClock(0, step=1))
    grow(engine, consortium.clerk, 3)
    assert times_of(engine) == [START, START + MILLISECOND, START + 2 * MILLISECOND]


# ---- restarts ------------------------------------------------------------------------------------------------------
def test_restarts_leave_no_trace_in_the_chain(consortium: FakeConsortium) -> None:
    steady = make_engine(consortium)
    transactions = [consortium.clerk.notarize(20) for _ in range(12)]
    for raw in transactions:
        steady.admit(raw)
        steady.produce()
    clock, kv, mark = MovedClock(), MemoryKeyValue(), make_store()._high_water
    for raw in transactions:
        kv = kv.reopen()
        engine = make_engine(consortium, store=make_store(kv, mark), clock=clock)
        engine.admit(raw)
        engine.produce()
    assert make_store(kv, mark).tip == steady.store.tip
    assert make_store(kv, mark).block(12) == steady.store.block(12)


def test_a_block_that_did_not_reach_the_disk_was_never_made(consortium: FakeConsortium) -> None:
    kv, mark = MemoryKeyValue(), make_store()._high_water
    engine = make_engine(consortium, store=make_store(kv, mark))
    grow(engine, consortium.clerk, 3)
    seen: list[int] = []
    engine.on_block(seen.append)
    raw = consortium.clerk.notarize(100)
    engine.admit(raw)
    kv.fail_next_write()
    with pytest.raises(StoreFailed):
        engine.produce()
    assert seen == []
    assert engine.store.durable_tip.height == 3
    again = make_engine(consortium, store=make_store(kv.reopen(), mark))
    assert again.store.tip.height == 3
    assert again.store.receipt(sha256(raw)) is None
    again.admit(raw)
    assert again.produce() == 4
    assert again.store.receipt(sha256(raw)) is not None


def test_listeners_hear_of_a_block_when_it_is_durable(engine: EmbeddedEngine) -> None:
    heard: list[tuple[int, int]] = []
    engine.on_block(lambda height: heard.append((height, engine.store.durable_tip.height)))
    engine.produce()
    engine.produce()
    assert heard == [(1, 1), (2, 2)]


def test_a_store_of_another_chain_is_refused(consortium: FakeConsortium) -> None:
    kv = MemoryKeyValue()
    make_engine(consortium, store=make_store(kv))
    other = make_consortium(3)
    with pytest.raises(BadGenesis) as caught:
        make_engine(other, store=make_store(kv.reopen()))
    assert caught.value.facts["got"] == other.genesis.fingerprint.hex()


def test_an_engine_without_the_key_of_a_validator_is_refused(consortium: FakeConsortium) -> None:
    keys = ConsortiumKeys(consortium.keys.operator, consortium.keys.validators[1:])
    with pytest.raises(BadGenesis, match="key of a validator is missing"):
        EmbeddedEngine(
            make_store(), consortium.genesis, consortium.genesis_bytes, consortium.writes, keys, MovedClock()
        )


# ---- transactions --------------------------------------------------------------------------------------------------
def test_transactions_stand_in_order_of_arrival(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    sent = [consortium.clerk.notarize(10) for _ in range(50)]
    for raw in reversed(sent):
        engine.admit(raw)
    engine.produce()
    assert list(block_at(engine.store, 1).data.txs) == sent[::-1]


def test_a_record_may_follow_one_that_still_waits(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    clerk = consortium.clerk
    nonce = clerk.nonce()
    record = clerk.first_record(nonce)
    engine.admit(clerk.transaction(record, 10, nonce=nonce))
    for _ in range(4):
        record = clerk.next_record(record)
        engine.admit(clerk.transaction(record, 10))
    engine.produce()
    assert [result.code for result in load_results(engine.store, 1)] == [0] * 5


def test_a_transaction_that_stands_in_a_block_is_refused_as_replayed(
    engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    raw = consortium.clerk.notarize(10)
    assert engine.admit(raw) == engine.admit(raw) == sha256(raw)
    engine.produce()
    with pytest.raises(Replayed):
        engine.admit(raw)
    assert len(block_at(engine.store, 1).data.txs) == 1


def test_blocks_are_no_larger_than_the_chain_allows_and_what_waits_expires() -> None:
    consortium = make_consortium(max_block_bytes=OVERHEAD + 1_000)
    engine = make_engine(consortium)
    sent = [consortium.clerk.notarize(2) for _ in range(10)]
    for raw in sent:
        engine.admit(raw)
    engine.produce()
    engine.produce()
    counts = [len(block_at(engine.store, height).data.txs) for height in (1, 2)]
    assert 0 < counts[0] == counts[1] < 5
    assert list(block_at(engine.store, 2).data.txs) == sent[counts[0] : 2 * counts[0]]
    engine.produce()
    assert not block_at(engine.store, 3).data.txs  # the others were valid until height 2
    with pytest.raises(Expired):
        engine.admit(sent[-1])
    for height in (1, 2, 3):
        assert len(engine.store.block(height) or b"") <= consortium.genesis.max_block_bytes


def test_a_chain_without_a_block_limit_takes_transactions() -> None:
    consortium = make_consortium(max_block_bytes=-1)
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 1, each=5)
    assert len(block_at(engine.store, 1).data.txs) == 5


def test_a_transaction_larger_than_a_block_does_not_hold_up_the_others() -> None:
    consortium = make_consortium(max_block_bytes=OVERHEAD + 700)
    engine = make_engine(consortium)
    large = consortium.clerk.notarize(10, subject="x" * 500)
    small = consortium.clerk.notarize(10)
    assert len(large) > 700
    with pytest.raises(TooLarge):
        engine.admit(large)
    engine.admit(small)
    engine.produce()
    assert list(block_at(engine.store, 1).data.txs) == [small]


def test_large_consortium_still_makes_blocks_within_the_limit() -> None:
    consortium = make_consortium(100, max_block_bytes=40_000)
    engine = make_engine(consortium)
    for _ in range(400):
        engine.admit(consortium.clerk.notarize(100))
    engine.produce()
    engine.produce()
    assert len(engine.store.block(2) or b"") <= 40_000


def test_blocks_stay_within_the_limit_when_validators_have_joined() -> None:
    council = make_council(may_join=16, max_block_bytes=8_000)
    engine = make_engine(council.consortium)
    for number in range(4, 20):
        council.change(engine, number, 1)
    engine.produce()
    engine.produce()
    for _ in range(40):
        engine.admit(council.consortium.clerk.notarize(100))
    engine.produce()
    block = engine.store.block(engine.store.tip.height) or b""
    assert 6_000 < len(block) <= 8_000


def test_a_transaction_may_be_as_large_as_the_votes_of_the_next_validators_leave_room() -> None:
    council = make_council(max_block_bytes=4_000)
    engine = make_engine(council.consortium)
    room = 4_000 - BLOCK_OVERHEAD - FRAME_BYTES
    council.change(engine, 4, 1)
    with pytest.raises(TooLarge) as caught:
        engine.admit(bytes(4_000))
    assert caught.value.facts["expected"] == room - 5 * SIGNATURE_OVERHEAD
    council.change(engine, 4, 0)
    for _ in range(2):
        engine.produce()
    with pytest.raises(TooLarge) as caught:
        engine.admit(bytes(4_000))
    assert caught.value.facts["expected"] == room - 4 * SIGNATURE_OVERHEAD


def test_seen_commit_makes_the_newest_block_final(engine: EmbeddedEngine, consortium: FakeConsortium) -> None:
    engine.produce()
    commit = decode(pb.Commit, engine.store.seen_commit() or b"")
    target = block_id(block_at(engine.store, 1))
    check_commit(consortium.genesis.chain_id, commit, Height(1), target, consortium.genesis.validators)


async def test_run_makes_blocks_until_cancelled(engine: EmbeddedEngine) -> None:
    enough = asyncio.Event()
    engine.on_block(lambda height: enough.set() if height == 3 else None)
    running = asyncio.create_task(engine.run(0.001))
    await enough.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()


async def test_run_ends_with_the_error_when_the_disk_fails(consortium: FakeConsortium) -> None:
    kv = MemoryKeyValue()
    engine = make_engine(consortium, store=make_store(kv))
    engine.on_block(lambda height: kv.fail_next_write() if height == 2 else None)
    with pytest.raises(StoreFailed):
        await engine.run(0.001)
    assert engine.store.durable_tip.height == 2
