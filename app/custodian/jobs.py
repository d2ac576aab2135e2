"""Snapshots being made for business systems: one at a time, the others wait in their order.

Guarantees: there are never more than `MAX_WAITING` that wait or are being received; whoever comes then is told to come again.
What was received for a job is deleted as soon as the job has ended, however it ends. One that fails stops no other.
Leaves to others: the making itself (`app.client.reserve.work`), which keeps a snapshot whole or not at all.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.client.reserve.book import SnapshotNote
from app.client.reserve.work import OnStage, Order, Stage
from app.core.errors import LuopuError, NotFound
from app.core.ports import Randomness
from app.core.reserveerrors import CustodianBusy, ListRefused, RowProblem
from app.core.walleterrors import BadTransition
from app.custodian.sources import counted, counted_by_row
from app.reserve.liabilities.model import Liabilities

MAX_WAITING: Final = 8
MAX_KEPT: Final = 200
"""Jobs that have ended and can still be asked about."""
KEEPING: Final = "keeping"
"""The stage in which a snapshot is written: it is too late to cancel."""

_log = logging.getLogger(__name__)

Make = Callable[[Order, OnStage], Awaitable[tuple[SnapshotNote, Liabilities]]]


class JobState(StrEnum):
    """How far a job has come."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN: Final = frozenset({JobState.RECEIVING, JobState.WAITING})


@dataclass(frozen=True, slots=True)
class Work:
    """What a job is to do."""

    order: Order
    forget: Callable[[], None] = lambda: None
    """Deletes what was received for it."""
    is_of_rows: bool = False
    """The list was made of rows of a request, so its lines are counted as those."""


@dataclass(slots=True, eq=False)
class Job:
    """A snapshot being made, or what came of it."""

    id: str
    state: JobState = JobState.RECEIVING
    stage: Stage = field(default_factory=lambda: Stage("waiting"))
    rows: int = 0
    note: SnapshotNote | None = None
    error: LuopuError | None = None
    warnings: tuple[RowProblem, ...] = ()
    warning_count: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    work: Work | None = field(default=None, repr=False)

    def tell(self, stage: Stage) -> None:
        """Note how far it is."""
        self.stage = stage
        if stage.name == "reading":
            self.rows = stage.done


class Jobs:
    """All jobs of one custodian."""

    def __init__(self, make: Make, randomness: Randomness) -> None:
        self._make, self._randomness = make, randomness
        self._jobs: dict[str, Job] = {}
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._making: asyncio.Task[tuple[SnapshotNote, Liabilities]] | None = None

    @contextmanager
    def place(self) -> Iterator[Job]:
        """A place in the queue, given back unless the job was begun.

        Raises:
            CustodianBusy: all are taken.
        """
        if sum(each.state in OPEN for each in self._jobs.values()) >= MAX_WAITING:
            raise CustodianBusy(waiting=MAX_WAITING)
        job = Job(self._randomness.random_bytes(8).hex())
        self._jobs[job.id] = job
        try:
            yield job
        finally:
            if job.state is JobState.RECEIVING:
                del self._jobs[job.id]

    def begin(self, job: Job, work: Work) -> None:
        """Let a job wait for its turn."""
        job.work, job.state = work, JobState.WAITING
        self._queue.put_nowait(job)

    def get(self, job_id: str) -> Job:
        """A job.

        Raises:
            NotFound: there is none, or it ended long ago.
        """
        try:
            return self._jobs[job_id]
        except KeyError:
            raise NotFound(what="job", name=job_id[:80]) from None

    def cancel(self, job_id: str) -> Job:
        """Give a job up; what it made is thrown away.

        Raises:
            NotFound: as of `get`.
            BadTransition: it has ended, or its snapshot is being written.
        """
        job = self.get(job_id)
        if job.state is JobState.RUNNING and job.stage.name != KEEPING and self._making is not None:
            job.state = JobState.CANCELLED
            self._making.cancel()
        elif job.state is JobState.WAITING:
            self._end(job, JobState.CANCELLED)
        elif job.state is not JobState.CANCELLED:
            before = KEEPING if job.state is JobState.RUNNING else job.state.value
            raise BadTransition(entry=job_id, before=before, after=JobState.CANCELLED.value)
        return job

    async def run(self) -> None:
        """Do one job after the other, until cancelled."""
        try:
            while True:
                job = await self._queue.get()
                if job.state is JobState.WAITING:
                    await self._do(job)
        finally:
            for job in list(self._jobs.values()):
                if not job.ended.is_set() and job.work is not None:
                    self._end(job, JobState.CANCELLED)

    async def _do(self, job: Job) -> None:
        assert job.work is not None, "it was begun"
        job.state = JobState.RUNNING
        self._making = asyncio.ensure_future(self._make(job.work.order, job.tell))
        try:
            job.note, listed = await self._making
        except asyncio.CancelledError:
            self._end(job, JobState.CANCELLED)
            if _is_ending():
                raise
        except LuopuError as error:
            is_renumbered = job.work.is_of_rows and isinstance(error, ListRefused)
            job.error = counted_by_row(error) if is_renumbered and isinstance(error, ListRefused) else error
            self._end(job, JobState.FAILED)
        except Exception as error:  # noqa: BLE001 - a fault of this program stops this job and no other
            _log.exception("a snapshot could not be made")
            job.error = LuopuError(reason=type(error).__name__)
            self._end(job, JobState.FAILED)
        else:
            job.warnings = counted(listed.warnings) if job.work.is_of_rows else listed.warnings
            job.warning_count, job.rows = listed.warning_count, len(listed)
            self._end(job, JobState.DONE)
        finally:
            self._making = None

    def _end(self, job: Job, state: JobState) -> None:
        job.state = state
        if job.work is not None:
            job.work.forget()
            job.work = None
        job.ended.set()
        over = [each for each in self._jobs.values() if each.ended.is_set()]
        for each in over[: max(0, len(over) - MAX_KEPT)]:
            del self._jobs[each.id]


def _is_ending() -> bool:
    """Whether it was this task that was cancelled, and not only what it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
