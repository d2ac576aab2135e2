"""CometBFT's RPC JSON: exactly its types, nothing lost on the way there and back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import DecodingError
from app.core.wire import comet_pb2 as pb
from app.node.consensus import rpcjson
from app.node.consensus.encoding import block_bytes
from app.node.consensus.hashes import block_id
from app.node.consensus.proposer import ProposerRotation
from app.node.consensus.rpcresults import decode_proof, decode_tx_result
from app.node.consensus.time import FIRST_SECOND, LAST_SECOND
from app.node.consensus.validators import ValidatorSet
from tests.fakes.chain import ABSENT, COMMIT, NIL, FakeBlock, make_light_chain, make_validators, sign_commit

Json = dict[str, Any]
INT64 = st.integers(-(2**63), 2**63 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DIGEST = st.sampled_from([b"", bytes(32), bytes(range(32))])
TIME = st.builds(Timestamp, seconds=st.integers(FIRST_SECOND, LAST_SECOND), nanos=st.integers(0, 999_999_999))
PARTS = st.builds(pb.PartSetHeader, total=st.integers(0, 2**32 - 1), hash=DIGEST)
BLOCK_ID = st.builds(pb.BlockID, hash=DIGEST, part_set_header=PARTS)
HEADER = st.builds(
    pb.Header,
    version=st.builds(pb.VersionConsensus, block=st.integers(0, 2**64 - 1), app=st.integers(0, 2**64 - 1)),
    chain_id=TEXT,
    height=INT64,
    time=TIME,
    last_block_id=BLOCK_ID,
    app_hash=st.binary(max_size=40),
    evidence_hash=DIGEST,
    proposer_address=st.binary(max_size=20),
)
SIGNATURE = st.builds(
    pb.CommitSig,
    block_id_flag=st.sampled_from([ABSENT, COMMIT, NIL]),
    validator_address=st.binary(max_size=20),
    timestamp=TIME,
    signature=st.binary(max_size=64),
)
COMMITS = st.builds(pb.Commit, height=INT64, round=INT32, block_id=BLOCK_ID, signatures=st.lists(SIGNATURE, max_size=3))
VOTE = st.builds(
    pb.Vote,
    type=st.sampled_from([1, 2]),
    height=INT64,
    round=INT32,
    block_id=BLOCK_ID,
    timestamp=TIME,
    validator_address=st.binary(max_size=20),
    validator_index=INT32,
    signature=st.binary(max_size=64),
    extension=st.binary(max_size=5),
)
VALIDATOR = st.builds(
    pb.Validator,
    address=st.binary(max_size=20),
    pub_key=st.one_of(
        st.builds(pb.PublicKey, ed25519=st.binary(min_size=32, max_size=32)),
        st.builds(pb.PublicKey, secp256k1=st.binary(min_size=33, max_size=33)),
    ),
    voting_power=INT64,
    proposer_priority=INT64,
)
VALIDATORS = st.builds(
    pb.ValidatorSet, validators=st.lists(VALIDATOR, max_size=3), proposer=st.one_of(st.none(), VALIDATOR)
)
DUPLICATE_VOTE = st.builds(
    pb.DuplicateVoteEvidence, vote_a=VOTE, vote_b=VOTE, total_voting_power=INT64, validator_power=INT64, timestamp=TIME
)
LIGHT_BLOCK = st.builds(
    pb.LightBlock,
    signed_header=st.builds(pb.SignedHeader, header=HEADER, commit=COMMITS),
    validator_set=VALIDATORS,
)
ATTACK = st.builds(
    pb.LightClientAttackEvidence,
    conflicting_block=LIGHT_BLOCK,
    common_height=INT64,
    byzantine_validators=st.lists(VALIDATOR, max_size=2),
    total_voting_power=INT64,
    timestamp=TIME,
)
EVIDENCE = st.one_of(
    st.builds(pb.Evidence, duplicate_vote_evidence=DUPLICATE_VOTE),
    st.builds(pb.Evidence, light_client_attack_evidence=ATTACK),
)
BLOCKS = st.builds(
    pb.Block,
    header=HEADER,
    data=st.builds(pb.Data, txs=st.lists(st.binary(max_size=20), max_size=3)),
    evidence=st.builds(pb.EvidenceList, evidence=st.lists(EVIDENCE, max_size=2)),
    last_commit=COMMITS,
)


@pytest.fixture(scope="module")
def block() -> FakeBlock:
    return make_light_chain(2, txs={2: [b"a", b""]})[1]


@pytest.fixture
def written(block: FakeBlock) -> Json:
    """A block as JSON text carries it; the test may change it."""
    value: Json = json.loads(json.dumps(rpcjson.encode_block(block.block)))
    return value


# ---- there and back --------------------------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_every_block_survives_json(original: pb.Block) -> None:
    text = json.dumps(rpcjson.encode_block(original))
    again = rpcjson.decode_block(json.loads(text))
    assert encode(again) == block_bytes(original) == block_bytes(again)


@settings(max_examples=30, deadline=None)
@given(VALIDATORS)
def test_every_validator_set_survives_json(original: pb.ValidatorSet) -> None:
    assert rpcjson.decode_validator_set(json.loads(json.dumps(rpcjson.encode_validator_set(original)))) == original


def test_a_light_block_s_parts_survive_json(block: FakeBlock) -> None:
    assert rpcjson.decode_signed_header(rpcjson.encode_signed_header(block.signed_header)) == block.signed_header
    assert rpcjson.decode_header(rpcjson.encode_header(block.header)) == block.header
    assert rpcjson.decode_commit(rpcjson.encode_commit(block.commit)) == block.commit
    assert rpcjson.decode_block_id(rpcjson.encode_block_id(block.block_id)) == block.block_id


def test_a_listed_validator_set_survives_json() -> None:
    members = make_validators(powers=[5, 4, 4]).set
    listed = rpcjson.encode_validators(members)
    assert ValidatorSet.from_wire(rpcjson.decode_validators(listed)) == members
    assert listed[0]["voting_power"] == "5"
    assert listed[0]["proposer_priority"] == "0"


def test_priorities_and_proposer_survive_json() -> None:
    rotation = ProposerRotation.start(make_validators(powers=[5, 4, 4]).set).advance(3)
    written = rpcjson.encode_validator_set(rotation.to_wire())
    assert ProposerRotation.from_wire(rpcjson.decode_validator_set(written)) == rotation


# ---- forms -----------------------------------------------------------------------------------------------------------
def test_the_first_block_has_an_empty_block_id_and_an_empty_commit() -> None:
    first = make_light_chain(1)[0]
    value = rpcjson.encode_block(first.block)
    empty = {"hash": "", "parts": {"total": 0, "hash": ""}}
    assert value["header"]["last_block_id"] == empty
    assert value["last_commit"] == {"height": "0", "round": 0, "block_id": empty, "signatures": []}
    assert block_id(rpcjson.decode_block(value)) == first.block_id


def test_an_absent_vote_is_written_as_cometbft_writes_it() -> None:
    members = make_validators(4)
    commit = sign_commit(members, 3, make_light_chain(1)[0].block_id, flags=[COMMIT, COMMIT, ABSENT, COMMIT])
    absent = {"block_id_flag": 1, "validator_address": "", "timestamp": "0001-01-01T00:00:00Z", "signature": None}
    assert rpcjson.encode_commit(commit)["signatures"][2] == absent
    commit.signatures[2].ClearField("timestamp")
    assert rpcjson.encode_commit(commit)["signatures"][2] == absent


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_absent_vote_may_have_null_or_empty_fields(nothing: str | None) -> None:
    members = make_validators(4)
    commit = sign_commit(members, 3, make_light_chain(1)[0].block_id, flags=[COMMIT, COMMIT, ABSENT, COMMIT])
    value = rpcjson.encode_commit(commit)
    value["signatures"][2] |= {"validator_address": nothing, "signature": nothing, "timestamp": None}
    assert rpcjson.decode_commit(value) == commit


def test_null_lists_are_empty(written: Json, block: FakeBlock) -> None:
    written["evidence"]["evidence"] = None
    assert rpcjson.decode_block(written) == block.block
    written["data"]["txs"] = None
    assert not rpcjson.decode_block(written).data.txs


def test_a_version_of_zero_is_left_out(written: Json, block: FakeBlock) -> None:
    header = pb.Header.FromString(block.header.SerializeToString())
    header.version.app = 0
    assert rpcjson.encode_header(header)["version"] == {"block": "11"}
    del written["header"]["version"]["app"]
    assert rpcjson.decode_header(written["header"]) == header


def test_hashes_are_written_in_upper_case_and_read_in_either(written: Json, block: FakeBlock) -> None:
    text = written["header"]["validators_hash"]
    assert text == text.upper() == block.header.validators_hash.hex().upper()
    written["header"]["validators_hash"] = text.lower()
    assert rpcjson.decode_block(written) == block.block


def test_an_empty_transaction_is_text_and_not_null(written: Json) -> None:
    assert written["data"]["txs"] == ["YQ==", ""]


def test_unknown_keys_are_passed_over(written: Json, block: FakeBlock) -> None:
    written["header"]["novelty"] = written["novelty"] = 1
    assert rpcjson.decode_block(written) == block.block


@pytest.mark.parametrize("spelling", ["TotalVotingPower", "total_voting_power"])
def test_evidence_is_read_in_both_spellings(spelling: str) -> None:
    evidence = pb.Evidence(duplicate_vote_evidence=pb.DuplicateVoteEvidence(total_voting_power=7))
    bare = pb.Block(evidence=pb.EvidenceList(evidence=[evidence]), last_commit=pb.Commit())
    value = rpcjson.encode_block(bare)
    item = value["evidence"]["evidence"][0]["value"]
    item[spelling] = item.pop("TotalVotingPower")
    assert rpcjson.decode_block(value).evidence.evidence[0].duplicate_vote_evidence.total_voting_power == 7


# ---- strictness ------------------------------------------------------------------------------------------------------
def put(*path: str | int, to: object) -> Callable[[Json], None]:
    def change(value: Json) -> None:
        node: Any = value
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = to

    return change


def drop(*path: str | int) -> Callable[[Json], None]:
    def change(value: Json) -> None:
        node: Any = value
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]

    return change


VOTE_PATH = ("last_commit", "signatures", 0)
BAD = {
    "header missing": drop("header"),
    "header null": put("header", to=None),
    "header a list": put("header", to=[]),
    "header text": put("header", to="x"),
    "data missing": drop("data"),
    "evidence missing": drop("evidence"),
    "last commit null": put("last_commit", to=None),
    "field missing": drop("header", "app_hash"),
    "chain id a number": put("header", "chain_id", to=5),
    "chain id null": put("header", "chain_id", to=None),
    "chain id half a surrogate pair": put("header", "chain_id", to="\ud800"),
    "height a number": put("header", "height", to=2),
    "height beyond int64": put("header", "height", to=str(2**63)),
    "height padded": put("header", "height", to="02"),
    "height with a plus": put("header", "height", to="+2"),
    "height with a blank": put("header", "height", to=" 2"),
    "height with an underscore": put("header", "height", to="1_0"),
    "height in other digits": put("header", "height", to="２"),
    "height empty": put("header", "height", to=""),
    "height minus zero": put("header", "height", to="-0"),
    "height endless": put("header", "height", to="1" * 5000),
    "height true": put("header", "height", to=True),
    "version negative": put("header", "version", "block", to="-1"),
    "version null": put("header", "version", to=None),
    "time a number": put("header", "time", to=5),
    "time in another zone": put("header", "time", to="2024-01-01T00:00:00+08:00"),
    "hash not hex": put("header", "data_hash", to="zz"),
    "hash of odd length": put("header", "data_hash", to="ABC"),
    "hash with a blank": put("header", "data_hash", to="AB CD"),
    "hash a number": put("header", "data_hash", to=5),
    "hash bytes": put("header", "data_hash", to=b"AB"),
    "parts missing": drop("header", "last_block_id", "parts"),
    "parts null": put("header", "last_block_id", "parts", to=None),
    "total text": put("header", "last_block_id", "parts", "total", to="1"),
    "total true": put("header", "last_block_id", "parts", "total", to=True),
    "total a float": put("header", "last_block_id", "parts", "total", to=1.0),
    "total negative": put("header", "last_block_id", "parts", "total", to=-1),
    "total beyond uint32": put("header", "last_block_id", "parts", "total", to=2**32),
    "txs text": put("data", "txs", to="YQ=="),
    "txs an object": put("data", "txs", to={}),
    "tx not base64": put("data", "txs", to=["!!!!"]),
    "tx without padding": put("data", "txs", to=["YQ"]),
    "tx with a line break": put("data", "txs", to=["YQ==\n"]),
    "tx with a url alphabet": put("data", "txs", to=["_-8="]),
    "tx a number": put("data", "txs", to=[5]),
    "tx bytes": put("data", "txs", to=[b"YQ=="]),
    "round text": put("last_commit", "round", to="0"),
    "round beyond int32": put("last_commit", "round", to=2**31),
    "signatures an object": put("last_commit", "signatures", to={}),
    "signature no object": put(*VOTE_PATH, to=5),
    "flag text": put(*VOTE_PATH, "block_id_flag", to="BLOCK_ID_FLAG_COMMIT"),
    "flag true": put(*VOTE_PATH, "block_id_flag", to=True),
    "flag beyond int32": put(*VOTE_PATH, "block_id_flag", to=2**31),
    "signature not base64": put(*VOTE_PATH, "signature", to="%"),
    "evidence an object": put("evidence", "evidence", to={}),
    "evidence of unknown kind": put("evidence", "evidence", to=[{"type": "x", "value": {}}]),
    "evidence without kind": put("evidence", "evidence", to=[{"value": {}}]),
    "evidence without value": put("evidence", "evidence", to=[{"type": rpcjson.DUPLICATE_VOTE}]),
    "evidence empty": put("evidence", "evidence", to=[{"type": rpcjson.DUPLICATE_VOTE, "value": {}}]),
    "attack empty": put("evidence", "evidence", to=[{"type": rpcjson.LIGHT_CLIENT_ATTACK, "value": {}}]),
    "evidence null": put("evidence", "evidence", to=[None]),
}


@pytest.mark.parametrize("fault", BAD)
def test_other_types_and_forms_are_refused(written: Json, fault: str) -> None:
    BAD[fault](written)
    with pytest.raises(DecodingError):
        rpcjson.decode_block(written)


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [1], {"header": 1}, True, 1.5, b"x"])
@pytest.mark.parametrize(
    "decode",
    [
        rpcjson.decode_block,
        rpcjson.decode_header,
        rpcjson.decode_commit,
        rpcjson.decode_signed_header,
        rpcjson.decode_validator_set,
        decode_proof,
        decode_tx_result,
    ],
)
def test_anything_else_altogether_is_refused(decode: Callable[[object], object], value: object) -> None:
    with pytest.raises(DecodingError):
        decode(value)


@pytest.mark.parametrize("value", [5, "x", [], {}, True])
def test_what_is_no_block_id_is_refused(value: object) -> None:
    with pytest.raises(DecodingError):
        rpcjson.decode_block_id(value)


def test_a_null_block_id_is_the_empty_one() -> None:
    assert encode(rpcjson.decode_block_id(None)) == b"\x12\x00"


@pytest.mark.parametrize(
    "change",
    [
        put("pub_key", to=None),
        put("pub_key", "type", to="tendermint/PubKeyOther"),
        put("pub_key", "value", to=7),
        put("voting_power", to=10),
        put("voting_power", to=str(2**63)),
        put("proposer_priority", to=5),
        drop("address"),
    ],
)
def test_a_malformed_validator_is_refused(change: Callable[[Json], None]) -> None:
    listed = rpcjson.encode_validators(make_validators(2).set)
    change(listed[1])
    with pytest.raises(DecodingError):
        rpcjson.decode_validators(listed)


@pytest.mark.parametrize("value", [5, "x", {}, [5]])
def test_what_is_no_list_of_validators_is_refused(value: object) -> None:
    with pytest.raises(DecodingError):
        rpcjson.decode_validators(value)


def test_an_error_names_what_is_missing(written: Json) -> None:
    del written["header"]["app_hash"]
    with pytest.raises(DecodingError) as error:
        rpcjson.decode_block(written)
    assert error.value.facts == {"kind": "block", "missing": "app_hash"}
