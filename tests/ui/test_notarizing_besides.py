"""What a record says besides its file, and colleagues who approve it: the same page as ever, with a section more."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel

from app.core.refusals import AccountFrozen, ApprovalsMissing
from app.ui.recording import Checker, Consent
from app.ui.settings import LanguageChoice
from app.ui.windows import notarize_session
from app.ui.windows.notarize import NotarizePage
from app.ui.windows.pickers import DocumentPicker
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import RICE, realistic_items
from tests.ui.clerk import Clerk
from tests.ui.test_layout import SIZES, check, seat, shown, spoken

__all__ = ["spoken"]
SitDown = Callable[..., Clerk]
LI, WANG = Checker("\u2068复核 李经理\u2069", "ed25519:aa"), Checker("\u2068复核 王主任\u2069", "ed25519:bb")
MISSING = ApprovalsMissing(account=10_086, expected=1)


def asked(*checkers: Checker, missing: int = 1) -> Consent:
    """As long as nobody is asked."""
    return Consent(checkers=checkers, reasons=(ApprovalsMissing(account=10_086, expected=missing),))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three files to notarize."""
    paths = [tmp_path / f"公示附件 {number}.pdf" for number in (1, 2, 3)]
    for number, path in enumerate(paths):
        path.write_bytes(f"page {number}".encode())
    return paths


@pytest.fixture
def stamp(tmp_path: Path) -> Path:
    """What a time-stamp service returned."""
    path = tmp_path / "token.tsr"
    path.write_bytes(b"token")
    return path


def page_of(clerk: Clerk) -> NotarizePage:
    page = clerk.frame.pages["notarize"]
    assert isinstance(page, NotarizePage)
    return page


def begins(clerk: Clerk, *paths: Path) -> None:
    """Files and a subject."""
    clerk.opens("Notarize")
    clerk.drops("Drop files here", *paths)
    clerk.types("Subject", "公示")


def checks(clerk: Clerk, text: str) -> None:
    """Sets the check mark that says this."""
    next(box for box in clerk._all(QCheckBox) if text in box.text()).setChecked(True)
    clerk.waits()


# ---- besides ---------------------------------------------------------------------------------------------------------
def test_most_records_need_none_of_it_and_it_is_folded_away(sit_down: SitDown, files: list[Path]) -> None:
    clerk = sit_down()
    begins(clerk, *files)
    clerk.sees("More", "several files in one record, replacing, time-stamp, hosting")
    clerk.does_not_see("Put all files into one record", "Time-stamp", "Hosted at")
    assert clerk.can_press("Review what will be signed")
    clerk.clicks("More")
    clerk.sees("Put all files into one record", "Time-stamp", "Hosted at", "Less")
    clerk.clicks("Less")
    clerk.does_not_see("Put all files into one record")


def test_many_files_become_one_record(sit_down: SitDown, files: list[Path]) -> None:
    clerk = sit_down()
    begins(clerk, *files)
    clerk.clicks("More")
    checks(clerk, "Put all files into one record")
    clerk.clicks("Review what will be signed")
    assert [draft.said.batch_size for draft in clerk.window.session.drafts] == [3]
    clerk.sees("a list of 3 files", "Batch root")
    clerk.clicks("Sign and notarize")
    clerk.sees("a list of 3 files", "Final (height")
    clerk.clicks("Open record")
    clerk.sees("a list of 3 files", "Batch root")


def test_the_same_content_twice_is_said_before_anything_is_drafted(
    sit_down: SitDown, files: list[Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(files[0].read_bytes())
    clerk = sit_down()
    begins(clerk, files[0], copy)
    clerk.clicks("More")
    checks(clerk, "Put all files into one record")
    clerk.sees("Two of the files are the same")
    assert not clerk.can_press("Review what will be signed")


def test_what_belongs_to_one_record_is_not_said_of_several(sit_down: SitDown, files: list[Path]) -> None:
    clerk = sit_down()
    begins(clerk, *files)
    clerk.clicks("More")
    clerk.types("Hosted at", "https://files.example/1")
    clerk.sees("keep one file, or put all into one record")
    assert not clerk.can_press("Review what will be signed")
    clerk.types("Hosted at", "  ")
    assert clerk.can_press("Review what will be signed")


def test_the_record_that_is_replaced_is_one_of_the_chosen_chain(sit_down: SitDown, files: list[Path]) -> None:
    clerk = sit_down()
    begins(clerk, files[0])
    clerk.clicks("More")
    clerk.sees("first choose that chain above")
    clerk.chooses("Evidence chain", RICE)
    clerk.sees("The earlier record stays on the chain")
    box = next(combo for combo in clerk._all(QComboBox) if combo.accessibleName() == "Replaces")
    assert [box.itemData(place) for place in range(box.count())] == [0, 3, 2, 1]
    clerk.chooses("Replaces", "#2")
    clerk.clicks("Less")
    clerk.sees("replaces #2")
    clerk.chooses("Evidence chain", "Begin a new evidence chain")
    clerk.does_not_see("replaces #2")
    assert clerk.window.session.besides.supersedes == 0


def test_a_time_stamp_is_read_before_anything_is_drafted(sit_down: SitDown, files: list[Path], stamp: Path) -> None:
    clerk = sit_down()
    begins(clerk, files[0])
    clerk.clicks("More")
    clerk.desk.hold["hash_file"] = asyncio.Event()
    clerk.drops("Time-stamp", stamp)
    clerk.sees("Time-stamp: being read")
    assert not clerk.can_press("Review what will be signed")
    clerk.desk.hold["hash_file"].set()
    clerk.waits()
    clerk.clicks("Review what will be signed")
    clerk.sees("Time-stamp (SHA-256)")


def test_what_was_asked_for_outlives_another_language_and_not_the_next_evidence(
    sit_down: SitDown, files: list[Path], stamp: Path
) -> None:
    clerk = sit_down()
    begins(clerk, files[0])
    clerk.clicks("More")
    clerk.drops("Time-stamp", stamp)
    clerk.types("Hosted at", "https://files.example/1")
    clerk.settings.language = "zh"
    clerk.window.setting_changed("language")
    clerk.waits()
    clerk.sees("收起", "token.tsr")
    besides = clerk.window.session.besides
    assert (besides.hosting, len(besides.timestamp)) == ("https://files.example/1", 32)
    clerk.clicks("核对待签内容")
    clerk.clicks("签名并存证")
    clerk.sees("附可信时间戳 · 附托管地址")
    clerk.clicks("继续存证")
    assert clerk.window.session.besides.timestamp == b""
    clerk.clicks("更多")
    clerk.does_not_see("token.tsr")
    assert clerk.window.findChildren(DocumentPicker)[0].file is None


# ---- colleagues ------------------------------------------------------------------------------------------------------
def test_whom_to_ask_is_chosen_by_name(sit_down: SitDown, files: list[Path]) -> None:
    clerk = sit_down(FakeDesk(consent=asked(LI, WANG)))
    begins(clerk, files[0])
    clerk.clicks("Review what will be signed")
    clerk.sees("1 colleague must approve this", "goes round as a request file, until about", LI.name, WANG.name)
    assert not clerk.can_press("Sign and notarize")
    assert not clerk.can_press("Prepare a request file")
    checks(clerk, "王主任")
    clerk.clicks("Prepare a request file")
    assert clerk.can_press("Sign and notarize")
    clerk.sees("Checked by", WANG.name)
    clerk.does_not_see(LI.name)


def test_where_all_must_be_asked_they_are_chosen_already(sit_down: SitDown, files: list[Path]) -> None:
    clerk = sit_down(FakeDesk(consent=asked(LI, WANG, missing=2)))
    begins(clerk, files[0])
    clerk.clicks("Review what will be signed")
    clerk.clicks("Prepare a request file")
    clerk.sees(f"{LI.name}, {WANG.name}")


def test_where_nobody_can_be_asked_the_clerk_hears_what_to_do(sit_down: SitDown, files: list[Path]) -> None:
    clerk = sit_down(FakeDesk(consent=asked()))
    begins(clerk, files[0])
    clerk.clicks("Review what will be signed")
    clerk.sees("No other key of this account may check; an administrator adds one under Approvals.")
    clerk.does_not_see("Prepare a request file")


def test_another_reason_is_said_and_nobody_is_asked(sit_down: SitDown, files: list[Path]) -> None:
    frozen = AccountFrozen(account=10_086)
    clerk = sit_down(FakeDesk(consent=Consent(checkers=(LI,), reasons=(frozen, MISSING))))
    begins(clerk, files[0])
    clerk.clicks("Review what will be signed")
    clerk.sees("frozen")
    clerk.does_not_see("Prepare a request file")


def test_it_is_not_said_to_be_recorded_before_the_colleague_has_signed(
    sit_down: SitDown, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notarize_session, "RETRY_SECONDS", 0)
    clerk = sit_down(FakeDesk(consent=asked(LI)))
    begins(clerk, files[0])
    clerk.clicks("Review what will be signed")
    clerk.clicks("Prepare a request file")
    clerk.clicks("Sign and notarize")
    clerk.sees("Waits for approval", "Give the request file to those who must sign as well", "Save the request file…")
    clerk.does_not_see("Final (height", "Open record")
    (draft,) = clerk.window.session.drafts
    page_of(clerk).save_requests({draft.draft_id: tmp_path / "r.luopu-request"})
    clerk.waits()
    clerk.sees("Saved: \u2068r.luopu-request\u2069", "It holds no secret key.")
    clerk.opens("Overview")
    clerk.sees("1 record signed here, waiting for approval")
    clerk.desk.approved = True
    clerk.opens("Notarize")
    clerk.sees("Final (height", "Open record")
    clerk.does_not_see("Save the request file…", "It holds no secret key.")


# ---- looks -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", SIZES)
def test_every_step_has_room(
    size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown, files: list[Path], stamp: Path
) -> None:
    many = [Checker(f"\u2068{'复核' * 9} {number}\u2069", f"ed25519:{number}") for number in range(12)]
    clerk = seat(sit_down, FakeDesk(items=realistic_items(), consent=asked(*many)), spoken, size)
    clerk.frame.open_page("notarize")
    session, page = clerk.window.session, page_of(clerk)
    session.add(files)
    session.subject = "公示"
    session.choose_chain(clerk.window.bridge.chains[0].chain)
    clerk.waits()
    more = page._chain._more
    more._turn()
    check(clerk, "more")
    nameless = [
        widget
        for widget in shown(clerk.window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget, QLabel)
        and not widget.accessibleName()
    ]
    assert nameless == []
    more._batch.box.setChecked(True)
    more._timestamp.take(stamp)
    more._hosting.edit.setText("https://files.example/" + "path/" * 20)
    clerk.waits()
    check(clerk, "more, filled in")
    more._turn()
    check(clerk, "folded")
    session.prepare()
    check(clerk, "approvers")
    session.ask([many[0].key])
    check(clerk, "approval")
    session.sign()
    check(clerk, "waiting")
