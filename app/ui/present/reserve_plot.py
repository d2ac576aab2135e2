"""Coverage over time as a plot: its points, its axes, and the same in words.

Guarantees: whole numbers only; axes are labelled with round numbers, and begin at nothing unless the lines would lie on each
other then; every point can be said in words.
"""

from dataclasses import dataclass

from app.ui.desks.reserves import CoverageView, PublicationView, ReserveVoucher
from app.ui.present.language import Words
from app.ui.present.numbers import SECOND_NS, number
from app.ui.present.reserve_chain import point_words
from app.ui.present.times import day, local
from app.ui.present.vouchers import amount_text

MOST_TICKS = 7
MOST_MOMENTS = 5
DAY_SECONDS = 86_400
SHORT_SECONDS = 600
"""Within so many seconds, moments are told apart by their seconds."""
WHOLE = 1_000
"""100%, in tenths of a per cent."""


@dataclass(frozen=True, slots=True)
class PlotPoint:
    """What was owed and held at a moment."""

    time_ns: int
    owed: int
    held: int
    tenths: int
    """How far one covers the other, in tenths of a per cent, rounded down; of nothing owed, 100%."""
    words: str


@dataclass(frozen=True, slots=True)
class PlotView:
    """Everything that a plot draws."""

    points: tuple[PlotPoint, ...]
    """Oldest first."""
    ticks: tuple[tuple[int, str], ...]
    """Of the axis of amounts, rising; the first and the last are its ends."""
    moments: tuple[tuple[int, str], ...]
    """Of the axis of time, rising."""
    ratios: tuple[tuple[int, str], ...]
    """Of the axis of ratios, in tenths of a per cent: its two ends."""
    owed: str
    held: str
    ratio: str
    summary: str
    """What a screen reader says."""


def plot_view(view: CoverageView, words: Words) -> PlotView:
    """A custodian's publications as a plot."""
    voucher = view.voucher
    points = tuple(
        PlotPoint(each.time_ns, each.owed, each.held, _tenths(each), point_words(each, voucher, words))
        for each in reversed(view.publications)
    )
    amounts = [amount for each in points for amount in (each.owed, each.held)]
    ticks = round_ticks(min(amounts, default=0), max(amounts, default=0))
    named = tuple((tick, tick_text(tick, ticks, voucher)) for tick in ticks)
    return PlotView(
        points=points,
        ticks=named,
        moments=_moments(points, words),
        ratios=_ratio_ends([each.tenths for each in points]),
        owed=words.tr("Owed"),
        held=words.tr("Held"),
        ratio=words.tr("Ratio"),
        summary=_summary(points, words),
    )


def _tenths(each: PublicationView) -> int:
    return each.held * WHOLE // each.owed if each.owed else WHOLE


def _ratio_ends(tenths: list[int]) -> tuple[tuple[int, str], ...]:
    """Whole per cent around all ratios, 100% among them."""
    least = min((WHOLE, *tenths)) // 10
    most = max(-(-max((WHOLE, *tenths)) // 10), least + 1)
    return tuple((each * 10, f"{number(each)}%") for each in (least, most))


def round_ticks(least: int, most: int) -> tuple[int, ...]:
    """Round numbers around two amounts, at most so many; from nothing on, unless both lie far above it."""
    start = 0 if least * 3 < most else least - max((most - least) // 8, most // 40, 1)
    step = _round_up(max(1, -(-(most - start) // (MOST_TICKS - 1))))
    first = max(0, start // step * step)
    last = -(-max(most, 1) // step) * step
    return tuple(range(first, last + step, step))


def _round_up(least: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is no less."""
    power = int("1" + "0" * (len(str(least)) - 1))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= least)


def tick_text(tick: int, ticks: tuple[int, ...], voucher: ReserveVoucher) -> str:
    """An amount at the axis; without decimals where all of them are whole."""
    if voucher.is_unique:
        return number(tick)
    whole = 10**voucher.decimals
    return number(tick // whole) if all(each % whole == 0 for each in ticks) else amount_text(tick, voucher.decimals)


def _moments(points: tuple[PlotPoint, ...], words: Words) -> tuple[tuple[int, str], ...]:
    if not points:
        return ()
    first, last = points[0].time_ns, points[-1].time_ns
    count = min(MOST_MOMENTS, len(points))
    steps = [first + (last - first) * place // max(count - 1, 1) for place in range(count)]
    return tuple((moment, _moment(moment, last - first, words)) for moment in steps)


def _moment(moment_ns: int, whole_ns: int, words: Words) -> str:
    when = local(moment_ns, words)
    if whole_ns < SHORT_SECONDS * SECOND_NS:
        return f"{when:%H:%M:%S}"
    if whole_ns < 2 * DAY_SECONDS * SECOND_NS:
        return f"{day(when, words.tr)} {when:%H:%M}"
    return day(when, words.tr, with_year=whole_ns > 300 * DAY_SECONDS * SECOND_NS)


def _summary(points: tuple[PlotPoint, ...], words: Words) -> str:
    if not points:
        return words.tr("Nothing to be plotted")
    return words.tr("Owed and held over time. First: {first}. Newest: {last}").format(
        first=points[0].words, last=points[-1].words
    )
