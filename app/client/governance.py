"""How a bookkeeper votes on validators: any action's way (`app.client.acting`), with what the node says of a proposal.

What is decoded from the bytes (`Ballot.prepared.entry.shown`) and what only the node says (`change`, `proposal`) stand apart:
consent names a proposal by its id alone.
"""

from dataclasses import dataclass

from app.client.acting import Actor, Prepared
from app.client.council import Bookkeeper, Change, CouncilStatus, ProposalStatus, SeatChange
from app.client.node import NodeClient
from app.core.errors import NotFound
from app.core.refusals import BadAction, UnknownProposal
from app.core.units import Hash32
from app.core.wire import registry_pb2 as wire


@dataclass(frozen=True, slots=True)
class Wish:
    """A validator's new power, who answers for it, the document with the reasons, and for how many blocks it stands."""

    key: bytes
    power: int
    account: int
    document: Hash32
    blocks: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote before its outcome, with what the node says of it."""

    prepared: Prepared
    change: Change
    proposal: ProposalStatus | None
    """What stands under the id that is consented to."""

    @property
    def proposal_id(self) -> bytes:
        """Of the proposal that is made or consented to, from the bytes."""
        facts = self.prepared.entry.shown.facts
        (value,) = (fact.value for fact in (*facts.ids, *facts.said) if fact.field == "Approve.proposal")
        assert isinstance(value, bytes)
        return value


class Voter:
    """Votes through an actor, whose account holds a seat."""

    def __init__(self, node: NodeClient, actor: Actor) -> None:
        self._node = node
        self._actor = actor

    async def propose(self, wish: Wish) -> Ballot:
        """A proposal; or the one with the same matter that is still on its way.

        Raises:
            UnknownAccount: the key is not registered.
            BadAction: whoever is to answer for the validator is no bookkeeper.
        """
        council = await self._node.council()
        seat = wire.Seat(key=wish.key, power=wish.power, account=wish.account)
        proposal = wire.Propose(document=wish.document, deadline=council.height + wish.blocks, validator=seat)
        account = await self._bookkeeper(wish.account)
        change = SeatChange(wish.key, wish.power, account, _power(council, wish.key))
        return Ballot(await self._actor.prepare(proposal), change, None)

    async def approve(self, proposal_id: bytes) -> Ballot:
        """Consent to a proposal; or the consent to it that is still on its way.

        Raises:
            UnknownAccount: the key is not registered.
            UnknownProposal: there is nothing to consent to.
        """
        proposal = await self._proposal(proposal_id)
        prepared = await self._actor.prepare(wire.Approve(proposal=proposal_id))
        return Ballot(prepared, proposal.change, proposal)

    async def _bookkeeper(self, number: int) -> Bookkeeper:
        try:
            return await self._node.bookkeeper(number)
        except NotFound as error:
            raise BadAction(field="account", expected="a bookkeeper", got=number) from error

    async def _proposal(self, proposal_id: bytes) -> ProposalStatus:
        try:
            return await self._node.proposal(proposal_id)
        except NotFound as error:
            raise UnknownProposal(proposal=proposal_id.hex()) from error


def _power(council: CouncilStatus, key: bytes) -> int:
    return sum(seat.power for seat in council.seats if seat.key == key)
