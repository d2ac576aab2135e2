"""The outbox: everything this desk has signed or is about to, kept apart from the chain (white paper 3.2 超时确认).

The chain can be fetched again; the outbox cannot. Guarantees: what a method returned is on the disk. A signed
transaction is kept *before* it is submitted, so a crash never leaves one in the world that we do not know of. No second
transaction for the same record is signed while the first may still land. An outcome never changes. The context
document is kept only if it is the one that the record commits to.

Leaves to others: submitting, finding out what became of it from verified blocks, and copies of the file itself.
"""

import os
import sqlite3
from pathlib import Path
from typing import Self

from app.core.errors import BadTransition, LuopuError, NotWhatWasShown, OutcomeUnknown, StoreDamaged
from app.core.keys import is_signed_by
from app.core.ports import Clock
from app.core.record import context_digest
from app.core.transaction import SignedTransaction, decode_transaction
from app.core.units import Hash32, Height, Nanoseconds
from app.wallet.approval import Draft, describe_record
from app.wallet.entry import (
    Entry,
    EntryId,
    ExpiredAt,
    FinalAt,
    Outcome,
    RefusedAt,
    State,
    check_outcome,
    state_of,
)
from app.wallet.outbox_file import OutboxFile

_ONE = "SELECT * FROM entries WHERE id = ?"
_RIVALS = "SELECT * FROM entries WHERE record_digest = ? AND state IN ('signed', 'submitted')"
_UPDATE = """
UPDATE entries SET state = :state, changed_ns = :now, note = coalesce(:note, note), raw = coalesce(:raw, raw),
    hash = coalesce(:hash, hash), height = coalesce(:height, height), log_index = coalesce(:log_index, log_index),
    refusal = coalesce(:refusal, refusal)
WHERE id = :id
"""
_UNCHANGED = dict.fromkeys(("note", "raw", "hash", "height", "log_index", "refusal"))


class Outbox:
    """Entries and their transitions. Several may be open on one file, in one process or in many."""

    def __init__(self, file: OutboxFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Clock) -> Self:
        """The outbox at `path`, made if there is none. Errors as of `OutboxFile`."""
        return cls(OutboxFile(path), clock)

    def close(self) -> None:
        """Release the file. Further use raises StoreFailed."""
        self._file.close()

    # ---- drafts ----------------------------------------------------------------------------------------------------
    def save_draft(self, draft: Draft, *, path: Path, context: bytes) -> Entry:
        """Keep a draft. The same draft again is the same entry.

        Raises:
            Malformed: it notarizes nothing.
            NotWhatWasShown: `context` is not the document that the record commits to.
        """
        return self._save(draft, path, context, None)

    def renew(self, entry_id: EntryId, draft: Draft, *, context: bytes) -> Entry:
        """Keep a draft that replaces an entry which can no longer land: the same file, with a new nonce.

        Raises:
            OutcomeUnknown: the earlier one may still land; neither keep nor sign another.
            BadTransition: the earlier one is final, still a draft, replaced already, or of another file or sender.
            NotWhatWasShown: as of `save_draft`.
        """
        earlier = self.get(entry_id)
        if earlier.is_unknown:
            raise OutcomeUnknown(entry=entry_id, valid_until=earlier.valid_until)
        if earlier.state not in {State.EXPIRED, State.REFUSED}:
            raise BadTransition(entry=entry_id, before=earlier.state, after="replaced")
        if _matter(earlier.draft) != _matter(draft) or earlier.shown.nonce == describe_record(draft).nonce:
            reason = "a replacement has the same file and sender, and another nonce"
            raise BadTransition(entry=entry_id, before=earlier.state, after="replaced", reason=reason)
        return self._save(draft, earlier.path, context, entry_id)

    def discard(self, entry_id: EntryId) -> None:
        """Forget a draft that nobody signed.

        Raises:
            BadTransition: it has been signed.
        """
        with self._file.write() as database:
            _check_state(_one(database, entry_id), "discarded", State.DRAFT)
            database.execute("DELETE FROM entries WHERE id = ?", (entry_id,))

    # ---- on the way ------------------------------------------------------------------------------------------------
    def check_may_sign(self, entry_id: EntryId) -> None:
        """Ask before the key is asked.

        Raises:
            BadTransition: not a draft.
            OutcomeUnknown: another transaction with the same record may still land.
        """
        entry = self.get(entry_id)
        _check_state(entry, State.SIGNED, State.DRAFT)
        _check_no_rival(entry, self._file.read(_RIVALS, entry.record_digest))

    def mark_signed(self, entry_id: EntryId, untrusted_transaction: bytes) -> Entry:
        """Keep the signed transaction. Only after this may it be submitted. The same transaction again changes nothing.

        Raises:
            Malformed: not a transaction.
            NotWhatWasShown: its body is not the draft, or a signature does not verify.
            BadTransition, OutcomeUnknown: as of `check_may_sign`.
        """
        signed = decode_transaction(untrusted_transaction)
        with self._file.write() as database:
            entry = _one(database, entry_id)
            _check_signed(entry, signed)
            if entry.transaction == signed.raw:
                return entry
            _check_state(entry, State.SIGNED, State.DRAFT)
            _check_no_rival(entry, database.execute(_RIVALS, (entry.record_digest,)).fetchall())
            return self._change(database, entry, State.SIGNED, raw=signed.raw, hash=signed.hash)

    def mark_submitted(self, entry_id: EntryId) -> Entry:
        """Note that a node has it, or may have it. Once more is no error: the same bytes may be sent again.

        Raises:
            BadTransition: not signed, or it has an outcome.
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
            _check_state(entry, "noted", State.DRAFT, State.SIGNED, State.SUBMITTED)
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
            return self._change(database, entry, state_of(outcome), **_outcome_columns(outcome))

    # ---- questions -------------------------------------------------------------------------------------------------
    def get(self, entry_id: EntryId) -> Entry:
        """The entry.

        Raises:
            BadTransition: there is none of that id.
        """
        return _only(entry_id, self._file.read(_ONE, entry_id))

    def pending(self) -> tuple[Entry, ...]:
        """Signed or submitted, outcome unknown: to be sent (again) and watched. The first to expire comes first."""
        rows = self._file.read("SELECT * FROM entries WHERE state IN ('signed', 'submitted')")
        return tuple(sorted(map(_entry, rows), key=lambda entry: (entry.valid_until, entry.id)))

    def drafts(self) -> tuple[Entry, ...]:
        """Drafts nobody has signed yet, the oldest first."""
        return tuple(map(_entry, self._file.read("SELECT * FROM entries WHERE state = 'draft' ORDER BY number")))

    def recent(self, limit: int) -> tuple[Entry, ...]:
        """The `limit` newest entries, the newest first."""
        return tuple(map(_entry, self._file.read("SELECT * FROM entries ORDER BY number DESC LIMIT ?", limit)))

    def find(self, digest: bytes) -> Entry | None:
        """The entry with this transaction hash or record digest. Of several with one record: the final, else newest."""
        question = (
            "SELECT * FROM entries WHERE hash = ? OR record_digest = ? ORDER BY state = 'final' DESC, number DESC"
        )
        rows = self._file.read(f"{question} LIMIT 1", digest, digest)
        return _entry(rows[0]) if rows else None

    # ---- rows ------------------------------------------------------------------------------------------------------
    def _save(self, draft: Draft, path: Path, context: bytes, replaces: EntryId | None) -> Entry:
        shown = describe_record(draft)
        if context_digest(context) != shown.record.context_digest:
            expected, got = shown.record.context_digest.hex(), context_digest(context).hex()
            raise NotWhatWasShown(what="context document", expected=expected, got=got)
        entry_id = EntryId(shown.digest.hex())
        with self._file.write() as database:
            rows = database.execute(_ONE, (entry_id,)).fetchall()
            if rows and rows[0]["replaces"] == replaces:
                return _entry(rows[0])
            if rows or _is_replaced(database, replaces):
                raise BadTransition(entry=replaces or entry_id, before="replaced", after="replaced")
            now = self._clock.now()
            database.execute(
                "INSERT INTO entries (id, replaces, state, body, record_digest, path, context, created_ns, changed_ns,"
                " note) VALUES (?, ?, 'draft', ?, ?, ?, ?, ?, ?, '')",
                (entry_id, replaces, draft.body_bytes, shown.record.digest, os.fsencode(path), context, now, now),
            )
            return _one(database, entry_id)

    def _change(self, database: sqlite3.Connection, entry: Entry, state: State, **columns: bytes | str | int) -> Entry:
        fixed = {"id": entry.id, "state": state, "now": self._clock.now()}
        database.execute(_UPDATE, {**_UNCHANGED, **columns, **fixed})
        return _one(database, entry.id)


def _check_state(entry: Entry, after: str, *allowed: State) -> None:
    if entry.state not in allowed:
        raise BadTransition(entry=entry.id, before=entry.state, after=after)


def _check_signed(entry: Entry, signed: SignedTransaction) -> None:
    if signed.body_bytes != entry.draft.body_bytes:
        raise NotWhatWasShown(what="body", expected=entry.id, got=signed.digest.hex())
    for one in signed.signatures:
        if not is_signed_by(one.key, signed.digest, one.signature):
            raise NotWhatWasShown(what="signature", key=one.key.data.hex())


def _check_no_rival(entry: Entry, rivals: list[sqlite3.Row]) -> None:
    if rivals:
        rival = _entry(rivals[0])
        raise OutcomeUnknown(entry=rival.id, replacement=entry.id, valid_until=rival.valid_until)


def _is_replaced(database: sqlite3.Connection, entry_id: EntryId | None) -> bool:
    return database.execute("SELECT 1 FROM entries WHERE replaces = ?", (entry_id,)).fetchone() is not None


def _matter(draft: Draft) -> tuple[object, ...]:
    shown = describe_record(draft)
    return shown.chain_id, shown.sender, shown.record.sha256, shown.record.sm3, shown.record.size


def _one(database: sqlite3.Connection, entry_id: EntryId) -> Entry:
    return _only(entry_id, database.execute(_ONE, (entry_id,)).fetchall())


def _only(entry_id: EntryId, rows: list[sqlite3.Row]) -> Entry:
    if not rows:
        raise BadTransition(entry=entry_id, reason="no such entry")
    return _entry(rows[0])


def _outcome_columns(outcome: Outcome) -> dict[str, bytes | str | int]:
    match outcome:
        case FinalAt(height, log_index):
            return {"height": height, "log_index": log_index}
        case ExpiredAt(height):
            return {"height": height}
        case RefusedAt(height, code):
            return {"height": height, "refusal": code}


def _outcome(row: sqlite3.Row) -> Outcome | None:
    if row["height"] is None:
        return None
    height = Height(row["height"])
    if row["log_index"] is not None:
        return FinalAt(height, row["log_index"])
    return ExpiredAt(height) if row["refusal"] is None else RefusedAt(height, row["refusal"])


def _entry(row: sqlite3.Row) -> Entry:
    """The entry of a row. What follows from the body is decoded again, not believed."""
    try:
        draft = Draft(row["body"])
        shown = describe_record(draft)
    except LuopuError as error:
        raise StoreDamaged(entry=row["id"], reason=str(error)) from error
    return Entry(
        id=EntryId(row["id"]),
        state=State(row["state"]),
        draft=draft,
        shown=shown,
        path=Path(os.fsdecode(row["path"])),
        context=row["context"],
        created_ns=Nanoseconds(row["created_ns"]),
        changed_ns=Nanoseconds(row["changed_ns"]),
        transaction=row["raw"],
        transaction_hash=None if row["hash"] is None else Hash32(row["hash"]),
        outcome=_outcome(row),
        replaces=row["replaces"],
        note=row["note"],
    )
