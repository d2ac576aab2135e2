"""Admission: who comes in with what, and that what was agreed at any height can be found later (3.6)."""

import pytest

from app.core.ids import derive_address
from app.core.refusals import (
    BadAction,
    KeysImpossible,
    KeyTaken,
    NameTaken,
    NotPermitted,
    PossessionNotShown,
    UnknownMember,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import TERMS, number
from app.registry.state import read_account, read_address_of_id, read_key_owner, read_name_owner, read_next_account
from tests.registry.people import (
    BANK,
    BOOKS,
    CAST,
    CLINIC,
    GUARD,
    OPERATOR,
    QUOTA,
    Anybody,
    Person,
    Town,
    changed,
    digest,
    enrolment,
    entry_of,
    new_key,
    suspend,
)
from tests.registry.world import CHAIN_ID, ed25519_key, first_record, nonce, p256_key

FIRST, SECOND = ed25519_key("first"), p256_key("second")
NEXT = len(CAST) + 1
ALL = [wire.PERMISSION_IDENTITY, wire.PERMISSION_EVIDENCE, wire.PERMISSION_VOUCHER]
WISH = wire.Admit(
    party=wire.PARTY_PARTNER,
    name="新公司",
    keys=[new_key(FIRST), new_key(SECOND, label="经办")],
    permissions=ALL,
    agreement=digest("new agreement"),
    quota_points=500,
)


def amendment(who: Anybody, **facts: object) -> wire.Amend:
    return changed(wire.Amend(account=who.account.id, permissions=ALL, quota_points=QUOTA), **facts)  # type: ignore[union-attr]


def terms(town: Town, address: bytes, version: int) -> wire.AgreementVersion | None:
    return TERMS.read(town.values, address, number(version))


# ---- admit -------------------------------------------------------------------------------------------------------
def test_an_organisation_is_admitted_with_all_that_was_said() -> None:
    town = Town()
    receipt = town.do(OPERATOR, WISH)
    address = derive_address(CHAIN_ID, FIRST.public)
    assert read_account(town.values, address) == wire.Account(
        address=address,
        id=NEXT,
        name="新公司",
        party=wire.PARTY_PARTNER,
        keys=[
            wire.AccountKey(key=FIRST.public.to_wire()),
            wire.AccountKey(key=SECOND.public.to_wire(), label="经办"),
        ],
        permissions=ALL,
        agreement=digest("new agreement"),
        quota_points=500,
        agreement_version=1,
    )
    assert receipt.data == entry_of(receipt).result == number(NEXT)
    assert entry_of(receipt).admit == WISH.SerializeToString()
    assert terms(town, address, 1) == wire.AgreementVersion(agreement=digest("new agreement"), height=1)
    assert read_address_of_id(town.values, NEXT) == address
    assert read_name_owner(town.values, "新公司") == address
    assert read_key_owner(town.values, SECOND.public.encode()) == address
    assert read_next_account(town.values) == NEXT + 1


def test_it_may_act_in_the_same_block() -> None:
    town = Town()
    firm = Person(NEXT, (FIRST,))
    of_nonce = nonce("record")
    record = wire.Notarize(record=first_record(firm.address, of_nonce))
    outcome = town.accept(town.transaction(OPERATOR, WISH), town.transaction(firm, record, name="record"))
    entry = entry_of(outcome.receipts[1])
    assert (entry.agreement, entry.agreement_version, entry.partner) == (digest("new agreement"), 1, 0)


@pytest.mark.parametrize("party", [wire.PARTY_BOOKKEEPER, wire.PARTY_REGULATOR])
def test_bookkeepers_and_regulators_may_have_the_permission_for_evidence_and_no_other(party: wire.Party) -> None:
    town = Town()
    for permission in (wire.PERMISSION_IDENTITY, wire.PERMISSION_VOUCHER):
        town.refused(BadAction, OPERATOR, changed(WISH, party=party, permissions=[permission]))
    town.do(OPERATOR, changed(WISH, party=party, permissions=[wire.PERMISSION_EVIDENCE]))
    account = town.account(Person(NEXT, (FIRST,)))
    assert (account.party, list(account.permissions)) == (party, [wire.PERMISSION_EVIDENCE])


def test_thresholds_and_roles_hold_from_the_start() -> None:
    town = Town()
    keys = [new_key(FIRST, wire.ROLE_MAKER, wire.ROLE_ADMINISTRATOR), new_key(SECOND, wire.ROLE_CHECKER)]
    thresholds = [wire.Threshold(duty=wire.DUTY_KEYS, checkers=1)]
    town.do(OPERATOR, changed(WISH, keys=keys, thresholds=thresholds))
    firm = Person(NEXT, (FIRST, SECOND))
    town.do(firm, wire.SetThresholds(), [FIRST, SECOND])


@pytest.mark.parametrize(
    "wrong",
    [
        {"party": wire.PARTY_UNSPECIFIED, "permissions": []},
        {"party": wire.PARTY_OPERATOR, "permissions": []},
        {"party": wire.PARTY_USER, "permissions": []},
        {"party": 6, "permissions": []},
        {"name": ""},
        {"name": "x" * 65},
        {"name": " x"},
        {"keys": []},
        {"keys": [new_key(ed25519_key(f"clerk {index}")) for index in range(17)]},
        {"keys": [new_key(FIRST), new_key(FIRST)]},
        {"keys": [changed(new_key(FIRST), label="x" * 65)]},
        {"permissions": [wire.PERMISSION_VOUCHER, wire.PERMISSION_IDENTITY]},
        {"permissions": [wire.PERMISSION_IDENTITY, wire.PERMISSION_IDENTITY]},
        {"permissions": [wire.PERMISSION_UNSPECIFIED]},
        {"permissions": [4]},
        {"agreement": b""},
        {"agreement": bytes(31)},
        {"quota_points": 2**63},
        {"thresholds": [wire.Threshold(duty=wire.DUTY_KEYS, checkers=16)]},
        {"thresholds": [wire.Threshold(duty=11, checkers=1)]},  # type: ignore[arg-type]
    ],
)
def test_what_is_said_must_be_sound(wrong: dict[str, object]) -> None:
    Town().refused(BadAction, OPERATOR, changed(WISH, **wrong))


def test_the_most_that_may_be_said_is_accepted() -> None:
    town = Town()
    clerks = [new_key(ed25519_key(f"clerk {index}"), label="x" * 64) for index in range(16)]
    thresholds = [wire.Threshold(duty=duty, checkers=15) for duty in wire.Duty.values() if duty]
    town.do(OPERATOR, changed(WISH, name="山" * 64, keys=clerks, quota_points=2**63 - 1, thresholds=thresholds))


def test_names_and_keys_are_nobody_elses() -> None:
    town = Town()
    town.refused(NameTaken, OPERATOR, changed(WISH, name="BANK"))
    town.refused(KeyTaken, OPERATOR, changed(WISH, keys=[new_key(FIRST), new_key(BANK.keys[0])]))
    town.refused(PossessionNotShown, OPERATOR, changed(WISH, keys=[changed(new_key(FIRST), possession=b"")]))


def test_the_order_in_which_an_admission_is_checked() -> None:
    town = Town()
    bad_key = changed(new_key(BANK.keys[0]), possession=b"")
    thresholds = [wire.Threshold(duty=wire.DUTY_KEYS, checkers=1)]
    wish = changed(WISH, name="Bank", keys=[bad_key], agreement=b"", thresholds=thresholds)
    town.refused(BadAction, OPERATOR, wish)
    wish = changed(wish, agreement=digest("x"))
    town.refused(NameTaken, OPERATOR, wish)
    wish = changed(wish, name="Fine")
    town.refused(KeyTaken, OPERATOR, wish)
    wish = changed(wish, keys=[changed(new_key(FIRST), possession=b"")])
    town.refused(PossessionNotShown, OPERATOR, wish)
    wish = changed(wish, keys=[new_key(FIRST)])
    assert town.refused(KeysImpossible, OPERATOR, wish)["account"] == NEXT


def test_nobody_but_the_operator_admits() -> None:
    town = Town()
    for who in (BANK, BOOKS, GUARD):
        town.refused(WrongParty, who, WISH)
        town.refused(WrongParty, who, amendment(CLINIC))


# ---- amend -------------------------------------------------------------------------------------------------------
def test_permissions_and_quota_are_replaced() -> None:
    town = Town()
    receipt = town.do(OPERATOR, amendment(CLINIC, permissions=[wire.PERMISSION_VOUCHER], quota_points=77))
    account = town.account(CLINIC)
    assert (list(account.permissions), account.quota_points) == ([wire.PERMISSION_VOUCHER], 77)
    assert (account.name, account.agreement, account.agreement_version) == ("Clinic", digest("agreement Clinic"), 1)
    assert (receipt.data, entry_of(receipt).result) == (number(CLINIC.account.id), b"")
    town.do(OPERATOR, amendment(CLINIC, permissions=[wire.PERMISSION_VOUCHER]))
    town.refused(NotPermitted, CLINIC, enrolment(FIRST))


def test_a_new_agreement_is_a_new_version_and_the_old_ones_stay() -> None:
    town = Town()
    for version in (2, 3):
        town.do(OPERATOR, amendment(BANK, agreement=digest(version)))
    town.do(OPERATOR, amendment(BANK, agreement=digest(3)))
    account = town.account(BANK)
    assert (account.agreement, account.agreement_version) == (digest(3), 4)
    found = [terms(town, BANK.address, version) for version in range(1, 6)]
    assert found == [
        wire.AgreementVersion(agreement=digest("agreement Bank")),
        wire.AgreementVersion(agreement=digest(2), height=1),
        wire.AgreementVersion(agreement=digest(3), height=2),
        wire.AgreementVersion(agreement=digest(3), height=3),
        None,
    ]


def test_what_is_done_resolves_to_the_version_of_its_moment() -> None:
    town = Town()
    before, after = (town.transaction(BANK, wire.Recognise(partner=4, least=level)) for level in (1, 2))
    outcome = town.accept(before, town.transaction(OPERATOR, amendment(BANK, agreement=digest("v2"))), after)
    entries = [entry_of(receipt) for receipt in outcome.receipts]
    assert [(each.agreement, each.agreement_version) for each in entries] == [
        (digest("agreement Bank"), 1),
        (digest("agreement Operator"), 1),
        (digest("v2"), 2),
    ]


def test_a_suspended_organisation_is_amended_too() -> None:
    town = Town()
    town.do(OPERATOR, suspend(BANK))
    town.do(OPERATOR, amendment(BANK, name="Old Bank", agreement=digest("v2")))
    account = town.account(BANK)
    assert (account.name, account.agreement_version, account.HasField("stop")) == ("Old Bank", 2, True)


def test_a_name_is_changed_and_the_old_one_stays_reserved() -> None:
    town = Town()
    town.do(OPERATOR, amendment(BANK, name="Great Bank"))
    town.refused(NameTaken, OPERATOR, amendment(CLINIC, name="bank"))
    town.do(OPERATOR, amendment(BANK, name="BANK"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " x"},
        {"permissions": [wire.PERMISSION_VOUCHER, wire.PERMISSION_IDENTITY]},
        {"permissions": [9]},
        {"agreement": bytes(33)},
        {"quota_points": 2**63},
    ],
)
def test_an_amendment_must_be_sound(wrong: dict[str, object]) -> None:
    Town().refused(BadAction, OPERATOR, amendment(BANK, **wrong))


@pytest.mark.parametrize("who", [BOOKS, GUARD, OPERATOR])
def test_an_amendment_gives_other_organisations_than_partners_no_permission_but_for_evidence(who: Anybody) -> None:
    town = Town()
    town.refused(BadAction, OPERATOR, amendment(who))
    town.do(OPERATOR, amendment(who, permissions=[wire.PERMISSION_EVIDENCE]))
    town.do(OPERATOR, amendment(who, permissions=[]))
    assert not town.account(who).permissions


def test_users_are_not_amended() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(WrongParty, OPERATOR, wire.Amend(account=wang.number, permissions=[9], name=" x"))
    for account in (0, 99, 2**64 - 1):
        assert town.refused(UnknownMember, OPERATOR, wire.Amend(account=account)) == {"account": account}
