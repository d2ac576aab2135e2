"""What came to nothing is drafted anew, and only that: never while the first may still land, and never twice."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.client.model import Final, NeverLanded
from app.client.notarization import Notary, Source
from app.client.renewing import Renewing
from app.core.errors import NoPeer
from app.core.refusals import NotYourKey, Replayed
from app.core.walleterrors import BadTransition, OutcomeUnknown
from app.core.wire import registry_pb2 as wire
from app.evidence.files import digest_file
from app.wallet.entry import Entry, State
from app.wallet.outbox import Outbox
from app.wallet.overview import find_listed, unsettled
from app.wallet.signatures import sign_next
from tests.client.company import (
    CHECKER,
    MAKER,
    OTHER,
    RANDOMNESS,
    actor_of,
    make_company,
    open_outbox,
    outcome_of,
    recognise,
    transactions,
)
from tests.client.conftest import World, make_world
from tests.fakes.consortium import Clerk, MovedClock

WINDOW = 20


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with make_world(make_company(window=WINDOW)) as world:
        await world.advance()
        yield world


@pytest.fixture
async def strict_world() -> AsyncIterator[World]:
    """One checker must sign what is about identity."""
    async with make_world(make_company(checkers=1, window=WINDOW)) as world:
        await world.advance()
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


def notary_of(world: World, outbox: Outbox, clerk: Clerk = MAKER) -> Notary:
    return Notary(world.client, outbox, clerk.public_key, "经办 01", MovedClock(step=1), RANDOMNESS)


def renewing_of(world: World, outbox: Outbox, clerk: Clerk = MAKER) -> Renewing:
    notary = notary_of(world, outbox, clerk)
    return Renewing(world.client, outbox, notary, clerk.public_key, MovedClock(step=1), RANDOMNESS)


async def expired(world: World, outbox: Outbox, level: wire.Level = wire.LEVEL_REAL_NAME) -> Entry:
    """An action that was signed, never sent, and can no longer land."""
    actor = actor_of(world, outbox)
    entry = (await actor.prepare(recognise(level))).entry
    actor.sign(entry.id, MAKER)
    return await runs_out(world, outbox, entry)


async def runs_out(world: World, outbox: Outbox, entry: Entry) -> Entry:
    await world.advance(WINDOW + 1)
    assert isinstance(await actor_of(world, outbox).outcome(entry.id), NeverLanded)
    return outbox.get(entry.id)


async def finishes(world: World, outbox: Outbox, entry: Entry) -> Entry:
    actor = actor_of(world, outbox)
    actor.sign(entry.id, MAKER)
    assert isinstance(await outcome_of(world, actor, entry.id), Final)
    return outbox.get(entry.id)


def source(folder: Path, text: str) -> Source:
    path = folder / f"{text}.txt"
    path.write_text(text, encoding="utf-8")
    return Source(path, digest_file(path))


# ---- actions ---------------------------------------------------------------------------------------------------------
async def test_an_expired_action_is_drafted_anew_signed_and_lands_once(world: World, outbox: Outbox) -> None:
    old = await expired(world, outbox)
    new = await renewing_of(world, outbox).draft(old.id)
    assert (new.state, new.replaces, new.action) == (State.DRAFT, old.id, old.action)
    assert new.draft.action == old.draft.action
    assert new.shown.nonce != old.shown.nonce
    assert new.valid_until > old.valid_until
    final = await finishes(world, outbox, new)
    assert transactions(world) == [final.transaction]
    assert outbox.get(old.id) == old
    assert await actor_of(world, outbox).send(old.id) == old  # it is not sent
    assert transactions(world) == [final.transaction]


async def test_what_may_still_land_is_not_drafted_anew(world: World, outbox: Outbox) -> None:
    actor = actor_of(world, outbox)
    entry = (await actor.prepare(recognise())).entry
    with pytest.raises(BadTransition):
        await renewing_of(world, outbox).draft(entry.id)
    actor.sign(entry.id, MAKER)
    with pytest.raises(OutcomeUnknown):
        await renewing_of(world, outbox).draft(entry.id)
    await actor.send(entry.id)
    with pytest.raises(OutcomeUnknown):
        await renewing_of(world, outbox).draft(entry.id)
    assert len(outbox.recent(9)) == 1


async def test_what_was_done_again_by_hand_is_not_done_a_second_time(world: World, outbox: Outbox) -> None:
    old = await expired(world, outbox)
    actor = actor_of(world, outbox)
    by_hand = (await actor.prepare(recognise())).entry
    assert find_listed(outbox, old.id).has_failed
    actor.sign(by_hand.id, MAKER)
    with pytest.raises(OutcomeUnknown) as caught:
        await renewing_of(world, outbox).draft(old.id)
    assert caught.value.facts["entry"] == by_hand.id
    assert isinstance(await outcome_of(world, actor, by_hand.id), Final)
    with pytest.raises(BadTransition):
        await renewing_of(world, outbox).draft(old.id)
    assert find_listed(outbox, old.id).replaced_by == by_hand.id
    assert unsettled(outbox) == ()


async def test_a_draft_that_was_left_over_makes_room_for_another(world: World, outbox: Outbox) -> None:
    old = await expired(world, outbox)
    left = await renewing_of(world, outbox).draft(old.id)
    new = await renewing_of(world, outbox).draft(old.id)
    assert [entry.id for entry in outbox.drafts()] == [new.id] != [left.id]


async def test_what_replaced_it_may_expire_as_well_and_be_replaced_again(world: World, outbox: Outbox) -> None:
    first = await expired(world, outbox)
    second = await renewing_of(world, outbox).draft(first.id)
    actor_of(world, outbox).sign(second.id, MAKER)
    second = await runs_out(world, outbox, second)
    with pytest.raises(BadTransition):
        await renewing_of(world, outbox).draft(first.id)
    assert [each.entry.id for each in unsettled(outbox)] == [second.id]
    third = await renewing_of(world, outbox).draft(second.id)
    await finishes(world, outbox, third)
    assert len(transactions(world)) == 1


async def test_only_a_key_of_its_account_drafts_it_anew(world: World, outbox: Outbox) -> None:
    old = await expired(world, outbox)
    with pytest.raises(NotYourKey):
        await renewing_of(world, outbox, OTHER).draft(old.id)
    assert outbox.recent(9) == (old,)


async def test_the_chain_waits_for_approvals_as_long_as_before(strict_world: World, outbox: Outbox) -> None:
    actor = actor_of(strict_world, outbox)
    entry = (await actor.prepare(recognise(), hold_blocks=60)).entry
    actor.sign(entry.id, MAKER)
    old = await runs_out(strict_world, outbox, entry)
    new = await renewing_of(strict_world, outbox).draft(old.id)
    assert new.shown.hold_until - new.valid_until == old.shown.hold_until - old.valid_until > 0
    await finishes(strict_world, outbox, new)


async def test_a_draft_whose_time_has_passed_gets_another_and_nothing_else(world: World, outbox: Outbox) -> None:
    old = await expired(world, outbox)
    fresh = (await actor_of(world, outbox).prepare(recognise(wire.LEVEL_CERTIFICATE))).entry
    replacing = await renewing_of(world, outbox).draft(old.id)
    await world.advance(WINDOW + 1)
    for draft in (fresh, replacing):
        longer = await renewing_of(world, outbox).prolong(draft)
        assert (longer.shown.nonce, longer.replaces) == (draft.shown.nonce, draft.replaces)
        assert longer.valid_until > draft.valid_until
        await finishes(world, outbox, longer)
    assert outbox.drafts() == ()


# ---- what waits for colleagues ----------------------------------------------------------------------------------------
async def waits(world: World, outbox: Outbox) -> Entry:
    actor = actor_of(world, outbox)
    entry = (await actor.prepare(recognise(), [CHECKER.public_key])).entry
    return actor.sign(entry.id, MAKER)


async def completed(world: World, outbox: Outbox, entry: Entry) -> None:
    """Signed and sent at the checker's desk."""
    assert entry.signed is not None
    there = outbox.adopt(entry.signed.raw)
    actor = actor_of(world, outbox, CHECKER)
    actor.sign(there.id, CHECKER)
    assert isinstance(await outcome_of(world, actor, there.id), Final)


async def test_what_colleagues_did_not_sign_in_time_is_drafted_anew(
    strict_world: World, outbox: Outbox, other_outbox: Outbox
) -> None:
    late = await waits(strict_world, outbox)
    with pytest.raises(OutcomeUnknown):
        await renewing_of(strict_world, outbox).draft(late.id)
    await strict_world.advance(WINDOW + 1)
    new = await renewing_of(strict_world, outbox).draft(late.id)
    assert (new.replaces, new.shown.approvers) == (late.id, late.shown.approvers)
    again = actor_of(strict_world, outbox).sign(new.id, MAKER)
    assert again.state is State.WAITING
    await completed(strict_world, other_outbox, again)
    assert len(transactions(strict_world)) == 1
    assert late.signed is not None
    complete = sign_next(late.draft, late.shown, late.signed, CHECKER)
    with pytest.raises(OutcomeUnknown):  # signatures for the first come too late
        outbox.adopt(complete.raw)


async def test_what_was_sent_from_a_colleague_s_desk_is_not_done_again(
    strict_world: World, outbox: Outbox, other_outbox: Outbox
) -> None:
    mine = await waits(strict_world, outbox)
    await renewing_of(strict_world, outbox).look_for(mine)
    assert outbox.get(mine.id).note == ""
    await completed(strict_world, other_outbox, mine)
    await strict_world.advance(WINDOW + 1)
    with pytest.raises(Replayed):
        await renewing_of(strict_world, outbox).draft(mine.id)
    await renewing_of(strict_world, outbox).look_for(mine)
    assert outbox.get(mine.id).note == Replayed.code
    assert len(transactions(strict_world)) == 1


async def test_another_of_the_same_words_on_the_chain_does_not_count(strict_world: World, outbox: Outbox) -> None:
    """Made here as well, and final: not what waits."""
    first = await waits(strict_world, outbox)
    await completed(strict_world, outbox, first)
    outbox.mark_told(first.id)
    second = await waits(strict_world, outbox)
    await strict_world.advance(WINDOW + 1)
    await renewing_of(strict_world, outbox).look_for(second)
    assert outbox.get(second.id).note == "expired"


# ---- records ---------------------------------------------------------------------------------------------------------
async def test_a_record_is_drafted_anew_behind_the_newest_of_its_chain(
    world: World, outbox: Outbox, tmp_path: Path
) -> None:
    notary = notary_of(world, outbox)
    (first,) = await notary.draft([source(tmp_path, "a")], None, "入库")
    await finishes(world, outbox, first)
    chain = first.shown.record.chain
    (old,) = await notary.draft([source(tmp_path, "b")], chain, "出库")
    notary.sign(old.id, MAKER)
    await runs_out(world, outbox, old)
    (taken,) = await notary.draft([source(tmp_path, "c")], chain, "盘点")
    taken = await finishes(world, outbox, taken)
    (tmp_path / "b.txt").write_text("changed since", encoding="utf-8")
    new = await renewing_of(world, outbox).draft(old.id)
    record, before = new.shown.record, old.shown.record
    assert (record.chain, record.sequence, record.previous) == (chain, 3, taken.record_digest)
    assert (record.sha256, record.sm3, record.size, record.subject) == (
        before.sha256,
        before.sm3,
        before.size,
        before.subject,
    )
    assert (new.path, new.context, new.replaces) == (old.path, old.context, old.id)
    final = await finishes(world, outbox, new)
    assert (await world.client.record(final.record_digest.hex())).sequence == 3
    assert [raw for raw in transactions(world) if raw == outbox.get(old.id).transaction] == []


async def test_records_of_a_chain_that_never_was_stay_together(world: World, outbox: Outbox, tmp_path: Path) -> None:
    notary = notary_of(world, outbox)
    drafts = await notary.draft([source(tmp_path, text) for text in "abc"], None, "入库")
    for entry in drafts:
        notary.sign(entry.id, MAKER)
    for entry in drafts:
        await runs_out(world, outbox, entry)
    chains, places = set(), []
    for entry in reversed(drafts):  # the newest stands on top of the list
        new = await renewing_of(world, outbox).draft(entry.id)
        notary.sign(new.id, MAKER)
        chains.add(new.shown.record.chain)
        places.append(new.shown.record.sequence)
    assert (len(chains), places) == (1, [1, 2, 3])
    assert chains != {drafts[0].shown.record.chain}
    for entry in reversed(outbox.pending()):
        await notary.send(entry.id) if entry.shown.record.sequence == 1 else None
    for entry in sorted(outbox.pending(), key=lambda each: each.shown.record.sequence):
        assert isinstance(await outcome_of(world, actor_of(world, outbox), entry.id), Final)
    assert len(transactions(world)) == 3


async def test_asking_a_colleague_keeps_what_a_new_record_stands_for(
    world: World, outbox: Outbox, tmp_path: Path
) -> None:
    """Drafted once more for others to sign, it no longer names the old one; its context document does."""
    notary = notary_of(world, outbox)
    (old,) = await notary.draft([source(tmp_path, "a")], None, "入库")
    notary.sign(old.id, MAKER)
    await runs_out(world, outbox, old)
    new = await renewing_of(world, outbox).draft(old.id)
    (again,) = await notary.draft_again([new.id], [CHECKER.public_key])
    assert again.replaces is None
    assert find_listed(outbox, old.id).has_failed
    notary.sign(again.id, MAKER)
    assert find_listed(outbox, old.id).replaced_by == again.id


async def test_it_is_drafted_while_there_is_no_network(
    world: World, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a network there need be none: the own node knows enough."""
    old = await expired(world, outbox)
    monkeypatch.setattr(world.node, "submit", _nobody)
    new = await renewing_of(world, outbox).draft(old.id)
    actor_of(world, outbox).sign(new.id, MAKER)
    with pytest.raises(NoPeer):
        await actor_of(world, outbox).send(new.id)
    assert outbox.get(new.id).note == NoPeer.code


async def _nobody(raw: bytes) -> bytes:
    del raw
    raise NoPeer
