"""Lists as the answer of a database: SQLite, and what holds for all of them."""

import asyncio
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.messages import explain
from app.core.reserveerrors import ColumnMissing, DatabaseUnusable, HeaderMissing, ListEmpty, QueryFailed, QueryWrites
from app.reserve.liabilities import query
from app.reserve.liabilities.model import ColumnNames, DatabaseQuery, ReadingStep
from app.reserve.liabilities.reading import read_liabilities
from tests.reserve.liabilities.reading_room import GOLD, TICKETS, Town, address_of, failing, places, read, refused, rows

SECRET = "Tr0ub4dor&3"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "books.db"
    with closing(sqlite3.connect(found)) as database:
        database.execute("CREATE TABLE debts (account, amount, piece)")
        lines = [(10_001, "1.50", 5), ("u10002", 2, 6), (address_of(10_003), 0.1, 7)]
        database.executemany("INSERT INTO debts VALUES (?, ?, ?)", lines)
        database.commit()
    return found


def _asking(path: Path, text: str) -> DatabaseQuery:
    return DatabaseQuery(f"sqlite:///{path}", text)


def test_the_answer_is_the_list(path: Path) -> None:
    text = "-- who and how much\nSELECT account, amount FROM debts WHERE account <> '%s:x' ORDER BY piece;"
    owed = read(_asking(path, text))
    assert rows(owed) == [(10_001, 150), (10_002, 200), (10_003, 10)]
    assert owed.origin.kind == owed.origin.name == "sqlite"
    assert owed.origin.sha256 == hashlib.sha256(text.encode()).digest()


@pytest.mark.parametrize(
    "text",
    [
        "WITH d AS (SELECT * FROM debts) SELECT account AS 用户, piece AS 序号 FROM d",
        "/* pieces; */ SELECT account AS user, piece AS serial FROM debts",
        "WITH RECURSIVE n(i) AS (VALUES (5) UNION ALL SELECT i + 1 FROM n WHERE i < 7) SELECT 10001 user, i serial FROM n",
        "select max(account) user, piece serial from debts group by piece",
    ],
)
def test_any_reading_statement_will_do(path: Path, text: str) -> None:
    owed = read(_asking(path, text), TICKETS)
    assert owed.serials is not None
    assert sorted(owed.serials.tolist()) == [5, 6, 7]


def test_columns_of_an_answer_can_be_named(path: Path) -> None:
    asked = DatabaseQuery(f"sqlite:///{path}", "SELECT account AS a, amount AS b FROM debts", ColumnNames("a", "b"))
    assert len(read(asked)) == 3


def test_problems_name_the_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        lines = [(None, 1), (10_004, None), (10_005, -1), (10_006, b"x"), (10_007, 1 / 3), (10_001, 1)]
        database.executemany("INSERT INTO debts (account, amount) VALUES (?, ?)", lines)
        database.commit()
    found = refused(_asking(path, "SELECT account, amount FROM debts ORDER BY rowid"))
    assert places(found.problems, "row") == [
        ("row-user-missing", 4, "account"),
        ("row-amount-missing", 5, "amount"),
        ("row-amount-negative", 6, "amount"),
        ("row-amount-unreadable", 7, "amount"),
        ("row-amount-inexact", 8, "amount"),
        ("row-user-twice", 9, "account"),
    ]


def test_rows_come_in_batches(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "BATCH_ROWS", 100)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 10249)"
    steps: list[ReadingStep] = []
    read(_asking(path, f"{numbers} SELECT i AS account, 1 AS amount FROM n"), progress=steps.append)
    assert [(step.done, step.total) for step in steps] == [(100, None), (200, None), (250, None)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT account FROM debts", ColumnMissing),
        ("SELECT 1, 2", HeaderMissing),
        ("SELECT account, amount FROM debts WHERE 0", ListEmpty),
        ("SELECT account, amount FROM nowhere", QueryFailed),
        ("SELECT account, amount FROM debts WHERE", QueryFailed),
        ("SELECT account, abs(-9223372036854775808) AS amount FROM debts", QueryFailed),
        ("SELECT account, amount FROM debts; DELETE FROM debts", QueryFailed),
        ("SELECT account, amount FROM debts\x00", QueryFailed),
        ("INSERT INTO debts VALUES (1, 2, 3) RETURNING account, amount", QueryWrites),
        ("WITH d AS (SELECT 1) INSERT INTO debts SELECT 1, 2, 3 FROM d RETURNING account, amount", QueryWrites),
        ("WITH d AS (SELECT 1) DELETE FROM debts RETURNING account, amount", QueryWrites),
        ("  -- x\n UPDATE debts SET amount = 0 RETURNING account, amount", QueryWrites),
        ("DROP TABLE debts", QueryWrites),
        ("ATTACH 'other.db' AS other", QueryWrites),
        ("PRAGMA journal_mode = WAL", QueryWrites),
        ("SELECT account, amount, load_extension('x') FROM debts", QueryFailed),
        ("", QueryWrites),
        ("(" * 10_000, QueryWrites),
    ],
)
def test_a_query_that_fails_or_writes_is_refused_and_changes_nothing(
    path: Path, text: str, kind: type[Exception]
) -> None:
    before = path.read_bytes()
    error = failing(_asking(path, text))
    assert type(error) is kind, error
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_statement_that_writes_is_denied_before_it_meets_the_file(path: Path) -> None:
    error = failing(_asking(path, "WITH d AS (SELECT 1) DELETE FROM debts RETURNING account, amount"))
    assert error.facts == {"reason": "not authorized"}


def test_the_file_itself_is_opened_for_reading_only(path: Path) -> None:
    with closing(query._open_sqlite(str(path))) as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM debts")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("turns", [1, 10, 1_000])
async def test_a_query_without_end_is_ended_when_the_reading_is_cancelled(path: Path, turns: int) -> None:
    text = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) user, 1 amount FROM n"
    reading = asyncio.create_task(read_liabilities(_asking(path, text), GOLD, Town()))
    for _ in range(turns):
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


def test_what_the_database_says_is_passed_on(path: Path) -> None:
    assert failing(_asking(path, "SELECT account, amount FROM nowhere")).facts == {"reason": "no such table: nowhere"}


def test_a_missing_or_foreign_file_is_not_made_into_a_database(tmp_path: Path) -> None:
    assert isinstance(failing(_asking(tmp_path / "none.db", "SELECT 1")), DatabaseUnusable)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "text.db").write_bytes(b"account,amount\n" * 100)
    assert isinstance(
        failing(_asking(tmp_path / "text.db", "SELECT account, amount FROM t")), DatabaseUnusable | QueryFailed
    )


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://root:{SECRET}@127.0.0.1/books",
        f"postgresql+{SECRET}://127.0.0.1/books",
        f"no url {SECRET}",
        f"postgresql://luopu:{SECRET}@127.0.0.1:1/books",
        f"postgresql://luopu:x@{SECRET}@127.0.0.1:1/books",
        f"postgresql://luopu:x@127.0.0.1:{SECRET}/books",
        f"postgresql://luopu:x@127.0.0.1:1/books?options={SECRET}&unknown={SECRET}",
        f"sqlite:////nowhere/{SECRET}",
        f"sqlite:///{SECRET}\x00",
        "",
        "sqlite://",
    ],
)
def test_no_error_shows_anything_of_the_url(url: str) -> None:
    asked = DatabaseQuery(url, "SELECT account, amount FROM debts")
    assert SECRET not in repr(asked)
    error: BaseException | None = failing(asked)
    assert isinstance(error, DatabaseUnusable)
    assert SECRET not in explain(error, "en").sentence
    while error is not None:
        assert SECRET not in f"{error!s} {error!r}"
        error = error.__cause__ or error.__context__
