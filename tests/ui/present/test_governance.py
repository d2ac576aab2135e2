"""Decisions in words: what waits for whom, how much power has approved, what each change says."""

import pytest

from app.client.council import Bookkeeper, EmergencyChange, SeatChange, SettingsChange, UpgradeChange
from app.core.proposal import SETTING_BOUNDS
from app.core.wire import registry_pb2 as wire
from app.ui.present import governance
from app.ui.present.heights import height_text
from app.ui.present.language import Words
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import NOW_NS, TIP, digest_of
from tests.ui.organisation_desk import FIRST, SECOND, THIRD, council, law, proposal, settings

WHO = Bookkeeper(11, "记账方一")
KEY = digest_of("key")


def test_what_waits_for_me_comes_first() -> None:
    made = council()
    assert [governance.is_waiting_for(each, made, FIRST) for each in made.proposals] == [True, False, False, False]
    assert [governance.is_waiting_for(each, made, THIRD) for each in made.proposals] == [True, True, False, False]
    assert governance.in_order(made, SECOND)[0].proposer.id == FIRST
    assert not any(governance.is_waiting_for(each, made, 99) for each in made.proposals)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (SeatChange(KEY, 0, WHO, 10), "Take the seat from \u2068记账方一\u2069 · account 11"),
        (SeatChange(KEY, 5, WHO, 0), "Give \u2068记账方一\u2069 · account 11 a seat with power 5"),
        (SeatChange(KEY, 5, WHO, 10), "Power of \u2068记账方一\u2069 · account 11: 10 → 5"),
        (SettingsChange(settings()[1:]), "Bytes per quota point: 256 → 512"),
        (SettingsChange(settings()), "Quota points of an action “Enrol a user”: 10 → 12 and 1 more"),
        (UpgradeChange(9, 2, KEY, 1), "Upgrade to version 2 of the rules"),
        (EmergencyChange(("enrol",), lifted=False), "Stop: Enrol a user"),
        (EmergencyChange(("enrol", "grant"), lifted=True), "Allow again: Enrol a user, Grant access to data"),
    ],
)
def test_each_kind_of_change_is_said_in_a_line(change: object, said: str, english: Words, chinese: Words) -> None:
    assert governance.change_title(change, english) == said  # type: ignore[arg-type]
    assert governance.change_title(change, chinese) != said  # type: ignore[arg-type]
    assert governance.change_facts(change, None, NOW_NS, chinese)  # type: ignore[arg-type]


def test_the_bar_is_full_only_when_it_is_decided_or_enough_have_approved() -> None:
    change = UpgradeChange(9, 2, KEY, 1)
    assert governance.power_permille(proposal(change, FIRST, (FIRST, SECOND))) == 952
    assert governance.power_permille(proposal(change, FIRST, (FIRST, SECOND, THIRD))) == 1000
    assert governance.power_permille(proposal(change, FIRST, (), is_decided=True)) == 1000


def test_every_action_of_an_emergency_stands_in_the_facts(english: Words) -> None:
    actions = ("enrol", "certify", "grant", "transfer")
    (fact,) = governance.change_facts(EmergencyChange(actions, lifted=False), None, NOW_NS, english)
    assert fact.value.count(",") == 3


def test_the_law_in_force_says_what_is_stopped_and_what_is_to_come(english: Words) -> None:
    facts = {fact.label: fact.value for fact in governance.law_facts(law("grant"), None, NOW_NS, english)}
    assert facts["Stopped actions"] == "Grant access to data"
    assert facts["Next upgrade"].startswith("version 2 from height")
    assert facts["Longest validity"] == "1\u2009000 blocks, about 50 minutes"
    calm = {fact.label: fact.value for fact in governance.law_facts(law(), None, NOW_NS, english)}
    assert calm["Stopped actions"] == "none"


def test_costs_of_one_price_stand_together(english: Words) -> None:
    facts = {fact.label: fact.value for fact in governance.cost_facts(law(), english)}
    assert facts["10 points"] == "Record evidence, Enrol a user, Transfer vouchers"
    assert facts["phone verified"] == "500 points per period"


def test_a_setting_of_now_is_found_whatever_it_is_about() -> None:
    assert governance.setting_now(law(), wire.SETTING_ACTION_COST, "enrol") == 10
    assert governance.setting_now(law(), wire.SETTING_LEVEL_POINTS, "phone") == 500
    assert [governance.setting_now(law(), setting, "") for setting in list(SETTING_BOUNDS)[:5]] == [
        *(1_000, 86_400, 57_600, 256, 65_536)
    ]


async def test_a_height_to_come_is_said_with_about_when(english: Words) -> None:
    status = await FakeDesk(height=TIP).status()
    assert height_text(TIP + 28_800, status, NOW_NS, english).startswith("height 81\u2009614, about tomorrow ")
    assert height_text(5, None, NOW_NS, english) == "height 5"
