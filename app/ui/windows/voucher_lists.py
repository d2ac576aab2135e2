"""The vouchers page at home: applications to decide, what is issued, what is held; a page of each list at a time."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.client.members import Cursor, HoldingView, Page, VoucherView
from app.client.model import AccountStatus
from app.core.errors import LuopuError
from app.core.messages import explain
from app.ui.language import tr, words
from app.ui.present.names import who
from app.ui.present.vouchers import (
    holding_chip,
    holding_line,
    issue_line,
    voucher_chip,
    voucher_name,
)
from app.ui.widgets.buttons import link
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

LIMIT = 20
T = TypeVar("T")


class ListCard(Card, Generic[T]):
    """A list that is asked for a page at a time."""

    def __init__(
        self,
        around: Surroundings,
        title: str,
        nothing: str,
        ask: Callable[[Cursor], Awaitable[Page[T]]],
        draw: Callable[[T, Page[T]], QWidget],
    ) -> None:
        super().__init__(title)
        self._around, self._nothing, self._ask, self._draw = around, nothing, ask, draw
        self._asked, self.count = 0, 0
        self._next: Cursor = None
        self._first: tuple[T, ...] = ()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.add(self._rows)
        self._more = link(tr("Show more"), self._ask_on, name=tr("Show more: {list}").format(list=title))
        self._more.hide()
        self.add(row(self._more, 1))

    def load(self) -> None:
        """Ask for the first page anew; drawn only where it says something else, and not while the clerk reads on."""
        if self.count <= LIMIT:
            self._start(None)

    def _ask_on(self) -> None:
        if self._next is not None:
            self._start(self._next)

    def _start(self, cursor: Cursor) -> None:
        self._asked += 1
        asked = self._asked
        self._around.tasks.start(
            _awaited(self._ask(cursor)),
            done=lambda page: self._take(asked, cursor, page),
            failed=lambda error: self._fail(asked, error),
        )

    def _take(self, asked: int, cursor: Cursor, page: Page[T]) -> None:
        if asked != self._asked:
            return
        if cursor is None and self.count and self._first == page.items and self._next == page.next:
            return
        if cursor is None:
            clear(self._rows)
            self.count, self._first = 0, page.items
        self.count += len(page.items)
        for item in page.items:
            self._rows.addWidget(self._draw(item, page))
        if not self.count:
            self._rows.addWidget(label(self._nothing, "secondary", wrap=True))
        self._next = page.next
        self._more.setVisible(page.next is not None)

    def _fail(self, asked: int, error: LuopuError) -> None:
        if asked != self._asked:
            return
        clear(self._rows)
        self.count = 0
        said = explain(error, words().language).sentence
        self._rows.addWidget(label(said, "secondary", wrap=True, tone="bad"))
        self._more.hide()


class VoucherLists(Parts):
    """The lists that concern an account."""

    opened = Signal(bytes)
    """The clerk wants to look at the voucher of this id."""

    def __init__(self, around: Surroundings, account: AccountStatus) -> None:
        super().__init__()
        self._around, self._account = around, account
        self.cards = self._cards()
        for card in self.cards:
            self.add(card)
            card.load()

    def load(self) -> None:
        """Ask for all lists anew."""
        for card in self.cards:
            card.load()

    def _cards(self) -> Sequence["ListCard[VoucherView] | ListCard[HoldingView]"]:
        party = self._account.party
        if party == "operator":
            return [self._applications(), self._all()]
        if party == "regulator":
            return [self._all()]
        issues = [self._issued()] if party == "partner" else []
        return [*issues, self._held()]

    def _applications(self) -> ListCard[VoucherView]:
        return self._vouchers(tr("Applications"), tr("No application waits for a decision"), None, "applied")

    def _all(self) -> ListCard[VoucherView]:
        nothing = tr("No voucher has been created yet")
        return self._vouchers(tr("All vouchers"), nothing, None, "" if self._is_regulator else "created")

    @property
    def _is_regulator(self) -> bool:
        return self._account.party == "regulator"

    def _issued(self) -> ListCard[VoucherView]:
        may = "voucher" in self._account.permissions
        nothing = tr("Nothing is issued yet. It begins with an application to the operator")
        without = tr("This organisation has no permission to issue vouchers")
        return self._vouchers(tr("Issued by this account"), nothing if may else without, self._account.id, "")

    def _vouchers(self, title: str, nothing: str, issuer: int | None, state: str) -> ListCard[VoucherView]:
        def ask(cursor: Cursor) -> Awaitable[Page[VoucherView]]:
            return self._around.desk.registry.vouchers(issuer, state, cursor=cursor, limit=LIMIT)

        return ListCard(self._around, title, nothing, ask, self._voucher_row)

    def _held(self) -> ListCard[HoldingView]:
        def ask(cursor: Cursor) -> Awaitable[Page[HoldingView]]:
            return self._around.desk.registry.holdings(self._account.id, cursor=cursor, limit=LIMIT)

        nothing = tr("No voucher is held. What is allocated or transferred to this account appears here")
        return ListCard(self._around, tr("Held by this account"), nothing, ask, self._holding_row)

    def _voucher_row(self, view: VoucherView, page: Page[VoucherView]) -> QWidget:
        detail = issue_line(view, words())
        if self._account.party != "partner":
            detail = tr("{line} · issued by {issuer}").format(
                line=detail, issuer=who(view.voucher.issuer, page.names, words())
            )
        chip = voucher_chip(view, self._around.block_time_ns(), words())
        return ListRow(voucher_name(view), chip=chip, detail=detail, actions=[self._open(view)])

    def _holding_row(self, held: HoldingView, _: Page[HoldingView]) -> QWidget:
        chip = holding_chip(held.holding, words()) or voucher_chip(held.voucher, self._around.block_time_ns(), words())
        return ListRow(
            voucher_name(held.voucher),
            chip=chip,
            detail=holding_line(held, words()),
            actions=[self._open(held.voucher)],
        )

    def _open(self, view: VoucherView) -> QWidget:
        name = tr("Open {name}").format(name=voucher_name(view))
        return link(tr("Open"), partial(self.opened.emit, view.id), name=name)


async def _awaited(asked: Awaitable[T]) -> T:
    return await asked
