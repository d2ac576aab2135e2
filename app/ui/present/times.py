"""Moments in the clerk's zone, and how old something is. The clock is an argument.

Guarantees: no float anywhere between nanoseconds and the text. A time on paper carries its offset from UTC.
"""

from datetime import UTC, datetime, timedelta

from app.ui.present.language import Translate, Words
from app.ui.present.numbers import SECOND_NS, span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RECENT_SECONDS = 5


def local(moment_ns: int, words: Words) -> datetime:
    """The moment in the clerk's zone, to the microsecond."""
    return (EPOCH + timedelta(microseconds=moment_ns // 1000)).astimezone(words.zone)


def clock(moment_ns: int, now_ns: int, words: Words, *, seconds: bool = False) -> str:
    """Time of day, with the day before it unless it is today: 13:05, yesterday 17:58, 30 Oct 08:14."""
    when, now = local(moment_ns, words), local(now_ns, words)
    time = f"{when:%H:%M:%S}" if seconds else f"{when:%H:%M}"
    days = (now.date() - when.date()).days
    if days == 0:
        return time
    if days == 1:
        return words.tr("yesterday {time}").format(time=time)
    if days == -1:
        return words.tr("tomorrow {time}").format(time=time)
    return f"{day(when, words.tr, with_year=when.year != now.year)} {time}"


def full(moment_ns: int, words: Words) -> str:
    """Date, time to the second and offset from UTC: 22 Nov 2026 13:05:41 (UTC+08:00)."""
    when = local(moment_ns, words)
    offset = f"{when:%z}"
    return f"{day(when, words.tr, with_year=True)} {when:%H:%M:%S} (UTC{offset[:3]}:{offset[3:5]})"


def today(now_ns: int, words: Words) -> str:
    """Date and weekday: Sunday, 22 Nov."""
    now = local(now_ns, words)
    return words.tr("{weekday}, {date}").format(weekday=_weekdays(words.tr)[now.weekday()], date=day(now, words.tr))


def day(when: datetime, tr: Translate, *, with_year: bool = False) -> str:
    """Day and month, with the year where asked."""
    month = _months(tr)[when.month - 1]
    if with_year:
        return tr("{day} {month} {year}").format(day=when.day, month=month, year=f"{when.year:04}")
    return tr("{day} {month}").format(day=when.day, month=month)


def age(moment_ns: int, now_ns: int, words: Words) -> str:
    """How long ago: just now, 8 seconds ago. A moment to come is said by its clock time."""
    seconds = (now_ns - moment_ns) // SECOND_NS
    if seconds < -RECENT_SECONDS:
        return words.tr("at {time} by block time").format(time=clock(moment_ns, now_ns, words))
    if seconds < RECENT_SECONDS:
        return words.tr("just now")
    return words.tr("{span} ago").format(span=span(seconds, words.tr))


def _months(tr: Translate) -> tuple[str, ...]:
    return (
        *(tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun")),
        *(tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"), tr("Dec")),
    )


def _weekdays(tr: Translate) -> tuple[str, ...]:
    return (
        *(tr("Monday"), tr("Tuesday"), tr("Wednesday"), tr("Thursday"), tr("Friday")),
        *(tr("Saturday"), tr("Sunday")),
    )
