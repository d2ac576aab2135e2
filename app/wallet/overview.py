"""What lies in the outbox, as its clerk looks at it: what became of each, and whether something took its place.

Guarantees: what this desk drafted or signed is there, nothing else: a request of another desk that waits for a key of this
one is not. What came to nothing and was done anew, as its replacement or as the same matter by another way, is known by it.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final

from app.core.keys import PublicKey
from app.core.refusals import Expired, Replayed
from app.core.walleterrors import BadTransition
from app.wallet.entry import Entry, EntryId, State
from app.wallet.outbox import Outbox
from app.wallet.rows import entry_of

_LISTED: Final = """
SELECT *, id IN (SELECT id FROM dismissed) AS dismissed, CASE WHEN state IN ('waiting', 'expired', 'refused') THEN coalesce(
    (SELECT id FROM entries AS other WHERE other.replaces = entries.id),
    (SELECT id FROM entries AS other WHERE other.number > entries.number
        AND (other.matter = entries.matter OR other.context = entries.context)
        AND (other.state IN ('signed', 'submitted', 'final') OR (other.state = 'waiting' AND other.own = 1))
        ORDER BY other.number DESC LIMIT 1)) END AS replaced_by
FROM entries
"""
"""A record's context document is never the same twice, so who shares it took its place."""
_MINE: Final = "(state <> 'waiting' OR own = 1)"
_OLDER: Final = f"{_LISTED} WHERE {_MINE} AND number < ? ORDER BY number DESC LIMIT ?"
_OPEN: Final = """state IN ('draft', 'waiting', 'signed', 'submitted')
    OR (state IN ('expired', 'refused') AND NOT dismissed)"""
_UNSETTLED: Final = f"{_LISTED} WHERE {_MINE} AND ({_OPEN}) ORDER BY number DESC"
_ONE: Final = f"{_LISTED} WHERE id = ?"
_BEGUN: Final = f"{_LISTED} WHERE instr(id, ?) = 1 ORDER BY number DESC LIMIT ?"
_MOVED: Final = """
SELECT other.* FROM entries JOIN entries AS other ON other.replaces = entries.id
WHERE entries.action = 'notarize' AND instr(entries.body, ?) > 0 ORDER BY other.number DESC
"""

_STANDINGS: Final = {State.SIGNED: "pending", State.SUBMITTED: "unknown"}


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry with its place in the list."""

    entry: Entry
    number: int
    """Rises from entry to entry."""
    replaced_by: EntryId | None
    """What was drafted in its place, or did the same later."""
    is_dismissed: bool
    """It came to nothing, and is no longer wanted."""

    @property
    def is_late(self) -> bool:
        """Whether others did not sign it in time, as was found on the chain."""
        return self.entry.state is State.WAITING and self.entry.note == Expired.code

    @property
    def standing(self) -> str:
        """draft, waiting (for colleagues to sign), elsewhere (sent from a colleague's desk, and on the chain), pending (to be
        sent), unknown, final, expired or refused."""
        if self.is_late:
            return "expired"
        if self.entry.state is State.WAITING and self.entry.note == Replayed.code:
            return "elsewhere"
        return _STANDINGS.get(self.entry.state, self.entry.state.value)

    @property
    def has_failed(self) -> bool:
        """Whether it came to nothing, and nothing took its place."""
        return (self.is_late or self.entry.state in {State.EXPIRED, State.REFUSED}) and self.replaced_by is None

    @property
    def is_open(self) -> bool:
        """Whether somebody or the chain still has to do something about it."""
        if self.standing in {"draft", "waiting", "pending", "unknown"}:
            return True
        return self.has_failed and not self.is_dismissed

    def can_renew(self, own: PublicKey) -> bool:
        """Whether this key may draft it anew: it came to nothing, and was not made at another desk."""
        entry = self.entry
        is_here = (
            entry.is_own and own not in entry.shown.approvers and (not entry.is_record or entry.papers is not None)
        )
        return self.has_failed and is_here


def unsettled(outbox: Outbox) -> tuple[Listed, ...]:
    """What somebody or the chain still has to do something about, the newest first."""
    return tuple(each for each in map(_listed, outbox.rows(_UNSETTLED)) if each.is_open)


def older(outbox: Outbox, before: int = 2**62, limit: int = 50) -> tuple[Listed, ...]:
    """Entries with numbers below `before`, the newest first."""
    return tuple(map(_listed, outbox.rows(_OLDER, before, limit)))


def find_listed(outbox: Outbox, entry_id: EntryId) -> Listed:
    """One of them.

    Raises:
        BadTransition: there is none.
    """
    found = outbox.rows(_ONE, entry_id)
    if not found:
        raise BadTransition(entry=entry_id, reason="no such entry")
    return _listed(found[0])


def find_begun(outbox: Outbox, prefix: str, limit: int = 2) -> tuple[Listed, ...]:
    """Those whose id begins so (hex digits)."""
    return tuple(map(_listed, outbox.rows(_BEGUN, prefix, limit)))


def moved_to(outbox: Outbox, chain: bytes) -> bytes | None:
    """The hash chain into which records went that were to stand in this one and were drafted anew; None: it has none."""
    others = map(entry_of, outbox.rows(_MOVED, chain))
    chains = (entry.shown.record.chain for entry in others if entry.state is not State.DRAFT)
    return next((each for each in chains if each != chain), None)


def _listed(row: sqlite3.Row) -> Listed:
    replaced_by = None if row["replaced_by"] is None else EntryId(row["replaced_by"])
    return Listed(entry_of(row), row["number"], replaced_by, bool(row["dismissed"]))
