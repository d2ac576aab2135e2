"""What is drafted at one desk and signed at another: whose it is, what becomes of twins, and what a computer lets go."""

from pathlib import Path

import pytest

from app.core.walleterrors import BadTransition, OutcomeUnknown
from app.wallet.approval import Draft, describe
from app.wallet.approval_file import logged_lines, look_through
from app.wallet.entry import Entry, EntryId, FinalAt, State
from app.wallet.outbox import Outbox
from tests.wallet.conftest import MakeDraft, build_action, make_key, signed_by

MAKER, CHECKER = make_key(0), make_key(100)
CONTEXT = b"{}"


def record(make_draft: MakeDraft, *, valid_until: int = 100) -> Draft:
    return make_draft(1, valid_until=valid_until, context=CONTEXT)


def keep(outbox: Outbox, draft: Draft) -> Entry:
    return outbox.save_draft(draft, path=Path("paper.pdf"), context=CONTEXT)


def test_a_draft_that_was_signed_elsewhere_is_the_desks_own_with_its_papers(
    outbox: Outbox, make_draft: MakeDraft
) -> None:
    draft = record(make_draft)
    before = keep(outbox, draft)
    entry = outbox.adopt(signed_by(draft, MAKER).raw)
    assert (entry.id, entry.state, entry.is_own, entry.file_name) == (before.id, State.SIGNED, True, "paper.pdf")
    assert outbox.adopt(signed_by(draft, MAKER).raw) == entry
    assert outbox.find_untold(draft) == entry  # who repeats the command follows it


def test_of_twins_the_signed_one_is_left_with_its_papers(outbox: Outbox, make_draft: MakeDraft) -> None:
    short, long = record(make_draft), record(make_draft, valid_until=9_000)
    shown, carried = keep(outbox, short), keep(outbox, long)
    assert [entry.id for entry in outbox.drafts()] == [carried.id]
    assert outbox.twins(shown.id) == (carried,)
    assert outbox.twins(carried.id) == ()
    assert outbox.adopt(signed_by(long, MAKER).raw).context == CONTEXT
    assert [entry.id for entry in outbox.recent(9)] == [carried.id]


def test_who_gives_up_what_is_shown_keeps_what_was_carried_and_not_the_other_way(
    outbox: Outbox, make_draft: MakeDraft
) -> None:
    short, long = record(make_draft), record(make_draft, valid_until=9_000)
    shown, carried = keep(outbox, short), keep(outbox, long)
    outbox.discard(shown.id)
    assert [entry.id for entry in outbox.recent(9)] == [carried.id]
    keep(outbox, record(make_draft, valid_until=9_001))
    newest = keep(outbox, record(make_draft, valid_until=9_002))
    outbox.discard(newest.id)
    assert outbox.recent(9) == ()


def test_signed_here_after_all_what_comes_back_may_not_land_beside_it(outbox: Outbox, make_draft: MakeDraft) -> None:
    short, long = record(make_draft), record(make_draft, valid_until=9_000)
    shown, carried = keep(outbox, short), keep(outbox, long)
    outbox.mark_signed(shown.id, signed_by(short, MAKER).raw)
    assert [entry.id for entry in outbox.recent(9)] == [shown.id]
    with pytest.raises(OutcomeUnknown):
        outbox.adopt(signed_by(long, MAKER).raw)
    outbox.mark_outcome(shown.id, FinalAt(1, 0))  # type: ignore[arg-type]
    assert outbox.adopt(signed_by(long, MAKER).raw).id == carried.id  # the chain knows its nonce, and takes it never


def test_a_draft_with_another_nonce_is_no_twin(outbox: Outbox) -> None:
    first, second = (outbox.save_draft(build_action(number)) for number in (1, 2))
    assert outbox.twins(first.id) == ()
    assert {entry.id for entry in outbox.drafts()} == {first.id, second.id}
    outbox.discard(second.id)
    assert outbox.get(first.id).state is State.DRAFT


def test_what_another_desk_drafted_is_taken_in_once_and_changes_nothing(outbox: Outbox, make_draft: MakeDraft) -> None:
    draft = record(make_draft)
    taken = outbox.adopt_draft(draft)
    assert (taken.state, taken.is_own, taken.papers) == (State.DRAFT, False, None)
    assert outbox.adopt_draft(draft) == taken
    signed = outbox.mark_signed(taken.id, signed_by(draft, MAKER).raw)
    assert outbox.adopt_draft(draft) == signed


@pytest.mark.parametrize("approvers", [(), (CHECKER,)])
def test_what_was_signed_for_another_desk_can_be_let_go_and_stays_in_the_log(
    outbox: Outbox, approvers: tuple[object, ...]
) -> None:
    first, second = build_action(1, *approvers), build_action(2, *approvers)  # type: ignore[arg-type]
    ids = [outbox.adopt_draft(draft).id for draft in (first, second)]
    outbox.approve(ids[0], MAKER.public_key)
    outbox.mark_signed(ids[0], signed_by(first, MAKER).raw)
    with pytest.raises(OutcomeUnknown) as refused:
        outbox.check_may_sign(ids[1])
    outbox.let_go(EntryId(str(refused.value.facts["entry"])))
    outbox.check_may_sign(ids[1])
    assert [each.line.draft for each in logged_lines(outbox) if each.line is not None] == [first]
    assert look_through(outbox).altered == ()


def test_what_was_sent_or_nobody_signed_is_not_let_go(outbox: Outbox) -> None:
    draft = build_action(1)
    entry = outbox.save_draft(draft)
    with pytest.raises(BadTransition):
        outbox.let_go(entry.id)
    outbox.mark_signed(entry.id, signed_by(draft, MAKER).raw)
    outbox.mark_submitted(entry.id)
    with pytest.raises(BadTransition):
        outbox.let_go(entry.id)
    assert outbox.get(EntryId(describe(draft).digest.hex())).state is State.SUBMITTED
