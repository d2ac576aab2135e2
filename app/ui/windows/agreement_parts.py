"""What the agreements page shows: the list, and one agreement with its parties."""

from collections.abc import Callable, Sequence
from functools import partial

from app.client.members import AgreementView
from app.ui.language import tr, words
from app.ui.present.agreements import (
    CONFIRM,
    RETRACT,
    detail_facts,
    in_order,
    is_waiting_for,
    party_rows,
    standing,
    state_chip,
    title,
    what_can_be_done,
)
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 116


class AgreementList(Parts):
    """All of them, what waits for this account first."""

    def __init__(
        self,
        around: Surroundings,
        account: int,
        views: Sequence[AgreementView],
        show: Callable[[bytes], None],
        more: Callable[[], None] | None,
    ) -> None:
        super().__init__()
        self._around, self._account, self._show = around, account, show
        ordered = in_order(views, account)
        waiting = [view for view in ordered if is_waiting_for(view, account)]
        others = [view for view in ordered if not is_waiting_for(view, account)]
        if waiting:
            self.add(self._card(tr("Waiting for me"), waiting))
        if others:
            self.add(self._card(tr("Agreements"), others))
        if not views:
            card = Card()
            text = tr("A document that several parties confirm one after the other; with the last of them it is final.")
            card.add(EmptyState(tr("No agreements yet"), text))
            self.add(card)
        if more is not None:
            self.add(row(link(tr("Show more"), more), 1))

    def _card(self, name: str, views: Sequence[AgreementView]) -> Card:
        card = Card(name)
        for view in views:
            card.add(self._row(view))
        return card

    def _row(self, view: AgreementView) -> ListRow:
        name = title(view, words())
        detail = standing(view, self._account, self._around.bridge.status, self._around.now_ns(), words())
        look = link(tr("Open"), partial(self._show, view.id), name=tr("Open {name}").format(name=name))
        return ListRow(name, chip=state_chip(view, words()), detail=detail, actions=[look])


class AgreementDetail(Parts):
    """One agreement in full; `begin` is called with what the clerk wants to do."""

    def __init__(
        self,
        around: Surroundings,
        account: int,
        view: AgreementView,
        back: Callable[[], None],
        begin: Callable[[str], None],
        deeds: Sequence[str],
        why_not: str,
    ) -> None:
        super().__init__()
        self.add(row(link(tr("← All agreements"), back), 1))
        self.add(self._facts_card(around, account, view, begin, deeds, why_not))
        self.add(_parties_card(account, view))

    def _facts_card(
        self,
        around: Surroundings,
        account: int,
        view: AgreementView,
        begin: Callable[[str], None],
        deeds: Sequence[str],
        why_not: str,
    ) -> Card:
        card = Card(title(view, words()))
        card.chip.show_chip(state_chip(view, words()))
        said = why_not or what_can_be_done(view, account, words())
        card.add(label(said, "secondary", wrap=True, tone="warn" if why_not else "neutral"))
        facts = detail_facts(view, around.bridge.status, around.now_ns(), words())
        card.add(FactBlock(facts, label_width=FACTS_WIDTH))
        plain = [button(deed_name(deed), partial(begin, deed)) for deed in deeds if deed != CONFIRM]
        if plain:
            card.add(row(1, *plain))
        return card


def deed_name(deed: str) -> str:
    """What a button says."""
    return {CONFIRM: tr("Confirm…"), RETRACT: tr("Withdraw my confirmation…")}[deed]


def _parties_card(account: int, view: AgreementView) -> Card:
    card = Card(tr("Parties"))
    for place, (name, chip) in enumerate(party_rows(view, account, words())):
        if place:
            card.add(rule())
        card.add(ListRow(name, chip=chip))
    return card
