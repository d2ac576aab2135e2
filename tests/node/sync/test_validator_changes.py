"""Validators that the bookkeepers change: the node goes with them, and judges each height by its own set."""

from dataclasses import replace

import pytest

from app.core.codec import decode
from app.core.errors import ForkDetected, InvalidBlock, NotEnoughPower
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import block_id
from app.node.consensus.time import from_timestamp
from app.node.consensus.validators import ValidatorSet
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import ConsortiumKeys
from app.node.service import NodeService
from app.node.store.chain import ChainStore
from app.node.sync import follower as follower_module
from tests.fakes.chain import sign_commit
from tests.fakes.consortium import FakeConsortium, MemoryHighWater, block_at, grow, make_engine
from tests.fakes.council import Council, make_council
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.network import FakePeer, Served, copy_chain, make_node, serving, state_of, with_transactions

CHANGE = 3
"""The height at which a change is decided; it acts two blocks later."""


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
def engine(council: Council) -> EmbeddedEngine:
    """Two blocks, before anything changes."""
    engine = make_engine(council.consortium)
    grow(engine, council.consortium.clerk, CHANGE - 1)
    return engine


def powers_at(store: ChainStore, height: int) -> dict[bytes, int] | None:
    encoded = store.validators_at(height)
    if encoded is None:
        return None
    return {member.key: member.power for member in ValidatorSet.from_wire(decode(pb.ValidatorSet, encoded))}


def powers(council: Council, *listed: int) -> dict[bytes, int]:
    return {council.key(number): power for number, power in enumerate(listed) if power}


def signed_by(council: Council, served: Served, members: ValidatorSet) -> Served:
    """The block with a commit by all of a set."""
    target = block_id(served.block)
    time = Nanoseconds(from_timestamp(served.block.header.time) + 1_000_000_000)
    commit = sign_commit(council.keys_of(members), Height(served.block.header.height), target, time=time)
    return Served(served.block, commit, target)


async def follow(node: NodeService, url: str) -> None:
    node.peers.replace([url])
    while node.follower.halted is None and await node.follower.step():
        pass


# ---- following -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "power", "after"),
    [
        (3, 0, (10, 10, 10)),
        (0, 0, (0, 10, 10, 10)),
        (1, 25, (10, 25, 10, 10)),
        (2, 1, (10, 10, 1, 10)),
        (4, 10, (10, 10, 10, 10, 10)),
        (5, 200, (10, 10, 10, 10, 0, 200)),
    ],
    ids=["one leaves", "the first leaves", "more power", "less power", "one joins", "one joins with most of the power"],
)
@pytest.mark.parametrize("group", [1, 2, 50])
async def test_a_change_acts_two_blocks_later_and_the_node_follows_it(
    council: Council,
    engine: EmbeddedEngine,
    number: int,
    power: int,
    after: tuple[int, ...],
    group: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(follower_module, "GROUP", group)
    council.change(engine, number, power)
    grow(engine, council.consortium.clerk, 5)
    async with serving(engine) as url, make_node(council.consortium, [url]) as node:
        await follow(node, url)
        assert node.follower.halted is None
        assert node.store.durable_tip == engine.store.durable_tip
        before = powers(council, 10, 10, 10, 10)
        for height in range(1, CHANGE + 2):
            assert powers_at(node.store, height) == before
        for height in range(CHANGE + 2, engine.store.tip.height + 3):
            assert powers_at(node.store, height) == powers(council, *after)
        assert powers_at(node.store, engine.store.tip.height + 3) is None
        assert node.signers()[1] == len(powers(council, *after))


async def test_the_blocks_say_who_signs_them(council: Council, engine: EmbeddedEngine) -> None:
    """What the node is compared with: the headers that the engine made."""
    council.change(engine, 3, 0)
    grow(engine, council.consortium.clerk, 4)
    hashes = [block_at(engine.store, height).header.validators_hash for height in range(1, 8)]
    assert hashes[: CHANGE + 1] == [hashes[0]] * (CHANGE + 1)
    assert hashes[CHANGE + 1 :] == [hashes[-1]] * (7 - CHANGE - 1)
    assert hashes[0] != hashes[-1]


async def test_several_changes_one_after_the_other_and_two_in_one_block(
    council: Council, engine: EmbeddedEngine
) -> None:
    council.change(engine, 3, 0)
    council.change(engine, 4, 5)
    for raw in (*council.ballots(engine, 1, 12), *council.ballots(engine, 2, 9)):
        engine.admit(raw)
    engine.produce()
    grow(engine, council.consortium.clerk, 3)
    async with serving(engine) as url, make_node(council.consortium, [url]) as node:
        await follow(node, url)
        assert node.store.durable_tip == engine.store.durable_tip
        expected = [(10, 10, 10, 10)] * 4 + [(10, 10, 10), (10, 10, 10, 0, 5), (10, 12, 9, 0, 5)]
        assert [powers_at(node.store, height) for height in range(1, 8)] == [
            powers(council, *each) for each in expected
        ]


async def test_what_is_proposed_and_not_decided_changes_nobody(council: Council, engine: EmbeddedEngine) -> None:
    for raw in council.ballots(engine, 3, 0)[:2]:
        engine.admit(raw)
    engine.produce()
    grow(engine, council.consortium.clerk, 4)
    async with serving(engine) as url, make_node(council.consortium, [url]) as node:
        await follow(node, url)
        assert node.store.durable_tip == engine.store.durable_tip
        assert powers_at(node.store, 8) == powers(council, 10, 10, 10, 10)


@pytest.mark.parametrize("stop", range(1, 8))
async def test_a_restart_anywhere_around_a_change_is_no_matter(
    council: Council, engine: EmbeddedEngine, stop: int
) -> None:
    council.change(engine, 3, 0)
    grow(engine, council.consortium.clerk, 5)
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    async with (
        FakePeer(copy_chain(engine, stop), council.consortium.genesis.chain_id, raw=True) as short,
        make_node(council.consortium, [], store=ChainStore(kv, mark)) as node,
    ):
        await follow(node, short.url)
        assert node.store.durable_tip.height == stop
    async with (
        serving(engine) as url,
        make_node(council.consortium, [], store=ChainStore(kv.reopen(), mark)) as again,
    ):
        await follow(again, url)
        assert again.store.durable_tip == engine.store.durable_tip
        assert powers_at(again.store, CHANGE + 1) == powers(council, 10, 10, 10, 10)
        assert powers_at(again.store, CHANGE + 2) == powers(council, 10, 10, 10)


# ---- who may sign what ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("height", [CHANGE + 1, CHANGE + 2, CHANGE + 4])
async def test_a_newest_block_is_final_by_the_set_of_its_height_alone(
    council: Council, engine: EmbeddedEngine, height: int
) -> None:
    """One with most of the power joins: neither the old set can do without it, nor it without the height."""
    council.change(engine, 5, 200)
    grow(engine, council.consortium.clerk, 5)
    old, new = (engine_set(engine, number) for number in (1, CHANGE + 2))
    right, wrong = (old, new) if height < CHANGE + 2 else (new, old)
    for members, reached in ((wrong, height - 1), (right, height)):
        chain = copy_chain(engine, height)
        chain[-1] = signed_by(council, chain[-1], members)
        async with (
            FakePeer(chain, council.consortium.genesis.chain_id) as peer,
            make_node(council.consortium, [peer.url]) as node,
        ):
            await follow(node, peer.url)
            assert node.store.durable_tip.height == reached
            assert isinstance(state_of(node, peer).error, InvalidBlock) is (reached < height)


def engine_set(engine: EmbeddedEngine, height: int) -> ValidatorSet:
    return ValidatorSet.from_wire(decode(pb.ValidatorSet, engine.store.validators_at(height) or b""))


@pytest.mark.parametrize(
    ("height", "signers", "is_fork"),
    [
        (CHANGE, 1, True),
        (CHANGE + 1, 1, True),
        (CHANGE + 2, CHANGE + 2, True),
        (CHANGE, CHANGE + 2, False),
        (CHANGE + 1, CHANGE + 2, False),
        (CHANGE + 2, 1, False),
    ],
    ids=["old, before", "old, last", "new, first", "new, before", "new, too early", "old, too late"],
)
async def test_another_final_block_below_ours_is_judged_by_the_set_of_its_height(
    council: Council, engine: EmbeddedEngine, height: int, signers: int, is_fork: bool
) -> None:
    """Who left the set may sign what it likes afterwards; who was in it then answers for what was final then."""
    council.change(engine, 3, 0)
    grow(engine, council.consortium.clerk, 5)
    forked = copy_chain(engine, height)
    other = with_transactions(forked[-1], [council.consortium.clerk.notarize(50)])
    forked[-1] = signed_by(council, other, engine_set(engine, signers))
    async with (
        serving(engine) as honest,
        FakePeer(forked, council.consortium.genesis.chain_id) as liar,
        make_node(council.consortium, [honest]) as node,
    ):
        await follow(node, honest)
        assert node.store.durable_tip == engine.store.durable_tip
        await follow(node, liar.url)
        if is_fork:
            assert isinstance(node.follower.halted, ForkDetected)
            assert node.follower.halted.facts["height"] == height
            assert len(node.store.contradictions()) == 1
        else:
            assert node.follower.halted is None
            assert isinstance(state_of(node, liar).error, InvalidBlock)
            assert node.store.contradictions() == []


async def test_a_header_that_announces_other_validators_than_were_decided_is_refused(
    council: Council, engine: EmbeddedEngine
) -> None:
    """Even if all of those in office sign it: the law, not the header, says who comes next."""
    council.change(engine, 3, 0)
    grow(engine, council.consortium.clerk, 1)
    chain = copy_chain(engine)
    members = engine_set(engine, 1)
    chain[-1].block.header.next_validators_hash = members.hash
    chain[-1] = signed_by(council, chain[-1], members)
    async with (
        FakePeer(chain, council.consortium.genesis.chain_id) as peer,
        make_node(council.consortium, [peer.url]) as node,
    ):
        await follow(node, peer.url)
        error = state_of(node, peer).error
        assert isinstance(error, InvalidBlock)
        assert error.facts["check"] == "next_validators_hash"
        assert node.store.durable_tip.height == CHANGE


async def test_a_validator_whose_key_the_engine_lacks_is_absent_and_the_chain_goes_on(council: Council) -> None:
    engine = make_engine(without_keys(council, 4, 5))
    grow(engine, council.consortium.clerk, CHANGE - 1)
    council.change(engine, 4, 10)
    grow(engine, council.consortium.clerk, 4)
    flags = [signature.block_id_flag for signature in decode(pb.Commit, engine.store.seen_commit() or b"").signatures]
    assert sorted(flags) == [pb.BLOCK_ID_FLAG_ABSENT] + [pb.BLOCK_ID_FLAG_COMMIT] * 4
    async with serving(engine) as url, make_node(council.consortium, [url]) as node:
        await follow(node, url)
        assert node.store.durable_tip == engine.store.durable_tip


def test_an_engine_that_no_longer_holds_two_thirds_makes_no_block(council: Council) -> None:
    engine = make_engine(without_keys(council, 4, 5))
    council.change(engine, 4, 20)  # of 60, and the engine has exactly two thirds
    engine.produce()
    height = engine.store.durable_tip.height
    with pytest.raises(NotEnoughPower):
        engine.produce()
    assert engine.store.durable_tip.height == height


def without_keys(council: Council, *numbers: int) -> FakeConsortium:
    """The consortium of an engine that these validators' keys are kept from."""
    keys = council.consortium.keys
    kept = tuple(key for number, key in enumerate(keys.validators) if number not in numbers)
    return replace(council.consortium, keys=ConsortiumKeys(keys.operator, kept))
