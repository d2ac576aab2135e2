"""When a snapshot is due: each moment once, what was missed once, times of day by the zone's clock."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageError
from app.core.units import NANOSECONDS_PER_SECOND, Nanoseconds
from app.custodian.asked import Asked
from app.custodian.sources import QueryFiles
from app.custodian.timetable import HOUR_NS, WISH, At, Entry, Every, Plan, due_slot, next_slot, plan_as_json, plan_of
from app.reserve.liabilities.model import ListFile

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def at(text: str) -> Nanoseconds:
    return Nanoseconds(int(datetime.fromisoformat(text).timestamp()) * NANOSECONDS_PER_SECOND)


def entry(when: Every | At, added: str = "2026-11-20T10:00:00+08:00") -> Entry:
    return Entry("0011", at(added), Plan(bytes(16), ListFile(Path("/lists/owed.csv")), when))


def test_every_so_many_hours_it_is_first_due_after_so_many_hours() -> None:
    six = entry(Every(6))
    assert due_slot(six, (), at("2026-11-20T15:59:59+08:00"), SHANGHAI) is None
    first = at("2026-11-20T16:00:00+08:00")
    assert due_slot(six, (), first, SHANGHAI) == first
    assert due_slot(six, (first,), at("2026-11-20T21:59:00+08:00"), SHANGHAI) is None
    assert next_slot(six, first, SHANGHAI) == at("2026-11-20T22:00:00+08:00")


def test_each_day_at_a_time_of_the_zone() -> None:
    night = entry(At(2, 0))
    assert due_slot(night, (), at("2026-11-21T01:59:59+08:00"), SHANGHAI) is None
    slot = at("2026-11-21T02:00:00+08:00")
    assert due_slot(night, (), at("2026-11-21T02:00:00+08:00"), SHANGHAI) == slot
    assert due_slot(night, (slot,), at("2026-11-22T01:59:00+08:00"), SHANGHAI) is None
    assert due_slot(night, (slot,), at("2026-11-22T02:03:00+08:00"), SHANGHAI) == at("2026-11-22T02:00:00+08:00")
    assert next_slot(night, slot, SHANGHAI) == at("2026-11-22T02:00:00+08:00")
    assert next_slot(night, at("2026-11-21T01:00:00+08:00"), SHANGHAI) == slot


@pytest.mark.parametrize("when", [Every(6), At(2, 0)])
def test_of_all_that_was_missed_only_the_last_is_made_up(when: Every | At) -> None:
    missing, now = entry(when), at("2026-11-25T14:59:00+08:00")
    slot = due_slot(missing, (), now, SHANGHAI)
    assert slot is not None
    assert now - slot < 13 * HOUR_NS
    assert due_slot(missing, (slot,), now, SHANGHAI) is None


@pytest.mark.parametrize("when", [Every(6), At(2, 0)])
def test_what_a_wrong_clock_noted_of_the_future_holds_up_nothing(when: Every | At) -> None:
    future, now = at("2031-01-01T02:00:00+08:00"), at("2026-11-25T14:59:00+08:00")
    assert due_slot(entry(when), (future,), now, SHANGHAI) is not None


def test_days_on_which_clocks_are_moved_have_one_moment_each() -> None:
    """At 02:30 of 2026-03-29 there is no such time in Berlin, and at 02:30 of 2026-10-25 there are two."""
    for added, days in (("2026-03-27T12:00:00+01:00", 27), ("2026-10-23T12:00:00+02:00", 23)):
        night, found = entry(At(2, 30), added), list[int]()
        for minute in range(0, 4 * 1440, 10):
            now = Nanoseconds(at(added) + minute * 60 * NANOSECONDS_PER_SECOND)
            slot = due_slot(night, found, now, BERLIN)
            if slot is not None:
                found.append(slot)
        dates = [datetime.fromtimestamp(slot / NANOSECONDS_PER_SECOND, BERLIN).day for slot in found]
        assert dates == [days + 1, days + 2, days + 3, days + 4]


@given(
    hours=st.integers(1, 100),
    steps=st.lists(st.integers(0, 500_000), min_size=1, max_size=50),
    zone=st.sampled_from([UTC, SHANGHAI, BERLIN]),
    minute=st.none() | st.integers(0, 1439),
)
def test_however_time_goes_no_moment_is_due_twice_and_what_is_next_is_ahead(
    hours: int, steps: list[int], zone: tzinfo, minute: int | None
) -> None:
    planned, done = entry(Every(hours) if minute is None else At(*divmod(minute, 60))), list[int]()
    now = int(planned.added_ns)
    for step in steps:
        now += step * NANOSECONDS_PER_SECOND
        slot = due_slot(planned, done, Nanoseconds(now), zone)
        if slot is not None:
            assert planned.added_ns < slot <= now
            assert slot not in done
            done.append(slot)
        assert due_slot(planned, done, Nanoseconds(now), zone) is None
        ahead = next_slot(planned, Nanoseconds(now), zone)
        assert ahead > now
        assert due_slot(planned, done, ahead, zone) == ahead


@pytest.mark.parametrize(
    "plan",
    [
        Plan(bytes(range(16)), ListFile(Path("/a")), Every(24), (3, 4), 100, True),
        Plan(bytes(16), QueryFiles(Path("/u"), Path("/q")), At(23, 59)),
    ],
)
def test_a_plan_is_read_as_it_was_written(plan: Plan) -> None:
    assert plan_of(Asked(plan_as_json(plan), WISH)) == plan


@pytest.mark.parametrize(
    "change",
    [
        {"every": 5, "at": "02:00"},
        {"at": None},
        {"at": "24:00"},
        {"at": "2:00"},
        {"at": None, "every": 0},
        {"at": None, "every": 8_761},
        {"source": {}},
        {"source": {"file": "/a", "url_file": "/b"}},
        {"source": {"url_file": "/b"}},
        {"source": "/a"},
        {"publish": "yes"},
        {"padding": 10**9},
        {"voucher": "zz" * 16},
        {"colour": "red"},
    ],
)
def test_a_plan_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    wish: dict[str, object] = {"voucher": "00" * 16, "source": {"file": "/a"}, "at": "02:00"}
    plan_of(Asked(wish, WISH))
    with pytest.raises(UsageError):
        plan_of(Asked(wish | change, WISH))
