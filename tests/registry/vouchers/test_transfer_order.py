"""Of several things that are wrong with a transfer, which one is said."""

from app.core.refusals import (
    AccountFrozen,
    AccountSuspended,
    BadAction,
    BalanceShort,
    HolderNotAccepted,
    HoldingFrozen,
    NotHolder,
    NotTransferable,
    OutsideWindow,
    PieceEnded,
    TransfersSpent,
    UnknownMember,
    VoucherExpired,
    VoucherStopped,
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
    Stage,
    terms,
    transfer,
    unique_terms,
)
from tests.registry.world import SECOND


def test_checks_come_in_their_order() -> None:
    """Everything is wrong at once; each cause is taken away in turn, and the next one speaks."""
    stage = Stage()
    ends = stage.now + 600 * SECOND
    voucher = stage.created(terms(opens_ns=ends + 1, expires_ns=ends), cat=10)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=CAT, frozen=True, frozen_amount=6))
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    stage.recognise(ISSUER, BANK, 0)
    stage.change(4, stopped=True)
    stage.change(DAN, stopped=True)
    to_nobody, to_self, to_dan, to_ann = (transfer(voucher, to, 11) for to in (NOBODY, CAT, DAN, ANN))
    stage.go_to(ends)
    stage.refuse(AccountSuspended, CAT, to_nobody, account=4)
    stage.change(4, stopped=False)
    stage.refuse(VoucherStopped, CAT, to_nobody)
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_OPEN))
    stage.refuse(VoucherExpired, CAT, to_nobody)
    stage.go_to(ends - 1)
    stage.refuse(OutsideWindow, CAT, to_nobody)
    _change_terms(stage, voucher, opens_ns=0)
    stage.go_to(ends - 1)
    stage.refuse(UnknownMember, CAT, to_nobody)
    stage.go_to(ends - 1)
    stage.refuse(BadAction, CAT, to_self, field="to")
    stage.go_to(ends - 1)
    stage.refuse(HolderNotAccepted, CAT, to_dan, account=CAT)
    stage.recognise(ISSUER, BANK, wire.LEVEL_REAL_NAME)
    stage.go_to(ends - 1)
    stage.refuse(AccountFrozen, CAT, to_dan, account=DAN)
    stage.change(DAN, stopped=False)
    stage.go_to(ends - 1)
    stage.refuse(HolderNotAccepted, CAT, to_dan, account=DAN)
    stage.go_to(ends - 1)
    facts = stage.refuse(HoldingFrozen, CAT, to_ann, account=CAT)
    assert "got" not in facts
    stage.go_to(ends - 10)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=CAT, frozen_amount=6))
    stage.go_to(ends - 1)
    stage.refuse(BalanceShort, CAT, to_ann, got=10)
    stage.go_to(ends - 1)
    stage.refuse(HoldingFrozen, CAT, transfer(voucher, ANN, 5), expected=5, got=4)
    stage.go_to(ends - 1)
    stage.do(CAT, transfer(voucher, ANN, 4))


def test_bound_is_said_before_the_recipient_is_looked_at() -> None:
    stage = Stage()
    voucher = stage.created(terms(bound=True), ann=1)
    stage.refuse(NotTransferable, ANN, transfer(voucher, NOBODY, 5))


def test_each_piece_is_checked_in_full_before_the_next() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(max_transfers=1), ben=4)
    stage.do(BEN, transfer(voucher, ANN, serials=[1, 2, 3]))
    stage.do(ANN, wire.Redeem(voucher=voucher, serials=[1]))
    stage.supervise(OPERATOR, voucher, piece=wire.PieceMeasure(serial=2, frozen=True))
    stage.refuse(PieceEnded, ANN, transfer(voucher, CAT, serials=[1, 2, 3, 4]))
    stage.refuse(HoldingFrozen, ANN, transfer(voucher, CAT, serials=[2, 3, 4]), serial=2)
    stage.refuse(TransfersSpent, ANN, transfer(voucher, CAT, serials=[3, 4]))
    stage.refuse(NotHolder, ANN, transfer(voucher, CAT, serials=[4]))
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=ANN, frozen=True))
    stage.refuse(HoldingFrozen, ANN, transfer(voucher, CAT, serials=[3]), account=ANN)


def _change_terms(stage: Stage, voucher: bytes, **changes: int) -> None:
    stored = wire.Voucher()
    stored.CopyFrom(stage.voucher(voucher))
    for name, value in changes.items():
        setattr(stored.terms, name, value)
    stage.chain.write({b"voucher/" + voucher: stored.SerializeToString(deterministic=True)})
