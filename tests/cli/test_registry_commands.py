"""What can be typed, what the page on the commands says, and what is done: the same things."""

import argparse
import importlib
import re
import shlex
import string
from pathlib import Path

import pytest

from app.__main__ import COMMANDS
from app.cli.output import Speaker
from app.cli.parser import make_parser
from app.cli.registry import kinds
from app.cli.registry.parser import COMMANDS as FIRST_WORDS
from app.cli.registry.parser import FAMILIES
from app.cli.words import WORDS
from app.core.wire import registry_pb2 as wire
from tests.project.tree import ROOT

VERBS = [verb.words for family in FAMILIES for verb in family.verbs]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^luopu (.*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.module)
def test_every_verb_is_done_by_its_module_and_nothing_else_is(family: object) -> None:
    module = importlib.import_module(f"app.cli.registry.{family.module}")  # type: ignore[attr-defined]
    words = {verb.words for verb in family.verbs}  # type: ignore[attr-defined]
    assert module.QUESTIONS.keys() | module.DEEDS.keys() == words
    assert module.DEEDS.keys() == {verb.words for verb in family.verbs if verb.acts}  # type: ignore[attr-defined]
    assert not module.QUESTIONS.keys() & module.DEEDS.keys()


def test_every_verb_has_one_example_on_the_page_and_each_is_understood() -> None:
    parsed = [make_parser().parse_args(shlex.split(example)) for example in EXAMPLES]
    assert [arguments.verb for arguments in parsed] == sorted(VERBS, key=[each.verb for each in parsed].index)
    assert len(VERBS) == len(set(VERBS)) == len(EXAMPLES)


def test_every_command_is_run_by_the_registry() -> None:
    assert {command for command, place in COMMANDS.items() if place[0] == "app.cli.registry.run"} == set(FIRST_WORDS)


@pytest.mark.parametrize(
    ("command", "verb"),
    [
        ("account", "account show"),
        ("grant", "grant list"),
        ("agreement", "agreement list"),
        ("voucher", "voucher list"),
        ("partner", "partner list"),
        ("gov", "gov list"),
        ("held", "held list"),
        ("outbox", "outbox list"),
    ],
)
def test_a_command_alone_shows_what_there_is(command: str, verb: str) -> None:
    alone, spelt = (make_parser().parse_args(words.split()) for words in (command, verb))
    missing = vars(spelt).keys() - vars(alone).keys()
    assert (alone.verb, alone.module) == (spelt.verb, spelt.module)
    assert missing == set()


def test_what_was_given_before_the_verb_stays() -> None:
    arguments = make_parser().parse_args(
        ["gov", "--home", "h", "--json", "propose", "emergency", "rename", "--document", "d"]
    )
    assert (arguments.home, arguments.json, arguments.verb) == ("h", True, "gov propose emergency")


def test_no_action_of_the_law_is_left_out() -> None:
    made = set()
    for path in sorted((Path(__file__).parents[2] / "app" / "cli" / "registry").glob("*.py")):
        made |= set(re.findall(r"wire\.([A-Z][A-Za-z]+)\(", path.read_text(encoding="utf-8")))
    actions = {field.message_type.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
    assert actions - made == {"Notarize"}  # which is `luopu notarize`


def test_all_words_are_there_in_both_languages_and_with_the_same_places() -> None:
    for name, words in WORDS.items():
        assert words.keys() == {"zh", "en"}, name
        places = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in words.values()]
        assert places[0] == places[1], name


def test_two_values_of_one_name_are_both_said(capsys: pytest.CaptureFixture[str]) -> None:
    Speaker("en", as_json=False).pairs([("valid until", "height 9"), ("valid until", "2027-01-31")])
    assert capsys.readouterr().out.splitlines() == ["  valid until  height 9", "  valid until  2027-01-31"]


# ---- kinds of arguments ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-02", 86_400 * 10**9),
        ("2027-01-31", 1_801_353_600 * 10**9),
        ("2027-01-31T00:00:00Z", 1_801_353_600 * 10**9),
        ("2027-01-31T08:00:00.5+08:00", 1_801_353_600 * 10**9 + 500_000_000),
    ],
)
def test_a_moment_is_a_day_in_utc_or_a_time_with_its_offset(text: str, nanoseconds: int) -> None:
    assert kinds.moment(text) == nanoseconds


@pytest.mark.parametrize(
    "text", ["2027-01-31T00:00:00", "2027-13-01", "tomorrow", "1969-01-01", "2300-01-01", "20270131T0000"]
)
def test_no_other_moment_is_understood(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        kinds.moment(text)


def test_serials_come_in_ranges_and_in_any_order() -> None:
    assert kinds.serials("7-9,1,4") == (1, 4, 7, 8, 9)
    assert kinds.taken("#2") == kinds.Taken("", (2,))
    assert kinds.taken("2.5") == kinds.Taken("2.5")
    for wrong in ("", "0", "1,1", "3-1", "1-300", "1-3,2", "x", "1-257", "1-200,300-400"):
        with pytest.raises(argparse.ArgumentTypeError):
            kinds.serials(wrong)


def test_a_leg_names_who_and_what() -> None:
    assert kinds.leg("李 四=#1-2") == kinds.Leg("李 四", kinds.Taken("", (1, 2)))
    assert kinds.allotment("7=3") == kinds.Leg("7", kinds.Taken("3"))
    for wrong in ("7", "=3", "7=", "7=x", "7=1.", "7=.5", "7=-1"):
        with pytest.raises(argparse.ArgumentTypeError):
            kinds.leg(wrong)
    with pytest.raises(argparse.ArgumentTypeError):
        kinds.allotment("7=#1")


@pytest.mark.parametrize("text", ["war=1", "order=16", "order=-1", "order", "=1"])
def test_no_threshold_that_cannot_be(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        kinds.threshold(text)
