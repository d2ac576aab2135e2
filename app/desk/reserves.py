"""At the desk: reserve proofs. Snapshots of what is owed, their papers, and what others published (3.4.3).

Guarantees: everything that takes time runs on other threads, and is told on this one; what is cancelled keeps nothing. The
database's URL is read from its file and goes nowhere else.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.client.custody import CustodyHeld, custody_held
from app.client.members import AccountView, VoucherView
from app.client.registry import every
from app.client.reserve.book import ReserveBook
from app.client.reserve.standing import Standing
from app.client.reserve.work import Order, Reserving, Snapshot, Stage
from app.client.stated import AttestationView
from app.client.stated import CustodianView as Custodian
from app.client.statements import StatementReader
from app.core.errors import FileUnreadable, LuopuError
from app.core.refusals import UnknownAccount
from app.core.reserveerrors import SnapshotLate
from app.core.units import AccountAddress
from app.core.walleterrors import KeyLocked
from app.core.wire import registry_pb2 as wire
from app.desk.running import RunningDesk
from app.reserve.header import AccountName
from app.reserve.liabilities.model import ColumnNames, DatabaseQuery, ListFile
from app.reserve.proof import MAX_PROOF_BYTES
from app.reserve.verify import Report
from app.ui.desk import VerificationStep
from app.ui.desks.reserves import (
    ChainWord,
    CoverageView,
    CustodianView,
    CustodyAccount,
    CustodyView,
    FileSource,
    MadeSnapshot,
    MakingStep,
    PaperCheck,
    PaperClaim,
    PublicationView,
    QuerySource,
    ReservesView,
    ReserveVoucher,
    SnapshotView,
    SnapshotWish,
)
from app.wallet.overview import unsettled
from app.wallet.vault import Inside
from app.wiring.files import write_durably
from app.wiring.papers import beside_papers
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock, SystemRandomness

MAX_URL_BYTES = 4_096


class ReservesDesk(RunningDesk):
    """Reserve proofs at a desk."""

    _reserving: Reserving | None = None

    # ---- making --------------------------------------------------------------------------------------------------
    async def custody(self) -> tuple[CustodyView, ...]:
        """Vouchers for which this account can show reserves, by name."""
        own = (await self._own()).account
        views = [await self._custody(own, each) for each in await custody_held(self._client(), int(own.id))]
        return tuple(sorted(views, key=lambda view: (view.voucher.name, view.voucher.id)))

    async def _custody(self, own: wire.Account, held: CustodyHeld) -> CustodyView:
        others = [CustodyAccount(each, await self._name(each), amount) for each, amount in sorted(held.others.items())]
        return CustodyView(
            voucher=_voucher(await self.registry.voucher(held.voucher)),
            own=CustodyAccount(int(own.id), own.name, held.own),
            others=tuple(others),
            assigned_to=held.assigned_to,
            assigned_to_name=await self._name(held.assigned_to) if held.assigned_to else "",
        )

    async def make_snapshot(self, wish: SnapshotWish, progress: Callable[[MakingStep], None]) -> MadeSnapshot:
        """Read the list, check every row, build the tree, keep the snapshot, whole or not at all."""
        source = await asyncio.to_thread(_source, wish.source)
        order = Order(wish.voucher, source, wish.accounts, wish.padding)
        reserving = await self._reserves()
        note, listed = await reserving.make(order, self._keys.own.public_key, lambda stage: progress(_step(stage)))
        view = await self._snapshot_view(await reserving.snapshot(note.id))
        return MadeSnapshot(view, listed.warnings, listed.warning_count)

    async def snapshots(self) -> tuple[SnapshotView, ...]:
        """All that are kept here, newest first, after looking at the chain for their publications."""
        reserving = await self._reserves()
        return tuple([await self._snapshot_view(each) for each in await reserving.snapshots()])

    async def attestation(self, snapshot_id: str) -> wire.Body:
        """The action that publishes a snapshot, for `prepare`."""
        return wire.Body(attest_custody=await (await self._reserves()).publication(snapshot_id))

    async def discard_snapshot(self, snapshot_id: str) -> None:
        """Forget one that was not published, and whose publication can no longer come."""
        await (await self._reserves()).discard(snapshot_id, is_waiting=bool(self._deed_of(snapshot_id)))

    # ---- papers --------------------------------------------------------------------------------------------------
    async def save_reserve_papers(self, snapshot_id: str, target: Path, progress: Callable[[MakingStep], None]) -> int:
        """Write all papers of a published snapshot, with what belongs beside them, into a folder or a ZIP file."""
        reserving, loop, stopped = await self._reserves(), asyncio.get_running_loop(), False
        total = reserving.book.note(snapshot_id).note.rows

        def tell(done: int) -> None:
            loop.call_soon_threadsafe(progress, MakingStep("papers", done, done, total))

        writing = asyncio.ensure_future(
            reserving.export(snapshot_id, target, beside_papers(self._home), tell, lambda: stopped)
        )
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            stopped = True
            await asyncio.gather(writing, return_exceptions=True)
            raise

    async def save_reserve_paper(self, snapshot_id: str, account: int, folder: Path) -> tuple[Path, ...]:
        """Write the paper of one account into a folder; of unique pieces, all of its papers."""
        papers = await (await self._reserves()).papers_of(snapshot_id, account)
        for name, content in papers:
            await asyncio.to_thread(write_durably, folder / name, content, mode=0o644)
        return tuple(folder / name for name, _ in papers)

    async def check_paper(self, paper: Path, account: str = "") -> PaperCheck:
        """Verify a customer's paper offline, then look its publication up on the chain."""
        content = await asyncio.to_thread(_read, paper, MAX_PROOF_BYTES + 1)
        reserving = await self._reserves()
        report = await reserving.verify(content, account or None)
        claim = None if report.parts is None else _claim(report)
        try:
            standing = await reserving.standing(report)
        except LuopuError as error:
            return _check(report, claim, None, error)
        return _check(report, claim, standing, None)

    # ---- the chain -----------------------------------------------------------------------------------------------
    async def coverage(self, voucher: bytes, custodian: int) -> CoverageView:
        """What a custodian (0: this account) has published about a voucher, newest first."""
        account = await (self.registry.account(custodian) if custodian else self._own())
        number = int(account.account.id)
        published = await (await self._reserves()).history(voucher, number)
        shown = _voucher(await self.registry.voucher(voucher))
        return CoverageView(shown, number, account.account.name, tuple(map(_publication, reversed(published))))

    async def reserve_vouchers(self) -> tuple[ReserveVoucher, ...]:
        """Every voucher that was created, by name."""
        created = every(lambda at: self.registry.vouchers(state="created", cursor=at))
        return tuple(sorted([_voucher(each) async for each in created], key=lambda each: (each.name, each.id)))

    async def reserves(self, voucher: bytes) -> ReservesView:
        """All custodians that published about a voucher, as of now; those that hold most first."""
        found = await (await self._reserves()).overview(voucher)
        shown, status = await self.registry.voucher(voucher), await self._client().status()
        views = [await self._custodian(voucher, each) for each in found.custodians]
        return ReservesView(
            voucher=_voucher(shown),
            issuer_name=await self._name(int(shown.voucher.issuer)),
            supply=found.outstanding,
            height=status.height,
            time_ns=status.block_time_ns,
            custodians=tuple(sorted(views, key=lambda view: (-view.held_now, view.account))),
        )

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _reserves(self) -> Reserving:
        """For the account that acts here now."""
        if self._vault is not None:
            await self._vault  # which is opened while the rest starts
        own = (await self._own()).account
        custodian = AccountName(int(own.id), AccountAddress(own.address))
        if self._reserving is None or self._reserving.custodian != custodian:
            genesis, _, _ = await asyncio.to_thread(load_genesis, self._home.genesis)
            book = ReserveBook(self._home.reserves, self._inside, SystemRandomness())
            self._reserving = Reserving(
                self._client(), genesis, book, custodian, clock=SystemClock(), randomness=SystemRandomness()
            )
        return self._reserving

    def _inside(self) -> Inside:
        """The open vault, whose keys seal what is kept of snapshots."""
        if self._vault is None or not self._vault.done():
            raise KeyLocked(reason="the desk is not open")
        return self._vault.result().inside()

    async def lock(self) -> None:
        """No share of anybody stays in memory."""
        self._reserving = None
        await super().lock()

    def _statements(self) -> StatementReader:
        return StatementReader(self._client())

    async def _own(self) -> AccountView:
        key = self._keys.own.public_key
        status = await self._client().account_of_key(key)
        if status is None:
            raise UnknownAccount(key=key.data.hex())
        return await self.registry.account(status.address)

    async def _name(self, account: int) -> str:
        return (await self.registry.account(account)).account.name

    async def _account_held(self, account: int, holding: wire.Holding) -> CustodyAccount:
        return CustodyAccount(account, await self._name(account), int(holding.amount + holding.packed))

    async def _snapshot_view(self, found: Snapshot) -> SnapshotView:
        note, header = found.note, found.note.header
        own = header.custodian.number
        accounts = sorted(header.accounts, key=lambda kept: (kept.account.number != own, kept.account.number))
        deed, published = "", note.published
        if published is None:
            deed = await asyncio.to_thread(self._deed_of, note.id)
        return SnapshotView(
            snapshot_id=note.id,
            voucher=ReserveVoucher(header.voucher, note.terms.name, note.terms.decimals, header.is_unique),
            state=_state(found, deed),
            height=header.height,
            time_ns=note.note.block_ns,
            made_ns=note.note.made_ns,
            owed=note.total,
            accounts=tuple(
                [
                    CustodyAccount(each.account.number, await self._name(each.account.number), each.balance)
                    for each in accounts
                ]
            ),
            users=note.note.users,
            rows=note.note.rows,
            padding=note.note.padding,
            unclaimed=note.note.unclaimed,
            source_name=note.note.source,
            source_sha256=note.note.source_sha256,
            root=note.root,
            published_height=0 if published is None else published.height,
            published_ns=0 if published is None else published.time_ns,
            transaction_hash=b"" if published is None else published.transaction_hash,
            later=found.later,
            deed_id=deed,
            error=found.error,
        )

    def _deed_of(self, snapshot_id: str) -> str:
        """The publication of a snapshot that was signed here and has no outcome yet."""
        if self._reserving is None:
            return ""
        statement = self._reserving.book.note(snapshot_id).header.digest
        for listed in unsettled(self._journal()):
            action = listed.entry.draft.action
            if isinstance(action, wire.AttestCustody) and action.statement == statement and listed.entry.is_own:
                return str(listed.entry.id)
        return ""

    async def _custodian(self, voucher: bytes, found: Custodian) -> CustodianView:
        newest = await self._statements().attestations(voucher, found.account, limit=1)
        return CustodianView(
            account=found.account,
            name=await self._name(found.account),
            newest=_publication(newest.items[0]),
            held_now=found.counted,
            assigned=tuple([await self._account_held(each.account, each.holding) for each in found.assigned]),
            is_whole=not found.has_more,
        )


# ---- what the chain says, as the desk shows it -------------------------------------------------------------------------
def _state(found: Snapshot, deed: str) -> str:
    if found.note.published is not None:
        return "superseded" if found.later else "published"
    if deed:
        return "waiting"
    if found.error is None:
        return "made"
    return "late" if isinstance(found.error, SnapshotLate) else "short"


def _voucher(shown: VoucherView) -> ReserveVoucher:
    terms = shown.voucher.terms
    return ReserveVoucher(shown.id, terms.name, int(terms.decimals), terms.kind == wire.KIND_UNIQUE)


def _publication(found: AttestationView) -> PublicationView:
    return PublicationView(
        index=found.index,
        height=found.height,
        time_ns=found.time_ns,
        owed=int(found.attested.total),
        held=found.balance,
        accounts=tuple(found.attested.accounts),
        root=found.attested.root,
        transaction_hash=found.transaction_hash,
    )


def _step(stage: Stage) -> MakingStep:
    return MakingStep(stage.name, stage.done, stage.done, stage.total)


# ---- files -------------------------------------------------------------------------------------------------------------
def _source(source: FileSource | QuerySource) -> ListFile | DatabaseQuery:
    columns = ColumnNames(source.columns.user or None, source.columns.value or None)
    if isinstance(source, FileSource):
        return ListFile(source.path, columns, sheet=source.sheet or None)
    url = _read(source.url_file, MAX_URL_BYTES).decode("utf-8", "replace").strip()
    return DatabaseQuery(url, source.query, columns)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from error


# ---- papers ------------------------------------------------------------------------------------------------------------
def _claim(report: Report) -> PaperClaim:
    assert report.parts is not None
    parts, proof = report.parts, report.parts.proof
    terms, header = parts.voucher.terms, proof.header
    return PaperClaim(
        voucher=ReserveVoucher(header.voucher, terms.name, int(terms.decimals), header.is_unique),
        custodian=header.custodian.number,
        custodian_name=parts.custodian.name,
        account=proof.user.number,
        balance=proof.leaf.balance,
        serial=proof.leaf.serial,
        owed=int(parts.attested.total),
        held=header.custody,
        height=header.height,
        time_ns=int(report.facts["snapshot"].get("time", "0")),
        published_height=int(parts.entry.height),
        published_ns=int(parts.entry.time_ns),
        root=parts.attested.root,
    )


def _check(report: Report, claim: PaperClaim | None, standing: Standing | None, error: LuopuError | None) -> PaperCheck:
    steps = tuple(
        VerificationStep(each.number, each.name, each.passed, each.skipped, each.facts) for each in report.steps
    )
    return PaperCheck(report.verdict.value, steps, report.error, claim, _word(standing), error)


def _word(standing: Standing | None) -> ChainWord | None:
    if standing is None:
        return None
    newest = standing.newest
    height, time_ns = (0, 0) if newest is None else (newest.height, newest.time_ns)
    if standing.found is None:
        return ChainWord("absent", newest_height=height, newest_ns=time_ns)
    found = standing.found
    word = "superseded" if standing.later else "newest"
    return ChainWord(word, found.height, found.time_ns, standing.later, height, time_ns)
