"""Any action: shown from its bytes, kept before it is sent, never done twice by who repeats a command."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.client.acting import REFUSALS, Actor
from app.client.model import Final, NeverLanded, RefusedInBlock
from app.core.codec import encode
from app.core.errors import LuopuError, NoPeer
from app.core.facts import facts_of
from app.core.ids import derive_held
from app.core.refusals import ApprovalsMissing, BalanceShort, Malformed, RoleMissing, UnknownAccount, WrongParty
from app.core.walleterrors import BadTransition, OutcomeUnknown
from app.core.wire import registry_pb2 as wire
from app.wallet.entry import Entry, State
from app.wallet.outbox import Outbox
from app.wallet.request_file import load_request, save_request
from tests.client.company import (
    CHECKER,
    MAKER,
    OTHER,
    SECOND_CHECKER,
    actor_of,
    make_company,
    open_outbox,
    outcome_of,
    recognise,
    transactions,
)
from tests.client.conftest import World, make_world
from tests.fakes.consortium import Clerk


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with make_world(make_company()) as world:
        yield world


@pytest.fixture
async def strict_world() -> AsyncIterator[World]:
    """One checker must sign what is about identity."""
    async with make_world(make_company(checkers=1)) as world:
        yield world


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = open_outbox(tmp_path / "outbox.db")
    yield outbox
    outbox.close()


@pytest.fixture
def other_outbox(tmp_path: Path) -> Iterator[Outbox]:
    """Of another desk."""
    outbox = open_outbox(tmp_path / "other.db")
    yield outbox
    outbox.close()


@pytest.fixture
def actor(world: World, outbox: Outbox) -> Actor:
    return actor_of(world, outbox)


# ---- the whole way ---------------------------------------------------------------------------------------------------
async def test_an_action_goes_from_draft_to_final(world: World, outbox: Outbox, actor: Actor) -> None:
    prepared = await actor.prepare(recognise())
    shown = prepared.entry.shown
    assert (shown.action, shown.facts.said) == ("recognise", facts_of(recognise()))
    assert (prepared.entry.state, prepared.reasons, prepared.is_signed_before) == (State.DRAFT, (), False)
    assert prepared.account.name == "company"
    prepared.check()
    assert actor.sign(prepared.entry.id, MAKER).state is State.SIGNED
    assert isinstance(await outcome_of(world, actor, prepared.entry.id), Final)
    assert outbox.get(prepared.entry.id).state is State.FINAL
    account = await world.client.account_of_key(MAKER.public_key)
    assert account is not None
    assert account.quota.spent == prepared.points > 10


@pytest.mark.parametrize(
    "action",
    [
        wire.ApplyVoucher(terms=wire.Terms(name="券", product="茶", kind=wire.KIND_DIVISIBLE, cap=9)),
        wire.OpenAgreement(parties=[2, 3], deadline=70),
        wire.Expire(),
        wire.Amend(account=2),
        wire.Split(),
    ],
    ids=lambda action: action.DESCRIPTOR.name,
)
async def test_any_action_can_be_drafted_and_is_shown_whatever_the_law_thinks_of_it(actor: Actor, action: Any) -> None:
    prepared = await actor.prepare(action)
    assert prepared.entry.shown.facts.said == facts_of(action)
    assert prepared.reasons
    with pytest.raises(type(prepared.reasons[0])):
        prepared.check()


async def test_of_a_body_only_the_action_approvers_and_waiting_are_taken(world: World, actor: Actor) -> None:
    keys = [CHECKER.public_key, SECOND_CHECKER.public_key]
    body = wire.Body(chain_id="another", sender=bytes(20), valid_until=7, hold_until=90, recognise=recognise())
    body.approvers.extend(key.to_wire() for key in sorted(keys, reverse=True))
    shown = (await actor.prepare(body)).entry.shown
    assert (shown.chain_id, shown.sender) == (world.consortium.genesis.chain_id, MAKER.address)
    assert (shown.hold_until, shown.approvers) == (90, tuple(sorted(keys)))
    assert shown.valid_until == 600  # the whole window: others must sign first


async def test_a_draft_is_not_followed(actor: Actor) -> None:
    prepared = await actor.prepare(recognise())
    async with asyncio.timeout(20):
        with pytest.raises(BadTransition):
            await actor.follow(prepared.entry.id)


@pytest.mark.parametrize("action", [wire.Body(), wire.Notarize(), wire.Leg(), wire.Body(notarize=wire.Notarize())])
async def test_what_is_no_action_or_needs_a_file_is_not_drafted(actor: Actor, outbox: Outbox, action: Any) -> None:
    with pytest.raises(Malformed):
        await actor.prepare(action)
    assert outbox.recent(9) == ()


# ---- why not ---------------------------------------------------------------------------------------------------------
async def test_what_the_law_would_refuse_is_told_before_anybody_signs(actor: Actor) -> None:
    reasons = (await actor.prepare(wire.Admit(name="new"))).reasons
    assert [type(reason) for reason in reasons] == [WrongParty]
    unknown = wire.Leg(voucher=bytes(16), to=3, amount=5)
    assert {reason.code for reason in (await actor.prepare(wire.Transfer(legs=[unknown]))).reasons} == {
        "unknown-voucher"
    }


async def test_why_an_action_would_be_refused_arrives_as_the_same_errors(world: World) -> None:
    body = wire.Body(chain_id="luopu-test", sender=MAKER.address, nonce=bytes(16), valid_until=9)
    body.transfer.legs.add(voucher=bytes(16), to=9, amount=5)
    (reason,) = await world.client.explain(encode(body))
    assert reason.code == "unknown-voucher"
    with pytest.raises(LuopuError):
        await world.client.explain(b"no body")


async def test_too_few_points_are_told(outbox: Outbox) -> None:
    async with make_world(make_company(quota=10)) as world:
        prepared = await actor_of(world, outbox).prepare(recognise())
        assert [reason.code for reason in prepared.reasons] == ["quota-spent"]
        assert prepared.reasons[0].facts == {"expected": prepared.points, "got": 10}


async def test_a_key_that_nobody_registered_drafts_nothing(world: World, outbox: Outbox) -> None:
    with pytest.raises(UnknownAccount):
        await actor_of(world, outbox, Clerk("stranger")).prepare(recognise())
    assert outbox.recent(9) == ()


# ---- maker and checker -----------------------------------------------------------------------------------------------
async def waiting(actor: Actor, *approvers: Clerk) -> Entry:
    """Drafted and signed by the maker."""
    keys = [clerk.public_key for clerk in approvers]
    return actor.sign((await actor.prepare(recognise(), keys)).entry.id, MAKER)


async def test_a_checker_at_another_desk_sees_the_same_and_completes_it(
    strict_world: World, outbox: Outbox, other_outbox: Outbox, tmp_path: Path
) -> None:
    world, request, back = strict_world, tmp_path / "request", tmp_path / "back"
    maker, checker = actor_of(world, outbox), actor_of(world, other_outbox, CHECKER)
    entry = await waiting(maker, CHECKER)
    assert (entry.state, entry.transaction, entry.missing) == (State.WAITING, None, (CHECKER.public_key,))
    assert (await maker.send(entry.id)).state is State.WAITING
    async with asyncio.timeout(20):
        with pytest.raises(ApprovalsMissing):
            await maker.follow(entry.id)
    assert entry.signed is not None
    save_request(request, entry.signed)

    asked = await checker.weigh(other_outbox.adopt(load_request(request).raw).id)
    assert (asked.entry.shown, asked.reasons, asked.is_signed_before) == (entry.shown, (), False)
    complete = checker.sign(asked.entry.id, CHECKER)
    assert complete.state is State.SIGNED
    assert isinstance(await outcome_of(world, checker, complete.id), Final)

    assert complete.signed is not None
    save_request(back, complete.signed)
    assert outbox.adopt(load_request(back).raw).state is State.SIGNED
    assert isinstance(await maker.outcome(entry.id), Final)
    assert transactions(world) == [complete.transaction]


async def test_two_checkers_sign_in_any_order(strict_world: World, outbox: Outbox, other_outbox: Outbox) -> None:
    maker = actor_of(strict_world, outbox)
    entry = await waiting(maker, CHECKER, SECOND_CHECKER)
    assert entry.signed is not None
    for clerk in sorted((CHECKER, SECOND_CHECKER), key=lambda each: each.public_key, reverse=True):
        other_outbox.adopt(entry.signed.raw)
        entry = actor_of(strict_world, other_outbox, clerk).sign(entry.id, clerk)
        assert entry.signed is not None
    assert entry.state is State.SIGNED
    assert isinstance(await outcome_of(strict_world, actor_of(strict_world, other_outbox, CHECKER), entry.id), Final)


async def test_who_is_not_asked_does_not_sign(strict_world: World, outbox: Outbox) -> None:
    maker = actor_of(strict_world, outbox)
    prepared = await maker.prepare(recognise(), [CHECKER.public_key])
    with pytest.raises(RoleMissing):
        maker.sign(prepared.entry.id, CHECKER)  # the maker signs first
    maker.sign(prepared.entry.id, MAKER)
    with pytest.raises(RoleMissing):
        maker.sign(prepared.entry.id, SECOND_CHECKER)
    assert outbox.get(prepared.entry.id).missing == (CHECKER.public_key,)


async def test_a_request_of_another_company_is_told_to_be_none_of_ours(
    strict_world: World, outbox: Outbox, other_outbox: Outbox
) -> None:
    entry = await waiting(actor_of(strict_world, outbox), CHECKER)
    assert entry.signed is not None
    stranger = actor_of(strict_world, other_outbox, OTHER)
    asked = await stranger.weigh(other_outbox.adopt(entry.signed.raw).id)
    assert [reason.code for reason in asked.reasons] == ["key-not-of-account"]
    await stranger.discard(asked.entry.id)
    assert other_outbox.recent(9) == ()


async def test_what_waits_is_not_made_again_and_may_be_forgotten_when_it_can_no_longer_land(outbox: Outbox) -> None:
    async with make_world(make_company(checkers=1, window=5)) as world:
        actor = actor_of(world, outbox)
        entry = await waiting(actor, CHECKER)
        again = await actor.prepare(recognise(), [SECOND_CHECKER.public_key])
        assert (again.entry.id, again.is_signed_before) == (entry.id, True)
        with pytest.raises(BadTransition):
            await actor.discard(entry.id)
        await world.advance(5)
        again = await actor.prepare(recognise(), [CHECKER.public_key])
        assert [reason.code for reason in again.reasons] == ["expired"]
        await actor.discard(entry.id)
        assert (await actor.prepare(recognise(), [CHECKER.public_key])).entry.id != entry.id


async def test_what_lacks_approvals_waits_on_the_chain_under_the_id_that_was_shown(
    strict_world: World, outbox: Outbox, other_outbox: Outbox
) -> None:
    maker, checker = actor_of(strict_world, outbox), actor_of(strict_world, other_outbox, CHECKER)
    prepared = await maker.prepare(recognise(), hold_blocks=50)
    shown = prepared.entry.shown
    assert (shown.hold_until, prepared.reasons) == (50, ())
    held = derive_held(shown.sender, shown.nonce)
    assert [fact.value for fact in shown.facts.ids] == [held]
    maker.sign(prepared.entry.id, MAKER)
    outcome = await outcome_of(strict_world, maker, prepared.entry.id)
    assert isinstance(outcome, Final)
    assert outcome.data == held
    consent = await checker.prepare(wire.Countersign(held=held, digest=shown.digest))
    consent.check()
    checker.sign(consent.entry.id, CHECKER)
    assert isinstance(await outcome_of(strict_world, checker, consent.entry.id), Final)
    told = await strict_world.client.receipt(outbox.get(prepared.entry.id).transaction_hash or b"")
    assert told is not None
    assert told.is_held


# ---- once ------------------------------------------------------------------------------------------------------------
async def interrupted(actor: Actor) -> Entry:
    """A command that ends when it has signed and before it has sent."""
    return actor.sign((await actor.prepare(recognise())).entry.id, MAKER)


async def test_who_repeats_an_interrupted_command_sends_the_same_bytes(world: World, outbox: Outbox) -> None:
    before = await interrupted(actor_of(world, outbox))
    await world.advance(2)
    again = actor_of(world, outbox)
    prepared = await again.prepare(recognise())
    assert (prepared.entry, prepared.is_signed_before, prepared.reasons) == (before, True, ())
    assert isinstance(await outcome_of(world, again, prepared.entry.id), Final)
    assert transactions(world) == [before.transaction]


async def test_what_landed_while_nobody_looked_is_told_and_not_made_again(world: World, outbox: Outbox) -> None:
    before = await interrupted(actor_of(world, outbox))
    assert before.transaction is not None
    await world.client.submit(before.transaction)
    await world.advance(2)
    for _ in range(2):  # the first of these commands dies before it tells
        again = actor_of(world, outbox)
        prepared = await again.prepare(recognise())
        assert (prepared.entry.id, prepared.entry.state) == (before.id, State.FINAL)
        assert isinstance(await again.follow(prepared.entry.id), Final)
    again.mark_told(before.id)
    assert (await again.prepare(recognise())).entry.state is State.DRAFT  # now it is meant as another
    assert transactions(world) == [before.transaction]


async def test_another_action_is_not_held_up(world: World, actor: Actor) -> None:
    await interrupted(actor)
    prepared = await actor.prepare(recognise(wire.LEVEL_PHONE))
    actor.sign(prepared.entry.id, MAKER)
    assert isinstance(await outcome_of(world, actor, prepared.entry.id), Final)


async def test_two_commands_at_once_sign_one(world: World, outbox: Outbox) -> None:
    one, other = actor_of(world, outbox), actor_of(world, outbox)
    drafts = (await one.prepare(recognise())).entry, (await other.prepare(recognise())).entry
    one.sign(drafts[0].id, MAKER)
    with pytest.raises(OutcomeUnknown):
        other.sign(drafts[1].id, MAKER)


async def test_what_never_landed_makes_room_for_another(outbox: Outbox) -> None:
    async with make_world(make_company(window=4)) as world:
        before = await interrupted(actor_of(world, outbox))
        await world.advance(2)
        again = actor_of(world, outbox)
        assert isinstance(await outcome_of(world, again, before.id), NeverLanded)
        prepared = await again.prepare(recognise())
        assert (prepared.entry.state, prepared.entry.shown.nonce != before.shown.nonce) == (State.DRAFT, True)


async def test_what_never_landed_while_nobody_looked_makes_room_too(outbox: Outbox) -> None:
    async with make_world(make_company(window=4)) as world:
        before = await interrupted(actor_of(world, outbox))
        await world.advance(2)
        assert (await actor_of(world, outbox).prepare(recognise())).entry.state is State.DRAFT
        assert outbox.get(before.id).state is State.EXPIRED


async def test_what_was_lost_on_the_way_is_sent_again(world: World, actor: Actor) -> None:
    entry = await interrupted(actor)
    assert entry.transaction is not None
    assert entry.transaction_hash is not None
    await world.client.submit(entry.transaction)
    world.engine._mempool._forget(entry.transaction_hash)  # a mempool is not durable
    assert isinstance(await outcome_of(world, actor, entry.id), Final)
    assert transactions(world) == [entry.transaction]


# ---- refused ---------------------------------------------------------------------------------------------------------
async def test_a_refusal_by_a_peer_that_is_behind_is_overcome(
    world: World, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await interrupted(actor)
    errors: list[Exception] = [NoPeer(), BalanceShort(), NoPeer(), BalanceShort()]
    submit = world.client.submit

    async def refuse_first(raw: bytes) -> bytes:
        if errors:
            raise errors.pop()
        return await submit(raw)

    monkeypatch.setattr(world.client, "submit", refuse_first)
    assert isinstance(await outcome_of(world, actor, entry.id), Final)


async def test_refusals_count_only_in_a_row(world: World, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = await interrupted(actor)
    answers = [
        *[BalanceShort()] * (REFUSALS - 1),
        None,
    ] * 2  # taken, and lost on the way, each time after some refusals
    submit = world.client.submit

    async def answer(raw: bytes) -> bytes:
        refusal = answers.pop(0) if answers else None
        if refusal is not None:
            raise refusal
        return await submit(raw) if not answers else b""

    monkeypatch.setattr(world.client, "submit", answer)
    assert isinstance(await outcome_of(world, actor, entry.id), Final)


async def test_a_refusal_that_stays_is_told_and_the_entry_is_kept(
    world: World, outbox: Outbox, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await interrupted(actor)
    asked: list[bytes] = []

    async def refuse(raw: bytes) -> bytes:
        asked.append(raw)
        raise BalanceShort(expected=11, got=3)

    monkeypatch.setattr(world.client, "submit", refuse)
    with pytest.raises(BalanceShort):
        await outcome_of(world, actor, entry.id)
    assert asked == [entry.transaction] * REFUSALS
    kept = outbox.get(entry.id)
    assert (kept.state, kept.note) == (State.SIGNED, "balance-short")


async def test_a_refusal_in_a_block_makes_room_for_another(world: World, outbox: Outbox, actor: Actor) -> None:
    prepared = await actor.prepare(wire.Recognise(partner=2, least=wire.LEVEL_PHONE))  # the company itself
    entry = actor.sign(prepared.entry.id, MAKER)
    assert entry.transaction is not None
    assert entry.transaction_hash is not None
    world.engine._mempool._waiting[entry.transaction_hash] = entry.transaction
    await world.advance()
    outcome = await outcome_of(world, actor, entry.id)
    assert isinstance(outcome, RefusedInBlock)
    assert outbox.get(entry.id).state is State.REFUSED
    again = await actor.prepare(wire.Recognise(partner=2, least=wire.LEVEL_PHONE))
    assert [reason.code for reason in again.reasons] == [outcome.error.code]


async def test_a_follower_that_is_cancelled_leaves_everything_in_the_outbox(world: World, actor: Actor) -> None:
    entry = await interrupted(actor)
    following = asyncio.ensure_future(actor.follow(entry.id))
    await asyncio.sleep(0)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert isinstance(await outcome_of(world, actor, entry.id), Final)
