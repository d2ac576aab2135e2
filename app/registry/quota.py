"""Quota points (white paper 3.5): a measure of load, refilled each period, not a currency.

A transaction costs a base by action plus one point for every started piece of its bytes. Unspent points do not carry
over. A period is a span of block time, so no local clock has a say.
"""

from app.core.refusals import NotCertified, QuotaSpent
from app.core.units import NANOSECONDS_PER_SECOND
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import is_user, level_of
from app.registry.draft import Draft, Values
from app.registry.state import read_quota_use, write_quota_use


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


def points_of(values: Values, parameters: wire.Parameters, account: wire.Account, time_ns: int) -> int:
    """Points that an account has in each period: an organisation's by its plan, a user's by its level.

    Raises:
        NotCertified: a user of whom no certification counts may only query (3.4.1 交易许可).
    """
    if not is_user(account):
        return int(account.quota_points)
    level = level_of(values, account, time_ns)
    if not level:
        raise NotCertified(account=int(account.id))
    return next((int(each.points) for each in parameters.level_points if each.level == level), 0)


def charge(draft: Draft, account: wire.Account, points: int, limit: int, period: int) -> None:
    """Take `points` of the `limit` that the account has in this period (as `period_of` counts them).

    Raises:
        QuotaSpent: fewer points are left; nothing is taken.
    """
    spent = _spent(draft, account.address, period)
    if spent + points > limit:
        raise QuotaSpent(expected=points, got=max(0, limit - spent))
    write_quota_use(draft, account.address, wire.QuotaUse(period=period, spent=spent + points))


def _spent(values: Values, address: bytes, period: int) -> int:
    use = read_quota_use(values, address)
    return int(use.spent) if use.period == period else 0
