"""What can be typed behind `luopu reserve`, what the page on the commands says, and what is done: the same things."""

import argparse
import importlib
import io
import re
import shlex
import sys

import pytest

from app.cli.output import Speaker
from app.cli.parser import make_parser
from app.cli.reserve.figures import much, ratio, table
from app.cli.reserve.parser import FAMILIES, snapshot_id
from app.cli.reserve.progress import Progress
from app.client.reserve.work import Stage
from tests.project.tree import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\$ luopu (reserve .*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.module)
def test_every_verb_is_done_by_its_module_and_nothing_else_is(family: object) -> None:
    module = importlib.import_module(f"app.cli.reserve.{family.module}")  # type: ignore[attr-defined]
    assert module.VERBS.keys() == {verb.words for verb in family.verbs}  # type: ignore[attr-defined]


def test_every_verb_has_an_example_on_the_page_and_each_is_understood() -> None:
    parsed = [make_parser().parse_args(shlex.split(example)) for example in EXAMPLES]
    assert {arguments.verb for arguments in parsed} >= {verb.words for family in FAMILIES for verb in family.verbs}


def test_a_snapshot_is_named_by_sixteen_digits() -> None:
    assert snapshot_id("00FF" * 4) == "00ff" * 4
    for wrong in ("", "00ff", "00ff" * 5, "../../../../../x", "zzzz" * 4):
        with pytest.raises(argparse.ArgumentTypeError):
            snapshot_id(wrong)


def test_a_ratio_is_rounded_down_so_that_all_is_said_only_of_all() -> None:
    said = [ratio(held, owed) for held, owed in ((999, 1000), (9_999, 10_000), (100, 100), (10_001, 10_000), (5, 0))]
    assert said == ["99.9%", "99.9%", "100%", "100.0%", "—"]
    assert ratio(2**63, 1) == ">9999%"


def test_amounts_have_the_decimals_of_their_voucher() -> None:
    assert [much(5, 2), much(1234, 0), much(10**18 + 1, 18)] == ["0.05", "1234", "1.000000000000000001"]


def test_columns_stand_under_each_other_in_chinese_too() -> None:
    assert table([["高度", "x"], ["1", "yy"]]) == ["高度  x", "1     yy"]
    assert table([]) == []


class Screen(io.StringIO):
    """Standard error at a terminal."""

    def isatty(self) -> bool:
        return True


def test_at_a_terminal_a_line_changes_and_in_a_file_each_stage_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = [Stage("chain"), Stage("reading", 1_000), Stage("reading", 2_000), Stage("tree", 0, 2_000)]
    told = {}
    for name, stderr in (("screen", Screen()), ("file", io.StringIO())):
        monkeypatch.setattr(sys, "stderr", stderr)
        progress = Progress(Speaker("en", as_json=False))
        for stage in stages:
            progress.tell(stage)
        progress.end()
        told[name] = stderr.getvalue()
    assert told["file"].splitlines()[1:] == ["reading the list, rows: 1000", "building the tree, shares: 2000"]
    assert told["screen"].count("\r") == 4
    assert told["screen"].count("\n") == 3
    assert "rows: 2000" in told["screen"]
