"""What CometBFT asks to have signed, made for tests."""

from google.protobuf.timestamp_pb2 import Timestamp
from nacl.signing import SigningKey

from app.core.codec import decode, encode
from app.core.wire import comet_pb2 as comet
from app.core.wire import privval_pb2 as wire
from app.node.privval.answers import answer
from app.node.privval.guard import NOTHING_SIGNED, LastSigned
from app.node.privval.keys import FileKey
from app.node.privval.signer import Signer

CHAIN_ID = "luopu-test"
KEY = FileKey(SigningKey(b"\x07" * 32))
OTHER_KEY = FileKey(SigningKey(b"\x08" * 32))
PROPOSAL, PREVOTE, PRECOMMIT = (
    comet.SIGNED_MSG_TYPE_PROPOSAL,
    comet.SIGNED_MSG_TYPE_PREVOTE,
    comet.SIGNED_MSG_TYPE_PRECOMMIT,
)


class MemoryState:
    """A record that lives as long as the test."""

    def __init__(self, last: LastSigned = NOTHING_SIGNED) -> None:
        self.last = last

    def load(self) -> LastSigned:
        """The record."""
        return self.last

    def save(self, last: LastSigned) -> None:
        """Replace it."""
        self.last = last


def block(name: bytes) -> comet.BlockID:
    """A block of that name; nil without one."""
    if not name:
        return comet.BlockID()
    return comet.BlockID(hash=name * 32, part_set_header=comet.PartSetHeader(total=1, hash=name * 32))


def at(second: int) -> Timestamp:
    """A moment."""
    return Timestamp(seconds=1_700_000_000 + second, nanos=5)


def vote(
    height: int = 1, round_: int = 0, kind: "comet.SignedMsgType" = PREVOTE, name: bytes = b"a", second: int = 0
) -> comet.Vote:
    """A prevote for block "a", unless said otherwise."""
    return comet.Vote(
        type=kind,
        height=height,
        round=round_,
        block_id=block(name),
        timestamp=at(second),
        validator_address=b"\x01" * 20,
        validator_index=3,
    )


def proposal(
    height: int = 1, round_: int = 0, name: bytes = b"a", second: int = 0, pol_round: int = -1
) -> wire.Proposal:
    """A proposal of block "a", unless said otherwise."""
    return wire.Proposal(
        type=PROPOSAL,
        height=height,
        round=round_,
        pol_round=pol_round,
        block_id=block(name),
        timestamp=at(second),
    )


def ask(signer: Signer, **question: object) -> wire.Message:
    """The answer to a question, over the wire's bytes."""
    message = wire.Message(**question)  # type: ignore[arg-type]
    return decode(wire.Message, answer(signer, encode(message)))
