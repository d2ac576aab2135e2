"""The schedule: kept whole, run when it is due by a clock that the test moves, whatever came of the run before."""

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import DecodingError, FileUnwritable, LuopuError, NotFound, UsageError
from app.core.home import Home
from app.core.reserveerrors import ListEmpty
from app.core.units import Nanoseconds
from app.custodian import schedule as schedule_module
from app.custodian.schedule import MAX_ENTRIES, MAX_RUNS, Outcome, Run, ScheduleBook, Scheduler, failed
from app.custodian.timetable import HOUR_NS, Every, Plan
from app.reserve.liabilities.model import ListFile
from tests.custodian.counter import Chance, Counter
from tests.fakes.consortium import MovedClock
from tests.fakes.registry import ANN, BOB


def plan(hours: int = 24, path: str = "/lists/owed.csv", **more: Any) -> Plan:
    return Plan(bytes(16), ListFile(Path(path)), Every(hours), **more)


@pytest.fixture
def book(tmp_path: Path) -> ScheduleBook:
    return ScheduleBook(Home(tmp_path / "home"))


class Work:
    """Carries out plans: notes them, and does what it is told to."""

    def __init__(self) -> None:
        self.done: list[Plan] = []
        self.error: Exception | None = None
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.go.set()

    async def carry_out(self, plan: Plan) -> Outcome:
        self.done.append(plan)
        self.begun.set()
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return Outcome("made", "00" * 8)


async def run_once(scheduler: Scheduler) -> None:
    await scheduler.look()
    await scheduler.settle()


# ---- on the disk -------------------------------------------------------------------------------------------------------
def test_what_was_added_is_there_for_another_program_until_it_is_removed(book: ScheduleBook, tmp_path: Path) -> None:
    assert (book.entries(), book.runs()) == ((), {})
    first, second = (book.add(plan(hours, publish=True), MovedClock(), Chance()) for hours in (1, 2))
    other = ScheduleBook(Home(tmp_path / "home"))
    assert other.entries() == (first, second)
    assert other.remove(first.id) == first
    assert book.entries() == (second,)
    with pytest.raises(NotFound):
        book.remove(first.id)
    assert stat.S_IMODE((tmp_path / "home" / "custodian" / "schedule.json").stat().st_mode) == 0o600


def test_the_newest_runs_of_an_entry_are_kept_for_as_long_as_it_is(book: ScheduleBook) -> None:
    kept, removed = (book.add(plan(), MovedClock(), Chance()) for _ in range(2))
    error = failed(ListEmpty(name="owed.csv"), "ab" * 8)
    for number in range(MAX_RUNS + 3):
        book.add_run(kept.id, Run(Nanoseconds(number), Nanoseconds(number + 1), error))
    book.add_run(removed.id, Run(Nanoseconds(1), Nanoseconds(2), Outcome("final", "cd" * 8, 77)))
    assert book.runs()[removed.id] == (Run(Nanoseconds(1), Nanoseconds(2), Outcome("final", "cd" * 8, 77)),)
    book.remove(removed.id)
    book.add_run(kept.id, Run(Nanoseconds(100), Nanoseconds(101), error))
    runs = book.runs()
    assert list(runs) == [kept.id]
    assert [each.slot_ns for each in runs[kept.id]] == [100, *range(MAX_RUNS + 2, 3, -1)]
    assert runs[kept.id][0].outcome == error


def test_there_are_never_too_many(book: ScheduleBook) -> None:
    for _ in range(MAX_ENTRIES):
        book.add(plan(), MovedClock(), Chance())
    with pytest.raises(UsageError):
        book.add(plan(), MovedClock(), Chance())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"format": "luopu.custodian.schedule.v1", "entries": {}}',
        b'{"format": "luopu.custodian.schedule.v1", "entries": [{}]}',
        b'{"format": "luopu.custodian.schedule.v2", "entries": []}',
    ],
)
def test_a_damaged_file_is_told_and_kept(book: ScheduleBook, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "home" / "custodian" / "schedule.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    for refused in (book.entries, lambda: book.add(plan(), MovedClock(), Chance()), lambda: book.remove("00")):
        with pytest.raises(DecodingError):
            refused()
    assert path.read_bytes() == content


# ---- when it is due ----------------------------------------------------------------------------------------------------
async def test_it_runs_when_it_is_due_and_not_again(book: ScheduleBook) -> None:
    clock, work = MovedClock(step=0), Work()
    entry = book.add(plan(6), clock, Chance())
    scheduler = Scheduler(book, work.carry_out, clock)
    for hours, expected in ((5, 0), (1, 1), (0, 1), (5, 1), (1, 2)):
        clock.at += hours * HOUR_NS
        await run_once(scheduler)
        assert len(work.done) == expected
    assert [each.slot_ns - entry.added_ns for each in book.runs()[entry.id]] == [12 * HOUR_NS, 6 * HOUR_NS]


async def test_a_run_that_was_missed_while_nothing_ran_is_made_up_once(book: ScheduleBook) -> None:
    clock, work = MovedClock(step=0), Work()
    book.add(plan(6), clock, Chance())
    clock.at += 100 * HOUR_NS
    scheduler = Scheduler(book, work.carry_out, clock)
    await run_once(scheduler)
    await run_once(scheduler)
    await run_once(Scheduler(book, work.carry_out, clock))  # started anew
    assert len(work.done) == 1


async def test_a_run_that_failed_is_told_and_stops_no_other(book: ScheduleBook) -> None:
    clock, work = MovedClock(step=0), Work()
    entry = book.add(plan(6), clock, Chance())
    scheduler = Scheduler(book, work.carry_out, clock)
    for error in (ListEmpty(name="owed.csv"), ZeroDivisionError("secret"), None):
        work.error = error
        clock.at += 6 * HOUR_NS
        await run_once(scheduler)
    made, broken, empty = (each.outcome for each in book.runs()[entry.id])
    assert (empty.state, empty.code, empty.facts) == ("failed", "list-empty", (("name", "owed.csv"),))
    assert (broken.state, broken.code, broken.facts) == ("failed", "error", (("reason", "ZeroDivisionError"),))
    assert made == Outcome("made", "00" * 8)


async def test_one_run_of_an_entry_at_a_time_while_others_go_on(book: ScheduleBook) -> None:
    clock, work = MovedClock(step=0), Work()
    slow = book.add(plan(1, "/slow"), clock, Chance())
    scheduler = Scheduler(book, work.carry_out, clock)
    work.go.clear()
    clock.at += HOUR_NS
    await scheduler.look()
    await asyncio.sleep(0)
    book.add(plan(1, "/other"), clock, Chance())
    clock.at += HOUR_NS
    await scheduler.look()
    await asyncio.sleep(0)
    assert [str(each.source.path) for each in work.done] == ["/slow", "/other"]  # type: ignore[union-attr]
    assert scheduler.is_running(slow.id)
    work.go.set()
    await scheduler.settle()
    assert not scheduler.is_running(slow.id)


async def test_where_the_disk_refuses_to_keep_what_came_of_a_run_it_is_not_repeated(
    book: ScheduleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, work = MovedClock(step=0), Work()
    book.add(plan(6), clock, Chance())
    scheduler = Scheduler(book, work.carry_out, clock)
    clock.at += 6 * HOUR_NS

    def refuse(*_: object, **__: object) -> None:
        raise FileUnwritable(path="runs.json")

    monkeypatch.setattr(schedule_module, "write_durably", refuse)
    await run_once(scheduler)
    await run_once(scheduler)
    assert len(work.done) == 1


async def test_a_run_that_is_given_up_with_the_service_is_made_up_by_the_next(book: ScheduleBook) -> None:
    clock, work = MovedClock(step=0), Work()
    entry = book.add(plan(6), clock, Chance())
    work.go.clear()
    clock.at += 6 * HOUR_NS
    running = asyncio.create_task(Scheduler(book, work.carry_out, clock).run())
    await asyncio.wait_for(work.begun.wait(), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert book.runs() == {}
    work.go.set()
    await run_once(Scheduler(book, work.carry_out, clock))
    assert [each.outcome.state for each in book.runs()[entry.id]] == ["made"]


# ---- with a chain ------------------------------------------------------------------------------------------------------
async def scheduled(counter: Counter, voucher: bytes, path: Path, **more: Any) -> str:
    wish = {"voucher": voucher.hex(), "source": {"file": str(path)}, "every": 24, **more}
    answer = await counter.ask("POST", "/v1/schedule", json=wish)
    assert answer.status == 201, answer.document
    return str(answer.document["id"])


async def runs_of(counter: Counter) -> list[Any]:
    (entry,) = (await counter.get("/v1/schedule"))["schedule"]
    return list(entry["runs"])


async def next_day(counter: Counter) -> None:
    """A day later: what is due is run to its end."""
    counter.clock.at += 24 * HOUR_NS
    await counter.blocks(1)
    await counter.scheduler.look()
    await counter.blocks_until(*list(counter.scheduler._running.values()))


async def test_a_snapshot_is_made_and_published_on_schedule_and_a_fault_in_the_list_is_told(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    path = counter.upload("owed.csv", f"account,amount\n{ANN},12.50\n".encode())
    entry = await scheduled(counter, voucher, path, publish=True)
    await next_day(counter)
    path.write_text(f"account,amount\n{ANN},12.50\n{BOB},-1\n")
    await next_day(counter)
    path.write_text(f"account,amount\n{ANN},12.50\n{BOB},100\n")
    await next_day(counter)
    path.write_text(f"account,amount\n{ANN},12.50\n{BOB},1\n")
    await next_day(counter)
    last, short, faulty, first = await runs_of(counter)
    assert (first["state"], first["error"]) == ("final", None)
    assert (faulty["state"], faulty["error"]["code"], faulty["snapshot"]) == ("failed", "list-refused", None)
    assert faulty["error"]["sentence"]
    assert (short["state"], short["error"]["code"]) == ("failed", "reserve-short")
    assert short["error"]["facts"]["missing"] == "6250"
    assert (last["state"], last["height"] > first["height"]) == ("final", True)
    shown = await counter.get(f"/v1/reserves/{first['snapshot']}")
    assert (shown["state"], shown["published"]["height"]) == ("superseded", first["height"])
    assert (await counter.ask("DELETE", f"/v1/schedule/{entry}")).status == 200
    assert (await counter.get("/v1/schedule"))["schedule"] == []


async def test_a_run_waits_for_what_is_on_its_way_of_the_same_voucher(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    earlier = await counter.made(voucher, (ANN, 1))
    await counter.ask("POST", f"/v1/reserves/{earlier}/publication")
    path = counter.upload("owed.csv", f"account,amount\n{ANN},12.50\n".encode())
    await scheduled(counter, voucher, path, publish=True)
    counter.clock.at += 24 * HOUR_NS
    await counter.scheduler.look()
    await counter.blocks_until(*list(counter.scheduler._running.values()))
    (run,) = await runs_of(counter)
    assert run["state"] == "final", run
    assert (await counter.get(f"/v1/reserves/{earlier}"))["state"] == "superseded"


async def test_without_publish_it_is_only_made(counter: Counter) -> None:
    path = counter.upload("owed.csv", f"account,amount\n{ANN},12.50\n".encode())
    await scheduled(counter, counter.bank.issue(5_000), path)
    await next_day(counter)
    (run,) = await runs_of(counter)
    assert (run["state"], run["height"]) == ("made", None)
    assert (await counter.get(f"/v1/reserves/{run['snapshot']}"))["state"] == "made"


async def test_a_request_schedules_no_file_that_it_may_not_name(counter: Counter, tmp_path: Path) -> None:
    for source in ({"file": "/etc/passwd"}, {"url_file": str(counter.folder / "a"), "query_file": "/etc/passwd"}):
        wish = {"voucher": "00" * 16, "source": source, "at": "02:00"}
        answer = await counter.ask("POST", "/v1/schedule", json=wish)
        assert (answer.status, answer.document["error"]["code"]) == (403, "source-not-allowed")
    assert json.loads((await counter.ask("GET", "/v1/schedule")).body) == {"schedule": []}


def test_errors_of_a_run_are_those_that_have_words() -> None:
    assert failed(LuopuError(reason="x", got=None)).facts == (("reason", "x"),)
