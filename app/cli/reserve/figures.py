"""Amounts, ratios, times and tables, as `luopu reserve` says them.

Guarantees: whole numbers only, without float; a ratio is rounded down, so that 100% is said only where all that is owed is
held.
"""

import unicodedata
from collections.abc import Sequence

from app.core.messages import moment_text
from app.core.units import NANOSECONDS_PER_SECOND

MOST_TENTHS = 99_999
"""Thousandths beyond which a ratio says no more than that it is large."""


def much(units: int, decimals: int) -> str:
    """An amount as it is written: 1234.50."""
    whole, fraction = divmod(units, 10**decimals)
    return f"{whole}.{fraction:0{decimals}}" if decimals else str(whole)


def ratio(held: int, owed: int) -> str:
    """How far what is held covers what is owed: 103.2%. Of nothing owed there is no ratio."""
    if not owed:
        return "—"
    tenths, rest = divmod(held * 1000, owed)
    if tenths > MOST_TENTHS:
        return f">{MOST_TENTHS // 10}%"
    whole, tenth = divmod(tenths, 10)
    return f"{whole}%" if not tenth and not rest else f"{whole}.{tenth}%"


def moment(time_ns: int) -> str:
    """A block's time in UTC, to the second."""
    return moment_text(time_ns - time_ns % NANOSECONDS_PER_SECOND)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns stand under each other; Chinese characters take two places."""
    if not rows:
        return []
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1 for character in text)
