"""What the consortium signed and what contradicts our own state: the node stops, keeps both, and says why."""

import asyncio

import pytest

from app.core.codec import decode
from app.core.errors import AppHashDiffers, ForkDetected, InvalidBlock, NodeHalted, PeerMisbehaved, StoreDamaged
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import block_id
from app.node.consensus.predicates import check_commit
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.node.store.chain import ChainStore
from app.node.tip import genesis_tip
from tests.fakes.chain import ABSENT, COMMIT
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
from tests.fakes.network import FakePeer, Served, copy_chain, make_node, serving, sign_anew, state_of, with_transactions

HEIGHT = 8


def kept(node: NodeService, consortium: FakeConsortium) -> list[pb.SignedHeader]:
    """The evidence, each with a commit that holds."""
    found = [decode(pb.SignedHeader, data) for data in node.store.contradictions()]
    for signed in found:
        members, height = consortium.genesis.validators, Height(signed.header.height)
        check_commit(consortium.genesis.chain_id, signed.commit, height, signed.commit.block_id, members)
    return found


def forked(consortium: FakeConsortium, chain: list[Served]) -> list[Served]:
    """The chain whose last block holds other transactions, signed by everybody as well."""
    other = with_transactions(chain[-1], [consortium.clerk.notarize(100)])
    return [*chain[:-1], sign_anew(consortium, other)]


async def run_until_halted(node: NodeService) -> None:
    async with asyncio.timeout(20):
        await node.follower.run()


# ---- state root ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "part"), [("app_hash", None), ("last_results_hash", "results")])
async def test_a_root_other_than_ours_signed_by_all_stops_the_node(
    consortium: FakeConsortium, engine: EmbeddedEngine, name: str, part: str | None
) -> None:
    chain = copy_chain(engine, 6)
    ours = getattr(chain[-1].block.header, name).hex()
    setattr(chain[-1].block.header, name, bytes(32))
    chain[-1] = sign_anew(consortium, chain[-1])
    async with FakePeer(chain, consortium.genesis.chain_id) as peer, make_node(consortium, [peer.url]) as node:
        await run_until_halted(node)
        halted = node.follower.halted
        assert isinstance(halted, AppHashDiffers)
        assert halted.facts["height"] == 5
        assert (halted.facts["expected"], halted.facts["got"]) == (ours, bytes(32).hex())
        assert halted.facts.get("part") == part
        assert node.store.durable_tip.height == 5
        assert kept(node, consortium) == [pb.SignedHeader(header=chain[-1].block.header, commit=chain[-1].commit)]
        with pytest.raises(NodeHalted) as caught:
            await node.submit(consortium.clerk.notarize(100))
        assert caught.value.facts["reason"] == "app-hash-differs"
        assert peer.taken == []


async def test_a_root_signed_by_too_few_is_only_a_lie(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    chain = copy_chain(engine, 6)
    chain[-1].block.header.app_hash = bytes(32)
    chain[-1] = sign_anew(consortium, chain[-1], flags=[COMMIT, COMMIT, ABSENT, ABSENT])
    async with FakePeer(chain, consortium.genesis.chain_id) as peer, make_node(consortium, [peer.url]) as node:
        await node.follower.step()
        assert node.follower.halted is None
        assert isinstance(state_of(node, peer).error, InvalidBlock)
        assert kept(node, consortium) == []


async def test_one_changed_state_key_is_found_at_the_first_block(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """The node's own state is wrong: whatever the reason, it must not go on serving."""
    store = make_store()
    writes = {**consortium.writes, b"chain/x": b"changed"}
    store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), writes)
    async with serving(engine) as url, make_node(consortium, [url], store=store) as node:
        await run_until_halted(node)
        halted = node.follower.halted
        assert isinstance(halted, AppHashDiffers)
        assert (halted.facts["height"], halted.facts["got"]) == (0, block_at(engine.store, 1).header.app_hash.hex())


async def test_a_state_on_which_a_final_block_cannot_be_executed_is_no_fault_of_the_peer(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        with node.store.lock:  # somebody has been here before the block
            node.store.state.apply(Height(1), {b"chain/x": b"changed"}, [])
            node.store.flush()
        await run_until_halted(node)
        assert isinstance(node.follower.halted, StoreDamaged)
        assert state_of(node, url).error is None
        assert node.store.durable_tip.height == 0


async def test_a_difference_is_found_again_after_a_restart(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    chain = copy_chain(engine, 6)
    chain[-1].block.header.app_hash = bytes(32)
    chain[-1] = sign_anew(consortium, chain[-1])
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    async with FakePeer(chain, consortium.genesis.chain_id) as peer:
        for _ in range(2):
            kv = kv.reopen()
            async with make_node(consortium, [peer.url], store=ChainStore(kv, mark)) as node:
                await run_until_halted(node)
                assert isinstance(node.follower.halted, AppHashDiffers)
                assert node.store.durable_tip.height == 5
                assert len(kept(node, consortium)) == 1


# ---- forks ---------------------------------------------------------------------------------------------------------
async def test_two_final_blocks_at_our_height_stop_the_node(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    other = forked(consortium, copy_chain(engine))
    async with (
        serving(engine) as honest,
        FakePeer(other, consortium.genesis.chain_id) as liar,
        make_node(consortium, [honest]) as node,
    ):
        await node.follower.step()
        node.peers.replace([honest, liar.url])
        await run_until_halted(node)
        halted = node.follower.halted
        assert isinstance(halted, ForkDetected)
        assert halted.facts["height"] == HEIGHT
        assert halted.facts["expected"] == engine.store.tip.block_hash.hex()
        assert halted.facts["got"] == other[-1].block_id.hash.hex()
        assert node.store.durable_tip == engine.store.durable_tip
        assert [signed.header for signed in kept(node, consortium)] == [other[-1].block.header]
        with pytest.raises(NodeHalted):
            await node.submit(consortium.clerk.notarize(100))


async def test_a_final_block_below_our_height_that_is_not_ours_stops_the_node(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    other = forked(consortium, copy_chain(engine, 3))
    async with (
        serving(engine) as honest,
        FakePeer(other, consortium.genesis.chain_id) as liar,
        make_node(consortium, [honest]) as node,
    ):
        await node.follower.step()
        node.peers.replace([honest, liar.url])
        await run_until_halted(node)
        assert isinstance(node.follower.halted, ForkDetected)
        assert node.follower.halted.facts["height"] == 3


async def test_a_final_block_that_does_not_follow_ours_stops_the_node(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """The other branch is longer: it is met as the next block."""
    branch = make_engine(consortium)
    grow(branch, consortium.clerk, HEIGHT + 2)
    async with serving(engine) as ours, serving(branch) as theirs, make_node(consortium, [ours]) as node:
        await node.follower.step()
        node.peers.replace([theirs])
        await run_until_halted(node)
        halted = node.follower.halted
        assert isinstance(halted, ForkDetected)
        assert halted.facts["expected"] == engine.store.tip.block_hash.hex()
        assert node.store.durable_tip == engine.store.durable_tip
        assert kept(node, consortium)[0].header.height == HEIGHT + 1


async def test_a_fork_is_not_forgotten_by_a_restart(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    other = forked(consortium, copy_chain(engine))
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    async with serving(engine) as honest:
        async with (
            FakePeer(other, consortium.genesis.chain_id) as liar,
            make_node(consortium, [honest], store=ChainStore(kv, mark)) as node,
        ):
            await node.follower.step()
            node.peers.replace([honest, liar.url])
            await run_until_halted(node)
        grow(engine, consortium.clerk, 2)
        async with make_node(consortium, [honest], store=ChainStore(kv.reopen(), mark)) as node:
            await run_until_halted(node)
            assert isinstance(node.follower.halted, ForkDetected)
            assert node.follower.halted.facts["got"] == other[-1].block_id.hash.hex()
            assert node.store.durable_tip.height == HEIGHT


@pytest.mark.parametrize("flags", [[COMMIT, COMMIT, ABSENT, ABSENT], [ABSENT] * 4])
async def test_a_fork_without_the_votes_is_only_a_lie(
    consortium: FakeConsortium, engine: EmbeddedEngine, flags: list[pb.BlockIDFlag]
) -> None:
    other = forked(consortium, copy_chain(engine))
    other[-1] = sign_anew(consortium, other[-1], flags=flags)
    async with (
        serving(engine) as honest,
        FakePeer(other, consortium.genesis.chain_id) as liar,
        make_node(consortium, [honest, liar.url]) as node,
    ):
        for _ in range(3):
            await node.follower.step()
        assert node.follower.halted is None
        assert node.store.durable_tip == engine.store.durable_tip
        assert isinstance(state_of(node, liar).error, InvalidBlock)
        assert kept(node, consortium) == []


async def test_a_status_that_names_another_block_than_the_peer_serves_is_a_lie(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    chain = copy_chain(engine, 5)
    async with (
        serving(engine) as honest,
        FakePeer(chain, consortium.genesis.chain_id) as liar,
        make_node(consortium, [honest, liar.url]) as node,
    ):
        true = liar._status({})
        assert isinstance(true, dict)
        true["sync_info"]["latest_block_hash"] = "00" * 32
        liar.answers["status"] = lambda _: true
        for _ in range(3):
            await node.follower.step()
        assert node.follower.halted is None
        assert isinstance(state_of(node, liar).error, PeerMisbehaved)
        assert node.store.durable_tip == engine.store.durable_tip


async def test_a_peer_below_our_height_with_our_blocks_is_in_order(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with (
        serving(engine) as honest,
        FakePeer(copy_chain(engine, 3), consortium.genesis.chain_id) as behind,
        make_node(consortium, [behind.url, honest]) as node,
    ):
        for _ in range(3):
            await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
        assert state_of(node, behind).error is None
        assert node.follower.halted is None


async def test_a_peer_that_has_no_block_yet_is_in_order(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    async with (
        serving(make_engine(consortium)) as empty,
        serving(engine) as honest,
        make_node(consortium, [empty, honest]) as node,
    ):
        for _ in range(2):
            await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
        assert state_of(node, empty).error is None


# ---- other chains --------------------------------------------------------------------------------------------------
async def test_a_peer_of_another_chain_is_refused_by_its_status(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with (
        FakePeer(copy_chain(engine), "another-chain") as stranger,
        serving(engine) as honest,
        make_node(consortium, [stranger.url, honest]) as node,
    ):
        await node.follower.step()
        error = state_of(node, stranger).error
        assert isinstance(error, PeerMisbehaved)
        assert (error.facts["reason"], error.facts["got"]) == ("chain id", "another-chain")
        assert not stranger.asked["block"]
        assert node.store.durable_tip == engine.store.durable_tip


async def test_a_chain_of_other_validators_under_our_name_is_a_lie(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    others = make_consortium([10] * 5)
    impostor = make_engine(others)
    grow(impostor, others.clerk, HEIGHT + 5)
    async with serving(impostor) as stranger, serving(engine) as honest, make_node(consortium, [stranger]) as node:
        await node.follower.step()
        assert isinstance(state_of(node, stranger).error, InvalidBlock)
        assert node.store.durable_tip.height == 0
        node.peers.replace([stranger, honest])
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip


async def test_our_validators_on_another_genesis_state_stop_the_node(engine: EmbeddedEngine) -> None:
    """The consortium signs a chain that began differently: nobody can follow both."""
    other = make_consortium(window=601)
    async with serving(engine) as url, make_node(other, [url]) as node:
        await run_until_halted(node)
        halted = node.follower.halted
        assert isinstance(halted, AppHashDiffers)
        assert halted.facts["height"] == 0
        assert halted.facts["expected"] == node.store.tip.app_hash.hex()


async def test_our_validators_with_another_genesis_time_are_refused(engine: EmbeddedEngine) -> None:
    other = make_consortium(start=1_760_000_000_000_000_000)
    async with serving(engine) as url, make_node(other, [url]) as node:
        await node.follower.step()
        assert node.store.durable_tip.height == 0
        error = state_of(node, url).error
        assert isinstance(error, InvalidBlock)
        assert error.facts["check"] == "genesis_time"


def test_the_fork_is_one(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    chain = copy_chain(engine)
    other = forked(consortium, chain)[-1]
    assert other.block.header.last_block_id == chain[-1].block.header.last_block_id
    assert other.block_id == block_id(other.block) != chain[-1].block_id
    assert make_store().contradictions() == []
