"""Admission, recognition and orders at the desks of operator and partners, through the real widgets, against a real node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from tests.scenarios.town import ALPHA, BETA, BOOKKEEPER, NAMES, NUMBERS, OPERATOR
from tests.ui.test_layout import shown
from tests.ui.town_guest import Guest, Place, day, open_place

GAMMA = "gamma"


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "文书.pdf"
    path.write_bytes(b"%PDF paper")
    return path


def card_text(place: Place, name: str, *roles: str) -> str:
    desk = place.loop.run_until_complete(place.town.desk(name))
    return place.loop.run_until_complete(desk.key_card(roles))


def account(place: Place, clerk: Guest, number: int) -> wire.Account:
    return place.loop.run_until_complete(clerk.desk.registry.account(number)).account


def opens(clerk: Guest, name: str, number: int) -> None:
    clerk.goes_to("partners")
    clerk.clicks_beside(f"Open \u2068{name}\u2069 · account {number}")
    clerk.awaits("← All organisations")


def cites(clerk: Guest, paper: Path) -> None:
    clerk.drops("Order", paper)
    clerk.types("Authority", "杭州市中级人民法院")
    clerk.types("Reference", "〔2026〕118 号")


@day
def test_everybody_sees_all_organisations_with_number_permissions_and_agreement(place: Place) -> None:
    clerk = place.seat(BOOKKEEPER)
    clerk.goes_to("partners")
    for name, number in NUMBERS.items():
        clerk.awaits(f"{NAMES[name]}\u2069 · account {number}")
    clerk.sees("Partner · identity, evidence, vouchers · agreement version 1", "in force")
    assert not clerk.can_press("Admit an organisation")
    opens(clerk, NAMES[ALPHA], NUMBERS[ALPHA])
    clerk.sees("the beginning of the chain", "经办 01", "every role", "No checker is asked for")
    for deed in ("Amend…", "Suspend…", "Recognise…"):
        assert not clerk.can_press(deed)


@day
def test_the_operator_admits_a_partner_with_two_keys_and_a_checker(place: Place, paper: Path) -> None:
    operator = place.seat(OPERATOR)
    operator.goes_to("partners")
    operator.until(lambda: operator.can_press("Admit an organisation"))
    operator.clicks("Admit an organisation")
    operator.types("Legal name", "宁波合作方")
    operator.drops("Signed agreement", paper)
    operator.types("Key card 1", card_text(place, GAMMA))
    operator.chooses("Checkers for evidence", "1")
    operator.awaits("With these keys and their roles nobody could ever sign: evidence")
    operator.clicks("Add a key")
    operator.types("Key card 2", card_text(place, GAMMA))
    operator.awaits("Keys: one key stands here twice")
    operator.types("Key card 2", card_text(place, "gamma-checker", "checker"))
    operator.awaits("checker")
    operator.clicks("evidence")
    operator.signs()
    operator.awaits("宁波合作方", "1 checker beside the maker")
    admitted = account(place, operator, 10_003)
    assert (admitted.name, list(admitted.permissions)) == ("宁波合作方", [wire.PERMISSION_EVIDENCE])
    assert admitted.agreement == sha256(paper.read_bytes())
    assert [(each.duty, each.checkers) for each in admitted.thresholds] == [(wire.DUTY_EVIDENCE, 1)]
    assert [list(key.roles) for key in admitted.keys] == [[], [wire.ROLE_CHECKER]]


@day
def test_a_regulator_is_offered_the_permission_for_evidence_alone(place: Place, paper: Path) -> None:
    operator = place.seat(OPERATOR)
    operator.goes_to("partners")
    operator.until(lambda: operator.can_press("Admit an organisation"))
    operator.clicks("Admit an organisation")
    operator.chooses("Kind of organisation", "Regulator")
    offered = [box.text() for box in shown(operator.window, QCheckBox)]
    assert offered == ["evidence"]
    operator.clicks("evidence")
    operator.types("Legal name", "监管局")
    operator.drops("Signed agreement", paper)
    operator.types("Key card 1", card_text(place, "regulator"))
    operator.signs()
    operator.awaits("监管局", "Regulator", "evidence")


@day
def test_an_amendment_begins_with_what_holds_and_ends_in_a_new_version(place: Place, paper: Path) -> None:
    operator = place.seat(OPERATOR)
    opens(operator, NAMES[BETA], NUMBERS[BETA])
    before = account(place, operator, NUMBERS[BETA])
    operator.clicks("Amend…")
    operator.types("Quota plan", "54321")
    operator.drops("New agreement", paper)
    operator.clicks("vouchers")
    operator.signs()
    operator.awaits("Version 2", "54\u2009321 points per period")
    after = account(place, operator, NUMBERS[BETA])
    assert (after.name, after.quota_points, after.agreement_version) == (before.name, 54_321, 2)
    assert list(after.permissions) == [wire.PERMISSION_IDENTITY, wire.PERMISSION_EVIDENCE]


@day
def test_a_suspension_says_what_it_does_and_cites_the_order(place: Place, paper: Path) -> None:
    operator = place.seat(OPERATOR)
    opens(operator, NAMES[BETA], NUMBERS[BETA])
    operator.clicks("Suspend…")
    operator.sees("users whom it alone certifies can act no more", "Users whom another partner certifies as well go on")
    cites(operator, paper)
    operator.reviews()
    operator.sees("users whom it alone certifies can act no more")
    operator.clicks("Sign and send")
    operator.awaits("In force since")
    operator.clicks("Done")
    operator.awaits("Suspended by", "suspended", "Orders about it", "杭州市中级人民法院")
    operator.clicks("Resume…")
    cites(operator, paper)
    operator.signs()
    operator.awaits("Suspend…")


@day
def test_a_partner_recognises_another_changes_that_and_withdraws_it(place: Place) -> None:
    alpha = place.seat(ALPHA)
    opens(alpha, NAMES[BETA], NUMBERS[BETA])
    alpha.clicks("Recognise…")
    alpha.signs()
    alpha.awaits("Change recognition…")
    alpha.clicks("Change recognition…")
    alpha.chooses("From level", "phone")
    alpha.signs()
    alpha.awaits("Withdraw recognition…")
    alpha.clicks("← All organisations")
    alpha.clicks_beside(f"Open \u2068{NAMES[ALPHA]}\u2069 · account {NUMBERS[ALPHA]}")
    alpha.awaits("Whom it recognises", "from level “phone verified” on")
    assert not alpha.can_press("Recognise…")
    alpha.clicks("← All organisations")
    alpha.clicks_beside(f"Open \u2068{NAMES[BETA]}\u2069 · account {NUMBERS[BETA]}")
    alpha.until(lambda: alpha.can_press("Withdraw recognition…"))
    alpha.clicks("Withdraw recognition…")
    alpha.signs()
    alpha.until(lambda: not alpha.can_press("Withdraw recognition…"))
    assert alpha.can_press("Recognise…")
