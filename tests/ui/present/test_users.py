"""Users in words: who they are, what counts, what can be done, and who may have their data."""

from collections.abc import Sequence

import pytest

from app.client.members import AccountName, AccountView, GrantView
from app.client.model import QuotaStatus
from app.core.attribute_words import WELL_KNOWN
from app.core.wire import registry_pb2 as wire
from app.ui.desk import CheckedDisclosure
from app.ui.present.language import Words
from app.ui.present.users import (
    CERTIFY,
    FREEZE,
    LEVELS,
    RESET,
    REVOKE,
    UNFREEZE,
    attribute_choices,
    attribute_label,
    certification_rows,
    checked_facts,
    checked_sentence,
    grant_chip,
    grant_detail,
    grants_answer,
    is_match,
    level_meaning,
    level_text,
    user_chip,
    user_deeds,
    user_detail,
    user_facts,
    user_name,
)

OWN, OTHER, USER = 10_001, 10_002, 10_007
NOW = 1_795_000_000_000_000_000
DAY = 86_400 * 10**9
NAMES = {OWN: AccountName(OWN, "杭州合作方", "partner", b""), OTHER: AccountName(OTHER, "绍兴合作方", "partner", b"")}


def certified(partner: int, level: wire.Level = wire.LEVEL_REAL_NAME, **more: object) -> wire.Certification:
    return wire.Certification(partner=partner, level=level, root=bytes(32), **more)  # type: ignore[arg-type]


def user(
    *certifications: wire.Certification, counting: Sequence[int] = (OWN,), stop: wire.Stop | None = None, name: str = ""
) -> AccountView:
    account = wire.Account(
        id=USER, name=name, party=wire.PARTY_USER, partner=OWN, certifications=certifications, stop=stop
    )
    return AccountView(account, "real-name", tuple(counting), stop is None, QuotaStatus(1_000, 22, 0), NAMES)


def granted(user_id: int = USER, purpose: str = "门诊病历查询", *, in_force: bool = True, **more: int) -> GrantView:
    grant = wire.AccessGrant(grantee=OWN, holder=OTHER, scope=bytes(32), purpose=purpose, height=5, **more)
    return GrantView(bytes(16), user_id, grant, in_force, NAMES)


STOP = wire.Stop(document=bytes(32), by=OWN, height=7)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (user(certified(OWN)), "in force"),
        (user(certified(OWN), counting=()), "expired"),
        (user(certified(OTHER), counting=(OTHER,)), "not certified by us"),
        (user(certified(OWN), stop=STOP), "frozen"),
    ],
)
def test_the_state_says_what_counts(view: AccountView, said: str, english: Words) -> None:
    assert user_chip(view, OWN, english).text == said


def test_a_name_that_only_we_know_stands_with_the_number_and_before_the_public_one(english: Words) -> None:
    view = user(certified(OWN, expires_ns=NOW + DAY), name="public")
    assert "张三" in user_name(view, "张三", english)
    assert str(USER) in user_name(view, "张三", english)
    assert "public" in user_name(view, "", english)
    detail = user_detail(view, OWN, "张三", NOW, english)
    assert "public" in detail
    assert "real name" in detail
    assert "tomorrow" in detail


def test_search_looks_at_number_and_both_names_however_they_are_written() -> None:
    view = user(certified(OWN), name="Public Name")
    assert all(is_match(view, "张三", text) for text in ("10007", "public", "三"))
    assert not is_match(view, "张三", "李")


@pytest.mark.parametrize(
    ("view", "deeds"),
    [
        (user(certified(OWN)), (CERTIFY, RESET, FREEZE, REVOKE)),
        (user(certified(OWN), stop=STOP), (UNFREEZE, REVOKE)),
        (user(certified(OWN), stop=wire.Stop(document=bytes(32), by=1, height=7)), (REVOKE,)),
        (user(certified(OTHER)), (CERTIFY, RESET)),
    ],
)
def test_only_what_the_law_allows_is_offered(view: AccountView, deeds: tuple[str, ...]) -> None:
    assert user_deeds(view, OWN) == deeds


def test_a_partner_that_did_not_enrol_the_user_cannot_reset_its_key() -> None:
    assert RESET not in user_deeds(user(certified(OTHER)), OTHER)


def test_certifications_say_who_how_long_and_whether_they_count(english: Words) -> None:
    view = user(certified(OWN, answers=True), certified(OTHER, wire.LEVEL_PHONE, expires_ns=NOW - DAY))
    own, other = certification_rows(view, NOW, english)
    assert (own.chip.text, other.chip.text) == ("counts", "expired")
    assert "answers for" in own.detail
    assert "no end" in own.detail
    assert "phone verified" in other.detail
    suspended = certification_rows(user(certified(OTHER)), NOW, english)[0]
    assert suspended.chip.text == "does not count now"


def test_every_level_says_what_it_allows(words: Words) -> None:
    assert set(LEVELS) == set(wire.Level.values()) - {wire.LEVEL_UNSPECIFIED}
    assert len({level_meaning(level, words) for level in LEVELS}) == len(LEVELS)
    assert level_text("none", words)


def test_facts_name_the_order_where_the_user_is_frozen(english: Words) -> None:
    labels = [fact.label for fact in user_facts(user(certified(OWN), stop=STOP), "张三", english)]
    assert labels == ["Number", "Known here as", "Public name", "Level", "Enrolled by", "Quota", "Frozen", "Order"]
    assert "Frozen" not in [fact.label for fact in user_facts(user(certified(OWN)), "", english)]


# ---- access ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("grants", "purpose", "begins", "tone"),
    [
        ([granted()], "", "Yes", "ok"),
        ([granted()], "病历", "Yes", "ok"),
        ([granted()], "贷款", "Not for this", "warn"),
        ([granted(in_force=False)], "", "No:", "bad"),
        ([granted(user_id=USER + 1)], "", "No:", "bad"),
        ([], "", "No:", "bad"),
    ],
)
def test_whether_the_data_of_a_user_may_be_had(
    grants: list[GrantView], purpose: str, begins: str, tone: str, english: Words
) -> None:
    text, said = grants_answer(grants, USER, purpose, english)
    assert text.startswith(begins)
    assert said == tone


def test_an_access_says_for_what_until_when_and_what_became_of_it(english: Words) -> None:
    assert "until it is withdrawn" in grant_detail(granted(), NOW, english)
    assert "tomorrow" in grant_detail(granted(expires_ns=NOW + DAY), NOW, english)
    assert grant_chip(granted(), english).text == "in force"
    assert grant_chip(granted(in_force=False, withdrawn=52), english).text == "withdrawn at height 52"
    assert grant_chip(granted(in_force=False), english).text == "expired"


# ---- what is known ---------------------------------------------------------------------------------------------------
def test_well_known_attributes_have_words_of_their_own_and_others_stay_as_they_are(words: Words) -> None:
    labels = [attribute_label(name, words) for name in WELL_KNOWN]
    assert len(set(labels)) == len(WELL_KNOWN)
    assert not set(labels) & set(WELL_KNOWN)
    assert "会员号" in attribute_label("会员号", words)
    assert [name for _, name in attribute_choices(words)] == [*WELL_KNOWN, ""]


def test_a_checked_disclosure_says_what_it_shows_and_that_the_account_is_frozen(english: Words) -> None:
    checked = CheckedDisclosure(
        USER, "", False, OWN, "杭州合作方", wire.LEVEL_REAL_NAME, (("phone", "13900000000"),), 3, NOW
    )
    assert "13900000000" not in repr(checked)
    assert "The account itself is frozen." in checked_sentence(checked, english)
    facts = {fact.label: fact.value for fact in checked_facts(checked, english)}
    assert facts["Shown"] == "1 of 3 attributes"
    assert "13900000000" in facts["Phone"]
