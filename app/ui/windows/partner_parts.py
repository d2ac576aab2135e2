"""What the partners page shows: all organisations, and one of them in full."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.client.members import AccountView
from app.client.model import AccountStatus
from app.ui.language import tr, words
from app.ui.present.orders import order_row
from app.ui.present.partners import (
    MANY,
    Organisation,
    deed_name,
    facts,
    fits,
    force_chip,
    in_order,
    key_rows,
    list_line,
    my_recognition,
    name_line,
    recognition_line,
    stop_sentence,
    threshold_facts,
    version_rows,
)
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 132


class OrganisationList(Card):
    """All of them by party and number; where there are many, the clerk can look for one."""

    def __init__(self, views: Sequence[AccountView], own: int, show: Callable[[int], None]) -> None:
        super().__init__(tr("Organisations"))
        self._views, self._own, self._show = in_order(views), own, show
        self.search = QLineEdit(self)
        self.search.hide()
        self.search.setAccessibleName(tr("Find by name or number"))
        self.search.setPlaceholderText(tr("Find by name or number"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._draw)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        if len(views) >= MANY:
            self.add(self.search)
            self.search.show()
        self.add(self._rows)
        self._draw()

    def _draw(self) -> None:
        clear(self._rows)
        found = [view for view in self._views if fits(view.account, self.search.text().strip())]
        for view in found:
            self._rows.addWidget(self._row(view))
        if not found:
            self._rows.addWidget(label(tr("No organisation is called so"), "secondary"))

    def _row(self, view: AccountView) -> ListRow:
        account = view.account
        name = name_line(account, words())
        said = tr("{who} (you)").format(who=name) if account.id == self._own else name
        look = link(tr("Open"), partial(self._show, int(account.id)), name=tr("Open {name}").format(name=name))
        return ListRow(said, chip=force_chip(view, words()), detail=list_line(account, words()), actions=[look])


class OrganisationDetail(Parts):
    """One organisation in full; `begin` is called with what the clerk wants to do."""

    def __init__(
        self,
        around: Surroundings,
        holder: AccountStatus,
        organisation: Organisation,
        back: Callable[[], None],
        begin: Callable[[str], None],
        deeds: Sequence[str],
    ) -> None:
        super().__init__()
        self._around, self._holder, self._organisation = around, holder, organisation
        self.add(row(link(tr("← All organisations"), back), 1))
        self.add(self._facts_card(begin, deeds))
        for card in (self._terms_card(), self._keys_card(), self._recognitions_card(), self._orders_card()):
            if card is not None:
                self.add(card)

    def _facts_card(self, begin: Callable[[str], None], deeds: Sequence[str]) -> Card:
        organisation = self._organisation
        card = Card(name_line(organisation.account, words()))
        card.chip.show_chip(force_chip(organisation.view, words()))
        stopped = stop_sentence(organisation, self._around.bridge.status, self._around.now_ns(), words())
        if stopped:
            card.add(label(stopped, "secondary", wrap=True, tone="warn"))
        card.add(FactBlock(facts(organisation.view, words()), label_width=FACTS_WIDTH))
        known = bool(my_recognition(organisation))
        buttons = [button(deed_name(deed, is_recognised=known, words=words()), partial(begin, deed)) for deed in deeds]
        if buttons:
            card.add(row(1, *buttons))
        return card

    def _terms_card(self) -> Card:
        card = Card(tr("Versions of its agreement"))
        rows = version_rows(self._organisation.terms, self._around.bridge.status, self._around.now_ns(), words())
        card.add(FactBlock(rows, label_width=FACTS_WIDTH))
        return card

    def _keys_card(self) -> Card:
        card = Card(tr("Keys"))
        account = self._organisation.account
        for name, detail in key_rows(account, words()):
            card.add(ListRow(name, detail=detail))
        thresholds = threshold_facts(account, words())
        if thresholds:
            card.add(FactBlock(thresholds, label_width=FACTS_WIDTH))
        else:
            card.add(label(tr("No checker is asked for: each maker's signature is enough."), "secondary", wrap=True))
        return card

    def _recognitions_card(self) -> Card | None:
        organisation = self._organisation
        if not organisation.recognised:
            return None
        card = Card(tr("Whom it recognises"))
        for each in organisation.recognised:
            name, level = recognition_line(each, organisation.names, words())
            card.add(ListRow(name, level))
        return card

    def _orders_card(self) -> Card | None:
        organisation = self._organisation
        if not organisation.orders:
            return None
        card = Card(tr("Orders about it"))
        for entry in organisation.orders:
            said = order_row(entry, {}, self._around.now_ns(), words())
            card.add(ListRow(said.what, said.when, detail=said.detail))
        return card
