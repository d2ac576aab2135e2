"""Names and values of attributes: what may be written down, and that nobody can pass one name off as another."""

import pytest

from app.core.attribute_words import WELL_KNOWN, check_attribute_words
from app.core.attributes import MAX_ATTRIBUTE_NAME_BYTES, Attribute
from app.core.errors import OutOfRange
from app.core.text import name_key


def written(name: str, value: str = "x") -> None:
    check_attribute_words(Attribute(name, value, bytes(16)))


@pytest.mark.parametrize("name", [*WELL_KNOWN, "病历号", "membership no. 2", "name of the shop", "n"])
def test_well_known_names_and_others_beside_them_are_fine(name: str) -> None:
    written(name)
    written(name, "长" * 170)


def test_well_known_names_fit_and_differ() -> None:
    assert len({name_key(name) for name in WELL_KNOWN}) == len(WELL_KNOWN)
    assert max(map(len, WELL_KNOWN)) <= MAX_ATTRIBUTE_NAME_BYTES


@pytest.mark.parametrize(
    "name", ["Name", "ID-NUMBER", "nаme", "name ", " name", "ｎａｍｅ", "", "a\u200bb", "\ud800", "x" * 65]
)
def test_a_name_that_could_be_taken_for_another_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(OutOfRange) as caught:
        written(name)
    assert set(caught.value.facts) == {"field", "expected"}
    assert caught.value.__context__ is None


@pytest.mark.parametrize("value", ["", "x" * 513, "长" * 171, "a\nb", "a\u202eb", "\ud800", "a\udfffb"])
def test_a_value_that_is_empty_too_long_or_misleading_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(OutOfRange) as caught:
        written("id-number", value)
    assert caught.value.facts["field"] == "id-number"
    assert not value or value not in str(caught.value)
    assert caught.value.__context__ is None
