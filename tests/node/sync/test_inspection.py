"""What is said of a block without knowing the chain is what the law and the proof would say of it themselves."""

from contextlib import suppress
from dataclasses import replace

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.codec import decode, encode
from app.core.errors import InvalidBlock, LuopuError, PeerMisbehaved
from app.core.keys import is_signed_by
from app.core.transaction import SignatureEntry, decode_transaction, encode_transaction
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.core.wire import registry_pb2 as wire
from app.node.consensus.encoding import block_bytes
from app.node.consensus.hashes import block_id
from app.node.consensus.predicates import check_data_hash, check_evidence_hash, check_last_commit_hash
from app.node.sync.answers import RawAnswer
from app.node.sync.inspection import Found, Inspection, inspect_answer, inspect_block, is_authentic
from app.registry.context import Environment
from app.registry.law import apply_block
from tests.fakes.chain import START, make_light_chain, make_validators
from tests.fakes.consortium import Clerk, grow, make_consortium, make_engine
from tests.fakes.network import copy_chain, raw_body, with_transactions

CONSORTIUM = make_consortium()
CLERK = CONSORTIUM.clerk
ENGINE = make_engine(CONSORTIUM)
grow(ENGINE, CLERK, 4, each=3)
CHAIN = copy_chain(ENGINE)
BLOCKS = [block_bytes(served.block) for served in CHAIN]
TRUE = [bytes(raw) for raw in CHAIN[-1].block.data.txs]


def signed_twice(raw: bytes) -> bytes:
    """A second signature beside the first, by another key."""
    transaction, other = decode_transaction(raw), Clerk("other")
    second = SignatureEntry(other.public_key, other.sign(transaction.digest))
    return encode_transaction(transaction.body_bytes, [*transaction.signatures, second])


def second_forged(raw: bytes) -> bytes:
    transaction = decode_transaction(raw)
    second = SignatureEntry(Clerk("other").public_key, bytes(64))
    return encode_transaction(transaction.body_bytes, [*transaction.signatures, second])


def without_signature(raw: bytes) -> bytes:
    outer = decode(wire.Transaction, raw)
    del outer.signatures[:]
    return encode(outer)


def law_says(raw: bytes) -> bool:
    """As the law looks at it: decoded strictly, then every signature."""
    try:
        transaction = decode_transaction(raw)
    except LuopuError:
        return False
    return all(is_signed_by(each.key, transaction.digest, each.signature) for each in transaction.signatures)


# ---- transactions --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (TRUE[0], True),
        (signed_twice(TRUE[0]), True),
        (second_forged(TRUE[0]), False),
        (without_signature(TRUE[0]), False),
        (TRUE[0] + b"\x9a\x06\x01a", False),
        (TRUE[0][:-1], False),
        (TRUE[0][:-1] + bytes([TRUE[0][-1] ^ 1]), False),
        (b"", False),
        (b"one more", False),
    ],
    ids=["true", "two signatures", "second forged", "unsigned", "unknown field", "cut", "forged", "empty", "garbage"],
)
def test_a_transaction_is_authentic_where_the_law_would_find_it_so(raw: bytes, expected: bool) -> None:
    assert is_authentic(raw) is law_says(raw) is expected


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TRUE), st.data())
def test_a_changed_transaction_is_authentic_for_the_law_or_for_nobody(raw: bytes, data: st.DataObject) -> None:
    changed = bytearray(raw)
    changed[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    assert is_authentic(bytes(changed)) is law_says(bytes(changed))


def test_the_law_comes_to_the_same_block_with_and_without_what_was_found_out() -> None:
    """Good, forged, undecodable, of a stranger, twice: memory spares work and changes nothing."""
    forged = TRUE[0][:-1] + bytes([TRUE[0][-1] ^ 1])
    transactions = [CLERK.notarize(50), forged, b"garbage", Clerk("stranger").notarize(50), CLERK.notarize(50)]
    transactions += [transactions[0], signed_twice(transactions[-1]), CLERK.notarize(2)]
    block = pb.Block()
    block.CopyFrom(CHAIN[-1].block)
    block.data.txs[:] = transactions
    inspection = inspect_block(encode(block))
    assert list(inspection.verified) == [law_says(raw) for raw in transactions]
    environment = Environment(CONSORTIUM.genesis.chain_id, Height(5), Nanoseconds(START + 10**12))
    store, memory = ENGINE.store, Found(transactions, inspection)
    with_memory = apply_block(store.state, store, transactions, environment, memory=memory)
    without = apply_block(store.state, store, transactions, environment)
    assert with_memory.writes == without.writes
    assert with_memory.entries == without.entries
    assert [receipt.code for receipt in with_memory.receipts] == [receipt.code for receipt in without.receipts]
    assert len({receipt.code for receipt in without.receipts}) > 4


def test_a_signature_found_good_is_not_checked_again() -> None:
    raw = CLERK.notarize(50)
    environment = Environment(CONSORTIUM.genesis.chain_id, Height(5), Nanoseconds(START + 10**12))
    checked: list[bytes] = []

    def check(_: object, digest: bytes, __: bytes) -> bool:
        checked.append(digest)
        return True

    inspection = inspect_block(encode(with_transactions(CHAIN[-1], [raw]).block))
    for found, times in ((inspection, 0), (replace(inspection, verified=b"\x00"), 1)):
        checked.clear()
        apply_block(ENGINE.store.state, ENGINE.store, [raw], environment, check, Found([raw], found))
        assert len(checked) == times


# ---- blocks --------------------------------------------------------------------------------------------------------
def test_a_true_block_has_its_id_and_no_contradiction() -> None:
    for served, encoded in zip(CHAIN, BLOCKS, strict=True):
        inspection = inspect_block(encoded)
        assert inspection.block_id == block_id(served.block) == served.block_id
        assert inspection.verified == b"\x01" * 3
        inspection.check_consistent()


def test_a_range_is_its_blocks_one_by_one() -> None:
    body = raw_body([*BLOCKS, encode(CHAIN[-1].commit)])
    inspected = inspect_answer(RawAnswer(1, 4, body))
    assert inspected.blocks.blocks == tuple(BLOCKS)
    assert list(inspected.inspections) == [inspect_block(block) for block in BLOCKS]


def test_the_id_follows_from_the_bytes_received_and_not_from_what_they_say() -> None:
    """An unknown field changes nothing that can be read, and is nothing that anybody signed."""
    stuffed = BLOCKS[0] + b"\x9a\x06\x01a"
    assert decode(pb.Block, stuffed).header == CHAIN[0].block.header
    assert inspect_block(stuffed).hash == inspect_block(BLOCKS[0]).hash
    assert inspect_block(stuffed).parts_hash != inspect_block(BLOCKS[0]).parts_hash


def spoilt(part: str) -> pb.Block:
    block = pb.Block()
    block.CopyFrom(CHAIN[-1].block)
    if part == "data_hash":
        block.data.txs.append(b"one more")
    elif part == "last_commit_hash":
        block.last_commit.signatures[0].timestamp.seconds += 1
    elif part == "last_commit":
        block.ClearField("last_commit")
    else:
        block.evidence.evidence.add().duplicate_vote_evidence.total_voting_power = 5
    return block


def check_agrees_with_itself(block: pb.Block) -> None:
    check_data_hash(block)
    check_last_commit_hash(block)
    check_evidence_hash(block)


@pytest.mark.parametrize("part", ["data_hash", "last_commit_hash", "last_commit", "evidence_hash"])
def test_a_contradiction_is_carried_on_and_raised_when_it_is_asked_for(part: str) -> None:
    """Who is to blame is known only once the commit has been looked at; the error is the one that the proof raises."""
    block = spoilt(part)
    inspection = inspect_block(encode(block))
    with pytest.raises(InvalidBlock) as ours:
        inspection.check_consistent()
    with pytest.raises(InvalidBlock) as proofs:
        check_agrees_with_itself(block)
    assert ours.value.facts == {name: str(value) for name, value in proofs.value.facts.items()}
    assert ours.value.facts["check"] == part


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"garbage",
        BLOCKS[0][:-1],
        BLOCKS[0][1:],
        encode(CHAIN[0].commit),
        encode(pb.Block(header=pb.Header(time=Timestamp(seconds=2**60)))),
        encode(pb.Block(header=pb.Header(time=Timestamp(nanos=-1)))),
    ],
    ids=["empty", "garbage", "cut", "beheaded", "a commit", "year 36 billion", "time backwards"],
)
def test_what_is_no_block_is_refused_or_contradicts_itself(encoded: bytes) -> None:
    try:
        inspection = inspect_block(encoded)
    except PeerMisbehaved:
        return
    with pytest.raises(InvalidBlock):
        inspection.check_consistent()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(BLOCKS), st.data())
def test_a_changed_block_is_another_one_and_raises_nothing_unforeseen(encoded: bytes, data: st.DataObject) -> None:
    true = inspect_block(encoded)
    changed = bytearray(encoded)
    changed[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        inspection = inspect_block(bytes(changed))
    except PeerMisbehaved:
        return
    assert inspection.block_id != true.block_id


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_garbage_raises_nothing_unforeseen(data: bytes) -> None:
    with suppress(PeerMisbehaved):
        assert isinstance(inspect_block(data), Inspection)


def test_evidence_of_every_kind_and_of_none_is_looked_at() -> None:
    (fake,) = make_light_chain(1, make_validators(2))
    for wanted in ("duplicate_vote_evidence", "light_client_attack_evidence", None):
        block = pb.Block()
        block.CopyFrom(fake.block)
        item = block.evidence.evidence.add()
        if wanted:
            getattr(item, wanted).SetInParent()
        try:
            inspection = inspect_block(encode(block))
        except PeerMisbehaved:
            continue
        with pytest.raises(InvalidBlock):
            inspection.check_consistent()
