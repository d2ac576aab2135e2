"""A halted node shows where it stands and why it stopped, and hands nothing on in any of the ways it can be asked."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from app.core.errors import AppHashDiffers
from app.node.api.rpc import SHOWN_WHEN_HALTED, Rpc
from app.node.api.server import LoopbackServer
from app.node.service import NodeService
from app.node.store.offering import Offering
from app.node.store.snapshot import write_snapshot
from tests.node.api.calling import Caller, Json

WHY = "this node has stopped: app-hash-differs"
BYTES = ["/raw_blocks?first=1&count=2", "/snapshots", "/snapshot_chunk?height=6&index=0"]


@pytest.fixture
async def rpc(node: NodeService, tmp_path: Path) -> AsyncIterator[Rpc]:
    with node.store.frozen() as frozen:
        write_snapshot(frozen, tmp_path)
    rpc = Rpc(node, snapshots=Offering(tmp_path))
    yield rpc
    rpc.close()


@pytest.fixture
async def reader(rpc: Rpc, session: aiohttp.ClientSession) -> AsyncIterator[Caller]:
    server = LoopbackServer(rpc.routes(), token=None)
    yield Caller(await server.start("127.0.0.1", 0), session)
    await server.close()


def halt(node: NodeService) -> None:
    node.follower.halted = AppHashDiffers(height=7, expected="aa", got="bb")


async def over_websocket(reader: Caller, *requests: Json) -> list[Json]:
    async with reader.session.ws_connect(reader.url + "/websocket") as socket:
        answers: list[Json] = []
        for request in requests:
            await socket.send_json(request)
            answers.append(await socket.receive_json())
        return answers


async def test_where_it_stands_is_told_in_every_way(reader: Caller, node: NodeService) -> None:
    halt(node)
    for method in ("status", "net_info"):
        assert await reader.call(method)
        assert "result" in (await reader.get(f"/{method}"))[1]
    told = await over_websocket(reader, {"id": 1, "method": "status"}, {"id": 2, "method": "net_info"})
    assert [answer["id"] for answer in told if "result" in answer] == [1, 2]
    assert (await reader.call("status"))["sync_info"]["latest_block_height"] == "6"


async def test_every_other_method_fails_and_names_the_reason(reader: Caller, node: NodeService, rpc: Rpc) -> None:
    halt(node)
    others = [*sorted(set(rpc.methods) - SHOWN_WHEN_HALTED), "no_such_method"]
    assert {"health", "block", "commit", "validators", "tx", "abci_query", "broadcast_tx_sync"} < set(others)
    for method in others:
        assert (await reader.error(method))["data"] == WHY
        _, by_uri = await reader.get(f"/{method}")
        assert by_uri["error"]["data"] == WHY
    told = await over_websocket(reader, *[{"id": 1, "method": method} for method in others])
    assert [answer["error"]["data"] for answer in told] == [WHY] * len(others)


async def test_in_a_batch_each_call_is_judged_alone(reader: Caller, node: NodeService) -> None:
    halt(node)
    batch = [{"id": 0, "method": "status"}, {"id": 1, "method": "health"}]
    _, (status, health) = await reader.post(json.dumps(batch))
    assert "result" in status
    assert health["error"]["data"] == WHY


async def test_nobody_can_subscribe_any_more(reader: Caller, node: NodeService) -> None:
    request = {"id": 1, "method": "subscribe", "params": {"query": "tm.event='NewBlock'"}}
    assert "result" in (await over_websocket(reader, request))[0]
    halt(node)
    assert (await over_websocket(reader, request))[0]["error"]["data"] == WHY


@pytest.mark.parametrize("path", BYTES)
async def test_blocks_and_snapshots_are_unavailable(
    reader: Caller, node: NodeService, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(reader.url + path) as response:
        assert response.status == 200
    halt(node)
    status, answer = await reader.get(path)
    assert (status, answer["error"]["code"]) == (503, "node-halted")
    assert answer["error"]["facts"] == {"reason": "app-hash-differs"}
