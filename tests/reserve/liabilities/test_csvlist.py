"""Lists as CSV: how they are written, and every problem with its line."""

import asyncio
import hashlib
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import FileChanged, FileUnreadable, PeerMisbehaved
from app.core.messages import LANGUAGES, explain
from app.core.reserveerrors import (
    ColumnAmbiguous,
    ColumnMissing,
    HeaderMissing,
    ListEmpty,
    ListProtected,
    ListUnreadable,
)
from app.reserve.liabilities import csvlist, gathered
from app.reserve.liabilities.model import Account, ColumnNames, ListFile, ReadingStep
from app.reserve.liabilities.reading import read_liabilities
from tests.reserve.liabilities.reading_room import GOLD, TICKETS, Town, address_of, failing, places, read, refused, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def _write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


# ---- how it may be written -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_recognised(path: Path, encoding: str, delimiter: str, end: str) -> None:
    lines = [["备注", "账户", "数量"], ["甲乙丙，丁", "10002", "1.50"], ["㐀𠀀", "10001", "2"]]
    _write(path, "".join(delimiter.join(line) + end for line in lines), encoding)
    owed = read(path)
    assert rows(owed) == [(10_002, 150), (10_001, 200)]
    assert owed.total == 350
    assert owed.origin.kind == "csv"


@pytest.mark.parametrize(
    ("user", "amount"),
    [("account", "amount"), (" USER ", "Balance"), ("账户", "余额"), ("用户", "数量"), ("Ａccount", "AMOUNT")],
)
def test_columns_have_english_or_chinese_names(path: Path, user: str, amount: str) -> None:
    assert rows(read(_write(path, f"x,{amount},{user}\na,5,10001\n"))) == [(10_001, 500)]


def test_the_columns_can_be_named(path: Path) -> None:
    _write(path, "客户号,account,应付,amount\n10001,7,5,x\n")
    named = ColumnNames(user="客户号", value="应付")
    assert rows(read(ListFile(path, named))) == [(10_001, 500)]


def test_what_stands_in_quotes_may_hold_delimiters_quotes_and_lines(path: Path) -> None:
    _write(
        path, 'account,note,amount\r\n10001,"a ""b"",\nc\r\nd",-1\r\n10002,,-1\r\n"1\n","\n",5,6\r\n10003,"x"y,1\r\n'
    )
    found = refused(path).problems
    assert [problem.facts["line"] for problem in found] == [2, 5, 6, 9]  # where each begins
    _write(path, 'account,note,amount\r\n10001,"a ""b"",\nc\r\nd","1,234.50"\r\n')
    assert rows(read(path)) == [(10_001, 123_450)]


def test_lines_without_content_are_no_rows(path: Path) -> None:
    _write(path, "\n\naccount,amount\n\n10001,1\n,\n\n10002,-1")
    assert places(refused(path).problems) == [("row-amount-negative", 8, "amount")]


def test_users_are_named_by_number_address_or_name(path: Path) -> None:
    address = address_of(10_003).hex()
    _write(
        path, f"account,amount\n010001,1\nu10002,2\n{address.upper()},3\n0x{address_of(10_004).hex()},4\n１０００５,5\n"
    )
    owed = read(path)
    assert owed.numbers.tolist() == [10_001, 10_002, 10_003, 10_004, 10_005]
    assert [bytes(each) for each in owed.addresses] == [address_of(number) for number in owed.numbers.tolist()]


def test_the_list_comes_out_as_arrays_in_its_own_order_that_nobody_can_write_to(path: Path) -> None:
    owed = read(_write(path, "account,amount\n10009,0\n10001,3\n10005,18446744073709551.00\n"))
    assert (owed.numbers.dtype, owed.amounts.dtype, owed.addresses.dtype) == (np.uint64, np.uint64, np.uint8)
    assert owed.addresses.shape == (3, 20)
    assert owed.serials is None
    assert len(owed) == 3
    for array in (owed.numbers, owed.amounts, owed.addresses):
        assert not array.flags.writeable


def test_the_origin_names_the_file_and_its_digest(path: Path) -> None:
    owed = read(_write(path, "account,amount\n10001,1\n"))
    assert owed.origin.name == "list.csv"
    assert owed.origin.sha256 == hashlib.sha256(path.read_bytes()).digest()


def test_progress_says_rows_and_bytes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvlist, "BATCH_ROWS", 100)
    _write(path, "account,amount\n" + "".join(f"{number},1\n" for number in range(10_000, 10_250)))
    steps: list[ReadingStep] = []
    read(path, progress=steps.append)
    assert [step.rows for step in steps] == [100, 200, 250]
    assert steps[-1].done == steps[-1].total == path.stat().st_size


# ---- what is wrong with the list -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10001,5\n10002,6\n", HeaderMissing),
        ("\n", HeaderMissing),
        ("account,sum\n10001,5\n", ColumnMissing),
        ("name,amount\nu10001,5\n", ColumnMissing),
        ("account,user,amount\n10001,1,5\n", ColumnAmbiguous),
        ("account,amount,AMOUNT\n10001,1,5\n", ColumnAmbiguous),
        ("account,amount\n", ListEmpty),
        ("account,amount\n,\n", ListEmpty),
        ('"account,amount\n10001,5\n', HeaderMissing),
        ("", HeaderMissing),
    ],
)
def test_a_list_without_its_columns_or_rows_is_refused(path: Path, text: str, kind: type[Exception]) -> None:
    assert type(failing(_write(path, text))) is kind


def test_a_list_without_header_is_told_what_header_it_needs(path: Path) -> None:
    error = failing(_write(path, "10001,5\n"))
    assert "account (账户), amount (数量)" in explain(error, "en").sentence
    assert "账户" in explain(error, "zh").hint


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("account,amount\n10001,5\n".encode("utf-16"), ListUnreadable),
        (b"account,amount\n10001,5\n\x00", ListUnreadable),
        (b"account,amount\n10001,5,\xff\xff\n", ListUnreadable),
        (b"SQLite format 3\x00" + bytes(100), ListUnreadable),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ListUnreadable),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), ListUnreadable),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"), ListProtected),
        (b"PARE" + bytes(100) + b"PARE", ListProtected),
    ],
)
def test_what_is_no_text_is_not_taken_for_a_list_whatever_it_is_called(path: Path, content: bytes, kind: type) -> None:
    path.write_bytes(content)
    assert type(failing(path)) is kind


def test_a_wrong_byte_is_said_with_its_line(path: Path) -> None:
    path.write_bytes("account,amount\n10001,5\n账户".encode() + b"\xff\n")
    assert failing(path).facts["line"] == 3
    assert failing(ListFile(path, encoding="utf-8")).facts == {"name": "list.csv", "reason": "not UTF-8", "line": 3}
    path.write_bytes(b"account,amount\n10001,5\n" + "账".encode()[:2])
    assert failing(ListFile(path, encoding="utf-8")).facts["line"] == 3


def test_a_chosen_encoding_or_delimiter_is_kept_to(path: Path) -> None:
    _write(path, "账户,数量\n10001,5\n", "gb18030")
    assert rows(read(ListFile(path, encoding="gb18030"))) == [(10_001, 500)]
    assert isinstance(failing(ListFile(path, encoding="utf-8")), ListUnreadable)
    assert isinstance(failing(ListFile(path, delimiter=";")), HeaderMissing)


def test_a_missing_file_or_a_folder_is_no_list(tmp_path: Path) -> None:
    assert isinstance(failing(tmp_path / "nowhere.csv"), FileUnreadable)
    assert isinstance(failing(tmp_path), FileUnreadable)


def test_a_file_that_is_written_to_meanwhile_is_refused(path: Path) -> None:
    _write(path, "account,amount\n10001,5\n")

    def change() -> None:
        with path.open("a") as file:
            file.write("10002,5\n")

    with pytest.raises(FileChanged):
        read(path, town=Town(gate=change))


# ---- what is wrong with rows -----------------------------------------------------------------------------------------
def test_every_problem_is_found_with_its_line_and_column(path: Path) -> None:
    town = Town(others={"9": Account(9, address_of(9), "partner", "Custodian")})
    lines = [
        "account,amount,voucher",
        "10001,1.00,Gold 金券",
        "10002,1.00,gold 金券",
        f"10003,1.00,{GOLD.id.hex().upper()}",
        "10004,1.00,Silver",
        "10005,1.00,",
        "10006,1.00",
        "10007,1.00,Gold 金券,x",
        ",1.00,Gold 金券",
        "10008,,Gold 金券",
        "10009,1.001,Gold 金券",
        "10010,abc,Gold 金券",
        "10011,-1,Gold 金券",
        "10012,99999999999999999999,Gold 金券",
        "10013,=1+1,Gold 金券",
        "=A1,5,Gold 金券",
        "77,5,Gold 金券",
        "no/body,5,Gold 金券",
        "9,5,Gold 金券",
        "u10002,5,Gold 金券",
        f"{address_of(10_011).hex()},5,Gold 金券",
        '10020,"5"x,Gold 金券',
        "10021,5,Gold 金券",
    ]
    found = refused(_write(path, "\n".join(lines)), town=town)
    assert places(found.problems) == [
        ("row-voucher", 5, "voucher"),
        ("row-voucher", 6, "voucher"),
        ("row-cells", 7, None),
        ("row-cells", 8, None),
        ("row-user-missing", 9, "account"),
        ("row-amount-missing", 10, "amount"),
        ("row-amount-too-fine", 11, "amount"),
        ("row-amount-unreadable", 12, "amount"),
        ("row-amount-negative", 13, "amount"),
        ("row-amount-too-large", 14, "amount"),
        ("row-formula", 15, "amount"),
        ("row-formula", 16, "account"),
        ("row-user-unknown", 17, "account"),
        ("row-user-unknown", 18, "account"),
        ("row-not-a-user", 19, "account"),
        ("row-user-twice", 20, "account"),
        ("row-user-twice", 21, "account"),
        ("row-unreadable", 22, None),
    ]
    assert found.facts == {"count": 18, "line": 5}
    assert [problem.facts["first"] for problem in found.problems[15:17]] == [3, 13]
    for language in LANGUAGES:
        assert all("?" not in explain(each, language).sentence for each in found.problems)
    assert "托管方" not in explain(found.problems[14], "zh").sentence
    assert "合作方" in explain(found.problems[14], "zh").sentence


def test_a_user_three_times_is_two_problems_about_the_first_row(path: Path) -> None:
    found = refused(_write(path, "account,amount\n10002,1\n10001,1\n10003,1\n10001,1\nu10001,1\n"))
    assert [(each.facts["line"], each.facts["first"]) for each in found.problems] == [(5, 3), (6, 3)]


def test_a_suspended_user_is_a_warning(path: Path) -> None:
    town = Town(others={"10002": Account(10_002, address_of(10_002), "user", "", is_in_force=False)})
    owed = read(_write(path, "account,amount\n10001,1\n10002,1\n"), town=town)
    assert rows(owed) == [(10_001, 100), (10_002, 100)]
    assert places(owed.warnings) == [("row-user-not-in-force", 3, "account")]
    assert owed.warning_count == 1


def test_the_line_at_which_the_sum_overflows_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvlist, "BATCH_ROWS", 1)
    most = "184467440737095516.15"
    assert read(_write(path, f"account,amount\n10001,{most}\n10002,0\n")).total == 2**64 - 1
    found = refused(_write(path, f"account,amount\n10001,{most}\n10002,0\n10003,0.01\n10004,1\n"))
    assert places(found.problems) == [("row-total-too-large", 4, "amount")]


def test_a_thousand_problems_are_kept_and_all_are_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvlist, "BATCH_ROWS", 700)
    _write(path, "account,amount\n" + "".join(f"{number},x\n" for number in range(10_000, 11_500)) + "10000,x\n")
    found = refused(path)
    assert found.facts["count"] == 1_502  # the last row is a duplicate, too
    assert [each.facts["line"] for each in found.problems] == list(range(2, 1_002))


def test_many_duplicates_are_all_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "MAX_PROBLEMS", 5)
    numbers = [*range(10_000, 10_020), *reversed(range(10_000, 10_020))]
    found = refused(_write(path, "account,amount\n" + "".join(f"{number},1\n" for number in numbers)))
    assert found.facts["count"] == 20
    assert [(each.facts["line"], each.facts["first"]) for each in found.problems] == [
        (22 + n, 21 - n) for n in range(5)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10001," + "9" * 1_000_000 + ",x\n10002,-1,x\n", [("row-unreadable", 2), ("row-amount-negative", 3)]),
        ("10001,1," + "n" * 100_000 + "\n10002,-1,x\n", [("row-amount-negative", 3)]),
        ("10001,1," + "n" * 3_000_000 + "\n10002,-1,x\n", [("row-unreadable", 2)]),
        ('10001,1,"never closed\n10002,1,x\n10003,1,x\n', [("row-unreadable", 2)]),
        ('10001,1,x\n"10002,1,x\n', [("row-unreadable", 3)]),
        ('10001,1,"' + "y" * 70 + "\n" + "10002,1,x\n" * 20_000, [("row-unreadable", 2)]),
    ],
    ids=["cell", "ignored cell", "line", "quote", "quote at the end", "quote over many lines"],
)
def test_odd_cells_are_problems_with_a_line(path: Path, text: str, expected: list[tuple[str, int]]) -> None:
    found = refused(_write(path, f"account,amount,note\n{text}"))
    assert [(each.code, each.facts["line"]) for each in found.problems][: len(expected)] == expected


# ---- pieces that are unique ------------------------------------------------------------------------------------------
def test_unique_pieces_are_listed_by_serial(path: Path) -> None:
    owed = read(_write(path, "用户,序号\n10001,7\n10002,3\n10001,１２\n"), TICKETS, custody={3, 7, 12, 13})
    assert owed.serials is not None
    assert owed.serials.tolist() == [7, 3, 12]
    assert owed.numbers.tolist() == [10_001, 10_002, 10_001]
    assert owed.amounts.tolist() == [1, 1, 1]
    assert owed.total == 3
    assert not owed.serials.flags.writeable


def test_a_piece_twice_or_not_in_custody_is_a_problem(path: Path) -> None:
    _write(path, "user,serial\n10001,7\n10002,7\n10001,8\n10001,x\n10003,18446744073709551616\n")
    found = refused(path, TICKETS, custody=frozenset({7}))
    assert places(found.problems) == [
        ("row-serial-twice", 3, "serial"),
        ("row-serial-not-held", 4, "serial"),
        ("row-serial-unreadable", 5, "serial"),
        ("row-serial-unreadable", 6, "serial"),
    ]
    assert found.problems[0].facts["first"] == 2


# ---- who resolves ----------------------------------------------------------------------------------------------------
def test_users_are_resolved_a_thousand_at_a_time_and_each_once(path: Path) -> None:
    town = Town()
    _write(path, "user,serial\n" + "".join(f"{10_000 + row % 2_500},{row}\n" for row in range(5_000)))
    read(path, TICKETS, town)
    assert town.asked == [1_000, 1_000, 500]


@pytest.mark.parametrize(
    "answer",
    [
        Account(10_002, address_of(10_002), "user", ""),
        Account(10_001, address_of(1)[:19], "user", ""),  # type: ignore[arg-type]
        Account(2**64, address_of(10_001), "user", ""),
    ],
)
def test_an_answer_about_another_account_is_not_used(path: Path, answer: Account) -> None:
    with pytest.raises(PeerMisbehaved):
        read(_write(path, "account,amount\n10001,1\n"), town=Town(others={"10001": answer}))


def test_an_answer_with_too_few_accounts_is_not_used(path: Path) -> None:
    class Short:
        async def resolve(self, references: object) -> list[Account | None]:
            return []

    _write(path, "account,amount\n10001,1\n")
    with pytest.raises(PeerMisbehaved):
        asyncio.run(read_liabilities(ListFile(path), GOLD, Short()))


async def test_a_reading_can_be_cancelled_between_batches(path: Path) -> None:
    _write(path, "account,amount\n" + "".join(f"{number},1\n" for number in range(10_000, 13_500)))
    town = Town()

    def cancel_second() -> None:
        if len(town.asked) == 2:
            task.cancel()

    town.gate = cancel_second
    task = asyncio.create_task(read_liabilities(ListFile(path), GOLD, town))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert town.asked == [1_000, 1_000]


async def test_what_the_resolver_cannot_do_comes_out_of_the_reading(path: Path) -> None:
    class Gone:
        async def resolve(self, references: object) -> list[Account | None]:
            raise ConnectionError

    _write(path, "account,amount\n10001,1\n")
    with pytest.raises(ConnectionError):
        await read_liabilities(ListFile(path), GOLD, Gone())
