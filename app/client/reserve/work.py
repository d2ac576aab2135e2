"""A custodian's work with its reserves: make a snapshot of a list, find it published, hand out papers, look back (3.4.3).

Guarantees: a snapshot is kept whole or not at all; no paper of one is handed out before its publication stands in a final
block and a paper of it has passed every step; a publication is recognised by what stands on the chain, whoever sent it and
however it was approved. A later snapshot touches nothing of an earlier one. Leaves signing to `app.client.acting`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from app.client.members import PieceView
from app.client.node import NodeClient
from app.client.registry import RegistryReader, every
from app.client.reserve.book import MadeNote, ReserveBook, SnapshotNote
from app.client.reserve.papers import (
    Ground,
    Papers,
    Published,
    check_covered,
    publication_of,
    read_pieces,
    read_publication,
    survey,
)
from app.client.reserve.resolving import NodeResolver
from app.client.reserve.standing import Standing, standing_of
from app.client.stated import AttestationView, CustodianView
from app.client.statements import StatementReader
from app.core.errors import LuopuError, NotFound, NotYetProvable
from app.core.keys import PublicKey
from app.core.ports import Clock, Randomness
from app.core.reserveerrors import NotPublished, ReserveShort, SnapshotLate
from app.core.units import NANOSECONDS_PER_SECOND, Nanoseconds
from app.core.walleterrors import BadTransition
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis
from app.reserve.export import save_papers
from app.reserve.formula import MASTER_BYTES
from app.reserve.hasher import best_hasher
from app.reserve.header import AccountName
from app.reserve.liabilities.model import DatabaseQuery, Liabilities, ListedVoucher, ListFile, ReadingStep
from app.reserve.liabilities.reading import read_liabilities
from app.reserve.shares import Owed, Shares
from app.reserve.steps import LONGEST_WAY
from app.reserve.verify import Report, verify_proof

PAGE: Final = 256


@dataclass(frozen=True, slots=True)
class Order:
    """What a snapshot is to be made of."""

    voucher: bytes
    source: ListFile | DatabaseQuery
    others: tuple[int, ...] = ()
    """Numbers of accounts besides the custodian's own whose holdings count for it."""
    padding: int = 0
    """Leaves of zero for nobody, which hide how many users there are."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far the making is: chain (what is held), reading with its rows, pieces with those proved, tree, keeping."""

    name: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot, and what the chain says of it."""

    note: SnapshotNote
    later: int = 0
    """How many publications of the same voucher came after it, where it is published."""
    error: LuopuError | None = None
    """Why it cannot be published, where it is not: ReserveShort or SnapshotLate."""


@dataclass(frozen=True, slots=True)
class Overview:
    """All custodians of a voucher who published, and how much of it is out."""

    outstanding: int
    custodians: tuple[CustodianView, ...]


OnStage = Callable[[Stage], None]


class Reserving:
    """The reserves of one custodian at one node."""

    def __init__(
        self,
        node: NodeClient,
        genesis: Genesis,
        book: ReserveBook,
        custodian: AccountName,
        *,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self.book = book
        self._node, self._reader = node, StatementReader(node)
        self._genesis, self.custodian = genesis, custodian
        self._clock, self._randomness = clock, randomness
        self._hasher = best_hasher()
        self._open: tuple[str, Papers, Owed] | None = None

    # ---- making --------------------------------------------------------------------------------------------------
    async def make(self, order: Order, key: PublicKey, on_stage: OnStage) -> tuple[SnapshotNote, Liabilities]:
        """Read the list, look what is held, build the tree, keep it. `key` is the one that will sign the publication.

        The list comes back for what it warns of.

        Also of a list that comes to more than is held: its note says so, and it cannot be published.

        Raises:
            ListError: the list cannot be read, or some of its rows cannot be.
            NotFound, NotYetProvable, InvalidProof: as of `survey`.
        """
        on_stage(Stage("chain"))
        first = await self._survey(order, key)  # before a long list is read for nothing
        listed = ListedVoucher(order.voucher, first.terms.name, first.terms.decimals, first.header.is_unique)
        liabilities = await read_liabilities(
            order.source,
            listed,
            NodeResolver(self._reader),
            custody=await self._serials(first) if listed.is_unique else None,
            progress=lambda step: on_stage(_reading(step)),
        )
        ground = await self._survey(order, key)
        owed = Owed(liabilities.numbers, liabilities.addresses, liabilities.amounts, liabilities.serials)
        pieces = await self._pieces(ground, owed, on_stage)
        on_stage(Stage("tree", 0, len(liabilities)))
        master = self._randomness.random_bytes(MASTER_BYTES)
        shares = await asyncio.to_thread(Shares, self._hasher, ground.binding(master), owed, order.padding)
        on_stage(Stage("keeping", 0, len(liabilities)))
        made = self._note(liabilities, order, ground)
        return await self._keep(ground, shares, master, made, pieces), liabilities

    async def _keep(
        self, ground: Ground, shares: Shares, master: bytes, made: MadeNote, pieces: Sequence[bytes]
    ) -> SnapshotNote:
        """Keep it, and forget it again where the work was cancelled meanwhile: a thread cannot be stopped."""
        keeping = asyncio.ensure_future(asyncio.to_thread(self.book.keep, ground, shares, master, made, pieces))
        try:
            return await asyncio.shield(keeping)
        except asyncio.CancelledError:
            with suppress(LuopuError):
                await asyncio.to_thread(self.book.discard, (await keeping).id)
            raise

    async def discard(self, snapshot: str, *, is_waiting: bool) -> None:
        """Forget a snapshot; not where a publication of it `is_waiting` and may still land.

        Raises:
            BadTransition: it was published, or may still be.
        """
        found = await self.snapshot(snapshot)
        if is_waiting or found.note.published is not None:
            raise BadTransition(reason="it was published, or may still be")
        await asyncio.to_thread(self.book.discard, snapshot)

    async def _survey(self, order: Order, key: PublicKey) -> Ground:
        return await survey(self._reader, self._genesis, self.custodian, order.voucher, key, order.others)

    async def _serials(self, ground: Ground) -> set[int]:
        """Of all pieces in custody, as the node says; those of the list are proved afterwards."""
        registry, voucher = RegistryReader(self._node), ground.header.voucher
        return {
            piece.serial
            for kept in ground.header.accounts
            async for piece in _pieces_of(registry, kept.account.number, voucher)
        }

    async def _pieces(self, ground: Ground, owed: Owed, on_stage: OnStage) -> list[bytes]:
        found: list[bytes] = []
        serials = [] if owed.serials is None else owed.serials.tolist()
        if serials:
            async for some in read_pieces(self._reader, ground, serials):
                found += some
                on_stage(Stage("pieces", len(found), len(serials)))
        return found

    def _note(self, liabilities: Liabilities, order: Order, ground: Ground) -> MadeNote:
        unclaimed = ground.header.custody - len(liabilities) if ground.header.is_unique else 0
        return MadeNote(
            made_ns=Nanoseconds(self._clock.now()),
            block_ns=ground.time_ns,
            source=liabilities.origin.name,
            source_sha256=liabilities.origin.sha256,
            rows=len(liabilities),
            users=len(np.unique(liabilities.numbers)),
            padding=order.padding,
            unclaimed=max(unclaimed, 0),
        )

    # ---- publishing ----------------------------------------------------------------------------------------------
    async def publication(self, snapshot: str) -> wire.AttestCustody:
        """The action that publishes a snapshot.

        Raises:
            ReserveShort: the custodian holds less than it owes.
            SnapshotLate: too much time has passed, or another was published meanwhile.
            BadTransition: it is published.
            NotFound: there is no such snapshot.
        """
        found = await self.snapshot(snapshot)
        if found.note.published is not None:
            raise BadTransition(reason="it is published", height=found.note.published.height)
        if found.error is not None:
            raise found.error
        return publication_of(found.note.header, found.note.root, found.note.total)

    async def snapshot(self, snapshot: str) -> Snapshot:
        """One, as of now. Errors as of `snapshots`, and NotFound."""
        return await self._look_at(self.book.note(snapshot))

    async def snapshots(self) -> tuple[Snapshot, ...]:
        """All that are kept here, the newest first. What has come onto the chain is noted, once a paper of it was checked.

        Raises:
            LuopuError: of the step that does not hold.
        """
        return tuple([await self._look_at(note) for note in self.book.notes()])

    async def _look_at(self, note: SnapshotNote) -> Snapshot:
        header, later = note.header, 0
        async with aclosing(self._published(header.voucher, header.custodian.number)) as published:
            async for each in published:
                if each.height <= header.height:
                    break
                if each.attested.root == note.root and each.attested.statement == header.digest:
                    return Snapshot(await self._noted(note, each), later)
                later += 1
        if note.published is not None:  # the node is behind what it showed before
            return Snapshot(note)
        return Snapshot(note, error=await self._obstacle(note, later))

    async def _noted(self, note: SnapshotNote, found: AttestationView) -> SnapshotNote:
        """Keep where it stands, once; not before the block after it is final."""
        if note.published is not None:
            return note
        try:
            published = await read_publication(self._reader, found.transaction_hash)
        except NotYetProvable:
            return note
        papers, owed = await asyncio.to_thread(self._papers, note.id, published)
        time_ns = Nanoseconds(found.time_ns)
        mark = self.book.mark_published
        await asyncio.to_thread(mark, note.id, published, found.transaction_hash, found.height, time_ns)
        self._open = note.id, papers, owed
        return self.book.note(note.id)

    async def _obstacle(self, note: SnapshotNote, later: int) -> LuopuError | None:
        """Why it cannot be published as things stand."""
        if later:
            return SnapshotLate(reason="another was published")
        if (await self._node.status()).block_time_ns - note.note.block_ns > LONGEST_WAY:
            return SnapshotLate(reason="age", expected=f"at most {LONGEST_WAY // NANOSECONDS_PER_SECOND} s")
        try:
            check_covered(note.header, note.total)
        except ReserveShort as short:
            return short
        return None

    def _published(self, voucher: bytes, custodian: int) -> AsyncGenerator[AttestationView, None]:
        """The newest first."""
        return every(lambda cursor: self._reader.attestations(voucher, custodian, cursor=cursor, limit=PAGE))

    # ---- papers --------------------------------------------------------------------------------------------------
    async def papers(self, snapshot: str) -> tuple[Papers, Owed]:
        """The papers of a published snapshot, and whose they are.

        Raises:
            NotPublished: it is not on the chain yet; nothing is handed out before that.
            NotFound: there is no such snapshot.
        """
        if self._open is None or self._open[0] != snapshot:
            published = self.book.published(snapshot)
            if published is None:
                raise NotPublished(snapshot=snapshot)
            self._open = snapshot, *await asyncio.to_thread(self._papers, snapshot, published)
        return self._open[1], self._open[2]

    def _papers(self, snapshot: str, published: Published) -> tuple[Papers, Owed]:
        kept = self.book.load(snapshot)
        shares = Shares(
            self._hasher, kept.ground.binding(kept.master), kept.owed, self.book.note(snapshot).note.padding
        )
        return Papers(kept.ground, shares, published, self._genesis, kept.pieces), kept.owed

    async def papers_of(self, snapshot: str, account: int) -> list[tuple[str, bytes]]:
        """The papers of one account, each with its file name: several where it is owed several pieces.

        Raises:
            NotFound: nothing is owed to that account in this snapshot.
        """
        papers, owed = await self.papers(snapshot)
        rows = np.flatnonzero(owed.numbers == account).tolist()
        if not rows:
            raise NotFound(what="account in the list", name=str(account))
        return [(file_name(owed, row), papers.paper(row)) for row in rows]

    async def export(
        self,
        snapshot: str,
        target: Path,
        beside: Sequence[tuple[str, bytes]],
        on_paper: Callable[[int], None],
        cancelled: Callable[[], bool],
    ) -> int:
        """Write all papers to a folder, or a zip file; how many. `on_paper` is called on another thread.

        Raises:
            NotPublished, NotFound: as of `papers`.
            StoreFailed: the target cannot be written; what was there before is still there.
        """
        papers, owed = await self.papers(snapshot)
        named = named_papers(papers, owed, 0, len(owed.numbers))
        return await asyncio.to_thread(save_papers, target, named, beside, on_paper=on_paper, cancelled=cancelled)

    # ---- looking back --------------------------------------------------------------------------------------------
    async def history(self, voucher: bytes, custodian: int) -> list[AttestationView]:
        """All that a custodian published of a voucher, the oldest first."""
        return [each async for each in self._published(voucher, custodian)][::-1]

    async def overview(self, voucher: bytes) -> Overview:
        """Who keeps how much of a voucher for others, by what each published last."""
        found: list[CustodianView] = []
        cursor = None
        while True:
            page = await self._reader.custodians(voucher, cursor=cursor, limit=PAGE)
            found += page.items
            if page.next is None:
                return Overview(page.outstanding, tuple(found))
            cursor = page.next

    async def verify(self, untrusted_paper: bytes, account: str | None) -> Report:
        """Verify a paper that somebody handed in, offline; and that it is for this account, where one is named."""
        return await asyncio.to_thread(verify_proof, untrusted_paper, self._genesis, account)

    async def standing(self, report: Report) -> Standing | None:
        """Where the publication that a paper names stands on the chain; None: the paper could not be understood."""
        if report.parts is None:
            return None
        header, attested = report.parts.proof.header, report.parts.attested
        published = await self.history(header.voucher, header.custodian.number)
        return standing_of(published, attested.root, attested.statement)


def file_name(owed: Owed, row: int) -> str:
    """How the paper of a row is called."""
    serial = "" if owed.serials is None else f"-{owed.serials[row]}"
    return f"{owed.numbers[row]}{serial}.reserve.json"


def named_papers(papers: Papers, owed: Owed, first: int, end: int) -> Iterator[tuple[str, bytes]]:
    """Papers of rows `first` to below `end`, each with its file name."""
    for row, paper in enumerate(papers.papers(first, end), start=first):
        yield file_name(owed, row), paper


def _pieces_of(registry: RegistryReader, account: int, voucher: bytes) -> AsyncGenerator[PieceView, None]:
    return every(lambda cursor: registry.pieces(account, voucher, cursor=cursor, limit=PAGE))


def _reading(step: ReadingStep) -> Stage:
    return Stage("reading", step.rows)
