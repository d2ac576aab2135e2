"""A SQLite file of the wallet: made whole or not at all, opened only when sound, and every failure one of our errors.

Guarantees: what a transaction committed survives a kill and a power cut (rollback journal and synchronous EXTRA: the
folder is synced too, without which the journal could come back and undo the last commit). What is deleted or replaced is
overwritten in the file. A file of another kind, of a newer program, damaged or emptied is refused, never replaced; one of an
older program is brought up to date in place, whole or not at all. Several connections take turns. No error says anything of
what is in the rows.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.errors import LuopuError, StoreDamaged, StoreError, StoreFailed, StoreInUse, StoreTooNew
from app.wallet.disk import create_file

BUSY_SECONDS = 10.0

Value = bytes | str | int


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is: in words, by SQLite's number for it, with which tables."""

    name: str
    application_id: int
    tables: tuple[str, ...]
    """Statements that make them, and their indexes."""
    upgrades: tuple[tuple[str, ...], ...] = ()
    """Statements that bring a file of version 1 to version 2, one of version 2 to version 3, and so on."""
    damaged: type[StoreDamaged] = StoreDamaged
    """What is raised of one that is damaged."""

    @property
    def version(self) -> int:
        """Of the files that this program makes."""
        return 1 + len(self.upgrades)


def _nothing(_database: sqlite3.Connection) -> None:
    """What most files begin with."""


def create_database(
    path: Path, kind: Kind, exists: LuopuError, fill: Callable[[sqlite3.Connection], None] = _nothing
) -> None:
    """Make the file (mode 0600) with its tables and what `fill` puts into them. On the disk when this returns.

    Raises:
        StoreFailed: the disk refused.
        LuopuError: `exists`, when something has that name already. It is left as it is.
    """

    def write(temporary: Path) -> None:
        with closing(_connect(temporary, kind)) as database:
            head = (f"PRAGMA application_id = {kind.application_id}", f"PRAGMA user_version = {kind.version}")
            _apply(database, ("BEGIN", *head, *kind.tables))
            fill(database)
            database.execute("COMMIT")

    try:
        create_file(path, write, exists)
    except sqlite3.Error as error:
        raise _translate(path, error, kind) from error


def copy_database(path: Path, target: Path, kind: Kind) -> None:
    """Write to the new file `target` what stands in a database of any kind at one moment, while others use it.

    `kind` says what is raised of one that is damaged.

    Raises:
        StoreError: it cannot be read whole, or the disk refused. `target` is not to be used then.
    """
    try:
        target.touch(mode=0o600, exist_ok=False)
        with closing(_connect(path, kind)) as source, closing(_connect(target, kind)) as copy:
            source.backup(copy)
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise _translate(path, error, kind) from error
    except OSError as error:
        raise StoreFailed(path=str(target), reason=error.strerror) from error
    if found != "ok":
        raise kind.damaged(path=str(path), reason=str(found))


class SqliteFile:
    """A connection to the file. May be used from several threads; each `write` or `read` runs alone."""

    def __init__(self, path: Path, kind: Kind) -> None:
        """Open the file at `path`, which must be there, and bring it up to date.

        Raises:
            StoreTooNew: written by a newer program.
            StoreDamaged: not of this kind, or damaged: as its kind says.
            StoreInUse: another program holds it for longer than 10 s.
            StoreFailed: the disk refused.
        """
        self._path, self._kind = path, kind
        self._mutex = threading.RLock()
        self._database = _connect(path, kind)
        try:
            with self._guarded():
                self._check_sound()
                self._bring_up_to_date()
        except BaseException:
            self._database.close()
            raise

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self._path

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees the newest state and is on the disk when the block ends, or undone if it raises.

        Inside, `read` sees what the block has written.

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

    def read(self, question: str, *values: Value) -> list[sqlite3.Row]:
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

    def _check_sound(self) -> None:
        self._version()
        found = self._pragma("quick_check")
        if found != "ok":
            raise self._kind.damaged(path=str(self._path), reason=str(found))

    def _version(self) -> int:
        """The version that the file is of, if it is one of ours."""
        kind = self._kind
        application, version = self._pragma("application_id"), int(self._pragma("user_version"))
        if application != kind.application_id or version < 1:  # SQLite would take an emptied file for a new one
            raise kind.damaged(path=str(self._path), reason=f"not an {kind.name}")
        if version > kind.version:
            raise StoreTooNew(path=str(self._path), expected=kind.version, got=version)
        return version

    def _bring_up_to_date(self) -> None:
        if self._version() == self._kind.version:
            return
        with self.write() as database:
            version = self._version()  # once more: another program may have done it meanwhile
            for reached, statements in enumerate(self._kind.upgrades[version - 1 :], version + 1):
                _apply(database, (*statements, f"PRAGMA user_version = {reached}"))

    def _pragma(self, name: str) -> Any:
        return self._database.execute(f"PRAGMA {name}").fetchone()[0]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._mutex:
            try:
                yield
            except sqlite3.Error as error:
                failure = _translate(self._path, error, self._kind)
                if not isinstance(failure, StoreInUse):
                    self._database.close()  # after a failed write only a fresh look at the disk says what is there
                raise failure from error


def _connect(path: Path, kind: Kind) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",  # never makes a file: it would be readable by others
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        database.row_factory = sqlite3.Row
        for setting in ("synchronous = EXTRA", "foreign_keys = ON", "trusted_schema = OFF", "secure_delete = ON"):
            database.execute(f"PRAGMA {setting}")
    except sqlite3.Error as error:
        raise _translate(path, error, kind) from error
    return database


def _apply(database: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        database.execute(statement)


def _translate(path: Path, error: sqlite3.Error, kind: Kind) -> StoreError:
    number = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits refine
    if number in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreInUse(path=str(path))
    if number in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return kind.damaged(path=str(path), reason=str(error))
    return StoreFailed(path=str(path), reason=str(error))
