"""Transactions by RPC: searched for, handed in, waited for."""

import asyncio
import base64
import json
from typing import Any

import pytest

from app.core.hashing import sha256
from app.core.refusals import QuotaSpent, Refused
from app.core.units import Hash32, Height
from app.node.api import rpctxs
from app.node.api.rpc import Rpc
from app.node.consensus.hashes import is_transaction_included
from app.node.consensus.rpcresults import decode_proof
from app.node.engine.engine import EmbeddedEngine
from app.node.execution import refusal_data
from tests.fakes.consortium import FakeConsortium, block_at, grow, make_consortium, make_engine
from tests.node.api.calling import Caller, Json


@pytest.fixture
def grown(engine: EmbeddedEngine, consortium: FakeConsortium) -> EmbeddedEngine:
    grow(engine, consortium.clerk, 4, each=5)
    return engine


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def hashes(engine: EmbeddedEngine, height: int) -> list[str]:
    return [sha256(raw).hex().upper() for raw in block_at(engine.store, height).data.txs]


# ---- searching -----------------------------------------------------------------------------------------------------
async def test_a_height_is_searched_page_by_page(grown: EmbeddedEngine, caller: Caller) -> None:
    async def found(**parameters: object) -> list[str]:
        answer = await caller.call("tx_search", query="tx.height=3", **parameters)
        assert answer["total_count"] == "5"
        assert {item["height"] for item in answer["txs"]} == {"3"}
        return [item["hash"] for item in answer["txs"]]

    expected = hashes(grown, 3)
    assert await found() == await found(order_by="asc") == expected
    assert await found(order_by="desc") == expected[::-1]
    assert await found(per_page="2") == expected[:2]
    assert await found(per_page="2", page="3") == expected[4:]
    assert await found(per_page="2", page="1", order_by="desc") == expected[:2:-1]


async def test_a_hash_is_searched_with_its_proof(grown: EmbeddedEngine, caller: Caller) -> None:
    block = block_at(grown.store, 2)
    raw = block.data.txs[3]
    answer = await caller.call("tx_search", query=f"tx.hash='{sha256(raw).hex()}' AND tx.height=2", prove=True)
    (item,) = answer["txs"]
    assert (item["index"], item["tx_result"]["code"]) == (3, 0)
    proof = decode_proof(item["proof"]["proof"])
    assert is_transaction_included(raw, proof, block.header.data_hash)


@pytest.mark.parametrize("query", ["tx.height=9", "tx.height=0", f"tx.hash='{'00' * 32}'"])
async def test_a_search_for_what_is_not_there_finds_nothing(grown: EmbeddedEngine, caller: Caller, query: str) -> None:
    assert await caller.call("tx_search", query=query) == {"txs": [], "total_count": "0"}


async def test_a_hash_at_another_height_is_not_found(grown: EmbeddedEngine, caller: Caller) -> None:
    wanted = hashes(grown, 2)[0]
    assert (await caller.call("tx_search", query=f"tx.hash='{wanted}' AND tx.height=3"))["total_count"] == "0"


@pytest.mark.parametrize("query", ["tm.event='Tx'", "tm.event='NewBlock'", "record.account='a'", ""])
async def test_a_search_that_is_not_offered_is_an_error(grown: EmbeddedEngine, caller: Caller, query: str) -> None:
    assert "tx.hash" in (await caller.error("tx_search", query=query))["data"]


async def test_what_was_pruned_is_said_to_be(grown: EmbeddedEngine, caller: Caller) -> None:
    wanted = hashes(grown, 2)[0]
    grown.store.prune(Height(4))
    grown.store.flush()
    assert (await caller.error("tx", hash=wanted))["data"] == "height 2 is not available, lowest height is 4"
    assert (await caller.error("block", height="3"))["data"] == "height 3 is not available, lowest height is 4"
    assert (await caller.call("status"))["sync_info"]["earliest_block_height"] == "4"
    assert (await caller.call("blockchain", minHeight="1", maxHeight="9"))["block_metas"][-1]["header"]["height"] == "4"


# ---- handing in ----------------------------------------------------------------------------------------------------
async def test_who_waits_for_the_block_is_told_the_result(
    engine: EmbeddedEngine, caller: Caller, consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = consortium.clerk.notarize(10)
    is_admitted = asyncio.Event()

    async def submit(transaction: bytes) -> Hash32:
        transaction_hash = engine.admit(transaction)
        is_admitted.set()
        return transaction_hash

    monkeypatch.setattr(engine, "submit", submit)
    waiting = asyncio.create_task(caller.call("broadcast_tx_commit", tx=encoded(raw)))
    await is_admitted.wait()
    engine.produce()
    answer = await waiting
    assert (answer["height"], answer["hash"]) == ("1", sha256(raw).hex().upper())
    assert (answer["check_tx"]["code"], answer["tx_result"]["code"]) == (0, 0)
    assert answer["tx_result"]["events"][0]["type"] == "record"


async def test_who_waits_is_not_told_of_an_earlier_landing(
    caller: Caller, consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """One that is refused at admission has not landed again, whatever the receipt of the first landing says."""
    raw = consortium.clerk.notarize(10)
    engine.admit(raw)
    engine.produce()
    answer = await caller.call("broadcast_tx_commit", tx=encoded(raw))
    assert (answer["height"], answer["check_tx"]["codespace"], answer["tx_result"]["gas_used"]) == ("0", "luopu", "0")


async def test_a_landing_before_it_was_handed_in_is_not_waited_for(
    caller: Caller, consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that a block refused once may be admitted again."""
    raw = consortium.clerk.notarize(10)
    engine.admit(raw)
    engine.produce()

    async def submit(transaction: bytes) -> Hash32:
        return sha256(transaction)

    monkeypatch.setattr(engine, "submit", submit)
    monkeypatch.setattr(rpctxs, "COMMIT_SECONDS", 0.05)
    assert "timed out" in (await caller.error("broadcast_tx_commit", tx=encoded(raw)))["data"]


async def test_waiting_for_a_block_has_an_end(
    caller: Caller, consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpctxs, "COMMIT_SECONDS", 0.01)
    error = await caller.error("broadcast_tx_commit", tx=encoded(consortium.clerk.notarize(10)))
    assert error["data"] == "timed out waiting for tx to be included in a block"


async def test_only_some_may_wait_for_a_block_at_a_time(
    caller: Caller, consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpctxs, "MAX_WAITING", 0)
    error = await caller.error("broadcast_tx_commit", tx=encoded(consortium.clerk.notarize(10)))
    assert "wait already" in error["data"]


async def test_handing_in_without_waiting_tells_the_hash_only(caller: Caller, consortium: FakeConsortium) -> None:
    for raw in (consortium.clerk.notarize(10), b"no transaction"):
        answer = await caller.call("broadcast_tx_async", tx=encoded(raw))
        assert answer == {"code": 0, "data": "", "log": "", "codespace": "", "hash": sha256(raw).hex().upper()}


async def test_a_quoted_text_in_a_uri_is_its_own_bytes(caller: Caller) -> None:
    """As CometBFT reads `tx="…"`."""
    _, answer = await caller.get("/broadcast_tx_sync?tx=%22AAA%22")
    assert answer["result"]["hash"] == sha256(b"AAA").hex().upper()


async def test_what_waits_is_counted_and_shown(
    engine: EmbeddedEngine, caller: Caller, consortium: FakeConsortium
) -> None:
    sent = [consortium.clerk.notarize(10) for _ in range(3)]
    for raw in sent:
        engine.admit(raw)
    size = str(sum(map(len, sent)))
    counted = await caller.call("num_unconfirmed_txs")
    assert counted == {"n_txs": "3", "total": "3", "total_bytes": size, "txs": None}
    shown = await caller.call("unconfirmed_txs", limit="2")
    assert shown == {"n_txs": "2", "total": "3", "total_bytes": size, "txs": [encoded(raw) for raw in sent[:2]]}


@pytest.mark.parametrize("facts", [{}, {"a": "b"}, {"a": "bb"}, {"expected": 12, "got": 5}, {"a": "b", "c": None}])
def test_facts_can_be_read_as_cosmjs_reads_them(facts: dict[str, str | int | None]) -> None:
    """It takes hex for base64, of which four digits go together."""
    data = refusal_data(Refused(**facts))
    base64.b64decode(data.hex(), validate=True)
    assert json.loads(data) == {name: str(value) for name, value in facts.items() if value is not None}


async def test_a_refusal_carries_its_number_and_facts() -> None:
    consortium = make_consortium(quota=5)
    rpc = Rpc(make_engine(consortium))
    parameters = {"tx": encoded(consortium.clerk.notarize(10))}
    answer: Any = json.loads(await rpc.answer({"method": "broadcast_tx_sync", "params": parameters}))["result"]
    assert (answer["code"], answer["codespace"]) == (QuotaSpent.number, "luopu")
    assert json.loads(bytes.fromhex(answer["data"])) == {"expected": "12", "got": "5"}
    assert answer["log"].startswith("quota spent")


# ---- the state -----------------------------------------------------------------------------------------------------
async def test_the_newest_value_of_a_key_is_told(
    grown: EmbeddedEngine, caller: Caller, consortium: FakeConsortium
) -> None:
    async def query(**parameters: object) -> Json:
        return (await caller.call("abci_query", **parameters))["response"]  # type: ignore[no-any-return]

    key = b"parameters"
    value = grown.store.state.get(key)
    assert value
    answer = await query(path="/key", data=key.hex())
    assert (answer["code"], base64.b64decode(answer["value"]), answer["height"]) == (0, value, "4")
    assert await query(path="/key", data=key.hex(), height="4") == answer
    assert (await query(path="/key", data=b"nothing".hex()))["value"] is None
    _, by_uri = await caller.get('/abci_query?path="/key"&data="parameters"')
    assert by_uri["result"]["response"] == answer


@pytest.mark.parametrize(
    "parameters", [{"path": "/store"}, {}, {"path": "/key", "prove": True}, {"path": "/key", "height": "3"}]
)
async def test_what_is_not_offered_of_the_state_has_a_code_and_a_log(
    grown: EmbeddedEngine, caller: Caller, parameters: Json
) -> None:
    answer = (await caller.call("abci_query", data=b"parameters".hex(), **parameters))["response"]
    assert answer["code"] != 0
    assert answer["log"]
    assert answer["value"] is None


# ---- by hash -------------------------------------------------------------------------------------------------------
async def test_a_block_is_found_by_its_hash(grown: EmbeddedEngine, caller: Caller) -> None:
    for height in (1, 3, 4):
        block_hash = grown.store.block_hash(height)
        by_height = await caller.call("block", height=str(height))
        assert await caller.call("block_by_hash", hash=encoded(block_hash)) == by_height
        header = (await caller.call("header_by_hash", hash=block_hash.hex()))["header"]
        assert header == by_height["block"]["header"] == (await caller.call("header", height=str(height)))["header"]


async def test_an_old_block_is_not_said_to_be_unknown(
    grown: EmbeddedEngine, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.api.rpcbackend.SEARCHED_BY_HASH", 2)
    error = await caller.error("header_by_hash", hash=grown.store.block_hash(1).hex())
    assert "only the newest 2 blocks" in error["data"]
