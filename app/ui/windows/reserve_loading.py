"""What the page of reserve proofs is filled with."""

import asyncio
from dataclasses import dataclass

from app.ui.desk import Desk
from app.ui.desks.reserves import CustodyView, ReservesView, ReserveVoucher, SnapshotView


@dataclass(frozen=True, slots=True)
class ReserveLists:
    """Snapshots of this desk, and what it keeps."""

    snapshots: tuple[SnapshotView, ...]
    custody: tuple[CustodyView, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All vouchers, and the reserves of one of them; None: there is no voucher."""

    vouchers: tuple[ReserveVoucher, ...]
    view: ReservesView | None


async def load_lists(desk: Desk) -> ReserveLists:
    """Both, at once."""
    snapshots, custody = await asyncio.gather(desk.snapshots(), desk.custody())
    return ReserveLists(snapshots, custody)


async def load_snapshot(desk: Desk, snapshot_id: str) -> SnapshotView | None:
    """One snapshot; None: it was discarded."""
    return next((each for each in await desk.snapshots() if each.snapshot_id == snapshot_id), None)


async def load_overview(desk: Desk, voucher: bytes) -> Overview:
    """The reserves of a voucher, or (nothing) of the first there is."""
    vouchers = await desk.reserve_vouchers()
    chosen = voucher or (vouchers[0].id if vouchers else b"")
    return Overview(vouchers, await desk.reserves(chosen) if chosen else None)
