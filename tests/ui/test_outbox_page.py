"""The outbox page at a desk in memory: what needs the clerk, what can be done, and what it looks like."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import NoPeer
from app.core.walleterrors import OutcomeUnknown
from app.ui.present.numbers import number
from app.ui.settings import LanguageChoice
from app.ui.windows.outbox_page import OutboxPage
from app.ui.windows.outbox_parts import main_action
from tests.fakes.desk import FakeDesk
from tests.fakes.outbox_facts import deed, realistic_entries, transfer
from tests.ui.clerk import Clerk
from tests.ui.organisation_desk import organisation_desk
from tests.ui.test_layout import SIZES, check_reachable, seat

SitDown = Callable[..., Clerk]


def outbox_desk(**more: object) -> FakeDesk:
    return organisation_desk(entries=realistic_entries(), **more)


@pytest.fixture
def clerk(sit_down: SitDown) -> Clerk:
    return sit_down(outbox_desk())


def page_of(clerk: Clerk) -> OutboxPage:
    clerk.opens("Outbox")
    page = clerk.frame.pages["outbox"]
    assert isinstance(page, OutboxPage)
    clerk.waits()
    return page


def badge(clerk: Clerk) -> int:
    return clerk.frame.sidebar._buttons["outbox"]._badge


def looks_at(clerk: Clerk, name: str) -> OutboxPage:
    page = page_of(clerk)
    page.show_subject(name)
    clerk.waits()
    return page


# ---- the list --------------------------------------------------------------------------------------------------------
def test_everything_stands_in_its_group_in_words(clerk: Clerk) -> None:
    page_of(clerk)
    clerk.sees("3 things need you, 3 on the way")
    titles = clerk.screen.split("\n")
    places = [titles.index(text) for text in ("Needs you", "On the way", "Done")]
    assert places == sorted(places)
    clerk.sees("Draft", "Waits for approval", "To be sent", "Submitted, outcome unknown")
    clerk.sees("Expired (not on the chain)", "Refused", f"Final (height {number(49_114)})", "on the chain")
    clerk.sees(
        "It did not come onto the chain in time, and nothing was changed.", "It was done anew since.", "Put away."
    )
    clerk.sees("about")


def test_whom_and_what_it_concerns_is_said_by_name_and_number(clerk: Clerk) -> None:
    page_of(clerk)
    clerk.sees("Zhejiang Tailong Commercial Bank", "account 10003", "account 10001", "出库单 HG-2026-1102.pdf")


def test_the_badge_counts_what_needs_the_clerk_before_the_page_was_opened(sit_down: SitDown) -> None:
    clerk = sit_down(outbox_desk())
    assert badge(clerk) == 3


def test_an_empty_outbox_says_what_it_is_for(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk())
    page_of(clerk)
    clerk.sees("Nothing was drafted here yet", "Nothing is on its way, and nothing needs you")
    assert badge(clerk) == 0


def test_without_a_network_it_says_that_things_go_out_by_themselves(sit_down: SitDown) -> None:
    clerk = sit_down(outbox_desk(behind=None))
    page_of(clerk)
    clerk.sees("no network", "No network. It goes out by itself when there is one")
    clerk.does_not_see("The node says:")


def test_with_a_network_the_node_s_word_is_said(sit_down: SitDown) -> None:
    clerk = sit_down(organisation_desk(entries=[deed("d", "transfer", transfer(), "pending", 2, note="mempool-full")]))
    page_of(clerk)
    clerk.sees("It goes out by itself, and can land until", "The node says:")
    clerk.does_not_see("no network")


def test_older_ones_come_when_asked_for(sit_down: SitDown) -> None:
    many = [
        replace(realistic_entries()[6], deed_id=f"m{place}", number=900 - place, file_name=f"file {place}.pdf")
        for place in range(30)
    ]
    clerk = sit_down(organisation_desk(entries=many))
    page_of(clerk)
    clerk.sees("file 19.pdf")
    clerk.does_not_see("file 20.pdf")
    clerk.clicks("Older…")
    clerk.sees("file 29.pdf")
    clerk.does_not_see("Older…")


def test_what_cannot_be_asked_leaves_the_numbers(sit_down: SitDown) -> None:
    desk = outbox_desk()
    desk.registry.views = {}
    desk.registry.vouchers = {}
    clerk = sit_down(desk)
    page_of(clerk)
    clerk.sees("Transfer vouchers", "account 10001")


def test_what_says_the_same_is_not_drawn_again_under_the_clerk_s_hands(clerk: Clerk) -> None:
    page = page_of(clerk)
    drawn = page.home_column.itemAt(0)
    assert drawn is not None
    clerk.desk.entries = realistic_entries()
    before = drawn.widget()
    page.load()
    clerk.waits()
    again = page.home_column.itemAt(0)
    assert again is not None
    assert again.widget() is before


# ---- one of them -----------------------------------------------------------------------------------------------------
def test_in_full_sight_stands_all_that_was_signed_and_what_became_of_it(clerk: Clerk) -> None:
    looks_at(clerk, "d3")
    clerk.sees(
        "What it says", "SHA-256", "采收记录.xlsx", "Signed with", "Transaction", "Place in the log", number(1_274)
    )
    clerk.sees("In the block of height", number(49_114), "Can land until", "Signing digest")
    clerk.clicks("← Everything in the outbox")
    clerk.sees("Needs you")


def test_what_took_its_place_is_named_and_one_click_away(sit_down: SitDown) -> None:
    desk = outbox_desk()
    desk.entries.insert(0, deed("d1b", "transfer", transfer(), "unknown", 1, replaces="d2"))
    clerk = sit_down(desk)
    looks_at(clerk, "d2")
    clerk.sees("Done anew by", "Submitted, outcome unknown")
    clerk.clicks("What was done anew")
    clerk.sees("Takes the place of")


def test_a_final_record_leads_to_the_records_page(clerk: Clerk) -> None:
    page_of(clerk)
    clerk.clicks("Open record")
    assert clerk.frame.open_name == "records"


# ---- what can be done ------------------------------------------------------------------------------------------------
def test_what_came_to_nothing_is_shown_before_it_is_signed_anew(clerk: Clerk) -> None:
    page_of(clerk)
    clerk.clicks("Draft anew")
    clerk.sees("It came to nothing and is never sent again.", "What is signed is what you see", "SHA-256")
    assert clerk.can_press("Sign and send")
    assert [each.replaces for each in clerk.desk.entries if each.state == "draft"] == ["d5", ""]


def test_going_back_leaves_what_came_to_nothing_as_it_was(clerk: Clerk) -> None:
    page_of(clerk)
    before = list(clerk.desk.entries)
    clerk.clicks("Draft anew")
    clerk.clicks("Back")
    clerk.sees("Needs you", "3 things need you")
    assert clerk.desk.entries == before
    assert "discard" in clerk.desk.calls


def test_a_draft_that_was_only_looked_at_stays(clerk: Clerk) -> None:
    page_of(clerk)
    clerk.clicks("Continue")
    clerk.sees("It stays in the outbox until it is signed or discarded", "What is signed is what you see")
    clerk.clicks("Back")
    clerk.sees("Needs you")
    assert "discard" not in clerk.desk.calls
    assert [each.deed_id for each in clerk.desk.entries] == [each.deed_id for each in realistic_entries()]


def test_a_draft_is_discarded_when_asked_for(clerk: Clerk) -> None:
    looks_at(clerk, "d9")
    clerk.clicks("Discard")
    clerk.sees("2 things need you")
    assert "d9" not in [each.deed_id for each in clerk.desk.entries]


def test_what_is_no_longer_needed_asks_for_nothing(clerk: Clerk) -> None:
    looks_at(clerk, "d5")
    clerk.clicks("No longer needed")
    clerk.sees("2 things need you")
    assert badge(clerk) == 2
    looks_at(clerk, "d5")
    clerk.sees("Put away.")
    assert clerk.can_press("Draft anew")


def test_the_same_bytes_are_handed_over_again(clerk: Clerk) -> None:
    page_of(clerk)
    clerk.clicks("Send now")
    clerk.sees("Handed over.", "The same bytes as before")
    assert clerk.desk.sent == ["d8"]


def test_what_nobody_takes_is_said_and_stays(clerk: Clerk) -> None:
    clerk.desk.failing["send_again"] = NoPeer()
    page = page_of(clerk)
    clerk.clicks("Send now")
    assert page.banner.text
    assert clerk.desk.sent == []
    clerk.sees("To be sent")


def test_what_may_still_land_is_not_drafted_anew(clerk: Clerk) -> None:
    clerk.desk.failing["renew"] = OutcomeUnknown(valid_until=53_000)
    page = page_of(clerk)
    clerk.clicks("Draft anew")
    assert "may still be recorded" in page.banner.text
    clerk.sees("Needs you", "3 things need you")


def test_the_request_for_colleagues_is_written(clerk: Clerk, tmp_path: Path) -> None:
    page = page_of(clerk)
    waiting = next(each for each in clerk.desk.entries if each.state == "waiting")
    page.save_request(waiting, tmp_path / "rename.luopu-request")
    clerk.waits()
    clerk.sees("Saved:", "Give it to those who must sign")
    assert (tmp_path / "rename.luopu-request").exists()


def test_every_state_has_the_action_that_fits(clerk: Clerk) -> None:
    page = page_of(clerk)
    offered = {each.deed_id: main_action(each, page) for each in realistic_entries()}
    assert {name: action and action[0] for name, action in offered.items()} == {
        "d9": "Continue",
        "d8": "Send now",
        "d7": "Save file…",
        "d6": "Send now",
        "d5": "Draft anew",
        "d4": "Draft anew",
        "d3": "Open record",
        "d2": None,
        "d1": None,
        "d0": None,
    }


# ---- room ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoken", ["zh", "en"])
@pytest.mark.parametrize("behind", [0, None])
def test_it_has_room_and_can_be_reached(
    size: tuple[int, int], spoken: LanguageChoice, behind: int | None, sit_down: SitDown
) -> None:
    clerk = seat(sit_down, outbox_desk(behind=behind), spoken, size)
    clerk.frame.open_page("outbox")
    check_reachable(clerk, "list")
    page = clerk.frame.pages["outbox"]
    assert isinstance(page, OutboxPage)
    for each in realistic_entries():
        page.show_subject(each.deed_id)
        check_reachable(clerk, each.deed_id)
    page.show_subject(None)
    page.renew(clerk.desk.entries[4])
    check_reachable(clerk, "renewing")
