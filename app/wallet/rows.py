"""Rows of the outbox's file and the entries that they stand for.

Guarantees: what follows from the body and the signatures is decoded and verified again, not believed; a row that
contradicts itself is StoreDamaged.
"""

import os
import sqlite3
from pathlib import Path
from typing import Final

from app.core.errors import LuopuError, StoreDamaged
from app.core.units import Height, Nanoseconds
from app.wallet.approval import Draft, describe
from app.wallet.entry import Entry, EntryId, ExpiredAt, FinalAt, Outcome, Papers, RefusedAt, State
from app.wallet.matter import matter_of
from app.wallet.signatures import Signed, decode_signed

ONE: Final = "SELECT * FROM entries WHERE id = ?"
RIVALS: Final = """
SELECT * FROM entries WHERE matter = ? AND id <> ?
    AND (state IN ('signed', 'submitted') OR (state = 'waiting' AND own = 1))
    AND id NOT IN (SELECT replaces FROM entries WHERE replaces IS NOT NULL)
"""
"""Entries of a matter, but for one of them, that may still land by what this desk knows or did. What was replaced cannot."""
UNTOLD: Final = """
SELECT * FROM entries WHERE matter = ? AND own = 1
    AND (state IN ('waiting', 'signed', 'submitted') OR (state = 'final' AND told = 0))
    AND id NOT IN (SELECT replaces FROM entries WHERE replaces IS NOT NULL)
ORDER BY number DESC
"""
INSERT: Final = """
INSERT INTO entries (id, replaces, state, action, matter, body, path, context, created_ns, changed_ns, own, told, raw, hash,
    note)
VALUES (:id, :replaces, :state, :action, :matter, :body, :path, :context, :now, :now, 0, 0, :raw, :hash, '')
"""
UPDATE: Final = """
UPDATE entries SET state = :state, changed_ns = :now, note = coalesce(:note, note), raw = coalesce(:raw, raw),
    hash = coalesce(:hash, hash), height = coalesce(:height, height), log_index = coalesce(:log_index, log_index),
    refusal = coalesce(:refusal, refusal), own = coalesce(:own, own), told = coalesce(:told, told)
WHERE id = :id
"""
UNCHANGED: Final = dict.fromkeys(("note", "raw", "hash", "height", "log_index", "refusal", "own", "told"))

Column = bytes | str | int | None


def new_columns(draft: Draft, signed: Signed | None, papers: Papers | None) -> dict[str, Column]:
    """What `INSERT` writes of an entry, but for `replaces` and `now`."""
    shown = describe(draft)
    return {
        "id": shown.digest.hex(),
        "state": State.DRAFT if signed is None else signed_state(signed),
        "action": shown.action,
        "matter": matter_of(draft),
        "body": draft.body_bytes,
        "path": None if papers is None else os.fsencode(papers.path),
        "context": None if papers is None else papers.context,
        **({"raw": None, "hash": None} if signed is None else signed_columns(signed)),
    }


def signed_state(signed: Signed) -> State:
    """The state that signatures lead to."""
    return State.SIGNED if signed.is_complete else State.WAITING


def signed_columns(signed: Signed) -> dict[str, Column]:
    """What is kept of signatures."""
    return {"raw": signed.raw, "hash": signed.hash if signed.is_complete else None}


def outcome_columns(outcome: Outcome) -> dict[str, Column]:
    """What is kept of an outcome."""
    match outcome:
        case FinalAt(height, log_index):
            return {"height": height, "log_index": log_index}
        case ExpiredAt(height):
            return {"height": height}
        case RefusedAt(height, code):
            return {"height": height, "refusal": code}


def entry_of(row: sqlite3.Row) -> Entry:
    """The entry of a row.

    Raises:
        StoreDamaged: its columns contradict each other.
    """
    try:
        draft = Draft(row["body"])
        signed = None if row["raw"] is None else decode_signed(row["raw"])
        shown = describe(draft)
        _check_agrees(row, draft, signed)
    except LuopuError as error:
        raise StoreDamaged(entry=row["id"], reason=str(error)) from error
    return Entry(
        id=EntryId(row["id"]),
        state=State(row["state"]),
        draft=draft,
        shown=shown,
        papers=None if row["path"] is None else Papers(Path(os.fsdecode(row["path"])), row["context"]),
        created_ns=Nanoseconds(row["created_ns"]),
        changed_ns=Nanoseconds(row["changed_ns"]),
        signed=signed,
        outcome=_outcome(row),
        replaces=row["replaces"],
        note=row["note"],
        is_own=bool(row["own"]),
        is_told=bool(row["told"]),
    )


def _outcome(row: sqlite3.Row) -> Outcome | None:
    if row["height"] is None:
        return None
    height = Height(row["height"])
    if row["log_index"] is not None:
        return FinalAt(height, row["log_index"])
    return ExpiredAt(height) if row["refusal"] is None else RefusedAt(height, row["refusal"])


def _check_agrees(row: sqlite3.Row, draft: Draft, signed: Signed | None) -> None:
    if row["id"] != describe(draft).digest.hex() or row["matter"] != matter_of(draft):
        raise StoreDamaged(entry=row["id"], reason="another body")
    if signed is not None and (signed.draft != draft or signed_columns(signed)["hash"] != row["hash"]):
        raise StoreDamaged(entry=row["id"], reason="another transaction")
