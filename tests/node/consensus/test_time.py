"""Moments keep every nanosecond on the way through text and timestamps."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DecodingError, OutOfRange
from app.core.units import Nanoseconds
from app.node.consensus.time import (
    FIRST_SECOND,
    GO_ZERO_TIME,
    LAST_SECOND,
    decode_time,
    encode_time,
    from_timestamp,
    to_timestamp,
)

LAST_MOMENT = LAST_SECOND * 1_000_000_000 + 999_999_999
MOMENTS = st.integers(GO_ZERO_TIME, LAST_MOMENT).map(Nanoseconds)


@given(MOMENTS)
def test_every_moment_survives_text_and_timestamp(moment: Nanoseconds) -> None:
    assert decode_time(encode_time(moment)) == moment
    assert from_timestamp(to_timestamp(moment)) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2023-05-17T14:12:53.088875124Z", 1_684_332_773_088_875_124),
        ("2024-09-13T15:58:27.05956617Z", 1_726_243_107_059_566_170),
        ("2024-02-29T00:00:00.1Z", 1_709_164_800_100_000_000),
        ("0001-01-01T00:00:00Z", GO_ZERO_TIME),
        ("9999-12-31T23:59:59.999999999Z", LAST_MOMENT),
    ],
)
def test_text_is_written_as_go_writes_it(text: str, moment: int) -> None:
    assert decode_time(text) == moment
    assert encode_time(Nanoseconds(moment)) == text


def test_zeros_at_the_end_of_the_decimals_are_read_but_not_written() -> None:
    assert encode_time(decode_time("2024-01-01T00:00:00.500000000Z")) == "2024-01-01T00:00:00.5Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+00:00",
        "2024-01-01 00:00:00Z",
        "2024-01-01t00:00:00z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00.1234567890Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:60Z",
        "2024-13-01T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "20240-01-01T00:00:00Z",
        "2024-01-01T00:00:00Z\n",
        "２０２４-01-01T00:00:00Z",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(DecodingError):
        decode_time(text)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(DecodingError):
        decode_time(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(FIRST_SECOND - 1, 0), (LAST_SECOND + 1, 0), (0, -1), (0, 1_000_000_000)]
)
def test_timestamps_that_cometbft_cannot_write_are_refused(seconds: int, nanos: int) -> None:
    with pytest.raises(OutOfRange):
        from_timestamp(Timestamp(seconds=seconds, nanos=nanos))


@pytest.mark.parametrize("moment", [GO_ZERO_TIME - 1, LAST_MOMENT + 1, 2**80])
def test_moments_beyond_the_calendar_are_refused(moment: int) -> None:
    with pytest.raises(OutOfRange):
        to_timestamp(Nanoseconds(moment))
    with pytest.raises(OutOfRange):
        encode_time(Nanoseconds(moment))
