"""Hashes and sign bytes, against what CometBFT v0.39.4 itself computes for the same content."""

from hashlib import sha256

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import decode, encode
from app.core.errors import OutOfRange
from app.core.hashing import EMPTY_HASH
from app.core.merkle import leaf_hash, root
from app.core.wire import comet_pb2 as pb
from app.node.consensus.encoding import (
    block_bytes,
    block_id_bytes,
    commit_sig_bytes,
    evidence_bytes,
    header_leaves,
    timestamp_bytes,
    varint,
)
from app.node.consensus.hashes import (
    PART_BYTES,
    block_id,
    commit_hash,
    consensus_hash,
    data_hash,
    evidence_hash,
    header_hash,
    is_transaction_included,
    part_set_header,
    results_hash,
    tx_proof,
    vote_sign_bytes,
)
from app.node.consensus.time import FIRST_SECOND
from tests.fakes.chain import make_key, make_light_chain

CHAIN_ID = "luopu-x"
SIGNATURE = b"\x00\x00\x00\x09" + bytes(60)


def padded(first: int) -> bytes:
    return bytes([first]) + bytes(31)


def block_known_to_cometbft() -> pb.Block:
    """A block with votes of all three kinds, both kinds of evidence and an empty transaction; nothing empty is set."""
    keys = [bytes(make_key(name).verify_key) for name in ("k0", "k1", "k2")]
    addresses = [sha256(key).digest()[:20] for key in keys]
    members = [
        pb.Validator(address=address, pub_key=pb.PublicKey(ed25519=key), voting_power=power, proposer_priority=priority)
        for key, address, power, priority in zip(keys, addresses, (10, 7, 3), (-10, 7, 3), strict=True)
    ]
    time = [Timestamp(seconds=1_741_064_767 + later, nanos=8_900) for later in range(4)]
    target = pb.BlockID(hash=padded(1), part_set_header=pb.PartSetHeader(total=3, hash=padded(2)))
    commit = pb.Commit(height=41, round=2, block_id=target)
    commit.signatures.add(block_id_flag=2, validator_address=addresses[0], timestamp=time[0], signature=SIGNATURE)
    commit.signatures.add(block_id_flag=3, validator_address=addresses[1], timestamp=time[1], signature=SIGNATURE)
    commit.signatures.add(block_id_flag=1)
    validators_hash = root(
        [encode(pb.SimpleValidator(pub_key=member.pub_key, voting_power=member.voting_power)) for member in members]
    )
    header = pb.Header(
        version=pb.VersionConsensus(block=11),
        chain_id=CHAIN_ID,
        height=42,
        time=time[3],
        last_block_id=target,
        last_commit_hash=commit_hash(commit),
        validators_hash=validators_hash,
        next_validators_hash=validators_hash,
        consensus_hash=consensus_hash(22_020_096, -1),
        app_hash=b"\x01\x02",
        last_results_hash=padded(4),
        proposer_address=addresses[0],
    )
    vote = pb.Vote(type=2, height=40, round=1, timestamp=time[0], validator_address=addresses[0], signature=SIGNATURE)
    other_vote = pb.Vote()
    other_vote.CopyFrom(vote)
    other_vote.block_id.CopyFrom(target)
    duplicate = pb.DuplicateVoteEvidence(
        vote_a=vote, vote_b=other_vote, total_voting_power=20, validator_power=10, timestamp=time[0]
    )
    conflicting_header = pb.Header()
    conflicting_header.CopyFrom(header)
    conflicting_header.data_hash, conflicting_header.evidence_hash = padded(9), padded(8)
    conflicting = pb.Commit()
    conflicting.CopyFrom(commit)
    conflicting.height = 42
    conflicting.block_id.hash = header_hash(conflicting_header)
    conflicting.block_id.part_set_header.CopyFrom(pb.PartSetHeader(total=1, hash=padded(7)))
    attack = pb.LightClientAttackEvidence(
        conflicting_block=pb.LightBlock(
            signed_header=pb.SignedHeader(header=conflicting_header, commit=conflicting),
            validator_set=pb.ValidatorSet(validators=members, proposer=members[0]),
        ),
        common_height=30,
        byzantine_validators=members[:1],
        total_voting_power=20,
        timestamp=time[0],
    )
    evidence = [
        pb.Evidence(duplicate_vote_evidence=duplicate),
        pb.Evidence(light_client_attack_evidence=attack),
    ]
    txs = [b"a tx", b""]
    header.data_hash, header.evidence_hash = data_hash(txs), evidence_hash(evidence)
    return pb.Block(
        header=header, data=pb.Data(txs=txs), evidence=pb.EvidenceList(evidence=evidence), last_commit=commit
    )


def test_a_block_has_the_hashes_that_cometbft_computes_for_it() -> None:
    block = block_known_to_cometbft()
    got = block_id(block)
    assert commit_hash(block.last_commit).hex() == "0711d9c87006fc20ee80d32724e25156b46019c5837b4b452108bbe623f308b6"
    assert got.hash.hex() == "cb1f369f320d549811c7bdb4bbb7560e37404139db86449f4e19a29c6c05c633"
    assert got.part_set_header.total == 1
    assert got.part_set_header.hash.hex() == "af1c7f2ee40fabcdb5e340f7869863ea31e6a012ffc16fa1eb6e78e7af213ef2"


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (
            0,
            "72080211290000000000000019020000000000000022480a2001"
            + "00" * 31
            + "12240803122002"
            + "00" * 31
            + "2a0908bf949abe0610c44532076c756f70752d78",
        ),
        (1, "2808021129000000000000001902000000000000002a0908c0949abe0610c44532076c756f70752d78"),
        (2, "2a08021129000000000000001902000000000000002a0b088092b8c398feffffff0132076c756f70752d78"),
    ],
)
def test_votes_have_the_sign_bytes_that_cometbft_computes(index: int, expected: str) -> None:
    assert vote_sign_bytes(CHAIN_ID, block_known_to_cometbft().last_commit, index).hex() == expected


def test_encoding_leaves_the_block_as_it_was() -> None:
    block = block_known_to_cometbft()
    before = encode(block)
    block_bytes(block)
    evidence_hash(block.evidence.evidence)
    assert encode(block) == before


def test_encoding_what_cometbft_wrote_changes_nothing() -> None:
    written = block_bytes(block_known_to_cometbft())
    assert block_bytes(decode(pb.Block, written)) == written


def test_unknown_fields_do_not_count() -> None:
    block = make_light_chain(2)[1].block
    stranger = decode(pb.Block, encode(block) + b"\xfa\x01\x03abc")
    assert block_id(stranger) == block_id(block)


def test_an_empty_block_id_is_a_leaf_of_two_bytes() -> None:
    assert block_id_bytes(pb.BlockID()) == b"\x12\x00"
    assert header_leaves(pb.Header())[4] == b"\x12\x00"


def test_empty_fields_are_empty_leaves_and_a_missing_time_is_go_s_zero_time() -> None:
    leaves = header_leaves(pb.Header())
    assert leaves[3].hex() == "088092b8c398feffffff01"
    assert [index for index, leaf in enumerate(leaves) if leaf] == [3, 4]


def test_an_absent_signature_is_the_leaf_that_cometbft_writes() -> None:
    absent = pb.CommitSig(block_id_flag=1)
    assert commit_sig_bytes(absent).hex() == "08011a0b088092b8c398feffffff01"
    absent.timestamp.seconds = FIRST_SECOND
    assert commit_sig_bytes(absent).hex() == "08011a0b088092b8c398feffffff01"


def test_evidence_of_no_known_kind_is_an_empty_leaf() -> None:
    assert evidence_bytes(pb.Evidence()) == b""


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_are_encoded_as_protobuf_does(value: int) -> None:
    assert b"\x08" + varint(value) == encode(pb.Int64Value(value=value)) or value == 0


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 999_999_999))
def test_timestamps_are_encoded_as_protobuf_does(seconds: int, nanos: int) -> None:
    timestamp = Timestamp(seconds=seconds, nanos=nanos)
    assert timestamp_bytes(timestamp) == encode(timestamp)


def test_a_block_is_cut_into_parts_of_65536_bytes() -> None:
    data = bytes(range(256)) * 512  # two parts exactly
    assert part_set_header(data).total == 2
    assert part_set_header(data + b"x").total == 3
    assert part_set_header(data + b"x").hash == root([data[:PART_BYTES], data[PART_BYTES:], b"x"])


def test_a_transaction_s_leaf_is_the_hash_of_its_hash() -> None:
    leaf = sha256(b"\x00" + sha256(b"tx").digest()).digest()
    assert data_hash([b"tx"]) == leaf == leaf_hash(sha256(b"tx").digest())
    assert data_hash([]) == EMPTY_HASH


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), min_size=1, max_size=20, unique=True), st.data())
def test_every_transaction_has_a_proof_and_nothing_else_has(txs: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(txs) - 1))
    proof, expected = tx_proof(txs, index), data_hash(txs)
    assert is_transaction_included(txs[index], proof, expected)
    assert not is_transaction_included(txs[index] + b"x", proof, expected)
    assert not is_transaction_included(txs[index], proof, bytes(32))
    proof.index = (index + 1) % len(txs) if len(txs) > 1 else 1
    assert not is_transaction_included(txs[index], proof, expected)


def test_a_proof_whose_leaf_is_another_s_is_refused() -> None:
    proof = tx_proof([b"a", b"b"], 0)
    assert not is_transaction_included(b"b", proof, data_hash([b"a", b"b"]))


@pytest.mark.parametrize("index", [-1, 2])
def test_there_is_no_proof_for_an_index_that_is_not_there(index: int) -> None:
    with pytest.raises(OutOfRange):
        tx_proof([b"a", b"b"], index)


def test_only_code_data_and_gas_of_a_result_count() -> None:
    plain = pb.ExecTxResult(code=5, data=b"d", gas_wanted=7, gas_used=6)
    told = pb.ExecTxResult(code=5, data=b"d", gas_wanted=7, gas_used=6, log="log", info="i", codespace="c")
    told.events.add(type="event")
    assert results_hash([told]) == results_hash([plain]) == root([bytes.fromhex("0805120164280730" + "06")])
    assert results_hash([pb.ExecTxResult()]) == leaf_hash(b"")
    assert results_hash([]) == EMPTY_HASH


def test_the_consensus_hash_covers_bytes_and_gas_only() -> None:
    expected = "048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f"  # of CometBFT's default parameters
    assert consensus_hash(22_020_096, -1).hex() == expected
