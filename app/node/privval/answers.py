"""One question of CometBFT's, and the answer to it: `luopu.privval.Message` in, the same out.

A question that may not be granted gets an answer that says so, which CometBFT does not ask again; bytes that are no
question are an error, and the connection ends (CometBFT v0.39.4, privval/signer_requestHandler.go).
"""

import logging

from app.core.codec import decode, encode
from app.core.errors import DecodingError, LuopuError, NotSigned, OutOfRange
from app.core.tokenerrors import TokenError
from app.core.walleterrors import SignerMisbehaved
from app.core.wire import comet_pb2 as comet
from app.core.wire import privval_pb2 as wire
from app.node.privval.request import copy_of, proposal_request, vote_request
from app.node.privval.signer import Signer

REFUSED = 0
"""The only code that CometBFT's own signer uses; the description says why."""

_log = logging.getLogger(__name__)


def answer(signer: Signer, untrusted_question: bytes) -> bytes:
    """The answer to a question.

    Raises:
        DecodingError: not a question.
        StoreFailed: a signature could not be remembered; nothing more may be signed until the disk is well.
    """
    question = decode(wire.Message, untrusted_question)
    kind = question.WhichOneof("sum")
    if kind == "ping_request":
        return encode(wire.Message(ping_response=wire.PingResponse()))
    if kind == "pub_key_request":
        return encode(wire.Message(pub_key_response=_public_key(signer, question.pub_key_request)))
    if kind == "sign_vote_request":
        return encode(wire.Message(signed_vote_response=_vote(signer, question.sign_vote_request)))
    if kind == "sign_proposal_request":
        return encode(wire.Message(signed_proposal_response=_proposal(signer, question.sign_proposal_request)))
    raise DecodingError(kind="question", got=kind)


def _public_key(signer: Signer, untrusted_question: wire.PubKeyRequest) -> wire.PubKeyResponse:
    try:
        _check_chain(signer, untrusted_question.chain_id)
    except NotSigned as error:
        return wire.PubKeyResponse(pub_key=comet.PublicKey(), error=_refusal(error))
    return wire.PubKeyResponse(pub_key=comet.PublicKey(ed25519=signer.public_key))


def _vote(signer: Signer, untrusted_question: wire.SignVoteRequest) -> wire.SignedVoteResponse:
    try:
        _check_chain(signer, untrusted_question.chain_id)
        signed = signer.sign(vote_request(signer.chain_id, untrusted_question.vote))
    except (NotSigned, OutOfRange, SignerMisbehaved, TokenError) as error:
        return wire.SignedVoteResponse(vote=comet.Vote(), error=_refusal(error))
    vote = copy_of(untrusted_question.vote)
    vote.timestamp.CopyFrom(signed.time)
    vote.signature = signed.signature
    vote.ClearField("extension_signature")
    return wire.SignedVoteResponse(vote=vote)


def _proposal(signer: Signer, untrusted_question: wire.SignProposalRequest) -> wire.SignedProposalResponse:
    try:
        _check_chain(signer, untrusted_question.chain_id)
        signed = signer.sign(proposal_request(signer.chain_id, untrusted_question.proposal))
    except (NotSigned, OutOfRange, SignerMisbehaved, TokenError) as error:
        return wire.SignedProposalResponse(proposal=wire.Proposal(), error=_refusal(error))
    proposal = copy_of(untrusted_question.proposal)
    proposal.timestamp.CopyFrom(signed.time)
    proposal.signature = signed.signature
    return wire.SignedProposalResponse(proposal=proposal)


def _check_chain(signer: Signer, untrusted_chain_id: str) -> None:
    if untrusted_chain_id != signer.chain_id:
        raise NotSigned(reason="another chain", expected=signer.chain_id, got=untrusted_chain_id[:50])


def _refusal(error: LuopuError) -> wire.RemoteSignerError:
    _log.warning("refused: %s", error)
    return wire.RemoteSignerError(code=REFUSED, description=str(error))
