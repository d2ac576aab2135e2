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
