"""How a peer answers, whatever it says: silence, cut lines, bombs, nonsense. All bounded, all typed, never believed."""

import asyncio
import json
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from app.core.errors import LuopuError, NodeUnreachable, PeerMisbehaved
from app.node.consensus import rpcjson
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import answers
from app.node.sync import peer as peer_module
from app.node.sync.peer import AnswerTooLarge, RpcPeer
from tests.fakes.consortium import FakeConsortium, make_consortium, make_engine
from tests.fakes.network import (
    FakePeer,
    Transport,
    copy_chain,
    make_node,
    send_elsewhere,
    send_endlessly,
    send_gzipped,
    send_half,
    send_instead,
    send_nothing,
    serving,
    state_of,
)

HEIGHT = 8


# ---- whatever the transport does, the honest peer is used --------------------------------------------------------------
def deep(_: FakePeer) -> Transport:
    return send_instead(b'{"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


TRANSPORTS: list[tuple[Callable[[FakePeer], Transport], type[LuopuError]]] = [
    (send_nothing, NodeUnreachable),
    (lambda _: send_half, NodeUnreachable),
    (lambda _: send_gzipped, PeerMisbehaved),
    (lambda _: send_instead(b""), PeerMisbehaved),
    (lambda _: send_instead(b"<html>"), PeerMisbehaved),
    (lambda _: send_instead(b"\xff\xfe\x00"), PeerMisbehaved),
    (lambda _: send_instead(b"null"), PeerMisbehaved),
    (lambda _: send_instead(b"[]"), PeerMisbehaved),
    (lambda _: send_instead(b"{}"), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": null}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": {}, "result": {}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": {"a": 1.5}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": {"a": ' + b"9" * 5_000 + b"}}"), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 1, "result": {}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": true, "result": {}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "error": {"code": -32603, "message": "x", "data": "y"}}'), PeerMisbehaved),
    (lambda _: send_instead(b"upstream is down", status=502), PeerMisbehaved),
    (deep, PeerMisbehaved),
]
NAMES = [
    "silence",
    "cut",
    "gzip",
    "empty",
    "html",
    "bytes",
    "null",
    "list",
    "nothing",
    "no result",
    "null result",
    "twice",
    "float",
    "long number",
    "other id",
    "id true",
    "error",
    "502",
    "deep",
]


@pytest.mark.parametrize("method", ["status", "block", "commit"])
@pytest.mark.parametrize(("make", "error"), TRANSPORTS, ids=NAMES)
async def test_a_peer_that_cannot_be_understood_is_left_for_another(
    consortium: FakeConsortium,
    engine: EmbeddedEngine,
    fake: FakePeer,
    make: Callable[[FakePeer], Transport],
    error: type[LuopuError],
    method: str,
    request: pytest.FixtureRequest,
) -> None:
    if make is send_nothing:
        request.getfixturevalue("impatient")
    fake.transports[method] = make(fake)
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        caught = state_of(node, fake).error
        assert isinstance(caught, error)
        assert node.store.durable_tip.height == 0
        assert node.follower.halted is None
        async with serving(engine) as honest:
            node.peers.replace([fake.url, honest])
            for _ in range(3):
                await node.follower.step()
            assert node.store.durable_tip == engine.store.durable_tip


async def test_a_peer_that_is_not_there_is_unreachable(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    gone = "http://127.0.0.1:9"
    async with serving(engine) as honest, make_node(consortium, [gone, honest]) as node:
        await node.follower.step()
        assert isinstance(state_of(node, gone).error, NodeUnreachable)
        assert node.store.durable_tip == engine.store.durable_tip


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "http://[::1", "file:///etc/passwd", "http://a b", "ftp://x"]
)
async def test_an_address_that_is_none_is_unreachable(
    consortium: FakeConsortium, engine: EmbeddedEngine, url: str
) -> None:
    async with serving(engine) as honest, make_node(consortium, [url, honest]) as node:
        await node.follower.step()
        assert isinstance(state_of(node, url).error, NodeUnreachable)
        assert node.store.durable_tip == engine.store.durable_tip


# ---- bounds --------------------------------------------------------------------------------------------------------
async def test_an_endless_answer_is_cut_at_its_bound(
    fake: FakePeer, peer: RpcPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 20.0)
    for name in ("SMALL_ANSWER", "COMMIT_ANSWER", "BLOCK_ANSWER"):
        monkeypatch.setattr(peer_module, name, 1_000_000)
    fake.transports.update(dict.fromkeys(("status", "block", "commit", "validators"), send_endlessly))
    calls: list[Callable[[], Awaitable[object]]] = [
        peer.tip,
        lambda: peer.fetch(1, 1, raw=False),
        lambda: peer.commit(1),
        lambda: peer.validators(1),
    ]
    for call in calls:
        with pytest.raises(AnswerTooLarge):
            await call()


async def test_an_endless_answer_at_the_real_bound_takes_little_more_memory_than_the_bound(
    fake: FakePeer, peer: RpcPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 20.0)
    fake.transports["commit"] = send_endlessly
    tracemalloc.start()
    with pytest.raises(AnswerTooLarge):
        await peer.commit(1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * peer_module.COMMIT_ANSWER


@pytest.mark.parametrize("piece", [b"{},", b"[],", b"0,", b'"",', b'{"a":[]},'])
async def test_an_answer_of_many_small_pieces_is_not_unfolded(fake: FakePeer, peer: RpcPeer, piece: bytes) -> None:
    """Two megabytes of braces would become fifty in memory."""
    count = 1_900_000 // len(piece)
    fake.transports["status"] = send_instead(b'{"id":0,"result":[' + piece * count + b"0]}")
    tracemalloc.start()
    with pytest.raises(PeerMisbehaved, match="too many pieces"):
        await peer.tip()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16_000_000


async def test_large_honest_blocks_are_fetched_in_smaller_batches(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten blocks together may be too much for one answer, though each alone is not."""
    monkeypatch.setattr(peer_module, "BLOCK_ANSWER", 10_000)
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
        assert state_of(node, fake).error is None
        assert fake.asked["block"] > HEIGHT


async def test_a_single_block_beyond_the_bound_is_a_lie(
    consortium: FakeConsortium, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "BLOCK_ANSWER", 2_000)
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        assert isinstance(state_of(node, fake).error, AnswerTooLarge)


async def test_a_full_block_of_an_honest_chain_is_within_the_bounds() -> None:
    """The densest block there can be: as many of the shortest transactions as fit."""
    consortium = make_consortium(100)
    shortest = len(consortium.clerk.notarize(1))
    transactions = 2_000
    engine = make_engine(consortium)
    engine.produce()
    chain = copy_chain(engine)
    chain[0].block.data.txs.extend([bytes(shortest)] * transactions)
    body = json.dumps({"id": 0, "result": {"block": rpcjson.encode_block(chain[0].block)}}).encode()
    answers._check_pieces(body)
    most = consortium.genesis.max_block_bytes / shortest * len(body) / transactions
    assert most < peer_module.BLOCK_ANSWER


async def test_a_redirect_is_not_followed(consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer) -> None:
    """A peer must not make the node ask things of others, such as services on the clerk's own machine."""
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as inside:
        fake.transports.update(dict.fromkeys(("status", "block"), send_elsewhere(inside.url + "/")))
        async with make_node(consortium, [fake.url]) as node:
            await node.follower.step()
            assert isinstance(state_of(node, fake).error, PeerMisbehaved)
        assert not inside.asked


async def test_nothing_is_sent_that_tells_peers_apart_from_each_other(fake: FakePeer, peer: RpcPeer) -> None:
    seen: list[web.Request] = []

    async def with_cookie(request: web.Request, body: bytes) -> web.StreamResponse:
        seen.append(request)
        return web.Response(body=body, headers={"Set-Cookie": "id=1; Path=/"})

    fake.transports["status"] = with_cookie
    await peer.tip()
    await peer.tip()
    assert all("Cookie" not in request.headers for request in seen)
    assert all(request.headers["Accept-Encoding"] == "identity" for request in seen)


# ---- silence -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("impatient")
async def test_a_peer_that_delivers_nothing_of_what_it_claims_is_not_asked_again_at_once(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer
) -> None:
    """It says it is far ahead and answers `status` gladly: it must not come first for ever."""
    status: Any = fake._status({})
    status["sync_info"]["latest_block_height"] = str(10**15)
    fake.answers["status"] = lambda _: status
    fake.transports.update({"block": send_nothing(fake), "commit": send_nothing(fake)})
    async with serving(engine) as honest, make_node(consortium, [fake.url, honest]) as node:
        for _ in range(4):
            await node.follower.step()
        assert isinstance(state_of(node, fake).error, NodeUnreachable)
        assert fake.asked["commit"] == 1
        assert node.store.durable_tip == engine.store.durable_tip


async def test_a_peer_that_is_slow_to_say_where_it_stands_holds_nobody_up(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.sync.peers.PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 1_000.0)
    gate = asyncio.Event()

    async def slow(_: web.Request, body: bytes) -> web.StreamResponse:
        await gate.wait()
        return web.Response(body=body)

    fake.transports["status"] = slow
    async with serving(engine) as honest, make_node(consortium, [fake.url, honest]) as node:
        while node.store.durable_tip.height < HEIGHT:
            await node.follower.step()
        assert fake.asked["status"] == 1  # asked once, and still waited for
        assert state_of(node, fake).tip is None
        gate.set()
        while state_of(node, fake).tip is None:
            await node.follower.step()


@pytest.mark.usefixtures("impatient")
async def test_a_line_too_slow_for_a_whole_group_gets_smaller_ones(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.sync.peers.QUIET_SECONDS", 0.0)

    async def slow_for_many(request: web.Request, body: bytes) -> web.StreamResponse:
        if len(body) > 12_000:  # three blocks
            await fake.release.wait()
        return web.Response(body=body)

    fake.transports["block"] = slow_for_many
    async with make_node(consortium, [fake.url]) as node:
        for _ in range(12):
            await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
