"""Agreements in words: what waits for whom, who may act, what became of it."""

import pytest

from app.client.members import AccountView
from app.client.model import QuotaStatus
from app.core.wire import registry_pb2 as wire
from app.ui.present import agreements
from app.ui.present.language import Words
from tests.fakes.desk_facts import NOW_NS
from tests.ui.organisation_desk import HANGZHOU, ME, SHAOXING, agreement, view_of
from tests.ui.organisation_desk import agreements as all_standings

QUOTA = QuotaStatus(1, 0, 0)


def user(level: wire.Level, *, answers: bool = False, counting: bool = True, in_force: bool = True) -> AccountView:
    certification = wire.Certification(partner=7, level=level, answers=answers)
    account = wire.Account(id=9, party=wire.PARTY_USER, certifications=[certification])
    return AccountView(account, "any", (7,) if counting else (), in_force, QUOTA, {})


def test_what_waits_for_me_comes_first_and_what_is_over_last() -> None:
    shuffled = list(reversed(all_standings()))
    ordered = agreements.in_order(shuffled, ME)
    assert agreements.is_waiting_for(ordered[0], ME)
    assert [view.is_open for view in ordered] == [True, True, False, False]


@pytest.mark.parametrize(
    ("view", "has_right"),
    [
        (user(wire.LEVEL_REGISTERED), False),
        (user(wire.LEVEL_ANONYMOUS), False),
        (user(wire.LEVEL_ANONYMOUS, answers=True), True),
        (user(wire.LEVEL_PHONE), True),
        (user(wire.LEVEL_CERTIFICATE), True),
        (user(wire.LEVEL_CERTIFICATE, counting=False), False),
        (user(wire.LEVEL_CERTIFICATE, in_force=False), False),
        (view_of(ME), True),
        (view_of(2), False),
    ],
)
def test_only_who_has_the_evidence_right_can_act_and_others_are_told_why(
    view: AccountView, has_right: bool, words: Words
) -> None:
    assert agreements.has_evidence_right(view) == has_right
    assert bool(agreements.no_right_sentence(view, words)) != has_right


def test_a_party_confirms_once_and_can_withdraw_until_it_is_final() -> None:
    parties = (ME, HANGZHOU)
    assert agreements.deeds(agreement("a", parties, ()), ME) == (agreements.CONFIRM,)
    assert agreements.deeds(agreement("a", parties, (ME,)), ME) == (agreements.RETRACT,)
    assert agreements.deeds(agreement("a", parties, parties, final=9), ME) == ()
    assert agreements.deeds(agreement("a", parties, (ME,), deadline=1), ME) == ()
    assert agreements.deeds(agreement("a", parties, ()), SHAOXING) == ()


def test_final_is_said_with_its_height(words: Words) -> None:
    final = agreement("a", (ME, HANGZHOU), (ME, HANGZHOU), final=1_234)
    assert "1\u2009234" in agreements.state_chip(final, words).text


def test_the_row_says_who_has_not_confirmed(english: Words) -> None:
    waiting, others, final, late = all_standings()

    def said(view: object) -> str:
        return agreements.standing(view, ME, None, NOW_NS, english)  # type: ignore[arg-type]

    assert said(waiting) == "Waits for your confirmation until height 142\u2009814"
    assert said(others).startswith("Waits for \u2068Zhejiang Tailong Commercial Bank\u2069 · account 10003 until")
    assert said(final).startswith("Confirmed by")
    assert "绍兴" not in said(late)
    assert "杭州富硒大米专业合作社" in said(late)


def test_of_many_parties_the_first_are_named_and_the_rest_counted(english: Words) -> None:
    many = agreement("a", tuple(range(20, 26)), ())
    assert agreements.names_of(many, list(range(20, 26)), english) == "account 20, account 21, account 22 and 3 more"
