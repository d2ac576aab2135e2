"""Hash chains of records (white paper 3.4.2 完整性证明): no fork, no gap, no edit goes unnoticed."""

from app.core.record import record_digest
from app.core.refusals import BadAction, ChainForked, NotChainOwner, UnknownChain
from app.core.wire import registry_pb2 as wire
from tests.registry.world import ALPHA, BETA, Chain, codes, first_record, next_record, nonce, notarize, refusal

FIRST = first_record(ALPHA.address, nonce("begin"))
BEGIN = notarize(ALPHA, "begin", FIRST)


def follow(name: object, record: wire.EvidenceRecord) -> bytes:
    """Alpha's transaction with this record."""
    return notarize(ALPHA, name, record)


def begun() -> Chain:
    """A chain of blocks on which Alpha has begun a hash chain."""
    chain = Chain()
    chain.accept(BEGIN)
    return chain


def head(chain: Chain) -> wire.ChainHead:
    """The newest record of the hash chain."""
    return wire.ChainHead.FromString(chain.values[b"chain/" + FIRST.chain])


# ---- begin ----------------------------------------------------------------------------------------------------------
def test_a_hash_chain_begins_under_the_id_that_follows_from_sender_and_nonce() -> None:
    assert head(begun()) == wire.ChainHead(owner=ALPHA.address, sequence=1, record=digest(FIRST))


def test_nobody_can_choose_the_id_of_a_new_hash_chain() -> None:
    for wrong in (first_record(BETA.address, nonce("begin")), first_record(ALPHA.address, nonce("other"))):
        facts = refusal(Chain().preview(follow("begin", wrong)).receipts[0], BadAction)
        assert facts == {"field": "record chain", "expected": FIRST.chain.hex(), "got": wrong.chain.hex()}


def test_the_same_file_can_begin_many_hash_chains() -> None:
    chain = Chain()
    outcome = chain.accept(*(notarize(ALPHA, name) for name in range(5)))
    assert len({receipt.data for receipt in outcome.receipts}) == 5


# ---- continue -------------------------------------------------------------------------------------------------------
def test_records_of_one_hash_chain_can_follow_each_other_in_one_block() -> None:
    chain = Chain()
    records = [FIRST]
    for _ in range(5):
        records.append(next_record(records[-1]))
    outcome = chain.accept(BEGIN, *(follow(record.sequence, record) for record in records[1:]))
    assert [receipt.data for receipt in outcome.receipts] == [digest(record) for record in records]
    assert [wire.LogEntry.FromString(entry).evidence_record for entry in outcome.entries] == [
        record.SerializeToString(deterministic=True) for record in records
    ]
    assert head(chain).sequence == 6


def test_records_of_one_hash_chain_can_follow_each_other_over_blocks_and_keys() -> None:
    chain = begun()
    second = next_record(FIRST)
    chain.accept(notarize(ALPHA, 2, second, key=ALPHA.keys[1]))
    chain.accept(follow(3, next_record(second)))
    assert head(chain).record == digest(next_record(second))


def test_the_second_record_before_the_first_is_refused_and_the_block_goes_on() -> None:
    outcome = Chain().block(follow(2, next_record(FIRST)), BEGIN)
    assert codes(outcome) == [UnknownChain.number, 0]
    assert refusal(outcome.receipts[0], UnknownChain) == {"chain": FIRST.chain.hex()}


def test_two_interleaved_hash_chains_do_not_meet() -> None:
    other = first_record(BETA.address, nonce("begin"))
    chain = Chain()
    chain.accept(BEGIN, notarize(BETA, "begin", other))
    chain.accept(follow(2, next_record(FIRST)), notarize(BETA, 2, next_record(other)))
    assert head(chain).record == digest(next_record(FIRST))


# ---- forks and gaps -------------------------------------------------------------------------------------------------
def test_of_two_records_after_the_same_one_only_the_first_stands() -> None:
    chain = begun()
    one, two = next_record(FIRST), next_record(FIRST, subject="another")
    outcome = chain.block(follow(2, one), follow(3, two))
    assert codes(outcome) == [0, ChainForked.number]
    assert refusal(outcome.receipts[1], ChainForked) == {"expected": "#3", "got": "#2"}
    assert head(chain).record == digest(one)


def test_a_gap_is_refused() -> None:
    third = next_record(next_record(FIRST))
    receipt = begun().preview(follow(3, third)).receipts[0]
    assert refusal(receipt, ChainForked) == {"expected": "#2", "got": "#3"}


def test_a_record_of_the_past_is_refused() -> None:
    chain = begun()
    second = next_record(FIRST)
    chain.accept(follow(2, second), follow(3, next_record(second)))
    receipt = chain.preview(follow(4, next_record(FIRST, subject="rewritten"))).receipts[0]
    assert refusal(receipt, ChainForked) == {"expected": "#4", "got": "#2"}


def test_a_record_that_cites_an_edited_predecessor_is_refused() -> None:
    edited = first_record(ALPHA.address, nonce("begin"), subject="edited")
    receipt = begun().preview(follow(2, next_record(edited))).receipts[0]
    assert refusal(receipt, ChainForked) == {"expected": digest(FIRST).hex(), "got": digest(edited).hex()}


def test_a_second_record_without_predecessor_is_a_bad_action() -> None:
    receipt = begun().preview(follow(2, next_record(FIRST, previous=b""))).receipts[0]
    assert refusal(receipt, BadAction)["field"] == "previous digest"


def test_after_a_refused_fork_the_hash_chain_goes_on_where_it_was() -> None:
    chain = begun()
    chain.block(follow(2, next_record(FIRST, sequence=7)))
    chain.accept(follow(3, next_record(FIRST)))


# ---- owners ---------------------------------------------------------------------------------------------------------
def test_only_who_began_a_hash_chain_may_continue_it() -> None:
    chain = begun()
    receipt = chain.preview(notarize(BETA, 2, next_record(FIRST))).receipts[0]
    assert refusal(receipt, NotChainOwner) == {"chain": FIRST.chain.hex()}


def test_a_hash_chain_that_does_not_exist_cannot_be_continued() -> None:
    record = next_record(first_record(ALPHA.address, nonce("never")))
    receipt = begun().preview(follow(2, record)).receipts[0]
    assert refusal(receipt, UnknownChain) == {"chain": record.chain.hex()}


def digest(record: wire.EvidenceRecord) -> bytes:
    """The record's digest."""
    return record_digest(record.SerializeToString(deterministic=True))
