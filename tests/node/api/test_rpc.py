"""CometBFT's RPC: the same shapes, the same limits, and an answer to whatever comes."""

import asyncio
import base64
import gzip
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import QuotaSpent, Replayed
from app.core.hashing import sha256
from app.core.strictjson import decode_json
from app.core.wire import comet_pb2 as pb
from app.node import mempool
from app.node.api.rpc import Rpc
from app.node.consensus import rpcjson
from app.node.consensus.genesis import decode_genesis
from app.node.consensus.hashes import block_id, is_transaction_included, results_hash
from app.node.consensus.predicates import check_block, check_commit
from app.node.consensus.rpcresults import decode_proof, decode_tx_result
from app.node.consensus.validators import ValidatorSet
from app.node.engine.engine import EmbeddedEngine
from tests.fakes.consortium import FakeConsortium, block_at, commit_at, grow, make_consortium, make_engine

Json = dict[str, Any]


class Caller:
    """Calls the RPC in all three ways."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def post(self, data: bytes | str) -> tuple[int, Any]:
        async with self.session.post(self.url + "/", data=data) as response:
            return response.status, json.loads(await response.read())

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.url + path) as response:
            return response.status, json.loads(await response.read())

    async def call(self, method: str, **params: object) -> Json:
        status, answer = await self.post(json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}))
        assert status == 200
        assert answer["id"] == 7
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    async def error(self, method: str, **params: object) -> Json:
        _, answer = await self.post(json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}))
        error = answer["error"]
        assert set(error) == {"code", "message", "data"}
        return error  # type: ignore[no-any-return]


@pytest.fixture
def caller(url: str, session: aiohttp.ClientSession) -> Caller:
    return Caller(url, session)


@pytest.fixture
def grown(engine: EmbeddedEngine, consortium: FakeConsortium) -> EmbeddedEngine:
    grow(engine, consortium.clerk, 25, each=2)
    return engine


@pytest.fixture
def short(engine: EmbeddedEngine) -> EmbeddedEngine:
    engine.produce()
    engine.produce()
    return engine


# ---- shapes --------------------------------------------------------------------------------------------------------
def missing_keys(expected: object, got: object, path: str = "") -> list[str]:
    """Where `got` lacks a key of `expected` or has another JSON type; lists are compared by their first item."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return [f"{path}: {type(got).__name__} instead of an object"]
        return [
            text
            for key, value in expected.items()
            for text in (missing_keys(value, got[key], f"{path}.{key}") if key in got else [f"{path}.{key}"])
        ]
    if isinstance(expected, list):
        if not isinstance(got, list):
            return [f"{path}: {type(got).__name__} instead of a list"]
        return missing_keys(expected[0], got[0], f"{path}[0]") if expected and got else []
    if expected is None or got is None:
        return []
    return [] if type(expected) is type(got) else [f"{path}: {type(got).__name__}"]


@pytest.mark.parametrize(
    ("recording", "method", "params"),
    [
        ("status", "status", {}),
        ("genesis", "genesis", {}),
        ("block_at_height_1", "block", {"height": "1"}),
        ("block_at_height_10", "block", {"height": "10"}),
        ("commit_at_height_10", "commit", {"height": "10"}),
        ("blockchain_from_1_to_10", "blockchain", {"minHeight": "1", "maxHeight": "10"}),
        ("block_results_at_height_10", "block_results", {"height": "10"}),
        ("abci_info", "abci_info", {}),
    ],
)
async def test_answers_have_the_keys_of_a_recorded_node(
    vector_dir: Path, grown: EmbeddedEngine, caller: Caller, recording: str, method: str, params: dict[str, str]
) -> None:
    recorded = json.loads((vector_dir / "cometbft-rpc" / f"{recording}.json").read_bytes())["result"]
    assert missing_keys(recorded, await caller.call(method, **params)) == []


async def test_a_transaction_has_the_keys_of_a_recorded_one(
    vector_dir: Path, grown: EmbeddedEngine, caller: Caller
) -> None:
    recorded = json.loads((vector_dir / "cometbft-rpc" / "tx_search_with_prove.json").read_bytes())["result"]["txs"][0]
    raw = block_at(grown.store, 3).data.txs[1]
    answer = await caller.call("tx", hash=base64.b64encode(sha256(raw)).decode(), prove=True)
    assert missing_keys(recorded, answer) == []


async def test_a_submission_is_answered_as_recorded(
    vector_dir: Path, caller: Caller, consortium: FakeConsortium
) -> None:
    recorded = json.loads((vector_dir / "cometbft-rpc" / "broadcast_tx_sync.json").read_bytes())["result"]
    raw = consortium.clerk.notarize(10)
    answer = await caller.call("broadcast_tx_sync", tx=base64.b64encode(raw).decode())
    assert missing_keys(recorded, answer) == []
    assert answer == {**recorded, "hash": sha256(raw).hex().upper()}


async def test_errors_have_the_words_of_a_recorded_node(
    vector_dir: Path, grown: EmbeddedEngine, caller: Caller
) -> None:
    recorded = json.loads((vector_dir / "cometbft-rpc" / "block_at_height_0.json").read_bytes())["error"]
    assert await caller.error("block", height="0") == recorded


# ---- what a verifying node reads -----------------------------------------------------------------------------------
async def test_blocks_and_commits_decode_to_what_was_made(
    grown: EmbeddedEngine, caller: Caller, consortium: FakeConsortium
) -> None:
    members = consortium.genesis.validators
    for height in (1, 2, 24, 25):
        answer = await caller.call("block", height=str(height))
        block = rpcjson.decode_block(answer["block"])
        signed = rpcjson.decode_signed_header((await caller.call("commit", height=str(height)))["signed_header"])
        assert block == block_at(grown.store, height)
        assert signed.commit == commit_at(grown.store, height)
        check_block(block, rpcjson.decode_block_id(answer["block_id"]), consortium.genesis.chain_id)
        check_commit(consortium.genesis.chain_id, signed.commit, block.header.height, block_id(block), members)
    assert (await caller.call("commit", height="25"))["canonical"] is False
    assert (await caller.call("commit", height="24"))["canonical"] is True


async def test_without_a_height_the_newest_is_meant(grown: EmbeddedEngine, caller: Caller) -> None:
    assert (await caller.call("block"))["block"]["header"]["height"] == "25"
    assert (await caller.call("commit"))["signed_header"]["header"]["height"] == "25"


async def test_genesis_is_the_document_itself(caller: Caller, consortium: FakeConsortium) -> None:
    served = (await caller.call("genesis"))["genesis"]
    assert decode_genesis(json.dumps(served).encode()).fingerprint == consortium.genesis.fingerprint
    chunk = await caller.call("genesis_chunked", chunk="0")
    assert (chunk["chunk"], chunk["total"]) == ("0", "1")
    assert base64.b64decode(chunk["data"]) == consortium.genesis_bytes
    assert "out of range" in (await caller.error("genesis_chunked", chunk="1"))["data"]


async def test_a_genesis_of_several_chunks_is_put_together(
    caller: Caller, consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.api.rpcmethods.GENESIS_CHUNK", 100)
    assert "genesis_chunked" in (await caller.error("genesis"))["data"]
    total = int((await caller.call("genesis_chunked"))["total"])
    chunks = [(await caller.call("genesis_chunked", chunk=number))["data"] for number in range(total)]
    assert b"".join(map(base64.b64decode, chunks)) == consortium.genesis_bytes


async def test_validators_come_in_pages(session: aiohttp.ClientSession) -> None:
    consortium = make_consortium(45)
    engine = make_engine(consortium)
    engine.produce()
    answers = Rpc(engine)._methods.by_name["validators"]
    pages: list[Json] = [answers({"height": "1", "page": page, "per_page": "20"}) for page in (1, 2, 3)]  # type: ignore[misc]
    assert [(page["count"], page["total"]) for page in pages] == [("20", "45"), ("20", "45"), ("5", "45")]
    listed = [member for page in pages for member in page["validators"]]
    assert ValidatorSet.from_wire(rpcjson.decode_validators(listed)) == consortium.genesis.validators
    assert answers({"per_page": 1_000})["count"] == "45"  # type: ignore[index]
    assert answers({})["count"] == "30"  # type: ignore[index]
    assert answers({"height": 2})["block_height"] == "2"  # type: ignore[index]


async def test_headers_come_twenty_at_a_time_newest_first(grown: EmbeddedEngine, caller: Caller) -> None:
    async def heights(**params: object) -> list[int]:
        metas = (await caller.call("blockchain", **params))["block_metas"]
        return [int(meta["header"]["height"]) for meta in metas]

    assert await heights() == list(range(25, 5, -1))
    assert await heights(minHeight="3", maxHeight="5") == [5, 4, 3]
    assert await heights(minHeight="1", maxHeight="1000") == list(range(25, 5, -1))
    assert "can't be greater" in (await caller.error("blockchain", minHeight="5", maxHeight="4"))["data"]
    assert "non-negative" in (await caller.error("blockchain", minHeight="-1"))["data"]


async def test_a_transaction_is_proved_to_its_header(grown: EmbeddedEngine, caller: Caller) -> None:
    block = block_at(grown.store, 9)
    raw = block.data.txs[1]
    answer = await caller.call("tx", hash=sha256(raw).hex(), prove=True)
    assert (answer["height"], answer["index"], base64.b64decode(answer["tx"])) == ("9", 1, raw)
    assert decode_tx_result(answer["tx_result"]).code == 0
    proof = decode_proof(answer["proof"]["proof"])
    assert is_transaction_included(raw, proof, block.header.data_hash)
    assert "proof" not in await caller.call("tx", hash=sha256(raw).hex())
    _, by_uri = await caller.get(f"/tx?hash=0x{sha256(raw).hex()}&prove=true")
    assert by_uri["result"] == answer


async def test_results_hash_to_what_the_next_header_holds(grown: EmbeddedEngine, caller: Caller) -> None:
    answer = await caller.call("block_results", height="9")
    results = [decode_tx_result(item) for item in answer["txs_results"]]
    assert [result.code for result in results] == [0, 0]
    following = block_at(grown.store, 10).header
    assert results_hash(results) == following.last_results_hash
    assert base64.b64decode(answer["app_hash"]) == following.app_hash


# ---- submitting ----------------------------------------------------------------------------------------------------
async def test_a_refusal_carries_its_number_and_facts(session: aiohttp.ClientSession) -> None:
    consortium = make_consortium(quota=5)
    rpc = Rpc(make_engine(consortium))
    answer: Any = await rpc._methods.broadcast({"tx": consortium.clerk.notarize(10)})
    assert (answer["code"], answer["codespace"]) == (QuotaSpent.number, "luopu")
    assert decode_json(base64.b64decode(answer["data"])) == {"expected": "12", "got": "5"}
    assert answer["log"].startswith("quota spent")


async def test_a_replay_is_refused_after_its_block(
    engine: EmbeddedEngine, caller: Caller, consortium: FakeConsortium
) -> None:
    encoded = base64.b64encode(consortium.clerk.notarize(10)).decode()
    assert [(await caller.call("broadcast_tx_sync", tx=encoded))["code"] for _ in range(2)] == [0, 0]
    engine.produce()
    assert (await caller.call("broadcast_tx_sync", tx=encoded))["code"] == Replayed.number


async def test_a_full_mempool_is_an_error_and_not_a_refusal(
    caller: Caller, consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mempool, "MAX_TRANSACTIONS", 0)
    encoded = base64.b64encode(consortium.clerk.notarize(10)).decode()
    assert "mempool is full" in (await caller.error("broadcast_tx_sync", tx=encoded))["data"]


# ---- whatever comes ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/block?height=abc",
        "/block?height=--5",
        "/block?height=-1",
        "/block?height=1e3",
        "/block?height=99999999999999999999999999",
        "/block?height=9223372036854775808",
        "/block?height=1000",
        "/block?height=%D9%A3",
        "/block?height=0xzz",
        "/block?height=0x01",
        "/tx?hash=0xzz",
        "/tx?hash=",
        "/tx",
        "/tx?hash=AAAA&prove=maybe",
        "/tx?hash=%ff%fe",
        "/validators?page=0",
        "/validators?page=99999",
        "/validators?page=abc",
        "/genesis_chunked?chunk=-1",
        "/blockchain?minHeight=9&maxHeight=3",
        "/broadcast_tx_sync",
        "/broadcast_tx_sync?tx=%22AAA%22",
    ],
)
async def test_a_bad_request_by_uri_is_a_json_error(short: EmbeddedEngine, caller: Caller, path: str) -> None:
    status, answer = await caller.get(path)
    assert status < 500
    assert set(answer) == {"jsonrpc", "id", "error"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"nothing", -32700),
        (b'{"method": "status"', -32700),
        (b'{"method": "status", "method": "block"}', -32700),
        (b'{"method": "block", "params": {"height": 1, "height": 2}}', -32700),
        (b"[" * 5_000 + b"]" * 5_000, -32700),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, -32700),
        (b'{"method": "block", "params": {"height": ' + b"9" * 5_000 + b"}}", -32700),
        (b'{"method": "block", "params": {"height": NaN}}', -32700),
        (b'{"method": "block", "params": {"height": 1.0}}', -32700),
        (b'{"method": "block", "params": {"height": 1e400}}', -32700),
        (b"\xff\xfe", -32700),
        (b'{"method": "\\ud800"}', -32700),
        (b"null", -32600),
        (b"5", -32600),
        (b'"status"', -32600),
        (b"{}", -32600),
        (b'{"method": 5}', -32600),
        (b'{"method": null}', -32600),
        (b'{"method": "nothing"}', -32601),
        (b'{"method": ""}', -32601),
        (b'{"method": "__init__"}', -32601),
        (b'{"method": "block", "params": [1]}', -32602),
        (b'{"method": "block", "params": "1"}', -32602),
        (b'{"method": "block", "params": {"height": true}}', -32602),
        (b'{"method": "block", "params": {"height": {}}}', -32602),
        (b'{"method": "block", "params": {"height": [1]}}', -32602),
        (b'{"method": "block", "params": {"height": "9223372036854775808"}}', -32602),
        (b'{"method": "tx", "params": {"hash": 5}}', -32602),
        (b'{"method": "tx", "params": {"hash": "AAAA", "prove": {}}}', -32603),
        (b'{"method": "tx", "params": {"hash": "AA"}}', -32602),
        (b'{"method": "broadcast_tx_sync", "params": {"tx": "\xc3\xa9"}}', -32602),
        (b'{"method": "broadcast_tx_sync", "params": {"tx": null}}', -32602),
    ],
)
async def test_a_bad_request_by_post_is_a_json_error(
    short: EmbeddedEngine, caller: Caller, body: bytes, code: int
) -> None:
    status, answer = await caller.post(body)
    assert status in {200, 400}
    assert answer["error"]["code"] == code


async def test_a_batch_of_ten_is_answered_in_order_and_eleven_are_refused(
    grown: EmbeddedEngine, caller: Caller
) -> None:
    asked = [{"jsonrpc": "2.0", "id": n, "method": "block", "params": {"height": str(n)}} for n in range(1, 12)]
    status, answers = await caller.post(json.dumps(asked[:10]))
    assert status == 200
    assert [answer["id"] for answer in answers] == list(range(1, 11))
    assert [answer["result"]["block"]["header"]["height"] for answer in answers] == [str(n) for n in range(1, 11)]
    status, answer = await caller.post(json.dumps(asked))
    assert status == 400
    assert answer["error"]["code"] == -32600


async def test_one_bad_call_in_a_batch_spoils_no_other(grown: EmbeddedEngine, caller: Caller) -> None:
    _, answers = await caller.post(json.dumps([{"method": "health", "id": 1}, 5, {"method": "nothing", "id": 3}]))
    assert [list(answer)[-1] for answer in answers] == ["result", "error", "error"]


async def test_a_body_beyond_the_limit_is_refused(caller: Caller, session: aiohttp.ClientSession) -> None:
    async with session.post(caller.url + "/", data=b" " * 1_000_001) as response:
        assert response.status == 413


@pytest.mark.parametrize("body", [b"\x00" * 100, gzip.compress(b" " * 50_000_000)], ids=["broken", "bomb"])
async def test_a_compressed_body_is_not_unpacked(caller: Caller, session: aiohttp.ClientSession, body: bytes) -> None:
    async with session.post(caller.url + "/", data=body, headers={"Content-Encoding": "gzip"}) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == -32700


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.text(max_size=8) | st.sampled_from(["1", "0x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["height", "page", "per_page", "hash", "prove", "tx", "minHeight", "maxHeight", "chunk"])
methods = st.sampled_from([*sorted(Rpc(make_engine(make_consortium()))._methods.by_name), "broadcast_tx_sync"])
calls = st.fixed_dictionaries(
    {"method": methods | st.text(max_size=8), "params": st.dictionaries(names, anything, max_size=4)},
    optional={"id": anything, "jsonrpc": anything},
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=calls | anything | st.lists(calls, max_size=3))
def test_no_request_whatever_raises(asked: object) -> None:
    """Straight into the dispatcher: anything but an answer would be a 500 with a traceback in the log."""
    rpc = Rpc(FUZZED)
    items = asked if isinstance(asked, list) else [asked]
    for item in items:
        answer = asyncio.run(rpc._answer(item))
        assert ("result" in answer) != ("error" in answer)
        json.dumps(answer)


FUZZED = make_engine(make_consortium())
FUZZED.produce()
FUZZED.produce()


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


@pytest.mark.parametrize("query", ["", "tm.event='Tx'", "malformed query", "tm.event='NewBlock' AND x=1"])
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
    monkeypatch.setattr("app.node.api.rpc.EVENT_QUEUE", 5)
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
