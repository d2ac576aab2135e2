"""Lists as workbooks: real ones, and such as are built to mislead."""

import datetime
import io
import re
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from app.core.reserveerrors import (
    ColumnAmbiguous,
    HeaderMissing,
    ListEmpty,
    ListProtected,
    ListTooLarge,
    ListUnreadable,
    SheetUnclear,
)
from app.reserve.liabilities import xlsxguard, xlsxlist
from app.reserve.liabilities.listfile import OpenFile
from app.reserve.liabilities.model import ListFile, ReadingStep
from app.reserve.liabilities.xlsxguard import check_workbook
from tests.reserve.liabilities.reading_room import TICKETS, address_of, failing, places, read, refused, rows

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"  # the name says nothing


def _save(path: Path, *lines: tuple[object, ...], title: str = "清单") -> Path:
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def _replace(path: Path, change: dict[str, bytes], *, drop: str = "") -> Path:
    """The same workbook with other parts."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist() if name != drop}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in (parts | change).items():
            after.writestr(name, content)
    return path


def _with_sheet(path: Path, rows_xml: str, head: str = "") -> Path:
    _save(path, ("account", "amount"), ("10001", 1))
    return _replace(path, {"xl/worksheets/sheet1.xml": f"{head}<worksheet {MAIN}>{rows_xml}</worksheet>".encode()})


def _text(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{_text("A1", "account")}{_text("B1", "amount")}</row>'


# ---- what is read ----------------------------------------------------------------------------------------------------
def test_text_and_numbers_are_read_with_their_rows(path: Path) -> None:
    owed = read(
        _save(
            path,
            (),
            ("备注", "账户", "数量"),
            ("x", 10_001, 1234.5),
            (None, "u10002", "1,234.50"),
            (),
            (None, address_of(10_003).hex(), 7),
            (None, 10_004.0, 0.1),
            (None, "10005", "１２"),
        )
    )
    assert rows(owed) == [(10_001, 123_450), (10_002, 123_450), (10_003, 700), (10_004, 10), (10_005, 1_200)]
    assert owed.origin.kind == "xlsx"


def test_every_odd_cell_is_a_problem_with_its_row(path: Path) -> None:
    book = openpyxl.Workbook()
    lines: list[tuple[object, ...]] = [
        ("account", "amount"),
        (10_001, "=1+1"),
        (10_002, True),
        (10_003, datetime.date(2026, 1, 2)),
        (10_004, 1 / 3),
        (10_005, 12_345_678_901_234_567),
        (10_006, 10**15),
        (10_007, "#N/A"),
        (),
        (10_008, -1),
        (10_008.5, 1),
        (None, 1),
        (10_009, None),
        ("=A1", 5),
        (10_001, 5),
    ]
    for line in lines:
        book.active.append(line)
    book.active["B16"] = ArrayFormula("B16:B17", "=A1:A2")
    book.active["A16"] = 10_010
    book.save(path)
    found = refused(path)
    assert places(found.problems, "row") == [
        ("row-formula", 2, "amount"),
        ("row-amount-unreadable", 3, "amount"),
        ("row-amount-unreadable", 4, "amount"),
        ("row-amount-inexact", 5, "amount"),
        ("row-amount-inexact", 6, "amount"),
        ("row-amount-unreadable", 8, "amount"),
        ("row-amount-negative", 10, "amount"),
        ("row-user-unknown", 11, "account"),
        ("row-user-missing", 12, "account"),
        ("row-amount-missing", 13, "amount"),
        ("row-formula", 14, "account"),
        ("row-user-twice", 15, "account"),
        ("row-formula", 16, "amount"),
    ]
    assert found.facts == {"count": 13, "row": 2}


def test_a_whole_number_of_which_a_spreadsheet_keeps_15_digits_is_refused(path: Path) -> None:
    for number, code in ((12_345_678_901_234_567, "row-amount-inexact"), ("9" * 50, "row-amount-unreadable")):
        cells = f'<row r="2"><c r="A2"><v>10001</v></c><c r="B2"><v>{number}</v></c></row>'
        found = refused(_with_sheet(path, f"<sheetData>{HEADER}{cells}</sheetData>"))
        assert places(found.problems, "row") == [(code, 2, "amount")]


def test_unique_pieces_are_read(path: Path) -> None:
    owed = read(_save(path, ("用户", "序号"), (10_001, 5), (10_001, "6")), TICKETS)
    assert owed.serials is not None
    assert owed.serials.tolist() == [5, 6]


def test_many_rows_come_in_batches(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxlist, "BATCH_ROWS", 100)
    _save(path, ("account", "amount"), *[(number, 1) for number in range(10_000, 10_250)], (), ())
    steps: list[ReadingStep] = []
    assert len(read(path, progress=steps.append)) == 250
    assert [step.done for step in steps] == [101, 201, 251]
    assert steps[-1].total == 251


# ---- which sheet -----------------------------------------------------------------------------------------------------
def _two_sheets(path: Path, second: tuple[object, ...], state: str = "visible") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "one"
    other = book.create_sheet("two")
    other.sheet_state = state
    for sheet, header, number in ((book.active, ("account", "amount"), 10_001), (other, second, 10_002)):
        sheet.append(header)
        sheet.append((number, 1))
    book.save(path)
    return path


def test_the_sheet_with_the_columns_is_the_list(path: Path) -> None:
    assert rows(read(_two_sheets(path, ("something", "else")))) == [(10_001, 100)]


def test_a_hidden_sheet_is_not_looked_at_unless_it_is_named(path: Path) -> None:
    _two_sheets(path, ("account", "amount"), "hidden")
    assert rows(read(path)) == [(10_001, 100)]
    assert rows(read(ListFile(path, sheet="two"))) == [(10_002, 100)]


def test_of_two_sheets_one_must_be_named(path: Path) -> None:
    _two_sheets(path, ("account", "amount"))
    assert isinstance(failing(path), SheetUnclear)
    assert rows(read(ListFile(path, sheet="two"))) == [(10_002, 100)]
    assert failing(ListFile(path, sheet="three")).facts == {"name": "three", "sheets": "one, two"}


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([(10_001, 5)], HeaderMissing),
        ([], HeaderMissing),
        ([("account", "amount")], ListEmpty),
        ([("account", "user", "amount"), (1, 2, 3)], ColumnAmbiguous),
    ],
)
def test_a_sheet_without_columns_or_rows_is_refused(
    path: Path, lines: list[tuple[object, ...]], kind: type[Exception]
) -> None:
    assert type(failing(_save(path, *lines))) is kind


# ---- built to mislead ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "rows_xml",
    [
        f'<sheetData>{HEADER}<row r="3"><c r="A3"><v>10001</v></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="2"><c r="A2"><v>10001</v></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>10001</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>10001</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="2"><c r="A9"><v>1</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="1048577"><c r="A1048577"><v>1</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="2"><c r="AAAA2"><v>1</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="x"/></sheetData>',
        f'<sheetData>{HEADER}<row r="2"><c r="A2" t="s"><v>99</v></c></row></sheetData>',
        f'<sheetData>{HEADER}<row r="2"><c r="A2"><v>{"9" * 5000}</v></c></row></sheetData>',
        f"<sheetData>{HEADER}",
    ],
    ids=["order", "row twice", "cell twice", "cells", "place", "last row", "column", "number", "text", "digits", "cut"],
)
def test_a_sheet_of_which_rows_would_be_lost_is_refused(path: Path, rows_xml: str) -> None:
    assert isinstance(failing(_with_sheet(path, rows_xml)), ListUnreadable)


def test_what_a_sheet_says_of_its_size_is_not_believed(path: Path) -> None:
    body = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{10_000 + n}</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(2, 6)
    )
    _with_sheet(path, f'<dimension ref="A1:B2"/><sheetData>{HEADER}{body}</sheetData>')
    assert len(read(path)) == 4


def test_entities_are_not_expanded(path: Path) -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE x [<!ENTITY a0 "ha">{bomb}]>'
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>&a8;</t></is></c></row>'
    assert isinstance(failing(_with_sheet(path, f"<sheetData>{HEADER}{cell}</sheetData>", head)), ListUnreadable)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "docProps/core.xml", "xl/_rels/workbook.xml.rels"])
def test_no_part_has_a_document_type(path: Path, part: str) -> None:
    _replace(_save(path, ("account", "amount"), (10_001, 1)), {part: b"<!DOCTYPE x><x/>"})
    file = OpenFile(path, lambda: False)
    with closing(file.stream), pytest.raises(ListUnreadable):
        check_workbook(file)


def test_a_workbook_that_would_fill_the_memory_is_refused_before_it_is_unpacked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save(path, ("account", "amount"), (10_001, 1))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, zipfile.ZipFile(path) as before:
        for name in before.namelist():
            archive.writestr(name, before.read(name))
        with archive.open("xl/media/image1.png", "w", force_zip64=True) as part:
            for _ in range(257):
                part.write(bytes(1024**2))
    path.write_bytes(bomb.getvalue())
    assert path.stat().st_size < 2 * 1024**2
    error = failing(path)
    assert isinstance(error, ListTooLarge)
    assert error.facts["what"] == "other parts"
    monkeypatch.setattr(xlsxguard, "MAX_SHEET_BYTES", 100)
    assert failing(_save(path, ("account", "amount"), (10_001, 1))).facts["what"] == "sheets"


def test_a_part_that_is_longer_than_it_says_is_damaged(path: Path) -> None:
    _save(path, ("account", "amount"), *[(number, 1) for number in range(10_000, 10_100)])
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (size - 500).to_bytes(4, "little")))
    assert isinstance(failing(path), ListUnreadable)


def test_a_damaged_or_foreign_archive_is_refused(path: Path) -> None:
    whole = _save(path, ("account", "amount"), (10_001, 1)).read_bytes()
    for damaged in (
        whole[: len(whole) // 2],
        whole[:100],
        b"PK\x03\x04",
        whole.replace(b"xl/worksheets", b"xl/somewhere!"),
    ):
        path.write_bytes(damaged)
        assert isinstance(failing(path), ListUnreadable)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert isinstance(failing(path), ListUnreadable)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"])
def test_a_workbook_without_one_of_its_parts_is_refused(path: Path, part: str) -> None:
    _replace(_save(path, ("account", "amount"), (10_001, 1)), {}, drop=part)
    assert isinstance(failing(path), ListUnreadable | SheetUnclear)


def test_an_archive_with_a_password_is_said_to_be_protected(path: Path) -> None:
    raw = bytearray(_save(path, ("account", "amount"), (10_001, 1)).read_bytes())
    for match in re.finditer(b"PK\x01\x02", bytes(raw)):
        raw[match.start() + 8] |= 1
    path.write_bytes(raw)
    assert isinstance(failing(path), ListProtected)
