"""Moments: CometBFT's timestamps and RFC 3339 text as whole nanoseconds since 1970, and back, without loss.

Guarantees: every conversion is exact integer arithmetic and refuses what CometBFT cannot represent, years outside
0001 … 9999. Python's own date-and-time type keeps microseconds only; it is used for the calendar, never for a moment.
"""

import re
from datetime import date
from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.errors import DecodingError, OutOfRange
from app.core.units import NANOSECONDS_PER_SECOND, Nanoseconds

FIRST_SECOND = -62_135_596_800  # 0001-01-01T00:00:00Z, the zero value of Go's time
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
SECONDS_PER_DAY = 86_400
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
GO_ZERO_TIME = Nanoseconds(FIRST_SECOND * NANOSECONDS_PER_SECOND)
"""What an absent signature carries for its time (CometBFT v0.39.4, types/block.go, NewCommitSigAbsent)."""

RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?Z", re.ASCII)


def is_representable(timestamp: Timestamp) -> bool:
    """Whether CometBFT could have written this timestamp."""
    return FIRST_SECOND <= timestamp.seconds <= LAST_SECOND and 0 <= timestamp.nanos < NANOSECONDS_PER_SECOND


def from_timestamp(untrusted_timestamp: Timestamp) -> Nanoseconds:
    """The moment of a timestamp.

    Raises:
        OutOfRange: outside the years 0001 … 9999, or nanoseconds not within a second.
    """
    if not is_representable(untrusted_timestamp):
        raise OutOfRange(
            field="time", expected="0001 … 9999", got=f"{untrusted_timestamp.seconds} s {untrusted_timestamp.nanos} ns"
        )
    return Nanoseconds(untrusted_timestamp.seconds * NANOSECONDS_PER_SECOND + untrusted_timestamp.nanos)


def to_timestamp(moment: Nanoseconds) -> Timestamp:
    """The timestamp of a moment.

    Raises:
        OutOfRange: outside the years 0001 … 9999.
    """
    seconds, nanoseconds = split_seconds(moment)
    return Timestamp(seconds=seconds, nanos=nanoseconds)


def split_seconds(moment: Nanoseconds) -> tuple[int, int]:
    """Whole seconds since 1970 (rounded down) and the nanoseconds beyond them.

    Raises:
        OutOfRange: outside the years 0001 … 9999.
    """
    seconds, nanoseconds = divmod(moment, NANOSECONDS_PER_SECOND)
    if not FIRST_SECOND <= seconds <= LAST_SECOND:
        raise OutOfRange(field="time", expected="0001 … 9999", got=f"{seconds} s")
    return seconds, nanoseconds


def decode_time(untrusted_text: str) -> Nanoseconds:
    """The moment of RFC 3339 text in UTC ("2023-05-17T14:12:53.088875124Z"), at most nine decimals.

    Raises:
        DecodingError: other text, another zone than Z, or a day that does not exist.
    """
    seconds, nanoseconds = decode_seconds(untrusted_text)
    return Nanoseconds(seconds * NANOSECONDS_PER_SECOND + nanoseconds)


def decode_seconds(untrusted_text: str) -> tuple[int, int]:
    """As `decode_time`, but seconds and nanoseconds apart, as a timestamp carries them."""
    match = RFC3339.fullmatch(untrusted_text) if isinstance(untrusted_text, str) else None
    if match is None:
        raise DecodingError(kind="time")
    day, hour, minute, second, fraction = match.groups()
    seconds = _days(day) * SECONDS_PER_DAY + int(hour) * 3600 + int(minute) * 60 + int(second)
    return seconds, int(fraction.ljust(9, "0")) if fraction else 0


def encode_time(moment: Nanoseconds) -> str:
    """RFC 3339 text in UTC, decimals without trailing zeros: what Go calls RFC3339Nano.

    Raises:
        OutOfRange: outside the years 0001 … 9999.
    """
    return encode_seconds(*split_seconds(moment))


def encode_seconds(seconds: int, nanoseconds: int) -> str:
    """As `encode_time`, from seconds and nanoseconds as a timestamp carries them."""
    days, rest = divmod(seconds, SECONDS_PER_DAY)
    hour, rest = divmod(rest, 3600)
    fraction = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    return f"{_day(days)}T{hour:02d}:{rest // 60:02d}:{rest % 60:02d}{fraction}Z"


@lru_cache(maxsize=64)  # neighbouring blocks share their day
def _days(day: str) -> int:
    try:
        return date.fromisoformat(day).toordinal() - EPOCH_ORDINAL
    except ValueError as error:
        raise DecodingError(kind="time") from error


@lru_cache(maxsize=64)
def _day(days: int) -> str:
    return date.fromordinal(days + EPOCH_ORDINAL).isoformat()
