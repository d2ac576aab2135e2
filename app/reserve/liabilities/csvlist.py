"""A list as CSV (RFC 4180): UTF-8 with or without a mark at its beginning, or GB18030; comma, semicolon or tab.

Guarantees: memory does not grow with the file, nor with the length of a line or a cell. The line of a row is the physical
line in which it begins, however many lines its cells have. What stands in quotes must be closed as RFC 4180 says. The
encoding is found by reading the whole file: what is UTF-8 throughout is UTF-8.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from app.core.reserveerrors import (
    CellsWrong,
    HeaderMissing,
    ListError,
    ListTooLarge,
    ListUnreadable,
    RowProblem,
    RowUnreadable,
)
from app.reserve.liabilities.columns import Columns, find_columns
from app.reserve.liabilities.listfile import OpenFile
from app.reserve.liabilities.model import ListFile, Origin
from app.reserve.liabilities.source import BATCH_ROWS, MAX_ROWS, Batch

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t")
MAX_LINE = 1024 * 1024
"""Characters of a physical line."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _Lines:
    """The physical lines of a text; one that is too long ends it."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.is_cut = False

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(MAX_LINE):
            if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
                self.is_cut = True
                return
            yield line


class CsvList:
    """The list in a CSV file."""

    place_fact: Literal["line"] = "line"

    def __init__(self, file: OpenFile, asked: ListFile, *, is_unique: bool) -> None:
        self._file, self._asked, self._is_unique = file, asked, is_unique

    @property
    def total(self) -> int:
        """Bytes of the file."""
        return self._file.size

    def open(self) -> None:
        """Find encoding, delimiter and columns."""
        self.origin = Origin("csv", self._file.name, self._file.digest())
        encoding = _encoding(self._file, self._asked.encoding)
        self._text = io.TextIOWrapper(self._file.stream, encoding, errors="strict", newline="")
        self._delimiter, self.columns = self._recognise()

    def batches(self) -> Iterator[Batch]:
        """All rows."""
        lines, reader = self._reader(self._delimiter)
        width, count = len(_first_row(reader)), 0
        while True:
            self._file.check_stop()
            batch, is_end = self._cut(reader, width)
            if lines.is_cut:
                problem = RowUnreadable(line=reader.line_num + 1, reason="a line is too long")
                batch = replace(batch, problems=[*batch.problems, problem])
            yield batch
            count += len(batch.places) + len(batch.problems)
            if count > MAX_ROWS:
                raise ListTooLarge(what="rows", expected=f"at most {MAX_ROWS}")
            if is_end:
                return

    def check_unchanged(self) -> None:
        """Refuse a file that changed."""
        self._file.check_unchanged()

    def interrupt(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Close the file."""
        self._file.stream.close()

    def _reader(self, delimiter: str) -> tuple[_Lines, "Reader"]:
        self._text.seek(0)
        lines = _Lines(self._text)
        return lines, csv.reader(lines, delimiter=delimiter, strict=True)

    def _recognise(self) -> tuple[str, Columns]:
        """The delimiter by which the header names the columns: the one that makes most of them, were there several."""
        found: list[tuple[int, str, Columns]] = []
        failures: list[ListError] = []
        for delimiter in (self._asked.delimiter,) if self._asked.delimiter else DELIMITERS:
            _, reader = self._reader(delimiter)
            try:
                header = _first_row(reader)
                columns = find_columns(header, self._asked.columns, is_unique=self._is_unique)
                found.append((len(header), delimiter, columns))
            except csv.Error:
                failures.append(HeaderMissing(reason="quotes"))
            except ListError as error:
                failures.append(error)
        if not found:
            raise next((each for each in failures if not isinstance(each, HeaderMissing)), failures[0])
        _, delimiter, columns = max(found, key=lambda each: each[0])
        return delimiter, columns

    def _cut(self, reader: "Reader", width: int) -> tuple[Batch, bool]:
        """The next rows, and whether they are the last. Of a row only the cells that are needed are kept."""
        user, value, voucher = self.columns.user, self.columns.value, self.columns.voucher
        batch = _Cells()
        is_end, line = False, reader.line_num
        while not is_end and batch.room > 0:
            is_end = True
            try:
                for row in islice(reader, batch.room):
                    is_end, begins, line = False, line + 1, reader.line_num
                    if len(row) == width and any(row):
                        batch.places.append(begins)
                        batch.users.append(row[user])
                        batch.values.append(row[value])
                        if voucher is not None:
                            batch.vouchers.append(row[voucher])
                    elif any(row):  # what has no content at all is no row: spreadsheets leave such lines behind
                        batch.problems.append(CellsWrong(line=begins, expected=width, got=len(row)))
            except csv.Error as error:
                batch.problems.append(RowUnreadable(line=line + 1, reason=_reason(error)))
                is_end, line = False, reader.line_num
        done = min(self._text.buffer.tell(), self._file.size)
        vouchers = None if voucher is None else batch.vouchers
        return Batch(batch.places, batch.users, batch.values, vouchers, batch.problems, done), is_end


@dataclass(slots=True)
class _Cells:
    """What becomes a batch."""

    places: list[int] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    vouchers: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many rows it can still have."""
        return BATCH_ROWS - len(self.places) - len(self.problems)


def _first_row(reader: "Reader") -> list[str]:
    """The header.

    Raises:
        HeaderMissing: there is no row.
        csv.Error: it cannot be cut into cells.
    """
    for row in reader:
        if any(row):
            return row
    raise HeaderMissing


def _reason(error: csv.Error) -> str:
    return "a cell is too long" if "larger than" in str(error) else "quotation marks"


# ---- encoding --------------------------------------------------------------------------------------------------------
def _encoding(file: OpenFile, asked: str | None) -> str:
    """Name of the codec that decodes the whole file.

    Raises:
        ListUnreadable: none does, or it is no text.
    """
    head = file.stream.read(4)
    if head.startswith(_UTF_16):
        raise ListUnreadable(name=file.name, reason="UTF-16 text")
    wrong_line = 0
    for codec in {"utf-8": ("utf-8-sig",), "gb18030": ("gb18030",)}.get(asked or "", ("utf-8-sig", "gb18030")):
        wrong_line = _first_wrong_line(file, codec)
        if not wrong_line:
            file.stream.seek(0)
            return codec
    wanted = {"utf-8": "not UTF-8", "gb18030": "not GB18030"}.get(asked or "", "neither UTF-8 nor GB18030")
    raise ListUnreadable(name=file.name, reason=wanted, line=wrong_line)


def _first_wrong_line(file: OpenFile, codec: str) -> int:
    """The first line that the codec cannot decode; 0: all can be.

    Raises:
        ListUnreadable: NUL bytes, which no text has.
    """
    decoder, line = codecs.getincrementaldecoder(codec)(), 1
    for piece in file.pieces():
        if b"\x00" in piece:
            raise ListUnreadable(name=file.name, reason="neither CSV, XLSX nor Parquet")
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            return line + piece.count(b"\n", 0, error.start)
        line += piece.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return 0
