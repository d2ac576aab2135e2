"""The issuer gives out, within the cap and to whom it accepts."""

import pytest

from app.core.refusals import (
    AccountFrozen,
    AccountSuspended,
    BadAction,
    CapExceeded,
    HolderNotAccepted,
    NotIssuer,
    UnknownMember,
    UnknownVoucher,
    VoucherExpired,
    VoucherNotCreated,
    VoucherStopped,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from tests.registry.vouchers.stage import (
    ANN,
    BANK,
    BEN,
    DAN,
    ISSUER,
    NOBODY,
    OPERATOR,
    RIVAL,
    TOP,
    UNKNOWN,
    Stage,
    terms,
    unique_terms,
)


def allocation(voucher: bytes, *legs: tuple[int, int]) -> wire.Allocate:
    return wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=to, amount=amount) for to, amount in legs])


def test_amounts_reach_every_leg() -> None:
    stage = Stage()
    voucher = stage.created()
    receipt = stage.do(ISSUER, allocation(voucher, (ANN, 1), (BEN, 20), (ANN, 300), (4, 4)))
    assert (receipt.data, wire.LogEntry.FromString(receipt.entry).result) == (voucher, b"")
    assert [stage.held(each, voucher) for each in (ANN, BEN, 4)] == [(301, 0, 0), (20, 0, 0), (4, 0, 0)]
    assert stage.out(voucher) == (325, 0, 0)


def test_serials_follow_the_order_of_the_legs() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms())
    first = stage.do(ISSUER, allocation(voucher, (ANN, 2), (BEN, 1), (ANN, 1)))
    second = stage.do(ISSUER, allocation(voucher, (BEN, 1)))
    results = [wire.LogEntry.FromString(receipt.entry).result for receipt in (first, second)]
    assert results == [(1).to_bytes(8, "big"), (5).to_bytes(8, "big")]
    assert [stage.owner(voucher, serial) for serial in range(1, 6)] == [ANN, ANN, BEN, ANN, BEN]
    assert stage.piece(voucher, 5) == wire.Piece(owner=stage.account(BEN).address, amount=1)
    assert (stage.held(ANN, voucher), stage.held(BEN, voucher)) == ((0, 3, 3), (0, 2, 2))


@pytest.mark.parametrize("amount", [0, TOP + 1, 2**64 - 1])
def test_an_amount_out_of_range_is_refused(amount: int) -> None:
    stage = Stage()
    voucher = stage.created(terms(cap=TOP))
    stage.refuse(BadAction, ISSUER, allocation(voucher, (ANN, 1), (BEN, amount)), field="amount", got=amount)


def test_the_cap_is_reached_and_not_passed() -> None:
    stage = Stage()
    voucher = stage.created(terms(cap=TOP))
    stage.do(ISSUER, allocation(voucher, (ANN, TOP - 1)))
    stage.refuse(CapExceeded, ISSUER, allocation(voucher, (BEN, 1), (BEN, 1)), got=TOP + 1)
    stage.refuse(CapExceeded, ISSUER, allocation(voucher, (BEN, TOP)), got=TOP - 1 + TOP)
    stage.do(ISSUER, allocation(voucher, (BEN, 1)))
    stage.refuse(CapExceeded, ISSUER, allocation(voucher, (BEN, 1)))
    assert stage.out(voucher) == (TOP, 0, 0)


def test_the_cap_counts_what_was_redeemed() -> None:
    stage = Stage()
    voucher = stage.created(terms(cap=5), ann=5)
    stage.do(ANN, wire.Redeem(voucher=voucher, amount=5))
    stage.refuse(CapExceeded, ISSUER, allocation(voucher, (ANN, 1)))


def test_there_are_1_to_64_legs() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.refuse(BadAction, ISSUER, allocation(voucher), got=0)
    stage.refuse(BadAction, ISSUER, allocation(voucher, *[(ANN, 1)] * 65), got=65)
    stage.do(ISSUER, allocation(voucher, *[(ANN, 1)] * 64))


def test_at_most_256_serials_are_given_at_once() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms())
    stage.refuse(BadAction, ISSUER, allocation(voucher, (ANN, 200), (BEN, 57)), got=257)
    stage.refuse(BadAction, ISSUER, allocation(voucher, (ANN, TOP)))
    stage.do(ISSUER, allocation(voucher, (ANN, 200), (BEN, 56)))
    assert stage.owner(voucher, 256) == BEN


def test_the_last_leg_refused_refuses_all() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.refuse(UnknownMember, ISSUER, allocation(voucher, (ANN, 1), (NOBODY, 1)), account=NOBODY)
    stage.refuse(HolderNotAccepted, ISSUER, allocation(voucher, (ANN, 1), (DAN, 1)), account=DAN)
    assert stage.holding(ANN, voucher) is None


def test_recipients_are_in_force() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.change(DAN, stopped=True)
    stage.change(7, stopped=True)
    stage.refuse(AccountFrozen, ISSUER, allocation(voucher, (DAN, 1)), account=DAN)
    stage.refuse(AccountSuspended, ISSUER, allocation(voucher, (7, 1)), account=7)


def test_checks_come_in_their_order() -> None:
    stage = Stage()
    voucher = stage.created(terms(cap=5, expires_ns=stage.now + 60 * 10**9))
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
    wrong = allocation(voucher, (NOBODY, 6), (NOBODY, 0))
    stage.go_to(stage.voucher(voucher).terms.expires_ns)
    stage.refuse(UnknownVoucher, RIVAL, wire.Allocate(voucher=UNKNOWN, legs=wrong.legs))
    stage.refuse(NotIssuer, RIVAL, wrong, account=7)
    stage.refuse(VoucherExpired, ISSUER, wrong)
    stage.go_to(stage.voucher(voucher).terms.expires_ns - 10**9)
    stage.refuse(VoucherStopped, ISSUER, wrong, got="frozen")
    stage.go_to(stage.voucher(voucher).terms.expires_ns - 10**9)
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    stage.go_to(stage.voucher(voucher).terms.expires_ns - 10**9)
    stage.refuse(BadAction, ISSUER, wrong)
    stage.go_to(stage.voucher(voucher).terms.expires_ns - 10**9)
    stage.refuse(CapExceeded, ISSUER, allocation(voucher, (NOBODY, 6)))
    stage.go_to(stage.voucher(voucher).terms.expires_ns - 1)
    stage.do(ISSUER, allocation(voucher, (ANN, 5)))


def test_what_is_not_created_is_not_given() -> None:
    stage = Stage()
    stage.refuse(VoucherNotCreated, ISSUER, allocation(stage.applied(), (ANN, 1)), got="applied")


def test_nobody_else_gives() -> None:
    stage = Stage()
    voucher = stage.created(issuer=RIVAL)
    stage.refuse(NotIssuer, ISSUER, allocation(voucher, (ANN, 1)))
    stage.change(7, stopped=True)
    stage.refuse(AccountSuspended, ISSUER, allocation(voucher, (ANN, 1)), account=7)
    stage.refuse(WrongParty, OPERATOR, allocation(voucher, (ANN, 1)))


def test_bound_ones_and_those_before_their_window_are_given_all_the_same() -> None:
    stage = Stage()
    assert stage.held(ANN, stage.created(terms(bound=True), ann=3)) == (3, 0, 0)
    assert stage.held(ANN, stage.created(terms(opens_ns=TOP), ann=3)) == (3, 0, 0)
    assert stage.held(BANK.account.id, stage.created(terms(closes_ns=1), bank=3)) == (3, 0, 0)
