"""Decisions of the bookkeepers on the desk: proposals, seats, and the rules in force.

Guarantees: only who holds a seat is offered to propose or approve; the badge counts what waits for this bookkeeper.
"""

from dataclasses import dataclass

from app.client.council import CouncilStatus, ProposalStatus
from app.client.members import LawParameters
from app.core.messages import Explanation
from app.ui.desk import Desk
from app.ui.language import tr
from app.ui.present.governance import holds_seat, is_waiting_for
from app.ui.windows.governance_forms import approve_form, propose_form
from app.ui.windows.governance_parts import CouncilView, ProposalDetail
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class _Decisions:
    council: CouncilStatus
    law: LawParameters


class GovernancePage(ListsPage):
    """What the bookkeepers propose and decide together."""

    is_watchful = True

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Decisions"), tr("What the bookkeepers propose and decide together"))
        self.load()

    def load(self) -> None:
        """The council, and the law in force."""
        account = self.around.bridge.account
        if account is not None:
            number = account.id
            self.ask(_decisions(self.around.desk), lambda decisions: self._show(decisions, number))

    def show_proposal(self, proposal: bytes) -> None:
        """One proposal in full sight."""
        self.show_subject(proposal)

    def _show(self, decisions: _Decisions, account: int) -> None:
        council = decisions.council
        self.waits.emit(sum(is_waiting_for(each, council, account) for each in council.proposals))
        chosen = next((each for each in council.proposals if each.id == self.subject), None)
        if chosen is not None:
            self._show_full(chosen, council, account)
            return
        may_propose = holds_seat(council, account)
        self.offer(tr("Propose a change") if may_propose else "", lambda: self._propose(decisions))
        if not may_propose:
            self.banner.say(
                Explanation(tr("This bookkeeper holds no seat: it can look, and decide nothing."), ""), "warn"
            )
        self.show_parts(
            (council.seats, council.proposals, decisions.law),
            lambda: CouncilView(self.around, account, council, decisions.law, self.show_proposal),
        )

    def _show_full(self, proposal: ProposalStatus, council: CouncilStatus, account: int) -> None:
        can = is_waiting_for(proposal, council, account)
        self.offer(tr("Approve…") if can else "", lambda: self._approve(proposal))
        self.show_parts(proposal, lambda: ProposalDetail(self.around, proposal, lambda: self.show_subject(None)))

    def _propose(self, decisions: _Decisions) -> None:
        self.known = {seat.account.id: seat.account.name for seat in decisions.council.seats}
        self.begin(propose_form(self.around, decisions.council, decisions.law), opens=bytes)

    def _approve(self, proposal: ProposalStatus) -> None:
        self.begin(approve_form(self.around, proposal))


async def _decisions(desk: Desk) -> _Decisions:
    return _Decisions(await desk.council(), await desk.registry.parameters())
