"""Fields of forms: what they hold, and what they say is wrong."""

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel

from app.ui import language
from app.ui.present.facts import Fact
from app.ui.widgets.facts import ShownField
from app.ui.widgets.fields import ChecksField, TextField
from app.ui.widgets.moment_fields import FutureField, MomentField
from app.ui.widgets.text import label
from tests.ui.conftest import HANGZHOU

NOW_NS = 1_800_000_000 * 10**9
DAY_NS = 86_400 * 10**9


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    language.speak("en", HANGZHOU)


def test_a_field_that_is_renamed_says_its_new_name_everywhere() -> None:
    field = TextField("Name")
    field.rename("Name 2")
    assert field.problem() == "Still missing: Name 2"
    assert (field.accessibleName(), field.edit.accessibleName()) == ("Name 2", "Name 2")


@pytest.mark.parametrize("are_many", [False, True])
def test_any_of_several_are_checked(are_many: bool) -> None:
    field = ChecksField("Which", [("b", 2), ("a", 1), ("c", 3)], are_many=are_many)
    assert field.value() == []
    field.check([3, 1])
    assert field.value() == [1, 3]
    assert [box.accessibleName() for box in field.findChildren(QCheckBox)] == ["Which: b", "Which: a", "Which: c"]


def test_many_stand_below_each_other() -> None:
    beside, below = (ChecksField("W", [("a", 1), ("b", 2)], are_many=flag) for flag in (False, True))
    for field in (beside, below):
        field.resize(400, 200)
        field.grab()
    one, other = beside.findChildren(QCheckBox)
    assert one.y() == other.y()
    one, other = below.findChildren(QCheckBox)
    assert (one.x(), one.y() < other.y()) == (other.x(), True)


def test_a_moment_is_none_until_it_is_chosen() -> None:
    field = MomentField("From", NOW_NS, without="at once")
    assert field.value() == 0
    field.set_moment(NOW_NS)
    assert field.value() == NOW_NS
    field.set_moment(0)
    assert field.value() == 0


def test_a_moment_that_must_be_to_come_may_not_have_passed() -> None:
    field = FutureField("Until", NOW_NS, without="never")
    assert field.problem() == ""
    field.set_moment(NOW_NS + DAY_NS)
    assert field.problem() == ""
    field.set_moment(NOW_NS)
    assert field.problem() == "Until has passed"


def test_facts_in_a_form_are_shown_and_not_asked_for() -> None:
    field = ShownField("Old key", [Fact("Key", "maker 01")])
    assert field.problem() == ""
    assert {"Key", "maker 01"} <= {each.text() for each in field.findChildren(QLabel)}


def test_a_text_is_born_with_its_tone() -> None:
    assert label("no", "secondary", tone="bad").property("tone") == "bad"
    assert label("yes").property("tone") is None
