"""Many peers at once, most of them liars of one kind or another: while one honest peer answers, the node arrives."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web

from app.core.errors import InvalidBlock, NodeUnreachable
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.node.sync import fetcher, follower, peer, peers
from tests.fakes.consortium import FakeConsortium, grow, make_engine
from tests.fakes.network import (
    FakePeer,
    copy_chain,
    make_node,
    raw_body,
    send_endlessly,
    send_gzipped,
    send_half,
    send_instead,
    send_nothing,
    serving,
    state_of,
)
from tests.node.sync.test_lies import LIES

HEIGHT = 30
Fault = Callable[[FakePeer, FakeConsortium, random.Random], None]


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, HEIGHT, each=2)
    return engine


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch, impatient: None) -> None:
    """Small ranges, so that many are in hand; who is silent is asked again soon, who lies is not."""
    monkeypatch.setattr(follower, "GROUP", 4)
    monkeypatch.setattr(follower, "PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(follower, "REFRESH_SECONDS", 0.02)
    monkeypatch.setattr(fetcher, "SLOW_SECONDS", 0.02)
    monkeypatch.setattr(peers, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(peers, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(peers, "MAX_QUIET_SECONDS", 0.05)
    monkeypatch.setattr(peer, "RAW_ANSWER", 1_000_000)
    monkeypatch.setattr(peer, "BLOCK_ANSWER", 1_000_000)


async def follow(node: NodeService, height: int) -> None:
    """As `Follower.run`, but without rests."""
    async with asyncio.timeout(20):
        while node.follower.halted is None and node.store.durable_tip.height < height:
            await node.follower.step()
            await asyncio.sleep(0)


# ---- everybody honest ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("raw", [True, False], ids=["raw", "json"])
async def test_honest_peers_share_the_work(consortium: FakeConsortium, engine: EmbeddedEngine, raw: bool) -> None:
    several = [FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=raw) for _ in range(3)]
    async with AsyncExitStack() as stack:
        urls = [(await stack.enter_async_context(each)).url for each in several]
        node = await stack.enter_async_context(make_node(consortium, urls))
        await follow(node, HEIGHT)
        assert node.store.durable_tip == engine.store.durable_tip
        assert all(each.asked["raw_blocks" if raw else "block"] for each in several)
        assert all(state.error is None for state in node.peers.states)


async def test_nothing_is_left_running_after_the_node_is_closed(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    before = asyncio.all_tasks()
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=True) as silent:
        silent.transports["status"] = send_nothing(silent)
        async with serving(engine) as url, make_node(consortium, [silent.url, url]) as node:
            await follow(node, HEIGHT)
            await node.follower.step()
        left = asyncio.all_tasks() - before
        assert not {task for task in left if "app.node.sync" in str(task.get_coro())}
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


# ---- one that does not fit -----------------------------------------------------------------------------------------
async def test_a_peer_that_is_silent_about_blocks_does_not_keep_the_others_from_it(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=True) as silent:
        silent.transports["raw_blocks"] = send_nothing(silent)
        async with serving(engine) as url, make_node(consortium, [silent.url, url]) as node:
            await follow(node, HEIGHT)
            assert node.store.durable_tip == engine.store.durable_tip
            assert state_of(node, silent).failures
            assert state_of(node, silent).offences == 0


async def test_a_peer_that_is_busy_is_asked_later_and_not_banned(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=True) as busy:
        busy.transports["raw_blocks"] = send_instead(b"{}", status=503)
        async with make_node(consortium, [busy.url]) as node:
            await node.follower.step()
            assert isinstance(state_of(node, busy).error, NodeUnreachable)
            assert state_of(node, busy).offences == 0
            del busy.transports["raw_blocks"]
            await follow(node, HEIGHT)


async def test_a_peer_that_pruned_its_blocks_helps_with_those_it_has(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=True) as pruned:
        for height in range(1, 20):
            del pruned.chain[height]
        async with make_node(consortium, [pruned.url]) as node:
            assert not await node.follower.step()
            assert not pruned.asked["raw_blocks"]
            async with serving(engine) as url:
                node.peers.replace([pruned.url, url])
                await follow(node, HEIGHT)
            assert pruned.asked["raw_blocks"]
            assert state_of(node, pruned).offences == 0


async def test_a_raw_answer_that_ends_early_is_completed(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=True) as short:
        whole = short._raw_blocks
        short.answers["raw_blocks"] = lambda params: whole({"first": params["first"], "count": 1})
        async with make_node(consortium, [short.url]) as node:
            await follow(node, HEIGHT)
            assert short.asked["raw_blocks"] >= HEIGHT
            assert state_of(node, short).error is None


async def test_a_lie_in_the_middle_of_a_run_costs_its_sender_a_ban_and_the_others_nothing(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """The blocks before the lie are kept, and everything behind it is asked of the others."""
    chain = copy_chain(engine)
    chain[9].block.last_commit.signatures[1].signature = bytes(64)
    async with (
        FakePeer(chain, consortium.genesis.chain_id, raw=True) as liar,
        make_node(consortium, [liar.url]) as node,
    ):
        await follow(node, 8)
        assert node.store.durable_tip.height == 8
        assert isinstance(state_of(node, liar).error, InvalidBlock)
        async with serving(engine) as url:
            node.peers.replace([liar.url, url])
            await follow(node, HEIGHT)
        assert state_of(node, liar).offences == 1


# ---- five liars and one honest peer --------------------------------------------------------------------------------
def lie_about_a_block(liar: FakePeer, consortium: FakeConsortium, chance: random.Random) -> None:
    lie = chance.choice(LIES)[0]
    height = chance.randint(2, liar.height)
    liar.chain[height] = lie(consortium, liar.chain[height])


def send_badly(liar: FakePeer, _: FakeConsortium, chance: random.Random) -> None:
    transports = [
        *(send_nothing(liar), send_half, send_gzipped, send_endlessly),
        *(send_instead(b""), send_instead(b"<html>"), send_instead(b"[]"), send_instead(bytes(500), status=502)),
    ]
    for method in chance.choice([("status",), ("block",), ("commit",), ("raw_blocks",), ("block", "raw_blocks")]):
        liar.transports[method] = chance.choice(transports)


def claim_too_much(liar: FakePeer, _: FakeConsortium, chance: random.Random) -> None:
    status = liar._status({})
    assert isinstance(status, dict)
    status["sync_info"]["latest_block_height"] = str(chance.choice([liar.height + 1, 10**6, 2**63 - 1]))
    liar.answers["status"] = lambda _: status


def claim_another_block(liar: FakePeer, _: FakeConsortium, chance: random.Random) -> None:
    status = liar._status({})
    assert isinstance(status, dict)
    status["sync_info"]["latest_block_hash"] = chance.randbytes(32).hex()
    status["sync_info"]["latest_block_height"] = str(chance.randint(1, liar.height))
    liar.answers["status"] = lambda _: status
    liar.transports["commit"] = send_nothing(liar)


def send_other_frames(liar: FakePeer, _: FakeConsortium, chance: random.Random) -> None:
    whole = liar._raw_blocks

    def answer(params: object) -> bytes:
        body = bytearray(whole(params))  # type: ignore[arg-type, call-overload]
        body[chance.randrange(len(body))] ^= chance.randint(1, 255)
        return bytes(chance.choice([body, body[: chance.randrange(len(body))], raw_body([b""] * 5), body + b"\x00"]))

    liar.answers["raw_blocks"] = answer


def come_and_go(liar: FakePeer, _: FakeConsortium, chance: random.Random) -> None:
    """Honest, every other time."""
    for method in ("status", "raw_blocks", "block"):
        liar.transports[method] = sometimes(liar, chance.random())


def sometimes(liar: FakePeer, share: float) -> Callable[[web.Request, bytes], object]:
    chance = random.Random(share)

    async def transport(request: web.Request, body: bytes) -> web.StreamResponse:
        if chance.random() < share:
            return await send_half(request, body)
        return web.Response(body=body)

    return transport


FAULTS: list[Fault] = [
    *(lie_about_a_block, send_badly, claim_too_much, claim_another_block, send_other_frames, come_and_go)
]


async def slowly(_: web.Request, body: bytes) -> web.StreamResponse:
    """After everybody else had some turns."""
    for _ in range(30):
        await asyncio.sleep(0)
    return web.Response(body=body)


@asynccontextmanager
async def liars(consortium: FakeConsortium, engine: EmbeddedEngine, chance: random.Random) -> AsyncIterator[list[str]]:
    """Five of them, each with one or two faults."""
    async with AsyncExitStack() as stack:
        urls = []
        for _ in range(5):
            liar = FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=chance.random() < 0.6)
            for fault in chance.sample(FAULTS, chance.choice([1, 1, 2])):
                fault(liar, consortium, chance)
            urls.append((await stack.enter_async_context(liar)).url)
        yield urls


@pytest.mark.parametrize("seed", range(12))
async def test_with_five_liars_and_one_slow_honest_peer_the_node_arrives(
    consortium: FakeConsortium, engine: EmbeddedEngine, seed: int
) -> None:
    chance = random.Random(seed)
    honest = FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=chance.random() < 0.5)
    honest.transports = dict.fromkeys(("status", "block", "commit", "raw_blocks"), slowly)
    async with honest, liars(consortium, engine, chance) as urls:
        urls.insert(chance.randrange(6), honest.url)
        async with make_node(consortium, urls) as node:
            await follow(node, HEIGHT)
            assert node.store.durable_tip == engine.store.durable_tip
            assert node.follower.halted is None
            assert node.store.contradictions() == []
            assert state_of(node, honest).offences == 0
