"""Quota points (white paper 3.5): a measure of load, refilled each period, not a currency.

A transaction costs a base by action plus one point for every started piece of its bytes. Unspent points do not carry
over. A period is a span of block time, so no local clock has a say.
"""

from app.core.refusals import QuotaSpent
from app.core.units import NANOSECONDS_PER_SECOND
from app.core.wire import registry_pb2 as wire
from app.registry.state import Draft, Values, read_quota_use, write_quota_use


def cost_of(parameters: wire.Parameters, action: int, transaction_bytes: int) -> int:
    """Points that a transaction costs. `action` is the action's field number in the body."""
    base = next((cost.points for cost in parameters.action_costs if cost.action == action), 0)
    return int(base) + -(-transaction_bytes // parameters.bytes_per_point)


def period_of(parameters: wire.Parameters, time_ns: int) -> int:
    """Index of the period that block time `time_ns` lies in; 0 before the first full one."""
    seconds = time_ns // NANOSECONDS_PER_SECOND - parameters.quota_offset_seconds
    return max(0, int(seconds // parameters.quota_period_seconds))


def period_end_ns(parameters: wire.Parameters, time_ns: int) -> int:
    """Block time at which the period of `time_ns` ends and points are refilled."""
    seconds = (period_of(parameters, time_ns) + 1) * parameters.quota_period_seconds + parameters.quota_offset_seconds
    return int(seconds) * NANOSECONDS_PER_SECOND


def spent_in_period(values: Values, parameters: wire.Parameters, address: bytes, time_ns: int) -> int:
    """Points an account has spent in the period of `time_ns`."""
    return _spent(values, address, period_of(parameters, time_ns))


def charge(draft: Draft, account: wire.Account, points: int, period: int) -> None:
    """Take `points` from the account's quota of this period (as `period_of` counts them).

    Raises:
        QuotaSpent: fewer points are left; nothing is taken.
    """
    spent = _spent(draft, account.address, period)
    if spent + points > account.quota_points:
        raise QuotaSpent(expected=points, got=max(0, account.quota_points - spent))
    write_quota_use(draft, account.address, wire.QuotaUse(period=period, spent=spent + points))


def _spent(values: Values, address: bytes, period: int) -> int:
    use = read_quota_use(values, address)
    return int(use.spent) if use.period == period else 0
