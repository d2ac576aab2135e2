"""Problems of a list, saved for whoever puts it right."""

import csv
from pathlib import Path

import pytest

from app.core.errors import FileUnwritable
from app.reserve.liabilities.model import ColumnNames, ListFile
from app.reserve.liabilities.problems import save_problems
from tests.reserve.liabilities.reading_room import refused


def test_problems_are_saved_without_formulas(tmp_path: Path) -> None:
    path = _write(tmp_path, "account,=amount\n10001,=cmd|' /C calc'!A0\n@x,5\n")
    found = refused(ListFile(path, ColumnNames(value="=amount")))
    target = tmp_path / "problems.csv"
    save_problems(target, found)
    raw = target.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    saved = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert [row[:5] for row in saved] == [
        ["line", "row", "column", "cell", "problem"],
        ["2", "", "'=amount", "'=cmd|' /C calc'!A0", "row-formula"],
        ["3", "", "account", "'@x", "row-user-unknown"],
    ]
    assert "公式" in saved[1][5]
    assert "formula" in saved[1][6]
    assert not [cell for row in saved for cell in row if cell.startswith(("=", "@", "+", "-"))]


def test_a_saved_list_of_problems_says_how_many_there_are_in_all(tmp_path: Path) -> None:
    path = _write(tmp_path, "account,amount\n" + "".join(f"{number},x\n" for number in range(10_000, 11_001)))
    save_problems(tmp_path / "problems.csv", refused(path))
    lines = (tmp_path / "problems.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 1_002
    assert "1001" in lines[-1]


def test_a_folder_that_is_not_there_keeps_nothing(tmp_path: Path) -> None:
    found = refused(_write(tmp_path, "account,amount\n10001,x\n"))
    with pytest.raises(FileUnwritable):
        save_problems(tmp_path / "nowhere" / "problems.csv", found)
    assert [each.name for each in tmp_path.iterdir()] == ["list.csv"]


def _write(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path
