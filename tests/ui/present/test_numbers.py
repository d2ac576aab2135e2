"""Numbers, sizes, shares and spans."""

import pytest

from app.ui.present.language import Words
from app.ui.present.numbers import number, percent, permille, remaining_seconds, size, span, time_left


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (999, "999"),
        (52814, "52\u2009814"),
        (2**63, "9\u2009223\u2009372\u2009036\u2009854\u2009775\u2009808"),
    ],
)
def test_numbers_are_grouped_by_thin_spaces(value: int, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (3_412_907, "3.4 MB"),
        (6_800_000_000, "6.8 GB"),
        (2 * 10**15, "2\u2009000.0 TB"),
    ],
)
def test_sizes_are_said_in_the_largest_unit_that_fits(count: int, said: str) -> None:
    assert size(count) == said


def test_a_share_is_whole_only_when_all_is_done() -> None:
    assert percent(10**12 - 1, 10**12) == "99%"
    assert percent(10**12, 10**12) == "100%"
    assert permille(10**12 - 1, 10**12) == 999


def test_more_than_all_is_all() -> None:
    assert permille(5, 4) == 1000


def test_an_empty_file_is_done_at_once() -> None:
    assert percent(0, 0) == "100%"


def test_an_estimate_is_unknown_without_a_rate(english: Words) -> None:
    assert remaining_seconds(100, 0) is None
    assert time_left(None, english.tr) == "time left unknown"


def test_an_estimate_is_never_zero_seconds_while_something_is_left() -> None:
    assert remaining_seconds(1, 1000) == 1


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (8, "8 seconds"), (60, "1 minute"), (7200, "2 hours"), (86_400, "1 day"), (172_800, "2 days")],
)
def test_spans_have_the_right_plural(seconds: int, said: str, english: Words) -> None:
    assert span(seconds, english.tr) == said


def test_spans_in_chinese(chinese: Words) -> None:
    assert time_left(8, chinese.tr) == "约剩 8 秒"
