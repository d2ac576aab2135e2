"""A list as a workbook (XLSX).

Guarantees: text is read as it is, numbers as what the program that wrote them shows: those of more than 15 digits are
none that a spreadsheet keeps. A formula is never taken for its last result. Hidden sheets are not looked at. The texts of the
workbook stand in memory; how many they may be, `app.reserve.liabilities.xlsxguard` says.
"""

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from app.core.errors import LuopuError
from app.core.reserveerrors import HeaderMissing, ListError, ListUnreadable, SheetUnclear
from app.reserve.liabilities.columns import Columns, find_columns
from app.reserve.liabilities.listfile import OpenFile
from app.reserve.liabilities.model import ListFile, Origin
from app.reserve.liabilities.source import BATCH_ROWS, Batch
from app.reserve.liabilities.xlsxguard import check_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

T = TypeVar("T")

MAX_COLUMNS = 16_384
_ROWS_ABOVE_HEADER = 1_000
_SAFE_INTEGER, _LARGE = 10**15, 10**40


class XlsxList:
    """The list in a sheet of a workbook."""

    place_fact: Literal["row"] = "row"

    def __init__(self, file: OpenFile, asked: ListFile, *, is_unique: bool) -> None:
        self._file, self._asked, self._is_unique = file, asked, is_unique
        self._workbook: Workbook | None = None

    @property
    def total(self) -> int:
        """Rows of the longest sheet."""
        return self._last_row

    def open(self) -> None:
        """Find the sheet and its columns."""
        self.origin = Origin("xlsx", self._file.name, self._file.digest())
        self._last_row = check_workbook(self._file)
        self._sheet, self._header_row, self.columns, self._width = self._guarded(self._choose)

    def batches(self) -> Iterator[Batch]:
        """All rows."""
        rows = enumerate(_rows_of(self._sheet, self._width), 1)
        done = self._guarded(lambda: sum(1 for _ in islice(rows, self._header_row)))
        while done < self._last_row:
            batch = self._guarded(lambda: self._cut(rows))
            if batch.done <= done:
                return
            yield batch
            done = batch.done

    def check_unchanged(self) -> None:
        """Refuse a file that changed."""
        self._file.check_unchanged()

    def interrupt(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Close the file."""
        if self._workbook is not None:
            self._workbook.close()
        self._file.stream.close()

    def _choose(self) -> tuple["ReadOnlyWorksheet", int, Columns, int]:
        """The sheet, the number of its header's row, its columns, and how many cells of a row are looked at."""
        self._workbook = load_workbook(self._file.stream, read_only=True, keep_links=False)
        sheets = [sheet for sheet in self._workbook.worksheets if sheet.sheet_state == "visible"]
        if self._asked.sheet is not None:
            sheets = [sheet for sheet in self._workbook.worksheets if sheet.title == self._asked.sheet]
        found: list[tuple[ReadOnlyWorksheet, int, Columns, int]] = []
        failures: list[ListError] = []
        for sheet in sheets:
            row, header = _header_of(sheet)
            try:
                columns = find_columns(header, self._asked.columns, is_unique=self._is_unique)
                found.append((sheet, row, columns, len(header)))
            except ListError as error:
                failures.append(error)
        if len(found) > 1 or not sheets:
            titles = [sheet.title for sheet in self._workbook.worksheets]
            raise SheetUnclear(name=self._asked.sheet, sheets=", ".join(titles[:6]))
        if not found:
            raise next((each for each in failures if not isinstance(each, HeaderMissing)), failures[0])
        return found[0]

    def _cut(self, rows: Iterator[tuple[int, Sequence[object]]]) -> Batch:
        """The next rows; one without content is none."""
        columns, last = self.columns, 0
        places: list[int] = []
        users: list[object] = []
        values: list[object] = []
        vouchers: list[object] = []
        for last, row in islice(rows, BATCH_ROWS):
            if any(cell is not None and cell != "" for cell in row):
                places.append(last)
                users.append(_said(row[columns.user]))
                values.append(_said(row[columns.value]))
                vouchers.append(None if columns.voucher is None else _said(row[columns.voucher]))
        return Batch(places, users, values, None if columns.voucher is None else vouchers, (), last)

    def _guarded(self, work: Callable[[], T]) -> T:
        """Whatever a damaged workbook does to the library that reads it, here it is damaged."""
        detail = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what the library does not know: colours, validations
                return work()
        except (LuopuError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - parsers of foreign files fail in every way there is
            detail = type(error).__name__
        raise ListUnreadable(name=self._file.name, reason="damaged", detail=detail)


def _rows_of(sheet: "ReadOnlyWorksheet", width: int) -> Iterator[Sequence[object]]:
    """All rows, from the first on; each has `width` cells, or none at all."""
    sheet.reset_dimensions()  # what the sheet says of its size need not be so
    rows = sheet.iter_rows(values_only=True, max_col=width)  # type: ignore[misc]  # the stubs say: of a Worksheet only
    for row in rows:
        yield row or (None,) * width


def _header_of(sheet: "ReadOnlyWorksheet") -> tuple[int, Sequence[object]]:
    """Number and cells of the first row that has content."""
    for number, row in enumerate(islice(_rows_of(sheet, MAX_COLUMNS), _ROWS_ABOVE_HEADER), 1):
        width = max((place for place, cell in enumerate(row, 1) if cell not in (None, "")), default=0)
        if width:
            return number, row[:width]
    return 0, ()


def _said(cell: object) -> object:
    """What a cell says: of a formula that it is one, of a large number what a spreadsheet keeps of it."""
    if type(cell) is int and not -_SAFE_INTEGER < cell < _SAFE_INTEGER:
        return float(cell) if abs(cell) < _LARGE else math.inf
    return "=" if isinstance(cell, ArrayFormula | DataTableFormula) else cell
