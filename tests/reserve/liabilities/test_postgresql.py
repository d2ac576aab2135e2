"""Lists as the answer of a real PostgreSQL, which the tests start and end themselves. It listens on loopback only."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from app.core.messages import explain
from app.core.reserveerrors import ColumnMissing, DatabaseUnusable, ListEmpty, QueryFailed, QueryWrites
from app.reserve.liabilities import query
from app.reserve.liabilities.model import DatabaseQuery, ReadingStep
from app.reserve.liabilities.reading import read_liabilities
from tests.conftest import require
from tests.reserve.liabilities.reading_room import GOLD, TICKETS, Town, address_of, failing, places, read, refused, rows

PASSWORD = "p@ss/w:rd%25"
ESCAPED = "p%40ss%2Fw%3Ard%2525"


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def url(self, user: str = "postgres", password: str = ESCAPED) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/postgres"

    def asking(self, text: str) -> DatabaseQuery:
        return DatabaseQuery(self.url(), text)

    def connect(self) -> psycopg.Connection:
        where = {"host": "127.0.0.1", "port": self.port, "user": "postgres", "password": PASSWORD, "dbname": "postgres"}
        return psycopg.connect(**where, autocommit=True)  # type: ignore[arg-type]


def _programs() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


def _as_other() -> list[str]:
    """PostgreSQL does not run as root."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = _programs()
    require(programs is not None, "PostgreSQL is not installed")
    require(os.getuid() != 0 or shutil.which("setpriv") is not None, "setpriv is not installed")
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="luopu-pg-"))
    try:
        (folder / "password").write_text(PASSWORD)
        if os.getuid() == 0:
            for each in (folder, folder / "password"):
                shutil.chown(each, "postgres", "postgres")
        made = [*_as_other(), str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-E", "UTF8"]
        options = ["--locale=C", "--auth=scram-sha-256", "--no-sync", f"--pwfile={folder / 'password'}"]
        subprocess.run([*made, *options], check=True, capture_output=True, cwd=folder)
        yield from _running(programs, folder)
    finally:
        shutil.rmtree(folder)


def _running(programs: Path, folder: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "port": port}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*_as_other(), str(programs / "postgres"), "-D", str(folder / "data"), *arguments]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process:
        server = Server(port, process)
        try:
            _fill(server)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # ends at once, and in order
            process.wait(timeout=30)


def _fill(server: Server) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            connection = server.connect()
            break
        except psycopg.OperationalError:
            if time.monotonic() > deadline or server.process.poll() is not None:
                raise
    with connection:
        connection.execute("CREATE TABLE debts (account text, amount numeric(30, 8), address bytea, piece bigint)")
        lines = [("10001", "1.5", address_of(10_001), 5), ("u10002", "2", address_of(10_002), 6)]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO debts VALUES (%s, %s, %s, %s)", lines)
        connection.execute("CREATE SEQUENCE counter")
        connection.execute(
            "CREATE FUNCTION pay() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM debts; RETURN 1; END'"
        )


def _count(server: Server) -> int:
    with server.connect() as connection:
        found = connection.execute("SELECT count(*) FROM debts").fetchone()
        assert found is not None
        return int(found[0])


@pytest.mark.parametrize("user", ["account", "address AS account", "split_part(account, 'u', -1)::bigint AS account"])
def test_the_answer_is_the_list(server: Server, user: str) -> None:
    owed = read(server.asking(f"SELECT {user}, amount FROM debts WHERE account NOT LIKE '%s:x%' ORDER BY piece;"))
    assert rows(owed) == [(10_001, 150), (10_002, 200)]
    assert owed.origin.kind == "postgresql"


def test_unique_pieces_are_read(server: Server) -> None:
    owed = read(server.asking("SELECT account AS 用户, piece AS 序号 FROM debts ORDER BY piece"), TICKETS)
    assert owed.serials is not None
    assert owed.serials.tolist() == [5, 6]


def test_problems_name_the_row(server: Server) -> None:
    values = "(10001, 1::float8), (10002, 1::float8 / 3), (10003, NULL), (10004, 'NaN'), (10005, -1), (10001, 0)"
    found = refused(server.asking(f"SELECT * FROM (VALUES {values}) AS debts (account, amount)"))
    assert places(found.problems, "row") == [
        ("row-amount-inexact", 2, "amount"),
        ("row-amount-missing", 3, "amount"),
        ("row-amount-unreadable", 4, "amount"),
        ("row-amount-negative", 5, "amount"),
        ("row-user-twice", 6, "account"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT account FROM debts", ColumnMissing),
        ("SELECT account, amount FROM debts WHERE false", ListEmpty),
        ("SELECT account, amount FROM nowhere", QueryFailed),
        ("SELECT account, amount / 0 AS amount FROM debts", QueryFailed),
        ("SELECT account, amount FROM debts; DELETE FROM debts", QueryFailed),
        ("SELECT account, amount FROM debts; COMMIT; DELETE FROM debts", QueryFailed),
        ("SELECT account, nextval('counter') AS amount FROM debts", QueryWrites),
        ("SELECT account, pay() AS amount FROM debts", QueryWrites),
        ("SELECT account, amount FROM debts FOR UPDATE", QueryWrites),
        ("SELECT account, amount INTO other FROM debts", QueryFailed),
        ("WITH gone AS (DELETE FROM debts RETURNING *) SELECT account, amount FROM gone", QueryFailed),
        ("SELECT account, set_config('transaction_read_only', 'off', false) AS amount FROM debts", QueryFailed),
        ("DELETE FROM debts RETURNING account, amount", QueryWrites),
        ("SET TRANSACTION READ WRITE", QueryWrites),
        ("COMMIT", QueryWrites),
    ],
)
def test_a_query_that_fails_or_writes_is_refused_and_changes_nothing(
    server: Server, text: str, kind: type[Exception]
) -> None:
    error = failing(server.asking(text))
    assert type(error) is kind, error
    assert _count(server) == 2


def test_what_the_database_says_is_passed_on_without_the_query(server: Server) -> None:
    error = failing(server.asking("SELECT account, amount FROM nowhere"))
    assert error.facts == {"reason": 'relation "nowhere" does not exist'}
    assert "nowhere" in explain(error, "zh").sentence


@pytest.mark.parametrize("change", ["wrong password", "wrong user", "wrong port"])
def test_no_connection_shows_nothing_of_the_url(server: Server, change: str) -> None:
    url = {
        "wrong password": server.url(password="Tr0ub4dor"),
        "wrong user": server.url("Tr0ub4dor"),
        "wrong port": "postgresql://luopu:Tr0ub4dor@127.0.0.1:1/postgres",
    }[change]
    error = failing(DatabaseQuery(url, "SELECT account, amount FROM debts"))
    assert isinstance(error, DatabaseUnusable)
    assert "Tr0ub4dor" not in f"{error!s}{error!r}{explain(error, 'en').sentence}"
    assert error.__context__ is None


def test_a_password_is_not_shown_where_the_database_repeats_it(server: Server) -> None:
    error = failing(server.asking(f'SELECT account, amount FROM "{PASSWORD}"'))
    assert isinstance(error, QueryFailed)
    assert PASSWORD not in str(error.facts)
    assert "…" in str(error.facts)


def test_the_answer_is_fetched_in_pieces_from_the_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "BATCH_ROWS", 1_000)
    steps: list[ReadingStep] = []
    text = "SELECT n AS account, 1 AS amount, repeat('x', 1000) AS note FROM generate_series(10000, 39999) AS n"
    tracemalloc.start()
    try:
        owed = read(server.asking(text), progress=steps.append)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(owed) == 30_000
    assert [step.rows for step in steps] == list(range(1_000, 30_001, 1_000))
    assert peak < 10_000_000  # all rows at once are more than 30 MB


@pytest.mark.timeout(60)
async def test_a_query_that_runs_is_ended_when_the_reading_is_cancelled(server: Server) -> None:
    asked = server.asking("SELECT n AS account, 1 AS amount, pg_sleep(100) FROM generate_series(10000, 10010) AS n")
    reading = asyncio.create_task(read_liabilities(asked, GOLD, Town()))
    with ExitStack() as stack:
        watcher = stack.enter_context(server.connect())
        while not _sleeping(watcher):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert not _sleeping(watcher)


def _sleeping(watcher: psycopg.Connection) -> bool:
    found = watcher.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").fetchone()
    return found is not None and bool(found[0])
