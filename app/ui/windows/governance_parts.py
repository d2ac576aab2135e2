"""What the decisions page shows: proposals, seats and the law in force; and one proposal in full."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout

from app.client.council import CouncilStatus, ProposalStatus
from app.client.members import LawParameters
from app.ui.language import tr, words
from app.ui.present.governance import (
    change_title,
    cost_facts,
    council_sentence,
    in_order,
    is_waiting_for,
    law_facts,
    power_permille,
    power_text,
    proposal_chip,
    seat_row,
    standing,
)
from app.ui.widgets.bar import Bar
from app.ui.widgets.buttons import link
from app.ui.widgets.card import Card, row
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.governance_forms import about_card
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 150


class CouncilView(Parts):
    """Proposals first, then who decides, then what holds."""

    def __init__(
        self,
        around: Surroundings,
        account: int,
        council: CouncilStatus,
        law: LawParameters,
        show: Callable[[bytes], None],
    ) -> None:
        super().__init__()
        self._around, self._account, self._council, self._show = around, account, council, show
        ordered = in_order(council, account)
        for name, proposals in (
            (tr("Waiting for me"), [each for each in ordered if is_waiting_for(each, council, account)]),
            (tr("Open proposals"), [each for each in ordered if self._is_with_others(each)]),
        ):
            if proposals:
                self.add(self._proposals_card(name, proposals))
        over = [each for each in ordered if not each.is_open]
        if over:
            self.add(self._proposals_card(tr("Decided and lapsed"), over))
        if not ordered:
            self.add(_empty_card())
        self.add(self._seats_card())
        self.add(_law_card(around, law))

    def _is_with_others(self, proposal: ProposalStatus) -> bool:
        return proposal.is_open and not is_waiting_for(proposal, self._council, self._account)

    def _proposals_card(self, name: str, proposals: Sequence[ProposalStatus]) -> Card:
        card = Card(name)
        for proposal in proposals:
            card.add(self._proposal_row(proposal))
            if proposal.is_open:
                card.add(power_line(proposal))
        return card

    def _proposal_row(self, proposal: ProposalStatus) -> ListRow:
        name = change_title(proposal.change, words())
        status, now_ns = self._around.bridge.status, self._around.now_ns()
        detail = standing(proposal, self._council, self._account, status, now_ns, words())
        look = link(tr("Open"), partial(self._show, proposal.id), name=tr("Open {name}").format(name=name))
        return ListRow(name, chip=proposal_chip(proposal, words()), detail=detail, actions=[look])

    def _seats_card(self) -> Card:
        card = Card(tr("Seats"))
        card.add(label(council_sentence(self._council, words()), "secondary", wrap=True))
        for seat in self._council.seats:
            name, detail = seat_row(seat, self._council, words())
            said = tr("{who} (you)").format(who=name) if seat.account.id == self._account else name
            card.add(ListRow(said, detail=detail))
        return card


class ProposalDetail(Parts):
    """One proposal in full."""

    def __init__(self, around: Surroundings, proposal: ProposalStatus, back: Callable[[], None]) -> None:
        super().__init__()
        self.add(row(link(tr("← All decisions"), back), 1))
        card = about_card(around, proposal)
        card.body.insertLayout(1, power_line(proposal))
        self.add(card)


def power_line(proposal: ProposalStatus) -> QVBoxLayout:
    """How much of the needed power has approved: a bar, and the same in words."""
    said = power_text(proposal, words())
    bar = Bar(said)
    bar.show_share(power_permille(proposal), "ok" if proposal.is_decided else "primary")
    line = QVBoxLayout()
    line.setSpacing(4)
    line.addWidget(bar)
    line.addWidget(label(said, "label"))
    return line


def _law_card(around: Surroundings, law: LawParameters) -> Card:
    card = Card(tr("The rules in force"))
    card.add(FactBlock(law_facts(law, around.bridge.status, around.now_ns(), words()), label_width=FACTS_WIDTH))
    card.add(label(tr("What actions cost, and what users of each level have"), "strong"))
    card.add(FactBlock(cost_facts(law, words()), label_width=FACTS_WIDTH))
    return card


def _empty_card() -> Card:
    card = Card()
    text = tr("Bookkeepers change validators, settings and the version of the rules, or stop actions, only together.")
    card.add(EmptyState(tr("No proposals yet"), text))
    return card
