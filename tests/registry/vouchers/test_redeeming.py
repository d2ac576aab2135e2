"""Redeeming, and clearing away what has lapsed."""

from typing import Any

import pytest

from app.core.refusals import (
    AccountFrozen,
    AccountSuspended,
    BadAction,
    BalanceShort,
    HoldingFrozen,
    LevelTooLow,
    NotHolder,
    NotIssuer,
    NotYetExpired,
    PieceEnded,
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
    CAT,
    DAN,
    ISSUER,
    NOBODY,
    OPERATOR,
    REGULATOR,
    RIVAL,
    TOP,
    UNKNOWN,
    Stage,
    digest,
    terms,
    unique_terms,
)
from tests.registry.world import SECOND


def redeem(voucher: bytes, amount: int = 0, serials: Any = (), reference: bytes = b"") -> wire.Redeem:
    return wire.Redeem(voucher=voucher, amount=amount, serials=serials, reference=reference)


def expire(voucher: bytes, accounts: Any = (), serials: Any = ()) -> wire.Expire:
    return wire.Expire(voucher=voucher, accounts=accounts, serials=serials)


# ---- redeem --------------------------------------------------------------------------------------------------------
def test_what_is_redeemed_is_gone() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    assert stage.do(ANN, redeem(voucher, 4)).data == voucher
    assert (stage.held(ANN, voucher), stage.out(voucher)) == ((6, 0, 0), (10, 4, 0))
    stage.do(ANN, redeem(voucher, 6, reference=digest("receipt")))
    assert stage.holding(ANN, voucher) is None
    assert stage.out(voucher) == (10, 10, 0)


def test_pieces_are_redeemed_at_what_they_are_worth() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, wire.Split(voucher=voucher, amounts=[2, 3, 4]))
    stage.do(ANN, redeem(voucher, serials=[1, 3]))
    assert (stage.held(ANN, voucher), stage.out(voucher)) == ((1, 1, 3), (10, 6, 0))
    assert [stage.piece(voucher, serial).end for serial in (1, 2, 3)] == [1, 0, 1]
    assert stage.owner(voucher, 1) == ANN


@pytest.mark.parametrize(
    ("amount", "serials", "reference"),
    [
        (0, [], b""),
        (1, [1], b""),
        (TOP + 1, [], b""),
        (0, [0], b""),
        (0, [2, 1], b""),
        (0, range(1, 258), b""),
        (1, [], b"\x01"),
        (1, [], b"\x01" * 33),
    ],
)
def test_fields_out_of_bounds_are_refused(amount: int, serials: Any, reference: bytes) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.refuse(BadAction, ANN, redeem(voucher, amount, serials, reference))


def test_unique_ones_are_redeemed_by_their_serials() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=2)
    stage.refuse(BadAction, ANN, redeem(voucher, 1), field="amount")
    stage.do(ANN, redeem(voucher, serials=[2]))
    stage.refuse(PieceEnded, ANN, redeem(voucher, serials=[1, 2]), serial=2, got="redeemed")
    stage.refuse(NotHolder, BEN, redeem(voucher, serials=[1]), serial=1)
    assert stage.out(voucher) == (2, 1, 0)


def test_nobody_redeems_more_than_they_hold() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.refuse(BalanceShort, ANN, redeem(voucher, 11), expected=11, got=10)
    stage.refuse(BalanceShort, BEN, redeem(voucher, TOP), got=0)


def test_a_held_flow_is_still_redeemed_a_frozen_one_is_not() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    stage.do(ANN, redeem(voucher, 1))
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
    stage.refuse(VoucherStopped, ANN, redeem(voucher, 0), got="frozen")


def test_an_expired_voucher_is_not_redeemed() -> None:
    stage = Stage()
    ends = stage.now + 60 * SECOND
    voucher = stage.created(terms(expires_ns=ends), ann=10)
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
    stage.go_to(ends)
    stage.refuse(VoucherExpired, ANN, redeem(voucher, 1))
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure())
    stage.go_to(ends - 1)
    stage.do(ANN, redeem(voucher, 1))


def test_outside_the_window_it_is_redeemed_all_the_same() -> None:
    stage = Stage()
    voucher = stage.created(terms(opens_ns=TOP), ann=10)
    stage.do(ANN, redeem(voucher, 1))


def test_redeeming_needs_a_living_voucher_and_a_real_name() -> None:
    stage = Stage()
    stage.refuse(UnknownVoucher, ANN, redeem(UNKNOWN, 0))
    stage.refuse(VoucherNotCreated, ANN, redeem(stage.applied(), 0))
    voucher = stage.created(ann=10, bank=10)
    stage.refuse(LevelTooLow, DAN, redeem(voucher, 1))
    stage.refuse(WrongParty, REGULATOR, redeem(voucher, 1))
    stage.change(ANN, stopped=True)
    stage.refuse(AccountFrozen, ANN, redeem(voucher, 1), account=ANN)
    stage.change(4, stopped=True)
    stage.refuse(AccountSuspended, BANK, redeem(voucher, 1), account=4)


def test_what_is_frozen_is_not_redeemed() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, wire.Split(voucher=voucher, amounts=[2]))
    stage.supervise(ISSUER, voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=5))
    stage.supervise(ISSUER, voucher, piece=wire.PieceMeasure(serial=1, frozen=True))
    stage.refuse(HoldingFrozen, ANN, redeem(voucher, 4), expected=4, got=3)
    stage.refuse(HoldingFrozen, ANN, redeem(voucher, serials=[1]), serial=1)
    stage.do(ANN, redeem(voucher, 3))
    assert stage.held(ANN, voucher) == (5, 1, 2)


# ---- expire --------------------------------------------------------------------------------------------------------
class Lapsed:
    """A voucher that has expired, with amounts and pieces of it in several hands."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.ends = self.stage.now + 600 * SECOND
        self.voucher = self.stage.created(terms(expires_ns=self.ends), ann=10, ben=20, cat=30)
        self.stage.do(ANN, wire.Split(voucher=self.voucher, amounts=[4, 5]))
        self.stage.do(BEN, wire.Split(voucher=self.voucher, amounts=[20]))

    def refuse(self, kind: Any, accounts: Any = (), serials: Any = (), **facts: object) -> None:
        self.stage.go_to(self.ends)
        self.stage.refuse(kind, ISSUER, expire(self.voucher, accounts, serials), **facts)

    def do(self, accounts: Any = (), serials: Any = ()) -> None:
        self.stage.go_to(self.ends)
        assert self.stage.do(ISSUER, expire(self.voucher, accounts, serials)).data == self.voucher


def test_what_lapses_is_gone_whoever_held_it() -> None:
    case = Lapsed()
    case.do([ANN, CAT], [1, 3])
    assert case.stage.out(case.voucher) == (60, 0, 55)
    assert case.stage.held(ANN, case.voucher) == (0, 1, 5)
    assert case.stage.holding(CAT, case.voucher) is None
    assert case.stage.holding(BEN, case.voucher) is None
    assert case.stage.piece(case.voucher, 1).end == wire.PIECE_END_LAPSED
    case.do(serials=[2])
    assert case.stage.out(case.voucher) == (60, 0, 60)


def test_nothing_lapses_before_its_time() -> None:
    case = Lapsed()
    case.stage.go_to(case.ends - 1)
    case.stage.refuse(NotYetExpired, ISSUER, expire(case.voucher, [ANN]), voucher=case.voucher.hex())
    case.do([ANN])
    stage = Stage()
    stage.refuse(NotYetExpired, ISSUER, expire(stage.created(ann=1), [ANN]))


def test_only_its_issuer_lets_a_voucher_lapse() -> None:
    case = Lapsed()
    case.stage.refuse(NotIssuer, RIVAL, expire(case.voucher), account=7)
    case.stage.refuse(WrongParty, OPERATOR, expire(case.voucher, [ANN]))
    case.stage.refuse(UnknownVoucher, ISSUER, expire(UNKNOWN, [ANN]))
    case.stage.refuse(VoucherNotCreated, RIVAL, expire(case.stage.applied(), [ANN]))


@pytest.mark.parametrize(
    ("accounts", "serials"),
    [
        ([], []),
        ([BEN, ANN], []),
        ([ANN, ANN], []),
        ([ANN], [2, 1]),
        ([ANN], [1, 1]),
        ([], [0, 1]),
        ([], [TOP + 1]),
        (range(1000, 1065), []),
        ([], range(1, 258)),
    ],
)
def test_what_lapses_is_listed_in_order_and_within_bounds(accounts: Any, serials: Any) -> None:
    Lapsed().refuse(BadAction, accounts, serials)


def test_lists_at_their_bounds_pass_the_first_check() -> None:
    case = Lapsed()
    case.refuse(UnknownMember, range(1000, 1064), account=1000)
    case.refuse(NotHolder, [], range(100, 356), serial=100)


def test_who_has_no_free_amount_has_nothing_that_lapses() -> None:
    case = Lapsed()
    case.refuse(BalanceShort, [ANN, BEN], account=BEN, got=0)
    case.refuse(BalanceShort, [1])
    case.refuse(UnknownMember, [ANN, NOBODY], account=NOBODY)
    seats = case.stage.created(unique_terms(expires_ns=case.ends + 60 * SECOND), ann=1)
    case.stage.go_to(case.ends + 60 * SECOND)
    case.stage.refuse(BalanceShort, ISSUER, expire(seats, [ANN]))


@pytest.mark.parametrize("measure", [{"frozen": True}, {"frozen_amount": 1}])
def test_an_amount_that_is_frozen_in_any_part_does_not_lapse(measure: Any) -> None:
    case = Lapsed()
    case.stage.supervise(REGULATOR, case.voucher, holder=wire.HolderMeasure(account=ANN, **measure))
    case.refuse(HoldingFrozen, [ANN], account=ANN)
    case.stage.supervise(REGULATOR, case.voucher, holder=wire.HolderMeasure(account=ANN))
    case.do([ANN])


def test_pieces_lapse_once_and_not_while_they_are_frozen() -> None:
    case = Lapsed()
    case.refuse(NotHolder, [], [1, 4], serial=4)
    case.stage.supervise(REGULATOR, case.voucher, piece=wire.PieceMeasure(serial=1, frozen=True))
    case.refuse(HoldingFrozen, [], [1], serial=1)
    case.stage.supervise(REGULATOR, case.voucher, piece=wire.PieceMeasure(serial=1))
    case.stage.supervise(REGULATOR, case.voucher, holder=wire.HolderMeasure(account=ANN, frozen=True))
    case.refuse(HoldingFrozen, [], [1, 3], account=ANN)
    case.stage.supervise(REGULATOR, case.voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=1))
    case.do(serials=[1])
    case.refuse(PieceEnded, [], [1], serial=1, got="lapsed")


def test_what_lapses_may_be_a_frozen_users_and_an_uncertified_ones() -> None:
    case = Lapsed()
    case.stage.change(ANN, stopped=True, certifications=())
    case.do([ANN], [1])


def test_a_held_flow_lapses_a_frozen_one_does_not() -> None:
    case = Lapsed()
    case.stage.supervise(OPERATOR, case.voucher, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
    case.refuse(VoucherStopped, [ANN], got="frozen")
    case.stage.supervise(OPERATOR, case.voucher, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    case.do([ANN])


def test_an_expired_voucher_is_neither_split_nor_merged_nor_given() -> None:
    case = Lapsed()
    for action in (wire.Split(voucher=case.voucher, amounts=[1]), wire.Merge(voucher=case.voucher, serials=[1])):
        case.stage.go_to(case.ends)
        case.stage.refuse(VoucherExpired, ANN, action)
    case.stage.go_to(case.ends)
    wish = wire.Allocate(voucher=case.voucher, legs=[wire.Allotment(to=ANN, amount=1)])
    case.stage.refuse(VoucherExpired, ISSUER, wish)
    assert case.stage.held(BANK.account.id, case.voucher) == (0, 0, 0)
