"""The outbox's SQLite file: made whole or not at all, opened only when sound, and every failure one of our errors.

Guarantees: what a transaction committed survives a kill and a power cut (rollback journal and synchronous EXTRA: the
folder is synced too, without which the journal could come back and undo the last commit). A file of another kind, of a
newer program, damaged or emptied is refused, never replaced; one of an older program is brought up to date in place, whole
or not at all. Several connections take turns.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from app.core.errors import StoreDamaged, StoreError, StoreFailed, StoreInUse, StoreTooNew
from app.wallet.disk import create_file

SCHEMA_VERSION = 2
APPLICATION_ID = 0x4C504F42  # "LPOB"
BUSY_SECONDS = 10.0

_TABLES = (
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

_VERSION = f"PRAGMA user_version = {SCHEMA_VERSION}"
_NEW = (f"PRAGMA application_id = {APPLICATION_ID}", *_TABLES, _VERSION)
_FROM_VERSION_1 = (
    "DROP INDEX entries_by_record",
    "DROP INDEX entries_under_way",
    "ALTER TABLE entries RENAME TO entries_1",
    *_TABLES,
    """
INSERT INTO entries (number, id, replaces, state, action, matter, body, path, context, created_ns, changed_ns, own, told, raw,
    hash, height, log_index, refusal, note)
SELECT number, id, replaces, state, 'notarize', record_digest, body, path, context, created_ns, changed_ns, raw IS NOT NULL,
    height IS NOT NULL, raw, hash, height, log_index, refusal, note
FROM entries_1 ORDER BY number
""",
    "DROP TABLE entries_1",
    _VERSION,
)
"""Version 1 held records only, each with one signature."""


class OutboxFile:
    """A connection to the file. May be used from several threads; each `write` or `read` runs alone."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, making it (mode 0600) if there is none.

        Raises:
            StoreTooNew: written by a newer program.
            StoreDamaged: not an outbox, or damaged.
            StoreInUse: another program holds it for longer than 10 s.
            StoreFailed: the disk refused.
        """
        self._path = path
        self._mutex = threading.RLock()
        if not path.exists():
            _create(path)
        self._database = _connect(path)
        try:
            with self._guarded():
                if self._check_sound() == 1:
                    self._migrate()
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees the newest state and is on the disk when the block ends, or undone if it raises.

        Raises:
            StoreFailed: it may or may not be there when the file is opened again; this object is closed.
            StoreInUse: another program holds the file; nothing was written.
        """
        with self._guarded():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def read(self, question: str, *values: bytes | str | int) -> list[sqlite3.Row]:
        """The rows that answer `question`.

        Raises:
            StoreError: as of `write`.
        """
        with self._guarded():
            return self._database.execute(question, values).fetchall()

    def close(self) -> None:
        """Release the file. Further use raises StoreFailed."""
        with self._mutex:
            self._database.close()

    def _migrate(self) -> None:
        """Bring a file of version 1 up to date, if nobody else has meanwhile."""
        with self.write() as database:
            if self._pragma("user_version") == 1:
                _apply(database, _FROM_VERSION_1)

    def _check_sound(self) -> int:
        """The version that the file is of."""
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application != APPLICATION_ID or version < 1:  # SQLite would take an emptied file for a new one
            raise StoreDamaged(path=str(self._path), reason="not an outbox")
        if version > SCHEMA_VERSION:
            raise StoreTooNew(path=str(self._path), expected=SCHEMA_VERSION, got=version)
        found = self._pragma("quick_check")
        if found != "ok":
            raise StoreDamaged(path=str(self._path), reason=str(found))
        return int(version)

    def _pragma(self, name: str) -> Any:
        return self._database.execute(f"PRAGMA {name}").fetchone()[0]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._mutex:
            try:
                yield
            except sqlite3.Error as error:
                failure = _translate(self._path, error)
                if not isinstance(failure, StoreInUse):
                    self._database.close()  # after a failed write only a fresh look at the disk says what is there
                raise failure from error


def _connect(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",  # never makes a file: it would be readable by others
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        database.row_factory = sqlite3.Row
        for setting in ("synchronous = EXTRA", "foreign_keys = ON", "trusted_schema = OFF"):
            database.execute(f"PRAGMA {setting}")
    except sqlite3.Error as error:
        raise _translate(path, error) from error
    return database


def _apply(database: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        database.execute(statement)


def _create(path: Path) -> None:
    def write(temporary: Path) -> None:
        with closing(_connect(temporary)) as database:
            _apply(database, ("BEGIN", *_NEW, "COMMIT"))

    try:
        create_file(path, write, exists=StoreInUse(path=str(path)))
    except StoreInUse:
        return  # another program was quicker: its outbox is as good
    except sqlite3.Error as error:
        raise _translate(path, error) from error


def _translate(path: Path, error: sqlite3.Error) -> StoreError:
    number = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits refine
    if number in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreInUse(path=str(path))
    if number in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreDamaged(path=str(path), reason=str(error))
    return StoreFailed(path=str(path), reason=str(error))
