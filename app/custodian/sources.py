"""What a snapshot is made from when a business system asks: rows in the request, an uploaded list, or a file that the
administrator allows.

Guarantees: a request reads no file of this computer but those that were allowed when the service was started, whatever links
or dots its path has; the URL of a database, which may hold a password, is read from its file and shown nowhere.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.errors import Fact, FileUnreadable, UsageError
from app.core.reserveerrors import ListRefused, RowProblem, SourceNotAllowed
from app.reserve.liabilities.model import DatabaseQuery, ListFile

MAX_URL_BYTES: Final = 4_096
MAX_QUERY_BYTES: Final = 65_536
MAX_CELL: Final = 200
_PLACES: Final = ("line", "first")
"""Facts of a problem that count lines of a file."""


# ---- files that may be named -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Allowed:
    """Files and folders that a request may name."""

    paths: tuple[Path, ...] = ()

    def check(self, name: str, untrusted_path: str) -> Path:
        """The file, every link followed.

        Raises:
            SourceNotAllowed: it is none of them, and in none of them.
        """
        try:
            found = Path(untrusted_path).resolve()
        except (ValueError, OSError, RuntimeError) as error:
            raise SourceNotAllowed(argument=name) from error
        if not Path(untrusted_path).is_absolute() or not self._has(found):
            raise SourceNotAllowed(argument=name, path=untrusted_path[:MAX_CELL])
        return found

    def _has(self, path: Path) -> bool:
        return any(path == each or each in path.parents for each in map(Path.resolve, self.paths))


@dataclass(frozen=True, slots=True)
class QueryFiles:
    """A database's URL and a query, each in a file."""

    url_file: Path
    query_file: Path


def load_source(source: ListFile | QueryFiles) -> ListFile | DatabaseQuery:
    """The source, ready to be read. Errors as of `load_text`."""
    if isinstance(source, ListFile):
        return source
    return load_query(source.url_file, load_text(source.query_file, MAX_QUERY_BYTES))


def load_query(url_file: Path, query: str) -> DatabaseQuery:
    """A query of the database whose URL is in a file. Errors as of `load_text`."""
    return DatabaseQuery(load_text(url_file, MAX_URL_BYTES).strip(), query)


def load_text(path: Path, most: int) -> str:
    """A small text file.

    Raises:
        FileUnreadable: missing, too large, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise FileUnreadable(file=path.name, reason="too large")
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(file=path.name, reason=getattr(error, "strerror", None) or "not UTF-8") from error


# ---- rows in the request -----------------------------------------------------------------------------------------------
def list_of_rows(untrusted_rows: Sequence[object]) -> bytes:
    """Rows as a CSV file with one line for each, which is checked like any other list.

    Raises:
        UsageError: a row that is not an object with an account, and an amount or a serial as the first row has.
    """
    first = untrusted_rows[0] if untrusted_rows else None
    value = "serial" if isinstance(first, dict) and "serial" in first else "amount"
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(("account", value))
    for number, untrusted in enumerate(untrusted_rows, start=1):
        writer.writerow(_cells(untrusted, number, value))
    return written.getvalue().encode()


def _cells(untrusted: object, number: int, value: str) -> tuple[str, str]:
    if not isinstance(untrusted, dict) or untrusted.keys() != {"account", value}:
        raise UsageError(argument=f"rows[{number - 1}]", expected=f"account, {value}")
    return _cell(untrusted["account"], number, "account"), _cell(untrusted[value], number, value)


def _cell(untrusted: object, number: int, name: str) -> str:
    text = str(untrusted) if isinstance(untrusted, str) or type(untrusted) is int else None
    if text is None or len(text) > MAX_CELL or any(character in text for character in "\r\n\0"):
        raise UsageError(
            argument=f"rows[{number - 1}].{name}", expected=f"text or a number, at most {MAX_CELL} characters"
        )
    return text


def counted_by_row(refused: ListRefused) -> ListRefused:
    """The same about rows of the request: line 2 of the file made of them is row 1."""
    return ListRefused(counted(refused.problems), **_by_row(refused.facts))


def counted(problems: Iterable[RowProblem]) -> tuple[RowProblem, ...]:
    """Problems with the numbers of rows in the place of those of lines."""
    return tuple(type(each)(**_by_row(each.facts)) for each in problems)


def _by_row(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {
        "row" if name == "line" else name: value - 1 if name in _PLACES and isinstance(value, int) else value
        for name, value in facts.items()
    }
