"""Moments in the clerk's zone."""

from dataclasses import replace
from datetime import UTC

from app.ui.present.language import Words
from app.ui.present.times import age, clock, full, today
from tests.fakes.desk_facts import NOW_NS, SECOND_NS

HOUR = 3600 * SECOND_NS


def test_today_is_said_by_the_clock_alone(chinese: Words) -> None:
    assert clock(NOW_NS, NOW_NS, chinese) == "13:05"
    assert clock(NOW_NS, NOW_NS, chinese, seconds=True) == "13:05:45"


def test_yesterday_tomorrow_and_other_days_are_named(chinese: Words, english: Words) -> None:
    assert clock(NOW_NS - 20 * HOUR, NOW_NS, chinese) == "昨天 17:05"
    assert clock(NOW_NS + 20 * HOUR, NOW_NS, english) == "tomorrow 09:05"
    assert clock(NOW_NS - 23 * 24 * HOUR, NOW_NS, chinese) == "10 月 30 日 13:05"
    assert clock(NOW_NS - 400 * 24 * HOUR, NOW_NS, english) == "18 Oct 2025 13:05"


def test_a_time_on_paper_carries_its_offset(english: Words, chinese: Words) -> None:
    assert full(NOW_NS, english) == "22 Nov 2026 13:05:45 (UTC+08:00)"
    assert full(NOW_NS, chinese) == "2026 年 11 月 22 日 13:05:45 (UTC+08:00)"


def test_the_zone_is_an_argument(english: Words) -> None:
    assert clock(NOW_NS, NOW_NS, replace(english, zone=UTC)) == "05:05"


def test_the_day_is_said_with_its_weekday(chinese: Words, english: Words) -> None:
    assert today(NOW_NS, chinese) == "11 月 22 日，星期日"
    assert today(NOW_NS, english) == "Sunday, 22 Nov"


def test_ages_begin_with_just_now(english: Words) -> None:
    assert age(NOW_NS - 2 * SECOND_NS, NOW_NS, english) == "just now"
    assert age(NOW_NS - 8 * SECOND_NS, NOW_NS, english) == "8 seconds ago"
    assert age(NOW_NS - HOUR, NOW_NS, english) == "1 hour ago"


def test_a_block_from_the_future_is_not_called_new(english: Words) -> None:
    assert age(NOW_NS + HOUR, NOW_NS, english) == "at 14:05 by block time"


def test_gos_zero_time_can_be_said(english: Words) -> None:
    assert full(-62_135_596_800 * SECOND_NS + 24 * HOUR, english) == "2 Jan 0001 08:00:00 (UTC+08:00)"
