"""One voucher in full: its numbers and rules, what this account holds of it, who holds it, and the orders about it."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.client.members import ActivityEntry, Cursor, HolderView, Page, PieceView
from app.client.model import AccountStatus
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.facts import Fact
from app.ui.present.names import who
from app.ui.present.numbers import number
from app.ui.present.orders import authority_text, order_of
from app.ui.present.times import clock
from app.ui.present.vouchers import (
    OwnVoucher,
    held_text,
    holders_deeds,
    holding_chip,
    is_any,
    number_facts,
    office_deeds,
    piece_chip,
    piece_line,
    rule_facts,
    sees_holders,
    voucher_chip,
    voucher_name,
)
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_lists import LIMIT, ListCard

LABEL_WIDTH = 116
SHOWN_PIECES = 12
Deed = Callable[[str], None]


class VoucherDetail(Parts):
    """Cards below each other; `begin` is called with the name of what the clerk wants to do."""

    def __init__(
        self,
        around: Surroundings,
        account: AccountStatus,
        own: OwnVoucher,
        begin: Deed,
        back: Callable[[], None],
        main: str,
    ) -> None:
        super().__init__()
        self._around, self._account, self._own, self._begin, self._main = around, account, own, begin, main
        self.add(row(link(tr("← All vouchers"), back), 1))
        self._lists: list[ListCard[HolderView] | ListCard[ActivityEntry]] = []
        for card in self._cards():
            self.add(card)
        self.load()

    def load(self) -> None:
        """Ask for the lists of holders and of orders anew."""
        for each in self._lists:
            each.load()

    def _cards(self) -> Sequence[Card]:
        cards: list[Card] = [self._voucher_card()]
        if is_any(self._own.holding):
            cards.insert(0 if not office_deeds(self._account, self._own) else 1, self._holding_card())
        if sees_holders(self._account, self._own.view):
            cards.append(self._holders_card())
        if self._own.view.voucher.state == wire.VOUCHER_STATE_CREATED and self._account.party != "user":
            cards.append(self._orders_card())
        return cards

    def _voucher_card(self) -> Card:
        view = self._own.view
        card = Card(voucher_name(view))
        card.chip.show_chip(voucher_chip(view, self._own.time_ns, words()))
        facts = rule_facts(view, words())
        if self._account.party != "user":
            card.add(_numbers(number_facts(view, words())))
            card.add(rule())
        card.add(FactBlock(facts, label_width=LABEL_WIDTH))
        self._add_buttons(card, office_deeds(self._account, self._own))
        return card

    def _holding_card(self) -> Card:
        own = self._own
        card = Card(tr("Held by this account"))
        card.chip.show_chip(holding_chip(own.holding, words()))
        card.add(label(held_text(own.terms, own.holding, words()), "strong", wrap=True))
        for piece in own.pieces[:SHOWN_PIECES]:
            card.add(self._piece_row(piece))
        more = int(own.holding.pieces) - min(len(own.pieces), SHOWN_PIECES)
        if more > 0:
            card.add(label(tr("and %n more piece(s)", None, more), "secondary"))
        self._add_buttons(card, holders_deeds(self._account, own))
        return card

    def _piece_row(self, piece: PieceView) -> ListRow:
        detail = piece_line(piece, self._own.terms, words())
        return ListRow(tr("Serial {number}").format(number=number(piece.serial)), detail, piece_chip(piece, words()))

    def _holders_card(self) -> Card:
        def ask(cursor: Cursor) -> Awaitable[Page[HolderView]]:
            return self._around.desk.registry.holders(self._own.view.id, cursor=cursor, limit=LIMIT)

        nothing = tr("Nobody holds any of it")
        card = ListCard(self._around, tr("Holders"), nothing, ask, self._holder_row)
        card.add_action(link(tr("Totals and table"), partial(self._begin, "report")))
        self._lists.append(card)
        return card

    def _holder_row(self, holder: HolderView, page: Page[HolderView]) -> ListRow:
        held = held_text(self._own.terms, holder.holding, words())
        return ListRow(who(holder.account, page.names, words()), held, holding_chip(holder.holding, words()))

    def _orders_card(self) -> Card:
        def ask(cursor: Cursor) -> Awaitable[Page[ActivityEntry]]:
            return self._around.desk.registry.orders_on_voucher(self._own.view.id, cursor=cursor, limit=LIMIT)

        card = ListCard(self._around, tr("Orders about it"), tr("No order concerns it"), ask, self._order_row)
        self._lists.append(card)
        return card

    def _order_row(self, entry: ActivityEntry, page: Page[ActivityEntry]) -> ListRow:
        fact = entry.fact
        what = authority_text(order_of(fact), words())
        done = tr("carried out by {who}").format(who=who(entry.sender, page.names, words()))
        detail = tr("{measure} · {done}").format(measure=_measure(fact), done=done)
        return ListRow(what, clock(entry.time_ns, self._around.now_ns(), words()), detail=detail)

    def _add_buttons(self, card: Card, deeds: Sequence[str]) -> None:
        buttons = [deed_button(deed, self._begin) for deed in deeds if deed != self._main]
        if buttons:
            card.add(row(*buttons, 1))


def deed_name(deed: str) -> str:
    """What a button calls it."""
    names = {
        "apply_voucher": tr("Apply for a voucher"),
        "decide": tr("Decide"),
        "allocate": tr("Allocate"),
        "manage_voucher": tr("Accepted partners"),
        "expire": tr("Let lapse"),
        "supervise": tr("Supervise"),
        "transfer": tr("Transfer"),
        "redeem": tr("Redeem"),
        "split": tr("Split"),
        "merge": tr("Merge"),
        "assign_custody": tr("Assign custody"),
    }
    return names[deed]


def deed_button(deed: str, begin: Deed) -> QPushButton:
    """A button for something that can be done with a voucher."""
    return button(deed_name(deed), partial(begin, deed))


def _measure(fact: object) -> str:
    if not isinstance(fact, wire.Supervise):
        return tr("order")
    names = {
        "cap": tr("other cap"),
        "flow": tr("flow of the whole voucher"),
        "holder": tr("one holder"),
        "piece": tr("one piece"),
    }
    return names.get(fact.WhichOneof("measure") or "", tr("order"))


def _numbers(facts: Sequence[Fact]) -> QWidget:
    """Numbers beside each other, large: the clerk decides by them."""
    holder = QWidget()
    line_of = row(spacing=28)
    for fact in facts:
        column = QVBoxLayout()
        column.setSpacing(0)
        value = label(fact.value, "card-title")
        value.setAccessibleName(f"{fact.label}: {fact.value}")
        column.addWidget(label(fact.label, "secondary"))
        column.addWidget(value)
        line_of.addLayout(column)
    line_of.addStretch(1)
    holder.setLayout(line_of)
    return holder
