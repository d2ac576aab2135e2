"""Text on the chain: bounds, misleading characters, and names that cannot be written in two ways."""

import unicodedata

import pytest

from app.core.errors import OutOfRange
from app.core.text import check_name, check_text, name_key


def is_name(text: str) -> bool:
    """Whether somebody may be called so."""
    try:
        return check_name(text) == text
    except OutOfRange:
        return False


@pytest.mark.parametrize(
    "name",
    ["A", "7", "x" * 64, "字" * 64, "Mueller", "江苏 (示范) 银行", "A-B_C.D & O'E", "（甲）·乙"],
)
def test_what_companies_are_called_is_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " A",
        "A ",
        "x" * 65,
        "A\n",
        "A\tB",
        "A\u00a0B",
        "Аlpha",
        "Ａlpha",
        "Müller",
        "e\u0301",
        "A/B",
        "𠀀",
        "\ud800",
    ],
    ids=ascii,
)
def test_what_could_be_taken_for_another_name_is_none(name: str) -> None:
    with pytest.raises(OutOfRange):
        check_name(name)


def test_the_repertoire_is_exactly_the_one_of_the_law() -> None:
    allowed = {chr(point) for point in range(0x110000) if is_name(chr(point))}
    letters = {chr(point) for point in range(0x80) if chr(point).isalnum()}
    ideographs = {
        chr(point) for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)) for point in range(first, last + 1)
    }
    assert allowed == letters | set("-_.&'()（）·") | ideographs
    assert is_name("a b")


def test_no_two_characters_of_a_name_are_canonically_the_same_but_for_capitals_and_wide_parentheses() -> None:
    """Whichever canonical form a reader brings text into, names that differ here differ there."""
    allowed = sorted(chr(point) for point in range(0x10000) if is_name(chr(point)))
    for form in ("NFC", "NFD"):
        assert len({unicodedata.normalize(form, each) for each in allowed}) == len(allowed)
    assert len({name_key(each) for each in allowed}) == len(allowed) - 26 - 2
    assert name_key("分行（杭州）") == name_key("分行(杭州)")


def test_two_names_are_the_same_where_only_capitals_of_ascii_differ() -> None:
    assert name_key("ALPHA (Beta) 银行") == name_key("alpha (bETA) 银行") == "alpha (beta) 银行"
    assert name_key("İ") == "İ"
    assert name_key("Alpha") != name_key("Alpha.")


@pytest.mark.parametrize(("least", "most"), [(0, 4), (1, 4), (3, 3)])
def test_the_bounds_of_a_text_count_bytes(least: int, most: int) -> None:
    for size in range(8):
        text = "字" * (size // 3) + "x" * (size % 3)
        if least <= size <= most:
            assert check_text("words", text, least=least, most=most) is text
        else:
            with pytest.raises(OutOfRange) as caught:
                check_text("words", text, least=least, most=most)
            assert (caught.value.facts["field"], caught.value.facts["got"]) == ("words", size)
