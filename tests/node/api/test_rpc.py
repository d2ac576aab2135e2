"""CometBFT's RPC: the same shapes, the same limits, and an answer to whatever comes."""

import asyncio
import base64
import gzip
import json
from pathlib import Path

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.hashing import sha256
from app.core.refusals import Replayed
from app.node import mempool
from app.node.api.rpc import Rpc
from app.node.consensus import rpcjson
from app.node.consensus.genesis import decode_genesis
from app.node.consensus.hashes import block_id, is_transaction_included, results_hash
from app.node.consensus.predicates import check_block, check_commit
from app.node.consensus.rpcresults import decode_proof, decode_tx_result
from app.node.consensus.validators import ValidatorSet
from app.node.engine.engine import EmbeddedEngine
from tests.fakes.consortium import FakeConsortium, block_at, commit_at, make_consortium, make_engine
from tests.node.api.calling import Caller, Json, missing_keys


# ---- shapes --------------------------------------------------------------------------------------------------------
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


async def test_status_names_the_first_and_the_newest_block(grown: EmbeddedEngine, caller: Caller) -> None:
    """With the state roots that stand in their headers, as CometBFT does."""
    info = (await caller.call("status"))["sync_info"]
    for name, height in (("earliest", 1), ("latest", 25)):
        answer = await caller.call("block", height=str(height))
        header = answer["block"]["header"]
        assert info[f"{name}_block_hash"] == answer["block_id"]["hash"]
        assert info[f"{name}_block_height"] == str(height)
        assert info[f"{name}_block_time"] == header["time"]
        assert info[f"{name}_app_hash"] == header["app_hash"]


async def test_before_the_first_block_there_is_none(caller: Caller, consortium: FakeConsortium) -> None:
    info = (await caller.call("status"))["sync_info"]
    assert (info["latest_block_height"], info["latest_block_hash"], info["earliest_block_height"]) == ("0", "", "0")
    assert "must be less than or equal" in (await caller.error("block", height="1"))["data"]
    assert (await caller.call("validators"))["total"] == str(len(consortium.genesis.validators))


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
    rpc = Rpc(engine)

    async def answers(**params: object) -> Json:
        answer: Json = json.loads(await rpc.answer({"id": 1, "method": "validators", "params": params}))["result"]
        return answer

    pages = [await answers(height="1", page=page, per_page="20") for page in (1, 2, 3)]
    assert [(page["count"], page["total"]) for page in pages] == [("20", "45"), ("20", "45"), ("5", "45")]
    listed = [member for page in pages for member in page["validators"]]
    assert ValidatorSet.from_wire(rpcjson.decode_validators(listed)) == consortium.genesis.validators
    assert (await answers(per_page=1_000))["count"] == "45"
    assert (await answers())["count"] == "30"
    assert (await answers(height=2))["block_height"] == "2"


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
        "/broadcast_tx_sync?tx=AAA",
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
        (b'{"method": "block", "params": [1, 2]}', -32602),
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


async def test_parameters_may_come_by_position(grown: EmbeddedEngine, caller: Caller) -> None:
    _, answer = await caller.post('{"id": 1, "method": "block", "params": ["3"]}')
    assert answer["result"] == await caller.call("block", height="3")
    _, answer = await caller.post('{"id": 1, "method": "block", "params": []}')
    assert answer["error"]["data"] == "expected 1 parameters (height), got 0"


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
methods = st.sampled_from(Rpc(make_engine(make_consortium())).methods)
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
        answer = json.loads(asyncio.run(rpc.answer(item)))
        assert ("result" in answer) != ("error" in answer)


FUZZED = make_engine(make_consortium())
FUZZED.produce()
FUZZED.produce()
