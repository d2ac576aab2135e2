"""Questions over the wire, and their answers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DecodingError, StoreFailed
from app.core.wire import comet_pb2 as comet
from app.core.wire import privval_pb2 as wire
from app.node.consensus.ed25519 import is_validator_signature
from app.node.consensus.hashes import proposal_sign_bytes, single_vote_sign_bytes
from app.node.privval.answers import answer
from app.node.privval.guard import LastSigned
from app.node.privval.signer import Signer
from tests.node.privval.questions import CHAIN_ID, KEY, OTHER_KEY, PRECOMMIT, MemoryState, ask, at, proposal, vote


@pytest.fixture
def signer() -> Signer:
    return Signer(CHAIN_ID, KEY, MemoryState())


def vote_question(asked: comet.Vote, chain_id: str = CHAIN_ID) -> wire.SignVoteRequest:
    return wire.SignVoteRequest(vote=asked, chain_id=chain_id)


def test_a_ping_is_answered(signer: Signer) -> None:
    assert ask(signer, ping_request=wire.PingRequest()).WhichOneof("sum") == "ping_response"


def test_the_public_key_is_told(signer: Signer) -> None:
    told = ask(signer, pub_key_request=wire.PubKeyRequest(chain_id=CHAIN_ID)).pub_key_response
    assert told.pub_key.ed25519 == KEY.public_key
    assert not told.HasField("error")


def test_a_vote_comes_back_signed_and_otherwise_as_it_was(signer: Signer) -> None:
    asked = vote(kind=PRECOMMIT)
    asked.extension_signature = b"whose"
    signed = ask(signer, sign_vote_request=vote_question(asked)).signed_vote_response
    assert not signed.HasField("error")
    assert is_validator_signature(KEY.public_key, single_vote_sign_bytes(CHAIN_ID, asked), signed.vote.signature)
    expected = vote(kind=PRECOMMIT)
    expected.signature = signed.vote.signature
    assert signed.vote == expected


def test_a_proposal_comes_back_signed_and_otherwise_as_it_was(signer: Signer) -> None:
    asked = proposal(4, 2, pol_round=1)
    question = wire.SignProposalRequest(proposal=asked, chain_id=CHAIN_ID)
    signed = ask(signer, sign_proposal_request=question).signed_proposal_response
    assert is_validator_signature(KEY.public_key, proposal_sign_bytes(CHAIN_ID, asked), signed.proposal.signature)
    asked.signature = signed.proposal.signature
    assert signed.proposal == asked


def test_the_same_vote_later_comes_back_with_its_first_time(signer: Signer) -> None:
    first = ask(signer, sign_vote_request=vote_question(vote(second=1))).signed_vote_response
    again = ask(signer, sign_vote_request=vote_question(vote(second=9))).signed_vote_response
    assert again == first
    assert again.vote.timestamp == at(1)


def test_the_same_proposal_later_comes_back_with_its_first_time(signer: Signer) -> None:
    first, again = (
        ask(
            signer, sign_proposal_request=wire.SignProposalRequest(proposal=proposal(second=second), chain_id=CHAIN_ID)
        ).signed_proposal_response
        for second in (1, 9)
    )
    assert again == first
    assert again.proposal.timestamp == at(1)


def test_a_second_vote_is_refused_with_a_reason_and_without_a_signature(signer: Signer) -> None:
    ask(signer, sign_vote_request=vote_question(vote()))
    refused = ask(signer, sign_vote_request=vote_question(vote(name=b"b"))).signed_vote_response
    assert "something else was signed" in refused.error.description
    assert refused.vote == comet.Vote()


def test_questions_about_another_chain_are_refused(signer: Signer) -> None:
    key = ask(signer, pub_key_request=wire.PubKeyRequest(chain_id="x")).pub_key_response
    signed_vote = ask(signer, sign_vote_request=vote_question(vote(), "x")).signed_vote_response
    question = wire.SignProposalRequest(proposal=proposal(), chain_id="x")
    signed_proposal = ask(signer, sign_proposal_request=question).signed_proposal_response
    for refused in (key, signed_vote, signed_proposal):
        assert "another chain" in refused.error.description
    assert key.pub_key == comet.PublicKey()
    assert not signed_vote.vote.signature
    assert not signed_proposal.proposal.signature


def test_a_vote_that_cannot_be_is_refused(signer: Signer) -> None:
    refused = ask(signer, sign_vote_request=vote_question(vote(height=0))).signed_vote_response
    assert "height" in refused.error.description
    assert not refused.vote.signature


def test_a_key_that_misbehaves_gives_a_refusal() -> None:
    class Token:
        public_key = KEY.public_key

        def sign(self, message: bytes) -> bytes:
            return OTHER_KEY.sign(message)

    signer = Signer(CHAIN_ID, Token(), MemoryState())
    refused = ask(signer, sign_vote_request=vote_question(vote())).signed_vote_response
    assert refused.HasField("error")
    assert not refused.vote.signature


def test_a_disk_that_fails_gives_no_answer_at_all() -> None:
    class Failing(MemoryState):
        def save(self, last: LastSigned) -> None:
            if last.sign_bytes:
                raise StoreFailed(reason="Input/output error")

    signer = Signer(CHAIN_ID, KEY, Failing())
    with pytest.raises(StoreFailed):
        ask(signer, sign_vote_request=vote_question(vote()))


@pytest.mark.parametrize(
    "question",
    [
        *(b"", b"\xff", b"\x1a\x05", b"\xf8\x01\x01"),
        wire.Message(ping_response=wire.PingResponse()).SerializeToString(),
        wire.Message(signed_vote_response=wire.SignedVoteResponse(vote=vote())).SerializeToString(),
    ],
)
def test_what_is_no_question_is_an_error(signer: Signer, question: bytes) -> None:
    with pytest.raises(DecodingError):
        answer(signer, question)


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda inner: b"\x1a" + bytes([len(inner)]) + inner))
def test_any_bytes_give_an_answer_or_one_kind_of_error(question: bytes) -> None:
    with suppress(DecodingError):
        answer(Signer(CHAIN_ID, KEY, MemoryState()), question)
