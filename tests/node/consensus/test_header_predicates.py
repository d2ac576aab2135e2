"""Each rule about headers and blocks refuses exactly the fault it is for, and names itself."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from app.core.errors import InvalidBlock
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import block_id, commit_hash, data_hash, header_hash
from app.node.consensus.predicates import (
    block_time,
    check_block,
    check_block_id,
    check_data_hash,
    check_evidence_hash,
    check_first_block,
    check_header_basics,
    check_header_follows,
    check_height_rises,
    check_last_commit_hash,
    check_next_validators_hash,
    check_not_from_future,
    check_proposer,
    check_time_rises,
    check_validators_hash,
    check_within_trusting_period,
)
from app.node.consensus.time import to_timestamp
from tests.fakes.chain import CHAIN_ID, START, FakeBlock, make_genesis, make_light_chain, make_validators

Change = Callable[[pb.Header], object]


def flip(name: str) -> Change:
    """Change the first byte of a field, or give an empty one a byte."""

    def change(header: pb.Header) -> None:
        value = getattr(header, name)
        setattr(header, name, bytes([value[0] ^ 1]) + value[1:] if value else b"\x01")

    return change


EVERY_FIELD: dict[str, Change] = {
    "version": lambda header: setattr(header.version, "app", 2),
    "chain_id": lambda header: setattr(header, "chain_id", "luopu-tesu"),
    "height": lambda header: setattr(header, "height", 99),
    "time": lambda header: setattr(header.time, "nanos", header.time.nanos + 1),
    "last_block_id": lambda header: setattr(header.last_block_id.part_set_header, "total", 7),
    **{
        name: flip(name)
        for name in (
            "last_commit_hash",
            "data_hash",
            "validators_hash",
            "next_validators_hash",
            "consensus_hash",
            "app_hash",
            "last_results_hash",
            "evidence_hash",
            "proposer_address",
        )
    },
}


CAUGHT_EARLIER = ("chain_id", "last_commit_hash", "data_hash", "evidence_hash")


@pytest.fixture(scope="module")
def recorded_chain() -> list[FakeBlock]:
    return make_light_chain(3, txs={2: [b"a", b"b"]})


@pytest.fixture
def chain(recorded_chain: list[FakeBlock]) -> list[FakeBlock]:
    """A chain whose messages the test may change."""
    return [
        FakeBlock(
            pb.Block.FromString(item.block.SerializeToString()),
            item.block_id,
            item.commit,
            item.validators,
            item.next_validators,
        )
        for item in recorded_chain
    ]


def check_of(error: pytest.ExceptionInfo[InvalidBlock]) -> object:
    return error.value.facts["check"]


def test_a_good_chain_passes_every_check(chain: list[FakeBlock]) -> None:
    for item in chain:
        check_block(item.block, item.block_id, CHAIN_ID)
        check_proposer(item.header, item.validators.set)
        check_validators_hash(item.header, item.validators.set)
        check_next_validators_hash(item.header, item.next_validators.set)
    for earlier, later in pairwise(chain):
        check_header_follows(later.header, earlier.header, earlier.block_id)
    check_first_block(chain[0].block, make_genesis())


# ---- the block's own content -----------------------------------------------------------------------------------------
def test_a_header_has_fourteen_fields() -> None:
    assert [field.name for field in pb.Header.DESCRIPTOR.fields] == list(EVERY_FIELD)


@pytest.mark.parametrize("field", EVERY_FIELD)
def test_a_changed_header_field_is_noticed(chain: list[FakeBlock], field: str) -> None:
    before = header_hash(chain[1].header)
    EVERY_FIELD[field](chain[1].header)
    assert header_hash(chain[1].header) != before
    with pytest.raises(InvalidBlock):
        check_block(chain[1].block, chain[1].block_id, CHAIN_ID)


@pytest.mark.parametrize("field", [name for name in EVERY_FIELD if name not in CAUGHT_EARLIER])
def test_a_field_that_nothing_else_contradicts_is_caught_by_the_block_id(chain: list[FakeBlock], field: str) -> None:
    EVERY_FIELD[field](chain[1].header)
    with pytest.raises(InvalidBlock) as error:
        check_block(chain[1].block, chain[1].block_id, CHAIN_ID)
    assert check_of(error) == "block_id"


@pytest.mark.parametrize("txs", [[], [b"a"], [b"b", b"a"], [b"a", b"b", b"c"], [b"a", b"B"]])
def test_other_transactions_are_refused(chain: list[FakeBlock], txs: list[bytes]) -> None:
    del chain[1].block.data.txs[:]
    chain[1].block.data.txs.extend(txs)
    with pytest.raises(InvalidBlock) as error:
        check_data_hash(chain[1].block)
    assert check_of(error) == "data_hash"


def test_another_last_commit_is_refused(chain: list[FakeBlock]) -> None:
    chain[1].block.last_commit.signatures[0].signature = bytes(64)
    with pytest.raises(InvalidBlock) as error:
        check_last_commit_hash(chain[1].block)
    assert check_of(error) == "last_commit_hash"


def test_a_missing_last_commit_is_refused(chain: list[FakeBlock]) -> None:
    chain[1].block.ClearField("last_commit")
    with pytest.raises(InvalidBlock) as error:
        check_last_commit_hash(chain[1].block)
    assert check_of(error) == "last_commit"


def test_evidence_that_the_header_does_not_know_is_refused(chain: list[FakeBlock]) -> None:
    chain[1].block.evidence.evidence.add().duplicate_vote_evidence.total_voting_power = 1
    with pytest.raises(InvalidBlock) as error:
        check_evidence_hash(chain[1].block)
    assert check_of(error) == "evidence_hash"


def test_a_last_commit_that_hashes_the_same_but_encodes_otherwise_has_other_parts(chain: list[FakeBlock]) -> None:
    """`last_commit_hash` covers the signatures only; round and block id are held by the part set alone."""
    chain[1].block.last_commit.round = 5
    check_last_commit_hash(chain[1].block)
    with pytest.raises(InvalidBlock) as error:
        check_block_id(chain[1].block, chain[1].block_id)
    assert check_of(error) == "block_id_parts"


@pytest.mark.parametrize("total", [0, 2])
def test_another_number_of_parts_is_refused(chain: list[FakeBlock], total: int) -> None:
    untrusted = pb.BlockID.FromString(chain[1].block_id.SerializeToString())
    untrusted.part_set_header.total = total
    with pytest.raises(InvalidBlock) as error:
        check_block_id(chain[1].block, untrusted)
    assert check_of(error) == "block_id_parts"


# ---- the header by itself --------------------------------------------------------------------------------------------
def test_another_chain_s_header_is_refused_by_that_name(chain: list[FakeBlock]) -> None:
    with pytest.raises(InvalidBlock) as error:
        check_header_basics(chain[1].header, "another-chain")
    assert error.value.facts == {"check": "chain_id", "expected": "another-chain", "got": CHAIN_ID}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda header: setattr(header.version, "block", 10), "version"),
        (lambda header: setattr(header.version, "block", 12), "version"),
        (lambda header: header.ClearField("version"), "version"),
        (lambda header: setattr(header, "height", 0), "height"),
        (lambda header: setattr(header, "height", -1), "height"),
        (lambda header: header.ClearField("time"), "time"),
        (lambda header: setattr(header.time, "nanos", -1), "time"),
        (lambda header: setattr(header.time, "nanos", 1_000_000_000), "time"),
        (lambda header: setattr(header.time, "seconds", 2**62), "time"),
        (lambda header: setattr(header, "validators_hash", b""), "validators_hash"),
        (lambda header: setattr(header, "validators_hash", bytes(33)), "validators_hash"),
        (lambda header: setattr(header, "proposer_address", bytes(19)), "proposer_address"),
        (lambda header: setattr(header.last_block_id, "hash", bytes(31)), "last_block_id"),
        (lambda header: setattr(header.last_block_id.part_set_header, "hash", bytes(1)), "last_block_id"),
        (lambda header: setattr(header, "last_commit_hash", bytes(31)), "last_commit_hash"),
        (lambda header: setattr(header, "data_hash", bytes(20)), "data_hash"),
        (lambda header: setattr(header, "next_validators_hash", bytes(64)), "next_validators_hash"),
        (lambda header: setattr(header, "consensus_hash", bytes(31)), "consensus_hash"),
        (lambda header: setattr(header, "last_results_hash", bytes(31)), "last_results_hash"),
        (lambda header: setattr(header, "evidence_hash", bytes(31)), "evidence_hash"),
    ],
)
def test_a_malformed_header_is_refused(chain: list[FakeBlock], change: Change, check: str) -> None:
    change(chain[1].header)
    with pytest.raises(InvalidBlock) as error:
        check_header_basics(chain[1].header, CHAIN_ID)
    assert check_of(error) == check


def test_a_chain_id_longer_than_fifty_bytes_is_refused(chain: list[FakeBlock]) -> None:
    long = "络" * 17
    chain[1].header.chain_id = long
    with pytest.raises(InvalidBlock) as error:
        check_header_basics(chain[1].header, long)
    assert check_of(error) == "chain_id"


@pytest.mark.parametrize("size", [0, 8, 32, 100])
def test_the_application_s_hash_may_have_any_length(chain: list[FakeBlock], size: int) -> None:
    chain[1].header.app_hash = bytes(size)
    check_header_basics(chain[1].header, CHAIN_ID)


def test_a_stranger_as_proposer_is_refused(chain: list[FakeBlock]) -> None:
    chain[1].header.proposer_address = bytes(20)
    with pytest.raises(InvalidBlock) as error:
        check_proposer(chain[1].header, chain[1].validators.set)
    assert check_of(error) == "proposer"


def test_another_validator_set_is_refused(chain: list[FakeBlock]) -> None:
    stranger = make_validators(4, seed="stranger").set
    with pytest.raises(InvalidBlock, match="validators_hash"):
        check_validators_hash(chain[1].header, stranger)
    with pytest.raises(InvalidBlock, match="next_validators_hash"):
        check_next_validators_hash(chain[1].header, stranger)


# ---- the header against what came before -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda header: setattr(header, "height", 2), "height"),
        (lambda header: setattr(header, "height", 4), "height"),
        (flip("validators_hash"), "validators_announced"),
        (lambda header: setattr(header.last_block_id, "hash", bytes(32)), "last_block_id"),
        (lambda header: setattr(header.last_block_id.part_set_header, "hash", bytes(32)), "last_block_id_parts"),
        (lambda header: setattr(header.last_block_id.part_set_header, "total", 2), "last_block_id_parts"),
        (lambda header: header.time.CopyFrom(to_timestamp(START)), "time_rises"),
    ],
)
def test_a_header_that_does_not_follow_is_refused(chain: list[FakeBlock], change: Change, check: str) -> None:
    change(chain[2].header)
    with pytest.raises(InvalidBlock) as error:
        check_header_follows(chain[2].header, chain[1].header, chain[1].block_id)
    assert check_of(error) == check


def test_the_same_time_again_is_refused_and_a_nanosecond_more_is_not(chain: list[FakeBlock]) -> None:
    time = block_time(chain[1].header)
    with pytest.raises(InvalidBlock, match="time_rises"):
        check_time_rises(chain[1].header, time)
    check_time_rises(chain[1].header, Nanoseconds(time - 1))


@pytest.mark.parametrize("trusted", [2, 3])
def test_a_height_that_does_not_rise_is_refused(chain: list[FakeBlock], trusted: int) -> None:
    with pytest.raises(InvalidBlock, match="height"):
        check_height_rises(chain[1].header, Height(trusted))
    check_height_rises(chain[1].header, Height(1))


def test_a_header_from_the_future_is_refused_beyond_the_drift(chain: list[FakeBlock]) -> None:
    time, drift = block_time(chain[1].header), 10
    check_not_from_future(chain[1].header, Nanoseconds(time - drift + 1), drift)
    with pytest.raises(InvalidBlock, match="from_future"):
        check_not_from_future(chain[1].header, Nanoseconds(time - drift), drift)


def test_trust_ends_with_its_period() -> None:
    check_within_trusting_period(START, 100, Nanoseconds(START + 99))
    with pytest.raises(InvalidBlock, match="trusting_period"):
        check_within_trusting_period(START, 100, Nanoseconds(START + 100))


# ---- the first block -------------------------------------------------------------------------------------------------
def change_height(block: pb.Block) -> None:
    block.header.height = 2


def change_time(block: pb.Block) -> None:
    block.header.time.nanos += 1


def change_validators(block: pb.Block) -> None:
    block.header.validators_hash = make_validators(4, seed="stranger").set.hash


def change_last_block(block: pb.Block) -> None:
    block.header.last_block_id.hash = bytes(32)


def add_signature(block: pb.Block) -> None:
    block.last_commit.signatures.add()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (change_height, "height"),
        (change_time, "genesis_time"),
        (change_validators, "validators_hash"),
        (change_last_block, "last_block_id"),
        (add_signature, "commit_size"),
    ],
)
def test_a_first_block_that_the_genesis_does_not_begin_with_is_refused(
    chain: list[FakeBlock], change: Callable[[pb.Block], None], check: str
) -> None:
    change(chain[0].block)
    with pytest.raises(InvalidBlock) as error:
        check_first_block(chain[0].block, make_genesis())
    assert check_of(error) == check


def test_a_chain_may_begin_above_height_one() -> None:
    (first,) = make_light_chain(1, first_height=1000)
    check_first_block(first.block, make_genesis(initial_height=1000))


def test_hashes_agree_with_a_block_rebuilt_from_its_parts(chain: list[FakeBlock]) -> None:
    rebuilt = pb.Block(header=chain[1].header, data=chain[1].block.data, last_commit=chain[0].commit)
    assert block_id(rebuilt) == chain[1].block_id
    assert data_hash(rebuilt.data.txs) == rebuilt.header.data_hash
    assert commit_hash(rebuilt.last_commit) == rebuilt.header.last_commit_hash


def another_chain(block: pb.Block) -> None:
    block.header.chain_id = "another-chain"


def more_data(block: pb.Block) -> None:
    block.data.txs.append(b"x")


def another_commit(block: pb.Block) -> None:
    block.last_commit.signatures[0].signature = bytes(64)


def more_evidence(block: pb.Block) -> None:
    block.evidence.evidence.add().duplicate_vote_evidence.total_voting_power = 1


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (another_chain, "chain_id"),
        (more_data, "data_hash"),
        (another_commit, "last_commit_hash"),
        (more_evidence, "evidence_hash"),
    ],
)
def test_the_whole_check_says_what_is_wrong_even_when_the_block_id_fits(
    chain: list[FakeBlock], damage: Callable[[pb.Block], None], check: str
) -> None:
    """Only the header's own commitments can tell: whoever made the block id made it for the damaged block."""
    damage(chain[1].block)
    with pytest.raises(InvalidBlock) as error:
        check_block(chain[1].block, block_id(chain[1].block), CHAIN_ID)
    assert check_of(error) == check
