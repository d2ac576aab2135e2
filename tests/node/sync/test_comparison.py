"""Peers at our height or below, with other blocks than ours: compared with, waited for no longer than a moment."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web

from app.core.errors import ForkDetected, PeerMisbehaved
from app.core.units import Height
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import follower as follower_module
from app.node.sync import peer as peer_module
from tests.fakes.consortium import FakeConsortium, grow
from tests.fakes.network import (
    FakePeer,
    copy_chain,
    make_node,
    send_nothing,
    send_plainly,
    serving,
    sign_anew,
    state_of,
    with_transactions,
)


def claim(peer: FakePeer, height: int, block_hash: bytes) -> None:
    """Say something else of where it stands."""
    status: Any = peer._status({})
    status["sync_info"].update(latest_block_height=str(height), latest_block_hash=block_hash.hex())
    peer.answers["status"] = lambda _: status


async def test_peers_that_claim_other_blocks_and_show_no_commit_hold_nobody_up(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 1_000.0)
    async with AsyncExitStack() as stack:
        silent = [FakePeer(copy_chain(engine, 5), consortium.genesis.chain_id) for _ in range(3)]
        for peer in silent:
            await stack.enter_async_context(peer)
            claim(peer, 3, bytes(32))
            peer.transports["commit"] = send_nothing(peer)
        url = await stack.enter_async_context(serving(engine))
        node = await stack.enter_async_context(make_node(consortium, [*[peer.url for peer in silent], url]))
        for _ in range(4):
            async with asyncio.timeout(20):
                await node.follower.step()
            assert node.store.durable_tip == engine.store.durable_tip
            grow(engine, consortium.clerk, 1)
        assert [peer.asked["commit"] for peer in silent] == [1, 1, 1]  # once, and still waited for


async def test_a_fork_shown_late_still_stops_the_node(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 1_000.0)
    other = copy_chain(engine, 3)
    other[-1] = sign_anew(consortium, with_transactions(other[-1], [consortium.clerk.notarize(50)]))
    gate = asyncio.Event()

    async def late(request: web.Request, body: bytes) -> web.StreamResponse:
        await gate.wait()
        return await send_plainly(request, body)

    async with (
        serving(engine) as honest,
        FakePeer(other, consortium.genesis.chain_id) as liar,
        make_node(consortium, [honest, liar.url]) as node,
    ):
        liar.transports["commit"] = late
        for _ in range(3):
            await node.follower.step()
        assert node.follower.halted is None
        gate.set()
        async with asyncio.timeout(20):
            await node.follower.run()
        assert isinstance(node.follower.halted, ForkDetected)
        assert node.follower.halted.facts["height"] == 3


async def test_an_error_nobody_thought_of_in_a_comparison_ends_the_follower_loudly(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.Error("what nobody thought of")

    async with (
        FakePeer(copy_chain(engine), consortium.genesis.chain_id) as peer,
        make_node(consortium, [peer.url]) as node,
    ):
        await node.follower.step()
        claim(peer, 3, bytes(32))
        monkeypatch.setattr(follower_module, "check_commit", fail)
        with pytest.raises(sqlite3.Error):
            await node.follower.step()


async def test_a_peer_behind_what_we_pruned_is_in_order(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    """There is nothing to compare it with, whatever it claims."""
    async with (
        serving(engine) as honest,
        FakePeer(copy_chain(engine, 2), consortium.genesis.chain_id) as behind,
        make_node(consortium, [honest]) as node,
    ):
        await node.follower.step()
        with node.store.lock:
            node.store.prune(Height(6))
            node.store.flush()
        assert node.store.base == 6
        node.peers.replace([honest, behind.url])
        for height in (1, 2, 4):
            claim(behind, height, bytes(32))
            await node.follower.step()
        assert state_of(node, behind).error is None
        assert not behind.asked["commit"]
        claim(behind, 5, bytes(32))  # the lowest block that is left names this one
        await node.follower.step()
        assert isinstance(state_of(node, behind).error, PeerMisbehaved)
        assert node.follower.halted is None
