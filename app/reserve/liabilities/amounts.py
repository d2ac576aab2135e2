"""An amount or serial as it stands in a cell → a whole number of the smallest unit, exactly.

Guarantees: no amount is rounded, and none is guessed. Text may have thousands separated by commas or spaces, a decimal
point, full-width digits and zeros behind the last decimal; a decimal comma is refused unless it looks like a separator of
thousands: "1,234" is one thousand two hundred and thirty-four. A floating-point number is taken for the decimal
number of at most 15 digits that it stands for, and refused where there is none.
"""

import math
import re
from decimal import Decimal
from typing import NoReturn

from app.core.reserveerrors import (
    AmountInexact,
    AmountMissing,
    AmountNegative,
    AmountTooFine,
    AmountTooLarge,
    AmountUnreadable,
    CellIsFormula,
    SerialUnreadable,
)
from app.core.units import UINT64_MAX

MAX_SHOWN = 60
"""Characters of a cell that an error shows."""
_MAX_TEXT = 128
_MAX_DIGITS = 20
"""Of 2^64-1."""
_SAME = str.maketrans("０１２３４５６７８９，．－＋−\u00a0\u2007\u2009\u202f\u3000", "0123456789,.-+-" + " " * 5)
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]*)(?:\.(?P<part>[0-9]+))?"
)


def amount_of(untrusted_cell: object, decimals: int) -> int:
    """The amount in a cell, in the smallest unit.

    Raises:
        RowProblem: none, negative, no number, too many decimals, or more than 2^64-1. The place is for the caller to add.
    """
    if type(untrusted_cell) is str:
        whole, point, part = untrusted_cell.partition(".")
        is_plain = untrusted_cell.isascii() and whole.isdigit() and len(part) <= decimals
        if is_plain and len(whole) + decimals < _MAX_DIGITS and (part.isdigit() or not point):
            return int(whole + part + "0" * (decimals - len(part)))
        return _from_text(untrusted_cell, decimals)
    if isinstance(untrusted_cell, str):
        return _from_text(str(untrusted_cell), decimals)
    return _from_number(untrusted_cell, decimals)


def serial_of(untrusted_cell: object) -> int:
    """The serial in a cell.

    Raises:
        CellIsFormula: a formula.
        SerialUnreadable: no whole number of at most 2^64-1.
    """
    try:
        return amount_of(untrusted_cell, 0)
    except CellIsFormula:
        raise
    except (AmountInexact, AmountMissing, AmountNegative, AmountTooFine, AmountTooLarge, AmountUnreadable):
        raise SerialUnreadable(cell=shown(untrusted_cell)) from None


def check_no_formula(untrusted_text: str) -> None:
    """Refuse what a spreadsheet would calculate.

    Raises:
        CellIsFormula: it begins with an equals sign.
    """
    if untrusted_text.startswith(("=", "＝")):
        raise CellIsFormula(cell=shown(untrusted_text))


def plain_text(untrusted_text: str) -> str:
    """The text with ASCII digits, signs and spaces for full-width and other ones, and no space at either end."""
    return untrusted_text.translate(_SAME).strip()


def shown(untrusted_cell: object) -> str:
    """A cell's content as an error may show it."""
    if isinstance(untrusted_cell, str):
        return untrusted_cell[:MAX_SHOWN]
    if isinstance(untrusted_cell, int) and abs(untrusted_cell) > 10**MAX_SHOWN:
        return "…"  # the interpreter refuses to write out what has very many digits
    return str(untrusted_cell)[:MAX_SHOWN]


def _from_text(text: str, decimals: int) -> int:
    plain = plain_text(text[: _MAX_TEXT + 1])
    if not plain and len(text) <= _MAX_TEXT:
        raise AmountMissing
    check_no_formula(plain)
    if len(text) <= _MAX_TEXT and plain.startswith("(") and plain.endswith(")"):  # how accountants write a minus
        plain = f"-{plain[1:-1]}"
    match = _NUMBER.fullmatch(plain)
    if match is None or len(text) > _MAX_TEXT or not (match["whole"] or match["part"]):
        raise AmountUnreadable(cell=shown(text))
    if match["sign"] == "-":
        raise AmountNegative(cell=shown(text))
    part = (match["part"] or "").rstrip("0")
    if len(part) > decimals:
        raise AmountTooFine(cell=shown(text), decimals=decimals)
    digits = match["whole"].replace(",", "").replace(" ", "") + part + "0" * (decimals - len(part))
    return _bounded(int(digits), text)


def _from_number(cell: object, decimals: int) -> int:
    if cell is None:
        raise AmountMissing
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise AmountUnreadable(cell=shown(cell))
    if not (
        cell.is_finite() if isinstance(cell, Decimal) else math.isfinite(cell) if isinstance(cell, float) else True
    ):
        raise AmountUnreadable(cell=shown(cell))
    if cell < 0:
        raise AmountNegative(cell=shown(cell))
    if isinstance(cell, int):
        return _bounded(cell * 10**decimals, cell)
    return _from_decimal(cell if isinstance(cell, Decimal) else _decimal_of(cell), decimals, cell)


def _decimal_of(number: float) -> Decimal:
    """The decimal number that was meant. Every one of at most 15 digits has a float of its own (IEEE 754)."""
    text = f"{number:.15g}"
    if float(text) != number:
        raise AmountInexact(cell=repr(number))
    return Decimal(text)


def _from_decimal(number: Decimal, decimals: int, cell: object) -> int:
    """Without arithmetic on `Decimal`, which rounds to the digits of its context."""
    if not number:
        return 0
    if number.adjusted() >= _MAX_DIGITS:
        _refuse_large(cell)
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).rstrip("0")
    shift = exponent + len(digits) - len(text) + decimals
    if shift < 0:
        raise AmountTooFine(cell=shown(cell), decimals=decimals)
    return _bounded(int(text) * 10**shift, cell)


def _bounded(units: int, cell: object) -> int:
    if units > UINT64_MAX:
        _refuse_large(cell)
    return units


def _refuse_large(cell: object) -> NoReturn:
    raise AmountTooLarge(cell=shown(cell))
