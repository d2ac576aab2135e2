"""The log of approvals: every body that a clerk let a key sign at this desk, each tied to the one before (white paper 3.4.1).

Guarantees: an approval stands here, on the disk, before the key is asked. What was shown follows from the body alone, so it
can be shown again word by word. An approval that is altered, left out or moved is found by `altered_lines`. Leaves to others:
that the newest are not cut off, or all of them made anew, by somebody who can write the file; against that the newest digest
can be put on record elsewhere.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.errors import BadKey
from app.core.hashing import APPROVAL_DOMAIN, EMPTY_HASH, sha256
from app.core.keys import PublicKey
from app.core.refusals import Malformed
from app.core.units import Hash32, Nanoseconds
from app.core.walleterrors import ApprovalLogAltered
from app.wallet.approval import Approval, Draft, Facts, describe

TABLE: Final = """
CREATE TABLE approvals (
    number INTEGER PRIMARY KEY,
    time_ns INTEGER NOT NULL,
    key BLOB NOT NULL,
    body BLOB NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT
"""
NEWEST: Final = "SELECT number, digest FROM approvals ORDER BY number DESC LIMIT 1"
"""Number and digest suffice to go on, whatever somebody may have done to the line."""
BEFORE: Final = "SELECT * FROM approvals WHERE number < ? ORDER BY number DESC LIMIT ?"
FROM: Final = "SELECT * FROM approvals WHERE number >= ? ORDER BY number LIMIT ?"
INSERT: Final = "INSERT INTO approvals (number, time_ns, key, body, digest) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """One line of the log."""

    number: int
    """1 for the first at this desk."""
    time_ns: Nanoseconds
    """Of this computer's clock."""
    key: PublicKey
    draft: Draft
    digest: Hash32
    """Over this line and the digest of the one before."""

    @property
    def shown(self) -> Approval[Facts]:
        """What the clerk was shown."""
        return describe(self.draft)


Row = sqlite3.Row | Mapping[str, Any]
"""Of the table, or the same from elsewhere: `number` and `time_ns` are numbers, the others bytes."""
Link = tuple[int, bytes]
"""Number and digest of a line: what the next one is tied to."""
NOTHING: Final[Link] = (0, EMPTY_HASH)
"""Before the first line."""


def next_line(newest: Link, time_ns: Nanoseconds, key: PublicKey, draft: Draft) -> ApprovalLine:
    """The line that follows the one with this number and digest."""
    number = newest[0] + 1
    return ApprovalLine(number, time_ns, key, draft, _digest(newest[1], number, time_ns, key, draft))


def line_of(row: Row) -> ApprovalLine:
    """The line that a row stands for.

    Raises:
        ApprovalLogAltered: its key is none, or its body, or its moment.
    """
    if not 0 <= row["time_ns"] < 2**63:
        raise ApprovalLogAltered(number=row["number"])
    try:
        key, draft = PublicKey.decode(row["key"]), Draft(row["body"])
    except (BadKey, Malformed) as error:
        raise ApprovalLogAltered(number=row["number"]) from error
    return ApprovalLine(row["number"], Nanoseconds(row["time_ns"]), key, draft, Hash32(row["digest"]))


def altered_lines(previous: Link, rows: Iterable[Row]) -> tuple[Link, list[int]]:
    """Number and digest of the last of these rows, and the numbers of those that do not follow from the one before, each
    by what it says itself; the first of them follows `previous`."""
    altered: list[int] = []
    for row in rows:
        try:
            line = line_of(row)
        except ApprovalLogAltered:
            altered.append(row["number"])
        else:
            if line != next_line(previous, line.time_ns, line.key, line.draft):
                altered.append(line.number)
        previous = (row["number"], row["digest"])
    return previous, altered


def _digest(previous: bytes, number: int, time_ns: int, key: PublicKey, draft: Draft) -> Hash32:
    key_bytes = key.encode()
    head = previous + number.to_bytes(8, "big") + time_ns.to_bytes(8, "big") + len(key_bytes).to_bytes(2, "big")
    return sha256(APPROVAL_DOMAIN + head + key_bytes + draft.body_bytes)
