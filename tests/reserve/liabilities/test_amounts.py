"""No amount is rounded or guessed."""

import datetime
import math
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.reserveerrors import (
    AmountInexact,
    AmountMissing,
    AmountNegative,
    AmountTooFine,
    AmountTooLarge,
    AmountUnreadable,
    CellIsFormula,
    RowProblem,
    SerialUnreadable,
)
from app.reserve.liabilities.amounts import amount_of, serial_of

UNITS = st.integers(0, 2**64 - 1)
DECIMALS = st.integers(0, 18)
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def _written(units: int, decimals: int, separator: str = "") -> str:
    whole, part = divmod(units, 10**decimals)
    grouped = f"{whole:,}".replace(",", separator)
    return f"{grouped}.{part:0{decimals}}" if decimals else grouped


@given(UNITS, DECIMALS, st.sampled_from(["", ",", " ", "\u00a0", "\u202f"]), st.booleans(), st.integers(0, 3))
def test_an_amount_written_in_any_usual_way_is_read_exactly(
    units: int, decimals: int, separator: str, is_wide: bool, more_zeros: int
) -> None:
    text = _written(units, decimals, separator) + ("0" * more_zeros if decimals else "")
    assert amount_of(f" {text.translate(WIDE) if is_wide else text}\u3000", decimals) == units


@given(UNITS, DECIMALS, st.integers(0, 12))
def test_a_decimal_number_is_read_exactly_whatever_its_form(units: int, decimals: int, more: int) -> None:
    digits = tuple(map(int, str(units))) + (0,) * more
    assert amount_of(Decimal((0, digits, -decimals - more)), decimals) == units


@given(st.integers(0, 10**15 - 1), st.integers(0, 15))
def test_a_float_of_at_most_fifteen_digits_is_what_was_typed(digits: int, decimals: int) -> None:
    typed = Decimal(digits).scaleb(-decimals)
    assert amount_of(float(typed), decimals) == digits


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False), DECIMALS)
def test_a_float_is_read_as_itself_or_refused(number: float, decimals: int) -> None:
    try:
        units = amount_of(number, decimals)
    except RowProblem:
        return
    assert units / 10**decimals == number


@given(st.text(max_size=40), DECIMALS)
def test_any_text_is_an_amount_or_a_problem(text: str, decimals: int) -> None:
    with suppress(RowProblem):
        assert 0 <= amount_of(text, decimals) < 2**64


@given(st.one_of(st.integers(), st.decimals(), st.floats(), st.booleans(), st.none(), st.binary()), DECIMALS)
def test_any_value_of_a_database_is_an_amount_or_a_problem(value: object, decimals: int) -> None:
    with suppress(RowProblem):
        assert 0 <= amount_of(value, decimals) < 2**64


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("1,234.50", 123_450),
        ("1 234.5", 123_450),
        ("１，２３４．５", 123_450),
        ("+7", 700),
        (".5", 50),
        ("0", 0),
        ("0.00", 0),
        ("007", 700),
        ("1,234", 123_400),
        ("1.500000", 150),
        (0, 0),
        (0.0, 0),
        (-0.0, 0),
        (12, 1_200),
        (0.1, 10),
        (1234567.89, 123_456_789),
        (Decimal("1E+3"), 100_000),
        (Decimal("0E-9"), 0),
        ("184467440737095516.15", 2**64 - 1),
    ],
)
def test_what_is_an_amount(cell: object, units: int) -> None:
    assert amount_of(cell, 2) == units


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("", AmountMissing),
        ("  \u3000", AmountMissing),
        (None, AmountMissing),
        ("abc", AmountUnreadable),
        ("1.2.3", AmountUnreadable),
        ("1,23", AmountUnreadable),
        ("1234,50", AmountUnreadable),
        ("1,2345", AmountUnreadable),
        ("1,234 567", AmountUnreadable),
        ("12,,345", AmountUnreadable),
        ("5.", AmountUnreadable),
        (".", AmountUnreadable),
        ("1e3", AmountUnreadable),
        ("1.23457E+11", AmountUnreadable),
        ("NaN", AmountUnreadable),
        ("inf", AmountUnreadable),
        ("¥5", AmountUnreadable),
        ("10²", AmountUnreadable),
        ("½", AmountUnreadable),
        ("٣", AmountUnreadable),
        ("1\x00", AmountUnreadable),
        ("1_000", AmountUnreadable),
        ("#N/A", AmountUnreadable),
        ("9" * 200, AmountUnreadable),
        ("x" * 1_000_000, AmountUnreadable),
        (True, AmountUnreadable),
        (math.nan, AmountUnreadable),
        (math.inf, AmountUnreadable),
        (Decimal("NaN"), AmountUnreadable),
        (Decimal("sNaN"), AmountUnreadable),
        (Decimal("Infinity"), AmountUnreadable),
        (datetime.date(2026, 1, 1), AmountUnreadable),
        (b"5", AmountUnreadable),
        ("-5", AmountNegative),
        ("−5", AmountNegative),
        ("－５", AmountNegative),
        ("(5.00)", AmountNegative),
        (-5, AmountNegative),
        (-0.01, AmountNegative),
        (Decimal("-0.01"), AmountNegative),
        ("1.234", AmountTooFine),
        (1.234, AmountTooFine),
        (Decimal("1.001"), AmountTooFine),
        (Decimal("1E-100000"), AmountTooFine),
        ("184467440737095516.16", AmountTooLarge),
        ("99999999999999999999999", AmountTooLarge),
        (2**64, AmountTooLarge),
        (1e300, AmountTooLarge),
        (Decimal("1E+100000"), AmountTooLarge),
        (0.1 + 0.2, AmountInexact),
        (123456789012345678.0, AmountInexact),
        ("=1+1", CellIsFormula),
        ("＝1+1", CellIsFormula),
        (" =HYPERLINK(1)", CellIsFormula),
        ("+1+1", AmountUnreadable),
        ("@SUM(1)", AmountUnreadable),
    ],
)
def test_what_is_none(cell: object, kind: type[RowProblem]) -> None:
    with pytest.raises(RowProblem) as caught:
        amount_of(cell, 2)
    assert type(caught.value) is kind
    assert len(str(caught.value.facts.get("cell", ""))) <= 60


@pytest.mark.parametrize("cell", ["-1", "1.5", "", None, "x", 2**64, 1.5])
def test_what_is_no_serial(cell: object) -> None:
    with pytest.raises(SerialUnreadable):
        serial_of(cell)


@pytest.mark.parametrize(
    ("cell", "serial"), [("7", 7), ("００７", 7), (7.0, 7), (Decimal(7), 7), (2**64 - 1, 2**64 - 1)]
)
def test_what_is_a_serial(cell: object, serial: int) -> None:
    assert serial_of(cell) == serial


def test_a_number_that_cannot_be_written_out_is_shown_as_a_mark() -> None:
    with pytest.raises(AmountTooLarge) as caught:
        amount_of(10**5000, 2)
    assert caught.value.facts == {"cell": "…"}
