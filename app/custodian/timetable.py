"""Snapshots on a schedule: which, of what, and when each is due (white paper 3.4.3).

Guarantees: pure; one moment has one answer. Of several moments that were missed only the last one counts, so a run that was
missed is made up once. A time of day is that of the zone, whatever its clocks are moved by.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Final

from app.core.errors import UsageError
from app.core.units import NANOSECONDS_PER_SECOND, Nanoseconds
from app.custodian.asked import Asked
from app.custodian.sources import QueryFiles
from app.reserve.formula import MAX_PADDING
from app.reserve.liabilities.model import ListFile

MAX_HOURS: Final = 8_760
HOUR_NS: Final = 3_600 * NANOSECONDS_PER_SECOND
_TIME: Final = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])")
WISH: Final = frozenset({"voucher", "source", "accounts", "padding", "every", "at", "publish"})
"""Names in what is asked for; an entry has an id and a moment besides."""
_SOURCE: Final = frozenset({"file", "url_file", "query_file"})


@dataclass(frozen=True, slots=True)
class Every:
    """So many hours after it was added, and again and again."""

    hours: int


@dataclass(frozen=True, slots=True)
class At:
    """Each day at a time of the computer's zone."""

    hour: int
    minute: int

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made, and when."""

    voucher: bytes
    source: ListFile | QueryFiles
    when: Every | At
    accounts: tuple[int, ...] = ()
    padding: int = 0
    publish: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A plan in the schedule."""

    id: str
    added_ns: Nanoseconds
    plan: Plan


# ---- when --------------------------------------------------------------------------------------------------------------
def due_slot(entry: Entry, done: Iterable[int], now: Nanoseconds, zone: tzinfo | None) -> Nanoseconds | None:
    """The moment for which a run is due, of those for which none is `done`. `zone` None: that of the computer.

    What is noted of the future, by a clock that was wrong, counts for nothing.
    """
    slot = _last_slot(entry, now, zone)
    newest = max((each for each in done if each <= now), default=entry.added_ns)
    return Nanoseconds(slot) if slot > newest else None


def next_slot(entry: Entry, now: Nanoseconds, zone: tzinfo | None) -> Nanoseconds:
    """When it is next due, but for what was missed."""
    when = entry.plan.when
    if isinstance(when, Every):
        return Nanoseconds(max(_last_slot(entry, now, zone), entry.added_ns) + when.hours * HOUR_NS)
    today = datetime.fromtimestamp(now // NANOSECONDS_PER_SECOND, zone).date()
    slots = (_moment(today + timedelta(days=days), when, zone) for days in range(3))
    return Nanoseconds(next(each for each in slots if each > now))


def _last_slot(entry: Entry, now: Nanoseconds, zone: tzinfo | None) -> int:
    when = entry.plan.when
    if isinstance(when, Every):
        period = when.hours * HOUR_NS
        return entry.added_ns + (now - entry.added_ns) // period * period
    today = datetime.fromtimestamp(now // NANOSECONDS_PER_SECOND, zone).date()
    slots = (_moment(today - timedelta(days=days), when, zone) for days in range(-1, 3))
    return next(each for each in slots if each <= now)


def _moment(day: date, when: At, zone: tzinfo | None) -> int:
    moment = datetime.combine(day, time(when.hour, when.minute), zone)
    return int(moment.timestamp()) * NANOSECONDS_PER_SECOND


# ---- as it is asked for and kept ---------------------------------------------------------------------------------------
def plan_of(asked: Asked) -> Plan:
    """A plan, as somebody asks for it.

    Raises:
        UsageError: something else is said.
    """
    return Plan(
        voucher=asked.voucher(),
        source=_source(asked.inside("source", _SOURCE)),
        when=_when(asked),
        accounts=asked.numbers("accounts"),
        padding=asked.number("padding", 0, MAX_PADDING, 0),
        publish=asked.flag("publish"),
    )


def plan_as_json(plan: Plan) -> dict[str, object]:
    """The same as JSON."""
    source, when = plan.source, plan.when
    said: dict[str, object] = (
        {"file": str(source.path)}
        if isinstance(source, ListFile)
        else {"url_file": str(source.url_file), "query_file": str(source.query_file)}
    )
    return {
        "voucher": plan.voucher.hex(),
        "source": said,
        "accounts": list(plan.accounts),
        "padding": plan.padding,
        **({"every": when.hours} if isinstance(when, Every) else {"at": str(when)}),
        "publish": plan.publish,
    }


def _source(asked: Asked) -> ListFile | QueryFiles:
    if asked.has("file") == (asked.has("url_file") or asked.has("query_file")):
        raise UsageError(argument="source", expected="either file, or url_file and query_file")
    if asked.has("file"):
        return ListFile(Path(asked.text("file")))
    return QueryFiles(Path(asked.text("url_file")), Path(asked.text("query_file")))


def _when(asked: Asked) -> Every | At:
    if asked.has("every") == asked.has("at"):
        raise UsageError(argument="every, at", expected="one of the two")
    return Every(asked.number("every", 1, MAX_HOURS)) if asked.has("every") else time_of(asked.text("at"))


def time_of(untrusted_text: str) -> At:
    """A time of day: "02:00".

    Raises:
        UsageError: anything else.
    """
    found = _TIME.fullmatch(untrusted_text)
    if found is None:
        raise UsageError(argument="at", expected="HH:MM", got=untrusted_text[:80])
    return At(int(found[1]), int(found[2]))
