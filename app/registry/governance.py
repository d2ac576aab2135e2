"""Actions `propose` and `approve` (记账方): the holders of seats decide together who validates the chain.

A proposal names the digest of the document that gives its reasons, a deadline and one change. Whoever proposes approves by
it; at the approval with which the approving seats hold more than two thirds of the power in all, the change is made, at
once and in the same block. Power counts as it stands at that moment. CometBFT brings a change into force two blocks later.
"""

from app.core.codec import encode
from app.core.errors import OutOfRange
from app.core.proposal import (
    MAX_DEADLINE_BLOCKS,
    MAX_POWER,
    PROPOSAL_ID_BYTES,
    VALIDATOR_KEY_BYTES,
    derive_proposal,
)
from app.core.refusals import AlreadyApproved, BadAction, NotPermitted, ProposalClosed, SeatsImpossible, UnknownProposal
from app.core.units import check_hash32, check_int64, check_length
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.state import (
    Draft,
    read_account,
    read_address_of_id,
    read_proposal,
    read_seats,
    write_proposal,
    write_seats,
)

MAX_SEATS = 100


def propose(draft: Draft, body: wire.Body, height: int) -> Acted:
    """Open a proposal with its proposer's approval.

    Raises:
        NotPermitted: the sender holds no seat.
        BadAction: a field of the proposal is wrong, or its id is taken.
        SeatsImpossible: the change could not be made now.
    """
    _check_holds_seat(draft, body.sender)
    wish = body.propose
    _check_proposal(draft, wish, height)
    proposal_id = derive_proposal(body.sender, body.nonce)
    _check_new(draft, proposal_id)
    change_seats(list(read_seats(draft)), wish.validator)
    proposal = wire.Proposal(proposer=body.sender, propose=wish, approvals=[body.sender])
    _decide(draft, proposal_id, proposal)
    return Acted("proposal", encode(wish), proposal_id)


def approve(draft: Draft, body: wire.Body, height: int) -> Acted:
    """Add an approval to a proposal; the one that makes more than two thirds carries the change out.

    Raises:
        NotPermitted: the sender holds no seat.
        BadAction: not the id of a proposal.
        UnknownProposal: there is no such proposal.
        ProposalClosed: it is decided, or its deadline has passed.
        AlreadyApproved: by this sender.
        SeatsImpossible: the change cannot be made any more.
    """
    _check_holds_seat(draft, body.sender)
    proposal_id = body.approve.proposal
    try:
        check_length("proposal", proposal_id, PROPOSAL_ID_BYTES)
    except OutOfRange as error:
        raise BadAction(**error.facts) from error
    stored = read_proposal(draft, proposal_id)
    if stored is None:
        raise UnknownProposal(proposal=proposal_id.hex())
    if stored.decided or height > stored.propose.deadline:
        raise ProposalClosed(proposal=proposal_id.hex(), deadline=stored.propose.deadline)
    if body.sender in stored.approvals:
        raise AlreadyApproved(proposal=proposal_id.hex())
    proposal = wire.Proposal()
    proposal.CopyFrom(stored)
    proposal.approvals[:] = sorted([*stored.approvals, body.sender])
    _decide(draft, proposal_id, proposal)
    return Acted("approval", encode(body.approve), proposal_id)


def change_seats(seats: list[wire.Seat], change: wire.Seat) -> list[wire.Seat]:
    """The seats after a change, ascending by key.

    Raises:
        SeatsImpossible: removal of nobody, of the last one, or more seats than there may be.
    """
    others = [seat for seat in seats if seat.key != change.key]
    if change.power == 0 and len(others) == len(seats):
        raise SeatsImpossible(reason="removal of nobody", key=change.key.hex())
    changed = [*others, change] if change.power else others
    if not 1 <= len(changed) <= MAX_SEATS:
        raise SeatsImpossible(reason="number of validators", expected=f"1 … {MAX_SEATS}", got=len(changed))
    return sorted(changed, key=lambda seat: seat.key)


def _decide(draft: Draft, proposal_id: bytes, proposal: wire.Proposal) -> None:
    seats = list(read_seats(draft))
    holders = {seat.account: read_address_of_id(draft, seat.account) for seat in seats}
    approving = sum(seat.power for seat in seats if holders[seat.account] in proposal.approvals)
    if 3 * approving > 2 * sum(seat.power for seat in seats):
        write_seats(draft, change_seats(seats, proposal.propose.validator))
        proposal.decided = True
    write_proposal(draft, proposal_id, proposal)


def _check_holds_seat(draft: Draft, sender: bytes) -> None:
    account = read_account(draft, sender)
    if account is None or all(seat.account != account.id for seat in read_seats(draft)):
        raise NotPermitted(account=None if account is None else int(account.id), expected="a validator's seat")


def _check_proposal(draft: Draft, wish: wire.Propose, height: int) -> None:
    if wish.WhichOneof("change") != "validator":
        raise BadAction(field="change", expected="a change")
    try:
        check_hash32("document", wish.document)
        check_int64("deadline", wish.deadline, least=height)
        check_length("validator key", wish.validator.key, VALIDATOR_KEY_BYTES)
    except OutOfRange as error:
        raise BadAction(**error.facts) from error
    if wish.deadline > height + MAX_DEADLINE_BLOCKS:
        raise BadAction(field="deadline", expected=f"at most {height + MAX_DEADLINE_BLOCKS}", got=wish.deadline)
    if wish.validator.power > MAX_POWER:
        raise BadAction(field="voting power", expected=f"at most {MAX_POWER}", got=wish.validator.power)
    address = read_address_of_id(draft, wish.validator.account)
    account = None if address is None else read_account(draft, address)
    if account is None or account.party != wire.PARTY_BOOKKEEPER:
        raise BadAction(field="account", expected="a bookkeeper", got=wish.validator.account)


def _check_new(draft: Draft, proposal_id: bytes) -> None:
    """No proposal stands under the id.

    Sender and nonce give the id, and a nonce is free again once it has expired. A second proposal in the place of the
    first would be given approvals that were signed for the first.
    """
    if read_proposal(draft, proposal_id) is not None:
        raise BadAction(field="proposal", expected="a new one", got=proposal_id.hex())
