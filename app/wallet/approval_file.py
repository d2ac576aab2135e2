"""The log of approvals as its reader looks at it: with damaged lines in it, and as a file that a stranger can check.

The file is text, one JSON object to a line (docs/formats.md): first its format, then each approval with the bytes that its
digest covers. Guarantees: a line that is damaged is named by its number and keeps nobody from reading the others; what
is written is what lies in the log, altered or not, so that whoever checks the file finds what is to be found. It has no
signatures: what was signed and sent is on the chain.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.core.errors import DecodingError, FileUnreadable, FileUnwritable, StoreFailed
from app.core.strictjson import decode_json
from app.core.walleterrors import ApprovalLogAltered
from app.wallet.approval_log import BEFORE, FROM, NOTHING, ApprovalLine, Row, altered_lines, line_of
from app.wallet.disk import create_file, write_bytes
from app.wallet.outbox import Outbox

FORMAT: Final = "luopu.approvals.v1"
LINES_AT_ONCE: Final = 500
MAX_LINE_BYTES: Final = 2_100_000
"""A body has at most 1,000,000 bytes, two digits each."""
_BYTES: Final = ("key", "body", "digest")


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """A line by its number; None: it cannot be read."""

    number: int
    line: ApprovalLine | None


@dataclass(frozen=True, slots=True)
class LogStanding:
    """Whether each line follows from the one before."""

    count: int
    digest: bytes
    """Of the newest line; nothing of an empty log."""
    altered: tuple[int, ...]
    """Numbers of the lines that do not, or cannot be read."""

    def check(self) -> None:
        """The log is whole.

        Raises:
            ApprovalLogAltered: `number` says which line is the first that is not.
        """
        if self.altered:
            raise ApprovalLogAltered(number=self.altered[0])


# ---- of this desk ----------------------------------------------------------------------------------------------------
def logged_lines(outbox: Outbox, before: int = 2**62, limit: int = 50) -> tuple[LoggedLine, ...]:
    """Lines with numbers below `before`, the newest first, those that cannot be read too."""
    return tuple(map(_logged, outbox.rows(BEFORE, before, limit)))


def look_through(outbox: Outbox) -> LogStanding:
    """Every line."""
    return _standing(_rows(outbox))


def save_log(outbox: Outbox, path: Path) -> LogStanding:
    """Write the log where nothing is yet; how it stands.

    Raises:
        FileUnwritable: something has that name, or the disk refused.
    """
    kept: list[Row] = list(_rows(outbox))
    lines = [json.dumps({"format": FORMAT}), *(json.dumps(_plain(row)) for row in kept)]
    content = "".join(f"{line}\n" for line in lines).encode()
    try:
        create_file(path, write_bytes(content), FileUnwritable(file=path.name, reason="something has that name"))
    except StoreFailed as error:
        raise FileUnwritable(file=path.name, reason=str(error.facts["reason"])) from error
    return _standing(kept)


# ---- of a file -------------------------------------------------------------------------------------------------------
def load_log(path: Path, limit: int = 50) -> tuple[LogStanding, tuple[LoggedLine, ...]]:
    """How the log in a file stands, and its newest lines, the newest first.

    Raises:
        FileUnreadable: it cannot be read.
        DecodingError: it is no such file; `line` says where.
    """
    rows = list(_read(path))
    return _standing(rows), tuple(_logged(row) for row in reversed(rows[-limit:]))


def _read(path: Path) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            _check_format(file.readline(MAX_LINE_BYTES))
            place = 2
            while untrusted_line := file.readline(MAX_LINE_BYTES):
                yield _row(untrusted_line, place)
                place += 1
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from error


def _check_format(untrusted_line: bytes) -> None:
    if _object(untrusted_line, 1) != {"format": FORMAT}:
        raise DecodingError(what="log of approvals", line=1, expected=FORMAT)


def _row(untrusted_line: bytes, place: int) -> Row:
    fields = _object(untrusted_line, place)
    row: dict[str, Any] = {name: fields.pop(name, None) for name in ("number", "time_ns", *_BYTES)}
    for name in _BYTES:
        with suppress(TypeError, ValueError):
            row[name] = bytes.fromhex(row[name])
    if fields or not all(isinstance(row[name], bytes) for name in _BYTES):
        raise DecodingError(what="log of approvals", line=place)
    return {**row, "number": _number(row["number"], place), "time_ns": _number(row["time_ns"], place)}


def _number(untrusted: object, place: int) -> int:
    """As text, for there are programs that round large numbers."""
    if not isinstance(untrusted, str) or not untrusted.isascii() or not untrusted.isdecimal() or len(untrusted) > 19:
        raise DecodingError(what="log of approvals", line=place)
    return int(untrusted)


def _object(untrusted_line: bytes, place: int) -> dict[str, Any]:
    try:
        value = decode_json(untrusted_line, max_bytes=MAX_LINE_BYTES, max_depth=2)
    except DecodingError as error:
        raise DecodingError(what="log of approvals", line=place, reason=str(error.facts.get("reason"))) from error
    if not isinstance(value, dict):
        raise DecodingError(what="log of approvals", line=place)
    return value


# ---- both ------------------------------------------------------------------------------------------------------------
def _rows(outbox: Outbox) -> Iterator[Row]:
    after = 0
    while rows := outbox.rows(FROM, after + 1, LINES_AT_ONCE):
        yield from rows
        after = rows[-1]["number"]


def _standing(rows: Iterable[Row]) -> LogStanding:
    (number, digest), altered = altered_lines(NOTHING, rows)
    return LogStanding(number, digest if number else b"", tuple(altered))


def _logged(row: Row) -> LoggedLine:
    try:
        return LoggedLine(row["number"], line_of(row))
    except ApprovalLogAltered:
        return LoggedLine(row["number"], None)


def _plain(row: Row) -> Mapping[str, str]:
    return {"number": str(row["number"]), "time_ns": str(row["time_ns"]), **{name: row[name].hex() for name in _BYTES}}
