"""Names: optional for users, of one account for ever, and never written in two ways."""

import pytest

from app.core.refusals import BadAction, NameTaken, WrongParty
from app.core.wire import registry_pb2 as wire
from app.registry.state import read_name_owner
from tests.registry.people import BANK, CLINIC, OPERATOR, Town, enrolment, entry_of
from tests.registry.world import ed25519_key

SOUND = ("王小明", "a", "A-1_b.c", "O'Neil & Co (1)", "山" * 64, "㐀䶿一鿿", "李·（四）")
UNSOUND = (
    "",
    " a",
    "a ",
    "x" * 65,
    "山" * 65,
    "a\u00e9",
    "Ａ",
    "а",  # Cyrillic
    "a\u200bb",
    "a\tb",
    "a/b",
    "㏀",
    "\u33ff",
    "\u4dc0",
    "\ua000",
    "🙂",
)


@pytest.mark.parametrize("name", SOUND)
def test_a_user_takes_a_sound_name(name: str) -> None:
    town = Town()
    wang = town.enrol("wang")
    receipt = town.do(wang, wire.Rename(name=name))
    assert town.account(wang).name == name
    assert read_name_owner(town.values, name) == wang.address
    assert receipt.data == wang.number.to_bytes(8, "big")
    assert entry_of(receipt).rename == wire.Rename(name=name).SerializeToString()


@pytest.mark.parametrize("name", UNSOUND)
def test_another_name_is_refused(name: str) -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(BadAction, wang, wire.Rename(name=name))


@pytest.mark.parametrize("name", [name for name in UNSOUND if name])
def test_nobody_is_enrolled_under_such_a_name(name: str) -> None:
    Town().refused(BadAction, BANK, enrolment(ed25519_key("wang"), name=name))


def test_a_name_is_one_account_s_however_its_capitals_are_written() -> None:
    town = Town()
    wang, li = town.enrol("wang"), town.enrol("li")
    town.do(wang, wire.Rename(name="Red Star"))
    for name in ("Red Star", "red star", "RED STAR"):
        assert town.refused(NameTaken, li, wire.Rename(name=name)) == {"name": name}
        town.refused(NameTaken, BANK, enrolment(ed25519_key("zhao"), name=name))
    town.refused(NameTaken, li, wire.Rename(name="bank"))
    town.do(wang, wire.Rename(name="red STAR"))
    assert town.account(wang).name == "red STAR"


def test_an_old_name_stays_reserved_to_its_account() -> None:
    town = Town()
    wang, li = town.enrol("wang"), town.enrol("li")
    town.do(wang, wire.Rename(name="First"))
    town.do(wang, wire.Rename(name="Second"))
    town.refused(NameTaken, li, wire.Rename(name="First"))
    town.do(wang, wire.Rename(name="first"))


def test_organisations_are_renamed_by_the_operator_only() -> None:
    town = Town()
    town.refused(WrongParty, BANK, wire.Rename(name="Other"))
    town.refused(WrongParty, OPERATOR, wire.Rename(name="Other"))
    town.do(OPERATOR, wire.Amend(account=3, name="Other", permissions=[1, 2, 3], quota_points=5))
    assert town.account(BANK).name == "Other"
    town.refused(NameTaken, town.enrol("wang", partner=CLINIC), wire.Rename(name="Bank"))
