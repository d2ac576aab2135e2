"""The outbox: what is kept, what may happen next, and what survives."""

import contextlib
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.errors import (
    BadTransition,
    Malformed,
    NotWhatWasShown,
    OutcomeUnknown,
    StoreDamaged,
    StoreFailed,
    StoreInUse,
    StoreTooNew,
)
from app.core.ports import Clock
from app.core.transaction import SignatureEntry, encode_transaction
from app.core.units import Height, Nanoseconds
from app.wallet import outbox_file
from app.wallet.approval import Draft, describe, sign
from app.wallet.entry import Entry, EntryId, ExpiredAt, FinalAt, Outcome, RefusedAt, State
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey

MakeDraft = Callable[..., Draft]
CONTEXT = b"{}"
FILE = Path("/papers/合同 \udcff.pdf")  # a name that is not Unicode
OUTCOMES: list[Outcome] = [FinalAt(Height(600), 0), ExpiredAt(Height(600)), RefusedAt(Height(600), 11)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def outbox(path: Path, clock: Clock) -> Iterator[Outbox]:
    box = Outbox.open(path, clock)
    yield box
    box.close()


Save = Callable[..., Entry]
Signed = Callable[[Entry], bytes]


@pytest.fixture
def save(outbox: Outbox, make_draft: MakeDraft) -> Save:
    """Save the draft of a number."""
    return lambda number=1, **facts: outbox.save_draft(make_draft(number, **facts), path=FILE, context=CONTEXT)


@pytest.fixture(scope="session")
def signed(key: UnlockedKey) -> Signed:
    """The signed transaction of an entry's draft."""
    return lambda entry: sign(entry.draft, describe(entry.draft), key).raw


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
    both = [SignatureEntry(each.public_key, each.sign(entry.shown.digest)) for each in (key, second_key)]
    with pytest.raises(BadTransition):
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


# ---- the file -----------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_file_is_its_owner_s_alone(outbox: Outbox, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_every_commit_is_synced_with_its_folder(outbox: Outbox) -> None:
    file = outbox._file
    assert {name: file._pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys")} == {
        "journal_mode": "delete",
        "synchronous": 3,  # EXTRA
        "foreign_keys": 1,
    }


def test_a_newer_program_s_outbox_is_refused_and_left_alone(outbox: Outbox, path: Path, clock: Clock) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew) as caught:
        Outbox.open(path, clock)
    assert caught.value.facts == {"path": str(path), "expected": 1, "got": 2}
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(84)])
def test_a_file_that_is_no_outbox_is_refused_and_left_alone(path: Path, clock: Clock, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        Outbox.open(path, clock)
    assert path.read_bytes() == content


def test_another_program_s_database_is_refused_and_left_alone(path: Path, clock: Clock) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE entries (id TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreDamaged):
        Outbox.open(path, clock)
    assert path.read_bytes() == before


def test_an_outbox_cut_short_is_refused(save: Save, outbox: Outbox, path: Path, clock: Clock) -> None:
    for number in range(1, 30):
        save(number)
    outbox.close()
    content = path.read_bytes()
    for length in range(0, len(content), 1024):
        path.write_bytes(content[:length])
        with pytest.raises(StoreDamaged):
            Outbox.open(path, clock)


def test_a_row_that_was_altered_is_not_believed(save: Save, outbox: Outbox, path: Path) -> None:
    entry = save()
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE entries SET body = ?", (entry.draft.body_bytes[:-1],))
    with pytest.raises(StoreDamaged):
        outbox.get(entry.id)


def test_a_folder_that_is_missing_or_in_its_place_is_said(tmp_path: Path, clock: Clock) -> None:
    for path in (tmp_path / "no" / "outbox", tmp_path):
        with pytest.raises(StoreFailed):
            Outbox.open(path, clock)


def test_a_closed_outbox_says_so(outbox: Outbox, save: Save) -> None:
    outbox.close()
    outbox.close()
    with pytest.raises(StoreFailed):
        save()
    with pytest.raises(StoreFailed):
        outbox.pending()


def test_a_full_disk_is_said_and_nothing_more_is_written(outbox: Outbox, save: Save, path: Path, clock: Clock) -> None:
    save(1)
    database = outbox._file._database
    database.execute(f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0]}")
    kept: list[Entry] = []

    def fill() -> None:
        kept.extend(save(number) for number in range(2, 200))

    with pytest.raises(StoreFailed):
        fill()
    with pytest.raises(StoreFailed):
        outbox.recent(1)
    box = Outbox.open(path, clock)
    assert len(box.recent(999)) == 1 + len(kept)
    assert box.recent(1) == (kept[-1],)
    box.close()


def test_a_writer_that_waits_too_long_is_told_and_may_try_again(
    path: Path, clock: Clock, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "BUSY_SECONDS", 0.0)
    box = Outbox.open(path, clock)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreInUse):
            box.save_draft(make_draft(), path=FILE, context=CONTEXT)
    assert box.save_draft(make_draft(), path=FILE, context=CONTEXT).state is State.DRAFT
    box.close()


def test_writers_in_several_threads_and_connections_take_turns(path: Path, clock: Clock, make_draft: MakeDraft) -> None:
    boxes = [Outbox.open(path, clock), Outbox.open(path, clock)]
    drafts = [make_draft(number) for number in range(1, 41)]

    def save_some(turn: int) -> None:
        for draft in drafts[turn::4]:
            boxes[turn % 2].save_draft(draft, path=FILE, context=CONTEXT)

    threads = [threading.Thread(target=save_some, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {entry.draft for entry in boxes[0].recent(99)} == set(drafts)
    assert boxes[0]._file._pragma("integrity_check") == "ok"
    for box in boxes:
        box.close()


def test_two_who_create_at_once_share_one_outbox(
    path: Path, clock: Clock, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Outbox.open(path, clock)
    kept = first.save_draft(make_draft(), path=FILE, context=CONTEXT)
    monkeypatch.setattr(Path, "exists", lambda _path: False)  # the second looked before the first was done
    second = Outbox.open(path, clock)
    assert second.recent(9) == (kept,)
    first.close()
    second.close()
