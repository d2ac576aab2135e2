"""An issuer applies, the operator creates or declines, the issuer manages."""

from typing import Any

import pytest

from app.core.ids import derive_voucher
from app.core.refusals import (
    AccountSuspended,
    ApplicationDecided,
    BadAction,
    NotIssuer,
    NotPermitted,
    UnknownMember,
    UnknownVoucher,
    VoucherNotCreated,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import VOUCHERS
from tests.registry.vouchers.stage import (
    ANN,
    BANK,
    BOOKKEEPER,
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
from tests.registry.world import nonce


def application(wish: wire.Terms | None = None, legal: bytes = digest("legal")) -> wire.ApplyVoucher:
    return wire.ApplyVoucher(terms=wish or terms(), legal=legal)


def test_an_application_keeps_its_terms_and_waits() -> None:
    stage = Stage()
    wish = terms(opens_ns=1, closes_ns=2, expires_ns=stage.now + 1, accepted=[5, 7])
    receipt = stage.do(ISSUER, application(wish))
    assert receipt.data == derive_voucher(ISSUER.address, nonce(0))
    assert stage.voucher(receipt.data) == wire.Voucher(
        issuer=4, state=wire.VOUCHER_STATE_APPLIED, terms=wish, legal=digest("legal")
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "米" * 64, "product": "x" * 512, "decimals": 18, "cap": 1},
        {"cap": TOP, "opens_ns": TOP - 1, "closes_ns": TOP, "expires_ns": TOP},
        {"opens_ns": TOP},
        {"closes_ns": 1, "product": "x"},
        {"bound": True},
    ],
)
def test_terms_at_their_bounds_pass(changes: dict[str, Any]) -> None:
    Stage().applied(terms(**changes))


def test_unique_ones_may_bound_their_transfers_up_to_the_highest_count() -> None:
    stage = Stage()
    assert stage.voucher(stage.applied(unique_terms(max_transfers=TOP))).terms.max_transfers == TOP


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": " Rice"}, "name"),
        ({"product": ""}, "product"),
        ({"product": "x" * 513}, "product"),
        ({"product": "rice\u202e"}, "product"),
        ({"description": b"\x01" * 31}, "description"),
        ({"description": b""}, "description"),
        ({"kind": wire.KIND_UNSPECIFIED}, "kind"),
        ({"kind": 3}, "kind"),
        ({"decimals": 19}, "decimals"),
        ({"kind": wire.KIND_UNIQUE, "decimals": 1}, "decimals"),
        ({"cap": 0}, "cap"),
        ({"cap": TOP + 1}, "cap"),
        ({"opens_ns": -1}, "opens_ns"),
        ({"closes_ns": -1}, "closes_ns"),
        ({"opens_ns": 7, "closes_ns": 7}, "closes_ns"),
        ({"opens_ns": TOP, "closes_ns": TOP}, "closes_ns"),
        ({"expires_ns": -1}, "expires_ns"),
        ({"expires_ns": 1}, "expires_ns"),
        ({"max_transfers": 1}, "max_transfers"),
        ({"kind": wire.KIND_UNIQUE, "decimals": 0, "max_transfers": TOP + 1}, "max_transfers"),
        ({"bound": True, "opens_ns": 1}, "bound"),
        ({"bound": True, "closes_ns": 1}, "bound"),
        ({"bound": True, "kind": wire.KIND_UNIQUE, "decimals": 0, "max_transfers": 1}, "bound"),
        ({"accepted": [7, 5]}, "accepted partners"),
        ({"accepted": [5, 5]}, "accepted partners"),
        ({"accepted": range(1000, 1065)}, "number of accepted partners"),
    ],
)
def test_terms_out_of_bounds_are_refused(changes: dict[str, Any], field: str) -> None:
    Stage().refuse(BadAction, ISSUER, application(terms(**changes)), field=field)


def test_a_voucher_expires_after_the_block_in_which_it_is_applied_for() -> None:
    stage = Stage()
    stage.refuse(BadAction, ISSUER, application(terms(expires_ns=stage.now)), field="expires_ns")
    stage.do(ISSUER, application(terms(expires_ns=stage.now + 1)))


def test_the_legal_document_is_named_by_a_digest() -> None:
    Stage().refuse(BadAction, ISSUER, application(legal=b""), field="legal document")


def test_who_is_accepted_exists_and_is_a_partner() -> None:
    stage = Stage()
    stage.refuse(UnknownMember, ISSUER, application(terms(accepted=[5, NOBODY])), account=NOBODY)
    stage.refuse(UnknownMember, ISSUER, application(terms(accepted=[2**64 - 1])), account=2**64 - 1)
    stage.refuse(WrongParty, ISSUER, application(terms(accepted=[1, 5])), account=1, expected="partner", got="operator")
    stage.refuse(WrongParty, ISSUER, application(terms(accepted=[5, ANN])), account=ANN, got="user")


def test_sixty_four_partners_are_not_too_many() -> None:
    Stage().refuse(UnknownMember, ISSUER, application(terms(accepted=range(1000, 1064))), account=1000)


def test_fields_are_checked_before_who_is_accepted() -> None:
    Stage().refuse(BadAction, ISSUER, application(terms(cap=0, accepted=[NOBODY])))


def test_an_id_that_is_taken_is_not_taken_again() -> None:
    stage = Stage()
    taken = derive_voucher(ISSUER.address, nonce(0))
    stage.chain.write({VOUCHERS.key(taken): wire.Voucher(issuer=4, terms=terms()).SerializeToString()})
    stage.refuse(BadAction, ISSUER, application(), field="voucher", got=taken.hex())
    stage.do(ISSUER, application())


def test_only_partners_with_the_permission_apply() -> None:
    stage = Stage()
    stage.refuse(NotPermitted, BANK, application())
    for sender in (OPERATOR, REGULATOR, BOOKKEEPER, ANN):
        stage.refuse(WrongParty, sender, application())


def test_the_operator_creates_what_was_applied_for_once() -> None:
    stage = Stage()
    voucher = stage.applied()
    assert stage.do(OPERATOR, wire.CreateVoucher(voucher=voucher)).data == voucher
    assert stage.voucher(voucher).state == wire.VOUCHER_STATE_CREATED
    stage.refuse(ApplicationDecided, OPERATOR, wire.CreateVoucher(voucher=voucher), got="created")
    declined = wire.DeclineVoucher(voucher=voucher, reason=digest("reason"))
    stage.refuse(ApplicationDecided, OPERATOR, declined, voucher=voucher.hex())


def test_what_the_operator_declined_is_never_created() -> None:
    stage = Stage()
    voucher = stage.applied()
    stage.refuse(BadAction, OPERATOR, wire.DeclineVoucher(voucher=voucher), field="reason")
    assert stage.do(OPERATOR, wire.DeclineVoucher(voucher=voucher, reason=digest("reason"))).data == voucher
    assert stage.voucher(voucher).state == wire.VOUCHER_STATE_DECLINED
    stage.refuse(ApplicationDecided, OPERATOR, wire.CreateVoucher(voucher=voucher), got="declined")
    stage.refuse(ApplicationDecided, OPERATOR, wire.DeclineVoucher(voucher=voucher))
    stage.refuse(VoucherNotCreated, ISSUER, wire.ManageVoucher(voucher=voucher), got="declined")


def test_only_the_operator_decides_applications() -> None:
    stage = Stage()
    voucher = stage.applied()
    for sender in (ISSUER, REGULATOR, BOOKKEEPER, ANN):
        stage.refuse(WrongParty, sender, wire.CreateVoucher(voucher=voucher))
        stage.refuse(WrongParty, sender, wire.DeclineVoucher(voucher=voucher, reason=digest("reason")))


@pytest.mark.parametrize(
    ("voucher", "kind"),
    [(UNKNOWN, UnknownVoucher), (b"", BadAction), (UNKNOWN[:15], BadAction), (UNKNOWN + b"\x00", BadAction)],
)
def test_what_nobody_applied_for_is_unknown(voucher: bytes, kind: Any) -> None:
    stage = Stage()
    stage.refuse(kind, OPERATOR, wire.CreateVoucher(voucher=voucher))
    stage.refuse(kind, OPERATOR, wire.DeclineVoucher(voucher=voucher))
    stage.refuse(kind, ISSUER, wire.ManageVoucher(voucher=voucher))


def test_nothing_is_created_for_a_suspended_issuer_but_it_may_be_declined() -> None:
    stage = Stage()
    voucher = stage.applied()
    stage.change(4, stopped=True)
    stage.refuse(AccountSuspended, OPERATOR, wire.CreateVoucher(voucher=voucher), account=4)
    stage.do(OPERATOR, wire.DeclineVoucher(voucher=voucher, reason=digest("reason")))


def test_an_application_that_has_expired_meanwhile_may_still_be_created() -> None:
    stage = Stage()
    voucher = stage.applied(terms(expires_ns=stage.now + 1))
    stage.do(OPERATOR, wire.CreateVoucher(voucher=voucher))


def test_the_issuer_says_anew_who_is_accepted() -> None:
    stage = Stage()
    voucher = stage.created(terms(accepted=[5]), ann=10)
    before = stage.voucher(voucher)
    assert stage.do(ISSUER, wire.ManageVoucher(voucher=voucher, accepted=[6, 7])).data == voucher
    after = stage.voucher(voucher)
    assert list(after.terms.accepted) == [6, 7]
    stage.do(ISSUER, wire.ManageVoucher(voucher=voucher))
    assert not stage.voucher(voucher).terms.accepted
    stage.do(ISSUER, wire.ManageVoucher(voucher=voucher, accepted=[5]))
    assert stage.voucher(voucher) == before


def test_what_is_accepted_anew_is_checked_as_in_an_application() -> None:
    stage = Stage()
    voucher = stage.created()
    for accepted in ([7, 5], [5, 5], range(1000, 1065)):
        stage.refuse(BadAction, ISSUER, wire.ManageVoucher(voucher=voucher, accepted=accepted))
    stage.refuse(UnknownMember, ISSUER, wire.ManageVoucher(voucher=voucher, accepted=[NOBODY]))
    stage.refuse(WrongParty, ISSUER, wire.ManageVoucher(voucher=voucher, accepted=[3]))


def test_only_its_issuer_manages_a_voucher() -> None:
    stage = Stage()
    voucher = stage.created()
    stage.refuse(
        NotIssuer, RIVAL, wire.ManageVoucher(voucher=voucher, accepted=[5, 5]), account=7, voucher=voucher.hex()
    )
    stage.refuse(NotPermitted, BANK, wire.ManageVoucher(voucher=voucher))


def test_a_voucher_that_is_only_applied_for_is_not_managed() -> None:
    stage = Stage()
    voucher = stage.applied()
    stage.refuse(VoucherNotCreated, RIVAL, wire.ManageVoucher(voucher=voucher), got="applied")
    stage.change(4, stopped=True)
    stage.refuse(VoucherNotCreated, RIVAL, wire.ManageVoucher(voucher=voucher))
    stage.refuse(AccountSuspended, ISSUER, wire.ManageVoucher(voucher=voucher))
