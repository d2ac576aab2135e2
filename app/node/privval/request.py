"""What CometBFT asks to have signed, checked, and where in the chain's life it stands.

Guarantees: a `SigningRequest` is a prevote, a precommit or a proposal that CometBFT itself would let pass, and its bytes to
sign are CometBFT's, so that equal bytes mean equal votes. Leaves to `guard` whether it may be signed.
"""

from copy import deepcopy
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.errors import NotSigned, OutOfRange
from app.core.units import check_int64, check_length
from app.core.wire import comet_pb2 as comet
from app.core.wire import privval_pb2 as wire
from app.node.consensus.hashes import proposal_sign_bytes, single_vote_sign_bytes
from app.node.consensus.time import from_timestamp

Signable = comet.Vote | wire.Proposal
M = TypeVar("M", bound=Signable)


class Step(IntEnum):
    """The order in which a validator signs within one round; CometBFT writes these numbers to its state file."""

    NONE = 0
    PROPOSE = 1
    PREVOTE = 2
    PRECOMMIT = 3


STEPS = {
    comet.SIGNED_MSG_TYPE_PROPOSAL: Step.PROPOSE,
    comet.SIGNED_MSG_TYPE_PREVOTE: Step.PREVOTE,
    comet.SIGNED_MSG_TYPE_PRECOMMIT: Step.PRECOMMIT,
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is signed; one validator signs once in each."""

    height: int
    round: int
    step: Step

    def __str__(self) -> str:
        return f"{self.height}/{self.round}/{int(self.step)}"


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """A vote or a proposal to be signed on a chain. Made by `vote_request` and `proposal_request`."""

    chain_id: str
    message: Signable

    @property
    def place(self) -> Place:
        """Height, round and step."""
        return Place(self.message.height, self.message.round, STEPS[self.message.type])

    @property
    def sign_bytes(self) -> bytes:
        """The bytes that the signature covers."""
        if isinstance(self.message, comet.Vote):
            return single_vote_sign_bytes(self.chain_id, self.message)
        return proposal_sign_bytes(self.chain_id, self.message)

    def at(self, moment: Timestamp) -> "SigningRequest":
        """The same, said at another moment."""
        message = copy_of(self.message)
        message.timestamp.CopyFrom(moment)
        return SigningRequest(self.chain_id, message)


def vote_request(chain_id: str, untrusted_vote: comet.Vote) -> SigningRequest:
    """A prevote or precommit, for a block or for nil.

    Raises:
        OutOfRange: no validator signs such a vote.
        NotSigned: it carries an extension.
    """
    if untrusted_vote.type not in (comet.SIGNED_MSG_TYPE_PREVOTE, comet.SIGNED_MSG_TYPE_PRECOMMIT):
        raise OutOfRange(field="type of a vote", expected="1 or 2", got=int(untrusted_vote.type))
    if untrusted_vote.extension:
        raise NotSigned(reason="vote extensions are off on this chain")
    _check_place_and_time(untrusted_vote)
    if not _is_nil(untrusted_vote.block_id):
        _check_complete(untrusted_vote.block_id)
    return SigningRequest(chain_id, copy_of(untrusted_vote))


def proposal_request(chain_id: str, untrusted_proposal: wire.Proposal) -> SigningRequest:
    """A proposal of a block.

    Raises:
        OutOfRange: no proposer signs such a proposal.
    """
    if untrusted_proposal.type != comet.SIGNED_MSG_TYPE_PROPOSAL:
        raise OutOfRange(field="type of a proposal", expected="32", got=int(untrusted_proposal.type))
    _check_place_and_time(untrusted_proposal)
    pol_round, last = untrusted_proposal.pol_round, untrusted_proposal.round - 1
    if not -1 <= pol_round <= last:
        raise OutOfRange(field="pol_round", expected=f"-1 … {last}", got=pol_round)
    _check_complete(untrusted_proposal.block_id)
    return SigningRequest(chain_id, copy_of(untrusted_proposal))


def copy_of(message: M) -> M:
    """The message without fields that this program does not know."""
    copy = deepcopy(message)
    copy.DiscardUnknownFields()
    return copy


def _check_place_and_time(message: Signable) -> None:
    check_int64("height", message.height, least=1)
    check_int64("round", message.round)
    if message.HasField("timestamp"):
        from_timestamp(message.timestamp)


def _is_nil(block_id: comet.BlockID) -> bool:
    parts = block_id.part_set_header
    return not (block_id.hash or parts.total or parts.hash)


def _check_complete(block_id: comet.BlockID) -> None:
    check_length("block hash", block_id.hash, 32)
    check_length("part set hash", block_id.part_set_header.hash, 32)
    check_int64("number of parts", block_id.part_set_header.total, least=1)
