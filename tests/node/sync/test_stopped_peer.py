"""A peer that has stopped and says so: it is honest and no help, so the others are asked and it is not banned."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app.core.errors import AppHashDiffers, LuopuError, NodeUnreachable, PeerMisbehaved
from app.core.hashing import sha256
from app.core.units import Height
from app.node.api.jsonrpc import failure, internal_error
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import inspector as inspector_module
from app.node.sync.answers import HAS_STOPPED, JsonAnswer, PeerError, decode_results
from app.node.sync.inspector import Inspector
from app.node.sync.light_provider import RpcLightProvider
from app.node.sync.peer import RpcPeer, open_session
from tests.fakes.consortium import FakeConsortium
from tests.fakes.network import FakePeer, copy_chain, make_node, send_instead, serving, state_of

STOPPED = failure(0, internal_error(f"{HAS_STOPPED}: app-hash-differs")).encode()


@asynccontextmanager
async def stopped_node(consortium: FakeConsortium, url: str) -> AsyncIterator[str]:
    """A node of ours that followed the chain at `url` and then stopped; gives the URL of its RPC."""
    async with make_node(consortium, [url]) as node:
        await node.follower.step()
        node.follower.halted = AppHashDiffers(height=9, expected="aa", got="bb")
        rpc = Rpc(node)
        server = LoopbackServer(rpc.routes(), token=None)
        yield await server.start("127.0.0.1", 0)
        await server.close()
        rpc.close()


async def test_a_stopped_node_of_ours_is_left_for_another_and_not_banned(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with (
        serving(engine) as honest,
        stopped_node(consortium, honest) as stopped,
        make_node(consortium, [stopped]) as node,
    ):
        await node.follower.step()
        assert node.store.durable_tip.height == 0
        state = state_of(node, stopped)
        assert isinstance(state.error, NodeUnreachable)
        assert (state.offences, state.failures) == (0, 1)
        node.peers.replace([stopped, honest])
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip


async def test_whatever_a_stopped_node_of_ours_is_asked_it_is_as_if_it_were_not_there(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with serving(engine) as honest, stopped_node(consortium, honest) as url, open_session() as session:
        peer = RpcPeer(url, session)
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: peer.fetch(1, 2, raw=True),
            lambda: peer.commit(3),
            lambda: peer.validators(3),
            lambda: peer.submit(b"transaction"),
            lambda: RpcLightProvider(peer).light_block(Height(3)),
        ]
        for call in calls:
            with pytest.raises(NodeUnreachable):
                await call()
        assert (await peer.tip()).height == engine.store.durable_tip.height


async def test_blocks_asked_for_as_json_are_no_lie_either(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as fake:
        fake.transports.update(dict.fromkeys(("block", "commit"), send_instead(STOPPED)))
        async with make_node(consortium, [fake.url]) as node:
            await node.follower.step()
            state = state_of(node, fake)
            assert isinstance(state.error, NodeUnreachable)
            assert (state.offences, state.failures) == (0, 1)


async def test_a_transaction_is_handed_to_the_next(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as fake, serving(engine) as honest:
        async with make_node(consortium, [fake.url, honest]) as node:
            await node.follower.step()
            fake.transports["broadcast_tx_sync"] = send_instead(STOPPED)
            raw = consortium.clerk.notarize(100)
            assert await node.submit(raw) == sha256(raw)
            assert fake.asked["broadcast_tx_sync"] == 1
            assert state_of(node, fake).offences == 0
        assert engine.waiting() == [raw]


async def test_the_inspecting_process_outlives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspector_module, "ENOUGH_BYTES", 0)
    inspector = Inspector()
    answer = JsonAnswer(1, 1, ((1, STOPPED),), STOPPED)
    for _ in range(2):
        with pytest.raises(NodeUnreachable):
            await inspector.inspect(answer)
        assert inspector.has_process
    inspector.close()
    await asyncio.to_thread(inspector._worker.shutdown)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("this node has stopped: fork-detected", NodeUnreachable),
        ("height 9 is not available", PeerError),
        ("", PeerError),
    ],
)
def test_other_errors_stay_errors_of_the_peer(words: str, kind: type[LuopuError]) -> None:
    body = json.dumps({"id": 0, "error": {"code": -32603, "message": "Internal error", "data": words}}).encode()
    with pytest.raises((PeerMisbehaved, NodeUnreachable)) as caught:
        decode_results(body, 1)
    assert type(caught.value) is kind
