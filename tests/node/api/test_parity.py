"""Our RPC beside a real CometBFT's: every answer has the same keys and JSON types, recursively, and nothing else."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.core.hashing import sha256
from app.node.engine.engine import EmbeddedEngine
from tests.cometbft import cometbft
from tests.fakes.consortium import FakeConsortium, block_at, grow
from tests.node.api.calling import Caller, Json
from tests.node.api.kvstore import running_kvstore

TRANSACTION = b"name=value"


@pytest.fixture
async def comet(tmp_path: Path, session: aiohttp.ClientSession) -> AsyncIterator[Caller]:
    """CometBFT's own key-value chain."""
    async with running_kvstore(cometbft(), tmp_path) as url:
        yield Caller(url, session)


@pytest.fixture
def grown(engine: EmbeddedEngine, consortium: FakeConsortium) -> EmbeddedEngine:
    grow(engine, consortium.clerk, 4, each=2)
    return engine


def differences(theirs: object, ours: object, path: str = "") -> list[str]:
    """Where keys or JSON types differ. Go's nil may stand for anything but a number or a truth."""
    if theirs is None or ours is None:
        other = ours if theirs is None else theirs
        return [f"{path}: {theirs!r}, ours {ours!r}"] if isinstance(other, bool | int) else []
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        keys = [f"{path}.{key}: only one has it" for key in theirs.keys() ^ ours.keys()]
        return keys + [
            text for key in theirs.keys() & ours.keys() for text in differences(theirs[key], ours[key], f"{path}.{key}")
        ]
    if isinstance(theirs, list) and isinstance(ours, list):
        return differences(theirs[0], ours[0], f"{path}[0]") if theirs and ours else []
    return [] if type(theirs) is type(ours) else [f"{path}: {type(theirs).__name__}, ours {type(ours).__name__}"]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def test_every_answer_has_the_shape_of_cometbfts(
    comet: Caller, caller: Caller, grown: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    landed = await comet.call("broadcast_tx_commit", tx=encoded(TRANSACTION))
    their_hash, ours = landed["hash"], block_at(grown.store, 3).data.txs[0]
    their_block = await comet.call("block", height=landed["height"])
    block_hash = bytes.fromhex(their_block["block_id"]["hash"])
    our_hash = grown.store.block_hash(3)
    asked: list[tuple[str, Json, Json]] = [
        ("health", {}, {}),
        ("status", {}, {}),
        ("net_info", {}, {}),
        ("genesis_chunked", {}, {}),
        ("block", {"height": "1"}, {"height": "1"}),
        ("block", {"height": landed["height"]}, {"height": "3"}),
        ("block_by_hash", {"hash": encoded(block_hash)}, {"hash": encoded(our_hash)}),
        ("block_by_hash", {"hash": encoded(bytes(32))}, {"hash": encoded(bytes(32))}),
        ("header", {}, {}),
        ("header_by_hash", {"hash": block_hash.hex()}, {"hash": our_hash.hex()}),
        ("header_by_hash", {"hash": bytes(32).hex()}, {"hash": bytes(32).hex()}),
        ("commit", {"height": "2"}, {"height": "2"}),
        ("validators", {}, {}),
        ("validators", {"height": "2", "page": "1", "per_page": "5"}, {"height": "2", "page": "1", "per_page": "5"}),
        ("blockchain", {"minHeight": "1", "maxHeight": "3"}, {"minHeight": "1", "maxHeight": "3"}),
        ("block_results", {"height": "1"}, {"height": "1"}),
        ("block_results", {"height": landed["height"]}, {"height": "3"}),
        ("consensus_params", {}, {}),
        ("abci_info", {}, {}),
        ("abci_query", {"data": b"name".hex()}, {"path": "/key", "data": b"parameters".hex()}),
        ("abci_query", {"data": b"none".hex()}, {"path": "/key", "data": b"none".hex()}),
        ("tx", {"hash": encoded(bytes.fromhex(their_hash))}, {"hash": encoded(sha256(ours))}),
        (
            "tx",
            {"hash": encoded(bytes.fromhex(their_hash)), "prove": True},
            {"hash": encoded(sha256(ours)), "prove": True},
        ),
        (
            "tx_search",
            {"query": f"tx.hash='{their_hash}'", "prove": True},
            {"query": f"tx.hash='{sha256(ours).hex()}'", "prove": True},
        ),
        ("tx_search", {"query": "tx.height=1"}, {"query": "tx.height=900"}),
        ("num_unconfirmed_txs", {}, {}),
        ("unconfirmed_txs", {}, {}),
        ("broadcast_tx_sync", {"tx": encoded(b"a=1")}, {"tx": encoded(consortium.clerk.notarize(20))}),
        ("broadcast_tx_async", {"tx": encoded(b"b=1")}, {"tx": encoded(consortium.clerk.notarize(20))}),
        ("broadcast_tx_sync", {"tx": encoded(b"refused")}, {"tx": encoded(b"refused")}),
        ("broadcast_tx_commit", {"tx": encoded(b"refused")}, {"tx": encoded(b"refused")}),
    ]
    found = {}
    for method, their_parameters, our_parameters in asked:
        theirs, answer = await comet.call(method, **their_parameters), await caller.call(method, **our_parameters)
        if method == "status":
            del answer["node_info"]["other"]["raw_blocks"]  # what is ours alone
        if shown := differences(theirs, answer):
            found[f"{method} {their_parameters}"] = shown
    assert found == {}


async def test_an_answer_of_either_is_refused_with_the_same_words(
    comet: Caller, caller: Caller, grown: EmbeddedEngine
) -> None:
    asked: list[tuple[str, Json]] = [
        ("block", {"height": "0"}),
        ("block", {"height": "-1"}),
        ("tx", {"hash": encoded(bytes(32))}),
        ("validators", {"height": "1", "page": "9"}),
        ("tx_search", {"query": "tx.height=1", "order_by": "up"}),
        ("blockchain", {"minHeight": "-1"}),
        ("nothing", {}),
    ]
    for method, parameters in asked:
        theirs, ours = await comet.error(method, **parameters), await caller.error(method, **parameters)
        assert ours == theirs, method


async def test_the_genesis_has_the_parameters_that_cometbft_writes(
    comet: Caller, caller: Caller, grown: EmbeddedEngine
) -> None:
    theirs, ours = (await comet.call("genesis"))["genesis"], (await caller.call("genesis"))["genesis"]
    for own in (theirs, ours):
        own.pop("app_state", None)
    assert differences(theirs, ours) == [
        ".consensus_params.authority: only one has it"
    ]  # new in 0.39, empty by default


# ---- events --------------------------------------------------------------------------------------------------------
QUERIES = ("tm.event='NewBlock'", "tm.event='NewBlockHeader'", "tm.event='Tx'")


async def first_events(caller: Caller, transaction: bytes, engine: EmbeddedEngine | None = None) -> dict[str, Any]:
    """What the block of a transaction brings, by query."""
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        for number, query in enumerate(QUERIES):
            await socket.send_json({"jsonrpc": "2.0", "id": number, "method": "subscribe", "params": {"query": query}})
        told: dict[str, Any] = {}
        await caller.call("broadcast_tx_sync", tx=encoded(transaction))
        if engine is not None:
            engine.produce()
        while len(told) < len(QUERIES):
            message = await socket.receive_json()
            if not message["result"]:
                continue  # the answer to a subscription
            event = message["result"]
            data = event["data"]["value"]
            assert event["query"] == QUERIES[message["id"]]
            if "block" not in data or data["block"]["data"]["txs"]:
                told[event["query"]] = event
        return told


async def test_events_have_the_shape_of_cometbfts(
    comet: Caller, caller: Caller, grown: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    raw = consortium.clerk.notarize(20)
    theirs, ours = await first_events(comet, TRANSACTION), await first_events(caller, raw, grown)
    transaction = ours["tm.event='Tx'"]
    assert transaction["events"]["tx.hash"] == [sha256(raw).hex().upper()]
    for told in (theirs, ours):
        told["tm.event='Tx'"]["events"] = {
            name: value for name, value in told["tm.event='Tx'"]["events"].items() if name.startswith(("tx.", "tm."))
        }
        told["tm.event='Tx'"]["data"]["value"]["TxResult"]["result"].pop("gas_wanted", None)
        told["tm.event='Tx'"]["data"]["value"]["TxResult"]["result"].pop("gas_used", None)
        told["tm.event='Tx'"]["data"]["value"]["TxResult"]["result"].pop("data", None)
    assert differences(theirs, ours) == []
    assert json.loads(json.dumps(ours)) == ours
