"""Validity window, nonces and order (white paper 3.2 交易并发与超时确认)."""

from itertools import permutations

import pytest

from app.core.refusals import ChainForked, Expired, Replayed, TooFarAhead
from app.core.wire import registry_pb2 as wire
from app.registry.state import NONCES_KEY
from tests.registry.world import (
    ALPHA,
    BETA,
    PARAMETERS,
    Chain,
    codes,
    first_record,
    make_body,
    next_record,
    nonce,
    notarize,
    refusal,
    sign,
)

WINDOW = PARAMETERS.validity_window


def chain_at(tip: int) -> Chain:
    """A chain whose newest block has this height."""
    chain = Chain()
    chain.skip(tip)
    return chain


# ---- the window -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ahead", "kind"),
    [(-1, Expired), (0, Expired), (1, None), (2, None), (WINDOW, None), (WINDOW + 1, TooFarAhead)],
)
def test_valid_until_lies_above_the_tip_and_at_most_the_window_above_it(ahead: int, kind: type | None) -> None:
    chain = chain_at(20)
    receipt = chain.preview(notarize(ALPHA, 1, valid_until=20 + ahead)).receipts[0]
    assert type(receipt.refusal) is (kind or type(None))


def test_a_refusal_for_time_says_what_would_have_been_in_time() -> None:
    chain = chain_at(20)
    late, early = chain.preview(notarize(ALPHA, 1, valid_until=20), notarize(ALPHA, 2, valid_until=31)).receipts
    assert refusal(late, Expired) == {"expected": "at least 21", "got": 20}
    assert refusal(early, TooFarAhead) == {"expected": "at most 30", "got": 31}


def test_a_transaction_may_stand_in_the_last_block_it_names_and_not_in_the_next() -> None:
    raw = notarize(ALPHA, 1, valid_until=5)
    assert codes(chain_at(4).preview(raw)) == [0]
    assert codes(chain_at(5).preview(raw)) == [Expired.number]


def test_what_was_too_early_may_come_later() -> None:
    chain = chain_at(0)
    raw = notarize(ALPHA, 1, valid_until=WINDOW + 1)
    assert codes(chain.block(raw)) == [TooFarAhead.number]
    assert codes(chain.block(raw)) == [0]


def test_neither_too_early_nor_too_late_costs_anything_or_uses_the_nonce() -> None:
    chain = chain_at(20)
    outcome = chain.preview(notarize(ALPHA, 1, valid_until=20), notarize(ALPHA, 2, valid_until=31))
    assert (dict(outcome.writes), outcome.nonces) == ({}, ())


def test_the_greatest_height_is_too_far_ahead_and_not_an_overflow() -> None:
    receipt = Chain().preview(notarize(ALPHA, 1, valid_until=2**63 - 1)).receipts[0]
    refusal(receipt, TooFarAhead)


# ---- replay ---------------------------------------------------------------------------------------------------------
def test_the_same_transaction_twice_in_one_block_counts_once() -> None:
    chain = Chain()
    outcome = chain.block(*[notarize(ALPHA, 1)] * 3)
    assert codes(outcome) == [0, Replayed.number, Replayed.number]
    assert len(outcome.entries) == len(outcome.nonces) == 1


def test_a_replay_in_every_later_block_of_its_life_is_refused_and_then_it_is_expired() -> None:
    chain = Chain()
    raw = notarize(ALPHA, 1, valid_until=WINDOW)
    chain.accept(raw)
    spent = dict(chain.values)
    for _ in range(2, WINDOW + 1):
        assert codes(chain.block(raw)) == [Replayed.number]
    for _ in range(3):
        assert codes(chain.block(raw)) == [Expired.number]
    assert chain.values == spent
    assert len(chain.log) == 1


def test_another_transaction_with_a_used_nonce_is_a_replay_too() -> None:
    chain = Chain()
    chain.accept(notarize(ALPHA, 1))
    other = first_record(ALPHA.address, nonce(1), subject="another")
    assert codes(chain.block(notarize(ALPHA, 1, other, valid_until=9))) == [Replayed.number]


def test_the_same_body_signed_by_another_key_of_the_account_is_a_replay() -> None:
    chain = Chain()
    body = make_body(ALPHA, nonce(1))
    assert codes(chain.block(sign(body, ALPHA.keys[0]), sign(body, ALPHA.keys[1]))) == [0, Replayed.number]
    assert codes(chain.block(sign(body, ALPHA.keys[1]))) == [Replayed.number]


def test_a_nonce_belongs_to_its_sender_alone() -> None:
    chain = Chain()
    chain.accept(notarize(ALPHA, 1), notarize(BETA, 1))
    assert set(chain.nonces) == {(ALPHA.address, nonce(1)), (BETA.address, nonce(1))}


def test_after_expiry_a_nonce_is_free_but_the_hash_chain_it_began_is_taken() -> None:
    chain = Chain()
    chain.accept(notarize(ALPHA, 1, valid_until=3))
    chain.skip(2)
    assert chain.nonces == {}
    taken = chain.preview(notarize(ALPHA, 1, valid_until=6)).receipts[0]
    assert refusal(taken, ChainForked)["expected"] == "a new chain"
    record = next_record(first_record(ALPHA.address, nonce(1)))
    chain.accept(notarize(ALPHA, 1, record, valid_until=6))


def test_a_nonce_is_remembered_until_the_height_that_its_own_transaction_named() -> None:
    """Not that of the replay: a shorter or longer second life changes nothing."""
    chain = Chain()
    chain.accept(notarize(ALPHA, 1, valid_until=4))
    assert chain.nonces == {(ALPHA.address, nonce(1)): 4}
    assert codes(chain.block(notarize(ALPHA, 1, valid_until=9))) == [Replayed.number]
    assert chain.nonces == {(ALPHA.address, nonce(1)): 4}


def test_a_forged_transaction_does_not_use_up_the_nonce_of_the_real_one() -> None:
    forged = wire.Transaction.FromString(notarize(ALPHA, 1))
    forged.signatures[0].signature = bytes(64)
    assert codes(Chain().block(forged.SerializeToString(deterministic=True), notarize(ALPHA, 1))) == [8, 0]


# ---- order ----------------------------------------------------------------------------------------------------------
def test_transactions_of_one_sender_do_not_wait_for_each_other() -> None:
    transactions = [notarize(ALPHA, name) for name in range(3)]
    states, receipts = [], []
    for order in permutations(transactions):
        chain = Chain()
        outcome = chain.accept(*order)
        states.append(without_nonces(chain))
        receipts.append({receipt.transaction_hash: receipt.data for receipt in outcome.receipts})
    assert all(state == states[0] for state in states)
    assert all(receipt == receipts[0] for receipt in receipts)


def test_blocks_may_hold_them_in_any_distribution() -> None:
    first, second = Chain(), Chain()
    a, b = notarize(ALPHA, 1), notarize(ALPHA, 2)
    first.accept(a)
    first.accept(b)
    second.accept(b)
    second.accept(a)
    assert without_nonces(first) == without_nonces(second)


def without_nonces(chain: Chain) -> dict[bytes, bytes]:
    """The state but for the head of the nonces, which were used in another order."""
    return {key: value for key, value in chain.values.items() if key != NONCES_KEY}
