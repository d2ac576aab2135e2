"""Actions `propose` and `approve` (记账方): the holders of seats decide together (white paper 3.7 由各记账方商议后进行决策).

A proposal names the digest of the document that gives its reasons, a deadline and one change: a validator's seat, settings of
the law, an upgrade, or an emergency stop. Whoever proposes approves by it; at the approval with which the approving seats
hold more than the share of the power that the genesis document names, the change is made, at once and in the same block.
Power counts as it stands at that moment. CometBFT brings a change of validators into force two blocks later.
"""

from app.core.codec import encode
from app.core.proposal import PROPOSAL_ID_BYTES, derive_proposal
from app.core.refusals import AlreadyApproved, BadAction, NoSeat, ProposalClosed, UnknownProposal
from app.core.units import check_hash32, check_length
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.changes import check_change, check_possible, make_change
from app.registry.checking import check_deadline, fields_checked
from app.registry.context import Context
from app.registry.places import PROPOSALS, copy_of
from app.registry.state import read_address_of_id, read_seats

DECIDED = b"\x01"


def propose(context: Context) -> Acted:
    """Open a proposal with its proposer's approval.

    Raises:
        NoSeat: the sender holds no seat.
        BadAction: a field of the proposal is wrong, or its id is taken.
        SeatsImpossible: the change could not be made now.
    """
    _check_holds_seat(context)
    wish, body = context.body.propose, context.body
    with fields_checked():
        check_hash32("document", wish.document)
        check_deadline("deadline", wish.deadline, context.height)
        check_change(context.draft, context.parameters, wish)
    proposal_id = derive_proposal(body.sender, body.nonce)
    _check_new(context, proposal_id)
    check_possible(context.draft, wish)
    proposal = wire.Proposal(proposer=body.sender, propose=wish, approvals=[body.sender])
    decided = _decide(context, proposal_id, proposal)
    return Acted("proposal", encode(wish), proposal_id, proposal_id + decided)


def approve(context: Context) -> Acted:
    """Add an approval to a proposal; the one that completes the share carries the change out.

    Raises:
        NoSeat: the sender holds no seat.
        BadAction: not the id of a proposal.
        UnknownProposal: there is no such proposal.
        ProposalClosed: it is decided, or its deadline has passed.
        AlreadyApproved: by this sender.
        SeatsImpossible: the change cannot be made any more.
    """
    _check_holds_seat(context)
    proposal_id, sender = context.body.approve.proposal, context.body.sender
    with fields_checked():
        check_length("proposal", proposal_id, PROPOSAL_ID_BYTES)
    stored = PROPOSALS.read(context.draft, proposal_id)
    if stored is None:
        raise UnknownProposal(proposal=proposal_id.hex())
    if stored.decided or context.height > stored.propose.deadline:
        raise ProposalClosed(proposal=proposal_id.hex(), deadline=int(stored.propose.deadline))
    if sender in stored.approvals:
        raise AlreadyApproved(proposal=proposal_id.hex())
    proposal = copy_of(stored)
    proposal.approvals[:] = sorted([*stored.approvals, sender])
    return Acted("approval", encode(context.body.approve), proposal_id, _decide(context, proposal_id, proposal))


def _decide(context: Context, proposal_id: bytes, proposal: wire.Proposal) -> bytes:
    """Carry the change out if enough approve; what the log says of that."""
    draft, parameters = context.draft, context.parameters
    seats = read_seats(draft)
    holders = {seat.account: read_address_of_id(draft, seat.account) for seat in seats}
    approving = sum(seat.power for seat in seats if holders[seat.account] in proposal.approvals)
    total = sum(seat.power for seat in seats)
    if parameters.approval_denominator * approving > parameters.approval_numerator * total:
        make_change(draft, proposal.propose, context.height)
        proposal.decided = True
    PROPOSALS.write(draft, proposal, proposal_id)
    return DECIDED if proposal.decided else b""


def _check_holds_seat(context: Context) -> None:
    if all(seat.account != context.sender.id for seat in read_seats(context.draft)):
        raise NoSeat(account=int(context.sender.id))


def _check_new(context: Context, proposal_id: bytes) -> None:
    """No proposal stands under the id.

    Sender and nonce give the id, and a nonce is free again once it has expired. A second proposal in the place of the
    first would be given approvals that were signed for the first.
    """
    if PROPOSALS.read(context.draft, proposal_id) is not None:
        raise BadAction(field="proposal", expected="a new one", got=proposal_id.hex())
