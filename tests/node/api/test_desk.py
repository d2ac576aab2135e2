"""The desk's API: every path answers what the node knows, whatever is asked, and the event stream resumes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from app.client.node import Endpoint
from app.core.codec import encode
from app.core.errors import AppHashDiffers, StoreFailed
from app.core.hashing import sha256
from app.core.record import record_digest
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.node.api import desk as desk_module
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from tests.fakes.consortium import FakeConsortium, grow, make_store
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.network import make_node, serving, serving_desk


class Desk:
    """Asks with the token."""

    def __init__(self, endpoint: Endpoint, session: aiohttp.ClientSession) -> None:
        self.endpoint = endpoint
        self.session = session
        self.headers = {"Authorization": f"Bearer {endpoint.token}"}

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.endpoint.url + path, headers=self.headers) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: bytes) -> tuple[int, Any]:
        async with self.session.post(self.endpoint.url + path, data=body, headers=self.headers) as response:
            return response.status, await response.json()


@pytest.fixture
def kv() -> MemoryKeyValue:
    return MemoryKeyValue()


@pytest.fixture
async def node(consortium: FakeConsortium, engine: EmbeddedEngine, kv: MemoryKeyValue) -> AsyncIterator[NodeService]:
    async with serving(engine) as url, make_node(consortium, [url], store=make_store(kv)) as node:
        await node.follower.step()
        yield node


@pytest.fixture
async def desk(node: NodeService, session: aiohttp.ClientSession) -> AsyncIterator[Desk]:
    async with serving_desk(node) as endpoint:
        yield Desk(endpoint, session)


async def notarize(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium, count: int = 1
) -> list[bytes]:
    """Records, final and known to the node; returns the transactions."""
    sent = [consortium.clerk.notarize(engine.store.tip.height + 10) for _ in range(count)]
    for raw in sent:
        engine.admit(raw)
    engine.produce()
    engine.produce()
    await node.follower.step()
    return sent


# ---- answers -------------------------------------------------------------------------------------------------------
async def test_status_tells_where_the_node_stands(
    desk: Desk, node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    await notarize(node, engine, consortium)
    status, answer = await desk.get("/v1/status")
    assert status == 200
    assert answer["height"] == answer["target_height"] == 2
    assert answer["app_hash"] == engine.store.tip.app_hash.hex()
    assert answer["genesis_fingerprint"] == consortium.genesis.fingerprint.hex()
    assert (answer["signed_validators"], answer["total_validators"]) == (4, 4)
    assert answer["halted"] is None
    assert [peer["connected"] for peer in answer["peers"]] == [True]


async def test_status_of_a_halted_node_tells_height_and_difference(desk: Desk, node: NodeService) -> None:
    node.follower.halted = AppHashDiffers(height=7, expected="aa", got="bb")
    status, answer = await desk.get("/v1/status")
    assert status == 200
    assert answer["halted"] == "app-hash-differs"
    assert answer["halted_facts"] == {"height": "7", "expected": "aa", "got": "bb"}
    status, answer = await desk.post("/v1/transactions", b"x")
    assert (status, answer["error"]["code"]) == (503, "node-halted")


async def test_status_tells_of_a_peer_that_begins_after_what_is_needed(
    consortium: FakeConsortium, engine: EmbeddedEngine, session: aiohttp.ClientSession
) -> None:
    grow(engine, consortium.clerk, 4)
    engine.store.prune(Height(3))
    engine.store.flush()
    async with serving(engine) as url, make_node(consortium, [url]) as node, serving_desk(node) as endpoint:
        await node.follower.step()
        _, answer = await Desk(endpoint, session).get("/v1/status")
        assert (answer["height"], answer["target_height"]) == (0, 4)
        assert answer["peers"] == [{"address": url, "connected": True, "height": 4, "error": "peer-begins-later"}]


async def test_status_can_be_seen_when_the_disk_has_failed(
    desk: Desk, node: NodeService, kv: MemoryKeyValue, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    await notarize(node, engine, consortium)
    kv.fail_next_write("no space left on device")
    engine.produce()
    await node.follower.step()
    assert isinstance(node.follower.halted, StoreFailed)
    status, answer = await desk.get("/v1/status")
    assert (status, answer["halted"], answer["height"]) == (200, "store-write-failed", 2)
    assert answer["signed_validators"] == 4
    status, answer = await desk.get("/v1/records/0")
    assert (status, answer["error"]["code"]) == (503, "store-write-failed")


async def test_a_transaction_goes_from_submitted_to_final(
    desk: Desk, node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    raw = consortium.clerk.notarize(10)
    assert await desk.post("/v1/transactions", raw) == (200, {"hash": sha256(raw).hex()})
    path = f"/v1/transactions/{sha256(raw).hex()}"
    assert await desk.get(path) == (200, {"height": 0, "receipt": None})
    engine.produce()
    await node.follower.step()
    status, answer = await desk.get(path)
    assert (status, answer["height"], answer["receipt"]["height"], answer["receipt"]["code"]) == (200, 1, 1, 0)
    assert answer["receipt"]["log_index"] == 0


async def test_a_refusal_is_told_with_its_facts(desk: Desk, consortium: FakeConsortium) -> None:
    status, answer = await desk.post("/v1/transactions", consortium.clerk.notarize(5_000))
    assert status == 422
    assert answer["error"] == {
        "code": "valid-until-too-far",
        "facts": {"expected": "at most 600", "got": "5000"},
    }


async def test_records_are_listed_and_found(
    desk: Desk, node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    await notarize(node, engine, consortium, 5)
    address = consortium.clerk.address.hex()
    _, answer = await desk.get(f"/v1/accounts/{address}/records?limit=2")
    assert [record["index"] for record in answer["records"]] == [4, 3]
    _, answer = await desk.get(f"/v1/accounts/{address}/records?before=3&limit=100")
    assert [record["index"] for record in answer["records"]] == [2, 1, 0]
    _, first = await desk.get("/v1/records/0")
    for path in (f"/v1/records/{first['record_digest']}", f"/v1/records/{first['record_digest'].upper()}"):
        assert (await desk.get(path))[1] == first
    _, chains = await desk.get(f"/v1/accounts/{address}/chains")
    assert len(chains["chains"]) == 5
    chain = first["chain"]
    assert (await desk.get(f"/v1/chains/{chain}"))[1]["head"] == first["record_digest"]
    assert (await desk.get(f"/v1/chains/{chain}/records"))[1]["records"] == [first]
    assert (await desk.get(f"/v1/chains/{chain}/records?after=1"))[1]["records"] == []
    assert (await desk.get(f"/v1/files/{first['sha256']}/records"))[1]["records"] == [first]


async def test_a_record_proof_is_served_when_the_next_block_is_final(
    desk: Desk, node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    nonce = consortium.clerk.nonce()
    record = consortium.clerk.first_record(nonce)
    engine.admit(consortium.clerk.transaction(record, 10, nonce=nonce))
    engine.produce()
    await node.follower.step()
    path = f"/v1/records/{record_digest(encode(record)).hex()}/proof"
    status, answer = await desk.get(path)
    assert (status, answer["error"]) == (409, {"code": "not-yet-provable", "facts": {"height": "2"}})
    engine.produce()
    await node.follower.step()
    status, answer = await desk.get(path)
    assert (status, answer["log_index"], answer["log_size"]) == (200, 0, 1)


async def test_an_account_is_found_by_its_key(desk: Desk, consortium: FakeConsortium) -> None:
    _, told = await desk.get(f"/v1/keys/{consortium.clerk.public_key.encode().hex()}")
    assert (told["party"], told["permissions"], told["quota"]["spent"]) == ("partner", ["evidence"], 0)
    assert told["address"] == consortium.clerk.address.hex()


async def test_parameters_are_those_of_the_law(desk: Desk) -> None:
    _, told = await desk.get("/v1/parameters")
    actions = {each.name for each in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
    assert told.pop("action_costs") == dict.fromkeys(actions, 10)
    assert told == {
        "height": 0,
        "named": [],
        "validity_window": 600,
        "quota_period_seconds": 86_400,
        "quota_offset_seconds": 57_600,
        "bytes_per_point": 256,
        "max_transaction_bytes": 65_536,
        "level_points": {"registered": 50, "anonymous": 100, "phone": 200, "real-name": 1_000, "certificate": 2_000},
        "approval_numerator": 2,
        "approval_denominator": 3,
        "stopped_actions": [],
        "upgrade": None,
        "law_version": 1,
    }


# ---- whatever is asked ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/records/0", 404),
        ("/v1/records/99999999999999999", 404),
        ("/v1/records/9999999999999999999999", 404),
        (f"/v1/records/{'00' * 32}", 404),
        (f"/v1/records/{'00' * 32}/proof", 404),
        ("/v1/records/abc", 400),
        ("/v1/records/zz", 400),
        ("/v1/records/%FF%00", 400),
        ("/v1/records/aa", 404),
        ("/v1/records/aa/proof", 404),
        (f"/v1/transactions/{'00' * 31}", 404),
        ("/v1/transactions/xyz", 400),
        ("/v1/accounts/00", 404),
        (f"/v1/accounts/{'00' * 20}", 404),
        ("/v1/accounts/zz/records", 400),
        (f"/v1/accounts/{'00' * 20}/records?before=abc", 400),
        (f"/v1/accounts/{'00' * 20}/records?limit=-1", 400),
        (f"/v1/accounts/{'00' * 20}/records?limit=1e9", 400),
        (f"/v1/accounts/{'00' * 20}/records?limit=%D9%A3", 400),
        (f"/v1/accounts/{'00' * 20}/records?before={'9' * 40}", 400),
        (f"/v1/accounts/{'00' * 20}/records?before={'9' * 18}&limit={'9' * 18}", 200),
        (f"/v1/accounts/{'00' * 20}/records?limit=0", 200),
        (f"/v1/chains/{'00' * 16}", 404),
        (f"/v1/chains/{'00' * 16}/records?after={'9' * 18}", 200),
        ("/v1/chains/00/records", 404),
        (f"/v1/keys/{'00' * 500}", 404),
        ("/v1/keys/nothex", 400),
        ("/v1/files/00/records", 404),
        ("/v1/nothing", 404),
        ("/", 404),
        ("/v1/transactions", 405),
    ],
)
async def test_a_question_without_an_answer_is_a_typed_error(desk: Desk, path: str, status: int) -> None:
    got, answer = await desk.get(path)
    assert got == status
    assert status == 200 or set(answer["error"]) == {"code", "facts"}


@pytest.mark.parametrize("body", [b"", b"garbage", b"\x00" * 100_000, b"\xff" * 70_000])
async def test_a_body_that_is_no_transaction_is_refused(desk: Desk, body: bytes) -> None:
    status, answer = await desk.post("/v1/transactions", body)
    assert status == 422
    assert answer["error"]["code"] in {"malformed-transaction", "transaction-too-large"}


async def test_without_the_token_nothing_is_told(desk: Desk) -> None:
    for path in ("/v1/status", "/v1/events", "/v1/nothing"):
        async with desk.session.get(desk.endpoint.url + path) as response:
            assert response.status == 401


# ---- events --------------------------------------------------------------------------------------------------------
async def next_event(stream: aiohttp.StreamReader) -> int:
    """The next height of a stream, as its id says."""
    while True:
        line = await stream.readline()
        assert line, "the stream has ended"
        if line.startswith(b"id: "):
            return int(line[4:])


async def test_every_durable_height_is_told_as_it_comes(desk: Desk, node: NodeService, engine: EmbeddedEngine) -> None:
    async with desk.session.get(desk.endpoint.url + "/v1/events", headers=desk.headers) as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        assert await next_event(response.content) == 0
        for height in (1, 2, 3):
            engine.produce()
            await node.follower.step()
            assert await next_event(response.content) == height


async def test_who_comes_back_is_told_the_present_height_first(
    desk: Desk, node: NodeService, engine: EmbeddedEngine
) -> None:
    """Nothing is lost between two connections: heights stand for everything up to them."""
    async with desk.session.get(desk.endpoint.url + "/v1/events", headers=desk.headers) as response:
        assert await next_event(response.content) == 0
    for _ in range(3):
        engine.produce()
    await node.follower.step()
    headers = {**desk.headers, "Last-Event-ID": "0"}
    async with desk.session.get(desk.endpoint.url + "/v1/events", headers=headers) as response:
        assert await next_event(response.content) == 3


async def test_a_quiet_stream_says_that_it_is_alive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "KEEPALIVE_SECONDS", 0.01)
    async with desk.session.get(desk.endpoint.url + "/v1/events", headers=desk.headers) as response:
        await next_event(response.content)
        text = b""
        while text.count(b": still here") < 2:
            text += await response.content.readany()


async def test_a_reader_that_goes_away_leaves_nothing_behind(
    desk: Desk, node: NodeService, engine: EmbeddedEngine
) -> None:
    before = asyncio.all_tasks()
    for _ in range(5):
        async with desk.session.get(desk.endpoint.url + "/v1/events", headers=desk.headers) as response:
            await next_event(response.content)
    async with asyncio.timeout(10):
        while len(asyncio.all_tasks()) > len(before) + 1:
            engine.produce()
            await node.follower.step()


async def test_a_reader_that_does_not_read_is_dropped(
    desk: Desk, node: NodeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "SEND_SECONDS", 0.05)

    given_up = asyncio.Event()

    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                yield 10**4_000  # long, so that a few of them fill every buffer
        finally:
            given_up.set()

    monkeypatch.setattr(node, "heights", endless)
    loop = asyncio.get_running_loop()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        port = int(desk.endpoint.url.rsplit(":", 1)[1])
        await loop.sock_connect(deaf, ("127.0.0.1", port))
        request = f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer token\r\n\r\n"
        await loop.sock_sendall(deaf, request.encode())
        assert b"200 OK" in await loop.sock_recv(deaf, 1_000)
        await given_up.wait()
        received = b""
        with suppress(ConnectionError):
            while piece := await loop.sock_recv(deaf, 100_000):
                received += piece
        assert not received.endswith(b"0\r\n\r\n")  # cut off, not ended in good order when it read at last


async def test_a_stream_ends_with_the_server(node: NodeService, session: aiohttp.ClientSession) -> None:
    async with serving_desk(node) as endpoint:
        headers = {"Authorization": f"Bearer {endpoint.token}"}
        response = await session.get(endpoint.url + "/v1/events", headers=headers)
        await next_event(response.content)
    with suppress(aiohttp.ClientError):
        assert await response.content.read() == b""
    response.close()
