"""Users: enrolled once, certified by several partners, and what of that counts when."""

from dataclasses import replace

import pytest

from app.core.ids import derive_address
from app.core.refusals import (
    AccountFrozen,
    BadAction,
    KeysImpossible,
    KeyTaken,
    LimitReached,
    NameTaken,
    NoSuchCertification,
    NotCertified,
    NotPermitted,
    PossessionNotShown,
    QuotaSpent,
    UnknownMember,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import number
from app.registry.state import read_account, read_key_owner, read_next_account
from tests.registry.people import (
    BANK,
    BOOKS,
    CAST,
    CLINIC,
    FIRM,
    GUARD,
    LEVELS,
    MAKER,
    NOTARY,
    OPERATOR,
    PARAMETERS,
    SHOP,
    Person,
    Town,
    certify,
    changed,
    digest,
    enrolment,
    entry_of,
    freeze,
    new_key,
    party,
    resume,
    revoke,
    suspend,
)
from tests.registry.world import CHAIN_ID, SECOND, ed25519_key, p256_key

KEY = p256_key("wang")
NEXT = len(CAST) + 1
WANG = Person(NEXT, (KEY,))
QUERY = wire.WithdrawGrant(grant=bytes(16))
"""What a user of any level may do, if it only had a grant."""


def certification(partner: int, level: str = "real-name", **facts: object) -> wire.Certification:
    return changed(wire.Certification(partner=partner, level=LEVELS[level], root=digest("root")), **facts)


def lines(town: Town, who: Person) -> list[tuple[int, int]]:
    return [(each.partner, each.level) for each in town.account(who).certifications]


def may_act(town: Town, who: Person, seconds: int = 3) -> bool:
    """Whether the next block, after so many seconds, lets the user do more than query."""
    return town.preview(town.transaction(who, QUERY), seconds=seconds).receipts[0].code != NotCertified.number


# ---- enrol -------------------------------------------------------------------------------------------------------
def test_a_user_is_enrolled_with_all_that_was_said() -> None:
    town = Town()
    wish = enrolment(KEY, "phone", name="王小明", expires_ns=2**63 - 1, answers=True)
    receipt = town.do(BANK, wish)
    assert read_account(town.values, WANG.address) == wire.Account(
        address=derive_address(CHAIN_ID, KEY.public),
        id=NEXT,
        name="王小明",
        party=wire.PARTY_USER,
        keys=[wire.AccountKey(key=KEY.public.to_wire())],
        partner=3,
        certifications=[certification(3, "phone", expires_ns=2**63 - 1, answers=True)],
    )
    assert receipt.data == entry_of(receipt).result == number(NEXT)
    assert entry_of(receipt).enrol == wish.SerializeToString()
    assert read_key_owner(town.values, KEY.public.encode()) == WANG.address
    assert read_next_account(town.values) == NEXT + 1


def test_users_and_organisations_are_numbered_in_one_row() -> None:
    town = Town()
    assert [town.enrol(name, partner=partner).number for name, partner in [("a", BANK), ("b", CLINIC)]] == [
        NEXT,
        NEXT + 1,
    ]
    wish = wire.Admit(party=wire.PARTY_REGULATOR, name="C", keys=[new_key(ed25519_key("c"))], agreement=bytes(32))
    assert town.do(OPERATOR, wish).data == number(NEXT + 2)


def test_a_user_needs_no_name() -> None:
    town = Town()
    for name in ("a", "b"):
        assert town.account(town.enrol(name)).name == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": wire.LEVEL_UNSPECIFIED},
        {"level": 6},
        {"root": b""},
        {"root": bytes(31)},
        {"expires_ns": -1},
        {"expires_ns": 1},
        {"name": " x"},
        {"key": wire.NewKey()},
        {"key": changed(new_key(KEY), label="x" * 65)},
        {"key": new_key(KEY, wire.ROLE_CHECKER, wire.ROLE_MAKER)},
    ],
)
def test_an_enrolment_must_be_sound(wrong: dict[str, object]) -> None:
    Town().refused(BadAction, BANK, changed(enrolment(KEY), **wrong))


def test_the_end_of_a_certification_lies_behind_the_block() -> None:
    town = Town()
    now = town.environment().time_ns
    town.refused(BadAction, BANK, enrolment(KEY, expires_ns=now))
    town.do(BANK, enrolment(KEY, expires_ns=now + 1))


def test_the_order_in_which_an_enrolment_is_checked() -> None:
    town = Town()
    wish = changed(enrolment(KEY), name="Bank", root=b"", key=changed(new_key(BANK.keys[0]), possession=b""))
    town.refused(BadAction, BANK, wish)
    wish = changed(wish, root=bytes(32))
    town.refused(NameTaken, BANK, wish)
    wish = changed(wish, name="")
    town.refused(KeyTaken, BANK, wish)
    wish = changed(wish, key=changed(new_key(KEY, wire.ROLE_MAKER), possession=b""))
    town.refused(PossessionNotShown, BANK, wish)
    town.refused(KeysImpossible, BANK, changed(wish, key=new_key(KEY, wire.ROLE_MAKER)))


def test_one_key_is_one_user() -> None:
    town = Town()
    town.do(BANK, enrolment(KEY))
    town.refused(KeyTaken, CLINIC, enrolment(KEY))


def test_partners_with_the_permission_enrol_and_nobody_else() -> None:
    town = Town()
    for who in (SHOP, NOTARY):
        town.refused(NotPermitted, who, enrolment(KEY))
    for who in (OPERATOR, BOOKS, GUARD, town.enrol("li")):
        town.refused(WrongParty, who, enrolment(KEY))


# ---- certify -----------------------------------------------------------------------------------------------------
def test_further_partners_certify_in_any_order() -> None:
    town = Town()
    wang = town.enrol("wang", "registered", CLINIC)
    receipt = town.do(FIRM, certify(wang, "phone"), [MAKER])
    town.do(BANK, certify(wang, "certificate", answers=True))
    assert lines(town, wang) == [(3, wire.LEVEL_CERTIFICATE), (4, wire.LEVEL_REGISTERED), (9, wire.LEVEL_PHONE)]
    assert town.account(wang).partner == 4
    assert receipt.data == number(wang.number)
    assert entry_of(receipt).certify == certify(wang, "phone").SerializeToString()


def test_a_certification_takes_the_place_of_the_partner_s_former_one() -> None:
    town = Town()
    wang = town.enrol("wang", "certificate", answers=True)
    town.do(CLINIC, certify(wang, "phone"))
    town.do(BANK, certify(wang, "anonymous", root=digest("other")))
    assert list(town.account(wang).certifications) == [
        certification(3, "anonymous", root=digest("other")),
        certification(4, "phone"),
    ]


@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 6}, {"root": b"x"}, {"expires_ns": 5}])
def test_a_certification_must_be_sound(wrong: dict[str, object]) -> None:
    town = Town()
    town.refused(BadAction, BANK, changed(wire.Certify(account=99, level=1, root=bytes(32)), **wrong))  # type: ignore[arg-type]


def test_only_users_are_certified() -> None:
    town = Town()
    town.refused(UnknownMember, BANK, wire.Certify(account=99, level=wire.LEVEL_PHONE, root=bytes(32)))
    for who in (BANK, CLINIC, OPERATOR):
        town.refused(WrongParty, BANK, certify(who))


def test_a_frozen_user_is_not_certified() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, freeze(wang))
    town.refused(AccountFrozen, CLINIC, certify(wang))
    town.refused(AccountFrozen, BANK, certify(wang))


def test_at_most_16_partners_certify_a_user() -> None:
    others = [party(number, f"Partner {number}", "partner", "identity") for number in range(20, 37)]
    town = Town([*CAST, *others])
    wang = town.enrol("wang", partner=others[0])
    for other in others[1:16]:
        town.do(other, certify(wang))
    assert len(town.account(wang).certifications) == 16
    town.refused(LimitReached, others[16], certify(wang))
    town.do(others[3], certify(wang, "phone"))  # in the place of its own
    town.do(others[5], revoke(wang))
    town.do(others[16], certify(wang))
    assert len(town.account(wang).certifications) == 16


# ---- revoke ------------------------------------------------------------------------------------------------------
def test_a_partner_takes_back_what_it_certified_and_nothing_else() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(NoSuchCertification, CLINIC, revoke(wang))
    town.do(CLINIC, certify(wang, "phone"))
    receipt = town.do(BANK, revoke(wang))
    assert lines(town, wang) == [(4, wire.LEVEL_PHONE)]
    assert receipt.data == number(wang.number)
    assert entry_of(receipt).revoke_certification == revoke(wang).SerializeToString()
    town.refused(NoSuchCertification, BANK, revoke(wang))
    town.do(BANK, certify(wang))


def test_what_was_certified_of_a_frozen_user_is_taken_back_too() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, freeze(wang))
    town.do(BANK, revoke(wang))
    assert lines(town, wang) == []


def test_a_revocation_gives_its_reason() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(BadAction, BANK, changed(revoke(wang), reason=b""))
    town.refused(WrongParty, BANK, changed(revoke(wang), account=4))
    town.refused(UnknownMember, BANK, changed(revoke(wang), account=99))


# ---- what counts -------------------------------------------------------------------------------------------------
def test_without_a_certification_that_counts_a_user_may_only_query() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, revoke(wang))
    assert town.refused(NotCertified, wang, QUERY) == {"account": wang.number}
    assert town.try_(wang, QUERY).points == 0


def test_a_certification_counts_until_its_end() -> None:
    town = Town()
    end = town.time_ns + 9 * SECOND
    wang = town.enrol("wang", expires_ns=end)
    assert may_act(town, wang, seconds=5)
    assert not may_act(town, wang, seconds=6)


def test_a_suspended_partner_s_certifications_count_no_more_and_then_again() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(OPERATOR, suspend(BANK))
    town.refused(NotCertified, wang, QUERY)
    town.do(OPERATOR, resume(BANK))
    assert may_act(town, wang)


def test_a_partner_that_lost_its_permission_still_stands_for_what_it_certified() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(OPERATOR, wire.Amend(account=3, quota_points=1))
    assert may_act(town, wang)


def test_a_user_has_the_points_of_its_highest_certification_that_counts() -> None:
    points = (("registered", 30), ("anonymous", 40), ("phone", 50), ("real-name", 60), ("certificate", 70))
    town = Town(parameters=replace(PARAMETERS, level_points=points))
    wang = town.enrol("wang", "registered")
    town.do(CLINIC, certify(wang, "phone"))
    rename = wire.Rename(name="A")  # costs 11 points
    for _ in range(4):
        town.do(wang, rename)
    assert town.refused(QuotaSpent, wang, rename) == {"expected": 11, "got": 6}
    town.do(CLINIC, revoke(wang))
    assert town.refused(QuotaSpent, wang, rename) == {"expected": 11, "got": 0}
    town.do(FIRM, certify(wang, "real-name"), [MAKER])
    town.do(wang, rename)


# ---- who answers (3.6) -----------------------------------------------------------------------------------------------
def test_the_partner_that_enrolled_a_user_answers_for_it_while_its_certification_counts() -> None:
    town = Town()
    wang = town.enrol("wang", partner=CLINIC)
    town.do(BANK, certify(wang))
    town.do(FIRM, certify(wang), [MAKER])

    def answers() -> tuple[int, bytes, int]:
        entry = entry_of(town.do(wang, wire.Rename(name="A")))
        return entry.partner, entry.agreement, entry.agreement_version

    assert answers() == (4, digest("agreement Clinic"), 1)
    town.do(OPERATOR, suspend(CLINIC))
    assert answers() == (3, digest("agreement Bank"), 1)
    town.do(OPERATOR, resume(CLINIC))
    town.do(OPERATOR, wire.Amend(account=4, permissions=[1], quota_points=1_000, agreement=digest("v2")))
    assert answers() == (4, digest("v2"), 2)
    town.do(CLINIC, revoke(wang))
    town.do(BANK, revoke(wang))
    assert answers() == (9, digest("agreement Firm"), 1)
