"""Who may hold: whom the issuer certified by real name, a partner that it recognises, and whom such a partner certified."""

import pytest

from app.core.refusals import AccountFrozen, AccountSuspended, HolderNotAccepted, LevelTooLow, NotCertified
from app.core.wire import registry_pb2 as wire
from tests.registry.vouchers.stage import (
    ANN,
    BANK,
    BEN,
    BOOKKEEPER,
    CAT,
    ISSUER,
    NOTARY,
    OPERATOR,
    REGULATOR,
    RIVAL,
    Member,
    Stage,
    digest,
    terms,
    transfer,
)
from tests.registry.world import SECOND

ANONYMOUS, PHONE, REAL_NAME, CERTIFICATE = (
    wire.LEVEL_ANONYMOUS,
    wire.LEVEL_PHONE,
    wire.LEVEL_REAL_NAME,
    wire.LEVEL_CERTIFICATE,
)
EVE = 200


def may_hold(stage: Stage, to: int, voucher: bytes) -> bool:
    """Whether the issuer can give something to an account; nothing is given."""
    wish = wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=to, amount=1)])
    receipt = stage.send(ISSUER, wish)
    if receipt.refusal is not None:
        assert isinstance(receipt.refusal, HolderNotAccepted), receipt.refusal
        assert receipt.refusal.facts["account"] == to
    return receipt.refusal is None


@pytest.mark.parametrize(
    ("certified", "accepted", "expected"),
    [
        ([(ISSUER, ANONYMOUS)], [], False),
        ([(ISSUER, PHONE)], [], False),
        ([(ISSUER, REAL_NAME)], [], True),
        ([(ISSUER, CERTIFICATE)], [], True),
        ([(BANK, ANONYMOUS), (RIVAL, ANONYMOUS)], [], False),
        ([(BANK, PHONE)], [], False),
        ([(BANK, REAL_NAME)], [], True),
        ([(BANK, CERTIFICATE)], [], True),
        ([(NOTARY, REAL_NAME)], [], False),
        ([(NOTARY, CERTIFICATE)], [], True),
        ([(RIVAL, CERTIFICATE)], [], False),
        ([(ISSUER, PHONE), (BANK, REAL_NAME)], [], True),
        ([(ISSUER, PHONE), (NOTARY, REAL_NAME), (RIVAL, CERTIFICATE)], [], False),
        # a list of accepted partners bounds whom the issuer recognises, never the issuer itself
        ([(ISSUER, REAL_NAME)], [5], True),
        ([(BANK, REAL_NAME)], [5], True),
        ([(BANK, REAL_NAME)], [6], False),
        ([(BANK, REAL_NAME), (NOTARY, CERTIFICATE)], [6], True),
        ([(RIVAL, CERTIFICATE)], [7], False),
        ([], [], False),
    ],
)
def test_users_hold_by_a_certification_that_the_issuer_believes(
    certified: list[tuple[Member, int]], accepted: list[int], expected: bool
) -> None:
    stage = Stage()
    voucher = stage.created(terms(accepted=accepted))
    assert may_hold(stage, stage.add_user(EVE, *certified), voucher) is expected


def test_a_recognition_below_real_name_does_not_lower_what_holders_need() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.recognise(ISSUER, RIVAL, ANONYMOUS)
    stage.add_user(EVE, (RIVAL, PHONE))
    stage.add_user(EVE + 1, (RIVAL, REAL_NAME))
    assert [may_hold(stage, each, voucher) for each in (EVE, EVE + 1)] == [False, True]


def test_partners_hold_where_the_issuer_recognises_them_at_any_level() -> None:
    stage = Stage()
    voucher = stage.created()
    assert [may_hold(stage, each.account.id, voucher) for each in (ISSUER, BANK, NOTARY, RIVAL)] == [
        True,
        True,
        True,
        False,
    ]
    stage.do(ISSUER, wire.ManageVoucher(voucher=voucher, accepted=[6, 7]))
    assert [may_hold(stage, each.account.id, voucher) for each in (ISSUER, BANK, NOTARY, RIVAL)] == [
        True,
        False,
        True,
        False,
    ]


def test_recognition_does_not_go_the_other_way() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.recognise(RIVAL, ISSUER, REAL_NAME)
    stage.recognise(BANK, RIVAL, REAL_NAME)
    assert not may_hold(stage, 7, voucher)


def test_no_other_organisation_holds() -> None:
    stage = Stage()
    voucher = stage.created()
    for each in (OPERATOR, REGULATOR, BOOKKEEPER):
        stage.recognise(ISSUER, each, ANONYMOUS)
        assert not may_hold(stage, each.account.id, voucher)


def test_a_certification_counts_until_the_moment_it_expires() -> None:
    stage = Stage()
    voucher, ends = stage.created(ben=10), stage.now + 600 * SECOND
    stage.add_user(EVE, (ISSUER, REAL_NAME), expires_ns=ends)
    stage.go_to(ends - 1)
    stage.do(BEN, transfer(voucher, EVE, 2))
    stage.go_to(ends - 1)
    stage.do(EVE, transfer(voucher, ANN, 1))
    stage.go_to(ends)
    stage.refuse(HolderNotAccepted, BEN, transfer(voucher, EVE, 1), account=EVE, expected="real-name")
    stage.refuse(NotCertified, EVE, transfer(voucher, ANN, 1))
    assert stage.held(EVE, voucher) == (1, 0, 0)


def test_whose_certification_is_revoked_keeps_what_they_hold_but_moves_it_no_more() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, ben=10)
    stage.do(ISSUER, wire.RevokeCertification(account=ANN, reason=digest("reason")))
    stage.refuse(HolderNotAccepted, BEN, transfer(voucher, ANN, 1), account=ANN)
    stage.refuse(NotCertified, ANN, transfer(voucher, BEN, 1))
    assert stage.held(ANN, voucher) == (10, 0, 0)


def test_whose_level_sinks_neither_receives_nor_sends() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, ben=10)
    stage.do(ISSUER, wire.Certify(account=ANN, level=PHONE, root=digest("root")))
    stage.refuse(HolderNotAccepted, BEN, transfer(voucher, ANN, 1), account=ANN)
    stage.refuse(LevelTooLow, ANN, transfer(voucher, BEN, 1))


def test_a_suspended_partners_certifications_do_not_count_until_it_is_resumed() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, cat=10)
    stage.change(5, stopped=True)
    stage.refuse(HolderNotAccepted, ANN, transfer(voucher, CAT, 1), account=CAT)
    stage.refuse(NotCertified, CAT, transfer(voucher, ANN, 1))
    stage.change(5, stopped=False)
    stage.do(ANN, transfer(voucher, CAT, 1))


def test_a_recognition_withdrawn_stops_both_sides() -> None:
    stage = Stage()
    voucher = stage.created(ann=10, cat=10, bank=10)
    stage.do(ISSUER, wire.Recognise(partner=5))
    stage.refuse(HolderNotAccepted, ANN, transfer(voucher, CAT, 1), account=CAT)
    stage.refuse(HolderNotAccepted, ANN, transfer(voucher, 5, 1), account=5)
    stage.refuse(HolderNotAccepted, CAT, transfer(voucher, ANN, 1), account=CAT)
    stage.refuse(HolderNotAccepted, BANK, transfer(voucher, ANN, 1), account=5)
    stage.do(ISSUER, wire.Recognise(partner=5, least=REAL_NAME))
    stage.do(CAT, transfer(voucher, ANN, 1))


def test_a_recognition_raised_shuts_out_whom_it_no_longer_covers() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.do(ISSUER, wire.Recognise(partner=5, least=CERTIFICATE))
    stage.refuse(HolderNotAccepted, ANN, transfer(voucher, CAT, 1), account=CAT)
    stage.do(ANN, transfer(voucher, 5, 1))


def test_who_is_stopped_is_said_to_be_stopped_rather_than_not_accepted() -> None:
    stage = Stage()
    voucher = stage.created(ann=10)
    stage.add_user(EVE)
    stage.change(EVE, stopped=True)
    stage.change(7, stopped=True)
    stage.refuse(AccountFrozen, ANN, transfer(voucher, EVE, 1), account=EVE)
    stage.refuse(AccountSuspended, ANN, transfer(voucher, 7, 1), account=7)
