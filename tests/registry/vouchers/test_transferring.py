"""What changes hands, when, how often, and never by half."""

from typing import Any

import pytest

from app.core.refusals import (
    AccountFrozen,
    AccountSuspended,
    BadAction,
    BalanceShort,
    HolderNotAccepted,
    LevelTooLow,
    NotHolder,
    NotTransferable,
    OutsideWindow,
    PieceEnded,
    TransfersSpent,
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
    TOP,
    UNKNOWN,
    Stage,
    digest,
    leg,
    terms,
    transfer,
    unique_terms,
)
from tests.registry.world import SECOND


# ---- what moves ----------------------------------------------------------------------------------------------------
def test_an_amount_changes_hands() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    assert stage.do(ANN, transfer(voucher, BEN, 1)).data == voucher
    assert (stage.held(ANN, voucher), stage.held(BEN, voucher)) == ((9, 0, 0), (1, 0, 0))
    stage.do(BEN, transfer(voucher, BANK.account.id, 1))
    stage.do(BANK, transfer(voucher, CAT, 1))
    assert stage.out(voucher) == (10, 0, 0)


def test_all_of_it_may_go_and_nothing_stays_behind_in_the_map() -> None:
    stage = Stage()
    voucher = stage.created(terms(cap=TOP), ann=TOP)
    stage.do(ANN, transfer(voucher, BEN, TOP))
    assert stage.holding(ANN, voucher) is None
    assert stage.held(BEN, voucher) == (TOP, 0, 0)


def test_a_plain_transfer_changes_two_holdings_and_nothing_else() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    before = dict(stage.chain.values)
    stage.do(ANN, transfer(voucher, BEN, 1))
    changed = {
        key for key in before.keys() | stage.chain.values.keys() if before.get(key) != stage.chain.values.get(key)
    }
    assert sorted(key.split(b"/")[0] for key in changed) == [b"holding", b"holding", b"nonces", b"quota"]


def test_pieces_change_hands_by_their_serials() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=4)
    stage.do(ANN, transfer(voucher, BEN, serials=[2, 4]))
    stage.do(BEN, transfer(voucher, CAT, serials=[4]))
    assert [stage.owner(voucher, serial) for serial in (1, 2, 3, 4)] == [ANN, BEN, ANN, CAT]
    assert [stage.piece(voucher, serial).transfers for serial in (1, 2, 3, 4)] == [0, 1, 0, 2]
    assert [stage.held(each, voucher) for each in (ANN, BEN, CAT)] == [(0, 2, 2), (0, 1, 1), (0, 1, 1)]


def test_pieces_of_a_divisible_one_keep_their_amount() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, wire.Split(voucher=voucher, amounts=[3, 4]))
    stage.do(ANN, transfer(voucher, BEN, serials=[2]))
    assert (stage.held(ANN, voucher), stage.held(BEN, voucher)) == ((3, 1, 3), (0, 1, 4))


def test_several_vouchers_move_in_one_transfer_and_the_receipt_names_the_first() -> None:
    stage = Stage()
    rice, seats = stage.created(ann=10), stage.created(unique_terms(), ann=2)
    both = wire.Transfer(
        legs=[leg(seats, BEN, serials=[1]), leg(rice, CAT, 5), leg(rice, BEN, 5), leg(seats, CAT, serials=[2])]
    )
    assert stage.do(ANN, both).data == seats
    assert stage.holding(ANN, rice) is None
    assert stage.holding(ANN, seats) is None
    assert [stage.held(each, rice)[0] for each in (BEN, CAT)] == [5, 5]


# ---- all or nothing ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("last", "kind"),
    [
        ((BEN, 8), BalanceShort),
        ((NOBODY, 1), UnknownMember),
        ((DAN, 1), HolderNotAccepted),
        ((ANN, 1), BadAction),
    ],
)
def test_where_the_last_leg_fails_nothing_moves(last: tuple[int, int], kind: Any) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    legs = [leg(voucher, BEN, 1), leg(voucher, CAT, 2), leg(voucher, *last)]
    stage.refuse(kind, ANN, wire.Transfer(legs=legs), leg=3)
    assert stage.held(ANN, voucher) == (10, 0, 0)
    stage.do(ANN, wire.Transfer(legs=legs[:2]))


def test_legs_share_what_there_is() -> None:
    stage = Stage()
    voucher, seats = stage.created(ann=10), stage.created(unique_terms(), ann=2)
    stage.refuse(
        BalanceShort, ANN, wire.Transfer(legs=[leg(voucher, BEN, 6), leg(voucher, CAT, 5)]), leg=2, expected=5, got=4
    )
    stage.refuse(
        NotHolder, ANN, wire.Transfer(legs=[leg(seats, BEN, serials=[1]), leg(seats, CAT, serials=[1, 2])]), leg=2
    )
    stage.do(ANN, wire.Transfer(legs=[leg(voucher, BEN, 6), leg(voucher, CAT, 4)]))


# ---- fields --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "serials"),
    [
        (0, []),
        (1, [1]),
        (TOP + 1, []),
        (2**64 - 1, []),
        (0, [0]),
        (0, [0, 1]),
        (0, [2, 1]),
        (0, [1, 1]),
        (0, [TOP + 1]),
        (0, [1, TOP + 1]),
        (0, range(1, 258)),
    ],
)
def test_a_leg_has_an_amount_or_ascending_serials(amount: int, serials: Any) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.refuse(BadAction, ANN, transfer(voucher, BEN, amount, serials))


def test_fields_of_all_legs_are_checked_before_any_leg() -> None:
    stage = Stage()
    stage.refuse(BadAction, ANN, wire.Transfer(legs=[leg(UNKNOWN, BEN, 1), leg(UNKNOWN, BEN)]), field="amount")
    stage.refuse(UnknownVoucher, ANN, wire.Transfer(legs=[leg(UNKNOWN, BEN, 1), leg(UNKNOWN, BEN, 1)]), leg=1)


def test_there_are_1_to_64_legs() -> None:
    stage = Stage()
    voucher = stage.created(ann=100)
    stage.refuse(BadAction, ANN, wire.Transfer(), got=0)
    stage.refuse(BadAction, ANN, wire.Transfer(legs=[leg(voucher, BEN, 1)] * 65), got=65)
    stage.do(ANN, wire.Transfer(legs=[leg(voucher, BEN, 1)] * 64))


def test_at_most_256_serials_move_at_once() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=256)
    stage.give(voucher, ANN, 1)
    legs = [leg(voucher, BEN, serials=range(1, 129)), leg(voucher, CAT, serials=range(129, 258))]
    stage.refuse(BadAction, ANN, wire.Transfer(legs=legs), got=257)
    legs[1].serials.pop()
    stage.do(ANN, wire.Transfer(legs=legs))
    assert stage.held(ANN, voucher) == (0, 1, 1)


def test_a_unique_one_has_no_amounts() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=2)
    stage.refuse(BadAction, ANN, transfer(voucher, BEN, 1), field="amount", leg=1)


# ---- the voucher ---------------------------------------------------------------------------------------------------
def test_an_unknown_voucher_does_not_move() -> None:
    stage = Stage()
    stage.refuse(UnknownVoucher, ANN, transfer(UNKNOWN, BEN, 1), voucher=UNKNOWN.hex(), leg=1)
    stage.refuse(BadAction, ANN, transfer(b"", BEN, 1), field="voucher", leg=1)


def test_what_is_not_created_does_not_move() -> None:
    stage = Stage()
    voucher = stage.applied()
    stage.refuse(VoucherNotCreated, ANN, transfer(voucher, BEN, 1), got="applied")
    stage.do(OPERATOR, wire.DeclineVoucher(voucher=voucher, reason=digest("reason")))
    stage.refuse(VoucherNotCreated, ANN, transfer(voucher, BEN, 1), got="declined")


def test_nothing_of_a_suspended_issuer_moves_until_it_is_resumed() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    stage.change(4, stopped=True)
    stage.refuse(AccountSuspended, BANK, transfer(voucher, CAT, 1), account=4)
    stage.change(4, stopped=False)
    stage.do(BANK, transfer(voucher, CAT, 1))


@pytest.mark.parametrize("flow", [wire.FLOW_HELD, wire.FLOW_FROZEN])
def test_held_and_frozen_flows_change_no_hands(flow: wire.Flow) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=flow))
    facts = stage.refuse(VoucherStopped, ANN, transfer(voucher, BEN, 1))
    assert (facts["got"], facts["order"]) == ({1: "held", 2: "frozen"}[flow], digest("order").hex())
    stage.supervise(REGULATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_OPEN))
    stage.do(ANN, transfer(voucher, BEN, 1))


def test_an_expired_voucher_does_not_move() -> None:
    stage = Stage()
    ends = stage.now + 60 * SECOND
    voucher = stage.created(terms(expires_ns=ends), ann=10)
    stage.go_to(ends - 1)
    stage.do(ANN, transfer(voucher, BEN, 1))
    stage.go_to(ends)
    stage.refuse(VoucherExpired, ANN, transfer(voucher, BEN, 1))


def test_a_bound_voucher_never_changes_hands() -> None:
    stage = Stage()
    coupons, seat = stage.created(terms(bound=True), ann=10), stage.created(unique_terms(bound=True), ann=1)
    stage.refuse(NotTransferable, ANN, transfer(coupons, BEN, 1), voucher=coupons.hex())
    stage.refuse(NotTransferable, ANN, transfer(seat, ISSUER.account.id, serials=[1]))
    stage.do(ANN, wire.Redeem(voucher=coupons, amount=1))


def test_a_voucher_changes_hands_within_its_window_only() -> None:
    stage = Stage()
    opens, closes = stage.now + 60 * SECOND, stage.now + 120 * SECOND
    voucher = stage.created(terms(opens_ns=opens, closes_ns=closes), ann=10)
    stage.go_to(opens - 1)
    stage.refuse(OutsideWindow, ANN, transfer(voucher, BEN, 1), expected=f"at least {opens}", got=opens - 1)
    stage.go_to(opens)
    stage.do(ANN, transfer(voucher, BEN, 1))
    stage.go_to(closes - 1)
    stage.do(ANN, transfer(voucher, BEN, 1))
    stage.go_to(closes)
    stage.refuse(OutsideWindow, ANN, transfer(voucher, BEN, 1), expected=f"at most {closes - 1}", got=closes)


# ---- the parties ---------------------------------------------------------------------------------------------------
def test_nobody_sends_to_themselves_or_to_nobody() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.refuse(BadAction, ANN, transfer(voucher, ANN, 1), field="to", got=ANN)
    stage.refuse(UnknownMember, ANN, transfer(voucher, NOBODY, 1), account=NOBODY)
    stage.refuse(UnknownMember, ANN, transfer(voucher, 0, 1), account=0)
    stage.refuse(UnknownMember, ANN, transfer(voucher, 2**64 - 1, 1))


def test_a_recipient_that_is_stopped_gets_nothing() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.change(BEN, stopped=True)
    stage.change(5, stopped=True)
    stage.refuse(AccountFrozen, ANN, transfer(voucher, BEN, 1), account=BEN)
    stage.refuse(AccountSuspended, ANN, transfer(voucher, 5, 1), account=5)


def test_a_sender_that_is_stopped_sends_nothing() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, bank=10)
    stage.change(ANN, stopped=True)
    stage.change(5, stopped=True)
    stage.refuse(AccountFrozen, ANN, transfer(voucher, BEN, 1), account=ANN)
    stage.refuse(AccountSuspended, BANK, transfer(voucher, BEN, 1), account=5)


def test_users_below_real_name_and_other_organisations_send_nothing() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.refuse(LevelTooLow, DAN, transfer(voucher, ANN, 1), expected="real-name", got="phone")
    for sender in (OPERATOR, REGULATOR):
        stage.refuse(WrongParty, sender, transfer(voucher, ANN, 1))


def test_a_sender_who_may_no_longer_hold_sends_nothing() -> None:
    stage = Stage()
    voucher = stage.created(cat=10)
    stage.do(ISSUER, wire.ManageVoucher(voucher=voucher, accepted=[6]))
    stage.refuse(HolderNotAccepted, CAT, transfer(voucher, ANN, 1), account=CAT)
    stage.do(CAT, wire.Redeem(voucher=voucher, amount=1))


# ---- what is taken -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("amount", [11, TOP])
def test_nobody_sends_more_than_they_hold(amount: int) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.refuse(BalanceShort, ANN, transfer(voucher, BEN, amount), account=ANN, expected=amount, got=10)
    stage.refuse(BalanceShort, BEN, transfer(voucher, ANN, amount), account=BEN, got=0)


def test_packed_amounts_are_not_free() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, wire.Split(voucher=voucher, amounts=[4]))
    stage.refuse(BalanceShort, ANN, transfer(voucher, BEN, 7), got=6)


def test_pieces_that_are_not_there_or_somebody_elses_do_not_move() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=1, ben=1)
    for serial in (2, 3, TOP):
        stage.refuse(NotHolder, ANN, transfer(voucher, CAT, serials=[1, serial]), serial=serial, leg=1)


def test_serials_of_one_voucher_are_not_those_of_another() -> None:
    stage = Stage()
    one, other = stage.created(unique_terms(), ann=1), stage.created(unique_terms(), ben=1)
    stage.refuse(NotHolder, ANN, transfer(other, CAT, serials=[1]), voucher=other.hex())
    stage.do(ANN, transfer(one, CAT, serials=[1]))


def test_pieces_that_have_ended_do_not_move() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=2)
    stage.do(ANN, wire.Redeem(voucher=voucher, serials=[1]))
    stage.refuse(PieceEnded, ANN, transfer(voucher, BEN, serials=[1, 2]), serial=1, got="redeemed")
    stage.refuse(NotHolder, BEN, transfer(voucher, ANN, serials=[1]), serial=1)


def test_a_ticket_changes_hands_as_often_as_its_terms_say() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(max_transfers=2), ann=2)
    stage.do(ANN, transfer(voucher, BEN, serials=[1]))
    stage.do(BEN, transfer(voucher, CAT, serials=[1]))
    stage.refuse(TransfersSpent, CAT, transfer(voucher, ANN, serials=[1]), serial=1, expected=2)
    stage.do(ANN, transfer(voucher, CAT, serials=[2]))
    stage.refuse(TransfersSpent, CAT, transfer(voucher, ANN, serials=[1, 2]), serial=1)
    stage.do(CAT, transfer(voucher, ANN, serials=[2]))
    stage.do(CAT, wire.Redeem(voucher=voucher, serials=[1]))
