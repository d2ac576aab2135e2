"""Orders about a voucher: its cap, its flow, one holder, one piece."""

from typing import Any

import pytest

from app.core.refusals import (
    AccountSuspended,
    BadAction,
    BalanceShort,
    CapExceeded,
    HoldingFrozen,
    NotHolder,
    NotIssuer,
    NotPermitted,
    PieceEnded,
    UnknownMember,
    UnknownVoucher,
    VoucherNotCreated,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from tests.registry.vouchers.stage import (
    ANN,
    BANK,
    BEN,
    BOOKKEEPER,
    CAT,
    ISSUER,
    NOBODY,
    OPERATOR,
    REGULATOR,
    RIVAL,
    TOP,
    UNKNOWN,
    Member,
    Stage,
    digest,
    order,
    terms,
    transfer,
    unique_terms,
)

AUTHORITIES = pytest.mark.parametrize("authority", [OPERATOR, REGULATOR])
FROZEN = wire.HolderMeasure(account=ANN, frozen=True)


def supervise(voucher: bytes, **measure: Any) -> wire.Supervise:
    return wire.Supervise(voucher=voucher, order=order(), **measure)


# ---- who and what --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document": b""}, "document"),
        ({"document": b"\x01" * 33}, "document"),
        ({"authority": ""}, "authority"),
        ({"authority": "x" * 129}, "authority"),
        ({"authority": "Court\u202e"}, "authority"),
        ({"reference": "x" * 129}, "reference"),
    ],
)
def test_the_order_is_sound(changes: dict[str, Any], field: str) -> None:
    stage = Stage()
    wrong = wire.Order(**({"document": digest("order"), "authority": "Court"} | changes))
    stage.refuse(BadAction, OPERATOR, wire.Supervise(voucher=UNKNOWN, order=wrong, cap=1), field=field)


def test_there_is_an_order_and_a_measure() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.refuse(BadAction, OPERATOR, wire.Supervise(voucher=voucher, cap=1), field="document")
    stage.refuse(BadAction, OPERATOR, supervise(UNKNOWN), field="measure")


def test_only_what_is_created_is_supervised() -> None:
    stage = Stage()
    stage.refuse(UnknownVoucher, OPERATOR, supervise(UNKNOWN, cap=0))
    stage.refuse(VoucherNotCreated, RIVAL, supervise(stage.applied(), cap=0), got="applied")


def test_the_issuer_acts_against_holders_and_pieces_only() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=1)
    stage.refuse(NotPermitted, ISSUER, supervise(voucher, cap=0), account=4, expected="cap")
    stage.refuse(NotPermitted, ISSUER, supervise(voucher, flow=wire.FlowMeasure(flow=9)), expected="flow")
    assert stage.supervise(ISSUER, voucher, holder=FROZEN).data == voucher
    stage.supervise(ISSUER, voucher, piece=wire.PieceMeasure(serial=1, frozen=True))


def test_no_other_partner_supervises() -> None:
    stage = Stage()
    voucher = stage.created()
    for measure in (
        {"cap": 0},
        {"flow": wire.FlowMeasure()},
        {"holder": FROZEN},
        {"piece": wire.PieceMeasure(serial=1)},
    ):
        stage.refuse(NotIssuer, RIVAL, supervise(voucher, **measure), account=7)
    stage.refuse(NotPermitted, BANK, supervise(voucher, holder=FROZEN))
    stage.refuse(WrongParty, BOOKKEEPER, supervise(voucher, holder=FROZEN))
    stage.refuse(WrongParty, ANN, supervise(voucher, holder=FROZEN))


@AUTHORITIES
def test_a_suspended_issuers_voucher_is_supervised_all_the_same(authority: Member) -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=1)
    stage.change(4, stopped=True)
    stage.supervise(authority, voucher, cap=5)
    stage.supervise(authority, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    stage.supervise(authority, voucher, holder=FROZEN)
    stage.supervise(authority, voucher, piece=wire.PieceMeasure(serial=1, frozen=True))
    stage.refuse(AccountSuspended, ISSUER, supervise(voucher, holder=FROZEN), account=4)


# ---- cap and flow --------------------------------------------------------------------------------------------------
@AUTHORITIES
def test_a_cap_is_changed_down_to_what_is_issued(authority: Member) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, wire.Redeem(voucher=voucher, amount=10))
    stage.refuse(CapExceeded, authority, supervise(voucher, cap=9), expected="at least 10", got=9)
    stage.supervise(authority, voucher, "lower", cap=10)
    assert (stage.voucher(voucher).terms.cap, stage.voucher(voucher).order) == (10, digest("lower"))
    wish = wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=ANN, amount=1)])
    stage.refuse(CapExceeded, ISSUER, wish, got=11)
    stage.supervise(authority, voucher, "higher", cap=TOP)
    stage.do(ISSUER, wish)
    assert stage.voucher(voucher).order == digest("higher")


@pytest.mark.parametrize("cap", [0, TOP + 1, 2**64 - 1])
def test_a_cap_out_of_range_is_refused(cap: int) -> None:
    stage = Stage()
    stage.refuse(BadAction, OPERATOR, supervise(stage.created(), cap=cap), field="cap", got=cap)


def test_a_cap_of_1_will_do_where_nothing_is_issued() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.supervise(OPERATOR, voucher, cap=1)
    stage.give(voucher, ANN, 1)


@AUTHORITIES
def test_a_flow_is_held_frozen_and_opened(authority: Member) -> None:
    stage = Stage()
    voucher = stage.created()
    for flow in (wire.FLOW_HELD, wire.FLOW_FROZEN, wire.FLOW_OPEN):
        stage.supervise(authority, voucher, flow, flow=wire.FlowMeasure(flow=flow))
        assert (stage.voucher(voucher).flow, stage.voucher(voucher).order) == (flow, digest(flow))
    stage.refuse(BadAction, authority, supervise(voucher, flow=wire.FlowMeasure(flow=3)), field="flow", got=3)


# ---- holders -------------------------------------------------------------------------------------------------------
def test_a_frozen_holding_keeps_all_that_it_has_and_still_receives() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, ben=10)
    stage.do(ANN, wire.Split(voucher=voucher, amounts=[4]))
    stage.supervise(REGULATOR, voucher, holder=FROZEN)
    found = stage.holding(ANN, voucher)
    assert found is not None
    assert found.stop == wire.Stop(document=digest("order"), by=2, height=stage.chain.height)
    for action in (
        transfer(voucher, BEN, 1),
        transfer(voucher, BEN, serials=[1]),
        wire.Redeem(voucher=voucher, amount=1),
    ):
        stage.refuse(HoldingFrozen, ANN, action, account=ANN, order=digest("order").hex())
    stage.do(BEN, transfer(voucher, ANN, 1))
    stage.give(voucher, ANN, 1)
    assert stage.held(ANN, voucher) == (8, 1, 4)
    stage.supervise(REGULATOR, voucher, holder=wire.HolderMeasure(account=ANN))
    assert not stage.holding(ANN, voucher).HasField("stop")
    stage.do(ANN, transfer(voucher, BEN, 1, ()))
    stage.do(ANN, transfer(voucher, BEN, serials=[1]))


def test_a_frozen_amount_stays_and_the_rest_moves() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=7))
    stage.refuse(HoldingFrozen, ANN, transfer(voucher, BEN, 4), expected=4, got=3)
    stage.refuse(BalanceShort, ANN, transfer(voucher, BEN, 11), got=10)
    stage.do(ANN, transfer(voucher, BEN, 3))
    stage.refuse(HoldingFrozen, ANN, transfer(voucher, BEN, 1), got=0)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=6))
    stage.do(ANN, transfer(voucher, BEN, 1))
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=ANN))
    stage.do(ANN, transfer(voucher, BEN, 6))
    assert stage.holding(ANN, voucher) is None


def test_no_more_is_frozen_than_there_is() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, wire.Split(voucher=voucher, amounts=[4]))
    too_much = supervise(voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=7))
    stage.refuse(BalanceShort, OPERATOR, too_much, account=ANN, expected=7, got=6)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=ANN, frozen=True, frozen_amount=6))
    most = supervise(voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=2**64 - 1))
    stage.refuse(BalanceShort, OPERATOR, most, got=6)


def test_unique_ones_have_no_amount_to_freeze() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=1)
    wrong = supervise(voucher, holder=wire.HolderMeasure(account=ANN, frozen=True, frozen_amount=1))
    stage.refuse(BadAction, OPERATOR, wrong, field="frozen_amount")
    stage.supervise(OPERATOR, voucher, holder=FROZEN)
    stage.refuse(HoldingFrozen, ANN, transfer(voucher, BEN, serials=[1]), account=ANN)


def test_who_holds_nothing_may_be_frozen_beforehand() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.supervise(OPERATOR, voucher, holder=FROZEN)
    stage.give(voucher, ANN, 1)
    stage.refuse(HoldingFrozen, ANN, transfer(voucher, BEN, 1))
    other = stage.created()
    stage.supervise(OPERATOR, other, holder=FROZEN)
    assert stage.holding(ANN, other) is not None
    for _ in range(2):
        stage.supervise(OPERATOR, other, holder=wire.HolderMeasure(account=ANN))
        assert stage.holding(ANN, other) is None
    stage.refuse(UnknownMember, OPERATOR, supervise(voucher, holder=wire.HolderMeasure(account=NOBODY)), account=NOBODY)


def test_a_freeze_of_one_voucher_leaves_the_others_alone() -> None:
    stage = Stage()
    rice, tea = stage.created(ann=1), stage.created(ann=1)
    stage.supervise(OPERATOR, rice, holder=FROZEN)
    stage.refuse(HoldingFrozen, ANN, transfer(rice, BEN, 1))
    stage.do(ANN, transfer(tea, BEN, 1))


def test_the_stop_names_the_newest_freeze() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.supervise(ISSUER, voucher, "first", holder=wire.HolderMeasure(account=ANN, frozen_amount=1))
    stage.supervise(REGULATOR, voucher, "second", holder=wire.HolderMeasure(account=ANN, frozen_amount=2))
    found = stage.holding(ANN, voucher)
    assert found is not None
    assert (found.stop.by, found.stop.document, found.frozen_amount) == (2, digest("second"), 2)


@AUTHORITIES
def test_an_issuer_never_changes_what_an_authority_froze(authority: Member) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    for mine in (FROZEN, wire.HolderMeasure(account=ANN, frozen_amount=3)):
        stage.supervise(authority, voucher, holder=mine)
        for measure in (wire.HolderMeasure(account=ANN), FROZEN, wire.HolderMeasure(account=ANN, frozen_amount=10)):
            stage.refuse(NotPermitted, ISSUER, supervise(voucher, holder=measure), account=4, expected="holder")
        stage.supervise(REGULATOR, voucher, holder=wire.HolderMeasure(account=ANN))
    stage.supervise(ISSUER, voucher, holder=FROZEN)
    stage.supervise(ISSUER, voucher, holder=wire.HolderMeasure(account=ANN))


def test_one_authority_changes_what_the_other_or_the_issuer_froze() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=1)
    for freezes, frees in ((OPERATOR, REGULATOR), (REGULATOR, OPERATOR), (ISSUER, OPERATOR), (ISSUER, REGULATOR)):
        stage.supervise(freezes, voucher, holder=FROZEN)
        stage.supervise(frees, voucher, holder=wire.HolderMeasure(account=ANN))
        stage.supervise(freezes, voucher, piece=wire.PieceMeasure(serial=1, frozen=True))
        stage.supervise(frees, voucher, piece=wire.PieceMeasure(serial=1))


def test_the_amount_is_checked_before_whose_freeze_it_is() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.supervise(OPERATOR, voucher, holder=FROZEN)
    too_much = supervise(voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=11))
    stage.refuse(BalanceShort, ISSUER, too_much)


# ---- pieces --------------------------------------------------------------------------------------------------------
def test_a_frozen_piece_stays_and_the_others_move() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=3)
    stage.supervise(ISSUER, voucher, piece=wire.PieceMeasure(serial=2, frozen=True))
    assert stage.piece(voucher, 2).stop == wire.Stop(document=digest("order"), by=4, height=stage.chain.height)
    stage.refuse(HoldingFrozen, ANN, transfer(voucher, BEN, serials=[1, 2]), serial=2, order=digest("order").hex())
    stage.do(ANN, transfer(voucher, BEN, serials=[1, 3]))
    stage.supervise(ISSUER, voucher, piece=wire.PieceMeasure(serial=2))
    assert not stage.piece(voucher, 2).HasField("stop")
    stage.do(ANN, transfer(voucher, CAT, serials=[2]))


def test_only_pieces_that_are_there_and_live_are_frozen() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=1)
    for serial in (0, 2, 2**64 - 1):
        measure = wire.PieceMeasure(serial=serial, frozen=True)
        stage.refuse(NotHolder, OPERATOR, supervise(voucher, piece=measure), serial=serial)
    stage.do(ANN, wire.Redeem(voucher=voucher, serials=[1]))
    for frozen in (True, False):
        measure = wire.PieceMeasure(serial=1, frozen=frozen)
        stage.refuse(PieceEnded, OPERATOR, supervise(voucher, piece=measure), serial=1, got="redeemed")


@AUTHORITIES
def test_an_issuer_never_frees_a_piece_that_an_authority_froze(authority: Member) -> None:
    stage = Stage()
    voucher = stage.created(terms(), ann=5)
    stage.do(ANN, wire.Split(voucher=voucher, amounts=[5]))
    stage.supervise(authority, voucher, piece=wire.PieceMeasure(serial=1, frozen=True))
    for frozen in (True, False):
        measure = wire.PieceMeasure(serial=1, frozen=frozen)
        stage.refuse(NotPermitted, ISSUER, supervise(voucher, piece=measure), expected="piece")
    assert stage.piece(voucher, 1).stop.by == authority.account.id
