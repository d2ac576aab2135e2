"""What may be asked to be signed at all."""

from collections.abc import Callable

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from app.core.codec import decode, encode
from app.core.errors import NotSigned, OutOfRange
from app.core.wire import comet_pb2 as comet
from app.core.wire import privval_pb2 as wire
from app.node.privval.request import Place, Step, proposal_request, vote_request
from tests.node.privval.questions import CHAIN_ID, PRECOMMIT, PREVOTE, at, block, proposal, vote


def test_a_round_is_signed_in_the_order_proposal_prevote_precommit() -> None:
    places = [
        proposal_request(CHAIN_ID, proposal(2, 1)).place,
        vote_request(CHAIN_ID, vote(2, 1, PREVOTE)).place,
        vote_request(CHAIN_ID, vote(2, 1, PRECOMMIT)).place,
        proposal_request(CHAIN_ID, proposal(2, 2)).place,
        vote_request(CHAIN_ID, vote(3, 0, PREVOTE, b"")).place,
    ]
    assert (
        places
        == sorted(places)
        == [*(Place(2, 1, Step(n)) for n in (1, 2, 3)), Place(2, 2, Step(1)), Place(3, 0, Step(2))]
    )


def broken_votes() -> dict[str, comet.Vote]:
    broken = {
        name: vote() for name in ("type", "proposal", "height", "round", "hash", "parts", "total", "time", "nanos")
    }
    broken["type"].type = comet.SIGNED_MSG_TYPE_UNKNOWN
    broken["proposal"].type = comet.SIGNED_MSG_TYPE_PROPOSAL
    broken["height"].height = 0
    broken["round"].round = -1
    broken["hash"].block_id.hash = b""
    broken["parts"].block_id.part_set_header.hash = b"\x01" * 31
    broken["total"].block_id.part_set_header.total = 0
    broken["time"].timestamp.CopyFrom(Timestamp(seconds=2**40))
    broken["nanos"].timestamp.CopyFrom(Timestamp(seconds=1, nanos=-1))
    return broken


@pytest.mark.parametrize("name", broken_votes())
def test_a_vote_that_no_validator_signs_is_refused(name: str) -> None:
    with pytest.raises(OutOfRange):
        vote_request(CHAIN_ID, broken_votes()[name])


@pytest.mark.parametrize(
    "change",
    [
        lambda asked: setattr(asked, "type", PREVOTE),
        lambda asked: setattr(asked, "height", -5),
        lambda asked: setattr(asked, "round", -1),
        lambda asked: setattr(asked, "pol_round", 3),
        lambda asked: setattr(asked, "pol_round", -2),
        lambda asked: asked.block_id.CopyFrom(block(b"")),
        lambda asked: asked.timestamp.CopyFrom(Timestamp(seconds=-(2**40))),
    ],
)
def test_a_proposal_that_no_proposer_signs_is_refused(change: Callable[[wire.Proposal], None]) -> None:
    asked = proposal(round_=3, pol_round=2)
    proposal_request(CHAIN_ID, asked)
    change(asked)
    with pytest.raises(OutOfRange):
        proposal_request(CHAIN_ID, asked)


def test_a_vote_with_an_extension_is_refused() -> None:
    asked = vote(kind=PRECOMMIT)
    asked.extension = b"price"
    with pytest.raises(NotSigned):
        vote_request(CHAIN_ID, asked)


def test_the_request_is_not_changed_by_who_asked_later() -> None:
    asked = vote()
    request = vote_request(CHAIN_ID, asked)
    before = request.sign_bytes
    asked.height = 99
    assert request.sign_bytes == before
    assert request.at(at(7)).sign_bytes != before
    assert request.at(at(7)).at(at(0)).sign_bytes == before


def test_fields_of_later_versions_do_not_count() -> None:
    stranger = decode(comet.Vote, encode(vote()) + b"\xf8\x01\x01")
    assert vote_request(CHAIN_ID, stranger).sign_bytes == vote_request(CHAIN_ID, vote()).sign_bytes
