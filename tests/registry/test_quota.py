"""Quota points (white paper 3.5)."""

import pytest

from app.core.refusals import NotPermitted, QuotaSpent
from app.core.wire import registry_pb2 as wire
from app.registry.genesis import GenesisParameters
from app.registry.quota import cost_of, period_end_ns, period_of, spent_in_period
from app.registry.state import read_parameters
from tests.registry.world import (
    ALPHA,
    SECOND,
    START,
    Chain,
    codes,
    ed25519_key,
    first_record,
    make_body,
    member,
    nonce,
    notarize,
    refusal,
    sign,
)

RULES = wire.Parameters(
    quota_period_seconds=60,
    quota_offset_seconds=7,
    action_costs=[wire.ActionCost(action=16, points=10)],
    bytes_per_point=64,
)
ONE = notarize(ALPHA, 1)
COST = 10 + -(-len(ONE) // 64)
KEY = ed25519_key("quota")


def chain_with(quota: int, **permissions: tuple[str, ...]) -> Chain:
    """A chain on which one account has this many points a period."""
    return Chain((member(1, "Quota", KEY, quota=quota, **permissions),))


def one(name: object) -> bytes:
    """A transaction of the account that costs `COST`."""
    raw = notarize(member(1, "Quota", KEY), name, valid_until=10)
    assert 10 + -(-len(raw) // 64) == COST
    return raw


def spent(chain: Chain) -> int:
    """Points spent in the period of the newest block."""
    address = member(1, "Quota", KEY).address
    return spent_in_period(chain.values, read_parameters(chain.values), address, chain.time_ns)


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("size", "points"), [(1, 11), (63, 11), (64, 11), (65, 12), (128, 12), (129, 13), (0, 10)])
def test_each_started_piece_of_bytes_costs_a_point(size: int, points: int) -> None:
    assert cost_of(RULES, 16, size) == points


def test_an_action_without_a_price_costs_its_bytes_only() -> None:
    assert cost_of(RULES, 17, 65) == 2


def test_the_bytes_that_count_are_the_whole_transaction_s() -> None:
    raws = [
        notarize(ALPHA, name, first_record(ALPHA.address, nonce(name), subject="x" * length))
        for name, length in enumerate(range(0, 70, 5))
    ]
    receipts = Chain().preview(*raws).receipts
    assert [receipt.points for receipt in receipts] == [10 + -(-len(raw) // 64) for raw in raws]
    assert len({receipt.points for receipt in receipts}) > 1


# ---- spending -------------------------------------------------------------------------------------------------------
def test_points_can_be_spent_to_the_last_one() -> None:
    chain = chain_with(2 * COST)
    chain.accept(one(1), one(2))
    assert spent(chain) == 2 * COST
    receipt = chain.preview(one(3)).receipts[0]
    assert refusal(receipt, QuotaSpent) == {"expected": COST, "got": 0}


def test_one_point_short_is_short() -> None:
    chain = chain_with(2 * COST - 1)
    outcome = chain.block(one(1), one(2))
    assert codes(outcome) == [0, QuotaSpent.number]
    assert refusal(outcome.receipts[1], QuotaSpent) == {"expected": COST, "got": COST - 1}
    assert outcome.receipts[1].points == 0
    assert spent(chain) == COST


def test_a_refusal_for_points_leaves_them_for_something_smaller() -> None:
    chain = chain_with(COST)
    sender = member(1, "Quota", KEY)
    large = notarize(sender, 1, first_record(sender.address, nonce(1), subject="x" * 300))
    assert codes(chain.block(large, one(2))) == [QuotaSpent.number, 0]
    assert spent(chain) == COST


def test_an_account_without_points_can_do_nothing() -> None:
    chain = chain_with(0)
    assert codes(chain.block(one(1))) == [QuotaSpent.number]
    assert b"quota/" not in b"".join(chain.values)


def test_refused_actions_spend_points_as_accepted_ones_do() -> None:
    chain = chain_with(2 * COST, permissions=())
    assert codes(chain.block(one(1), one(2), one(3))) == [NotPermitted.number, NotPermitted.number, QuotaSpent.number]
    assert spent(chain) == 2 * COST


def test_a_stranger_cannot_spend_somebody_else_s_points() -> None:
    chain = chain_with(COST)
    body = make_body(member(1, "Quota", KEY), nonce(1))
    forged = sign(body, ed25519_key("a thief"))
    assert codes(chain.block(forged, forged, one(2))) == [9, 9, 0]


def test_the_greatest_quota_is_no_overflow() -> None:
    chain = chain_with(2**53 - 1)
    chain.accept(one(1))
    assert spent(chain) == COST


# ---- refill ---------------------------------------------------------------------------------------------------------
def test_points_come_back_at_the_first_block_of_the_next_period() -> None:
    chain = chain_with(COST)
    chain.accept(one(1))
    assert codes(chain.preview(one(2), seconds=56)) == [QuotaSpent.number]  # the last second of the period
    assert codes(chain.preview(one(2), seconds=57)) == [0]


def test_block_time_counts_to_the_nanosecond() -> None:
    chain = chain_with(COST)
    chain.accept(one(1))
    chain.time_ns = START + 57 * SECOND - 1
    assert codes(chain.preview(one(2))) == [QuotaSpent.number]
    chain.time_ns = START + 57 * SECOND
    assert codes(chain.preview(one(2))) == [0]


def test_what_was_not_spent_does_not_carry_over() -> None:
    chain = chain_with(COST)
    chain.skip(1, seconds=600)
    assert codes(chain.block(one(1), one(2))) == [0, QuotaSpent.number]


def test_spent_points_of_an_earlier_period_do_not_count() -> None:
    chain = chain_with(2 * COST)
    chain.accept(one(1))
    chain.skip(1, seconds=60)
    chain.accept(one(2), one(3))
    assert spent(chain) == 2 * COST


@pytest.mark.parametrize(
    ("seconds", "period"),
    [(-10, 0), (0, 0), (6, 0), (7, 0), (66, 0), (67, 1), (126, 1), (127, 2), (7 + 60 * 10**6, 10**6)],
)
def test_a_period_begins_where_time_less_offset_is_a_multiple(seconds: int, period: int) -> None:
    assert period_of(RULES, seconds * SECOND) == period
    assert period_of(RULES, seconds * SECOND + SECOND - 1) == period


def test_the_end_of_a_period_is_the_begin_of_the_next() -> None:
    for time_ns in (0, 6 * SECOND, 66 * SECOND + 5, 67 * SECOND, START, START + 59 * SECOND + SECOND - 1):
        end = period_end_ns(RULES, time_ns)
        assert end > time_ns
        assert period_of(RULES, end) == period_of(RULES, time_ns) + 1
        assert period_of(RULES, end - 1) == period_of(RULES, time_ns)


def test_by_default_a_day_s_points_come_back_at_midnight_in_china() -> None:
    given = GenesisParameters()
    rules = wire.Parameters(
        quota_period_seconds=given.quota_period_seconds, quota_offset_seconds=given.quota_offset_seconds
    )
    midnight = 1_749_916_800 * SECOND  # 2025-06-15 00:00 +08:00
    assert period_end_ns(rules, midnight - 1) == midnight
    assert period_of(rules, midnight) == period_of(rules, midnight - 1) + 1
