"""What the vouchers page asks the node for, put together as its parts need it.

Guarantees: totals are of one state of the chain, or not said at all.
"""

from contextlib import aclosing
from dataclasses import dataclass

from app.client.members import AccountName, HolderView, HoldingView, PieceView
from app.client.registry import RegistryReader, every
from app.core.errors import NodeError
from app.core.wire import registry_pb2 as wire
from app.ui.present.voucher_report import HoldersReport
from app.ui.present.vouchers import OwnVoucher
from app.ui.windows.voucher_fields import MAX_SERIALS

TRIES = 5


async def load_own(reader: RegistryReader, account: int, voucher: bytes, time_ns: int) -> OwnVoucher:
    """A voucher, and what an account holds of it."""
    view = await reader.voucher(voucher)
    holding = wire.Holding()
    async with aclosing(every(lambda cursor: reader.holdings(account, cursor=cursor))) as holdings:
        async for held in holdings:
            if held.voucher.id == voucher:
                holding = held.holding
                break
    pieces = await _pieces(reader, account, voucher) if holding.pieces else ()
    return OwnVoucher(view, holding, pieces, time_ns)


async def load_all_own(reader: RegistryReader, account: int, time_ns: int) -> list[OwnVoucher]:
    """Everything an account holds."""
    held: list[HoldingView] = [each async for each in every(lambda cursor: reader.holdings(account, cursor=cursor))]
    return [
        OwnVoucher(each.voucher, each.holding, await _pieces(reader, account, each.voucher.id), time_ns)
        for each in held
    ]


async def _pieces(reader: RegistryReader, account: int, voucher: bytes) -> tuple[PieceView, ...]:
    found: list[PieceView] = []
    async with aclosing(every(lambda cursor: reader.pieces(account, voucher, cursor=cursor))) as pieces:
        async for piece in pieces:
            found.append(piece)
            if len(found) == MAX_SERIALS:
                break
    return tuple(sorted(found, key=lambda each: each.serial))


async def load_report(reader: RegistryReader, voucher: bytes) -> HoldersReport:
    """Everybody who holds some. What changed in the meantime is asked anew.

    Raises:
        NodeError: it changes faster than it can be asked.
    """
    for _ in range(TRIES):
        report = await _report(reader, voucher)
        if report is not None:
            return report
    raise NodeError(reason="the holders change faster than they can be asked")


async def _report(reader: RegistryReader, voucher: bytes) -> HoldersReport | None:
    """None where holders or voucher stand at different states; one page of holders stands at one height."""
    before = await reader.voucher(voucher)
    holders, names, heights = await _holders(reader, voucher)
    again, _, _ = await _holders(reader, voucher) if len(heights) > 1 else (holders, names, heights)
    after = await reader.voucher(voucher)
    is_same = before.voucher == after.voucher and holders == again
    return HoldersReport(after, tuple(holders), heights[-1], names) if is_same else None


async def _holders(
    reader: RegistryReader, voucher: bytes
) -> tuple[list[HolderView], dict[int, AccountName], list[int]]:
    holders: list[HolderView] = []
    names: dict[int, AccountName] = {}
    heights: list[int] = []
    cursor: int | str | None = None
    while not heights or cursor is not None:
        page = await reader.holders(voucher, cursor=cursor)
        holders += page.items
        names |= page.names
        heights += [page.height] if page.height not in heights else []
        cursor = page.next
    return holders, names, heights


@dataclass(frozen=True, slots=True)
class Lapsing:
    """What could lapse of an expired voucher."""

    report: HoldersReport
    serials: tuple[int, ...]


async def load_lapsing(reader: RegistryReader, voucher: bytes) -> Lapsing:
    """Holders, and the serials of pieces that are not frozen; of very many the first."""
    report = await load_report(reader, voucher)
    serials: list[int] = []
    for holder in report.holders:
        if holder.holding.pieces and not holder.holding.frozen and len(serials) < MAX_SERIALS:
            pieces = await _pieces(reader, holder.account, voucher)
            serials += [each.serial for each in pieces if not each.piece.HasField("stop")]
    return Lapsing(report, tuple(sorted(serials)[:MAX_SERIALS]))
