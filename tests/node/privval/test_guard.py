"""The rule against signing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DecodingError, NotSigned
from app.core.wire import comet_pb2 as comet
from app.node.privval.guard import NOTHING_SIGNED, LastSigned, decode_sign_bytes, earlier_time
from app.node.privval.request import Place, SigningRequest, Step, proposal_request, vote_request
from tests.node.privval.questions import CHAIN_ID, PRECOMMIT, PREVOTE, at, proposal, vote

REQUESTS = st.builds(
    vote,
    height=st.integers(1, 3),
    round_=st.integers(0, 2),
    kind=st.sampled_from([PREVOTE, PRECOMMIT]),
    name=st.sampled_from([b"", b"a", b"b"]),
    second=st.integers(0, 2),
).map(lambda asked: vote_request(CHAIN_ID, asked)) | st.builds(
    proposal,
    height=st.integers(1, 3),
    round_=st.integers(1, 2),
    name=st.sampled_from([b"a", b"b"]),
    second=st.integers(0, 2),
    pol_round=st.sampled_from([-1, 0]),
).map(lambda asked: proposal_request(CHAIN_ID, asked))


def signed(request: SigningRequest) -> LastSigned:
    return LastSigned(request.place, request.sign_bytes, b"signature")


@given(REQUESTS, REQUESTS)
def test_after_one_signature_only_higher_places_and_the_same_again_are_signed(
    first: SigningRequest, second: SigningRequest
) -> None:
    is_same = second.at(at(0)).sign_bytes == first.at(at(0)).sign_bytes
    if second.place > first.place:
        assert earlier_time(signed(first), second) is None
    elif is_same:
        assert earlier_time(signed(first), second) == first.message.timestamp
    else:
        reason = "beyond this" if second.place < first.place else "something else"
        with pytest.raises(NotSigned, match=reason):
            earlier_time(signed(first), second)


@given(REQUESTS)
def test_what_was_signed_says_where(request: SigningRequest) -> None:
    said = decode_sign_bytes(request.sign_bytes)
    assert (said.chain_id, said.place, said.time) == (CHAIN_ID, request.place, request.message.timestamp)


def test_a_key_that_has_signed_nothing_may_sign() -> None:
    assert earlier_time(NOTHING_SIGNED, vote_request(CHAIN_ID, vote())) is None


def test_where_only_the_place_is_known_nothing_is_signed_again() -> None:
    last = LastSigned(Place(5, 0, Step.PREVOTE))
    for height in (4, 5):
        with pytest.raises(NotSigned):
            earlier_time(last, vote_request(CHAIN_ID, vote(height)))
    assert earlier_time(last, vote_request(CHAIN_ID, vote(5, 0, PRECOMMIT))) is None


def test_the_same_vote_on_another_chain_is_another() -> None:
    with pytest.raises(NotSigned):
        earlier_time(signed(vote_request(CHAIN_ID, vote())), vote_request("another", vote()))


def test_a_nil_vote_after_a_vote_is_refused() -> None:
    with pytest.raises(NotSigned):
        earlier_time(signed(vote_request(CHAIN_ID, vote())), vote_request(CHAIN_ID, vote(name=b"")))


@pytest.mark.parametrize("broken", [b"", b"\x05", b"\x02\x08\x03", b"\x00", b"\x03\x08\x01", b"\x81\x00\x08"])
def test_bytes_that_are_no_vote_say_nothing(broken: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_sign_bytes(broken)


def test_a_vote_of_no_type_says_nothing() -> None:
    body = comet.CanonicalVote(height=3, chain_id=CHAIN_ID).SerializeToString()
    with pytest.raises(DecodingError):
        decode_sign_bytes(bytes([len(body)]) + body)
