"""The bytes that a validator signs: votes and proposals, as CometBFT v0.39.4 itself computes them."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from app.core.wire import comet_pb2 as pb
from app.core.wire import privval_pb2 as privval
from app.node.consensus.hashes import proposal_sign_bytes, single_vote_sign_bytes, vote_sign_bytes

CHAIN_ID = "luopu-x"
BLOCK = pb.BlockID(hash=b"\x11" * 32, part_set_header=pb.PartSetHeader(total=3, hash=b"\x22" * 32))
NIL = pb.BlockID()
BLOCK_HEX = "480a20" + "11" * 32 + "1224080312" + "20" + "22" * 32
MOMENT = Timestamp(seconds=1_700_000_000, nanos=123_456_789)
WHOLE_SECOND = Timestamp(seconds=1_700_000_000)


@pytest.mark.parametrize(
    ("height", "round_", "pol_round", "time", "expected"),
    [
        (1, 0, -1, MOMENT, f"76082011010000000000000020ffffffffffffffffff012a{BLOCK_HEX}320b0880e2cfaa0610959aef3a"),
        (41, 2, 1, MOMENT, f"76082011290000000000000019020000000000000020012a{BLOCK_HEX}320b0880e2cfaa0610959aef3a"),
        (9_000_000_000, 7, 0, WHOLE_SECOND, f"6f082011001a7118020000001907000000000000002a{BLOCK_HEX}32060880e2cfaa06"),
        (
            *(5, 1, -1, None),
            f"7f082011050000000000000019010000000000000020ffffffffffffffffff012a{BLOCK_HEX}320b088092b8c398feffffff01",
        ),
    ],
)
def test_proposals_have_the_sign_bytes_that_cometbft_computes(
    height: int, round_: int, pol_round: int, time: Timestamp | None, expected: str
) -> None:
    proposal = privval.Proposal(
        type=32, height=height, round=round_, pol_round=pol_round, block_id=BLOCK, timestamp=time, signature=b"before"
    )
    assert proposal_sign_bytes(CHAIN_ID, proposal).hex() == expected + "3a076c756f70752d78"


@pytest.mark.parametrize(
    ("kind", "height", "round_", "block_id", "time", "expected"),
    [
        (1, 1, 0, BLOCK, MOMENT, f"6b080111010000000000000022{BLOCK_HEX}2a0b0880e2cfaa0610959aef3a"),
        (2, 41, 2, BLOCK, MOMENT, f"74080211290000000000000019020000000000000022{BLOCK_HEX}2a0b0880e2cfaa0610959aef3a"),
        (2, 41, 2, NIL, MOMENT, "2a08021129000000000000001902000000000000002a0b0880e2cfaa0610959aef3a"),
        (1, 9_000_000_000, 7, NIL, None, "2a080111001a7118020000001907000000000000002a0b088092b8c398feffffff01"),
    ],
)
def test_single_votes_have_the_sign_bytes_that_cometbft_computes(
    kind: int, height: int, round_: int, block_id: pb.BlockID, time: Timestamp | None, expected: str
) -> None:
    vote = pb.Vote(
        type=kind,  # type: ignore[arg-type]
        height=height,
        round=round_,
        block_id=block_id,
        timestamp=time,
        validator_address=b"\x11" * 20,
        validator_index=4,
        extension=b"x",
    )
    assert single_vote_sign_bytes(CHAIN_ID, vote).hex() == expected + "32076c756f70752d78"


@pytest.mark.parametrize(("flag", "block_id"), [(pb.BLOCK_ID_FLAG_COMMIT, BLOCK), (pb.BLOCK_ID_FLAG_NIL, NIL)])
def test_a_precommit_is_signed_as_the_commit_that_it_becomes_part_of(
    flag: "pb.BlockIDFlag", block_id: pb.BlockID
) -> None:
    vote = pb.Vote(type=2, height=9, round=3, block_id=block_id, timestamp=MOMENT)
    commit = pb.Commit(height=9, round=3, block_id=BLOCK)
    commit.signatures.add(block_id_flag=flag, timestamp=MOMENT)
    assert single_vote_sign_bytes(CHAIN_ID, vote) == vote_sign_bytes(CHAIN_ID, commit, 0)
