"""How a bookkeeper votes on validators from the outside: draft, see what is signed, sign, send, follow to the outcome.

Guarantees: the signed bytes are on the disk before anybody sends them, and while they may still land the same matter is
never signed again: who repeats an interrupted command follows the first vote. Only the verified chain decides what an
outcome is. What is decoded from the bytes (`Ballot.shown`) and what only the node says (`Ballot.told`) have types of their
own.
"""

from contextlib import aclosing, suppress
from dataclasses import dataclass

from app.client.council import Bookkeeper, ChangeStatus, CouncilStatus, ProposalStatus
from app.client.model import AccountStatus, Final, NeverLanded, Outcome, RefusedInBlock, Unknown
from app.client.node import NodeClient
from app.client.notarization import NONCE_BYTES, RESEND_HEIGHTS, check_quota, points_for
from app.core.codec import encode
from app.core.errors import MempoolFull, NodeUnreachable, NoPeer, NotFound
from app.core.keys import PublicKey
from app.core.ports import Randomness, Signer
from app.core.refusals import (
    AlreadyApproved,
    BadAction,
    NotPermitted,
    ProposalClosed,
    Refused,
    Replayed,
    SeatsImpossible,
    UnknownAccount,
    UnknownProposal,
)
from app.core.transaction import SignedTransaction
from app.core.units import Hash32
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Approval, BallotFacts, Draft, describe_ballot, sign
from app.wallet.ballots import Ballots

REFUSALS = 3
"""A peer some blocks behind refuses what depends on them; so many heights in a row, and it is the law that refuses."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A validator's new power, who answers for it, the document with the reasons, and for how many blocks it stands."""

    key: bytes
    power: int
    account: int
    document: Hash32
    blocks: int


@dataclass(frozen=True, slots=True)
class Told:
    """According to the node, from its verified state; the bytes to be signed do not say it."""

    voter: AccountStatus
    change: ChangeStatus
    proposal: ProposalStatus | None
    """What stands under the id that is consented to."""
    points: int
    """Quota points that the vote costs at most."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote before its outcome."""

    draft: Draft
    shown: Approval[BallotFacts]
    """Decoded from the very bytes that will be signed, or were."""
    told: Told
    signed: SignedTransaction | None
    """Signed already, by an earlier command whose outcome was never told."""


class Voter:
    """Votes for one key at one node."""

    def __init__(self, node: NodeClient, ballots: Ballots, key: PublicKey, randomness: Randomness) -> None:
        self._node = node
        self._ballots = ballots
        self._key = key
        self._randomness = randomness

    # ---- draft ---------------------------------------------------------------------------------------------------
    async def propose(self, wish: Wish) -> Ballot:
        """A proposal; or the one with the same matter that is still on its way.

        Raises:
            UnknownAccount, NotPermitted: the key is not registered, or its account holds no seat.
            BadAction: whoever is to answer for the validator is no bookkeeper.
            SeatsImpossible: the validator that is to go has no seat.
            QuotaSpent: it would cost more than is left.
        """
        voter, council = await self._account(), await self._node.council()
        seat = wire.Seat(key=wish.key, power=wish.power, account=wish.account)
        proposal = wire.Propose(document=wish.document, deadline=council.height + wish.blocks, validator=seat)
        draft = await self._draft(voter, wire.Body(propose=proposal))
        change = ChangeStatus(wish.key, wish.power, await self._bookkeeper(wish.account), _power(council, wish.key))
        told = Told(voter, change, None, points_for(draft, await self._node.parameters()))
        kept = await self._kept(draft)
        if kept is not None:
            return _kept_ballot(kept, told)
        _check_holds_seat(voter, council)
        if wish.power == 0 and change.power_now == 0:
            raise SeatsImpossible(reason="removal of nobody", key=wish.key.hex())
        check_quota(voter, told.points)
        return Ballot(draft, describe_ballot(draft), told, None)

    async def approve(self, proposal_id: bytes) -> Ballot:
        """Consent to a proposal; or the consent to it that is still on its way.

        Raises:
            UnknownAccount, NotPermitted, QuotaSpent: as of `propose`.
            UnknownProposal, ProposalClosed, AlreadyApproved: there is nothing to consent to.
        """
        voter, council = await self._account(), await self._node.council()
        proposal = await self._proposal(proposal_id)
        draft = await self._draft(voter, wire.Body(approve=wire.Approve(proposal=proposal_id)))
        told = Told(voter, proposal.change, proposal, points_for(draft, await self._node.parameters()))
        kept = await self._kept(draft)
        if kept is not None:
            return _kept_ballot(kept, told)
        _check_holds_seat(voter, council)
        if not proposal.is_open:
            raise ProposalClosed(proposal=proposal_id.hex(), deadline=proposal.deadline)
        if voter.id in {bookkeeper.id for bookkeeper in proposal.approved_by}:
            raise AlreadyApproved(proposal=proposal_id.hex())
        check_quota(voter, told.points)
        return Ballot(draft, describe_ballot(draft), told, None)

    async def _draft(self, voter: AccountStatus, body: wire.Body) -> Draft:
        status, parameters = await self._node.status(), await self._node.parameters()
        body.chain_id = status.chain_id
        body.sender = voter.address
        body.nonce = self._randomness.random_bytes(NONCE_BYTES)
        window = max(1, parameters.validity_window // 2)  # not too far ahead for a peer that is some blocks behind
        body.valid_until = status.height + window
        return Draft(encode(body))

    async def _account(self) -> AccountStatus:
        account = await self._node.account_of_key(self._key)
        if account is None:
            raise UnknownAccount(key=self._key.data.hex())
        return account

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

    async def _kept(self, draft: Draft) -> SignedTransaction | None:
        """A vote with the same matter whose outcome is not known, or was never told. One that failed makes room."""
        kept = self._ballots.find(draft)
        if kept is None:
            return None
        match await self._node.outcome(kept.hash, kept.valid_until):
            case NeverLanded() | RefusedInBlock():
                self._ballots.forget(kept)
                return None
            case Final() | Unknown():
                return kept

    # ---- sign, send, follow --------------------------------------------------------------------------------------
    def sign(self, ballot: Ballot, signer: Signer) -> SignedTransaction:
        """Sign exactly the drafted bytes and keep the result. Nothing is sent yet.

        Raises:
            OutcomeUnknown: another command has signed the same matter.
        """
        signed = sign(ballot.draft, ballot.shown, signer)
        self._ballots.keep(signed)
        return signed

    async def follow(self, signed: SignedTransaction) -> Outcome:
        """Send the signed bytes, again where they may have been lost, until the outcome is no longer unknown.

        Raises:
            Refused: it is refused at several heights, as things stand. The vote is kept, and may be sent again.
        """
        sent_at, refusals = -RESEND_HEIGHTS, 0
        async with aclosing(self._node.heights()) as heights:
            async for height in heights:
                try:
                    outcome = await self._node.outcome(signed.hash, signed.valid_until)
                    if not isinstance(outcome, Unknown):
                        return outcome
                    if height >= sent_at + RESEND_HEIGHTS:
                        await self._send(signed)
                        sent_at, refusals = height, 0
                except Refused:
                    refusals += 1
                    if refusals == REFUSALS:
                        raise
                except (NodeUnreachable, NoPeer, MempoolFull):
                    continue  # only the chain says what became of it
        raise AssertionError("heights rise for ever")

    async def _send(self, signed: SignedTransaction) -> None:
        with suppress(Replayed):  # it stands in a block already, which is what we want
            await self._node.submit(signed.raw)

    def forget(self, signed: SignedTransaction) -> None:
        """Its outcome has been told."""
        self._ballots.forget(signed)


def _kept_ballot(kept: SignedTransaction, told: Told) -> Ballot:
    draft = Draft(kept.body_bytes)
    return Ballot(draft, describe_ballot(draft), told, kept)


def _power(council: CouncilStatus, key: bytes) -> int:
    return sum(seat.power for seat in council.seats if seat.key == key)


def _check_holds_seat(voter: AccountStatus, council: CouncilStatus) -> None:
    if all(seat.account.id != voter.id for seat in council.seats):
        raise NotPermitted(account=voter.id, expected="a validator's seat")
