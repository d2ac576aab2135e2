"""The approvals page at desks of one account with several keys, through the real widgets, against a real node (3.4.1)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.core.wire import registry_pb2 as wire
from app.ui.settings import LanguageChoice
from app.ui.windows.approvals_page import ApprovalsPage
from tests.scenarios.town import ALPHA, NUMBERS, OPERATOR
from tests.ui.test_layout import SIZES, check_reachable
from tests.ui.town_guest import Guest, Place, day, open_place

SECOND, THIRD = "alpha-second", "alpha-third"


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The town; the first partner has a second key, and agreements at it need two."""
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        card = made.loop.run_until_complete(made.town.card(SECOND))
        made.do(ALPHA, change_keys=wire.ChangeKeys(add=[card]))
        two = wire.Threshold(duty=wire.DUTY_IDENTITY, checkers=1)
        made.do(ALPHA, set_thresholds=wire.SetThresholds(thresholds=[two]))
        yield made


def page_of(clerk: Guest) -> ApprovalsPage:
    page = clerk.frame.pages["approvals"]
    assert isinstance(page, ApprovalsPage)
    return page


def card_of(place: Place, name: str) -> str:
    run = place.loop.run_until_complete
    return run(run(place.town.desk(name)).key_card())


def account_of(place: Place) -> wire.Account:
    run = place.loop.run_until_complete
    return run(run(place.town.desk(OPERATOR)).registry.account(NUMBERS[ALPHA])).account


def fills_in_enrolment(clerk: Guest, place: Place, name: str, known: str) -> None:
    clerk.goes_to("users")
    clerk.until(lambda: clerk.can_press("Enrol a user"))
    clerk.clicks("Enrol a user")
    clerk.types("Key card", card_of(place, name))
    clerk.types("Known here as", known)
    clerk.reviews()
    clerk.awaits("1 colleague must approve this", "Let it wait on the chain", "Prepare a request file")


# ---- on the chain ----------------------------------------------------------------------------------------------------
@day
def test_what_one_clerk_makes_waits_on_the_chain_until_another_countersigns(place: Place) -> None:
    maker = place.seat(ALPHA)
    fills_in_enrolment(maker, place, "ming", "张明")
    maker.clicks("Let it wait on the chain")
    maker.awaits("Waits for approvals")
    maker.does_not_see("1 colleague must approve this")
    maker.clicks("Sign and send")
    maker.awaits("It waits on the chain for approval since")
    maker.clicks("Done")
    maker.until(lambda: maker.badge("approvals") == 0)
    maker.goes_to("approvals")
    maker.awaits("waits for others", "1 approval missing")

    checker = place.seat(SECOND)
    checker.until(lambda: checker.badge("approvals") == 1)
    checker.goes_to("approvals")
    checker.awaits("Waiting on the chain", "waits for me")
    checker.clicks("Look")
    checker.awaits("What waits", "real name", "nobody yet")
    checker.until(lambda: checker.can_press("Countersign"))
    checker.clicks("Countersign")
    checker.awaits("What is signed is what you see")
    checker.sees("real name", "What waits")
    checker.clicks("Sign and send")
    checker.awaits("In force since")
    checker.clicks("Done")
    checker.awaits("Nothing waits.")
    checker.until(lambda: checker.badge("approvals") == 0)
    maker.goes_to("users")
    maker.awaits("张明", "in force")


@day
def test_what_waits_can_be_discarded(place: Place) -> None:
    maker = place.seat(ALPHA)
    fills_in_enrolment(maker, place, "hong", "李红")
    maker.clicks("Let it wait on the chain")
    maker.awaits("Waits for approvals")
    maker.clicks("Sign and send")
    maker.awaits("It waits on the chain for approval since")
    maker.clicks("Done")
    checker = place.seat(SECOND)
    checker.goes_to("approvals")
    checker.awaits("waits for me")
    checker.clicks("Look")
    checker.awaits("Discard…")
    checker.clicks("Discard…")
    checker.signs()
    checker.awaits("Nothing waits.")


# ---- by file ---------------------------------------------------------------------------------------------------------
@day
def test_a_request_goes_as_a_file_to_the_other_desk_and_is_sent_from_there(place: Place, tmp_path: Path) -> None:
    maker = place.seat(ALPHA)
    fills_in_enrolment(maker, place, "tang", "唐九")
    assert not maker.can_press("Prepare a request file")
    box = next(each for each in maker._all(QCheckBox) if each.accessibleName().startswith("Approvers"))
    box.setChecked(True)
    maker.clicks("Prepare a request file")
    maker.awaits("1 key must sign as well")
    maker.clicks("Sign and send")
    maker.awaits("waits for signatures", "Save the request under Approvals")
    maker.clicks("Done")
    maker.goes_to("approvals")
    maker.awaits("Requests at this desk", "waits for others", "Save file…")
    (request,) = place.loop.run_until_complete(maker.desk.requests())
    file = tmp_path / "enrol.luopu-request"
    page_of(maker).save_request(request, file)
    maker.awaits("Saved:")
    maker.leaves()

    checker = place.seat(SECOND)
    checker.goes_to("approvals")
    checker.awaits("Requests at this desk")
    page_of(checker).open_request(file)
    checker.awaits("The request was taken in.", "waits for me", "Look and sign")
    checker.until(lambda: checker.badge("approvals") == 1)
    checker.clicks("Look and sign")
    checker.awaits("What is signed is what you see", "real name")
    checker.clicks("Sign and send")
    checker.awaits("In force since", "The new account has the number")
    checker.clicks("Done")
    checker.awaits("None. A request is a file")


@day
def test_a_file_that_is_no_request_is_refused_in_words(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "x.luopu-request"
    file.write_bytes(b"something else")
    clerk = place.seat(ALPHA)
    clerk.goes_to("approvals")
    clerk.awaits("Requests at this desk")
    page_of(clerk).open_request(file)
    clerk.until(lambda: bool(page_of(clerk).banner.text))
    assert "not what it claims to be" in page_of(clerk).banner.text


# ---- keys ------------------------------------------------------------------------------------------------------------
@day
def test_a_key_is_added_with_roles_and_revoked(place: Place) -> None:
    clerk = place.seat(ALPHA)
    clerk.goes_to("approvals")
    clerk.awaits("Keys of this account", "this desk", "every role")
    clerk.clicks("Add a key…")
    clerk.types("Key card", card_of(place, THIRD))
    next(box for box in clerk._all(QCheckBox) if box.text() == "checker").setChecked(True)
    clerk.sees("It can act as: checker")
    clerk.signs()
    clerk.until(lambda: _count(clerk, "Revoke…") == 3)
    assert list(account_of(place).keys[-1].roles) == [wire.ROLE_CHECKER]
    clerk.clicks("Revoke…", 2)
    clerk.sees("it can never be used again on this chain")
    clerk.signs()
    clerk.until(lambda: _count(clerk, "Revoke…") == 2)
    assert len(account_of(place).keys) == 2


@day
def test_how_many_must_sign_is_said_for_each_class_of_action(place: Place) -> None:
    clerk = place.seat(ALPHA)
    clerk.goes_to("approvals")
    clerk.awaits("How many must sign", "1 checker beside the maker", "One key is enough")
    clerk.clicks("Change…")
    clerk.chooses("orders", "1 checker")
    clerk.signs()
    found = {each.duty: each.checkers for each in account_of(place).thresholds}
    assert found == {wire.DUTY_IDENTITY: 1, wire.DUTY_ORDER: 1}


@day
def test_the_key_of_the_desk_is_replaced_and_then_signs_no_more(place: Place) -> None:
    clerk = place.seat(SECOND)
    clerk.goes_to("approvals")
    clerk.awaits("Replace…")
    clerk.clicks("Replace…")
    clerk.sees("the old one is dead at once")
    clerk.types("Card of the new key", card_of(place, "alpha-new"))
    clerk.signs()
    clerk.until(lambda: clerk.window.bridge.account is None)
    run = place.loop.run_until_complete
    assert run(run(place.town.desk("alpha-new")).account()).id == NUMBERS[ALPHA]


# ---- looks -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("spoken", ["zh", "en"])
@day
def test_everything_has_room(place: Place, spoken: LanguageChoice) -> None:
    clerk = place.seat(ALPHA, spoken)
    clerk.goes_to("approvals")
    page = page_of(clerk)
    clerk.until(lambda: page.home_column.count() > 0)
    for size in SIZES:
        clerk.window.resize(*size)
        check_reachable(clerk, "lists")
        for begin in (page.add_key, page.rotate_key, page.change_thresholds):
            begin()
            clerk.waits()
            check_reachable(clerk, "form")
            page.leave()


def _count(clerk: Guest, text: str) -> int:
    return clerk.screen.split("\n").count(text)
