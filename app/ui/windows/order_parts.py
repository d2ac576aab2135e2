"""What the orders page shows: the list, where orders are carried out, and one order in full."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.client.members import ActivityEntry
from app.ui.language import tr, words
from app.ui.present.orders import Titles, Unable, effect_sentence, order_facts, order_row, stand_in_sentence
from app.ui.present.pages import page_title
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, row
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.page import BETWEEN
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 132


class OrderList(QWidget):
    """Newest first; above them where orders are carried out."""

    def __init__(
        self,
        around: Surroundings,
        entries: Sequence[ActivityEntry],
        titles: Titles,
        show: Callable[[int], None],
        more: Callable[[], None] | None,
    ) -> None:
        super().__init__()
        self._around, self._titles, self._show = around, titles, show
        column = _column(self)
        card = Card(tr("Orders"))
        for entry in entries:
            card.add(self._row(entry))
        if not entries:
            text = tr(
                "What a court or an authority orders about an account or a voucher appears here, with who did what."
            )
            card.add(EmptyState(tr("No orders yet"), text))
        if more is not None:
            card.add(row(link(tr("Look further back"), more), 1))
        column.addWidget(card)

    def _row(self, entry: ActivityEntry) -> ListRow:
        said = order_row(entry, self._titles, self._around.now_ns(), words())
        look = link(tr("Open"), partial(self._show, entry.index), name=tr("Open {name}").format(name=said.what))
        return ListRow(said.what, said.when, detail=said.detail, actions=[look])


class OrderDetail(QWidget):
    """Everything about one order."""

    def __init__(self, entry: ActivityEntry, titles: Titles, now_ns: int, back: Callable[[], None]) -> None:
        super().__init__()
        column = _column(self)
        column.addLayout(row(link(tr("← All orders"), back), 1))
        card = Card(order_row(entry, titles, now_ns, words()).what)
        card.add(FactBlock(order_facts(entry, titles, words()), label_width=FACTS_WIDTH))
        column.addWidget(card)


class EffectCard(Card):
    """An order that has an effect is carried out where the effect is."""

    def __init__(self, pages: Sequence[str], go: Callable[[str], None]) -> None:
        super().__init__(tr("Carry out an order"))
        for page in pages:
            said = effect_sentence(page, words())
            self.add(row(label(said, "secondary"), 1, link(page_title(page, words()), partial(go, page), name=said)))


class StandInCard(Card):
    """Where a partner cannot act, the operator carries out orders against its users."""

    def __init__(self, unable: Unable, freeze: Callable[[], object], unfreeze: Callable[[], object]) -> None:
        super().__init__(tr("Users whose partner cannot act"))
        self.add(label(stand_in_sentence(unable, words()), "secondary", wrap=True))
        begin = button(tr("Freeze a user…"), freeze)
        begin.setEnabled(bool(unable))
        self.add(row(begin, button(tr("Unfreeze a user…"), unfreeze), 1))


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(BETWEEN)
    return column
