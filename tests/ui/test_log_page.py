"""The approval log at a desk in memory: what was approved, whether the log is whole, and a file of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from app.core.errors import FileUnwritable
from app.ui.present.digests import ends, grouped
from app.ui.settings import LanguageChoice
from app.ui.windows.log_page import LogPage
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import digest_of
from tests.fakes.outbox_facts import CHECKER_KEY, OWN_KEY, realistic_lines, unreadable
from tests.ui.clerk import Clerk
from tests.ui.organisation_desk import organisation_desk
from tests.ui.test_layout import SIZES, check_reachable, seat

SitDown = Callable[..., Clerk]


def log_desk(count: int = 9, **more: object) -> FakeDesk:
    return organisation_desk(lines=realistic_lines(count), **more)


def damaged_desk() -> FakeDesk:
    """The fourth line was altered, the sixth cannot be read."""
    desk = log_desk(altered=(4, 6))
    desk.lines[3] = unreadable(6)
    return desk


def page_of(clerk: Clerk) -> LogPage:
    clerk.opens("Approval log")
    page = clerk.frame.pages["log"]
    assert isinstance(page, LogPage)
    clerk.waits()
    return page


def test_each_approval_stands_there_newest_first_with_its_key(sit_down: SitDown) -> None:
    clerk = sit_down(log_desk())
    page_of(clerk)
    clerk.sees("#9  Record evidence: ", "#8  Transfer vouchers: ", "#7  Change the name: ", "account 10001")
    assert clerk.screen.index("#9 ") < clerk.screen.index("#8 ") < clerk.screen.index("#1 ")
    clerk.sees("经办 01 的软件密钥", "with the key p256:02")


def test_a_whole_log_says_so_with_its_newest_digest(sit_down: SitDown) -> None:
    clerk = sit_down(log_desk())
    page_of(clerk)
    clerk.sees("whole", "Each line is tied to the one before", grouped(digest_of("line 9")))
    clerk.sees("Put the newest digest on record from time to time")
    clerk.does_not_see("altered\n")


def test_an_altered_log_is_loud_and_the_others_stay_readable(sit_down: SitDown) -> None:
    clerk = sit_down(damaged_desk())
    page = page_of(clerk)
    clerk.sees("Altered, or not tied to the line before: #4, #6.", "#6 cannot be read", "#7  Change the name: ")
    said = next(each for each in page.findChildren(QLabel) if each.text().startswith("Altered, or"))
    assert said.property("tone") == "bad"
    assert [each.text() for each in page.findChildren(QLabel) if each.property("tone") == "bad"].count("altered") == 3
    page.show_subject(6)
    clerk.waits()
    clerk.sees("#6 cannot be read", "What was approved")


def test_in_full_sight_everything_that_was_shown_is_said_again(sit_down: SitDown) -> None:
    clerk = sit_down(log_desk())
    page = page_of(clerk)
    page.show_subject(9)
    clerk.waits()
    clerk.sees("What was shown", "SHA-256", grouped(digest_of("sha256 入库检验")), "Approved at", ends(OWN_KEY))
    clerk.sees("luopu-consortium-1", "Digest of this line", grouped(digest_of("line 9")))
    page.show_subject(7)
    clerk.waits()
    clerk.sees("Checked by", "绍兴富硒大米合作社", CHECKER_KEY[:24])
    clerk.clicks("← The whole log")
    clerk.sees("The log")


def test_older_ones_come_when_asked_for(sit_down: SitDown) -> None:
    clerk = sit_down(log_desk(40))
    page_of(clerk)
    clerk.sees("#40 ", "#11 ")
    clerk.does_not_see("#10 ")
    clerk.clicks("Older…")
    clerk.sees("#10 ", "#1 ")
    clerk.does_not_see("Older…")


def test_an_empty_log_says_what_it_is_for(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk())
    page_of(clerk)
    clerk.sees("Nothing was approved here yet")
    assert not clerk.can_press("Export the log…")


def test_the_log_is_written_as_a_file(sit_down: SitDown, tmp_path: Path) -> None:
    clerk = sit_down(log_desk())
    page = page_of(clerk)
    page.save(tmp_path / "approvals.jsonl")
    clerk.waits()
    clerk.sees("Saved:", "luopu account approvals --check")
    assert (tmp_path / "approvals.jsonl").exists()


def test_with_an_altered_log_in_the_file_it_is_said_again(sit_down: SitDown, tmp_path: Path) -> None:
    clerk = sit_down(damaged_desk())
    page = page_of(clerk)
    page.save(tmp_path / "approvals.jsonl")
    clerk.waits()
    assert "#4, #6" in page.banner.text
    clerk.desk.failing["save_approvals"] = FileUnwritable(file="approvals.jsonl", reason="no room")
    page.save(tmp_path / "approvals.jsonl")
    clerk.waits()
    assert "no room" in page.banner.text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_it_has_room_and_can_be_reached(size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown) -> None:
    for desk in (log_desk(40), damaged_desk()):
        clerk = seat(sit_down, desk, spoken, size)
        clerk.frame.open_page("log")
        check_reachable(clerk, "log")
        page = clerk.frame.pages["log"]
        assert isinstance(page, LogPage)
        page.show_subject(7)
        check_reachable(clerk, "line")
