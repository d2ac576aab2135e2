"""From a file to an outcome: in order, once, and never more than one transaction for what may still land."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client.following import RESEND_HEIGHTS
from app.client.model import Final, NeverLanded, RefusedInBlock, Unknown
from app.client.node import Endpoint, NodeClient
from app.client.notarization import Notary, Source
from app.core.errors import NodeUnreachable, NoPeer
from app.core.hashing import sha256, sm3
from app.core.ids import possession_digest
from app.core.record import FileDigests
from app.core.refusals import NotChainOwner, NotPermitted, QuotaSpent, UnknownAccount, UnknownChain
from app.core.transaction import decode_body
from app.core.walleterrors import OutcomeUnknown
from app.core.wire import registry_pb2 as wire
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.wallet.entry import Entry, State
from app.wallet.outbox import Outbox
from tests.client.company import CHECKER, MAKER, SECOND_CHECKER, actor_of, make_company, outcome_of, recognise
from tests.client.conftest import World, make_world
from tests.fakes.consortium import Clerk, MovedClock, block_at, make_consortium, make_engine
from tests.fakes.network import make_node, serving, serving_desk


class Counted:
    """Randomness that never repeats."""

    def __init__(self, seed: str) -> None:
        self._seed, self._count = seed, 0

    def random_bytes(self, count: int) -> bytes:
        self._count += 1
        return sha256(f"{self._seed} {self._count}".encode())[:count]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = Outbox.open(tmp_path / "outbox.db", MovedClock(step=1))
    yield outbox
    outbox.close()


def make_notary(client: NodeClient, outbox: Outbox, clerk: Clerk, seed: str = "first") -> Notary:
    return Notary(client, outbox, clerk.public_key, "经办 01", MovedClock(step=1), Counted(seed))


@pytest.fixture
def notary(world: World, outbox: Outbox) -> Notary:
    return make_notary(world.client, outbox, world.consortium.clerk)


def source(name: str) -> Source:
    data = name.encode()
    return Source(Path("/papers") / name, FileDigests(sha256(data), sm3(data), len(data)))


async def signed_and_sent(notary: Notary, clerk: Clerk, *names: str, chain: bytes | None = None) -> list[Entry]:
    entries = await notary.draft([source(name) for name in names], chain, "合同")
    for entry in entries:
        notary.sign(entry.id, clerk)
    return [await notary.send(entry.id) for entry in entries]


# ---- in order ------------------------------------------------------------------------------------------------------
async def test_several_files_stand_in_one_chain_in_one_block(world: World, notary: Notary) -> None:
    entries = await signed_and_sent(notary, world.consortium.clerk, "a.pdf", "b.pdf", "c.pdf")
    assert {entry.state for entry in entries} == {State.SUBMITTED}
    await world.advance()
    outcomes = [await notary.outcome(entry.id) for entry in entries]
    assert [(outcome.height, outcome.log_index) for outcome in outcomes if isinstance(outcome, Final)] == [
        (1, 0),
        (1, 1),
        (1, 2),
    ]
    records = await world.client.chain_records(entries[0].shown.record.chain)
    assert [record.sequence for record in records] == [1, 2, 3]
    assert [record.record_digest for record in records] == [entry.record_digest for entry in entries]
    assert [record.previous for record in records] == [b"", *(record.record_digest for record in records[:2])]
    assert all(entry.state is State.FINAL for entry in map(notary._outbox.get, (entry.id for entry in entries)))


async def test_a_chain_is_continued_behind_the_chain_and_behind_what_waits(world: World, notary: Notary) -> None:
    clerk = world.consortium.clerk
    (first,) = await signed_and_sent(notary, clerk, "a.pdf")
    chain = first.shown.record.chain
    (second,) = await signed_and_sent(notary, clerk, "b.pdf", chain=chain)  # the first still waits
    await world.advance()
    (third,) = await signed_and_sent(notary, clerk, "c.pdf", chain=chain)  # both are final, nobody has asked
    await world.advance()
    assert [entry.shown.record.sequence for entry in (first, second, third)] == [1, 2, 3]
    for entry in (first, second, third):
        assert isinstance(await notary.outcome(entry.id), Final)


async def test_what_is_shown_is_what_stands_on_the_chain(world: World, notary: Notary) -> None:
    (entry,) = await signed_and_sent(notary, world.consortium.clerk, "合同.pdf")
    await world.advance()
    record = await world.client.record(entry.record_digest.hex())
    shown = entry.shown.record
    assert (record.sha256, record.sm3, record.size) == (shown.sha256, shown.sm3, shown.size)
    assert (record.subject, record.context_digest) == ("合同", shown.context_digest)
    assert record.transaction_hash == entry.transaction_hash


# ---- once ----------------------------------------------------------------------------------------------------------
async def test_the_same_bytes_sent_again_are_applied_once(world: World, notary: Notary) -> None:
    (entry,) = await signed_and_sent(notary, world.consortium.clerk, "a.pdf")
    for _ in range(3):
        await notary.send(entry.id)
    await world.advance()
    assert (await notary.send(entry.id)).state is State.SUBMITTED  # replayed, which is what we want
    await world.advance(2)
    assert isinstance(await notary.outcome(entry.id), Final)
    assert (await notary.send(entry.id)).state is State.FINAL  # nothing is sent any more
    blocks = [block_at(world.engine.store, height) for height in range(1, world.engine.store.tip.height + 1)]
    assert [raw for block in blocks for raw in block.data.txs] == [entry.transaction]


async def test_what_was_lost_on_the_way_is_sent_again_and_lands_once(world: World, notary: Notary) -> None:
    (entry,) = await signed_and_sent(notary, world.consortium.clerk, "a.pdf")
    world.engine._mempool._forget(sha256(entry.transaction or b""))  # a mempool is not durable
    following = asyncio.ensure_future(notary.wait_for_outcome(entry.id))
    await world.advance_until(following)
    outcome = following.result()
    assert isinstance(outcome, Final)
    assert world.engine.store.state.log.size == 1


async def test_it_is_sent_again_every_few_heights_only(
    world: World, notary: Notary, monkeypatch: pytest.MonkeyPatch
) -> None:
    (entry,) = await signed_and_sent(notary, world.consortium.clerk, "a.pdf")
    sent: list[int] = []

    async def swallow(_: bytes) -> bytes:
        sent.append(world.engine.store.tip.height)
        return b""

    monkeypatch.setattr(world.client, "submit", swallow)
    world.engine._mempool._forget(sha256(entry.transaction or b""))
    seen: asyncio.Queue[int] = asyncio.Queue()
    following = asyncio.ensure_future(notary.wait_for_outcome(entry.id, seen.put_nowait))
    for height in range(3 * RESEND_HEIGHTS + 1):
        assert await seen.get() == height
        await world.advance()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert 3 <= len(sent) <= 4


# ---- outcomes ------------------------------------------------------------------------------------------------------
async def test_what_never_landed_is_expired_and_its_file_can_be_notarized_anew(outbox: Outbox) -> None:
    async with make_world(make_consortium(window=5)) as world:
        clerk = world.consortium.clerk
        notary = make_notary(world.client, outbox, clerk)
        (first,) = await notary.draft([source("a.pdf")], None, "")
        notary.sign(first.id, clerk)
        for height in range(3):
            assert await notary.outcome(first.id) == Unknown(height, 3)
            assert notary.pending()
            await world.advance()
        assert await notary.outcome(first.id) == NeverLanded(3)
        assert outbox.get(first.id).state is State.EXPIRED
        assert notary.pending() == []
        (second,) = await signed_and_sent(notary, clerk, "a.pdf")
        await world.advance()
        assert isinstance(await notary.outcome(second.id), Final)
        assert world.engine.store.state.log.size == 1


async def test_an_expired_entry_is_renewed_with_the_same_file_and_another_nonce(outbox: Outbox, tmp_path: Path) -> None:
    async with make_world(make_consortium(window=3)) as world:
        clerk = world.consortium.clerk
        notary = make_notary(world.client, outbox, clerk)
        (first,) = await notary.draft([source("a.pdf")], None, "")
        notary.sign(first.id, clerk)
        await world.advance(3)
        assert isinstance(await notary.outcome(first.id), NeverLanded)
        elsewhere = Outbox.open(tmp_path / "elsewhere.db", MovedClock(step=1))
        (drafted,) = await make_notary(world.client, elsewhere, clerk, "again").draft([source("a.pdf")], None, "")
        elsewhere.close()
        second = outbox.renew(first.id, drafted.draft, context=drafted.context)
        notary.sign(second.id, clerk)
        await notary.send(second.id)
        await world.advance()
        assert isinstance(await notary.outcome(second.id), Final)
        assert outbox.get(second.id).replaces == first.id
        assert outbox.get(first.id).state is State.EXPIRED


async def test_an_outcome_does_not_change_when_asked_for_again(outbox: Outbox) -> None:
    async with make_world(make_consortium(window=3)) as world:
        clerk = world.consortium.clerk
        notary = make_notary(world.client, outbox, clerk)
        (lands,) = await signed_and_sent(notary, clerk, "a.pdf")
        (never,) = await notary.draft([source("b.pdf")], None, "")
        notary.sign(never.id, clerk)
        await world.advance(4)
        first = [await notary.outcome(lands.id), await notary.outcome(never.id)]
        await world.advance(4)
        assert isinstance(await notary.outcome(never.id), NeverLanded)
        assert await notary.outcome(lands.id) == first[0]
        assert outbox.get(never.id).state is State.EXPIRED


async def test_a_replacement_is_not_signed_while_the_first_may_still_land(
    world: World, notary: Notary, outbox: Outbox
) -> None:
    clerk = world.consortium.clerk
    (first,) = await signed_and_sent(notary, clerk, "a.pdf")
    (other,) = await notary.draft([source("a.pdf")], None, "合同")
    with pytest.raises(OutcomeUnknown):
        outbox.renew(first.id, other.draft, context=other.context)


async def test_an_unsigned_draft_is_unknown_and_never_sent(world: World, notary: Notary) -> None:
    (entry,) = await notary.draft([source("a.pdf")], None, "")
    assert isinstance(await notary.outcome(entry.id), Unknown)
    assert (await notary.send(entry.id)).state is State.DRAFT
    await world.advance()
    assert not block_at(world.engine.store, 1).data.txs


async def test_a_refusal_in_a_block_is_journaled(world: World, notary: Notary, outbox: Outbox) -> None:
    """Two records behind the same one: the second to come is refused, wherever it was admitted."""
    clerk = world.consortium.clerk
    (first,) = await signed_and_sent(notary, clerk, "a.pdf")
    await world.advance()
    chain = first.shown.record.chain
    (ours,) = await notary.draft([source("b.pdf")], chain, "")
    raw = notary.sign(ours.id, clerk).transaction
    assert raw is not None
    rival = clerk.next_record(first_record_of(first), file=b"rival")
    world.engine.admit(clerk.transaction(rival, 100))
    world.engine._mempool._waiting[sha256(raw)] = raw
    await world.advance()
    outcome = await notary.outcome(ours.id)
    assert isinstance(outcome, RefusedInBlock)
    assert outcome.error.code == "chain-forked"
    assert outbox.get(ours.id).state is State.REFUSED


def first_record_of(entry: Entry) -> wire.EvidenceRecord:
    return decode_body(entry.draft.body_bytes).notarize.record


# ---- refused before anything is drafted ------------------------------------------------------------------------------
async def test_who_cannot_pay_for_all_drafts_nothing(outbox: Outbox) -> None:
    async with make_world(make_consortium(quota=30)) as world:
        notary = make_notary(world.client, outbox, world.consortium.clerk)
        with pytest.raises(QuotaSpent) as caught:
            await notary.draft([source(name) for name in "abc"], None, "")
        assert caught.value.facts["got"] == 30
        assert outbox.drafts() == ()
        await signed_and_sent(notary, world.consortium.clerk, "a.pdf", "b.pdf")
        await world.advance()
        account = await world.client.account_of_key(world.consortium.clerk.public_key)
        assert account is not None
        assert account.quota.left < 10


async def test_a_key_that_nobody_registered_drafts_nothing(world: World, outbox: Outbox) -> None:
    with pytest.raises(UnknownAccount):
        await make_notary(world.client, outbox, Clerk("stranger")).draft([source("a")], None, "")


async def test_who_may_not_notarize_drafts_nothing(world: World, outbox: Outbox) -> None:
    with pytest.raises(NotPermitted):
        await make_notary(world.client, outbox, Clerk("guest")).draft([source("a")], None, "")


async def test_another_accounts_chain_is_not_continued(world: World, notary: Notary, outbox: Outbox) -> None:
    (entry,) = await signed_and_sent(notary, world.consortium.clerk, "a.pdf")
    await world.advance()
    second = make_notary(world.client, outbox, Clerk("second"), "second")
    with pytest.raises(UnknownChain):
        await second.draft([source("b.pdf")], bytes(16), "")
    await notary.outcome(entry.id)
    with pytest.raises(NotChainOwner):
        await second.draft([source("b.pdf")], entry.shown.record.chain, "")


# ---- restarts ------------------------------------------------------------------------------------------------------
async def test_the_outbox_survives_and_another_run_follows_on(world: World, tmp_path: Path) -> None:
    clerk = world.consortium.clerk
    outbox = Outbox.open(tmp_path / "outbox.db", MovedClock(step=1))
    notary = make_notary(world.client, outbox, clerk)
    (sent,) = await signed_and_sent(notary, clerk, "sent.pdf")
    (unsent,) = await notary.draft([source("unsent.pdf")], None, "")
    notary.sign(unsent.id, clerk)
    outbox.close()
    outbox = Outbox.open(tmp_path / "outbox.db", MovedClock(step=1))
    notary = make_notary(world.client, outbox, clerk, "second run")
    assert {entry.id for entry in notary.pending()} == {sent.id, unsent.id}
    following = [asyncio.ensure_future(notary.wait_for_outcome(entry.id)) for entry in notary.pending()]
    for task in following:
        await world.advance_until(task)
        assert isinstance(task.result(), Final)
    assert notary.pending() == []
    outbox.close()


async def test_while_the_node_is_down_it_stays_signed_and_lands_when_it_is_back(outbox: Outbox) -> None:
    consortium = make_consortium()
    engine = make_engine(consortium)
    found: list[Endpoint] = []
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
        async with serving_desk(node) as endpoint:
            found.append(endpoint)
            client = NodeClient(lambda: found[-1])
            notary = make_notary(client, outbox, consortium.clerk)
            (entry,) = await notary.draft([source("a.pdf")], None, "")
            notary.sign(entry.id, consortium.clerk)
        with pytest.raises(NodeUnreachable):
            await notary.send(entry.id)
        assert outbox.get(entry.id).state is State.SIGNED
        assert outbox.get(entry.id).note == "node-unreachable"
        following = asyncio.ensure_future(notary.wait_for_outcome(entry.id))
        async with serving_desk(node, "another token") as endpoint:
            found.append(endpoint)
            await advance_until(engine, node, following)
            assert isinstance(following.result(), Final)
            await client.close()


async def advance_until(engine: EmbeddedEngine, node: NodeService, task: "asyncio.Task[object]") -> None:
    async with asyncio.timeout(20):
        while not task.done():
            engine.produce()
            await node.follower.step()


async def test_without_a_peer_it_stays_signed_with_a_note(world: World, notary: Notary, outbox: Outbox) -> None:
    (entry,) = await notary.draft([source("a.pdf")], None, "")
    notary.sign(entry.id, world.consortium.clerk)
    world.node.peers.replace([])
    with pytest.raises(NoPeer):
        await notary.send(entry.id)
    assert (outbox.get(entry.id).state, outbox.get(entry.id).note) == (State.SIGNED, "no-peer")


# ---- maker and checker, users ----------------------------------------------------------------------------------------
async def test_a_record_that_a_checker_signs_too_is_continued_while_it_waits(outbox: Outbox) -> None:
    async with make_world(make_company()) as world:
        notary = make_notary(world.client, outbox, MAKER)
        actor = actor_of(world, outbox)
        actor.sign((await actor.prepare(recognise())).entry.id, MAKER)  # another action under way
        (first,) = await notary.draft(
            [source("a.pdf")], None, "", approvers=[SECOND_CHECKER.public_key, CHECKER.public_key]
        )
        assert notary.sign(first.id, MAKER).state is State.WAITING
        (second,) = await notary.draft([source("b.pdf")], first.shown.record.chain, "")
        assert (second.shown.record.sequence, second.shown.record.previous) == (2, first.record_digest)
        for checker in (CHECKER, SECOND_CHECKER):
            complete = notary.sign(first.id, checker)
        notary.sign(second.id, MAKER)
        for entry in (complete, second):
            await notary.send(entry.id)
        await world.advance()
        assert isinstance(await notary.outcome(first.id), Final)
        assert isinstance(await notary.outcome(second.id), Final)


async def test_a_user_whose_level_allows_it_records_evidence(outbox: Outbox) -> None:
    user = Clerk("user")
    async with make_world(make_company()) as world:
        possession = user.sign(possession_digest(world.consortium.genesis.chain_id, user.public_key))
        key = wire.NewKey(key=user.public_key.to_wire(), possession=possession)
        actor = actor_of(world, outbox)
        enrolling = await actor.prepare(wire.Enrol(key=key, level=wire.LEVEL_PHONE, root=bytes(32)))
        enrolling.check()
        actor.sign(enrolling.entry.id, MAKER)
        assert isinstance(await outcome_of(world, actor, enrolling.entry.id), Final)
        notary = make_notary(world.client, outbox, user)
        (entry,) = await notary.draft([source("a.pdf")], None, "")
        notary.sign(entry.id, user)
        await notary.send(entry.id)
        await world.advance()
        assert isinstance(await notary.outcome(entry.id), Final)
