"""Snapshots are made one after the other; what was received for them is gone in the end, however it ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.client.reserve.work import OnStage, Order, Stage
from app.core.errors import LuopuError, NotFound
from app.core.reserveerrors import CustodianBusy, ListEmpty
from app.core.walleterrors import BadTransition
from app.custodian.jobs import MAX_KEPT, MAX_WAITING, Job, Jobs, JobState, Work
from tests.custodian.counter import Chance


class Maker:
    """Makes nothing, but tells what was asked of it and waits until it may go on."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.at_it = 0
        self.most = 0
        self.go = asyncio.Event()
        self.came = asyncio.Event()
        self.error: Exception | None = None
        self.stage = "reading"

    async def make(self, order: Order, on_stage: OnStage) -> Any:
        self.begun.append(order.padding)
        self.at_it += 1
        self.most = max(self.most, self.at_it)
        on_stage(Stage(self.stage, 7))
        self.came.set()
        try:
            await self.go.wait()
        finally:
            self.at_it -= 1
        if self.error is not None:
            raise self.error
        return "note", Listed()


class Listed:
    warnings = ()
    warning_count = 0

    def __len__(self) -> int:
        return 7


@asynccontextmanager
async def working(maker: Maker) -> AsyncIterator[Jobs]:
    jobs = Jobs(maker.make, Chance())
    task = asyncio.create_task(jobs.run())
    try:
        yield jobs
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def begin(jobs: Jobs, number: int, forget: Callable[[], None] = lambda: None) -> Job:
    with jobs.place() as job:
        jobs.begin(job, Work(Order(b"", None, padding=number), forget))  # type: ignore[arg-type]
    return job


async def test_one_at_a_time_in_their_order() -> None:
    maker = Maker()
    async with working(maker) as jobs:
        made = [begin(jobs, number) for number in range(3)]
        await maker.came.wait()
        assert [each.state for each in made] == [JobState.RUNNING, JobState.WAITING, JobState.WAITING]
        assert (made[0].stage.name, made[0].rows) == ("reading", 7)
        maker.go.set()
        await made[-1].ended.wait()
    assert (maker.begun, maker.most) == ([0, 1, 2], 1)
    assert {each.state for each in made} == {JobState.DONE}


async def test_what_was_received_is_forgotten_however_a_job_ends() -> None:
    maker, forgotten = Maker(), list[str]()
    async with working(maker) as jobs:
        running = begin(jobs, 0, lambda: forgotten.append("running"))
        waiting = begin(jobs, 1, lambda: forgotten.append("waiting"))
        await maker.came.wait()
        assert jobs.cancel(waiting.id).state is JobState.CANCELLED
        jobs.cancel(running.id)
        await running.ended.wait()
        assert running.state is JobState.CANCELLED
        maker.error = ListEmpty(name="x")
        maker.go.set()
        failing = begin(jobs, 2, lambda: forgotten.append("failing"))
        await failing.ended.wait()
        maker.go.clear()
        maker.came.clear()
        begin(jobs, 3, lambda: forgotten.append("when it ends"))
        await maker.came.wait()
    assert forgotten == ["waiting", "running", "failing", "when it ends"]
    assert maker.begun == [0, 2, 3]
    assert (failing.state, failing.error) == (JobState.FAILED, maker.error)


async def test_a_fault_of_the_program_stops_one_job_only() -> None:
    maker = Maker()
    maker.error = ZeroDivisionError("secret")
    maker.go.set()
    async with working(maker) as jobs:
        broken = begin(jobs, 0)
        await broken.ended.wait()
        maker.error = None
        good = begin(jobs, 1)
        await good.ended.wait()
    assert isinstance(broken.error, LuopuError)
    assert broken.error.facts == {"reason": "ZeroDivisionError"}
    assert good.state is JobState.DONE


async def test_what_is_being_written_or_has_ended_is_not_cancelled() -> None:
    maker = Maker()
    maker.stage = "keeping"
    async with working(maker) as jobs:
        job = begin(jobs, 0)
        await maker.came.wait()
        with pytest.raises(BadTransition):
            jobs.cancel(job.id)
        maker.go.set()
        await job.ended.wait()
        with pytest.raises(BadTransition):
            jobs.cancel(job.id)
        assert job.state is JobState.DONE
        with pytest.raises(NotFound):
            jobs.cancel("0000")


async def test_places_are_bounded_and_given_back() -> None:
    jobs = Jobs(Maker().make, Chance())
    for number in range(MAX_WAITING):
        begin(jobs, number)
    with pytest.raises(CustodianBusy), jobs.place():
        pass
    jobs.cancel(next(iter(jobs._jobs)))
    with pytest.raises(ZeroDivisionError), jobs.place() as job:
        raise ZeroDivisionError  # the upload failed
    with pytest.raises(NotFound):
        jobs.get(job.id)
    begin(jobs, 9)


async def test_of_many_that_ended_the_newest_can_be_asked_about() -> None:
    maker = Maker()
    maker.go.set()
    async with working(maker) as jobs:
        made = []
        for number in range(MAX_KEPT + 2):
            made.append(begin(jobs, number))
            await made[-1].ended.wait()
        assert jobs.get(made[-1].id) is made[-1]
        assert jobs.get(made[2].id) is made[2]
        with pytest.raises(NotFound):
            jobs.get(made[1].id)
