"""Organisations in words: what may be done with whom, and which keys could never sign."""

from dataclasses import replace

import pytest

from app.client.model import AccountStatus, QuotaStatus
from app.core.wire import registry_pb2 as wire
from app.ui.present import partners
from app.ui.present.language import Words
from tests.ui.organisation_desk import BANK, FIRST, HANGZHOU, ME, NAMED, OPERATOR, SHAOXING, recognition, view_of

MAKER, CHECKER, ADMINISTRATOR = wire.ROLE_MAKER, wire.ROLE_CHECKER, wire.ROLE_ADMINISTRATOR


def holder(party: str, number: int, *permissions: str) -> AccountStatus:
    return AccountStatus(bytes(20), number, "", party, permissions, bytes(32), QuotaStatus(1, 0, 0))


def organisation(number: int, *, recognised: bool = False) -> partners.Organisation:
    mine = (recognition(number, wire.LEVEL_PHONE),) if recognised else ()
    return partners.Organisation(view_of(number), (), (), mine, (), NAMED)


def key(*roles: wire.Role) -> wire.NewKey:
    key.count = getattr(key, "count", 0) + 1  # type: ignore[attr-defined]
    return wire.NewKey(label=str(key.count), roles=sorted(roles))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("who", "about", "deeds"),
    [
        (holder("operator", OPERATOR), organisation(SHAOXING), ("amend", "suspend")),
        (holder("operator", OPERATOR), organisation(BANK), ("amend", "resume")),
        (holder("operator", OPERATOR), organisation(OPERATOR), ("amend",)),
        (holder("partner", ME, "identity"), organisation(SHAOXING), ("recognise",)),
        (holder("partner", ME, "identity"), organisation(SHAOXING, recognised=True), ("recognise", "withdraw")),
        (holder("partner", ME, "identity"), organisation(BANK), ()),
        (holder("partner", ME, "identity"), organisation(BANK, recognised=True), ("withdraw",)),
        (holder("partner", ME, "identity"), organisation(ME), ()),
        (holder("partner", ME, "identity"), organisation(FIRST), ()),
        (holder("partner", ME, "evidence"), organisation(SHAOXING), ()),
        (holder("regulator", 2), organisation(SHAOXING), ()),
        (holder("bookkeeper", FIRST), organisation(SHAOXING), ()),
    ],
)
def test_only_what_the_law_allows_is_offered(
    who: AccountStatus, about: partners.Organisation, deeds: tuple[str, ...]
) -> None:
    assert partners.deeds(who, about) == deeds


@pytest.mark.parametrize(
    ("keys", "checkers", "duty"),
    [
        ([key()], 0, 0),
        ([key()], 1, wire.DUTY_EVIDENCE),
        ([key(), key()], 1, 0),
        ([key(), key(CHECKER)], 1, 0),
        ([key(), key(CHECKER)], 2, wire.DUTY_EVIDENCE),
        ([key(), key(MAKER)], 1, 0),
        ([key(MAKER), key(CHECKER)], 1, wire.DUTY_KEYS),
        ([key(MAKER, ADMINISTRATOR), key(CHECKER)], 1, 0),
        ([key(CHECKER)], 0, wire.DUTY_EVIDENCE),
        ([], 0, wire.DUTY_EVIDENCE),
    ],
)
def test_keys_that_could_never_sign_are_noticed(keys: list[wire.NewKey], checkers: int, duty: int) -> None:
    thresholds = [wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=checkers)] if checkers else []
    assert partners.impossible_duty(keys, thresholds) == duty


def test_organisations_stand_by_party_then_number() -> None:
    views = [view_of(each) for each in (SHAOXING, FIRST, HANGZHOU, OPERATOR, 2)]
    assert [view.account.id for view in partners.in_order(views)] == [OPERATOR, FIRST, HANGZHOU, SHAOXING, 2]


def test_a_suspension_says_by_whom_and_since_when(words: Words) -> None:
    assert partners.stop_sentence(organisation(SHAOXING), None, 0, words) == ""
    said = partners.stop_sentence(organisation(BANK), None, 0, words)
    assert "49\u2009814" in said
    assert "中钞信用卡" in said


def test_what_a_suspension_does_depends_on_whom_it_meets(english: Words) -> None:
    assert "users whom it alone certifies" in partners.stop_consequence(view_of(SHAOXING).account, english)
    assert "still counts in the whole" in partners.stop_consequence(view_of(FIRST).account, english)
    assert "users" not in partners.stop_consequence(view_of(2).account, english)


def test_permissions_are_said_of_partners_only(english: Words) -> None:
    assert partners.permissions_text(view_of(ME).account, english) == "identity, evidence, vouchers"
    assert partners.permissions_text(view_of(2).account, english) == ""
    bare = replace(view_of(ME), account=wire.Account(party=wire.PARTY_PARTNER))
    assert partners.permissions_text(bare.account, english) == "no permissions"
