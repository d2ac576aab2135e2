"""The rule against signing twice, and nothing else: pure, so that it can be tried with everything.

CometBFT v0.39.4, privval/file.go: places rise strictly. In the place signed last, the same may be asked for again and
gets the same signature; if only its time differs, which a validator that crashed cannot know any more, it gets the earlier
time with the earlier signature. Everything else is refused.
"""

from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.codec import decode
from app.core.errors import DecodingError, NotSigned
from app.core.wire import comet_pb2 as comet
from app.core.wire import privval_pb2 as wire
from app.node.consensus.encoding import varint
from app.node.privval.request import STEPS, Place, SigningRequest, Step

CANONICAL_PROPOSAL_START = b"\x08\x20"


@dataclass(frozen=True, slots=True)
class LastSigned:
    """The highest place in which a key has signed, and what."""

    place: Place
    sign_bytes: bytes = b""
    """Empty where only the place is known; then nothing is signed there again."""
    signature: bytes = b""


NOTHING_SIGNED = LastSigned(Place(0, 0, Step.NONE))


@dataclass(frozen=True, slots=True)
class SignedWhat:
    """What bytes to sign say."""

    chain_id: str
    place: Place
    time: Timestamp


def earlier_time(last: LastSigned, request: SigningRequest) -> Timestamp | None:
    """The time under which the same was signed before; None when nothing was signed in this place or beyond.

    Raises:
        NotSigned: something was, and it may not be signed.
    """
    if request.place > last.place:
        return None
    if request.place < last.place:
        raise NotSigned(reason="signed beyond this before", expected=f"above {last.place}", got=str(request.place))
    if last.sign_bytes:
        time = decode_sign_bytes(last.sign_bytes).time
        if request.at(time).sign_bytes == last.sign_bytes:
            return time
    raise NotSigned(reason="something else was signed in this place", expected=f"above {last.place}")


def decode_sign_bytes(sign_bytes: bytes) -> SignedWhat:
    """What was signed.

    Raises:
        DecodingError: neither a vote nor a proposal.
    """
    body = sign_bytes[1:] if sign_bytes[:1] < b"\x80" else sign_bytes[2:]
    if varint(len(body)) + body != sign_bytes:
        raise DecodingError(kind="bytes to sign", reason="length")
    said: comet.CanonicalVote | wire.CanonicalProposal
    if body.startswith(CANONICAL_PROPOSAL_START):
        said = decode(wire.CanonicalProposal, body)
    else:
        said = decode(comet.CanonicalVote, body)
    step = STEPS.get(said.type)
    if step is None:
        raise DecodingError(kind="bytes to sign", reason="type")
    return SignedWhat(said.chain_id, Place(said.height, said.round, step), said.timestamp)
