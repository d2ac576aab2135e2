"""Any action in the outbox, and what waits for approvals: between desks, and never twice."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import NotFound
from app.core.ports import Clock
from app.core.refusals import Malformed
from app.core.units import Height
from app.core.walleterrors import BadTransition, NotWhatWasShown, OutcomeUnknown
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import ActionFacts, describe
from app.wallet.entry import Entry, ExpiredAt, FinalAt, RefusedAt, State
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import CONTEXT, FILE, MakeDraft, build_action, make_key, signed_by


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Outbox]:
    """The outbox of a checker's desk."""
    box = Outbox.open(tmp_path / "other", clock)
    yield box
    box.close()


@pytest.fixture
def waiting(outbox: Outbox, key: UnlockedKey, second_key: UnlockedKey, third_key: UnlockedKey) -> Entry:
    """Signed by the maker; two approvers are missing."""
    entry = outbox.save_draft(build_action(1, second_key, third_key))
    return outbox.mark_signed(entry.id, signed_by(entry.draft, key).raw)


# ---- any action ------------------------------------------------------------------------------------------------------
def test_any_action_is_kept_without_a_file(outbox: Outbox, path: Path, clock: Clock, key: UnlockedKey) -> None:
    draft = build_action(3, valid_until=77, hold_until=99)
    entry = outbox.save_draft(draft)
    assert outbox.save_draft(draft) == entry
    assert (entry.action, entry.is_record, entry.papers, entry.file_name) == ("rename", False, None, "")
    assert (entry.shown, entry.valid_until, entry.is_own) == (describe(draft), 77, False)
    assert isinstance(entry.shown.facts, ActionFacts)
    signed = outbox.mark_signed(entry.id, signed_by(draft, key).raw)
    assert (signed.state, signed.is_own, signed.transaction) == (State.SIGNED, True, signed_by(draft, key).raw)
    assert outbox.find(signed.transaction_hash or b"") == signed
    box = Outbox.open(path, clock)
    assert box.get(entry.id) == signed
    box.close()


def test_what_is_a_record_s_is_not_asked_of_another_action(outbox: Outbox) -> None:
    entry = outbox.save_draft(build_action())
    for ask in ("record_digest", "chain_hex", "size"):
        with pytest.raises(Malformed):
            getattr(entry, ask)


def test_a_record_is_kept_with_its_context_and_nothing_else_has_one(outbox: Outbox, make_draft: MakeDraft) -> None:
    for draft, more in (
        (make_draft(), {}),
        (make_draft(), {"path": FILE}),
        (build_action(), {"path": FILE, "context": CONTEXT}),
    ):
        with pytest.raises(Malformed):
            outbox.save_draft(draft, **more)  # type: ignore[arg-type]
    assert outbox.recent(9) == ()


def test_records_are_listed_apart(outbox: Outbox, make_draft: MakeDraft) -> None:
    records = [outbox.save_draft(make_draft(number), path=FILE, context=CONTEXT) for number in (1, 2)]
    action = outbox.save_draft(build_action(3))
    assert outbox.recent_records(9) == tuple(reversed(records))
    assert outbox.recent_records(1) == (records[1],)
    assert outbox.recent(9) == (action, *reversed(records))


def test_the_same_matter_is_not_signed_twice_while_the_first_may_still_land(outbox: Outbox, key: UnlockedKey) -> None:
    first, second, another = (
        outbox.save_draft(build_action(number, rename=wire.Rename(name=name)))
        for number, name in ((1, "洛浦"), (2, "洛浦"), (3, "另一家"))
    )
    outbox.mark_signed(first.id, signed_by(first.draft, key).raw)
    with pytest.raises(OutcomeUnknown) as caught:
        outbox.check_may_sign(second.id)
    assert caught.value.facts["entry"] == first.id
    with pytest.raises(OutcomeUnknown):
        outbox.mark_signed(second.id, signed_by(second.draft, key).raw)
    assert outbox.mark_signed(another.id, signed_by(another.draft, key).raw).state is State.SIGNED
    outbox.mark_outcome(first.id, RefusedAt(Height(5), 10))
    assert outbox.mark_signed(second.id, signed_by(second.draft, key).raw).state is State.SIGNED


def test_an_action_that_can_no_longer_land_is_replaced_by_the_same_with_another_nonce(
    outbox: Outbox, key: UnlockedKey
) -> None:
    entry = outbox.save_draft(build_action(1))
    outbox.mark_signed(entry.id, signed_by(entry.draft, key).raw)
    with pytest.raises(OutcomeUnknown):
        outbox.renew(entry.id, build_action(2))
    outbox.mark_outcome(entry.id, ExpiredAt(Height(600)))
    with pytest.raises(BadTransition):
        outbox.renew(entry.id, build_action(2, rename=wire.Rename(name="另一家")))
    assert outbox.renew(entry.id, build_action(2)).replaces == entry.id


def test_what_nobody_was_told_is_found_for_the_same_matter(outbox: Outbox, key: UnlockedKey) -> None:
    again = build_action(9, valid_until=800)
    entry = outbox.save_draft(build_action(1))
    assert outbox.find_untold(again) is None  # a draft is nothing yet
    for step in (
        lambda: outbox.mark_signed(entry.id, signed_by(entry.draft, key).raw),
        lambda: outbox.mark_submitted(entry.id),
        lambda: outbox.mark_outcome(entry.id, FinalAt(Height(5), 0)),
    ):
        kept = step()
        assert outbox.find_untold(again) == kept
    assert outbox.find_untold(build_action(9, rename=wire.Rename(name="另一家"))) is None
    assert outbox.mark_told(entry.id).is_told
    assert outbox.find_untold(again) is None


@pytest.mark.parametrize("outcome", [ExpiredAt(Height(600)), RefusedAt(Height(7), 11)])
def test_what_failed_makes_room_whether_told_or_not(
    outbox: Outbox, key: UnlockedKey, outcome: ExpiredAt | RefusedAt
) -> None:
    entry = outbox.save_draft(build_action(1))
    outbox.mark_signed(entry.id, signed_by(entry.draft, key).raw)
    with pytest.raises(BadTransition):
        outbox.mark_told(entry.id)
    outbox.mark_outcome(entry.id, outcome)
    assert outbox.find_untold(build_action(9)) is None
    assert outbox.mark_told(entry.id).is_told


def test_whether_any_body_mentions_a_digest_is_known_until_the_last_of_them_is_gone(
    outbox: Outbox, key: UnlockedKey
) -> None:
    root = hashlib.sha256(b"attributes").digest()
    certify = wire.Certify(account=7, root=root)
    first, second = (outbox.save_draft(build_action(number, certify=certify)) for number in (1, 2))
    assert outbox.mentions(root)
    assert not outbox.mentions(hashlib.sha256(b"others").digest())
    outbox.discard(first.id)
    assert outbox.mentions(root)
    outbox.mark_signed(second.id, signed_by(second.draft, key).raw)
    outbox.mark_outcome(second.id, ExpiredAt(Height(600)))
    assert outbox.mentions(root), "whatever became of it"
    third = outbox.save_draft(build_action(3, certify=wire.Certify(account=7, root=bytes(range(32)))))
    outbox.discard(third.id)
    assert not outbox.mentions(bytes(range(32)))


# ---- waiting for approvals -------------------------------------------------------------------------------------------
def test_until_all_have_signed_it_waits_and_cannot_be_sent(
    outbox: Outbox, waiting: Entry, key: UnlockedKey, second_key: UnlockedKey, third_key: UnlockedKey
) -> None:
    assert (waiting.state, waiting.is_own, waiting.is_unknown, waiting.is_sendable) == (
        State.WAITING,
        True,
        True,
        False,
    )
    assert (waiting.transaction, waiting.transaction_hash) == (None, None)
    assert outbox.waiting() == (waiting,)
    assert outbox.pending() == ()
    with pytest.raises(BadTransition):
        outbox.mark_submitted(waiting.id)
    for outcome in (FinalAt(Height(5), 0), ExpiredAt(Height(600)), RefusedAt(Height(5), 1)):
        with pytest.raises(BadTransition):
            outbox.mark_outcome(waiting.id, outcome)
    still = outbox.mark_signed(waiting.id, signed_by(waiting.draft, key, third_key).raw)
    assert (still.state, still.missing) == (State.WAITING, (second_key.public_key,))
    complete = outbox.mark_signed(waiting.id, signed_by(waiting.draft, key, second_key, third_key).raw)
    assert (complete.state, complete.missing) == (State.SIGNED, ())
    assert outbox.pending() == (complete,)
    assert outbox.mark_outcome(waiting.id, FinalAt(Height(5), 0)).state is State.FINAL


def test_signatures_are_never_lost(
    outbox: Outbox, waiting: Entry, key: UnlockedKey, second_key: UnlockedKey, third_key: UnlockedKey
) -> None:
    """Two checkers sign the request each at a desk of their own, and neither knows of the other."""
    outbox.adopt(signed_by(waiting.draft, key, third_key).raw)
    outbox.adopt(signed_by(waiting.draft, key).raw)
    complete = outbox.adopt(signed_by(waiting.draft, key, second_key).raw)
    assert complete.state is State.SIGNED
    assert complete.transaction == signed_by(waiting.draft, key, second_key, third_key).raw
    assert outbox.adopt(signed_by(waiting.draft, key, third_key).raw) == complete


def test_another_maker_s_signature_is_refused(outbox: Outbox, waiting: Entry, second_key: UnlockedKey) -> None:
    stranger = signed_by(waiting.draft, make_key(7)).raw
    for keep in (outbox.adopt, lambda raw: outbox.mark_signed(waiting.id, raw)):
        with pytest.raises(NotWhatWasShown):
            keep(stranger)
    assert outbox.get(waiting.id) == waiting


def test_what_waits_is_a_rival_because_whoever_has_the_request_may_complete_it(
    outbox: Outbox, waiting: Entry, key: UnlockedKey
) -> None:
    second = outbox.save_draft(build_action(2))
    with pytest.raises(OutcomeUnknown):
        outbox.check_may_sign(second.id)
    with pytest.raises(OutcomeUnknown):
        outbox.renew(waiting.id, build_action(3))
    assert outbox.find_untold(second.draft) == waiting


def test_what_waits_is_forgotten_only_when_it_can_no_longer_be_completed(outbox: Outbox, waiting: Entry) -> None:
    for height in (0, 599):
        with pytest.raises(BadTransition):
            outbox.discard(waiting.id, height=height)
    outbox.discard(waiting.id, height=600)
    assert outbox.recent(9) == ()


# ---- requests of another desk ----------------------------------------------------------------------------------------
def test_a_request_is_kept_shown_and_signed(
    outbox: Outbox, other: Outbox, waiting: Entry, key: UnlockedKey, second_key: UnlockedKey, third_key: UnlockedKey
) -> None:
    assert waiting.signed is not None
    request = other.adopt(waiting.signed.raw)
    assert (request.state, request.is_own, request.shown) == (State.WAITING, False, waiting.shown)
    assert other.adopt(waiting.signed.raw) == request
    other.check_may_sign(request.id)
    mine = other.mark_signed(request.id, signed_by(request.draft, key, second_key).raw)
    assert (mine.state, mine.is_own) == (State.WAITING, True)
    with pytest.raises(BadTransition):
        other.discard(request.id)
    complete = other.mark_signed(request.id, signed_by(request.draft, key, second_key, third_key).raw)
    assert outbox.adopt(complete.transaction or b"").transaction == complete.transaction


def test_a_request_that_nobody_here_signed_holds_nothing_up_and_may_be_forgotten(
    other: Outbox, waiting: Entry, key: UnlockedKey
) -> None:
    assert waiting.signed is not None
    request = other.adopt(waiting.signed.raw)
    own = other.save_draft(build_action(2))
    assert other.find_untold(own.draft) is None
    other.mark_signed(own.id, signed_by(own.draft, key).raw)
    with pytest.raises(OutcomeUnknown):
        other.check_may_sign(request.id)
    other.discard(request.id)
    assert [entry.id for entry in other.recent(9)] == [own.id]


def test_a_complete_transaction_of_another_desk_is_followed_and_holds_up_the_same_matter(
    other: Outbox, key: UnlockedKey, second_key: UnlockedKey
) -> None:
    complete = other.adopt(signed_by(build_action(1, second_key), key, second_key).raw)
    assert (complete.state, complete.is_own) == (State.SIGNED, False)
    assert other.pending() == (complete,)
    with pytest.raises(BadTransition):
        other.discard(complete.id)
    with pytest.raises(OutcomeUnknown):
        other.adopt(signed_by(build_action(2), key).raw)
    with pytest.raises(OutcomeUnknown):
        other.check_may_sign(other.save_draft(build_action(3)).id)


def test_what_is_no_transaction_or_not_signed_is_not_adopted(other: Outbox, key: UnlockedKey) -> None:
    raw = signed_by(build_action(), key).raw
    for spoiled in (b"", raw[:-1], build_action().body_bytes):
        with pytest.raises(Malformed):
            other.adopt(spoiled)
    with pytest.raises(NotWhatWasShown):
        other.adopt(raw[:-1] + bytes([raw[-1] ^ 1]))
    assert other.recent(9) == ()


def test_a_record_of_another_desk_comes_without_its_file(
    other: Outbox, make_draft: MakeDraft, key: UnlockedKey
) -> None:
    entry = other.adopt(signed_by(make_draft(), key).raw)
    assert (entry.is_record, entry.file_name, entry.size) == (True, "", 3)
    for ask in ("path", "context"):
        with pytest.raises(NotFound):
            getattr(entry, ask)
