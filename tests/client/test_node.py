"""A node seen from outside: typed answers, the same typed errors, and no more said of an outcome than is known."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from app.client import node as client_module
from app.client.model import Final, NeverLanded, RefusedInBlock, Unknown
from app.client.node import Endpoint, NodeClient, error_from_json
from app.core import errors, walleterrors
from app.core.codec import encode
from app.core.errors import (
    AppHashDiffers,
    DecodingError,
    LuopuError,
    NodeError,
    NodeHalted,
    NodeUnreachable,
    NoPeer,
    NotFound,
    NotYetProvable,
)
from app.core.hashing import sha256
from app.core.keys import Algorithm, PublicKey
from app.core.record import record_digest
from app.core.refusals import ChainForked, QuotaSpent, Replayed, TooFarAhead
from app.node.store.chain import ChainStore
from tests.client.conftest import World
from tests.fakes.chain import make_key
from tests.fakes.consortium import FakeConsortium, MemoryHighWater, grow, make_consortium, make_engine
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.network import make_node, serving, serving_desk


# ---- queries -------------------------------------------------------------------------------------------------------
async def test_status_is_the_nodes_own(world: World) -> None:
    await world.advance(3)
    status = await world.client.status()
    assert (status.chain_id, status.height, status.blocks_behind) == ("luopu-test", 3, 0)
    assert status.app_hash == world.engine.store.tip.app_hash
    assert status.genesis_fingerprint == world.consortium.genesis.fingerprint
    assert (status.signed_validators, status.total_validators, status.signed_power) == (4, 4, 40)
    assert (status.halted, status.halted_facts) == (None, ())
    assert [(peer.connected, peer.height, peer.error) for peer in status.peers] == [(True, 3, None)]


async def test_a_halted_node_says_why(world: World) -> None:
    world.node.follower.halted = AppHashDiffers(height=7, expected="aa", got="bb")
    status = await world.client.status()
    assert status.halted == "app-hash-differs"
    assert dict(status.halted_facts) == {"height": "7", "expected": "aa", "got": "bb"}


async def test_accounts_records_and_chains_decode(world: World) -> None:
    clerk = world.consortium.clerk
    nonce = clerk.nonce()
    first = clerk.first_record(nonce, subject="合同")
    second = clerk.next_record(first, file=b"second")
    world.engine.admit(clerk.transaction(first, 10, nonce=nonce))
    world.engine.admit(clerk.transaction(second, 10))
    await world.advance()
    account = await world.client.account_of_key(clerk.public_key)
    assert account is not None
    assert (account.id, account.party, account.permissions) == (2, "partner", ("evidence",))
    assert account.quota.spent > 0
    records = await world.client.records(account.address)
    assert [record.sequence for record in records] == [2, 1]
    assert [record.record_digest for record in await world.client.chain_records(first.chain)] == [
        record_digest(encode(first)),
        record_digest(encode(second)),
    ]
    chain = await world.client.chain(first.chain)
    assert (chain.sequence, chain.title) == (2, "合同")
    assert await world.client.chains(account.address) == [chain]
    assert await world.client.record("0") == records[1]
    assert await world.client.record(records[0].record_digest.hex()) == records[0]
    assert (await world.client.parameters()).validity_window == 600


async def test_a_key_that_nobody_registered_has_no_account(world: World) -> None:
    stranger = PublicKey(Algorithm.ED25519, bytes(make_key("stranger").verify_key))
    assert await world.client.account_of_key(stranger) is None


async def test_a_long_chain_of_records_comes_whole(world: World) -> None:
    clerk = world.consortium.clerk
    nonce = clerk.nonce()
    record = clerk.first_record(nonce)
    world.engine.admit(clerk.transaction(record, 100, nonce=nonce))
    for _ in range(256 + 3):
        record = clerk.next_record(record)
        world.engine.admit(clerk.transaction(record, 100))
    await world.advance()
    records = await world.client.chain_records(record.chain)
    assert [found.sequence for found in records] == list(range(1, 261))


# ---- errors --------------------------------------------------------------------------------------------------------
async def test_errors_of_the_node_arrive_as_themselves(world: World) -> None:
    clerk = world.consortium.clerk
    with pytest.raises(TooFarAhead) as caught:
        await world.client.submit(clerk.notarize(5_000))
    assert caught.value.facts == {"expected": "at most 600", "got": "5000"}
    raw = clerk.notarize(10)
    assert await world.client.submit(raw) == sha256(raw)
    await world.advance()
    with pytest.raises(Replayed):
        await world.client.submit(raw)
    with pytest.raises(NotFound):
        await world.client.record("5")
    with pytest.raises(NotYetProvable):
        await world.client.proof((await world.client.record("0")).record_digest)
    with pytest.raises(DecodingError):
        await world.client.record("nonsense")


async def test_a_halted_node_takes_nothing(world: World) -> None:
    world.node.follower.halted = ChainForked()
    with pytest.raises(NodeHalted):
        await world.client.submit(world.consortium.clerk.notarize(10))


async def test_a_node_without_peers_takes_nothing(world: World) -> None:
    world.node.peers.replace([])
    with pytest.raises(NoPeer):
        await world.client.submit(world.consortium.clerk.notarize(10))


MODULES = (errors.__name__, walleterrors.__name__)


def all_kinds(kind: type[LuopuError] = LuopuError) -> list[type[LuopuError]]:
    own = [inner for inner in kind.__subclasses__() if inner.__module__ in MODULES]
    return [kind, *(found for inner in own for found in all_kinds(inner))]


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.__name__)
def test_every_error_survives_the_way_through_json(kind: type[LuopuError]) -> None:
    error = kind(expected="a", got=5)
    told = error_from_json({"code": error.code, "facts": {name: str(value) for name, value in error.facts.items()}})
    assert type(told) is kind
    assert told.facts == {"expected": "a", "got": "5"}


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in all_kinds()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("facts", [{}, {"reason": "Not Found"}, {"code": "x", "self": "y"}])
def test_an_unknown_code_is_an_error_of_the_node(facts: dict[str, str]) -> None:
    told = error_from_json({"code": "invented", "facts": facts})
    assert type(told) is NodeError
    assert told.facts["reason"] == facts.get("reason", "invented")


# ---- nodes that lie or fail ----------------------------------------------------------------------------------------
@asynccontextmanager
async def strange_node(handler: Callable[[web.Request], object]) -> AsyncIterator[NodeClient]:
    """A client of something that is not a node."""

    async def answer(request: web.Request) -> web.StreamResponse:
        made = handler(request)
        return made if isinstance(made, web.StreamResponse) else web.Response(body=made)  # type: ignore[arg-type]

    application = web.Application()
    application.add_routes([web.route("*", "/{path:.*}", answer)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint = Endpoint(f"http://127.0.0.1:{runner.addresses[0][1]}", "token")
    try:
        async with NodeClient(lambda: endpoint) as client:
            yield client
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        b"[]",
        b"{}",
        b'{"height": 1.5}',
        b'{"chain_id": 5}',
        b"[" * 10_000,
        b'{"chain_id": "x", "chain_id": "y"}',
        gzip.compress(b"{}", mtime=0),
        b"\xff\xfe",
        b'{"height": ' + b"9" * 5_000 + b"}",
    ],
)
@pytest.mark.parametrize("status", [200, 404, 500])
async def test_an_answer_that_cannot_be_is_not_decodable(body: bytes, status: int) -> None:
    async with strange_node(lambda _: web.Response(body=body, status=status)) as client:
        with pytest.raises(DecodingError):
            await client.status()


async def test_an_endless_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_ANSWER", 100_000)
    async with strange_node(lambda _: b" " * 200_000) as client:
        with pytest.raises(DecodingError):
            await client.status()


async def test_silence_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "REQUEST_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system takes the connection, and nobody reads
        endpoint = Endpoint(f"http://127.0.0.1:{silent.getsockname()[1]}", "token")
        async with NodeClient(lambda: endpoint) as client:
            with pytest.raises(NodeUnreachable):
                await client.status()


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"}, body=b"{}")

    async with strange_node(redirect) as client:
        with pytest.raises(LuopuError):
            await client.submit(b"transaction")
    assert asked == ["/v1/transactions"]


async def test_a_node_that_is_not_there_is_unreachable() -> None:
    async with NodeClient(lambda: Endpoint("http://127.0.0.1:9", "token")) as client:
        with pytest.raises(NodeUnreachable):
            await client.status()


# ---- outcomes ------------------------------------------------------------------------------------------------------
async def test_an_outcome_is_final_refused_never_or_unknown(world: World) -> None:
    clerk = world.consortium.clerk
    lands, never = clerk.notarize(5), clerk.notarize(3)
    assert await world.client.outcome(sha256(lands), 5) == Unknown(0, 5)
    await world.client.submit(lands)
    await world.advance()
    final = await world.client.outcome(sha256(lands), 5)
    assert isinstance(final, Final)
    assert (final.height, final.log_index) == (1, 0)
    for height in (2, 3):
        assert await world.client.outcome(sha256(never), 3) == Unknown(height - 1, 3)
        await world.advance()
    assert await world.client.outcome(sha256(never), 3) == NeverLanded(3)
    assert await world.client.outcome(sha256(lands), 5) == final  # for ever


async def test_a_refusal_in_a_block_is_told_with_its_reason() -> None:
    """A byzantine proposer may put in what admission refuses."""
    consortium = make_consortium(quota=13)
    engine = make_engine(consortium)
    paid, refused = consortium.clerk.notarize(10), consortium.clerk.notarize(10)
    engine.admit(paid)
    engine._mempool._waiting[sha256(refused)] = refused
    engine.produce()
    async with serving(engine) as url, make_node(consortium, [url]) as node, serving_desk(node) as endpoint:
        await node.follower.step()
        async with NodeClient(lambda: endpoint) as client:
            outcome = await client.outcome(sha256(refused), 10)
            assert isinstance(outcome, RefusedInBlock)
            assert isinstance(outcome.error, QuotaSpent)
            assert outcome.error.facts == {"expected": "12", "got": "1"}
            assert isinstance(await client.outcome(sha256(paid), 10), Final)


async def test_while_the_node_is_down_nothing_is_said(world: World) -> None:
    async with NodeClient(lambda: Endpoint("http://127.0.0.1:9", "token")) as client:
        with pytest.raises(NodeUnreachable):
            await client.outcome(bytes(32), 1)
        waiting = asyncio.ensure_future(client.wait_for_outcome(bytes(32), 1))
        await world.advance(5)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_waiting_ends_with_the_block(world: World) -> None:
    raw = world.consortium.clerk.notarize(50)
    await world.client.submit(raw)
    waiting = asyncio.ensure_future(world.client.wait_for_outcome(sha256(raw), 50))
    await world.advance_until(waiting)
    assert isinstance(waiting.result(), Final)


async def test_waiting_for_what_never_lands_ends_at_its_last_height(world: World) -> None:
    waiting = asyncio.ensure_future(world.client.wait_for_outcome(bytes(32), 6))
    await world.advance_until(waiting)
    outcome = waiting.result()
    assert isinstance(outcome, NeverLanded)
    assert outcome.height >= 6


# ---- restarts ------------------------------------------------------------------------------------------------------
async def test_a_client_finds_a_node_that_came_back_elsewhere() -> None:
    """Another port, another token: the stream of heights goes on, and so does everything else."""
    consortium: FakeConsortium = make_consortium()
    engine = make_engine(consortium)
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    found: list[Endpoint] = []
    grow(engine, consortium.clerk, 2)
    async with serving(engine) as url:
        async with (
            make_node(consortium, [url], store=ChainStore(kv, mark)) as node,
            serving_desk(node, "first") as endpoint,
        ):
            await node.follower.step()
            found.append(endpoint)
            client = NodeClient(lambda: found[-1])
            heights = client.heights()
            assert await anext(heights) == 2
        with pytest.raises(NodeUnreachable):
            await client.status()
        grow(engine, consortium.clerk, 3)
        async with (
            make_node(consortium, [url], store=ChainStore(kv.reopen(), mark)) as node,
            serving_desk(node, "second") as endpoint,
        ):
            await node.follower.step()
            found.append(endpoint)
            assert await anext(heights) == 5
            assert (await client.status()).height == 5
            await client.close()


async def test_another_token_counts_as_unreachable_and_is_asked_for_again(world: World) -> None:
    right = world.client._endpoint
    given = [Endpoint(right.url, "wrong"), right]
    async with NodeClient(lambda: given.pop(0)) as client:
        with pytest.raises(NodeUnreachable):
            await client.status()
        assert (await client.status()).height == 0


async def test_no_height_is_told_twice(world: World) -> None:
    heights = world.client.heights()
    seen = [await anext(heights)]
    for _ in range(5):
        await world.advance()
        seen.append(await anext(heights))
    assert seen == [0, 1, 2, 3, 4, 5]
