"""Twins: drafts of one transaction that differ in their last height or in who approves, and share a nonce.

One is made when a draft is to travel to another computer and must last longer than what is signed here at once
(`app.client.drafting`). Guarantees: since the chain takes one of them at most, whichever is signed first is the only one that
is left.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from app.wallet.entry import Entry
from app.wallet.matter import matter_of
from app.wallet.rows import entry_of

ALL: Final = "SELECT * FROM entries WHERE matter = ?1 AND id <> ?2 AND state = 'draft'"
OLDER: Final = """
SELECT * FROM entries WHERE matter = ?1 AND state = 'draft' AND number < (SELECT number FROM entries WHERE id = ?2)
"""
NEWER: Final = """
SELECT * FROM entries WHERE matter = ?1 AND state = 'draft' AND number > (SELECT number FROM entries WHERE id = ?2)
ORDER BY number DESC
"""


def twins_of(entry: Entry, rows: Iterable[sqlite3.Row]) -> tuple[Entry, ...]:
    """Of drafts of one matter those with the entry's nonce."""
    return tuple(other for other in map(entry_of, rows) if other.shown.nonce == entry.shown.nonce)


def forget_twins(database: sqlite3.Connection, entry: Entry, which: str) -> None:
    """Forget all of them, or the older ones."""
    for twin in twins_of(entry, database.execute(which, (matter_of(entry.draft), entry.id)).fetchall()):
        database.execute("DELETE FROM entries WHERE id = ?", (twin.id,))


def newest_of_twins(drafts: Iterable[Entry]) -> tuple[Entry, ...]:
    """Of drafts in the order in which they were made, without those that have a newer twin."""
    return tuple({(entry.shown.sender, entry.shown.nonce): entry for entry in drafts}.values())
