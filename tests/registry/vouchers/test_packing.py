"""Amounts become pieces, and amounts again."""

from typing import Any

import pytest

from app.core.refusals import (
    AccountSuspended,
    BadAction,
    BalanceShort,
    HoldingFrozen,
    NotDivisible,
    NotHolder,
    PieceEnded,
    UnknownVoucher,
    VoucherNotCreated,
    VoucherStopped,
)
from app.core.wire import registry_pb2 as wire
from tests.registry.vouchers.stage import (
    ANN,
    BANK,
    BEN,
    ISSUER,
    OPERATOR,
    TOP,
    UNKNOWN,
    Stage,
    terms,
    transfer,
    unique_terms,
)


def split(voucher: bytes, *amounts: int) -> wire.Split:
    return wire.Split(voucher=voucher, amounts=amounts)


def merge(voucher: bytes, *serials: int) -> wire.Merge:
    return wire.Merge(voucher=voucher, serials=serials)


def test_amounts_become_pieces_under_the_next_serials() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, ben=10)
    first = stage.do(ANN, split(voucher, 3, 1, 3))
    second = stage.do(BEN, split(voucher, 10))
    results = [wire.LogEntry.FromString(receipt.entry).result for receipt in (first, second)]
    assert results == [(1).to_bytes(8, "big"), (4).to_bytes(8, "big")]
    assert (first.data, stage.held(ANN, voucher), stage.held(BEN, voucher)) == (voucher, (3, 3, 7), (0, 1, 10))
    assert stage.piece(voucher, 3) == wire.Piece(owner=stage.account(ANN).address, amount=3)
    assert stage.out(voucher) == (20, 0, 0)


def test_pieces_become_an_amount_again_wherever_they_have_been() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, ben=10)
    stage.do(ANN, split(voucher, 3, 4))
    stage.do(ANN, transfer(voucher, BEN, serials=[2]))
    stage.do(BEN, split(voucher, 10))
    assert stage.do(BEN, merge(voucher, 2, 3)).data == voucher
    assert (stage.held(ANN, voucher), stage.held(BEN, voucher)) == ((3, 1, 3), (14, 0, 0))
    assert stage.piece(voucher, 2).end == wire.PIECE_END_MERGED
    stage.refuse(PieceEnded, BEN, merge(voucher, 3), got="merged")
    assert stage.voucher(voucher).serials == 3


def test_serials_are_never_given_twice() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    for serial in (1, 2, 3):
        stage.do(ANN, split(voucher, 10))
        stage.do(ANN, merge(voucher, serial))


@pytest.mark.parametrize("amounts", [[], [0], [1, 0], [TOP + 1], [1] * 65])
def test_amounts_to_split_are_1_to_64_and_above_0(amounts: list[int]) -> None:
    stage = Stage()
    voucher = stage.created(ann=100)
    stage.refuse(BadAction, ANN, split(voucher, *amounts))


def test_64_pieces_are_not_too_many() -> None:
    stage = Stage()
    voucher = stage.created(ann=64)
    stage.do(ANN, split(voucher, *[1] * 64))
    assert stage.held(ANN, voucher) == (0, 64, 64)


def test_the_whole_range_of_amounts_is_split_and_merged() -> None:
    stage = Stage()
    voucher = stage.created(terms(cap=TOP), ann=TOP)
    stage.refuse(BalanceShort, ANN, split(voucher, TOP, TOP), expected=2 * TOP, got=TOP)
    stage.refuse(BalanceShort, ANN, split(voucher, TOP, 1))
    stage.do(ANN, split(voucher, TOP - 1, 1))
    stage.do(ANN, merge(voucher, 1, 2))
    assert stage.held(ANN, voucher) == (TOP, 0, 0)


@pytest.mark.parametrize("serials", [[], [0], [0, 1], [2, 1], [1, 1], [1, TOP + 1], list(range(1, 258))])
def test_serials_to_merge_are_1_to_256_and_ascending(serials: list[int]) -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, split(voucher, 1, 1))
    stage.refuse(BadAction, ANN, merge(voucher, *serials))


def test_256_pieces_are_merged_at_once() -> None:
    stage = Stage()
    voucher = stage.created(ann=256)
    for _ in range(4):
        stage.do(ANN, split(voucher, *[1] * 64))
    stage.do(ANN, merge(voucher, *range(1, 257)))
    assert stage.held(ANN, voucher) == (256, 0, 0)


@pytest.mark.parametrize("serial", [2, 3, TOP])
def test_pieces_that_are_not_there_or_somebody_elses_are_not_merged(serial: int) -> None:
    stage = Stage()
    voucher = stage.created(ann=10, ben=10)
    stage.do(ANN, split(voucher, 1))
    stage.do(BEN, split(voucher, 1))
    stage.refuse(NotHolder, ANN, merge(voucher, serial), serial=serial)


@pytest.mark.parametrize("action", [split, merge])
def test_both_need_a_divisible_voucher_that_lives_and_moves(action: Any) -> None:
    stage = Stage()
    stage.refuse(UnknownVoucher, ANN, action(UNKNOWN))
    stage.refuse(VoucherNotCreated, ANN, action(stage.applied()))
    voucher, seats = stage.created(ann=10, bank=10), stage.created(unique_terms(), ann=1, bank=1)
    for each in (voucher, seats):
        stage.supervise(OPERATOR, each, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
        stage.refuse(VoucherStopped, ANN, action(each), got="frozen")
        stage.supervise(OPERATOR, each, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    stage.refuse(NotDivisible, ANN, action(seats), voucher=seats.hex())
    stage.refuse(NotDivisible, ANN, action(seats, 1))
    stage.refuse(BadAction, ANN, action(voucher))
    stage.change(4, stopped=True)
    stage.refuse(AccountSuspended, BANK, action(seats), account=4)


def test_a_held_flow_is_still_split_and_merged() -> None:
    stage = Stage()
    voucher = stage.created(terms(bound=True), ann=10)
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_HELD))
    stage.do(ANN, split(voucher, 1))
    stage.do(ANN, merge(voucher, 1))


def test_who_may_no_longer_hold_may_still_pack() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    stage.recognise(ISSUER, BANK, 0)
    stage.do(BANK, split(voucher, 4))
    stage.do(BANK, merge(voucher, 1))
    assert stage.held(BANK.account.id, voucher) == (10, 0, 0)


def test_what_is_frozen_is_neither_split_nor_merged() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ANN, split(voucher, 2, 2))
    stage.supervise(ISSUER, voucher, piece=wire.PieceMeasure(serial=1, frozen=True))
    stage.supervise(ISSUER, voucher, holder=wire.HolderMeasure(account=ANN, frozen_amount=4))
    stage.refuse(HoldingFrozen, ANN, split(voucher, 2, 1), expected=3, got=2)
    stage.refuse(HoldingFrozen, ANN, merge(voucher, 1), serial=1)
    stage.do(ANN, split(voucher, 2))
    stage.do(ANN, merge(voucher, 2))
    stage.supervise(ISSUER, voucher, holder=wire.HolderMeasure(account=ANN, frozen=True))
    stage.refuse(HoldingFrozen, ANN, split(voucher, 1), account=ANN)
    stage.refuse(HoldingFrozen, ANN, merge(voucher, 3), account=ANN)
