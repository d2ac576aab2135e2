"""What bookkeepers decide at their desks, through the real widgets, against a real node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.client.members import LawParameters
from app.core.wire import registry_pb2 as wire
from tests.scenarios.town import ALPHA, BOOKKEEPER, NAMES, OPERATOR
from tests.ui.town_guest import Guest, Place, day, open_place

SECOND, SECOND_NUMBER = "second", 12
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The second bookkeeper has a small seat: it proposes, and the first decides."""
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        card = made.loop.run_until_complete(made.town.card(SECOND))
        admit = wire.Admit(
            party=wire.PARTY_BOOKKEEPER, name="记账方二", keys=[card], agreement=bytes(32), quota_points=99_999
        )
        number = int.from_bytes(made.do(OPERATOR, admit=admit).data, "big")
        desk = made.loop.run_until_complete(made.town.desk(BOOKKEEPER))
        height = made.loop.run_until_complete(desk.status()).height
        seat = wire.Seat(key=KEY, power=1, account=number)
        made.do(BOOKKEEPER, propose=wire.Propose(document=bytes(32), deadline=height + 1_000, validator=seat))
        yield made


@pytest.fixture
def reasons(tmp_path: Path) -> Path:
    path = tmp_path / "理由.pdf"
    path.write_bytes(b"%PDF reasons")
    return path


def law(place: Place, clerk: Guest) -> LawParameters:
    return place.loop.run_until_complete(clerk.desk.registry.parameters())


def proposes(clerk: Guest, kind: str, reasons: Path) -> None:
    clerk.goes_to("governance")
    clerk.until(lambda: clerk.can_press("Propose a change"))
    clerk.clicks("Propose a change")
    clerk.chooses("What about", kind)
    clerk.drops("Reasons", reasons)


@day
def test_seats_and_the_rules_in_force_are_in_sight(place: Place) -> None:
    clerk = place.seat(SECOND)
    clerk.goes_to("governance")
    clerk.awaits("记账方二\u2069", "(you)", NAMES[BOOKKEEPER], "The rules in force", "Stopped actions", "none decided")
    clerk.sees("Decided and lapsed", "Longest validity")


@day
def test_settings_proposed_at_one_desk_are_decided_at_another(place: Place, reasons: Path) -> None:
    second, first = place.seat(SECOND), place.seat(BOOKKEEPER)
    proposes(second, "settings", reasons)
    second.chooses("Setting 1", "bytes per quota point")
    now = law(place, second).bytes_per_point
    second.types("New value 1", str(now))
    second.awaits("is the value that holds already")
    second.types("New value 1", str(now + 1))
    second.clicks("Add a setting")
    second.chooses("Setting 2", "quota points of an action")
    second.chooses("Of 2", "Enrol a user")
    second.types("New value 2", "9")
    second.signs()
    second.awaits("1 of", "power has approved", "Bytes per quota point")
    assert not second.can_press("Approve…")

    first.until(lambda: first.badge("governance") == 1)
    first.goes_to("governance")
    first.awaits("Waiting for me", "Waits for your approval until height")
    first.clicks_beside(f"Open Bytes per quota point: {now} → {now + 1} and 1 more")
    first.until(lambda: first.can_press("Approve…"))
    first.clicks("Approve…")
    first.reviews()
    first.sees(
        "quota points of an action “Enrol a user”: ", "→ 9", "under the number that is signed", "Reasons (SHA-256)"
    )
    first.clicks("Sign and send")
    first.awaits("In force since")
    first.clicks("Done")
    first.awaits("decided", "In favour")
    assert not first.can_press("Approve…")
    first.clicks("← All decisions")
    first.until(lambda: first.badge("governance") == 0)
    decided = law(place, first)
    assert (decided.bytes_per_point, decided.action_costs["enrol"]) == (now + 1, 9)


@day
def test_actions_are_stopped_and_allowed_again(place: Place, reasons: Path) -> None:
    clerk = place.seat(BOOKKEEPER)
    proposes(clerk, "stop actions", reasons)
    assert "Actions: Propose" not in clerk.names_in_sight(QCheckBox)
    clerk.awaits("Still missing: Actions")
    clerk.clicks("Enrol a user")
    clerk.clicks("Grant access to data")
    clerk.signs()
    clerk.awaits("← All decisions", "decided", "Stop: Enrol a user, Grant access to data")
    assert set(law(place, clerk).stopped_actions) == {"enrol", "grant"}
    clerk.clicks("← All decisions")
    proposes(clerk, "stop actions", reasons)
    clerk.chooses("Direction", "Allow again")
    clerk.does_not_see("Certify a user")
    clerk.clicks("Enrol a user")
    clerk.clicks("Grant access to data")
    clerk.signs()
    clerk.awaits("decided", "Allow again: ")
    assert law(place, clerk).stopped_actions == ()


@day
def test_a_seat_is_given_more_power_or_to_another_validator(place: Place, reasons: Path) -> None:
    clerk = place.seat(SECOND)
    proposes(clerk, "validator", reasons)
    clerk.chooses("Seat", "记账方二")
    clerk.does_not_see("Validator key")
    clerk.types("Voting power", "2")
    clerk.until(lambda: clerk.can_press("Review what will be signed"))
    clerk.chooses("Seat", "another validator")
    clerk.types("Validator key", "00")
    clerk.types("Bookkeeper", NAMES[BOOKKEEPER])
    clerk.awaits(NAMES[BOOKKEEPER])
    assert not clerk.can_press("Review what will be signed")
    clerk.types("Validator key", "ab" * 32)
    clerk.signs()
    clerk.awaits("a seat with power 2", "no seat", "open")


@day
def test_an_upgrade_says_which_version_from_which_height(place: Place, reasons: Path) -> None:
    clerk = place.seat(BOOKKEEPER)
    proposes(clerk, "upgrade", reasons)
    clerk.drops("Release notes", reasons)
    clerk.types("Version", str(law(place, clerk).law_version))
    clerk.types("From height", "5000000")
    clerk.awaits("Version: out of bounds")
    clerk.types("Version", str(law(place, clerk).law_version + 1))
    clerk.types("From height", "50")
    clerk.awaits("From height must lie behind Deadline")
    clerk.types("From height", "5000000")
    clerk.signs()
    clerk.awaits("← All decisions", "decided", "height 5\u2009000\u2009000, about")
    clerk.clicks("← All decisions")
    clerk.awaits("version 2 from height 5\u2009000\u2009000")


@day
def test_only_bookkeepers_have_this_page(place: Place) -> None:
    clerk = place.seat(ALPHA)
    clerk.awaits("only bookkeepers decide")
    assert "governance" not in clerk.frame.pages
