"""The log of approvals with damaged lines in it, and as a file that a stranger can check."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import DecodingError, FileUnreadable, FileUnwritable
from app.core.hashing import APPROVAL_DOMAIN, sha256
from app.core.walleterrors import ApprovalLogAltered
from app.wallet.approval_file import FORMAT, LINES_AT_ONCE, LogStanding, load_log, logged_lines, look_through, save_log
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import build_action

COUNT = 6


@pytest.fixture
def logged(outbox: Outbox, key: UnlockedKey) -> Outbox:
    """Six approvals."""
    approve(outbox, key, COUNT)
    return outbox


def approve(outbox: Outbox, key: UnlockedKey, count: int) -> None:
    for number in range(count):
        outbox.approve(outbox.save_draft(build_action(number)).id, key.public_key)


def altered(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


# ---- at the desk -----------------------------------------------------------------------------------------------------
def test_a_whole_log_stands(logged: Outbox) -> None:
    (newest, *_) = lines = logged_lines(logged)
    assert [each.number for each in lines] == [6, 5, 4, 3, 2, 1]
    assert newest.line is not None
    standing = look_through(logged)
    assert standing == LogStanding(COUNT, newest.line.digest, ())
    standing.check()


def test_an_empty_log_stands(outbox: Outbox) -> None:
    assert look_through(outbox) == LogStanding(0, b"", ())
    assert logged_lines(outbox) == ()


@pytest.mark.parametrize(
    ("statement", "found", "unreadable"),
    [
        ("UPDATE approvals SET time_ns = time_ns + 1 WHERE number = 3", (3,), []),
        ("UPDATE approvals SET time_ns = -1 WHERE number = 3", (3,), [3]),
        ("UPDATE approvals SET body = x'00' WHERE number = 3", (3,), [3]),
        ("UPDATE approvals SET key = x'0801' WHERE number = 1", (1,), [1]),
        ("UPDATE approvals SET digest = zeroblob(32) WHERE number = 3", (3, 4), []),
        ("DELETE FROM approvals WHERE number = 3", (4,), []),
        ("DELETE FROM approvals WHERE number = 1", (2,), []),
        ("UPDATE approvals SET number = 9 WHERE number = 6", (9,), []),
        ("UPDATE approvals SET body = (SELECT body FROM approvals WHERE number = 2) WHERE number = 5", (5,), []),
        ("UPDATE approvals SET time_ns = 7 WHERE number IN (2, 5)", (2, 5), []),
    ],
)
def test_every_altered_line_is_named_and_the_others_are_read(
    logged: Outbox, path: Path, statement: str, found: tuple[int, ...], unreadable: list[int]
) -> None:
    altered(path, statement)
    standing = look_through(logged)
    assert standing.altered == found
    with pytest.raises(ApprovalLogAltered) as caught:
        standing.check()
    assert caught.value.facts == {"number": found[0]}
    lines = logged_lines(logged)
    assert [each.number for each in lines if each.line is None] == unreadable
    assert len(lines) >= COUNT - 1


def test_a_long_log_is_looked_through_in_pieces(outbox: Outbox, key: UnlockedKey) -> None:
    approve(outbox, key, LINES_AT_ONCE + 2)
    standing = look_through(outbox)
    assert (standing.count, standing.altered) == (LINES_AT_ONCE + 2, ())
    assert [each.number for each in logged_lines(outbox, before=4, limit=2)] == [3, 2]


# ---- in a file -------------------------------------------------------------------------------------------------------
@pytest.fixture
def file(logged: Outbox, tmp_path: Path) -> Path:
    target = tmp_path / "approvals.jsonl"
    assert save_log(logged, target) == look_through(logged)
    return target


def test_a_file_stands_as_the_log_does(logged: Outbox, file: Path) -> None:
    standing, lines = load_log(file)
    assert standing == look_through(logged)
    assert lines == logged_lines(logged)
    assert [each.number for each in load_log(file, limit=2)[1]] == [6, 5]


def test_a_stranger_can_follow_the_digests_with_what_the_format_says(file: Path) -> None:
    head, *lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert head == {"format": FORMAT}
    before = sha256(b"")
    for place, line in enumerate(lines, 1):
        number, time_ns = int(line["number"]), int(line["time_ns"])
        key, body = bytes.fromhex(line["key"]), bytes.fromhex(line["body"])
        assert number == place
        head_bytes = before + number.to_bytes(8, "big") + time_ns.to_bytes(8, "big") + len(key).to_bytes(2, "big")
        assert sha256(APPROVAL_DOMAIN + head_bytes + key + body).hex() == line["digest"]
        before = bytes.fromhex(line["digest"])


Change = Callable[[list[str]], None]


def swap(lines: list[str]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda lines: lines.pop(3), (4,)),
        (swap, (3, 2, 4)),
        (lambda lines: lines.__setitem__(4, lines[4].replace('"time_ns": "17', '"time_ns": "18')), (4,)),
        (lambda lines: lines.insert(3, lines[3]), (3,)),
    ],
    ids=["left out", "swapped", "another moment", "twice"],
)
def test_what_was_altered_in_the_file_is_named(file: Path, change: Change, found: tuple[int, ...]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    change(lines)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert load_log(file)[0].altered == found


def test_a_damaged_log_is_written_as_it_is_and_found_damaged_by_the_stranger(
    logged: Outbox, path: Path, tmp_path: Path
) -> None:
    altered(path, "UPDATE approvals SET body = x'00' WHERE number = 3")
    target = tmp_path / "approvals.jsonl"
    assert save_log(logged, target).altered == (3,)
    standing, lines = load_log(target)
    assert standing.altered == (3,)
    assert [each.number for each in lines if each.line is None] == [3]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("", 2),
        ("[]", 2),
        ("{}", 2),
        ('{"number": 1}', 2),
        ('{"number": "1", "time_ns": "2", "key": "0", "body": "", "digest": ""}', 2),
        ('{"number": "1", "time_ns": "2", "key": "", "body": "", "digest": "", "more": "1"}', 2),
        ('{"number": 1, "time_ns": "2", "key": "", "body": "", "digest": ""}', 2),
        ('{"number": "-1", "time_ns": "2", "key": "", "body": "", "digest": ""}', 2),
        ('{"number": "1", "time_ns": "99999999999999999999", "key": "", "body": "", "digest": ""}', 2),
    ],
)
def test_what_is_no_line_is_refused_and_its_place_said(tmp_path: Path, line: str, place: int) -> None:
    file = tmp_path / "approvals.jsonl"
    file.write_text(f'{{"format": "{FORMAT}"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(DecodingError) as caught:
        load_log(file)
    assert caught.value.facts["line"] == place


@pytest.mark.parametrize("content", [b"", b"\xff", b"{}\n", b'{"format": "luopu.other.v1"}\n', b"[" * 100_000])
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "approvals.jsonl"
    file.write_bytes(content)
    with pytest.raises(DecodingError):
        load_log(file)


def test_nothing_that_is_there_is_written_over(logged: Outbox, tmp_path: Path) -> None:
    target = tmp_path / "approvals.jsonl"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(FileUnwritable):
        save_log(logged, target)
    assert target.read_text(encoding="utf-8") == "mine"
    with pytest.raises(FileUnreadable):
        load_log(tmp_path / "missing")
