"""The real CometBFT with our application: blocks, crashes on both sides, replay, and a node of ours that follows."""

import asyncio
import base64
import json
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.refusals import Expired, NotPermitted, Replayed
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import decode_genesis, encode_genesis
from app.node.consensus.validators import Validator
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.node.sync.peer import RpcPeer, open_session
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state
from tests.fakes.chain import START, make_key
from tests.fakes.consortium import (
    AGREEMENT,
    CHAIN_ID,
    PLENTY,
    Clerk,
    FakeConsortium,
    block_at,
    make_consortium,
)
from tests.fakes.network import make_node
from tests.node.abci.comet import Comet, comet, end, wait_until
from tests.node.abci.dying import POINTS


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium(1)


@pytest.fixture
async def node(tmp_path: Path, consortium: FakeConsortium) -> AsyncIterator[Comet]:
    """Not started yet."""
    async with comet(tmp_path, consortium) as made:
        yield made


BOOKKEEPER = Clerk("bookkeeper")


@pytest.fixture
def governed() -> FakeConsortium:
    """One validator at first, with a seat; a bookkeeper answers for it and for a second one that has none yet."""
    clerk = Clerk()
    accounts = [
        GenesisAccount(1, "partner", "partner", ((clerk.public_key, "01"),), ("evidence",), AGREEMENT, PLENTY),
        GenesisAccount(2, "keeper", "bookkeeper", ((BOOKKEEPER.public_key, "01"),), (), AGREEMENT, PLENTY),
    ]
    seeds = tuple(SigningSeed(make_key(f"governed {number}")) for number in range(2))
    document = encode_genesis(
        CHAIN_ID,
        START,
        [Validator(seeds[0].public_key, 10)],
        encode_app_state(CHAIN_ID, GenesisParameters(), accounts, [GenesisSeat(seeds[0].public_key, 10, 2)]),
    )
    keys = ConsortiumKeys(SigningSeed(make_key("operator")), seeds)
    return FakeConsortium(decode_genesis(document), document, keys, clerk)


def propose_seat(consortium: FakeConsortium, key: bytes, power: int, height: int) -> bytes:
    """The bookkeeper, who holds all seats, decides alone."""
    wish = wire.Propose(
        document=sha256(b"minutes"), deadline=height + 50, validator=wire.Seat(key=key, power=power, account=2)
    )
    body = wire.Body(
        chain_id=CHAIN_ID, sender=BOOKKEEPER.address, nonce=BOOKKEEPER.nonce(), valid_until=height + 50, propose=wish
    )
    return BOOKKEEPER.sign_body(encode(body))


async def follow(node: Comet, height: int) -> None:
    """A node of ours follows from genesis to at least `height`, executes everything, and agrees about every state root."""
    async with make_node(node.consortium, [node.url]) as ours:

        async def reached() -> bool:
            await ours.follower.step()
            assert ours.follower.halted is None
            return ours.store.durable_tip.height >= height

        await wait_until(reached)
        for at in range(2, ours.store.durable_tip.height + 1):
            block = block_at(ours.store, at)
            asked = await node.ask("commit", height=str(at))
            header = asked["signed_header"]["header"]  # type: ignore[index]
            assert bytes.fromhex(header["app_hash"]) == block.header.app_hash
        assert await state_root(node, ours.store.durable_tip.height) == ours.store.durable_tip.app_hash


async def state_root(node: Comet, height: int) -> bytes:
    """After a block, as the next one says it."""
    await node.reach(height + 1)
    asked = await node.ask("commit", height=str(height + 1))
    return bytes.fromhex(asked["signed_header"]["header"]["app_hash"])  # type: ignore[index]


async def is_in_a_block(node: Comet, raw: bytes) -> bool:
    asked = await node.ask("tx_search", query=f"tx.hash='{sha256(raw).hex().upper()}'")
    return asked["total_count"] == "1"


async def land(node: Comet, raws: Sequence[bytes]) -> None:
    """Wait until all stand in blocks; CometBFT's index may come a moment later than its blocks."""

    async def all_landed() -> bool:
        return all([await is_in_a_block(node, raw) for raw in raws])

    await wait_until(all_landed)


async def test_transactions_get_into_blocks_and_our_node_agrees(node: Comet) -> None:
    clerk = node.consortium.clerk
    await node.start()
    await node.reach(2)
    raws = [clerk.notarize(300) for _ in range(50)]
    answers = [await node.submit(raw) for raw in raws]
    assert {answer["code"] for answer in answers} == {0}
    landed = await node.commit(clerk.notarize(300))
    assert landed["tx_result"]["code"] == 0  # type: ignore[index]
    height = int(landed["height"])  # type: ignore[call-overload]
    await land(node, raws)
    await node.reach(height + 3)
    await follow(node, height + 3)


async def test_a_refusal_reaches_the_client_with_its_facts(node: Comet) -> None:
    await node.start()
    height = await node.reach(2)
    answer = await node.submit(Clerk("guest").notarize(height + 100))
    assert (answer["code"], answer["codespace"]) == (NotPermitted.number, "luopu")
    assert json.loads(bytes.fromhex(str(answer["data"]))) == {"account": "4", "expected": "evidence"}
    async with open_session() as session:
        with pytest.raises(NotPermitted) as caught:
            await RpcPeer(node.url, session).submit(Clerk("guest").notarize(height + 101))
    assert caught.value.facts == {"account": "4", "expected": "evidence"}
    late = await node.submit(node.consortium.clerk.notarize(1))
    assert late["code"] == Expired.number


async def test_what_expires_while_it_waits_leaves_the_mempool(tmp_path: Path) -> None:
    """Blocks are so small that most of a flood waits until it is too late."""
    consortium = make_consortium(1, max_block_bytes=1_500)
    async with comet(tmp_path, consortium) as node:
        await node.start()
        height = await node.reach(2)
        flood = [consortium.clerk.notarize(height + 4) for _ in range(60)]
        codes = [(await node.submit(raw))["code"] for raw in flood]
        assert 0 in codes

        async def is_empty() -> bool:
            asked = await node.ask("num_unconfirmed_txs")
            return asked["total"] == "0"

        await node.reach(height + 5)
        await wait_until(is_empty)
        landed = [await is_in_a_block(node, raw) for raw in flood]
        assert True in landed
        assert False in landed
        await follow(node, height + 5)


@pytest.mark.parametrize("point", POINTS)
async def test_the_application_killed_at_any_point_of_a_block_and_of_its_replay_goes_on(
    node: Comet, point: str
) -> None:
    clerk = node.consortium.clerk
    await node.start_application(die_at=(point, 4))
    await node.start_node()
    await node.reach(1)
    for _ in range(10):
        await _submit_while_it_lives(node, clerk.notarize(300))
    await _death(node)
    is_written = point in {"after writing", "committed and told"}
    await node.start_application(die_at=(point, 5 if is_written else 4))
    await node.start_node()
    await _death(node)
    await node.start()
    await node.reach(6)
    landed = await node.commit(clerk.notarize(300))
    assert landed["tx_result"]["code"] == 0  # type: ignore[index]
    await follow(node, int(landed["height"]))  # type: ignore[call-overload]


async def _death(node: Comet) -> None:
    """Wait until the application has died by its own hand; CometBFT ends with it, or waits and is ended."""
    assert node.application is not None
    await asyncio.wait_for(node.application.wait(), 30)
    assert node.application.returncode == -signal.SIGKILL
    await end(node.node, signal.SIGTERM)


async def _submit_while_it_lives(node: Comet, raw: bytes) -> None:
    try:
        await node.submit(raw)
    except Exception:  # noqa: BLE001 (it died first, which is what this is about)
        return


async def test_killed_under_load_again_and_again_nothing_that_was_final_is_lost(node: Comet) -> None:
    clerk = node.consortium.clerk
    final: list[bytes] = []
    for victim in ("application", "both", "node"):
        await node.start()
        height = await node.reach(1)
        raws = [clerk.notarize(height + 300) for _ in range(30)]
        for raw in raws[:-1]:
            assert (await node.submit(raw))["code"] == 0
        await node.commit(raws[-1])
        final += raws
        for _ in range(20):
            await node.submit(clerk.notarize(height + 300))
        if victim in {"application", "both"}:
            await end(node.application, signal.SIGKILL)
        if victim in {"node", "both"}:
            await end(node.node, signal.SIGKILL)
        await node.kill()
    await node.start()
    height = await node.reach(1)
    await node.reach(height + 3)
    await land(node, final)
    await follow(node, height + 3)


async def test_cometbft_alone_is_restarted_and_the_application_lives_on(node: Comet) -> None:
    await node.start()
    await node.reach(3)
    await node.submit(node.consortium.clerk.notarize(300))
    await end(node.node, signal.SIGKILL)
    await node.start_node()
    height = await node.reach(1)
    await node.commit(node.consortium.clerk.notarize(height + 100))
    await node.reach(height + 3)
    await follow(node, height + 3)


async def test_an_application_that_lost_everything_is_brought_back_by_replay(node: Comet) -> None:
    await node.start()
    landed = await _commit_one(node)
    await node.reach(landed + 2)
    await node.stop()
    shutil.rmtree(node.folder / "luopu" / "abci")
    await node.start()
    height = await _commit_one(node)
    assert height > landed
    await follow(node, height)


async def test_a_home_of_another_chain_stops_cometbft_before_the_first_block(node: Comet) -> None:
    other = make_consortium(1, quota=5)
    (node.folder / "luopu" / "genesis.json").write_bytes(other.genesis_bytes)
    await node.start()
    assert node.node is not None
    assert await asyncio.wait_for(node.node.wait(), 30) != 0
    assert "app_state" in node.application_log


async def test_cometbft_forgets_blocks_below_the_window(tmp_path: Path, consortium: FakeConsortium) -> None:
    async with comet(tmp_path, consortium, options=("--keep-blocks", "5")) as node:
        await node.start()
        await _commit_one(node)

        async def has_forgotten() -> bool:
            status = (await node.ask("status"))["sync_info"]
            return int(status["earliest_block_height"]) >= 5  # type: ignore[index]

        await wait_until(has_forgotten)
        await node.kill()
        await node.start()
        await _commit_one(node)


async def test_both_end_in_peace(node: Comet) -> None:
    await node.start()
    height = await node.reach(3)
    application = node.application
    await node.stop()
    assert application is not None
    assert application.returncode == 0
    assert ": stopped" in node.application_log
    assert not (node.folder / "abci.sock").exists()
    await node.start()
    await node.reach(height + 1)


# ---- state sync ------------------------------------------------------------------------------------------------------
async def test_a_fresh_node_begins_with_a_snapshot_of_another(tmp_path: Path, consortium: FakeConsortium) -> None:
    options = ("--snapshot-interval", "5")
    async with comet(tmp_path / "giver", consortium, interval="200ms", options=options) as giver:
        await giver.start()
        await giver.reach(1)
        raws = [consortium.clerk.notarize(300) for _ in range(20)]
        for raw in raws:
            assert (await giver.submit(raw))["code"] == 0
        await giver.reach(9)
        await giver.stop()
        giver.abci_options = ()  # no more snapshots: those that there are stay
        await giver.start()
        await giver.reach(12)
        trusted = await giver.ask("commit", height="2")
        wanted = {
            "enable": "true",
            "rpc_servers": f'"127.0.0.1:{giver.rpc_port},127.0.0.1:{giver.rpc_port}"',
            "trust_height": "2",
            "trust_hash": f'"{trusted["signed_header"]["commit"]["block_id"]["hash"]}"',  # type: ignore[index]
            "trust_period": '"24h"',
            "discovery_time": '"5s"',
            "chunk_request_timeout": '"5s"',
        }
        own = SigningSeed(make_key("a node that is no validator"))
        async with comet(tmp_path / "taker", consortium, seed=own, peers=giver.peer, state_sync=wanted) as taker:
            await taker.start()
            height = await taker.catch_up()
            assert "restored: the newest block here is" in taker.application_log
            assert "block 1:" not in taker.application_log
            assert (await taker.submit(raws[0]))["code"] == Replayed.number
            assert (await taker.commit(consortium.clerk.notarize(height + 100)))["tx_result"]["code"] == 0  # type: ignore[index]
            height = await taker.reach(height + 2)
            assert await state_root(taker, height) == await state_root(giver, height)
            await taker.kill()
            await taker.start()
            await taker.reach(height + 1)


# ---- validators ------------------------------------------------------------------------------------------------------
async def test_bookkeepers_seat_a_second_validator_and_our_node_follows(
    tmp_path: Path, governed: FakeConsortium
) -> None:
    second = governed.keys.validators[1]
    async with comet(tmp_path / "first", governed) as first:
        await first.start()
        await first.reach(2)
        async with comet(tmp_path / "second", governed, seed=second, peers=first.peer) as other:
            await other.start()
            await other.reach(3)
            landed = await first.commit(propose_seat(governed, second.public_key, 10, await first.height()))
            assert landed["tx_result"]["code"] == 0  # type: ignore[index]
            height = int(landed["height"])  # type: ignore[call-overload]
            await first.reach(height + 4)
            assert await _validators(first, height + 1) == {governed.keys.validators[0].public_key: 10}
            both = {seed.public_key: 10 for seed in governed.keys.validators[:2]}
            assert await _validators(first, height + 2) == both
            landed = await other.commit(propose_seat(governed, second.public_key, 0, await first.height()))
            gone = int(landed["height"])  # type: ignore[call-overload]
            await first.reach(gone + 4)
            assert await _validators(first, gone + 2) == {governed.keys.validators[0].public_key: 10}
            await follow(first, gone + 3)


async def _validators(node: Comet, height: int) -> dict[bytes, int]:
    asked = await node.ask("validators", height=str(height))
    members = asked["validators"]
    return {base64.b64decode(item["pub_key"]["value"]): int(item["voting_power"]) for item in members}  # type: ignore[attr-defined]


async def _commit_one(node: Comet) -> int:
    height = await node.reach(1)
    landed = await node.commit(node.consortium.clerk.notarize(height + 300))
    assert landed["tx_result"]["code"] == 0  # type: ignore[index]
    return int(landed["height"])  # type: ignore[call-overload]
