"""Events over a WebSocket: who subscribed hears of every block, and who does not listen holds nobody up."""

import asyncio
import base64
import json
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from app.core.hashing import sha256
from app.core.wire import comet_pb2 as pb
from app.node.api.rpc import Rpc
from app.node.consensus import rpcjson
from app.node.engine.engine import EmbeddedEngine
from tests.fakes.consortium import FakeConsortium, block_at, grow
from tests.node.api.calling import Caller, Json, missing_keys


# ---- events --------------------------------------------------------------------------------------------------------
def subscribe(query: str = "tm.event='NewBlock'", request_id: object = 1) -> Json:
    return {"jsonrpc": "2.0", "id": request_id, "method": "subscribe", "params": {"query": query}}


async def test_a_subscriber_hears_of_every_block(
    vector_dir: Path, engine: EmbeddedEngine, caller: Caller, consortium: FakeConsortium
) -> None:
    recorded = json.loads((vector_dir / "cometbft-rpc" / "subscribe_newblock_0.json").read_bytes())["result"]
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        await socket.send_json(subscribe("tm.event = 'NewBlock'", "mine"))
        assert await socket.receive_json() == {"jsonrpc": "2.0", "id": "mine", "result": {}}
        for height in (1, 2, 3):
            grow(engine, consortium.clerk, 1)
            event = await socket.receive_json()
            assert event["id"] == "mine"
            assert missing_keys(recorded, event["result"]) == []
            block = rpcjson.decode_block(event["result"]["data"]["value"]["block"])
            assert block == block_at(engine.store, height)


async def test_who_unsubscribed_hears_no_more(engine: EmbeddedEngine, caller: Caller) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        for method in ("subscribe", "unsubscribe_all"):
            await socket.send_json({**subscribe(), "method": method})
            assert "result" in await socket.receive_json()
        engine.produce()
        await socket.send_json({"id": 5, "method": "health"})
        assert (await socket.receive_json())["id"] == 5


@pytest.mark.parametrize(
    "query", ["", "tm.event='Vote'", "malformed query", "tm.event='NewBlock' AND x=1", "tx.height=5"]
)
async def test_a_query_that_is_not_offered_is_refused(caller: Caller, query: str) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        await socket.send_json(subscribe(query))
        assert "failed to parse query" in (await socket.receive_json())["error"]["data"]


async def test_one_socket_subscribes_once(engine: EmbeddedEngine, caller: Caller) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        await socket.send_json(subscribe())
        await socket.send_json(subscribe())
        assert "result" in await socket.receive_json()
        assert (await socket.receive_json())["error"]["data"] == "already subscribed"


@pytest.mark.parametrize("text", ["", "nothing", "[]", "5", '{"method": 5}', '{"method": "block", "params": [1]}'])
async def test_nonsense_on_a_socket_is_a_json_error_and_the_socket_stays(caller: Caller, text: str) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        await socket.send_str(text)
        assert "error" in await socket.receive_json()
        await socket.send_bytes(b"binary is not looked at")
        await socket.send_json({"id": 1, "method": "health"})
        assert (await socket.receive_json())["result"] == {}


async def test_any_method_may_be_called_over_a_socket(grown: EmbeddedEngine, caller: Caller) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        await socket.send_json({"id": 1, "method": "block", "params": {"height": "3"}})
        answer = await socket.receive_json()
        assert pb.Header(height=3).height == int(answer["result"]["block"]["header"]["height"])


def handshake(url: str) -> bytes:
    """The request that opens a WebSocket."""
    host = url.removeprefix("http://")
    key = base64.b64encode(bytes(16)).decode()
    lines = ["GET /websocket HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
    return "\r\n".join(lines).encode()


def text_frame(text: str) -> bytes:
    """A masked frame, as a client sends it; the mask is zeros."""
    data = text.encode()
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data)]) + bytes(4) + data


async def test_a_subscriber_that_does_not_read_is_dropped_and_the_others_hear_on(
    engine: EmbeddedEngine, caller: Caller, rpc: Rpc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.api.rpcevents.EVENT_QUEUE", 5)
    loop = asyncio.get_running_loop()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        await loop.sock_connect(deaf, ("127.0.0.1", int(caller.url.rsplit(":", 1)[1])))
        await loop.sock_sendall(deaf, handshake(caller.url))
        await loop.sock_recv(deaf, 1_000)
        await loop.sock_sendall(deaf, text_frame('{"method":"subscribe","params":{"query":"tm.event=\'NewBlock\'"}}'))
        await loop.sock_recv(deaf, 1_000)
        (slow,) = rpc._subscribers
        assert slow._transport is not None
        slow._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        async with caller.session.ws_connect(caller.url + "/websocket") as quick:
            await quick.send_json(subscribe())
            await quick.receive_json()
            height = 0
            while slow in rpc._subscribers:
                height = engine.produce()
                event = await quick.receive_json()
                assert event["result"]["data"]["value"]["block"]["header"]["height"] == str(height)
                assert height < 1_000, "a subscriber that reads nothing holds on to everything"
            engine.produce()
            assert "result" in await quick.receive_json()
        with suppress(ConnectionError):
            while await loop.sock_recv(deaf, 100_000):
                pass  # what was on its way; then the end


async def test_a_socket_may_hear_of_several_things_and_give_them_up_one_by_one(
    engine: EmbeddedEngine, caller: Caller, consortium: FakeConsortium
) -> None:
    raw = consortium.clerk.notarize(10)
    queries = {
        1: "tm.event='NewBlockHeader'",
        2: f"tm.event='Tx' AND tx.hash='{sha256(raw).hex()}'",
        3: "tm.event='Tx'",
    }
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        for number, query in queries.items():
            await socket.send_json(subscribe(query, number))
            assert (await socket.receive_json()) == {"jsonrpc": "2.0", "id": number, "result": {}}
        for sent in (consortium.clerk.notarize(10), raw):
            engine.admit(sent)
        engine.produce()
        told = [await socket.receive_json() for _ in range(4)]
        assert [(event["id"], event["result"]["query"]) for event in told] == [
            (number, queries[number]) for number in (1, 2, 3, 3)
        ]
        assert told[1]["result"]["data"]["value"]["TxResult"]["tx"] == base64.b64encode(raw).decode()
        await socket.send_json({**subscribe(queries[3], 3), "method": "unsubscribe"})
        assert (await socket.receive_json())["result"] == {}
        await socket.send_json({**subscribe(queries[3], 3), "method": "unsubscribe"})
        assert (await socket.receive_json())["error"]["data"] == "subscription not found"
        engine.admit(consortium.clerk.notarize(10))
        engine.produce()
        assert (await socket.receive_json())["id"] == 1
        await socket.send_json({"id": 9, "method": "health"})
        assert (await socket.receive_json())["id"] == 9


async def test_one_socket_subscribes_to_so_many_things_only(caller: Caller) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        for height in range(1, 7):
            await socket.send_json(subscribe(f"tm.event='Tx' AND tx.height={height}", height))
            answer = await socket.receive_json()
            assert ("error" in answer) == (height > 5)


async def test_events_of_a_block_that_is_gone_are_left_out(engine: EmbeddedEngine, caller: Caller, rpc: Rpc) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        await socket.send_json(subscribe())
        await socket.receive_json()
        rpc.announce(7)  # there is none
        engine.produce()
        event = await socket.receive_json()
        assert event["result"]["data"]["value"]["block"]["header"]["height"] == "1"
