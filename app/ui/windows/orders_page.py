"""Orders on the desk: what authorities ordered that concerns this account or that it carried out, newest first.

Guarantees: entries come from the log of the chain; further back is only looked when the clerk asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.client.members import ActivityEntry, Cursor
from app.client.model import AccountStatus
from app.client.registry import every
from app.core.errors import NotFound
from app.ui.desk import Desk
from app.ui.language import tr
from app.ui.present.orders import NOBODY_UNABLE, Unable, effect_pages, is_order, unable_of, vouchers_of
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.order_forms import record_form, stand_in_freeze_form, stand_in_unfreeze_form
from app.ui.windows.order_parts import EffectCard, OrderDetail, OrderList, StandInCard
from app.ui.windows.page import BETWEEN
from app.ui.windows.surroundings import Surroundings

PAGE = 100
LOOKED_THROUGH = 300
"""Entries of the log that are looked through at once."""


@dataclass(frozen=True, slots=True)
class _Orders:
    entries: tuple[ActivityEntry, ...]
    titles: dict[bytes, str]
    has_more: bool
    unable: Unable
    """Partners for whom the operator acts; nobody at other desks."""


class OrdersPage(ListsPage):
    """What was ordered, and what was done about it."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Orders"), tr("What authorities ordered, and what was done about it"))
        self._wanted = LOOKED_THROUGH
        self._unable = NOBODY_UNABLE

    def load(self) -> None:
        """What the log says."""
        holder = self.around.bridge.account
        if holder is not None:
            self.ask(_orders(self.around.desk, holder, self._wanted), self._show)

    def show_order(self, index: int) -> None:
        """One order in full sight, by its place on the log."""
        self.show_subject(index)

    def _show(self, orders: _Orders) -> None:
        holder = self.around.bridge.account
        if holder is None:
            return
        self._unable = orders.unable
        chosen = next((entry for entry in orders.entries if entry.index == self.subject), None)
        if chosen is not None:
            self.offer("", self.load)
            self.show_parts((chosen, orders.titles), lambda: self._detail(chosen, orders))
            return
        self.offer(tr("Record an order"), lambda: self.begin(record_form(self.around, holder.party)))
        self.show_parts((holder, orders), lambda: self._lists(holder, orders))

    def _detail(self, entry: ActivityEntry, orders: _Orders) -> OrderDetail:
        return OrderDetail(entry, orders.titles, self.around.now_ns(), lambda: self.show_subject(None))

    def _lists(self, holder: AccountStatus, orders: _Orders) -> QWidget:
        more = self._look_further if orders.has_more else None
        parts = QWidget()
        column = QVBoxLayout(parts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN)
        column.addWidget(OrderList(self.around, orders.entries, orders.titles, self.show_order, more))
        if holder.party == "operator":
            column.addWidget(StandInCard(orders.unable, self.freeze_user, self.unfreeze_user))
        pages = effect_pages(holder)
        if pages:
            column.addWidget(EffectCard(pages, self.goes.emit))
        return parts

    def freeze_user(self) -> None:
        """Stop a user whose partner cannot."""
        self.begin(stand_in_freeze_form(self.around, self._unable))

    def unfreeze_user(self) -> None:
        """Let one act again."""
        holder = self.around.bridge.account
        if holder is not None:
            self.begin(stand_in_unfreeze_form(self.around, holder.id, self._unable))

    def _look_further(self) -> None:
        self._wanted += LOOKED_THROUGH
        self.load()


async def _orders(desk: Desk, holder: AccountStatus, wanted: int) -> _Orders:
    found: list[ActivityEntry] = []
    cursor: Cursor = None
    looked = 0
    while True:
        page = await desk.registry.activity(holder.id, cursor=cursor, limit=PAGE)
        found += [entry for entry in page.items if is_order(entry)]
        looked, cursor = looked + len(page.items), page.next
        if cursor is None or looked >= wanted:
            unable = await _unable(desk) if holder.party == "operator" else NOBODY_UNABLE
            return _Orders(tuple(found), await _titles(desk, found), cursor is not None, unable)


async def _unable(desk: Desk) -> Unable:
    return unable_of([view async for view in every(lambda cursor: desk.registry.accounts("partner", cursor=cursor))])


async def _titles(desk: Desk, entries: Sequence[ActivityEntry]) -> dict[bytes, str]:
    titles: dict[bytes, str] = {}
    for voucher in vouchers_of(entries):
        try:
            titles[voucher] = str((await desk.registry.voucher(voucher)).voucher.terms.name)
        except NotFound:
            continue
    return titles
