"""Lists as Parquet files."""

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.core.reserveerrors import (
    ColumnAmbiguous,
    ColumnUnusable,
    HeaderMissing,
    ListEmpty,
    ListProtected,
    ListTooLarge,
    ListUnreadable,
)
from app.reserve.liabilities import parquetlist
from app.reserve.liabilities.model import ListFile, ReadingStep
from tests.reserve.liabilities.reading_room import GOLD, TICKETS, address_of, failing, places, read, refused, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.xlsx"  # the name says nothing


def _save(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    ("amounts", "units"),
    [
        (pa.array([Decimal("1.50"), Decimal("2.00")], pa.decimal128(20, 2)), [150, 200]),
        (pa.array([Decimal("1.500000"), Decimal(2)], pa.decimal256(50, 6)), [150, 200]),
        (pa.array([1, 2], pa.uint64()), [100, 200]),
        (pa.array([1, 2], pa.int8()), [100, 200]),
        (pa.array([1.5, 0.1], pa.float64()), [150, 10]),
        (pa.array(["1.50", "1,234"]), [150, 123_400]),
        (pa.array(["1.50", "2"], pa.large_string()), [150, 200]),
        (pa.array(["1.50", "1.50"]).dictionary_encode(), [150, 150]),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
@pytest.mark.parametrize(
    "users",
    [
        pa.array([10_001, 10_002], pa.uint64()),
        pa.array(["10001", address_of(10_002).hex()]),
        pa.array([address_of(10_001), address_of(10_002)], pa.binary(20)),
    ],
    ids=lambda value: str(value.type),
)
def test_columns_of_text_and_numbers_are_read(path: Path, users: object, amounts: object, units: list[int]) -> None:
    owed = read(_save(path, account=users, amount=amounts, note=[[1], [2]]))
    assert rows(owed) == list(zip([10_001, 10_002], units, strict=True))
    assert owed.origin.kind == "parquet"


def test_problems_name_the_row(path: Path) -> None:
    amounts = [1.0, None, 0.1 + 0.2, float("nan"), -1.0, 1.0, 1.001, 1.0]
    users = [10_001, 10_002, 10_003, 10_004, 10_005, None, 10_006, 10_001]
    vouchers = [GOLD.id] * 7 + [b"x"]
    found = refused(_save(path, Account=users, Amount=amounts, voucher=vouchers))
    assert places(found.problems, "row") == [
        ("row-amount-missing", 2, "Amount"),
        ("row-amount-inexact", 3, "Amount"),
        ("row-amount-unreadable", 4, "Amount"),
        ("row-amount-negative", 5, "Amount"),
        ("row-user-missing", 6, "Account"),
        ("row-amount-too-fine", 7, "Amount"),
        ("row-voucher", 8, "voucher"),
        ("row-user-twice", 8, "Account"),
    ]


@pytest.mark.parametrize(
    "amounts",
    [
        [[1], [2]],
        [{"a": 1}, {"a": 2}],
        [True, False],
        [datetime.date(2026, 1, 1), None],
        pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
    ],
    ids=["list", "struct", "boolean", "date", "map"],
)
def test_a_column_that_is_neither_text_nor_number_is_refused(path: Path, amounts: object) -> None:
    error = failing(_save(path, account=[10_001, 10_002], amount=amounts))
    assert isinstance(error, ColumnUnusable)
    assert error.facts["column"] == "amount"


def test_columns_are_told_apart(path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([10_001]), pa.array([1]), pa.array([2])], ["account", "amount", "amount"])
    pq.write_table(table, path)
    assert isinstance(failing(path), ColumnAmbiguous)
    assert isinstance(failing(_save(path, a=[1], b=[2])), HeaderMissing)
    assert isinstance(
        failing(_save(path, account=pa.array([], pa.int64()), amount=pa.array([], pa.int64()))), ListEmpty
    )


def test_unique_pieces_are_read(path: Path) -> None:
    owed = read(_save(path, user=[10_001, 10_001], serial=[5, 6]), TICKETS)
    assert owed.serials is not None
    assert owed.serials.tolist() == [5, 6]


def test_rows_come_in_batches_across_row_groups(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquetlist, "BATCH_ROWS", 100)
    pq.write_table(pa.table({"account": range(10_000, 10_250), "amount": [1] * 249 + [-1]}), path, row_group_size=70)
    steps: list[ReadingStep] = []
    found = refused(ListFile(path), progress=steps.append)
    assert places(found.problems, "row") == [("row-amount-negative", 250, "amount")]
    assert (steps[-1].done, steps[-1].total) == (250, 250)


def test_a_damaged_file_is_refused(path: Path) -> None:
    whole = _save(path, account=list(range(10_000, 12_000)), amount=[1] * 2_000).read_bytes()
    middle = bytearray(whole)
    middle[200:800] = bytes(600)
    for damaged in (whole[: len(whole) // 2], b"PAR1", b"PAR1" + bytes(50) + b"PAR1", bytes(middle)):
        path.write_bytes(damaged)
        assert isinstance(failing(path), ListUnreadable)


def test_an_encrypted_end_is_said_to_be_protected(path: Path) -> None:
    path.write_bytes(b"PARE" + bytes(100) + b"PARE")
    assert isinstance(failing(path), ListProtected)


def test_a_column_of_very_long_cells_is_refused(path: Path) -> None:
    texts = ["x" * 3_000_000 + str(row) for row in range(3)]
    assert isinstance(failing(_save(path, account=texts, amount=[1, 2, 3])), ListTooLarge)


def test_one_column_can_say_who_and_what(path: Path) -> None:
    owed = read(_save(path, user=[10_001], serial=[5], amount=[9]), TICKETS)
    assert owed.total == 1
