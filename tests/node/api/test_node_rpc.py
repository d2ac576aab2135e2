"""A node's RPC: the same answers as the consortium's own, and never a frozen event loop."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.core.errors import AppHashDiffers
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer, PublicServer
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from tests.fakes.consortium import FakeConsortium, grow
from tests.node.api.calling import Caller


@pytest.fixture
async def reader(node: NodeService, session: aiohttp.ClientSession) -> AsyncIterator[Caller]:
    """Calls the node's RPC."""
    rpc = Rpc(node)
    server = LoopbackServer(rpc.routes(), token=None)
    yield Caller(await server.start("127.0.0.1", 0), session)
    await server.close()
    rpc.close()


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("block", {"height": "3"}),
        ("block", {}),
        ("commit", {"height": "3"}),
        ("commit", {}),
        ("validators", {}),
        ("validators", {"height": "2"}),
        ("blockchain", {}),
        ("block_results", {"height": "4"}),
        ("genesis", {}),
        ("consensus_params", {}),
        ("abci_info", {}),
        ("tx_search", {"query": "tx.height=4", "prove": True}),
    ],
)
async def test_a_node_answers_what_the_consortium_does(
    reader: Caller, caller: Caller, method: str, parameters: dict[str, object]
) -> None:
    assert await reader.call(method, **parameters) == await caller.call(method, **parameters)


async def test_a_node_tells_whether_it_is_behind(
    reader: Caller, node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    assert (await reader.call("status"))["sync_info"]["catching_up"] is False
    grow(engine, consortium.clerk, 5)
    await node.peers.refresh()
    assert (await reader.call("status"))["sync_info"]["catching_up"] is True


async def test_a_node_hands_on_what_it_is_given(
    reader: Caller, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    raw = consortium.clerk.notarize(20)
    _, answer = await reader.get(f"/broadcast_tx_sync?tx=0x{raw.hex()}")
    assert answer["result"]["code"] == 0
    assert engine.waiting() == [raw]


async def test_a_halted_node_hands_nothing_on(reader: Caller, node: NodeService, consortium: FakeConsortium) -> None:
    node.follower.halted = AppHashDiffers(height=7, expected="aa", got="bb")
    _, answer = await reader.get(f"/broadcast_tx_sync?tx=0x{consortium.clerk.notarize(20).hex()}")
    assert "error" in answer


async def test_a_question_that_waits_for_the_store_holds_nobody_up(reader: Caller, node: NodeService) -> None:
    """While a group of blocks is being written, who asks for a block waits, and the event loop goes on."""
    is_held, release = threading.Event(), threading.Event()

    def write() -> None:
        with node.store.lock:
            is_held.set()
            release.wait()

    writer = asyncio.create_task(asyncio.to_thread(write))
    await asyncio.to_thread(is_held.wait)
    asked = [asyncio.create_task(reader.call("block", height="2")) for _ in range(3)]
    try:
        assert await reader.call("genesis_chunked") == await reader.call("genesis_chunked", chunk="0")
        assert not any(question.done() for question in asked)
    finally:
        release.set()
    await writer
    assert [(await question)["block"]["header"]["height"] for question in asked] == ["2"] * 3


# ---- who may read --------------------------------------------------------------------------------------------------
async def status_of(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> int:
    async with session.get(url + "/status", headers=headers) as response:
        return response.status


async def test_a_public_server_answers_under_any_name(node: NodeService, session: aiohttp.ClientSession) -> None:
    server = PublicServer(Rpc(node).routes())
    url = await server.start("127.0.0.1", 0)
    assert await status_of(session, url, {"Host": "access.example"}) == 200
    assert await status_of(session, url, {"Host": "access.example", "Origin": "https://explorer.example"}) == 200
    await server.close()


async def test_a_loopback_server_answers_no_web_page(reader: Caller) -> None:
    assert await status_of(reader.session, reader.url, {"Host": "evil.example"}) == 421
    assert await status_of(reader.session, reader.url, {"Origin": "https://evil.example"}) == 403
    assert await status_of(reader.session, reader.url, {}) == 200


async def test_an_ipv6_address_is_a_url_too(session: aiohttp.ClientSession) -> None:
    server = LoopbackServer([], token=None)
    url = await server.start("::1", 0)
    assert url.startswith("http://[::1]:")
    assert await status_of(session, url, {}) == 404  # no route, but the right host
    await server.close()


async def test_an_answer_is_json_whatever_is_asked(node: NodeService) -> None:
    rpc = Rpc(node)
    for method in rpc.methods:
        if method.startswith("broadcast"):
            continue
        answer = json.loads(await rpc.answer({"id": 1, "method": method, "params": {}}))
        assert ("result" in answer) != ("error" in answer)
    rpc.close()
