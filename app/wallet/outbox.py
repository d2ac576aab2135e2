"""The outbox: everything this desk has signed or is about to, kept apart from the chain (white paper 3.2 超时确认).

The chain can be fetched again; the outbox cannot. Guarantees: what a method returned is on the disk. A signed
transaction is kept *before* it is submitted, so a crash never leaves one in the world that we do not know of. No second
transaction for the same matter (`app.wallet.matter`) is signed while the first may still land, so that who repeats an
interrupted command sends the same bytes again and never acts twice. An outcome never changes. The context document of a
record is kept only if it is the one that the record commits to.

Leaves to others: submitting, finding out what became of it from verified blocks, and copies of the file itself. What
another desk signs it does not know before it is told (`adopt`).
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from app.core.keys import PublicKey
from app.core.ports import Clock
from app.core.walleterrors import BadTransition, NotWhatWasShown, OutcomeUnknown
from app.wallet.approval import Draft, describe
from app.wallet.approval_log import INSERT as LOG
from app.wallet.approval_log import NEWEST, NOTHING, ApprovalLine, next_line
from app.wallet.entry import Entry, EntryId, Outcome, Papers, State, check_outcome, papers_of, state_of
from app.wallet.matter import matter_of, subject_of
from app.wallet.outbox_file import open_outbox_file
from app.wallet.rows import (
    INSERT,
    ONE,
    RIVALS,
    UNCHANGED,
    UNTOLD,
    UPDATE,
    Column,
    entry_of,
    new_columns,
    outcome_columns,
    signed_columns,
    signed_state,
)
from app.wallet.signatures import Signed, decode_signed, merge
from app.wallet.sqlite_file import SqliteFile
from app.wallet.twins import ALL, NEWER, OLDER, forget_twins, newest_of_twins, twins_of


class Outbox:
    """Entries and their transitions. Several may be open on one file, in one process or in many."""

    def __init__(self, file: SqliteFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Clock) -> Self:
        """The outbox at `path`, made if there is none. Errors as of `SqliteFile`."""
        return cls(open_outbox_file(path), clock)

    def close(self) -> None:
        """Release the file. Further use raises StoreFailed."""
        self._file.close()

    # ---- drafts ----------------------------------------------------------------------------------------------------
    def save_draft(self, draft: Draft, *, path: Path | None = None, context: bytes | None = None) -> Entry:
        """Keep a draft, of a record with its file's path and its context. The same draft again is the same entry.

        Raises:
            Malformed: a record without a path and a context, or something else with them.
            NotWhatWasShown: `context` is not the document that the record commits to.
        """
        return self._save(draft, papers_of(draft, path, context), None)

    def renew(self, entry_id: EntryId, draft: Draft, *, context: bytes | None = None, height: int = 0) -> Entry:
        """Keep a draft that replaces an entry which can no longer land: the same file or matter, with a new nonce. Whoever
        replaces what waits for approvals has made sure, on a chain that is final to `height`, that it never landed.

        Raises:
            OutcomeUnknown: the earlier one may still land; neither keep nor sign another.
            BadTransition: the earlier one is final, still a draft, replaced already, or of something else.
            Malformed, NotWhatWasShown: as of `save_draft`.
        """
        earlier = self.get(entry_id)
        is_over = earlier.state is State.WAITING and earlier.is_own and height >= earlier.valid_until
        if earlier.is_unknown and not is_over:
            raise OutcomeUnknown(entry=entry_id, valid_until=earlier.valid_until)
        if not is_over and earlier.state not in {State.EXPIRED, State.REFUSED}:
            raise BadTransition(entry=entry_id, before=earlier.state, after="replaced")
        if subject_of(earlier.draft) != subject_of(draft) or earlier.shown.nonce == describe(draft).nonce:
            reason = "a replacement has the same file and sender, and another nonce"
            raise BadTransition(entry=entry_id, before=earlier.state, after="replaced", reason=reason)
        path = None if earlier.papers is None else earlier.papers.path
        return self._save(draft, papers_of(draft, path, context), entry_id)

    def discard(self, entry_id: EntryId, *, height: int = 0) -> None:
        """Forget what no key of this desk signed. Or what waits for approvals that can no longer come, because the chain is
        final to `height`; whether another desk completed and sent it before, its approvers know.

        Raises:
            BadTransition: it was signed here and may still land, or it has an outcome.
        """
        with self._file.write() as database:
            entry = _one(database, entry_id)
            is_over = entry.state is State.WAITING and (not entry.is_own or height >= entry.valid_until)
            if not is_over:
                _check_state(entry, "discarded", State.DRAFT)
                forget_twins(database, entry, OLDER)
            database.execute("DELETE FROM entries WHERE id = ?", (entry_id,))

    def twins(self, entry_id: EntryId) -> tuple[Entry, ...]:
        """Twins of a draft (`app.wallet.twins`) that were made after it; the newest comes first."""
        entry = self.get(entry_id)
        return twins_of(entry, self._file.read(NEWER, matter_of(entry.draft), entry_id))

    def let_go(self, entry_id: EntryId) -> None:
        """Forget what a key of this desk signed for another desk, which sends and follows it. The log of approvals keeps it.

        Raises:
            BadTransition: it was sent here, or nobody signed it.
        """
        with self._file.write() as database:
            _check_state(_one(database, entry_id), "let go", State.WAITING, State.SIGNED)
            database.execute("DELETE FROM entries WHERE id = ?", (entry_id,))

    # ---- on the way ------------------------------------------------------------------------------------------------
    def check_may_sign(self, entry_id: EntryId) -> None:
        """Ask before the key is asked.

        Raises:
            BadTransition: neither a draft nor waiting for approvals.
            OutcomeUnknown: another transaction for the same matter may still land.
        """
        entry = self.get(entry_id)
        _check_state(entry, State.SIGNED, State.DRAFT, State.WAITING)
        _check_no_rival(entry.id, self._file.read(RIVALS, matter_of(entry.draft), entry.id))

    def approve(self, entry_id: EntryId, key: PublicKey) -> ApprovalLine:
        """Log that a clerk lets a key sign the entry's body, before the key is asked. Errors as of `check_may_sign`."""
        self.check_may_sign(entry_id)
        with self._file.write() as database:
            line = next_line(
                database.execute(NEWEST).fetchone() or NOTHING, self._clock.now(), key, _one(database, entry_id).draft
            )
            database.execute(LOG, (line.number, line.time_ns, key.encode(), line.draft.body_bytes, line.digest))
        return line

    def mark_signed(self, entry_id: EntryId, untrusted_transaction: bytes) -> Entry:
        """Keep the signatures that a key of this desk gave or added to. Once all that the body names are there, and only
        after this, it may be submitted. The same again changes nothing.

        Raises:
            Malformed: not a transaction.
            NotWhatWasShown: its body is not the draft, or a signature does not verify or replaces another.
            BadTransition, OutcomeUnknown: as of `check_may_sign`.
        """
        signed = decode_signed(untrusted_transaction)
        with self._file.write() as database:
            entry = _one(database, entry_id)
            if signed.draft != entry.draft:
                raise NotWhatWasShown(what="body", expected=entry.id, got=signed.shown.digest.hex())
            if entry.signed == signed and entry.is_own:
                return entry
            _check_state(entry, State.SIGNED, State.DRAFT, State.WAITING)
            return self._keep_own(database, entry, signed)

    def adopt(self, untrusted_transaction: bytes) -> Entry:
        """Keep what came from another desk: a request to countersign, our own request with more signatures, or a draft of
        this desk that was signed elsewhere, which is then as if it had been signed here.

        Raises:
            Malformed: not a transaction, or one that cannot be shown.
            NotWhatWasShown: a signature does not verify, or is another than the one kept here.
            OutcomeUnknown: another transaction for the same matter may still land.
        """
        signed = decode_signed(untrusted_transaction)
        with self._file.write() as database:
            rows = database.execute(ONE, (signed.shown.digest.hex(),)).fetchall()
            if not rows:
                return self._insert(database, signed.draft, None, None, signed)
            entry = entry_of(rows[0])
            if entry.state is not State.DRAFT:
                return self._keep_signed(database, entry, signed)
            return self._keep_own(database, entry, signed)

    def adopt_draft(self, draft: Draft) -> Entry:
        """Keep what another desk drafted and nobody has signed. What is known of it here stays."""
        with self._file.write() as database:
            rows = database.execute(ONE, (describe(draft).digest.hex(),)).fetchall()
            return entry_of(rows[0]) if rows else self._insert(database, draft, None, None, None)

    def mark_submitted(self, entry_id: EntryId) -> Entry:
        """Note that a node has it, or may have it. Once more is no error: the same bytes may be sent again.

        Raises:
            BadTransition: not signed by all, or it has an outcome.
        """
        with self._file.write() as database:
            entry = _one(database, entry_id)
            _check_state(entry, State.SUBMITTED, State.SIGNED, State.SUBMITTED)
            return self._change(database, entry, State.SUBMITTED)

    def mark_note(self, entry_id: EntryId, note: str) -> Entry:
        """Note what the node said of it, such as the code of an error. That is a hint for the clerk, not an outcome.

        Raises:
            BadTransition: it has an outcome.
        """
        with self._file.write() as database:
            entry = _one(database, entry_id)
            _check_state(entry, "noted", State.DRAFT, State.WAITING, State.SIGNED, State.SUBMITTED)
            return self._change(database, entry, entry.state, note=note)

    def mark_outcome(self, entry_id: EntryId, outcome: Outcome) -> Entry:
        """Keep what the verified chain says. The same outcome again changes nothing.

        Raises:
            BadTransition: not signed, another outcome is known, or the height cannot be.
        """
        with self._file.write() as database:
            entry = _one(database, entry_id)
            if entry.outcome == outcome:
                return entry
            check_outcome(entry, outcome)
            return self._change(database, entry, state_of(outcome), **outcome_columns(outcome))

    def mark_told(self, entry_id: EntryId) -> Entry:
        """Note that whoever signed it has been told its outcome, so that the same again is meant as another.

        Raises:
            BadTransition: it has none.
        """
        with self._file.write() as database:
            entry = _one(database, entry_id)
            _check_state(entry, "told", State.FINAL, State.EXPIRED, State.REFUSED)
            return self._change(database, entry, entry.state, told=1)

    def dismiss(self, entry_id: EntryId) -> None:
        """Note that what came to nothing is no longer wanted.

        Raises:
            BadTransition: it did not, or may still land.
        """
        with self._file.write() as database:
            entry = _one(database, entry_id)
            _check_state(entry, "dismissed", State.EXPIRED, State.REFUSED, State.WAITING)
            database.execute("INSERT OR IGNORE INTO dismissed (id) VALUES (?)", (entry_id,))

    # ---- questions -------------------------------------------------------------------------------------------------
    def rows(self, question: str, *values: str | int | bytes) -> list[sqlite3.Row]:
        """Rows of its tables, for views of them (`app.wallet.overview`)."""
        return self._file.read(question, *values)

    def get(self, entry_id: EntryId) -> Entry:
        """The entry.

        Raises:
            BadTransition: there is none of that id.
        """
        return _only(entry_id, self._file.read(ONE, entry_id))

    def pending(self) -> tuple[Entry, ...]:
        """Signed by all, outcome unknown: to be sent (again) and watched. The first to expire comes first."""
        return _by_deadline(self._file.read("SELECT * FROM entries WHERE state IN ('signed', 'submitted')"))

    def waiting(self) -> tuple[Entry, ...]:
        """Waiting for approvals: to be countersigned here or elsewhere. The first to expire comes first."""
        return _by_deadline(self._file.read("SELECT * FROM entries WHERE state = 'waiting'"))

    def drafts(self) -> tuple[Entry, ...]:
        """Drafts nobody has signed yet, the oldest first; of twins only the newest."""
        rows = self._file.read("SELECT * FROM entries WHERE state = 'draft' ORDER BY number")
        return newest_of_twins(map(entry_of, rows))

    def recent(self, limit: int) -> tuple[Entry, ...]:
        """The `limit` newest entries, the newest first."""
        return tuple(map(entry_of, self._file.read("SELECT * FROM entries ORDER BY number DESC LIMIT ?", limit)))

    def recent_records(self, limit: int) -> tuple[Entry, ...]:
        """The `limit` newest of those that notarize, the newest first."""
        question = "SELECT * FROM entries WHERE action = 'notarize' ORDER BY number DESC LIMIT ?"
        return tuple(map(entry_of, self._file.read(question, limit)))

    def find(self, digest: bytes) -> Entry | None:
        """The entry with this transaction hash or matter (of a record its digest). Of several with one: the final, else
        newest."""
        question = "SELECT * FROM entries WHERE hash = ? OR matter = ? ORDER BY state = 'final' DESC, number DESC"
        rows = self._file.read(f"{question} LIMIT 1", digest, digest)
        return entry_of(rows[0]) if rows else None

    def mentions(self, digest: bytes) -> bool:
        """Whether a digest stands in any body, of whatever state."""
        return bool(self._file.read("SELECT 1 FROM entries WHERE instr(body, ?) > 0 LIMIT 1", digest))

    def find_untold(self, draft: Draft) -> Entry | None:
        """What was signed here for the draft's matter and may still land, or is final and nobody was told: who repeats an
        interrupted command means this one."""
        rows = self._file.read(UNTOLD, matter_of(draft))
        return entry_of(rows[0]) if rows else None

    # ---- rows ------------------------------------------------------------------------------------------------------
    def _save(self, draft: Draft, papers: Papers | None, replaces: EntryId | None) -> Entry:
        entry_id = EntryId(describe(draft).digest.hex())
        with self._file.write() as database:
            rows = database.execute(ONE, (entry_id,)).fetchall()
            if rows and rows[0]["replaces"] == replaces:
                return entry_of(rows[0])
            if rows or _is_replaced(database, replaces):
                raise BadTransition(entry=replaces or entry_id, before="replaced", after="replaced")
            return self._insert(database, draft, papers, replaces, None)

    def _insert(
        self,
        database: sqlite3.Connection,
        draft: Draft,
        papers: Papers | None,
        replaces: EntryId | None,
        signed: Signed | None,
    ) -> Entry:
        columns = new_columns(draft, signed, papers)
        if columns["state"] == State.SIGNED:
            rivals = database.execute(RIVALS, (columns["matter"], columns["id"])).fetchall()
            _check_no_rival(EntryId(str(columns["id"])), rivals)
        database.execute(INSERT, {**columns, "replaces": replaces, "now": self._clock.now()})
        return _one(database, EntryId(str(columns["id"])))

    def _keep_own(self, database: sqlite3.Connection, entry: Entry, signed: Signed) -> Entry:
        """What a key of this desk signed, or another's for this desk: nothing else of the same matter may land."""
        _check_no_rival(entry.id, database.execute(RIVALS, (matter_of(entry.draft), entry.id)).fetchall())
        forget_twins(database, entry, ALL)
        return self._keep_signed(database, entry, signed, own=1)

    def _keep_signed(self, database: sqlite3.Connection, entry: Entry, signed: Signed, **columns: Column) -> Entry:
        """Signatures are only ever added; where all are there, there is nothing to add."""
        merged = signed if entry.signed is None else merge(entry.signed, signed)
        if merged == entry.signed and not columns:
            return entry
        if merged.is_complete:
            _check_no_rival(entry.id, database.execute(RIVALS, (matter_of(entry.draft), entry.id)).fetchall())
        return self._change(database, entry, signed_state(merged), **signed_columns(merged), **columns)

    def _change(self, database: sqlite3.Connection, entry: Entry, state: State, **columns: Column) -> Entry:
        fixed = {"id": entry.id, "state": state, "now": self._clock.now()}
        database.execute(UPDATE, {**UNCHANGED, **columns, **fixed})
        return _one(database, entry.id)


# ---- rules -----------------------------------------------------------------------------------------------------------
def _check_state(entry: Entry, after: str, *allowed: State) -> None:
    if entry.state not in allowed:
        raise BadTransition(entry=entry.id, before=entry.state, after=after)


def _check_no_rival(entry_id: EntryId, rivals: list[sqlite3.Row]) -> None:
    if rivals:
        rival = entry_of(rivals[0])
        raise OutcomeUnknown(entry=rival.id, replacement=entry_id, valid_until=rival.valid_until)


def _is_replaced(database: sqlite3.Connection, entry_id: EntryId | None) -> bool:
    return database.execute("SELECT 1 FROM entries WHERE replaces = ?", (entry_id,)).fetchone() is not None


def _one(database: sqlite3.Connection, entry_id: EntryId) -> Entry:
    return _only(entry_id, database.execute(ONE, (entry_id,)).fetchall())


def _only(entry_id: EntryId, rows: list[sqlite3.Row]) -> Entry:
    if not rows:
        raise BadTransition(entry=entry_id, reason="no such entry")
    return entry_of(rows[0])


def _by_deadline(rows: Iterable[sqlite3.Row]) -> tuple[Entry, ...]:
    return tuple(sorted(map(entry_of, rows), key=lambda entry: (entry.valid_until, entry.id)))
