"""A list as the answer of a database: PostgreSQL or SQLite, asked with one query that reads.

Guarantees: the answer is fetched in pieces (PostgreSQL: from a cursor on the server), so that memory does not grow with it.
The query runs where nothing can be written: SQLite's file is opened read-only and every statement but a reading one is
denied, PostgreSQL's transaction is READ ONLY and takes a single statement. No error carries anything of the URL, nor what
the driver says of connecting, which may. Rows are counted from 1.
Leaves to others: a function that the database lets this user call may have effects elsewhere; a user of the database that
may only read what is asked is the better lock.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.core.errors import LuopuError
from app.core.reserveerrors import DatabaseUnusable, ListTooLarge, QueryFailed, QueryWrites
from app.core.units import Hash32
from app.reserve.liabilities.columns import find_columns
from app.reserve.liabilities.model import DatabaseQuery, Origin
from app.reserve.liabilities.source import BATCH_ROWS, MAX_ROWS, Batch

CONNECT_SECONDS = 10
_MAX_REASON = 200
_READS = frozenset({"select", "with", "values", "table"})
_READ_ONLY_TRANSACTION = "25006"
"""SQLSTATE of a statement that would write."""
_COMMENTS = re.compile(r"\s+|--[^\n]*(?:\n|$)|/\*.*?\*/", re.DOTALL)
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, getattr(sqlite3, "SQLITE_RECURSIVE", 33)}
)

T = TypeVar("T")


class QueryList:
    """The list that a query returns."""

    place_fact: Literal["row"] = "row"
    total = None

    def __init__(self, asked: DatabaseQuery, *, is_unique: bool) -> None:
        self._asked, self._is_unique = asked, is_unique
        self._driver: Any = None
        self._connection: sa.Connection | None = None
        self._result: sa.CursorResult[Any] | None = None

    def open(self) -> None:
        """Connect, and have the query begin."""
        _check_reads(self._asked.query)
        url = _url(self._asked.url)
        kind: Literal["sqlite", "postgresql"] = "sqlite" if url.get_backend_name() == "sqlite" else "postgresql"
        self.origin = Origin(kind, kind, Hash32(hashlib.sha256(self._asked.query.encode()).digest()))
        self._connection = _connected(lambda: _engine(url).connect())
        self._driver = self._connection.connection.driver_connection
        if isinstance(self._driver, sqlite3.Connection):
            _deny_all_but_reading(self._driver)
        result = self._result = self._asking(self._begin)
        if not result.returns_rows:
            raise QueryFailed(reason="it returns no rows")
        names = list(result.keys())
        self.columns = find_columns(names, self._asked.columns, is_unique=self._is_unique)

    def batches(self) -> Iterator[Batch]:
        """All rows."""
        columns, result, done = self.columns, self._result, 0
        assert result is not None
        while rows := self._asking(lambda: result.fetchmany(BATCH_ROWS)):
            places = range(done + 1, done + len(rows) + 1)
            done += len(rows)
            if done > MAX_ROWS:
                raise ListTooLarge(what="rows", expected=f"at most {MAX_ROWS}")
            vouchers = None if columns.voucher is None else [row[columns.voucher] for row in rows]
            users, values = [row[columns.user] for row in rows], [row[columns.value] for row in rows]
            yield Batch(places, users, values, vouchers, (), done)

    def check_unchanged(self) -> None:
        """A query sees one moment of its database."""

    def interrupt(self) -> None:
        """End a query that runs."""
        with suppress(sqlite3.Error, psycopg.Error):  # it has ended meanwhile
            if isinstance(self._driver, sqlite3.Connection):
                self._driver.interrupt()
            elif self._driver is not None:
                self._driver.cancel_safe(timeout=CONNECT_SECONDS)

    def close(self) -> None:
        """Close the connection; what it began is undone."""
        connection, self._connection, self._driver = self._connection, None, None
        with suppress(SQLAlchemyError, sqlite3.Error, psycopg.Error):  # of a connection that is broken
            if self._result is not None:
                self._result.close()
        if connection is not None:
            connection.invalidate()  # whatever it is in the middle of
            connection.close()

    def _begin(self) -> sa.CursorResult[Any]:
        assert self._connection is not None
        connection = self._connection.execution_options(
            stream_results=True, max_row_buffer=BATCH_ROWS, no_parameters=True
        )
        return connection.exec_driver_sql(self._asked.query)

    def _asking(self, work: Callable[[], T]) -> T:
        failure: LuopuError
        try:
            return work()
        except DBAPIError as error:
            failure = _failure(error.orig, self._asked.url)
        except (
            SQLAlchemyError,
            OverflowError,
            ValueError,
        ) as error:  # the last two: what a driver cannot put into Python
            failure = QueryFailed(reason=type(error).__name__)
        raise failure


def _check_reads(query: str) -> None:
    """Refuse what does not begin as a query does. The database denies the rest.

    Raises:
        QueryWrites: it begins with another word.
    """
    rest, place = query, 0
    while (match := _COMMENTS.match(rest, place)) is not None:
        place = match.end()
    word = re.match("[A-Za-z]*", rest[place:].lstrip("("))
    if word is None or word[0].lower() not in _READS:
        raise QueryWrites(reason="not a SELECT")


# ---- connecting ------------------------------------------------------------------------------------------------------
def _url(text: str) -> sa.URL:
    """The URL, for the drivers that come with this program.

    Raises:
        DatabaseUnusable: none, or one of a database that cannot be kept from writing here.
    """
    url: sa.URL | None = None
    with suppress(SQLAlchemyError, ValueError):
        url = sa.make_url(text.strip())
    backend = "" if url is None else url.get_backend_name()
    if url is None or backend not in {"postgresql", "sqlite"}:
        raise DatabaseUnusable(reason="the URL is neither postgresql://… nor sqlite:///…")
    return url.set(drivername="postgresql+psycopg" if backend == "postgresql" else "sqlite")


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        return sa.create_engine("sqlite://", creator=lambda: _open_sqlite(url.database), poolclass=NullPool)
    connect = {"connect_timeout": CONNECT_SECONDS}
    options = {"postgresql_readonly": True}
    return sa.create_engine(url, poolclass=NullPool, connect_args=connect, execution_options=options)


def _open_sqlite(database: str | None) -> sqlite3.Connection:
    if not database or database == ":memory:" or not Path(database).is_file():
        raise DatabaseUnusable(reason="missing")
    uri = f"{Path(database).absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _deny_all_but_reading(connection: sqlite3.Connection) -> None:
    """Attaching another file is denied as well, and every PRAGMA."""
    connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)


def _connected(connect: Callable[[], sa.Connection]) -> sa.Connection:
    """Connect; of what goes wrong, only what cannot have come out of the URL."""
    failure: DatabaseUnusable
    try:
        return connect()
    except DatabaseUnusable:
        raise
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        failure = DatabaseUnusable(reason="no connection", detail=state)
    except Exception:  # noqa: BLE001 - drivers fail over options in a URL in many ways
        failure = DatabaseUnusable(reason="no connection")
    raise failure


# ---- what goes wrong -------------------------------------------------------------------------------------------------
def _failure(error: BaseException | None, url: str) -> LuopuError:
    diagnosis = getattr(error, "diag", None)
    said = getattr(diagnosis, "message_primary", None) or str(error)
    reason = _without_secrets(said.splitlines()[0] if said else "", url)[:_MAX_REASON]
    number = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if getattr(error, "sqlstate", None) == _READ_ONLY_TRANSACTION or number in {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_AUTH,
    }:
        return QueryWrites(reason=reason)
    return QueryFailed(reason=reason)


def _without_secrets(said: str, url: str) -> str:
    """What the driver said, without the URL's password should it stand there."""
    for secret in {url, sa.make_url(url.strip()).password or url}:
        said = said.replace(secret, "…")
    return said
