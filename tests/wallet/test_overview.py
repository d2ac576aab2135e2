"""The outbox as its clerk looks at it: what is open, what came to nothing, and what took its place."""

import pytest

from app.core.refusals import Expired, Replayed
from app.core.units import Height
from app.core.walleterrors import BadTransition, OutcomeUnknown
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft
from app.wallet.entry import Entry, EntryId, ExpiredAt, FinalAt, RefusedAt, State
from app.wallet.outbox import Outbox
from app.wallet.overview import find_begun, find_listed, moved_to, older, unsettled
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import CONTEXT, FILE, build_action, build_draft, signed_by

OVER = ExpiredAt(Height(600))


def sign(outbox: Outbox, entry: Entry, *keys: UnlockedKey) -> Entry:
    return outbox.mark_signed(entry.id, signed_by(entry.draft, *keys).raw)


def expired(outbox: Outbox, key: UnlockedKey, number: int = 1) -> Entry:
    entry = sign(outbox, outbox.save_draft(build_action(number)), key)
    return outbox.mark_outcome(entry.id, OVER)


def renaming(number: int, *approvers: UnlockedKey) -> Draft:
    """Another matter for each number."""
    return build_action(number, *approvers, rename=wire.Rename(name=str(number)))


def standings(outbox: Outbox) -> list[str]:
    return [each.standing for each in older(outbox)]


def test_everything_is_there_newest_first_but_requests_of_others(
    outbox: Outbox, key: UnlockedKey, second_key: UnlockedKey
) -> None:
    draft, signed, submitted, final, refused = [outbox.save_draft(renaming(number)) for number in range(5)]
    for each in (signed, submitted, final, refused):
        sign(outbox, each, key)
    outbox.mark_submitted(submitted.id)
    outbox.mark_outcome(final.id, FinalAt(Height(7), 1))
    outbox.mark_outcome(refused.id, RefusedAt(Height(8), 11))
    asked = outbox.adopt(signed_by(renaming(9, second_key), key).raw)
    waiting = outbox.save_draft(renaming(10, second_key))
    sign(outbox, waiting, key)
    assert standings(outbox) == ["waiting", "refused", "final", "unknown", "pending", "draft"]
    assert asked.id not in {each.entry.id for each in (*older(outbox), *unsettled(outbox))}
    assert [each.standing for each in unsettled(outbox)] == ["waiting", "refused", "unknown", "pending", "draft"]
    third = older(outbox)[2]
    assert [each.entry.id for each in older(outbox, third.number, 2)] == [submitted.id, signed.id]
    assert find_begun(outbox, draft.id[:9])[0].entry.id == draft.id
    assert len(find_begun(outbox, "")) == 2
    assert find_begun(outbox, "*") == ()
    with pytest.raises(BadTransition):
        find_listed(outbox, EntryId("00"))


def test_what_took_the_place_of_a_failure_is_known(outbox: Outbox, key: UnlockedKey) -> None:
    old = expired(outbox, key)
    assert find_listed(outbox, old.id).has_failed
    new = outbox.renew(old.id, build_action(2))
    listed = find_listed(outbox, old.id)
    assert (listed.replaced_by, listed.has_failed, listed.can_renew(key.public_key)) == (new.id, False, False)
    outbox.discard(new.id)
    assert find_listed(outbox, old.id).can_renew(key.public_key)


def test_the_same_matter_later_takes_its_place_once_it_is_signed(outbox: Outbox, key: UnlockedKey) -> None:
    old = expired(outbox, key)
    again = outbox.save_draft(build_action(2))
    assert find_listed(outbox, old.id).has_failed
    sign(outbox, again, key)
    assert find_listed(outbox, old.id).replaced_by == again.id
    outbox.mark_outcome(again.id, OVER)
    assert [each.entry.id for each in unsettled(outbox) if each.has_failed] == [again.id, old.id]
    final = sign(outbox, outbox.save_draft(build_action(3)), key)
    outbox.mark_outcome(final.id, FinalAt(Height(9), 1))
    assert unsettled(outbox) == ()


def test_an_earlier_one_does_not_take_the_place_of_a_later(outbox: Outbox, key: UnlockedKey) -> None:
    first = sign(outbox, outbox.save_draft(build_action(1)), key)
    outbox.mark_outcome(first.id, FinalAt(Height(9), 1))
    later = expired(outbox, key, 2)
    assert find_listed(outbox, later.id).has_failed


def test_a_record_with_the_same_context_document_is_the_same_record(outbox: Outbox, key: UnlockedKey) -> None:
    old = outbox.save_draft(build_draft(1), path=FILE, context=CONTEXT)
    sign(outbox, old, key)
    outbox.mark_outcome(old.id, OVER)
    new = outbox.save_draft(build_draft(2, sequence=4), path=FILE, context=CONTEXT)
    sign(outbox, new, key)
    assert find_listed(outbox, old.id).replaced_by == new.id


def test_what_is_dismissed_is_kept_and_asks_for_nothing(outbox: Outbox, key: UnlockedKey) -> None:
    old = expired(outbox, key)
    outbox.dismiss(old.id)
    outbox.dismiss(old.id)
    assert unsettled(outbox) == ()
    listed = find_listed(outbox, old.id)
    assert (listed.is_dismissed, listed.can_renew(key.public_key)) == (True, True)
    draft = outbox.save_draft(build_action(5))
    with pytest.raises(BadTransition):
        outbox.dismiss(draft.id)
    sign(outbox, draft, key)
    with pytest.raises(BadTransition):
        outbox.dismiss(draft.id)


def test_who_only_approved_it_does_not_draft_it_anew(outbox: Outbox, key: UnlockedKey, second_key: UnlockedKey) -> None:
    draft = build_action(1, second_key)
    entry = outbox.adopt(signed_by(draft, key).raw)
    outbox.mark_signed(entry.id, signed_by(draft, key, second_key).raw)
    outbox.mark_outcome(entry.id, OVER)
    listed = find_listed(outbox, entry.id)
    assert listed.has_failed
    assert not listed.can_renew(second_key.public_key)


def test_a_record_without_its_papers_is_not_drafted_anew(outbox: Outbox, key: UnlockedKey) -> None:
    entry = outbox.adopt(signed_by(build_draft(1), key).raw)
    outbox.mark_outcome(entry.id, OVER)
    assert not find_listed(outbox, entry.id).can_renew(key.public_key)


# ---- what waits too long ----------------------------------------------------------------------------------------------
@pytest.fixture
def waiting(outbox: Outbox, key: UnlockedKey, second_key: UnlockedKey) -> Entry:
    return sign(outbox, outbox.save_draft(build_action(1, second_key)), key)


def test_what_waits_is_replaced_only_when_it_can_no_longer_come(
    outbox: Outbox, waiting: Entry, key: UnlockedKey, second_key: UnlockedKey
) -> None:
    for height in (0, 599):
        with pytest.raises(OutcomeUnknown):
            outbox.renew(waiting.id, build_action(2, second_key), height=height)
    new = outbox.renew(waiting.id, build_action(2, second_key), height=600)
    assert sign(outbox, new, key).state is State.WAITING
    outbox.adopt(signed_by(new.draft, key, second_key).raw)
    with pytest.raises(OutcomeUnknown):  # signatures for the first come too late
        outbox.adopt(signed_by(waiting.draft, key, second_key).raw)


def test_without_a_replacement_what_waits_stays_in_the_way(
    outbox: Outbox, waiting: Entry, key: UnlockedKey, second_key: UnlockedKey
) -> None:
    again = outbox.save_draft(build_action(2, second_key))
    with pytest.raises(OutcomeUnknown):
        sign(outbox, again, key)
    assert waiting.state is State.WAITING


def test_how_it_stands_follows_from_what_was_found(outbox: Outbox, waiting: Entry) -> None:
    outbox.mark_note(waiting.id, Expired.code)
    assert (find_listed(outbox, waiting.id).standing, find_listed(outbox, waiting.id).has_failed) == ("expired", True)
    assert len(unsettled(outbox)) == 1
    outbox.mark_note(waiting.id, Replayed.code)
    assert unsettled(outbox) == ()
    assert (find_listed(outbox, waiting.id).standing, find_listed(outbox, waiting.id).has_failed) == (
        "elsewhere",
        False,
    )


# ---- chains that never were --------------------------------------------------------------------------------------------
def test_where_a_hash_chain_went_is_found_once_something_was_signed(outbox: Outbox, key: UnlockedKey) -> None:
    old = outbox.save_draft(build_draft(1), path=FILE, context=CONTEXT)
    sign(outbox, old, key)
    outbox.mark_outcome(old.id, OVER)
    chain = old.shown.record.chain
    assert moved_to(outbox, chain) is None
    new = outbox.renew(old.id, build_draft(2), context=CONTEXT)
    assert moved_to(outbox, chain) is None
    sign(outbox, new, key)
    assert moved_to(outbox, chain) == new.shown.record.chain != chain
