"""What lies in the outbox's file: a row for each body, on its way from draft to outcome, and one for each approval.

Guarantees: as of `SqliteFile`. A file of version 1, which held records only, or of an earlier one than this, which
had no log of approvals or did not know what was dismissed, is brought up to date when it is opened.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from app.core.errors import StoreInUse
from app.wallet.approval_log import TABLE as APPROVALS
from app.wallet.sqlite_file import Kind, SqliteFile, create_database

_ENTRIES: Final = (
    """
CREATE TABLE entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    replaces TEXT UNIQUE REFERENCES entries (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'signed', 'submitted', 'final', 'expired', 'refused')),
    action TEXT NOT NULL,
    matter BLOB NOT NULL CHECK (length(matter) = 32),
    body BLOB NOT NULL,
    path BLOB CHECK (path IS NULL OR action = 'notarize'),
    context BLOB CHECK ((context IS NULL) = (path IS NULL)),
    created_ns INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL,
    own INTEGER NOT NULL CHECK (own IN (0, 1)),
    told INTEGER NOT NULL CHECK (told = 0 OR (told = 1 AND state IN ('final', 'expired', 'refused'))),
    raw BLOB CHECK ((raw IS NULL) = (state = 'draft')),
    hash BLOB UNIQUE CHECK ((hash IS NULL) = (state IN ('draft', 'waiting'))),
    height INTEGER CHECK ((height IS NULL) = (state IN ('draft', 'waiting', 'signed', 'submitted'))),
    log_index INTEGER CHECK ((log_index IS NULL) = (state <> 'final')),
    refusal INTEGER CHECK ((refusal IS NULL) = (state <> 'refused')),
    note TEXT NOT NULL
) STRICT
""",
    "CREATE INDEX entries_by_matter ON entries (matter)",
    "CREATE INDEX entries_under_way ON entries (state) WHERE state IN ('draft', 'waiting', 'signed', 'submitted')",
)
"""`raw` has the signatures so far, `own` says that a key of this desk gave one, `told` that its outcome has been told."""

_FROM_VERSION_1: Final = (
    "DROP INDEX entries_by_record",
    "DROP INDEX entries_under_way",
    "ALTER TABLE entries RENAME TO entries_1",
    *_ENTRIES,
    """
INSERT INTO entries (number, id, replaces, state, action, matter, body, path, context, created_ns, changed_ns, own, told, raw,
    hash, height, log_index, refusal, note)
SELECT number, id, replaces, state, 'notarize', record_digest, body, path, context, created_ns, changed_ns, raw IS NOT NULL,
    height IS NOT NULL, raw, hash, height, log_index, refusal, note
FROM entries_1 ORDER BY number
""",
    "DROP TABLE entries_1",
)
"""Version 1 held records only, each with one signature."""

DISMISSED: Final = "CREATE TABLE dismissed (id TEXT PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE) STRICT"
"""What came to nothing and is no longer wanted."""

OUTBOX: Final = Kind(
    name="outbox",
    application_id=0x4C504F42,  # "LPOB"
    tables=(*_ENTRIES, APPROVALS, DISMISSED),
    upgrades=(_FROM_VERSION_1, (APPROVALS,), (DISMISSED,)),
)


def open_outbox_file(path: Path) -> SqliteFile:
    """The file at `path`, made (mode 0600) if there is none. Errors as of `SqliteFile`."""
    if not path.exists():
        with suppress(StoreInUse):  # another program was quicker: its outbox is as good
            create_database(path, OUTBOX, StoreInUse(path=str(path)))
    return SqliteFile(path, OUTBOX)
