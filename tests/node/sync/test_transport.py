"""How a peer answers, whatever it says: silence, cut lines, bombs, nonsense. All bounded, all typed, never believed."""

import asyncio
import base64
import json
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.codec import decode
from app.core.errors import (
    LuopuError,
    MempoolFull,
    NodeUnreachable,
    PeerMisbehaved,
    QuotaSpent,
    Refused,
    Replayed,
)
from app.core.hashing import sha256
from app.core.wire import comet_pb2 as pb
from app.node.consensus import rpcjson
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import answers
from app.node.sync import peer as peer_module
from app.node.sync.answers import decode_range
from app.node.sync.inspection import inspect_answer
from app.node.sync.peer import AnswerTooLarge, RpcPeer, open_session
from tests.fakes.chain import make_validators
from tests.fakes.consortium import FakeConsortium, make_consortium, make_engine
from tests.fakes.network import (
    FakePeer,
    Transport,
    copy_chain,
    make_node,
    send_elsewhere,
    send_endlessly,
    send_gzipped,
    send_half,
    send_instead,
    send_nothing,
    serving,
    state_of,
)

HEIGHT = 8


@pytest.fixture
async def fake(consortium: FakeConsortium, engine: EmbeddedEngine) -> AsyncIterator[FakePeer]:
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as fake:
        yield fake


@pytest.fixture
async def peer(fake: FakePeer) -> AsyncIterator[RpcPeer]:
    async with open_session() as session:
        yield RpcPeer(fake.url, session)


# ---- whatever the transport does, the honest peer is used --------------------------------------------------------------
def deep(_: FakePeer) -> Transport:
    return send_instead(b'{"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


TRANSPORTS: list[tuple[Callable[[FakePeer], Transport], type[LuopuError]]] = [
    (send_nothing, NodeUnreachable),
    (lambda _: send_half, NodeUnreachable),
    (lambda _: send_gzipped, PeerMisbehaved),
    (lambda _: send_instead(b""), PeerMisbehaved),
    (lambda _: send_instead(b"<html>"), PeerMisbehaved),
    (lambda _: send_instead(b"\xff\xfe\x00"), PeerMisbehaved),
    (lambda _: send_instead(b"null"), PeerMisbehaved),
    (lambda _: send_instead(b"[]"), PeerMisbehaved),
    (lambda _: send_instead(b"{}"), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": null}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": {}, "result": {}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": {"a": 1.5}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "result": {"a": ' + b"9" * 5_000 + b"}}"), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 1, "result": {}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": true, "result": {}}'), PeerMisbehaved),
    (lambda _: send_instead(b'{"id": 0, "error": {"code": -32603, "message": "x", "data": "y"}}'), PeerMisbehaved),
    (lambda _: send_instead(b"upstream is down", status=502), PeerMisbehaved),
    (deep, PeerMisbehaved),
]
NAMES = [
    "silence",
    "cut",
    "gzip",
    "empty",
    "html",
    "bytes",
    "null",
    "list",
    "nothing",
    "no result",
    "null result",
    "twice",
    "float",
    "long number",
    "other id",
    "id true",
    "error",
    "502",
    "deep",
]


@pytest.mark.parametrize("method", ["status", "block", "commit"])
@pytest.mark.parametrize(("make", "error"), TRANSPORTS, ids=NAMES)
async def test_a_peer_that_cannot_be_understood_is_left_for_another(
    consortium: FakeConsortium,
    engine: EmbeddedEngine,
    fake: FakePeer,
    make: Callable[[FakePeer], Transport],
    error: type[LuopuError],
    method: str,
    request: pytest.FixtureRequest,
) -> None:
    if make is send_nothing:
        request.getfixturevalue("impatient")
    fake.transports[method] = make(fake)
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        caught = state_of(node, fake).error
        assert isinstance(caught, error)
        assert node.store.durable_tip.height == 0
        assert node.follower.halted is None
        async with serving(engine) as honest:
            node.peers.replace([fake.url, honest])
            for _ in range(3):
                await node.follower.step()
            assert node.store.durable_tip == engine.store.durable_tip


async def test_a_peer_that_is_not_there_is_unreachable(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    gone = "http://127.0.0.1:9"
    async with serving(engine) as honest, make_node(consortium, [gone, honest]) as node:
        await node.follower.step()
        assert isinstance(state_of(node, gone).error, NodeUnreachable)
        assert node.store.durable_tip == engine.store.durable_tip


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "http://[::1", "file:///etc/passwd", "http://a b", "ftp://x"]
)
async def test_an_address_that_is_none_is_unreachable(
    consortium: FakeConsortium, engine: EmbeddedEngine, url: str
) -> None:
    async with serving(engine) as honest, make_node(consortium, [url, honest]) as node:
        await node.follower.step()
        assert isinstance(state_of(node, url).error, NodeUnreachable)
        assert node.store.durable_tip == engine.store.durable_tip


# ---- bounds --------------------------------------------------------------------------------------------------------
async def test_an_endless_answer_is_cut_at_its_bound(
    fake: FakePeer, peer: RpcPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 20.0)
    for name in ("SMALL_ANSWER", "COMMIT_ANSWER", "BLOCK_ANSWER"):
        monkeypatch.setattr(peer_module, name, 1_000_000)
    fake.transports.update(dict.fromkeys(("status", "block", "commit", "validators"), send_endlessly))
    calls: list[Callable[[], Awaitable[object]]] = [
        peer.tip,
        lambda: peer.fetch(1, 1, raw=False),
        lambda: peer.commit(1),
        lambda: peer.validators(1),
    ]
    for call in calls:
        with pytest.raises(AnswerTooLarge):
            await call()


async def test_an_endless_answer_at_the_real_bound_takes_little_more_memory_than_the_bound(
    fake: FakePeer, peer: RpcPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 20.0)
    fake.transports["commit"] = send_endlessly
    tracemalloc.start()
    with pytest.raises(AnswerTooLarge):
        await peer.commit(1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * peer_module.COMMIT_ANSWER


@pytest.mark.parametrize("piece", [b"{},", b"[],", b"0,", b'"",', b'{"a":[]},'])
async def test_an_answer_of_many_small_pieces_is_not_unfolded(fake: FakePeer, peer: RpcPeer, piece: bytes) -> None:
    """Two megabytes of braces would become fifty in memory."""
    count = 1_900_000 // len(piece)
    fake.transports["status"] = send_instead(b'{"id":0,"result":[' + piece * count + b"0]}")
    tracemalloc.start()
    with pytest.raises(PeerMisbehaved, match="too many pieces"):
        await peer.tip()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16_000_000


async def test_large_honest_blocks_are_fetched_in_smaller_batches(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten blocks together may be too much for one answer, though each alone is not."""
    monkeypatch.setattr(peer_module, "BLOCK_ANSWER", 10_000)
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
        assert state_of(node, fake).error is None
        assert fake.asked["block"] > HEIGHT


async def test_a_single_block_beyond_the_bound_is_a_lie(
    consortium: FakeConsortium, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "BLOCK_ANSWER", 2_000)
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        assert isinstance(state_of(node, fake).error, AnswerTooLarge)


async def test_a_full_block_of_an_honest_chain_is_within_the_bounds() -> None:
    """The densest block there can be: as many of the shortest transactions as fit."""
    consortium = make_consortium(100)
    shortest = len(consortium.clerk.notarize(1))
    transactions = 2_000
    engine = make_engine(consortium)
    engine.produce()
    chain = copy_chain(engine)
    chain[0].block.data.txs.extend([bytes(shortest)] * transactions)
    body = json.dumps({"id": 0, "result": {"block": rpcjson.encode_block(chain[0].block)}}).encode()
    answers._check_pieces(body)
    most = consortium.genesis.max_block_bytes / shortest * len(body) / transactions
    assert most < peer_module.BLOCK_ANSWER


async def test_a_redirect_is_not_followed(consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer) -> None:
    """A peer must not make the node ask things of others, such as services on the clerk's own machine."""
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as inside:
        fake.transports.update(dict.fromkeys(("status", "block"), send_elsewhere(inside.url + "/")))
        async with make_node(consortium, [fake.url]) as node:
            await node.follower.step()
            assert isinstance(state_of(node, fake).error, PeerMisbehaved)
        assert not inside.asked


async def test_nothing_is_sent_that_tells_peers_apart_from_each_other(fake: FakePeer, peer: RpcPeer) -> None:
    seen: list[web.Request] = []

    async def with_cookie(request: web.Request, body: bytes) -> web.StreamResponse:
        seen.append(request)
        return web.Response(body=body, headers={"Set-Cookie": "id=1; Path=/"})

    fake.transports["status"] = with_cookie
    await peer.tip()
    await peer.tip()
    assert all("Cookie" not in request.headers for request in seen)
    assert all(request.headers["Accept-Encoding"] == "identity" for request in seen)


# ---- silence -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("impatient")
async def test_a_peer_that_delivers_nothing_of_what_it_claims_is_not_asked_again_at_once(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer
) -> None:
    """It says it is far ahead and answers `status` gladly: it must not come first for ever."""
    status: Any = fake._status({})
    status["sync_info"]["latest_block_height"] = str(10**15)
    fake.answers["status"] = lambda _: status
    fake.transports.update({"block": send_nothing(fake), "commit": send_nothing(fake)})
    async with serving(engine) as honest, make_node(consortium, [fake.url, honest]) as node:
        for _ in range(4):
            await node.follower.step()
        assert isinstance(state_of(node, fake).error, NodeUnreachable)
        assert fake.asked["commit"] == 1
        assert node.store.durable_tip == engine.store.durable_tip


async def test_a_peer_that_is_slow_to_say_where_it_stands_holds_nobody_up(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.sync.peers.PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 1_000.0)
    gate = asyncio.Event()

    async def slow(_: web.Request, body: bytes) -> web.StreamResponse:
        await gate.wait()
        return web.Response(body=body)

    fake.transports["status"] = slow
    async with serving(engine) as honest, make_node(consortium, [fake.url, honest]) as node:
        while node.store.durable_tip.height < HEIGHT:
            await node.follower.step()
        assert fake.asked["status"] == 1  # asked once, and still waited for
        assert state_of(node, fake).tip is None
        gate.set()
        while state_of(node, fake).tip is None:
            await node.follower.step()


@pytest.mark.usefixtures("impatient")
async def test_a_line_too_slow_for_a_whole_group_gets_smaller_ones(
    consortium: FakeConsortium, engine: EmbeddedEngine, fake: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.sync.peers.QUIET_SECONDS", 0.0)

    async def slow_for_many(request: web.Request, body: bytes) -> web.StreamResponse:
        if len(body) > 12_000:  # three blocks
            await fake.release.wait()
        return web.Response(body=body)

    fake.transports["block"] = slow_for_many
    async with make_node(consortium, [fake.url]) as node:
        for _ in range(12):
            await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip


# ---- answers that parse and cannot be ------------------------------------------------------------------------------
async def test_another_block_than_asked_for_is_refused(consortium: FakeConsortium, fake: FakePeer) -> None:
    fake.chain[3], fake.chain[4] = fake.chain[4], fake.chain[3]
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        assert node.store.durable_tip.height == 1  # the block served as the third holds no commit for the second
        assert state_of(node, fake).offences == 1


async def test_blocks_come_in_the_order_asked_whatever_the_order_answered(fake: FakePeer, peer: RpcPeer) -> None:
    async def reversed_batch(_: web.Request, body: bytes) -> web.StreamResponse:
        return web.Response(body=json.dumps(json.loads(body)[::-1]).encode())

    fake.transports["block"] = reversed_batch
    fetched = decode_range(await peer.fetch(2, 4, raw=False))
    assert [decode(pb.Block, block).header.height for block in fetched.blocks] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latest_block_height", "-1"),
        ("latest_block_height", str(2**63)),
        ("latest_block_height", "9" * 100),
        ("latest_block_height", "٣"),
        ("latest_block_height", "1e3"),
        ("latest_block_height", None),
        ("latest_block_height", True),
        ("latest_block_height", [1]),
        ("latest_block_hash", "zz"),
        ("latest_block_hash", None),
        ("latest_block_hash", 5),
        ("latest_block_time", "yesterday"),
        ("latest_block_time", "2024-02-30T00:00:00Z"),
        ("latest_block_time", "99999-01-01T00:00:00Z"),
        ("latest_block_time", 5),
    ],
)
async def test_a_status_that_cannot_be_is_refused(fake: FakePeer, peer: RpcPeer, field: str, value: object) -> None:
    status: Any = fake._status({})
    status["sync_info"][field] = value
    fake.answers["status"] = lambda _: status
    with pytest.raises(PeerMisbehaved):
        await peer.tip()


def validator_pages(members: list[dict[str, Any]], total: object) -> Callable[[Any], object]:
    return lambda params: {
        "validators": members[(int(params["page"]) - 1) * 100 : int(params["page"]) * 100],
        "count": "0",
        "total": total,
    }


async def test_validators_are_put_together_from_their_pages(fake: FakePeer, peer: RpcPeer) -> None:
    members = make_validators(230).set
    fake.answers["validators"] = validator_pages(rpcjson.encode_validators(members), "230")
    assert await peer.validators(1) == members
    assert fake.asked["validators"] == 3


@pytest.mark.parametrize(
    "power", [-1, -(2**63), 0, 2**63, 2**64, 2**63 - 1, 10**30, "", "x", None, 5, "1_0", " 1", "٣"]
)
async def test_a_power_that_cannot_be_is_refused(fake: FakePeer, peer: RpcPeer, power: object) -> None:
    members = rpcjson.encode_validators(make_validators(3).set)
    members[1]["voting_power"] = str(power) if isinstance(power, int) and power != 5 else power
    fake.answers["validators"] = validator_pages(members, "3")
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)


@pytest.mark.parametrize(
    "change",
    [
        {"address": "00" * 20},
        {"pub_key": None},
        {"pub_key": {"type": "tendermint/PubKeySecp256k1", "value": base64.b64encode(bytes(33)).decode()}},
        {"pub_key": {"type": "tendermint/PubKeyEd25519", "value": base64.b64encode(bytes(31)).decode()}},
        {"pub_key": {"type": "tendermint/PubKeyEd25519", "value": "!"}},
    ],
    ids=str,
)
async def test_a_validator_that_cannot_be_is_refused(fake: FakePeer, peer: RpcPeer, change: dict[str, object]) -> None:
    members = rpcjson.encode_validators(make_validators(3).set)
    members[1].update(change)
    fake.answers["validators"] = validator_pages(members, "3")
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)


async def test_a_validator_twice_is_refused(fake: FakePeer, peer: RpcPeer) -> None:
    members = rpcjson.encode_validators(make_validators(3).set)
    fake.answers["validators"] = validator_pages([*members, members[0]], "4")
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)


@pytest.mark.parametrize("total", ["10000000", str(2**63), "-1", None, "x"])
async def test_a_list_of_validators_that_never_ends_is_given_up(
    fake: FakePeer, peer: RpcPeer, total: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "MAX_VALIDATOR_PAGES", 5)
    fake.answers["validators"] = validator_pages([], total)
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)
    assert fake.asked["validators"] <= 5


# ---- submitting ----------------------------------------------------------------------------------------------------
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


# ---- anything at all -----------------------------------------------------------------------------------------------
ENGINE = make_engine(make_consortium())
ENGINE.produce()
ENGINE.produce()
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**66), 2**66) | st.text(max_size=6) | st.sampled_from(["1", "AA==", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def paths_in(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in paths_in(item, (*path, key)))]


def changed_at(value: Any, path: tuple[Any, ...], replacement: object) -> Any:
    if not path:
        return replacement
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed_at(value[path[0]], path[1:], replacement)
    return copy


class Replaying(RpcPeer):
    """A peer whose answer is given."""

    def __init__(self, method: str, result: object) -> None:
        self.url = "http://fake"
        self._results = {**ANSWERS, method: result}

    async def _exchange(self, path: str, body: bytes | None, limit: int) -> bytes:
        called = json.loads(body or b"")["method"]
        name = {"block": "blocks", "status": "tip", "broadcast_tx_sync": "submit"}.get(called, called)
        return json.dumps({"jsonrpc": "2.0", "id": 0, "result": self._results[name]}).encode()


HONEST = FakePeer(copy_chain(ENGINE), "luopu-test")
ANSWERS: dict[str, object] = {
    "tip": HONEST._status({}),
    "blocks": HONEST._block({"height": "2"}),
    "commit": HONEST._commit({"height": "2"}),
    "validators": {"validators": rpcjson.encode_validators(make_validators(2).set), "total": "2"},
    "submit": {"code": 0, "data": "", "log": "", "hash": sha256(b"x").hex().upper()},
}


async def ask(peer: RpcPeer, method: str) -> object:
    if method == "blocks":
        return inspect_answer(await peer.fetch(2, 1, raw=False))
    arguments: dict[str, tuple[object, ...]] = {"tip": (), "submit": (b"x",)}
    return await getattr(peer, method)(*arguments.get(method, (2,)))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), method=st.sampled_from(sorted(ANSWERS)))
def test_no_answer_whatever_raises_anything_untyped(data: st.DataObject, method: str) -> None:
    """One place in a true answer is replaced by anything."""
    path = data.draw(st.sampled_from(paths_in(ANSWERS[method])))
    result = changed_at(ANSWERS[method], path, data.draw(anything))
    with suppress(PeerMisbehaved, Refused):
        asyncio.run(ask(Replaying(method, result), method))


@pytest.mark.parametrize("method", sorted(ANSWERS))
def test_the_true_answers_are_understood(method: str) -> None:
    asyncio.run(ask(Replaying(method, ANSWERS[method]), method))
