"""Every reason why a transfer would fail, leg by leg, before it is signed."""

from app.core.wire import registry_pb2 as wire
from tests.registry.vouchers.stage import (
    ANN,
    BEN,
    CAT,
    DAN,
    ISSUER,
    NOBODY,
    OPERATOR,
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


def test_where_nothing_is_wrong_there_is_no_reason() -> None:
    stage = Stage()
    rice, seats = stage.created(ann=10), stage.created(unique_terms(max_transfers=1), ann=2)
    legs = [leg(rice, BEN, 4), leg(seats, CAT, serials=[1, 2]), leg(rice, CAT, 6)]
    assert stage.explain(ANN, wire.Transfer(legs=legs)) == []
    stage.do(ANN, wire.Transfer(legs=legs))


def test_each_leg_has_its_own_reasons() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    legs = [
        leg(voucher, DAN, 11),
        leg(voucher, BEN, 1),
        leg(UNKNOWN, BEN, 1),
        leg(voucher, NOBODY, 1),
        leg(voucher, ANN, 1),
    ]
    assert stage.explain(ANN, wire.Transfer(legs=legs)) == [
        ("holder-not-accepted", 1),
        ("balance-short", 1),
        ("unknown-voucher", 3),
        ("unknown-member", 4),
        ("bad-action", 5),
    ]


def test_every_rule_is_tried_whatever_the_others_say() -> None:
    stage = Stage()
    ends = stage.now + 600 * SECOND
    voucher = stage.created(terms(bound=True, expires_ns=ends), cat=10)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=CAT, frozen=True, frozen_amount=6))
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    stage.do(ISSUER, wire.ManageVoucher(voucher=voucher, accepted=[6]))
    stage.change(4, stopped=True)
    stage.go_to(ends)
    reasons = stage.reasons(CAT, transfer(voucher, DAN, 5))
    assert [each.code for each in reasons] == [
        "account-suspended",
        "voucher-stopped",
        "voucher-expired",
        "not-transferable",
        "holder-not-accepted",
        "holder-not-accepted",
        "holding-frozen",
        "holding-frozen",
    ]
    assert [each.facts.get("account") for each in reasons] == [4, None, None, None, CAT, DAN, CAT, CAT]
    assert {each.facts["leg"] for each in reasons} == {1}


def test_the_window_is_tried_too() -> None:
    stage = Stage()
    voucher = stage.created(terms(opens_ns=TOP), ann=1)
    assert stage.explain(ANN, transfer(voucher, NOBODY, 2)) == [
        ("outside-window", 1),
        ("unknown-member", 1),
        ("balance-short", 1),
    ]


def test_every_piece_has_its_own_reasons() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(max_transfers=1), ann=1, ben=5)
    stage.do(BEN, transfer(voucher, ANN, serials=[2, 3, 4]))
    stage.do(ANN, wire.Redeem(voucher=voucher, serials=[2]))
    stage.supervise(OPERATOR, voucher, piece=wire.PieceMeasure(serial=3, frozen=True))
    reasons = stage.reasons(ANN, transfer(voucher, CAT, serials=[1, 2, 3, 4, 5, 9]))
    assert [(each.code, each.facts.get("serial")) for each in reasons] == [
        ("piece-ended", 2),
        ("transfers-spent", 2),
        ("holding-frozen", 3),
        ("transfers-spent", 3),
        ("transfers-spent", 4),
        ("not-holder", 5),
        ("not-holder", 9),
    ]


def test_a_frozen_holding_is_said_once_for_all_its_pieces() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=3)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=ANN, frozen=True))
    assert stage.explain(ANN, transfer(voucher, CAT, serials=[1, 2, 3])) == [("holding-frozen", 1)]


def test_what_a_leg_takes_is_not_there_for_the_next() -> None:
    stage = Stage()
    rice, seats = stage.created(ann=10), stage.created(unique_terms(), ann=2)
    legs = [leg(rice, DAN, 6), leg(rice, BEN, 5), leg(seats, NOBODY, serials=[1]), leg(seats, BEN, serials=[1, 2])]
    assert stage.explain(ANN, wire.Transfer(legs=legs)) == [
        ("holder-not-accepted", 1),
        ("balance-short", 2),
        ("unknown-member", 3),
        ("not-holder", 4),
    ]


def test_what_is_wrong_with_the_fields_is_said_of_the_leg_or_of_the_whole() -> None:
    stage = Stage()
    voucher, seats = stage.created(ann=100), stage.created(unique_terms(), ann=1)
    assert stage.explain(ANN, wire.Transfer()) == [("bad-action", None)]
    assert stage.explain(ANN, wire.Transfer(legs=[leg(voucher, BEN, 1)] * 65)) == [("bad-action", None)]
    legs = [leg(voucher, DAN), leg(voucher, BEN, 1, [1]), leg(seats, BEN, 1), leg(seats, BEN, serials=[0])]
    assert stage.explain(ANN, wire.Transfer(legs=legs)) == [
        ("bad-action", 1),
        ("holder-not-accepted", 1),
        ("bad-action", 2),
        ("bad-action", 3),
        ("bad-action", 4),
    ]


def test_too_many_serials_are_said_of_the_whole() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), ann=256)
    stage.give(voucher, ANN, 1)
    legs = [leg(voucher, BEN, serials=range(1, 129)), leg(voucher, CAT, serials=range(129, 258))]
    assert stage.explain(ANN, wire.Transfer(legs=legs)) == [("bad-action", None)]


def test_of_what_is_not_created_nothing_more_is_said() -> None:
    stage = Stage()
    voucher = stage.applied()
    assert stage.explain(ANN, transfer(voucher, NOBODY, 1)) == [("voucher-not-created", 1)]
    stage.do(OPERATOR, wire.DeclineVoucher(voucher=voucher, reason=digest("reason")))
    assert stage.explain(ANN, transfer(voucher, ANN)) == [("bad-action", 1), ("voucher-not-created", 1)]
