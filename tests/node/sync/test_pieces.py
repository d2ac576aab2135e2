"""Counting what an encoding unfolds into, before it is decoded: honest blocks pass, those that were made to hurt do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import PeerMisbehaved
from app.core.wire import comet_pb2 as pb
from app.node.consensus.encoding import block_bytes
from app.node.sync import pieces
from app.node.sync.inspection import inspect_block
from app.node.sync.pieces import check_pieces, most_pieces
from tests.fakes.chain import ABSENT, COMMIT, make_light_chain, make_validators, sign_commit
from tests.fakes.consortium import make_consortium

MANY = 40_000
SHORTEST = len(make_consortium().clerk.notarize(1))


def field(number: int, value: bytes) -> bytes:
    """A field with a length."""
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


# ---- honest blocks -------------------------------------------------------------------------------------------------
def test_a_block_of_the_shortest_transactions_passes() -> None:
    block = pb.Block(data=pb.Data(txs=[bytes(SHORTEST)] * 10_000))
    check_pieces(pb.Block, encode(block))


def test_a_commit_in_which_most_are_absent_passes() -> None:
    """One of ten thousand may hold all the power."""
    validators = make_validators(2)
    commit = sign_commit(validators, 1, pb.BlockID(hash=bytes(32)), flags=[COMMIT, ABSENT])
    signed, absent = commit.signatures
    block = pb.Block(last_commit=pb.Commit(signatures=[signed, *[absent] * 9_999]))
    check_pieces(pb.Block, encode(block))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(min_size=20, max_size=400), max_size=30))
def test_real_blocks_pass_however_small_the_bound_of_what_is_harmless(txs: list[bytes]) -> None:
    before, pieces.HARMLESS_BYTES = pieces.HARMLESS_BYTES, 0
    try:
        for each in make_light_chain(2, txs={1: txs}):
            check_pieces(pb.Block, block_bytes(each.block))
    finally:
        pieces.HARMLESS_BYTES = before


# ---- blocks that were made to hurt ---------------------------------------------------------------------------------
CONFLICTING_COMMIT = (3, 1, 2, 1, 1, 2)
CONFLICTING_VALIDATORS = (3, 1, 2, 1, 2)


def nested(path: tuple[int, ...], inside: bytes) -> bytes:
    for number in reversed(path):
        inside = field(number, inside)
    return inside


HURTING = {
    "transactions": nested((2,), b"\x0a\x00" * MANY),
    "transactions in many lists": b"\x12\x02\x0a\x00" * MANY,
    "votes": nested((4,), b"\x22\x00" * MANY),
    "evidence": nested((3,), b"\x0a\x00" * MANY),
    "evidence that changes its mind": nested((3, 1), b"\x0a\x00\x12\x00" * MANY),
    "votes in evidence": nested(CONFLICTING_COMMIT, b"\x22\x00" * MANY),
    "validators in evidence": nested(CONFLICTING_VALIDATORS, b"\x0a\x00" * MANY),
    "byzantine validators": nested((3, 1, 2), b"\x1a\x00" * MANY),
    "overlong tags": nested((2,), b"\x8a\x80\x80\x00\x00" * MANY),
    "behind something unknown": field(99, bytes(1000)) + b"\x60\x01" + nested((4,), b"\x22\x00" * MANY),
    "behind a number": b"\x10\x05\x15\x00\x00\x00\x00\x11" + bytes(8) + nested((2,), b"\x0a\x00" * MANY),
}


@pytest.mark.parametrize("encoded", HURTING.values(), ids=HURTING)
def test_a_block_of_many_tiny_pieces_is_refused(encoded: bytes) -> None:
    with pytest.raises(PeerMisbehaved, match="too many pieces") as caught:
        check_pieces(pb.Block, encoded)
    assert caught.value.facts["expected"] == f"at most {most_pieces(len(encoded))}"


@pytest.mark.parametrize("encoded", HURTING.values(), ids=HURTING)
def test_such_a_block_can_be_decoded_which_is_why(encoded: bytes) -> None:
    """So it must not come to that."""
    pb.Block.FromString(encoded)
    with pytest.raises(PeerMisbehaved, match="too many pieces"):
        inspect_block(encoded)


def test_a_group_is_no_hiding_place() -> None:
    """A decoder skips a group it does not know, with all that stands behind it still to come."""
    encoded = b"\x63\x64" + HURTING["votes"]
    pb.Block.FromString(encoded)
    with pytest.raises(PeerMisbehaved, match="group"):
        check_pieces(pb.Block, encoded)


def test_the_bound_is_the_last_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "HARMLESS_BYTES", 0)
    monkeypatch.setattr(pieces, "most_pieces", lambda _: 5)
    check_pieces(pb.Block, encode(pb.Block(data=pb.Data(txs=[b""] * 5))))
    with pytest.raises(PeerMisbehaved):
        check_pieces(pb.Block, encode(pb.Block(data=pb.Data(txs=[b""] * 6))))


def test_what_is_small_is_not_counted() -> None:
    """Fifty of them in an answer cannot hurt."""
    check_pieces(pb.Block, nested((4,), b"\x22\x00" * 32_000))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=100))
def test_garbage_raises_nothing_else(data: bytes) -> None:
    before, pieces.HARMLESS_BYTES = pieces.HARMLESS_BYTES, -1
    try:
        check_pieces(pb.Block, data)
    except PeerMisbehaved:
        pass
    finally:
        pieces.HARMLESS_BYTES = before
