"""Several ranges in hand at once, large ones, and ranges that end in the middle."""

import asyncio
import json
import threading
from typing import Any

import pytest
from aiohttp import web

from app.core.errors import InvalidBlock, PeerMisbehaved
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import follower as follower_module
from app.node.sync import peer as peer_module
from app.node.sync.answers import decode_range
from tests.fakes.consortium import FakeConsortium, grow, make_engine
from tests.fakes.network import (
    FakePeer,
    copy_chain,
    make_node,
    send_plainly,
    serving,
    state_of,
)


@pytest.mark.parametrize("raw", [False, True], ids=["json", "raw"])
async def test_a_lie_in_one_range_while_others_wait_behind_it_ends_the_round(
    consortium: FakeConsortium, engine: EmbeddedEngine, raw: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Execution is slow, so that what comes next has been fetched and inspected when the lie is found."""
    monkeypatch.setattr(follower_module, "GROUP", 2)
    chain = copy_chain(engine)
    chain[1].block.last_commit.signatures[0].signature = bytes(64)
    async with (
        FakePeer(chain, consortium.genesis.chain_id, raw=raw) as liar,
        make_node(consortium, [liar.url]) as node,
    ):
        apply, several = node.follower._apply, threading.Event()

        async def count(request: web.Request, body: bytes) -> web.StreamResponse:
            if liar.asked["raw_blocks" if raw else "commit"] >= 3:
                several.set()
            return await send_plainly(request, body)

        def slowly(candidates: Any) -> None:
            assert several.wait(20)
            apply(candidates)

        liar.transports.update(dict.fromkeys(("raw_blocks", "commit"), count))
        monkeypatch.setattr(node.follower, "_apply", slowly)
        async with asyncio.timeout(20):
            assert await node.follower.step()
        assert isinstance(state_of(node, liar).error, InvalidBlock)
        assert node.store.durable_tip.height == 0
        async with serving(engine) as honest:
            node.peers.replace([honest])
            await node.follower.step()
            assert node.store.durable_tip == engine.store.durable_tip


async def test_an_answer_that_is_none_in_the_middle_leaves_what_came_before_it(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "GROUP", 2)
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id, raw=True) as liar:
        whole = liar._raw_blocks
        liar.answers["raw_blocks"] = lambda params: whole(params) if int(params["first"]) < 5 else b"none"
        async with make_node(consortium, [liar.url]) as node:
            await node.follower.step()
            assert node.store.durable_tip.height == 4
            assert isinstance(state_of(node, liar).error, PeerMisbehaved)


async def test_large_ranges_come_in_parts_and_are_taken_whole(
    consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a range in JSON no more batches are asked for than memory has room for."""
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 45)
    monkeypatch.setattr(peer_module, "RANGE_ANSWER", 30_000)
    async with (
        FakePeer(copy_chain(engine), consortium.genesis.chain_id) as peer,
        make_node(consortium, [peer.url]) as node,
    ):
        answer = await node.peers.states[0].peer.fetch(1, 45, raw=False)
        assert [number for number, _ in answer.batches] == [10, 10]
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
        assert state_of(node, peer).error is None


async def test_a_first_batch_beyond_all_bounds_still_brings_a_block(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "RANGE_ANSWER", 1)
    monkeypatch.setattr(peer_module, "BLOCK_ANSWER", 10_000)
    async with (
        FakePeer(copy_chain(engine), consortium.genesis.chain_id) as peer,
        make_node(consortium, [peer.url]) as node,
    ):
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
        assert state_of(node, peer).error is None


async def test_a_range_whose_first_batch_is_the_largest_begins_with_its_first_block(
    consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second batch comes before the first one, which has to be asked in halves, and fills the room."""
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 10, each=6)
    grow(engine, consortium.clerk, 10)
    monkeypatch.setattr(peer_module, "RANGE_ANSWER", 1)
    monkeypatch.setattr(peer_module, "BLOCK_ANSWER", 36_000)
    second = asyncio.Event()

    async def first_batch_last(request: web.Request, body: bytes) -> web.StreamResponse:
        heights = [call["params"]["height"] for call in json.loads(await request.read())]
        if heights[0] == "11":
            second.set()
        elif len(heights) == 10:
            await second.wait()
            for _ in range(20):
                await asyncio.sleep(0)
        return await send_plainly(request, body)

    async with (
        FakePeer(copy_chain(engine), consortium.genesis.chain_id) as peer,
        make_node(consortium, [peer.url]) as node,
    ):
        peer.transports["block"] = first_batch_last
        answer = await node.peers.states[0].peer.fetch(1, 20, raw=False)
        assert [number for number, _ in answer.batches] == [5]
        assert decode_range(answer).blocks[-1] == engine.store.block(5)
        peer.transports.clear()
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
