"""A custodian at work: its snapshots, publications and papers, as the service and the schedule want them (white paper 3.4.3).

Guarantees: the snapshots of one custodian are looked at by one caller at a time, so that a large one is built in memory once.
Leaves to others: HTTP (`app.custodian.api`), and making and proving (`app.client.reserve.work`).
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.client.node import NodeClient
from app.client.reserve.book import SnapshotNote
from app.client.reserve.standing import Standing
from app.client.reserve.work import OnStage, Order, Reserving, Snapshot, file_name
from app.core.errors import LuopuError, NotFound
from app.core.keys import PublicKey
from app.core.ports import Clock, Randomness, Signer
from app.custodian.jobs import Job, Jobs, Work
from app.custodian.publishing import Publication, Publisher
from app.custodian.schedule import Outcome, failed
from app.custodian.sources import load_source
from app.custodian.timetable import Plan
from app.reserve.liabilities.model import Liabilities
from app.reserve.verify import Report
from app.wallet.outbox import Outbox

MAX_PAPERS: Final = 100
"""Of unique pieces, in one answer."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper, and the name of its file."""

    name: str
    serial: int
    """0: of a divisible voucher."""
    content: bytes


class Custodian:
    """One custodian's home, with an open vault and an unlocked key."""

    def __init__(
        self,
        node: NodeClient,
        outbox: Outbox,
        signer: Signer,
        reserving: Reserving,
        *,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self.reserving = reserving
        self._key: PublicKey = signer.public_key
        self._turn = asyncio.Lock()
        self.jobs = Jobs(self._make, randomness)
        self.publisher = Publisher(node, outbox, signer, reserving, self.look, clock=clock, randomness=randomness)

    # ---- snapshots ---------------------------------------------------------------------------------------------------
    async def look(self, snapshot: str) -> Snapshot:
        """A snapshot as of now. Errors as of `Reserving.snapshot`."""
        async with self._turn:
            return await self.reserving.snapshot(snapshot)

    async def shown(self, snapshot: str) -> tuple[Snapshot, Publication]:
        """The same, with what became of publishing it."""
        found = await self.look(snapshot)
        return found, await self.publisher.of(found)

    async def listed(self, limit: int) -> list[tuple[Snapshot, Publication]]:
        """The newest that are kept here."""
        notes = await asyncio.to_thread(self.reserving.book.notes)
        return [await self.shown(each.id) for each in notes[:limit]]

    async def _make(self, order: Order, on_stage: OnStage) -> tuple[SnapshotNote, Liabilities]:
        return await self.reserving.make(order, self._key, on_stage)

    # ---- papers ------------------------------------------------------------------------------------------------------
    async def papers(self, snapshot: str, account: int, after: int = 0) -> list[Paper]:
        """The papers of one account in a published snapshot; of unique pieces those with serials behind `after`, rising.

        Raises:
            NotFound: there is no such snapshot, or nothing is owed to that account in it.
            NotPublished: it is not on the chain.
        """
        async with self._turn:
            papers, owed = await self.reserving.papers(snapshot)
        rows = np.flatnonzero(owed.numbers == account)
        if not len(rows):
            raise NotFound(what="account in the list", name=str(account))
        if owed.serials is not None:
            serials = owed.serials[rows]
            behind = rows[serials > after]
            rows = behind[np.argsort(owed.serials[behind])][:MAX_PAPERS]
        wanted = [(row, 0 if owed.serials is None else int(owed.serials[row])) for row in rows.tolist()]
        return await asyncio.to_thread(
            lambda: [Paper(file_name(owed, row), serial, papers.paper(row)) for row, serial in wanted]
        )

    async def verify(
        self, untrusted_paper: bytes, account: str | None
    ) -> tuple[Report, Standing | None, LuopuError | None]:
        """Verify a paper that somebody handed in, and look its publication up; the error says why that could not be done."""
        report = await self.reserving.verify(untrusted_paper, account)
        try:
            return report, await self.reserving.standing(report), None
        except LuopuError as error:
            return report, None, error

    # ---- on a schedule -----------------------------------------------------------------------------------------------
    async def carry_out(self, plan: Plan) -> Outcome:
        """Make a snapshot and, where that is wanted, publish it; what came of it.

        Raises:
            LuopuError: no snapshot was made.
        """
        source = await asyncio.to_thread(load_source, plan.source)
        await self.publisher.settle(plan.voucher)  # what is on its way would make a new snapshot late
        with self.jobs.place() as job:
            self.jobs.begin(job, Work(Order(plan.voucher, source, plan.accounts, plan.padding)))
        note = await _made(job)
        if not plan.publish:
            return Outcome("made", note.id)
        try:
            await self.publisher.publish(note.id)
            became = await self.publisher.wait_for(note.id)
        except LuopuError as error:
            return failed(error, note.id)
        if became.error is not None:
            return failed(became.error, note.id)
        return Outcome(became.state, note.id, height=became.height or 0 if became.state == "final" else 0)


async def _made(job: Job) -> SnapshotNote:
    """The snapshot of a job, once it has ended.

    Raises:
        LuopuError: why there is none.
    """
    await job.ended.wait()
    if job.note is None:
        raise job.error or LuopuError(reason=job.state.value)
    return job.note
