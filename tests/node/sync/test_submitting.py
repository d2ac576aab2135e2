"""Handing a transaction to peers: what they refuse, what they do not take, and who is asked next."""

import json

import pytest

from app.core.errors import LuopuError, MempoolFull, PeerMisbehaved
from app.core.hashing import sha256
from app.core.refusals import QuotaSpent, Refused, Replayed
from app.node.engine.engine import EmbeddedEngine
from app.node.sync.peer import RpcPeer
from tests.fakes.consortium import FakeConsortium
from tests.fakes.network import (
    FakePeer,
    make_node,
    send_instead,
    send_nothing,
    serving,
    state_of,
)


async def test_a_refusal_arrives_as_the_same_error(fake: FakePeer, peer: RpcPeer) -> None:
    facts = json.dumps({"expected": 12, "got": 5}).encode().hex().upper()
    fake.answers["broadcast_tx_sync"] = lambda _: {"code": QuotaSpent.number, "data": facts, "log": "", "hash": ""}
    with pytest.raises(QuotaSpent) as caught:
        await peer.submit(b"transaction")
    assert caught.value.facts == {"expected": "12", "got": "5"}


@pytest.mark.parametrize(
    ("code", "data"),
    [(77, ""), (2**70, "AA"), (-1, None), ("1", "x"), (None, ""), (True, ""), (6, "7B2261223A31"), (6, "eyJhIjox")],
)
async def test_a_refusal_that_makes_no_sense_is_still_a_refusal(
    fake: FakePeer, peer: RpcPeer, code: object, data: object
) -> None:
    fake.answers["broadcast_tx_sync"] = lambda _: {"code": code, "data": data, "log": "x" * 10_000, "hash": ""}
    with pytest.raises((Refused, PeerMisbehaved)) as caught:
        await peer.submit(b"transaction")
    assert all(len(str(value)) <= 300 for value in caught.value.facts.values())


@pytest.mark.parametrize("name", ["self", "code", "facts", "", "\u202e", "x" * 1_000])
async def test_a_refusal_with_odd_facts_is_still_a_refusal(fake: FakePeer, peer: RpcPeer, name: str) -> None:
    data = json.dumps({name: "y" * 1_000}).encode().hex().upper()
    fake.answers["broadcast_tx_sync"] = lambda _: {"code": QuotaSpent.number, "data": data, "log": "", "hash": ""}
    with pytest.raises(QuotaSpent) as caught:
        await peer.submit(b"transaction")
    assert caught.value.facts == {name[:40]: "y" * 300}


async def test_another_hash_than_the_transactions_is_a_lie(fake: FakePeer, peer: RpcPeer) -> None:
    fake.answers["broadcast_tx_sync"] = lambda _: {"code": 0, "data": "", "log": "", "hash": "00" * 32}
    with pytest.raises(PeerMisbehaved):
        await peer.submit(b"transaction")


@pytest.mark.parametrize(
    ("words", "error"),
    [("mempool is full: number of txs 5000", MempoolFull), ("tx already exists in cache", None), ("x", PeerMisbehaved)],
)
async def test_the_words_of_a_cometbft_mempool_are_understood(
    fake: FakePeer, peer: RpcPeer, words: str, error: type[LuopuError] | None
) -> None:
    body = {"id": 0, "error": {"code": -32603, "message": "Internal error", "data": words}}
    fake.transports["broadcast_tx_sync"] = send_instead(json.dumps(body).encode())
    if error is None:
        await peer.submit(b"transaction")
    else:
        with pytest.raises(error):
            await peer.submit(b"transaction")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", ["refusal", "silence", "full", "lie"])
async def test_what_one_peer_does_not_take_is_handed_to_the_next(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer, answer: str
) -> None:
    if answer == "refusal":
        fake.answers["broadcast_tx_sync"] = lambda _: {"code": 10, "data": "", "log": "no", "hash": ""}
    elif answer == "lie":
        fake.answers["broadcast_tx_sync"] = lambda _: {"code": 0, "data": "", "log": "", "hash": ""}
    elif answer == "silence":
        fake.transports["broadcast_tx_sync"] = send_nothing(fake)
    else:
        full = {"id": 0, "error": {"code": -32603, "message": "", "data": "mempool is full: 5"}}
        fake.transports["broadcast_tx_sync"] = send_instead(json.dumps(full).encode())
    async with serving(engine) as honest, make_node(consortium, [fake.url, honest]) as node:
        await node.follower.step()
        raw = consortium.clerk.notarize(100)
        assert await node.submit(raw) == sha256(raw)
        assert fake.asked["broadcast_tx_sync"] == 1
        engine.produce()
        assert engine.store.receipt(sha256(raw)) is not None


async def test_a_refusal_of_every_peer_is_told(consortium: FakeConsortium, fake: FakePeer) -> None:
    fake.answers["broadcast_tx_sync"] = lambda _: {"code": Replayed.number, "data": "", "log": "", "hash": ""}
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        with pytest.raises(Replayed):
            await node.submit(consortium.clerk.notarize(100))
        assert state_of(node, fake).error is None
