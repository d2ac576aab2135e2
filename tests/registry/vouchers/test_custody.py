"""Who keeps vouchers for users states how they are shared."""

from typing import Any

import pytest

from app.core.refusals import (
    AccountSuspended,
    BadAction,
    CustodyShort,
    UnknownVoucher,
    VoucherNotCreated,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from tests.registry.vouchers.stage import (
    ANN,
    BANK,
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


def attest(voucher: bytes, total: int, **changes: Any) -> wire.AttestCustody:
    sound = {"voucher": voucher, "root": digest("root"), "total": total, "statement": digest("statement")}
    return wire.AttestCustody(**(sound | changes))


def test_a_snapshot_stands_against_the_balance_of_its_block() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    stage.do(BANK, wire.Split(voucher=voucher, amounts=[4]))
    receipt = stage.do(BANK, attest(voucher, 9))
    assert receipt.data == voucher
    assert wire.LogEntry.FromString(receipt.entry).result == (10).to_bytes(8, "big")
    assert stage.custody(BANK, voucher) == wire.Custody(
        sequence=1, root=digest("root"), total=9, statement=digest("statement"), balance=10, height=stage.chain.height
    )


def test_the_next_snapshot_takes_the_place_of_the_last() -> None:
    stage = Stage()
    voucher, other = stage.created(bank=10), stage.created(bank=1)
    stage.do(BANK, attest(voucher, 10))
    stage.do(BANK, wire.Redeem(voucher=voucher, amount=3))
    stage.refuse(CustodyShort, BANK, attest(voucher, 8), expected="at most 7", got=8)
    stage.do(BANK, attest(voucher, 7))
    stage.do(BANK, attest(other, 0))
    found = stage.custody(BANK, voucher)
    assert found is not None
    assert (found.sequence, found.total, found.balance) == (2, 7, 7)
    assert stage.custody(BANK, other).sequence == 1


def test_frozen_and_expired_vouchers_are_still_kept() -> None:
    stage = Stage()
    ends = stage.now + 60 * SECOND
    voucher = stage.created(terms(expires_ns=ends), bank=10)
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=5, frozen=True))
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
    stage.go_to(ends)
    stage.do(BANK, attest(voucher, 10))


def test_serials_are_kept_too() -> None:
    stage = Stage()
    voucher = stage.created(unique_terms(), bank=3)
    stage.do(BANK, attest(voucher, 3))
    stage.refuse(CustodyShort, BANK, attest(voucher, 4))


def test_who_holds_nothing_has_no_shares() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.refuse(CustodyShort, RIVAL, attest(voucher, 1), expected="at most 0", got=1)
    stage.refuse(CustodyShort, RIVAL, attest(voucher, TOP))
    stage.do(RIVAL, attest(voucher, 0))


@pytest.mark.parametrize(
    "changes",
    [{"root": b""}, {"root": b"\x01" * 31}, {"statement": b""}, {"statement": b"\x01" * 33}, {"total": TOP + 1}],
)
def test_fields_out_of_bounds_are_refused(changes: dict[str, Any]) -> None:
    stage = Stage()
    stage.refuse(BadAction, BANK, attest(stage.created(bank=1), **({"total": 1} | changes)))


def test_only_partners_keep_and_only_what_lives() -> None:
    stage = Stage()
    voucher = stage.created(bank=1)
    for sender in (OPERATOR, REGULATOR, ANN):
        stage.refuse(WrongParty, sender, attest(voucher, 0))
    stage.refuse(UnknownVoucher, BANK, attest(UNKNOWN, 0, root=b""))
    stage.refuse(VoucherNotCreated, BANK, attest(stage.applied(), 0, root=b""))
    stage.change(4, stopped=True)
    stage.refuse(AccountSuspended, BANK, attest(voucher, 0, root=b""), account=4)
