"""Pages with lists: what comes into sight after an action of theirs."""

from collections.abc import Callable

import pytest

from app.client.model import Final
from app.ui.desk import DeedView
from app.ui.windows.agreement_forms import open_form
from app.ui.windows.agreements_page import AgreementsPage
from app.ui.windows.frame import MADE_WHEN_NEEDED
from app.ui.windows.lists_page import ListsPage, made_account
from tests.fakes.desk_facts import NOW_NS, TIP
from tests.ui.clerk import Clerk
from tests.ui.organisation_desk import agreements, organisation_desk

SitDown = Callable[..., Clerk]
MADE = agreements()[1].id


@pytest.fixture
def clerk(sit_down: SitDown) -> Clerk:
    return sit_down(organisation_desk())


def page_of(clerk: Clerk) -> AgreementsPage:
    clerk.opens("Agreements")
    page = clerk.frame.pages["agreements"]
    assert isinstance(page, AgreementsPage)
    return page


def deed(held: bytes) -> DeedView:
    """What was signed; `held` is the id under which it waits if others must approve it."""
    return DeedView("id", "open_agreement", (), "x", 1, 1, 9, NOW_NS, 0, (), bytes(32), (), held)


def ends(clerk: Clerk, data: bytes, *, held: bytes = b"") -> None:
    """What was signed stands in a block, with this result."""
    page = page_of(clerk)
    page.session.deed = deed(held)
    page.session.final.emit(Final(TIP, NOW_NS, 1, data))
    page.leave()
    clerk.waits()


def test_every_page_says_how_it_is_loaded() -> None:
    pages = [page for page in MADE_WHEN_NEEDED.values() if isinstance(page, type) and issubclass(page, ListsPage)]
    assert len(pages) == len(MADE_WHEN_NEEDED)
    assert [page for page in pages if getattr(page.load, "__isabstractmethod__", False)] == []


def test_what_a_form_made_comes_into_full_sight(clerk: Clerk) -> None:
    page_of(clerk).begin(open_form(clerk.frame.around), opens=bytes)
    ends(clerk, MADE)
    assert page_of(clerk).subject == MADE
    clerk.sees("← All agreements", "Purchase of 40 t selenium rice")


def test_what_waits_for_approvals_was_not_made_and_the_lists_stay(clerk: Clerk) -> None:
    page_of(clerk).begin(open_form(clerk.frame.around), opens=bytes)
    ends(clerk, MADE, held=MADE)
    assert page_of(clerk).subject is None
    clerk.sees("Waiting for me")


def test_after_a_form_that_makes_nothing_the_same_stays_in_sight(clerk: Clerk) -> None:
    page_of(clerk).begin(open_form(clerk.frame.around), opens=bytes)
    page_of(clerk).leave()
    page_of(clerk).begin(open_form(clerk.frame.around))
    ends(clerk, MADE)
    assert page_of(clerk).subject is None


def test_a_new_account_is_known_by_its_number() -> None:
    assert made_account((10_003).to_bytes(8, "big")) == 10_003
