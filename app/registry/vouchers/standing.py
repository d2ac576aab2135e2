"""What every action asks of a voucher before it does anything: does it exist, does it live, does it move (white paper 3.4.3).

Guarantees: each question is one function with one refusal. Nothing here changes anything; which questions an action asks, and
in which order, is said where the action is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.refusals import (
    NotDivisible,
    NotIssuer,
    NotTransferable,
    OutsideWindow,
    UnknownVoucher,
    VoucherExpired,
    VoucherNotCreated,
    VoucherStopped,
)
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_in_force, read_member
from app.registry.checking import check_id, fields_checked
from app.registry.draft import Draft, Values
from app.registry.places import VOUCHERS, copy_of

STATES: Mapping[int, str] = {
    wire.VOUCHER_STATE_APPLIED: "applied",
    wire.VOUCHER_STATE_CREATED: "created",
    wire.VOUCHER_STATE_DECLINED: "declined",
}
FLOWS: Mapping[int, str] = {wire.FLOW_OPEN: "open", wire.FLOW_HELD: "held", wire.FLOW_FROZEN: "frozen"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A voucher that is created, as it stands in the draft, and who issues it. Never change either: take a copy."""

    id: bytes
    voucher: wire.Voucher
    issuer: wire.Account

    @property
    def terms(self) -> wire.Terms:
        """Its terms as they stand now."""
        return self.voucher.terms

    @property
    def is_unique(self) -> bool:
        """Whether each has a serial of its own, so that there are no amounts."""
        return bool(self.terms.kind == wire.KIND_UNIQUE)


def read_voucher(values: Values, voucher_id: bytes) -> wire.Voucher:
    """The voucher of an id, whatever became of its application.

    Raises:
        BadAction: not the id of one.
        UnknownVoucher: there is none.
    """
    with fields_checked():
        check_id("voucher", voucher_id)
    voucher = VOUCHERS.read(values, voucher_id)
    if voucher is None:
        raise UnknownVoucher(voucher=voucher_id.hex())
    return voucher


def read_created(values: Values, voucher_id: bytes) -> Standing:
    """The voucher of an id, with its issuer.

    Raises:
        BadAction, UnknownVoucher: there is none.
        VoucherNotCreated: it is only applied for, or was declined.
    """
    voucher = read_voucher(values, voucher_id)
    if voucher.state != wire.VOUCHER_STATE_CREATED:
        raise VoucherNotCreated(voucher=voucher_id.hex(), got=STATES[voucher.state])
    return Standing(voucher_id, voucher, read_member(values, voucher.issuer))


def read_living(values: Values, voucher_id: bytes) -> Standing:
    """The voucher of an id, with its issuer, who is in force.

    Raises:
        BadAction, UnknownVoucher, VoucherNotCreated: as `read_created`.
        AccountSuspended: the issuer is suspended.
    """
    standing = read_created(values, voucher_id)
    check_in_force(standing.issuer)
    return standing


def count(
    draft: Draft, standing: Standing, *, issued: int = 0, redeemed: int = 0, lapsed: int = 0, serials: int = 0
) -> None:
    """Add to what a voucher counts."""
    voucher = copy_of(standing.voucher)
    voucher.issued += issued
    voucher.redeemed += redeemed
    voucher.lapsed += lapsed
    voucher.serials += serials
    VOUCHERS.write(draft, voucher, standing.id)


def check_issuer(standing: Standing, sender: wire.Account) -> None:
    """The sender issues it.

    Raises:
        NotIssuer: somebody else does.
    """
    if standing.voucher.issuer != sender.id:
        raise NotIssuer(account=int(sender.id), voucher=standing.id.hex())


def is_expired(standing: Standing, time_ns: int) -> bool:
    """Whether it is worth nothing any more."""
    return 0 < standing.terms.expires_ns <= time_ns


def check_not_expired(standing: Standing, time_ns: int) -> None:
    """It is still worth something.

    Raises:
        VoucherExpired: it has lapsed.
    """
    if is_expired(standing, time_ns):
        raise VoucherExpired(voucher=standing.id.hex())


def check_moves(standing: Standing) -> None:
    """No order has frozen it as a whole.

    Raises:
        VoucherStopped: one has.
    """
    if standing.voucher.flow == wire.FLOW_FROZEN:
        raise _stopped(standing)


def check_usable(standing: Standing, time_ns: int) -> None:
    """Not expired, not frozen as a whole.

    Raises:
        VoucherExpired, VoucherStopped: otherwise.
    """
    check_not_expired(standing, time_ns)
    check_moves(standing)


def check_flows(standing: Standing) -> None:
    """No order keeps it from changing hands.

    Raises:
        VoucherStopped: one holds or has frozen it as a whole.
    """
    if standing.voucher.flow != wire.FLOW_OPEN:
        raise _stopped(standing)


def check_not_bound(standing: Standing) -> None:
    """Its terms let it change hands at all (4.3.2).

    Raises:
        NotTransferable: they do not.
    """
    if standing.terms.bound:
        raise NotTransferable(voucher=standing.id.hex())


def check_within_window(standing: Standing, time_ns: int) -> None:
    """Its terms let it change hands at this time (4.3.2).

    Raises:
        OutsideWindow: not yet, or no longer.
    """
    opens, closes = int(standing.terms.opens_ns), int(standing.terms.closes_ns)
    if time_ns < opens:
        raise OutsideWindow(voucher=standing.id.hex(), expected=f"at least {opens}", got=time_ns)
    if 0 < closes <= time_ns:
        raise OutsideWindow(voucher=standing.id.hex(), expected=f"at most {closes - 1}", got=time_ns)


def check_divisible(standing: Standing) -> None:
    """It has amounts that can be split and merged.

    Raises:
        NotDivisible: each has a serial of its own.
    """
    if standing.is_unique:
        raise NotDivisible(voucher=standing.id.hex())


def _stopped(standing: Standing) -> VoucherStopped:
    voucher = standing.voucher
    return VoucherStopped(voucher=standing.id.hex(), got=FLOWS[voucher.flow], order=voucher.order.hex())
