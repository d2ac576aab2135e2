"""Agreements of several parties: fixed when they are opened, open until the last has confirmed, final from then on."""

import pytest

from app.core.ids import derive_agreement
from app.core.refusals import (
    AccountFrozen,
    AccountSuspended,
    AgreementClosed,
    AlreadyConfirmed,
    BadAction,
    LevelTooLow,
    NotAParty,
    NotConfirmed,
    UnknownAgreement,
    UnknownMember,
)
from app.core.wire import registry_pb2 as wire
from app.registry.law import Receipt
from tests.registry.people import (
    BANK,
    FIRM,
    MAKER,
    NOTARY,
    OPERATOR,
    PLAIN,
    Anybody,
    Town,
    certify,
    changed,
    digest,
    entry_of,
    freeze,
    number_of,
    party,
    resume,
    suspend,
    unfreeze,
)
from tests.registry.world import codes, nonce

WISH = wire.OpenAgreement(
    sha256=digest("contract"),
    sm3=digest("contract sm3"),
    size=7,
    subject="房屋租赁合同",
    context_digest=digest("context"),
    parties=[3, 7],
    deadline=20,
)
ID = derive_agreement(NOTARY.address, nonce("agreement"))


def confirm(agreement: bytes = ID, document: bytes = WISH.sha256) -> wire.ConfirmAgreement:
    return wire.ConfirmAgreement(agreement=agreement, sha256=document)


def retract(agreement: bytes = ID) -> wire.RetractConfirmation:
    return wire.RetractConfirmation(agreement=agreement)


def opened(town: Town, *parties: Anybody, **facts: object) -> Receipt:
    """An agreement that the notary has opened."""
    numbers = sorted(map(number_of, parties)) or [3, 7]
    return town.do(NOTARY, changed(WISH, parties=numbers, **facts), name="agreement")


# ---- opening -----------------------------------------------------------------------------------------------------
def test_it_stands_with_all_that_was_said_and_nobody_has_confirmed() -> None:
    town = Town()
    receipt = opened(town)
    assert town.agreement(ID) == wire.Agreement(opener=7, terms=WISH)
    assert (receipt.data, entry_of(receipt).result) == (ID, ID)
    assert entry_of(receipt).open_agreement == WISH.SerializeToString()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": b""},
        {"sha256": bytes(31)},
        {"sm3": b""},
        {"context_digest": bytes(33)},
        {"size": 2**63},
        {"subject": "x" * 513},
        {"subject": "a\u200fb"},
        {"parties": [3]},
        {"parties": [7, 3]},
        {"parties": [3, 3]},
        {"parties": range(1, 66)},
        {"deadline": 0},
        {"deadline": -1},
        {"deadline": 1_000_002},
    ],
)
def test_what_is_said_must_be_sound(wrong: dict[str, object]) -> None:
    Town().refused(BadAction, NOTARY, changed(WISH, **wrong))


@pytest.mark.parametrize("fine", [{"deadline": 1}, {"deadline": 1_000_001}, {"size": 0}, {"subject": ""}])
def test_the_bounds(fine: dict[str, object]) -> None:
    Town().do(NOTARY, changed(WISH, **fine))


def test_up_to_64_parties() -> None:
    others = [party(number, f"Party {number}", "partner", "evidence") for number in range(100, 165)]
    town = Town([NOTARY, *others])
    town.refused(BadAction, NOTARY, changed(WISH, parties=range(100, 165)))
    opened(town, *others[:64])
    receipts = town.accept(*(town.transaction(other, confirm()) for other in reversed(others[:64]))).receipts
    assert [entry_of(receipt).result for receipt in receipts] == [b""] * 63 + [b"\x01"]
    assert list(town.agreement(ID).confirmed) == list(range(100, 164))


def test_every_party_has_an_account_in_force_or_not() -> None:
    town = Town()
    assert town.refused(UnknownMember, NOTARY, changed(WISH, parties=[3, 99])) == {"account": 99}
    town.refused(UnknownMember, NOTARY, changed(WISH, parties=[0, 3]))
    town.refused(UnknownMember, NOTARY, changed(WISH, parties=[3, 2**64 - 1]))
    town.do(OPERATOR, suspend(BANK))
    opened(town)


def test_a_nonce_that_comes_back_opens_no_second_one_under_one_id() -> None:
    town = Town()
    opened(town)
    town.skip(60)
    town.refused(BadAction, NOTARY, changed(WISH, deadline=town.height + 5), name="agreement")


# ---- confirming --------------------------------------------------------------------------------------------------
def test_it_is_final_with_the_last_confirmation() -> None:
    town = Town()
    wang = town.enrol("wang", "phone")
    opened(town, BANK, NOTARY, wang)
    town.do(wang, confirm())
    receipt = town.do(BANK, confirm())
    assert (receipt.data, entry_of(receipt).result) == (ID, b"")
    assert entry_of(receipt).confirm_agreement == confirm().SerializeToString()
    assert (list(town.agreement(ID).confirmed), town.agreement(ID).final) == ([3, wang.number], 0)
    receipt = town.do(NOTARY, confirm())
    assert (receipt.data, entry_of(receipt).result) == (ID, b"\x01")
    assert (list(town.agreement(ID).confirmed), town.agreement(ID).final) == ([3, 7, wang.number], town.height)


def test_who_opens_it_need_not_be_a_party() -> None:
    town = Town()
    wang = town.enrol("wang")
    opened(town, BANK, wang)
    assert town.refused(NotAParty, NOTARY, confirm()) == {"agreement": ID.hex(), "account": 7}
    town.refused(NotAParty, NOTARY, retract())


def test_nobody_confirms_twice_or_another_document() -> None:
    town = Town()
    opened(town)
    town.refused(BadAction, BANK, confirm(document=digest("another")))
    town.refused(BadAction, BANK, confirm(document=WISH.sm3))
    town.refused(BadAction, BANK, confirm(document=b""))
    town.do(BANK, confirm())
    town.refused(AlreadyConfirmed, BANK, confirm(document=b""))


def test_nothing_changes_what_is_final() -> None:
    town = Town()
    opened(town)
    town.do(BANK, confirm())
    town.do(NOTARY, confirm())
    for who in (BANK, FIRM):
        by = [MAKER] if who is FIRM else []
        assert town.refused(AgreementClosed, who, confirm(), by) == {"agreement": ID.hex(), "deadline": 20}
        town.refused(AgreementClosed, who, retract(), by)


def test_until_the_deadline_and_not_after_it() -> None:
    town = Town()
    opened(town, deadline=5)
    town.do(BANK, confirm())
    town.skip(2)
    assert town.height == 4
    assert codes(town.preview(town.transaction(NOTARY, confirm()), town.transaction(BANK, retract()))) == [0, 46]
    assert codes(town.preview(town.transaction(BANK, retract()), town.transaction(NOTARY, confirm()))) == [0, 0]
    town.skip(1)
    town.refused(AgreementClosed, NOTARY, confirm())
    town.refused(AgreementClosed, BANK, retract())


def test_the_last_one_to_confirm_finds_every_party_in_force() -> None:
    town = Town()
    wang = town.enrol("wang")
    opened(town, BANK, NOTARY, PLAIN, wang)
    town.do(OPERATOR, wire.Amend(account=6, permissions=[wire.PERMISSION_EVIDENCE], quota_points=10_000))
    town.do(wang, confirm())
    town.do(PLAIN, confirm())
    town.do(BANK, confirm())
    town.do(BANK, freeze(wang))
    town.do(OPERATOR, suspend(PLAIN))
    assert town.refused(AccountSuspended, NOTARY, confirm())["account"] == 6
    town.do(OPERATOR, resume(PLAIN))
    assert town.refused(AccountFrozen, NOTARY, confirm())["account"] == wang.number
    assert 7 not in town.agreement(ID).confirmed
    town.do(BANK, unfreeze(wang))
    town.do(NOTARY, confirm())


def test_before_the_last_one_nobody_asks() -> None:
    town = Town()
    wang = town.enrol("wang")
    opened(town, BANK, NOTARY, wang)
    town.do(BANK, freeze(wang))
    town.do(BANK, confirm())


def test_a_party_without_the_right_to_evidence_does_not_confirm() -> None:
    town = Town()
    wang = town.enrol("wang", "anonymous")
    opened(town, BANK, wang)
    town.refused(LevelTooLow, wang, confirm())
    town.do(BANK, certify(wang, "anonymous", answers=True))
    town.do(wang, confirm())


# ---- taking it back ----------------------------------------------------------------------------------------------
def test_a_confirmation_is_taken_back_and_given_again() -> None:
    town = Town()
    opened(town)
    assert town.refused(NotConfirmed, BANK, retract()) == {"agreement": ID.hex(), "account": 3}
    town.do(BANK, confirm())
    receipt = town.do(BANK, retract())
    assert (receipt.data, entry_of(receipt).result) == (ID, b"")
    assert entry_of(receipt).retract_confirmation == retract().SerializeToString()
    assert town.agreement(ID) == wire.Agreement(opener=7, terms=WISH)
    town.refused(NotConfirmed, BANK, retract())
    assert entry_of(town.do(NOTARY, confirm())).result == b""
    town.refused(NotConfirmed, BANK, retract())
    assert entry_of(town.do(BANK, confirm())).result == b"\x01"


# ---- which one ---------------------------------------------------------------------------------------------------
def test_it_must_exist() -> None:
    town = Town()
    opened(town)
    for action in (confirm(bytes(16)), retract(bytes(16))):
        assert town.refused(UnknownAgreement, BANK, action) == {"agreement": bytes(16).hex()}
    for wrong in (b"", ID[:15], ID + b"\x00"):
        town.refused(BadAction, BANK, confirm(wrong))
        town.refused(BadAction, BANK, retract(wrong))


def test_the_order_in_which_a_confirmation_is_checked() -> None:
    town = Town()
    opened(town, deadline=3)
    town.refused(NotAParty, FIRM, confirm(document=b""), [MAKER])
    town.skip(3)
    town.refused(AgreementClosed, FIRM, confirm(document=b""), [MAKER])
