"""The outbox: what is kept, what may happen next, and what survives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.ports import Clock
from app.core.refusals import Malformed
from app.core.transaction import SignatureEntry, encode_transaction
from app.core.units import Height, Nanoseconds
from app.core.walleterrors import BadTransition, NotWhatWasShown, OutcomeUnknown
from app.wallet.approval import describe
from app.wallet.entry import Entry, EntryId, ExpiredAt, FinalAt, Outcome, RefusedAt, State
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import CONTEXT, FILE, MakeDraft, Save, signed_by

OUTCOMES: list[Outcome] = [FinalAt(Height(600), 0), ExpiredAt(Height(600)), RefusedAt(Height(600), 11)]


Signed = Callable[[Entry], bytes]


@pytest.fixture(scope="session")
def signed(key: UnlockedKey) -> Signed:
    """The signed transaction of an entry's draft."""
    return lambda entry: signed_by(entry.draft, key).raw


def reopened(path: Path, clock: Clock, entry_id: EntryId) -> Entry:
    box = Outbox.open(path, clock)
    try:
        return box.get(entry_id)
    finally:
        box.close()


# ---- from draft to outcome --------------------------------------------------------------------------------------------
def test_a_draft_is_kept_whole(save: Save, make_draft: MakeDraft, path: Path, clock: Clock) -> None:
    entry = save(3, valid_until=77)
    assert reopened(path, clock, entry.id) == entry
    assert (entry.state, entry.draft, entry.context) == (State.DRAFT, make_draft(3, valid_until=77), CONTEXT)
    assert (entry.path, entry.file_name, entry.size) == (FILE, FILE.name, 3)
    assert (entry.valid_until, entry.shown) == (77, describe(entry.draft))
    assert entry.chain_hex == entry.shown.record.chain.hex()
    assert entry.id == entry.shown.digest.hex()
    assert (entry.transaction, entry.transaction_hash, entry.outcome, entry.replaces) == (None, None, None, None)
    assert entry.created_ns == entry.changed_ns < clock.now()
    assert not entry.is_unknown


def test_the_same_draft_again_is_the_same_entry(outbox: Outbox, save: Save) -> None:
    assert save() == save()
    assert len(outbox.recent(9)) == 1


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_entry_goes_its_way_and_each_step_is_on_the_disk(
    outbox: Outbox, save: Save, signed: Signed, path: Path, clock: Clock, outcome: Outcome
) -> None:
    entry = save()
    transaction = signed(entry)
    outbox.check_may_sign(entry.id)
    steps = [
        outbox.mark_signed(entry.id, transaction),
        outbox.mark_submitted(entry.id),
        outbox.mark_note(entry.id, "node-unreachable"),
    ]
    assert [step.state for step in steps] == [State.SIGNED, State.SUBMITTED, State.SUBMITTED]
    assert all(step.is_unknown and step.transaction == transaction for step in steps)
    assert reopened(path, clock, entry.id) == steps[-1]
    done = outbox.mark_outcome(entry.id, outcome)
    assert (done.outcome, done.note, done.is_unknown) == (outcome, "node-unreachable", False)
    assert done.created_ns == entry.created_ns < done.changed_ns
    assert reopened(path, clock, entry.id) == done


def test_an_outcome_may_be_found_before_submission_was_noted(outbox: Outbox, save: Save, signed: Signed) -> None:
    """The program may have died between submitting and noting it."""
    entry = save()
    outbox.mark_signed(entry.id, signed(entry))
    assert outbox.mark_outcome(entry.id, OUTCOMES[0]).state is State.FINAL


def test_what_happened_may_be_told_twice(outbox: Outbox, save: Save, signed: Signed) -> None:
    entry = save()
    transaction = signed(entry)
    assert outbox.mark_signed(entry.id, transaction) == outbox.mark_signed(entry.id, transaction)
    outbox.mark_submitted(entry.id)
    outbox.mark_submitted(entry.id)
    assert outbox.mark_outcome(entry.id, OUTCOMES[0]) == outbox.mark_outcome(entry.id, OUTCOMES[0])
    assert outbox.mark_signed(entry.id, transaction).state is State.FINAL


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("other", [*OUTCOMES, FinalAt(Height(599), 0), FinalAt(Height(600), 1)])
def test_an_outcome_never_changes(outbox: Outbox, save: Save, signed: Signed, outcome: Outcome, other: Outcome) -> None:
    entry = save()
    outbox.mark_signed(entry.id, signed(entry))
    done = outbox.mark_outcome(entry.id, outcome)
    steps: list[Callable[[], object]] = [
        lambda: outbox.mark_submitted(entry.id),
        lambda: outbox.mark_note(entry.id, "late"),
        lambda: outbox.discard(entry.id),
        lambda: outbox.check_may_sign(entry.id),
    ]
    if other != outcome:
        steps.append(lambda: outbox.mark_outcome(entry.id, other))
    for step in steps:
        with pytest.raises(BadTransition):
            step()
    assert outbox.get(entry.id) == done


@pytest.mark.parametrize(
    "outcome",
    [
        FinalAt(Height(601), 0),
        FinalAt(Height(0), 0),
        FinalAt(Height(5), -1),
        ExpiredAt(Height(599)),
        RefusedAt(Height(601), 11),
        RefusedAt(Height(600), 0),
    ],
)
def test_an_outcome_that_cannot_be_is_refused(outbox: Outbox, save: Save, signed: Signed, outcome: Outcome) -> None:
    entry = save(valid_until=600)
    before = outbox.mark_signed(entry.id, signed(entry))
    with pytest.raises(BadTransition):
        outbox.mark_outcome(entry.id, outcome)
    assert outbox.get(entry.id) == before


def test_a_draft_has_no_outcome_and_is_not_submitted(outbox: Outbox, save: Save) -> None:
    entry = save()
    with pytest.raises(BadTransition):
        outbox.mark_submitted(entry.id)
    for outcome in OUTCOMES:
        with pytest.raises(BadTransition):
            outbox.mark_outcome(entry.id, outcome)


def test_a_draft_may_be_discarded_and_a_signed_one_may_not(outbox: Outbox, save: Save, signed: Signed) -> None:
    outbox.discard(save(1).id)
    entry = save(2)
    outbox.mark_signed(entry.id, signed(entry))
    with pytest.raises(BadTransition):
        outbox.discard(entry.id)
    assert [each.id for each in outbox.recent(9)] == [entry.id]


def test_an_unknown_id_is_said(outbox: Outbox) -> None:
    missing = EntryId("00" * 32)
    for step in (outbox.get, outbox.discard, outbox.check_may_sign, outbox.mark_submitted):
        with pytest.raises(BadTransition):
            step(missing)


# ---- what is not kept -------------------------------------------------------------------------------------------------
def test_a_context_that_the_record_does_not_commit_to_is_refused(outbox: Outbox, make_draft: MakeDraft) -> None:
    with pytest.raises(NotWhatWasShown):
        outbox.save_draft(make_draft(context=b"{}"), path=FILE, context=b"{ }")
    assert outbox.recent(9) == ()


def test_a_transaction_of_another_draft_is_refused(outbox: Outbox, save: Save, signed: Signed) -> None:
    entry, other = save(1), save(2)
    with pytest.raises(NotWhatWasShown):
        outbox.mark_signed(entry.id, signed(other))
    assert outbox.get(entry.id) == entry


def test_a_signature_that_does_not_verify_is_refused(outbox: Outbox, save: Save, key: UnlockedKey) -> None:
    entry = save()
    forged = encode_transaction(entry.draft.body_bytes, [SignatureEntry(key.public_key, bytes(64))])
    with pytest.raises(NotWhatWasShown):
        outbox.mark_signed(entry.id, forged)
    with pytest.raises(Malformed):
        outbox.mark_signed(entry.id, b"nonsense")
    assert outbox.get(entry.id) == entry


def test_a_second_signature_of_another_key_does_not_replace_the_first(
    outbox: Outbox, save: Save, signed: Signed, key: UnlockedKey, second_key: UnlockedKey
) -> None:
    entry = save()
    first = outbox.mark_signed(entry.id, signed(entry))
    with pytest.raises(BadTransition):
        outbox.mark_signed(entry.id, signed_by(entry.draft, second_key).raw)
    both = [SignatureEntry(each.public_key, each.sign(entry.shown.digest)) for each in (key, second_key)]
    with pytest.raises(Malformed):
        outbox.mark_signed(entry.id, encode_transaction(entry.draft.body_bytes, both))
    assert outbox.get(entry.id) == first


# ---- replacements -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("submitted", [False, True])
def test_no_replacement_while_the_outcome_is_unknown(
    outbox: Outbox, save: Save, signed: Signed, make_draft: MakeDraft, submitted: bool
) -> None:
    entry = save(1)
    outbox.mark_signed(entry.id, signed(entry))
    if submitted:
        outbox.mark_submitted(entry.id)
    with pytest.raises(OutcomeUnknown) as caught:
        outbox.renew(entry.id, make_draft(2, valid_until=1200), context=CONTEXT)
    assert caught.value.facts["valid_until"] == 600
    assert len(outbox.recent(9)) == 1


@pytest.mark.parametrize("outcome", OUTCOMES[1:])
def test_a_replacement_once_the_first_can_no_longer_land(
    outbox: Outbox, save: Save, signed: Signed, make_draft: MakeDraft, outcome: Outcome
) -> None:
    entry = save(1)
    outbox.mark_signed(entry.id, signed(entry))
    outbox.mark_outcome(entry.id, outcome)
    second = outbox.renew(entry.id, make_draft(2, valid_until=1200), context=CONTEXT)
    assert (second.replaces, second.state, second.path) == (entry.id, State.DRAFT, entry.path)
    assert outbox.mark_signed(second.id, signed(second)).is_unknown
    assert outbox.get(entry.id).outcome == outcome


def test_an_entry_is_replaced_once_unless_the_replacement_is_discarded(
    outbox: Outbox, save: Save, signed: Signed, make_draft: MakeDraft
) -> None:
    entry = save(1)
    outbox.mark_signed(entry.id, signed(entry))
    outbox.mark_outcome(entry.id, ExpiredAt(Height(600)))
    second = outbox.renew(entry.id, make_draft(2, valid_until=1200), context=CONTEXT)
    assert outbox.renew(entry.id, make_draft(2, valid_until=1200), context=CONTEXT) == second
    with pytest.raises(BadTransition):
        outbox.renew(entry.id, make_draft(3, valid_until=1200), context=CONTEXT)
    outbox.discard(second.id)
    assert outbox.renew(entry.id, make_draft(3, valid_until=1200), context=CONTEXT).replaces == entry.id


def test_a_final_entry_and_a_draft_are_not_replaced(
    outbox: Outbox, save: Save, signed: Signed, make_draft: MakeDraft
) -> None:
    entry = save(1)
    with pytest.raises(BadTransition):
        outbox.renew(entry.id, make_draft(2), context=CONTEXT)
    outbox.mark_signed(entry.id, signed(entry))
    outbox.mark_outcome(entry.id, OUTCOMES[0])
    with pytest.raises(BadTransition):
        outbox.renew(entry.id, make_draft(2), context=CONTEXT)


@pytest.mark.parametrize(
    ("number", "facts"), [(2, {"file": b"abd"}), (1, {"valid_until": 1200})], ids=["another file", "the same nonce"]
)
def test_a_replacement_has_the_same_file_and_another_nonce(
    outbox: Outbox, save: Save, signed: Signed, make_draft: MakeDraft, number: int, facts: dict[str, object]
) -> None:
    entry = save(1)
    outbox.mark_signed(entry.id, signed(entry))
    outbox.mark_outcome(entry.id, ExpiredAt(Height(600)))
    with pytest.raises(BadTransition):
        outbox.renew(entry.id, make_draft(number, **facts), context=CONTEXT)


def test_the_same_record_is_not_signed_a_second_time_while_the_first_is_unknown(
    outbox: Outbox, save: Save, signed: Signed
) -> None:
    """Whoever saves a fresh draft instead of renewing meets the same rule: a record is known by its digest."""
    first, second = save(1, sequence=2), save(2, sequence=2)
    assert first.record_digest == second.record_digest
    outbox.mark_signed(first.id, signed(first))
    with pytest.raises(OutcomeUnknown):
        outbox.check_may_sign(second.id)
    with pytest.raises(OutcomeUnknown):
        outbox.mark_signed(second.id, signed(second))
    outbox.mark_outcome(first.id, ExpiredAt(Height(600)))
    outbox.check_may_sign(second.id)
    assert outbox.mark_signed(second.id, signed(second)).is_unknown


# ---- questions ----------------------------------------------------------------------------------------------------------
def test_pending_are_the_unknown_with_the_first_to_expire_first(outbox: Outbox, save: Save, signed: Signed) -> None:
    entries = [save(number, valid_until=600 - number) for number in range(1, 5)]
    for entry in entries[:3]:
        outbox.mark_signed(entry.id, signed(entry))
    outbox.mark_submitted(entries[1].id)
    outbox.mark_outcome(entries[0].id, FinalAt(Height(5), 0))
    assert [entry.id for entry in outbox.pending()] == [entries[2].id, entries[1].id]
    assert [entry.id for entry in outbox.drafts()] == [entries[3].id]


def test_recent_gives_the_newest_first_whatever_the_clock_said(path: Path, make_draft: MakeDraft) -> None:
    class Backwards:
        at = 1000

        def now(self) -> Nanoseconds:
            self.at -= 100
            return Nanoseconds(self.at)

    box = Outbox.open(path, Backwards())
    entries = [box.save_draft(make_draft(number), path=FILE, context=CONTEXT) for number in range(1, 6)]
    assert list(box.recent(3)) == entries[:-4:-1]
    assert len(box.recent(99)) == 5
    box.close()


def test_an_entry_is_found_by_transaction_and_by_record(outbox: Outbox, save: Save, signed: Signed) -> None:
    first, second = save(1, sequence=2), save(2, sequence=2)
    found = outbox.find(first.record_digest)
    assert found == second
    done = outbox.mark_signed(first.id, signed(first))
    assert done.transaction_hash is not None
    assert outbox.find(done.transaction_hash) == done
    final = outbox.mark_outcome(first.id, FinalAt(Height(5), 0))
    assert outbox.find(first.record_digest) == final
    assert outbox.find(bytes(32)) is None
