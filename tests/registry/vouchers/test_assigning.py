"""A partner lets what it holds count for another's proofs: one custodian at a time, and none twice."""

from typing import Any

import pytest

from app.core.refusals import (
    AccountSuspended,
    BadAction,
    CustodyNotAssigned,
    CustodyShort,
    UnknownMember,
    UnknownVoucher,
    VoucherNotCreated,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import number
from tests.registry.vouchers.stage import (
    ANN,
    BANK,
    BOOKKEEPER,
    ISSUER,
    NOBODY,
    NOTARY,
    OPERATOR,
    REGULATOR,
    RIVAL,
    UNKNOWN,
    Stage,
    digest,
    partner,
    terms,
    unique_terms,
)
from tests.registry.world import SECOND, Member


def assign(voucher: bytes, custodian: int = 0) -> wire.AssignCustody:
    return wire.AssignCustody(voucher=voucher, custodian=custodian)


def attest(voucher: bytes, total: int, *accounts: int, **changes: Any) -> wire.AttestCustody:
    sound = {"voucher": voucher, "root": digest("root"), "total": total, "statement": digest("statement")}
    return wire.AttestCustody(**(sound | changes), accounts=accounts)


def shared(stage: Stage, banks: int, issuers: int, wish: wire.Terms | None = None) -> bytes:
    """A voucher of which the bank and the issuer itself hold some."""
    voucher = stage.created(wish, **({"bank": banks} if banks else {}))
    stage.give(voucher, 4, issuers)
    return voucher


def result(stage: Stage, who: Member, action: Any) -> bytes:
    receipt = stage.do(who, action)
    assert receipt.data == action.voucher
    return wire.LogEntry.FromString(receipt.entry).result


def balance(stage: Stage, who: Member, action: wire.AttestCustody) -> int:
    """What was found that all of them hold."""
    found = result(stage, who, action)
    custody = stage.custody(who, action.voucher)
    assert custody is not None
    assert found == number(custody.balance)
    assert custody.accounts == action.accounts
    return int(custody.balance)


# ---- assigning -------------------------------------------------------------------------------------------------------
def test_a_holding_is_assigned_assigned_anew_and_taken_back() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    assert result(stage, BANK, assign(voucher, 7)) == b""
    assert stage.assigned(BANK, voucher) == wire.Assignment(custodian=7, height=stage.chain.height)
    assert result(stage, BANK, assign(voucher, 6)) == number(7)
    assert stage.assigned(BANK, voucher) == wire.Assignment(custodian=6, height=stage.chain.height)
    assert result(stage, BANK, assign(voucher, 6)) == number(6)
    assert result(stage, BANK, assign(voucher)) == number(6)
    assert stage.assigned(BANK, voucher) is None
    assert not [key for key in stage.chain.values if key.startswith(b"assigned/")]


def test_it_stands_under_address_and_voucher() -> None:
    stage = Stage()
    voucher, other = stage.created(), stage.created()
    stage.do(BANK, assign(voucher, 7))
    stage.do(NOTARY, assign(voucher, 7))
    kept = [key for key in stage.chain.values if key.startswith(b"assigned/")]
    assert sorted(kept) == sorted(b"assigned/" + each.address + voucher for each in (BANK, NOTARY))
    assert stage.assigned(BANK, other) is None


def test_what_was_never_assigned_is_not_taken_back() -> None:
    stage = Stage()
    voucher, other = stage.created(bank=1), stage.created(bank=1)
    stage.do(BANK, assign(other, 7))
    stage.refuse(BadAction, BANK, assign(voucher), field="custodian", got=0)
    stage.do(BANK, assign(voucher, 7))
    stage.do(BANK, assign(voucher))
    stage.refuse(BadAction, BANK, assign(voucher), field="custodian")


def test_nothing_is_assigned_to_oneself() -> None:
    stage = Stage()
    voucher = stage.created(bank=1)
    stage.refuse(BadAction, BANK, assign(voucher, 5), field="custodian", got=5)
    stage.do(BANK, assign(voucher, 7))
    stage.refuse(BadAction, BANK, assign(voucher, 5))


def test_a_custodian_is_a_partner_that_there_is() -> None:
    stage = Stage()
    voucher = stage.created(bank=1)
    for nobody in (NOBODY, 2**63, 2**64 - 1):
        stage.refuse(UnknownMember, BANK, assign(voucher, nobody), account=nobody)
    for other in (1, 2, 3, ANN):
        stage.refuse(WrongParty, BANK, assign(voucher, other), account=other, expected="partner")
    stage.do(BANK, assign(voucher, 4))
    assert stage.assigned(BANK, voucher).custodian == 4


def test_only_partners_assign_and_only_what_lives() -> None:
    stage = Stage()
    voucher = stage.created(ann=1, bank=1)
    for sender in (OPERATOR, REGULATOR, BOOKKEEPER, ANN):
        stage.refuse(WrongParty, sender, assign(voucher, 5))
    stage.do(BANK, assign(voucher, 7))
    for custodian in (5, NOBODY, 1, 7, 0):
        stage.refuse(BadAction, BANK, assign(voucher[:15], custodian), field="voucher")
        stage.refuse(UnknownVoucher, BANK, assign(UNKNOWN, custodian))
        stage.refuse(VoucherNotCreated, BANK, assign(stage.applied(), custodian))
    stage.change(4, stopped=True)
    for custodian in (5, NOBODY, 1, 7, 0):
        stage.refuse(AccountSuspended, BANK, assign(voucher, custodian), account=4)


def test_frozen_and_expired_vouchers_are_assigned_too_and_by_who_holds_nothing() -> None:
    stage = Stage()
    ends = stage.now + 60 * SECOND
    voucher = stage.created(terms(expires_ns=ends), bank=10)
    stage.supervise(OPERATOR, voucher, flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
    stage.supervise(OPERATOR, voucher, holder=wire.HolderMeasure(account=5, frozen=True))
    stage.go_to(ends)
    stage.do(BANK, assign(voucher, 7))
    stage.do(NOTARY, assign(voucher, 7))
    assert balance(stage, RIVAL, attest(voucher, 10, 5, 6)) == 10


def test_a_suspended_custodian_may_be_named() -> None:
    stage = Stage()
    voucher = stage.created(bank=1)
    stage.change(7, stopped=True)
    stage.do(BANK, assign(voucher, 7))


# ---- attesting for several -------------------------------------------------------------------------------------------
def test_all_that_counts_is_added_up() -> None:
    stage = Stage()
    voucher = shared(stage, 10, 5)
    stage.do(BANK, wire.Split(voucher=voucher, amounts=[3, 4]))
    stage.do(BANK, assign(voucher, 4))
    stage.refuse(CustodyShort, ISSUER, attest(voucher, 16, 5), expected="at most 15", got=16)
    assert balance(stage, ISSUER, attest(voucher, 15, 5)) == 15
    assert balance(stage, ISSUER, attest(voucher, 1)) == 5
    stage.refuse(CustodyShort, ISSUER, attest(voucher, 6), expected="at most 5", got=6)


def test_serials_are_added_up_too() -> None:
    stage = Stage()
    voucher = shared(stage, 3, 2, unique_terms())
    stage.do(BANK, assign(voucher, 4))
    assert balance(stage, ISSUER, attest(voucher, 5, 5)) == 5


def test_what_is_assigned_no_longer_counts_for_its_own_account() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    stage.do(BANK, assign(voucher, 7))
    stage.refuse(CustodyShort, BANK, attest(voucher, 1), expected="at most 0", got=1)
    assert balance(stage, BANK, attest(voucher, 0)) == 0
    stage.do(BANK, assign(voucher))
    assert balance(stage, BANK, attest(voucher, 10)) == 10


def test_who_assigned_its_own_may_still_be_a_custodian_for_others() -> None:
    stage = Stage()
    voucher = shared(stage, 10, 5)
    stage.do(BANK, assign(voucher, 4))
    stage.do(ISSUER, assign(voucher, 5))
    assert balance(stage, ISSUER, attest(voucher, 10, 5)) == 10
    assert balance(stage, BANK, attest(voucher, 5, 4)) == 5


def test_an_account_counts_only_for_the_custodian_that_it_named_and_only_this_voucher() -> None:
    stage = Stage()
    voucher, other = stage.created(bank=10), stage.created(bank=10)
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 0, 5), account=5, voucher=voucher.hex())
    stage.do(BANK, assign(voucher, 7))
    stage.do(BANK, assign(other, 4))
    for who, what in ((RIVAL, other), (ISSUER, voucher), (NOTARY, voucher), (NOTARY, other)):
        stage.refuse(CustodyNotAssigned, who, attest(what, 0, 5), account=5)
    stage.do(BANK, assign(voucher, 6))
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 0, 5), account=5)
    stage.do(BANK, assign(voucher))
    stage.refuse(CustodyNotAssigned, NOTARY, attest(voucher, 0, 5), account=5)


def test_every_named_account_must_count() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    stage.do(BANK, assign(voucher, 7))
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 0, 4, 5), account=4)
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 0, 5, 6), account=6)
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 0, 5, ANN), account=ANN)
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 0, 1, 5), account=1)
    stage.refuse(UnknownMember, RIVAL, attest(voucher, 0, 5, NOBODY), account=NOBODY)
    stage.refuse(UnknownMember, RIVAL, attest(voucher, 0, 0, 5), account=0)
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 99, 4, 5, NOBODY), account=4)


def test_a_suspended_account_still_counts() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    stage.do(BANK, assign(voucher, 7))
    stage.change(5, stopped=True)
    assert balance(stage, RIVAL, attest(voucher, 10, 5)) == 10


def test_accounts_ascend_and_are_others() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    for each in (BANK, ISSUER):
        stage.do(each, assign(voucher, 7))
    for accounts in ((5, 4), (5, 5), (4, 5, 5)):
        stage.refuse(BadAction, RIVAL, attest(voucher, 0, *accounts), field="accounts")
    for accounts in ((7,), (4, 5, 7), (5, 7, 101)):
        stage.refuse(BadAction, RIVAL, attest(voucher, 0, *accounts), field="accounts", got=7)
    assert balance(stage, RIVAL, attest(voucher, 0, 4, 5)) == 10


def test_the_fields_are_looked_at_before_the_accounts_and_the_voucher_before_both() -> None:
    stage = Stage()
    voucher = stage.created(bank=10)
    stage.refuse(BadAction, RIVAL, attest(voucher, 0, NOBODY, root=b""), field="root")
    stage.refuse(UnknownVoucher, RIVAL, attest(UNKNOWN, 0, 5, 5))
    stage.refuse(CustodyNotAssigned, RIVAL, attest(voucher, 11, 5))


@pytest.mark.parametrize("count", [16, 17])
def test_at_most_sixteen_accounts_beside_the_custodian(count: int) -> None:
    more = [partner(20 + index, f"Keeper {index}") for index in range(count)]
    stage = Stage(*more)
    voucher = shared(stage, 0, count + 1)
    for each in more:
        stage.recognise(ISSUER, each, wire.LEVEL_REAL_NAME)
    to = [wire.Leg(voucher=voucher, to=each.account.id, amount=1) for each in more]
    stage.do(ISSUER, wire.Transfer(legs=to))
    for each in more:
        stage.do(each, assign(voucher, 4))
    wish = attest(voucher, count + 1, *(each.account.id for each in more))
    if count > 16:
        stage.refuse(BadAction, ISSUER, wish, field="number of accounts", got=count)
    else:
        assert balance(stage, ISSUER, wish) == count + 1


@pytest.mark.parametrize("kind", [terms, unique_terms])
def test_a_holding_never_counts_for_two_at_once(kind: Any) -> None:
    """Whoever assigns to whom: what all custodians can show together is what all of them hold."""
    stage = Stage()
    voucher = shared(stage, 5, 3, kind())
    stage.recognise(ISSUER, RIVAL, wire.LEVEL_REAL_NAME)
    stage.give(voucher, 7, 2)
    keepers = {4: ISSUER, 5: BANK, 7: RIVAL}
    for owner, custodian in ((5, 7), (7, 4), (4, 7), (5, 4), (7, 0), (4, 0)):
        stage.do(keepers[owner], assign(voucher, custodian))
        shown = 0
        for at, keeper in keepers.items():
            found = {each: stage.assigned(other, voucher) for each, other in keepers.items()}
            named = [each for each, assigned in found.items() if assigned is not None and assigned.custodian == at]
            shown += balance(stage, keeper, attest(voucher, 0, *named))
        assert shown == 10
