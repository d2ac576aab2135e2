"""`luopu account approvals`: what clerks let keys sign here, and whether anybody has altered the list."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.__main__ import main
from app.client.drafting import sign_entry
from app.core.home import Home
from app.core.keys import encode_key_text
from app.wallet.outbox import Outbox
from tests.wallet.conftest import StepClock, build_action, make_key


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home at which something was signed twice, by two keys."""
    home = Home(tmp_path)
    home.wallet.mkdir()
    second = make_key(2)
    with closing(Outbox.open(home.outbox, StepClock())) as outbox:
        entry = outbox.save_draft(build_action(1, second))
        for key in (make_key(1), second):
            sign_entry(outbox, entry.id, key)
    return home


def listed(home: Home, *more: str) -> list[str]:
    return ["account", "approvals", "--home", str(home.root), "--language", "en", *more]


def test_each_is_told_with_what_was_shown_and_the_key(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(listed(home, "--json")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [each["number"] for each in answer["approvals"]] == [2, 1]
    assert [each["key"] for each in answer["approvals"]] == [encode_key_text(make_key(n).public_key) for n in (2, 1)]
    assert answer["whole"] is True
    assert answer["digest"] == answer["approvals"][0]["digest"]
    assert main(listed(home, "--limit", "1")) == 0
    said = capsys.readouterr().out
    assert "2 approvals, each tied to the one before" in said
    assert answer["approvals"][0]["key"] in said
    assert answer["approvals"][1]["key"] not in said


def test_an_altered_log_is_no_log(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(home.outbox)) as database:
        database.execute("UPDATE approvals SET time_ns = 1 WHERE number = 1")
        database.commit()
    assert main(listed(home, "--json")) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["facts"]) == ("approval-log-altered", {"number": "1"})


def test_a_desk_where_nobody_signed_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(listed(Home(tmp_path))) == 0
    assert "nothing was approved at this desk" in capsys.readouterr().out


def test_the_log_is_written_and_checked_by_a_stranger(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "approvals.jsonl"
    assert main(listed(home, "--json")) == 0
    here = json.loads(capsys.readouterr().out)
    assert main(listed(home, "--output", str(file))) == 0
    assert f"written to {file}: 2 approvals" in capsys.readouterr().out
    stranger = Home(tmp_path / "elsewhere")
    assert main(listed(stranger, "--check", str(file), "--json")) == 0
    there = json.loads(capsys.readouterr().out)
    assert there == here
    assert not stranger.wallet.exists()
    assert main(listed(home, "--output", str(file))) == 1  # it is there already
    with pytest.raises(SystemExit):
        main(listed(home, "--output", "a", "--check", "b"))


def test_a_file_that_was_altered_is_found_and_the_others_are_told(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "approvals.jsonl"
    main(listed(home, "--output", str(file)))
    head, first, second = file.read_text(encoding="utf-8").splitlines()
    line = json.loads(first)
    line["time_ns"] = "1"
    file.write_text("\n".join([head, json.dumps(line), second, ""]), encoding="utf-8")
    capsys.readouterr()
    assert main(listed(home, "--check", str(file))) == 1
    said = capsys.readouterr()
    assert "altered, or not tied to the line before" in said.out
    assert "at line 1" in said.err
    assert main(listed(home, "--check", str(file), "--json")) == 1
    assert json.loads(capsys.readouterr().out)["error"]["facts"] == {"number": "1"}


def test_a_damaged_line_keeps_nobody_from_the_others_and_from_the_file(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(home.outbox)) as database:
        database.execute("UPDATE approvals SET body = x'00' WHERE number = 1")
        database.commit()
    assert main(listed(home)) == 1
    said = capsys.readouterr().out
    assert "1  cannot be read" in said
    assert encode_key_text(make_key(2).public_key) in said
    file = tmp_path / "approvals.jsonl"
    assert main(listed(home, "--output", str(file))) == 1
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3
    assert main(listed(home, "--check", str(tmp_path / "missing"))) == 1
