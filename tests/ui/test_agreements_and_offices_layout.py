"""The pages of agreements, partners, orders and decisions: room for every word, in both languages, at every step."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from app.ui.present.orders import Unable
from app.ui.present.partners import Organisation
from app.ui.settings import LanguageChoice
from app.ui.windows.agreement_forms import confirm_form, open_form, retract_form
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.governance_forms import approve_form, propose_form
from app.ui.windows.governance_page import GovernancePage
from app.ui.windows.order_forms import record_form, stand_in_freeze_form, stand_in_unfreeze_form
from app.ui.windows.partner_forms import admit_form, amend_form, recognise_form, stop_form, withdraw_form
from tests.ui.clerk import Clerk
from tests.ui.organisation_desk import (
    BANK,
    FIRST,
    HANGZHOU,
    NAMED,
    NAMES,
    OPERATOR,
    SHAOXING,
    agreements,
    council,
    entries,
    law,
    organisation_desk,
    recognition,
    view_of,
)
from tests.ui.test_layout import SIZES, check, seat, shown, spoken

__all__ = ["spoken"]
SitDown = Callable[..., Clerk]
PARTNER, OFFICE, BOOKS = ("partner", 10_086), ("operator", OPERATOR), ("bookkeeper", FIRST)


def organisation(number: int) -> Organisation:
    mine = (recognition(SHAOXING, 4),)  # type: ignore[arg-type]
    return Organisation(view_of(number), (), (), mine, (), NAMED)


def page_of(clerk: Clerk, name: str) -> DeedPage:
    clerk.frame.open_page(name)
    clerk.waits()
    page = clerk.frame.pages[name]
    assert isinstance(page, DeedPage)
    return page


def shows(clerk: Clerk, name: str, subject: object) -> None:
    page = page_of(clerk, name)
    page.show_subject(subject)  # type: ignore[attr-defined]
    check(clerk, f"{name} {subject!r}")


def begins(clerk: Clerk, name: str, form: object) -> None:
    page = page_of(clerk, name)
    page.begin(form)  # type: ignore[arg-type]
    check(clerk, f"{name} {page._form.title.text()}")  # type: ignore[union-attr]
    nameless = [each for each in shown(clerk.window) if is_nameless(each)]
    assert nameless == []
    page.leave()
    clerk.waits()


def is_nameless(widget: object) -> bool:
    is_reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QLabel)  # type: ignore[attr-defined]
    return bool(is_reached) and not widget.accessibleName()  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
def test_agreements_have_room(size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown) -> None:
    clerk = seat(sit_down, organisation_desk(), spoken, size)
    views = agreements()
    for subject in (None, *(view.id for view in views)):
        shows(clerk, "agreements", subject)
    around = clerk.frame.around
    for form in (open_form(around), confirm_form(around, views[0]), retract_form(around, views[1])):
        begins(clerk, "agreements", form)


@pytest.mark.parametrize("size", SIZES)
def test_partners_have_room(size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown) -> None:
    for party in (PARTNER, OFFICE):
        clerk = seat(sit_down, organisation_desk(*party), spoken, size)
        for subject in (None, HANGZHOU, SHAOXING, BANK, FIRST):
            shows(clerk, "partners", subject)
    around = clerk.frame.around
    one = organisation(SHAOXING)
    stops = [stop_form(around, organisation(each), stops=flag) for each in (SHAOXING, FIRST) for flag in (True, False)]
    for form in (admit_form(around), amend_form(around, one), recognise_form(one), withdraw_form(one), *stops):
        begins(clerk, "partners", form)


@pytest.mark.parametrize("size", SIZES)
def test_orders_have_room(size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown) -> None:
    clerk = seat(sit_down, organisation_desk(*OFFICE), spoken, size)
    for subject in (None, *(entry.index for entry in entries())):
        shows(clerk, "orders", subject)
    for party in ("partner", "operator"):
        begins(clerk, "orders", record_form(clerk.frame.around, party))
    many = Unable({number: name for number, (name, _) in NAMES.items()}, frozenset())
    around = clerk.frame.around
    for form in (stand_in_freeze_form(around, many), stand_in_unfreeze_form(around, OPERATOR, many)):
        begins(clerk, "orders", form)


@pytest.mark.parametrize("size", SIZES)
def test_decisions_have_room(size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown) -> None:
    clerk = seat(sit_down, organisation_desk(*BOOKS), spoken, size)
    for subject in (None, *(proposal.id for proposal in council().proposals)):
        shows(clerk, "governance", subject)
    page = page_of(clerk, "governance")
    assert isinstance(page, GovernancePage)
    for place in range(4):
        form = propose_form(clerk.frame.around, council(), law("grant"))
        kind = form.fields[0]
        kind.box.setCurrentIndex(place)  # type: ignore[attr-defined]
        kind.box.activated.emit(place)  # type: ignore[attr-defined]
        begins(clerk, "governance", form)
    begins(clerk, "governance", approve_form(clerk.frame.around, council().proposals[0]))


def test_what_waits_for_me_is_counted_before_anybody_opens_the_page(sit_down: SitDown) -> None:
    clerk = sit_down(organisation_desk())
    assert clerk.frame.sidebar._buttons["agreements"].accessibleDescription() == "1 waiting"
    other = sit_down(organisation_desk(*BOOKS))
    assert other.frame.sidebar._buttons["governance"].accessibleDescription() == "1 waiting"


def test_there_is_one_primary_button_at_each_step(sit_down: SitDown) -> None:
    clerk = sit_down(organisation_desk())
    for name in ("agreements", "partners", "orders"):
        shows(clerk, name, None)
        main = [each for each in shown(clerk.window, QAbstractButton) if each.property("part") == "primary"]
        assert len(main) <= 1, name
    page = page_of(clerk, "agreements")
    page.begin(open_form(clerk.frame.around))
    clerk.waits()
    assert [each.text() for each in shown(clerk.window, QAbstractButton) if each.property("part") == "primary"] == [  # type: ignore[attr-defined]
        "Review what will be signed"
    ]


def test_nothing_is_drawn_again_that_says_the_same(sit_down: SitDown) -> None:
    clerk = sit_down(organisation_desk())
    page = page_of(clerk, "agreements")
    before = page.home_column.itemAt(0).widget()  # type: ignore[union-attr]
    clerk.desk.height += 1
    clerk.hears("status")
    assert page.home_column.itemAt(0).widget() is before  # type: ignore[union-attr]
    clerk.desk.registry.open_agreements.pop(0)
    clerk.desk.height += 1
    clerk.hears("status")
    assert page.home_column.itemAt(0).widget() is not before  # type: ignore[union-attr]
    assert clerk.frame.sidebar._buttons["agreements"].accessibleDescription() == ""


def test_where_there_are_many_organisations_one_is_found_by_name_or_number(sit_down: SitDown) -> None:
    clerk = sit_down(organisation_desk())
    page_of(clerk, "partners")
    clerk.types("Find by name or number", "绍兴")
    clerk.sees("绍兴市越城区公证处")
    clerk.does_not_see("杭州富硒大米专业合作社")
    clerk.types("Find by name or number", str(HANGZHOU))
    clerk.sees("杭州富硒大米专业合作社")
    clerk.types("Find by name or number", "nobody")
    clerk.sees("No organisation is called so")
