"""In memory: reserve proofs. A test puts there what is kept, made and published; a making comes to `next_made`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import NotFound
from app.core.reserveerrors import ReserveShort
from app.core.units import Hash32
from app.core.walleterrors import BadTransition
from app.core.wire import registry_pb2 as wire
from app.ui.desks.reserves import (
    CoverageView,
    CustodyView,
    MadeSnapshot,
    MakingStep,
    PaperCheck,
    ReservesView,
    ReserveVoucher,
    SnapshotView,
    SnapshotWish,
)


@dataclass
class FakeReserveDesk:
    """The Protocol `app.ui.desks.reserves.ReserveDesk`."""

    in_custody: list[CustodyView] = field(default_factory=list)
    shots: list[SnapshotView] = field(default_factory=list)
    """Newest first."""
    next_made: MadeSnapshot | None = None
    steps: list[MakingStep] = field(default_factory=list)
    """What a making tells on its way; behind each it waits on `hold["make_snapshot"]`."""
    wishes: list[SnapshotWish] = field(default_factory=list)
    covered: dict[tuple[bytes, int], CoverageView] = field(default_factory=dict)
    all_reserves: dict[bytes, ReservesView] = field(default_factory=dict)
    paper_check: PaperCheck | None = None
    checked: list[tuple[Path, str]] = field(default_factory=list)
    owed_to: dict[int, int] = field(default_factory=dict)
    """Account → how many papers it has."""
    cancelled: list[str] = field(default_factory=list)

    if TYPE_CHECKING:

        async def _enter(self, name: str) -> None: ...

        async def _wait(self, name: str) -> None: ...

    # ---- making --------------------------------------------------------------------------------------------------
    async def custody(self) -> tuple[CustodyView, ...]:
        await self._enter("custody")
        return tuple(self.in_custody)

    async def make_snapshot(self, wish: SnapshotWish, progress: Callable[[MakingStep], None]) -> MadeSnapshot:
        self.wishes.append(wish)
        try:
            for step in self.steps:
                progress(step)
            await self._enter("make_snapshot")
        except asyncio.CancelledError:
            self.cancelled.append("make_snapshot")
            raise
        assert self.next_made is not None
        self.shots.insert(0, self.next_made.snapshot)
        return self.next_made

    async def snapshots(self) -> tuple[SnapshotView, ...]:
        await self._enter("snapshots")
        return tuple(self.shots)

    async def attestation(self, snapshot_id: str) -> wire.Body:
        await self._enter("attestation")
        view = self._shot(snapshot_id)
        if view.owed > view.held:
            raise ReserveShort(owed=str(view.owed), held=str(view.held), missing=str(view.owed - view.held))
        others = [each.number for each in view.accounts[1:]]
        attest = wire.AttestCustody(
            voucher=view.voucher.id, root=view.root, total=view.owed, statement=view.source_sha256, accounts=others
        )
        return wire.Body(attest_custody=attest)

    async def discard_snapshot(self, snapshot_id: str) -> None:
        await self._enter("discard_snapshot")
        view = self._shot(snapshot_id)
        if view.published_height or view.state == "waiting":
            raise BadTransition(entry=snapshot_id, reason="published")
        self.shots.remove(view)

    def publish(self, snapshot_id: str, height: int, time_ns: int) -> None:
        """The publication stands on the chain."""
        self.shots = [
            replace(
                each,
                state="published",
                published_height=height,
                published_ns=time_ns,
                transaction_hash=Hash32(bytes([7]) * 32),
            )
            if each.snapshot_id == snapshot_id
            else replace(each, state="superseded", later=each.later + 1)
            if each.published_height
            else each
            for each in self.shots
        ]

    # ---- papers --------------------------------------------------------------------------------------------------
    async def save_reserve_papers(self, snapshot_id: str, target: Path, progress: Callable[[MakingStep], None]) -> int:
        view = self._shot(snapshot_id)
        progress(MakingStep("papers", view.users // 3, view.users // 3, view.users))
        try:
            await self._enter("save_papers")
        except asyncio.CancelledError:
            self.cancelled.append("save_papers")
            raise
        target.write_bytes(b"papers")  # noqa: ASYNC240 (small, and tests are to be exact)
        return view.users

    async def save_reserve_paper(self, snapshot_id: str, account: int, folder: Path) -> tuple[Path, ...]:
        await self._enter("save_paper")
        if account not in self.owed_to:
            raise NotFound(what="account in the list", name=str(account))
        names = [f"{account}-{place}.reserve.json" for place in range(self.owed_to[account])]
        return tuple(folder / name for name in names)

    async def check_paper(self, paper: Path, account: str = "") -> PaperCheck:
        await self._enter("check_paper")
        self.checked.append((paper, account))
        assert self.paper_check is not None
        return self.paper_check

    # ---- the chain -----------------------------------------------------------------------------------------------
    async def coverage(self, voucher: bytes, custodian: int) -> CoverageView:
        await self._enter("coverage")
        return self.covered[voucher, custodian]

    async def reserve_vouchers(self) -> tuple[ReserveVoucher, ...]:
        await self._enter("reserve_vouchers")
        return tuple(each.voucher for each in self.all_reserves.values())

    async def reserves(self, voucher: bytes) -> ReservesView:
        await self._enter("reserves")
        return self.all_reserves[voucher]

    # ---- inside --------------------------------------------------------------------------------------------------
    def _shot(self, snapshot_id: str) -> SnapshotView:
        return next(each for each in self.shots if each.snapshot_id == snapshot_id)
