"""Law meets store: every node that executes a block comes to the same root, results and receipts."""

import pytest

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.refusals import BadSignature, Malformed, QuotaSpent, Replayed
from app.core.transaction import SignedTransaction, decode_transaction
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import results_hash
from app.node.execution import Execution, block_record, execute_block, load_results
from app.node.store.chain import ChainStore
from app.node.sync.inspection import is_authentic
from app.node.tip import genesis_tip, next_tip
from app.registry.context import Environment
from tests.fakes.chain import START
from tests.fakes.consortium import FakeConsortium, make_consortium, make_store


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


def fresh_store(consortium: FakeConsortium) -> ChainStore:
    store = make_store()
    store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    return store


def run(store: ChainStore, transactions: list[bytes], *, checked: bool = False) -> Execution:
    """Execute a block on top of the tip and keep it."""
    memory = {raw for raw in transactions if checked and is_authentic(raw)}
    tip = store.tip
    height = Height(tip.height + 1)
    execution = execute_block(store, transactions, Environment("luopu-test", height, START + height), Known(memory))
    header = pb.Header(height=height)
    header.time.FromNanoseconds(START + height)
    after = next_tip(tip, header, pb.BlockID(hash=sha256(b"%d" % height)), execution.app_hash, execution.results_hash)
    store.append(
        block_record(execution, after, encode(pb.Block(header=header, data=pb.Data(txs=transactions))), b"commit")
    )
    store.flush()
    return execution


class Known:
    """A memory of some transactions."""

    def __init__(self, transactions: set[bytes]) -> None:
        self._transactions = transactions

    def recall(self, raw: bytes) -> SignedTransaction | None:
        return decode_transaction(raw) if raw in self._transactions else None

    def note(self, transaction: SignedTransaction) -> None:
        self._transactions.add(transaction.raw)


def spoiled(transaction: bytes) -> bytes:
    """The transaction with the last bit of its signature flipped."""
    return transaction[:-1] + bytes([transaction[-1] ^ 1])


def test_signatures_checked_ahead_change_nothing(consortium: FakeConsortium) -> None:
    good = [consortium.clerk.notarize(10) for _ in range(20)]
    transactions = [*good[:7], spoiled(good[7]), b"garbage", good[0], *good[8:]]
    plain, ahead = (run(fresh_store(consortium), transactions, checked=flag) for flag in (False, True))
    assert ahead.results == plain.results
    assert ahead.app_hash == plain.app_hash
    assert ahead.outcome.entries == plain.outcome.entries
    assert [result.code for result in plain.results].count(0) == 19


def test_a_bad_signature_is_found_by_who_looks_ahead(consortium: FakeConsortium) -> None:
    transactions = [spoiled(consortium.clerk.notarize(10)) for _ in range(9)]
    execution = run(fresh_store(consortium), transactions, checked=True)
    assert {result.code for result in execution.results} == {BadSignature.number}


def test_a_memory_of_other_transactions_is_no_help(consortium: FakeConsortium) -> None:
    good, other = consortium.clerk.notarize(10), consortium.clerk.notarize(10)
    store = fresh_store(consortium)
    execution = execute_block(store, [spoiled(other)], Environment("luopu-test", Height(1), START), Known({good}))
    assert execution.results[0].code == BadSignature.number


def test_results_are_read_back_and_hash_to_what_the_next_header_holds(consortium: FakeConsortium) -> None:
    store = fresh_store(consortium)
    execution = run(store, [consortium.clerk.notarize(10), b"garbage", consortium.clerk.notarize(10)])
    stored = load_results(store, 1)
    assert stored == list(execution.results)
    assert results_hash(stored) == store.tip.results_hash == execution.results_hash
    assert [result.code for result in stored] == [0, Malformed.number, 0]


def test_receipts_tell_height_position_points_and_log_index(consortium: FakeConsortium) -> None:
    store = fresh_store(consortium)
    run(store, [consortium.clerk.notarize(10)])
    transactions = [b"garbage", consortium.clerk.notarize(10), consortium.clerk.notarize(10)]
    run(store, transactions)
    receipts = [store.receipt(sha256(raw)) for raw in transactions]
    assert [(r.height, r.position, r.code != 0) for r in receipts if r] == [(2, 0, True), (2, 1, False), (2, 2, False)]
    assert [r.log_index if r and r.HasField("log_index") else None for r in receipts] == [None, 1, 2]
    assert all(r and r.time_ns == START + 2 for r in receipts)
    assert receipts[1] is not None
    assert receipts[1].points == 10 + -(-len(transactions[1]) // 256)


def test_a_refusal_keeps_its_facts(consortium: FakeConsortium) -> None:
    store = fresh_store(consortium)
    late = consortium.clerk.notarize(5_000)
    run(store, [late])
    receipt = store.receipt(sha256(late))
    assert receipt is not None
    assert {fact.name: fact.value for fact in receipt.facts} == {"expected": "at most 600", "got": "5000"}


def test_the_first_landing_of_an_accepted_transaction_counts(consortium: FakeConsortium) -> None:
    store = fresh_store(consortium)
    raw = consortium.clerk.notarize(10)
    run(store, [raw, raw])
    run(store, [raw])
    receipt = store.receipt(sha256(raw))
    assert receipt is not None
    assert (receipt.height, receipt.position, receipt.code) == (1, 0, 0)
    assert load_results(store, 2)[0].code == Replayed.number


@pytest.mark.parametrize("blocks_between", [0, 20])
def test_a_refusal_for_lack_of_quota_is_final(blocks_between: int) -> None:
    """Its nonce is used up, so the same bytes can never be accepted: what a client was told may not change."""
    consortium = make_consortium(quota=1)
    store = fresh_store(consortium)
    raw = consortium.clerk.notarize(10)
    run(store, [raw])
    for _ in range(blocks_between):
        run(store, [])
    run(store, [raw])
    receipt = store.receipt(sha256(raw))
    assert receipt is not None
    assert (receipt.height, receipt.code) == (1, QuotaSpent.number)


def test_a_transaction_that_came_too_early_can_still_land(consortium: FakeConsortium) -> None:
    store = fresh_store(make_consortium(window=5))
    raw = consortium.clerk.notarize(7)
    run(store, [raw])
    early = store.receipt(sha256(raw))
    assert early is not None
    assert early.code != 0
    for _ in range(3):
        run(store, [])
    run(store, [raw])
    receipt = store.receipt(sha256(raw))
    assert receipt is not None
    assert (receipt.height, receipt.code) == (5, 0)


def test_a_nonce_counts_until_its_last_height_and_no_longer_takes_room_after(consortium: FakeConsortium) -> None:
    store = fresh_store(consortium)
    clerk = consortium.clerk
    nonce = clerk.nonce()
    first = clerk.transaction(clerk.first_record(nonce), 3, nonce=nonce)
    again = clerk.transaction(clerk.first_record(nonce, file=b"other"), 3, nonce=nonce)
    run(store, [first])
    assert run(store, [again]).results[0].code == Replayed.number
    assert store.has_used(clerk.address, nonce)
    run(store, [])
    assert not store.has_used(clerk.address, nonce)
