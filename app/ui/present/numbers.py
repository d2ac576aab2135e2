"""Numbers, sizes, shares, rates and spans of time as a reader takes them in at a glance.

Guarantees: integers only; a share is 100% only when everything is there; an estimate is "unknown" rather than invented.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.present.language import Translate

THIN_SPACE = "\u2009"
SECOND_NS = 1_000_000_000
_UNITS = (("B", 1), ("KB", 10**3), ("MB", 10**6), ("GB", 10**9), ("TB", 10**12))
_SPANS = (86_400, 3_600, 60)


def number(value: int) -> str:
    """Digits in groups of three, parted by thin spaces: 52 814."""
    return f"{value:,}".replace(",", THIN_SPACE).replace("-", "\u2212")


def size(count: int) -> str:
    """A count of bytes as B, KB, MB, GB or TB, one decimal below ten-thousand: 3.4 MB."""
    name, unit = next((pair for pair in reversed(_UNITS) if count >= pair[1]), _UNITS[0])
    if unit == 1:
        return f"{number(count)} {name}"
    tenths = count * 10 // unit
    return f"{number(tenths // 10)}.{tenths % 10} {name}"


def permille(done: int, total: int) -> int:
    """Thousandths done, 1000 only when all is done; 0 when the total is not known."""
    if total <= 0:
        return 0
    return 1000 if done >= total else max(0, min(999, done * 1000 // total))


def percent(done: int, total: int) -> str:
    """Whole per cent done, rounded down; 100% only when all is done. Of nothing, all is done."""
    if total <= 0:
        return "100%"
    return f"{permille(done, total) // 10}%"


def remaining_seconds(left: int, per_second: int) -> int | None:
    """Seconds until `left` is done at this rate, at least one; None when the rate says nothing."""
    if per_second <= 0:
        return None
    return max(1, -(-left // per_second))


def span(seconds: int, tr: "Translate") -> str:
    """A span of time in its largest fitting unit: 8 seconds, 12 minutes, 3 hours, 2 days."""
    for unit, words in zip(_SPANS, _span_words(seconds, tr), strict=True):
        if seconds >= unit:
            return words
    return tr("%n second(s)", None, max(0, seconds))


def _span_words(seconds: int, tr: "Translate") -> tuple[str, str, str]:
    return (
        tr("%n day(s)", None, seconds // 86_400),
        tr("%n hour(s)", None, seconds // 3_600),
        tr("%n minute(s)", None, seconds // 60),
    )


def time_left(seconds: int | None, tr: "Translate") -> str:
    """ "about 8 seconds left", or that the time left is not known."""
    if seconds is None:
        return tr("time left unknown")
    return tr("about {span} left").format(span=span(seconds, tr))
