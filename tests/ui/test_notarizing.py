"""Notarizing, as a clerk does it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from app.client.model import NeverLanded, RefusedInBlock
from app.core.errors import FileChanged, NodeUnreachable, Stopped
from app.core.refusals import NotPermitted, QuotaSpent
from app.ui.widgets.approval import ApprovalView
from app.ui.widgets.chain_line import ChainLine
from app.ui.widgets.seal import Seal
from app.ui.windows import notarize_session
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import RICE, digest_of
from tests.ui.clerk import Clerk
from tests.ui.test_layout import shown

SitDown = Callable[..., Clerk]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A file to notarize."""
    path = tmp_path / "检验报告.pdf"
    path.write_bytes(b"all is well")
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Another one."""
    path = tmp_path / "film.mp4"
    path.write_bytes(b"moving pictures")
    return path


def test_i_notarize_two_files_on_an_existing_chain(sit_down: SitDown, report: Path, film: Path) -> None:
    clerk = sit_down()
    clerk.opens("Notarize")
    clerk.sees("Add at least one file")
    clerk.drops("Drop files here", report, film)
    clerk.sees("2 files", "Say what this evidence is about")
    clerk.chooses("Evidence chain", RICE)
    clerk.types("Subject", "Goods received")
    assert "#3" in clerk.names_in_sight(ChainLine)[0]
    assert "#5 this time" in clerk.names_in_sight(ChainLine)[0]
    clerk.clicks("Review what will be signed")
    clerk.sees("What is signed is what you see", "24 quota points, 8\u2009396 left afterwards", "示例合作方 经办 01")
    clerk.does_not_see("Review what will be signed")
    clerk.clicks("Sign and notarize")
    clerk.sees("Receipts", "Final (height 52\u2009815)")
    assert clerk.names_in_sight(Seal) == ["Final, verified on this computer"]
    clerk.clicks("Next evidence")
    clerk.sees("Drop files here")
    assert clerk.desk.calls.count("sign_and_send") == 1


def test_i_begin_a_new_chain(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down(FakeDesk(all_records=[]))
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report)
    clerk.types("Subject", "First of all")
    clerk.clicks("Review what will be signed")
    clerk.sees("nothing: first", "\u2068First of all\u2069")


def test_what_i_approve_comes_from_the_draft_and_not_from_what_i_typed(sit_down: SitDown, report: Path) -> None:
    class Altering(FakeDesk):
        async def draft(self, *arguments: object) -> list[object]:  # type: ignore[override]
            drafts = await super().draft(*arguments)  # type: ignore[arg-type]
            return [replace(draft, subject="something else") for draft in drafts]

    clerk = sit_down(Altering())
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report)
    clerk.types("Subject", "what I typed")
    clerk.clicks("Review what will be signed")
    view = clerk.window.findChild(ApprovalView)
    assert view is not None
    texts = [label.text() for label in view.findChildren(QLabel)]
    assert "\u2068something else\u2069" in texts
    assert not any("what I typed" in text for text in [*texts, *clerk.names_in_sight(ChainLine)])


def test_a_file_is_read_while_i_do_other_things_and_can_be_cancelled(sit_down: SitDown, report: Path) -> None:
    desk = FakeDesk(hold={"hash_file": asyncio.Event()})
    clerk = sit_down(desk)
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report)
    clerk.sees("54%", "Wait until all files have been read")
    clerk.opens("Overview")
    clerk.sees("In sync")
    clerk.opens("Notarize")
    clerk.clicks("Cancel")
    desk.failure["hash_file"] = Stopped()
    desk.hold["hash_file"].set()
    clerk.waits()
    clerk.sees("Add at least one file")
    assert clerk.window.session.files == {}


def test_the_next_file_is_read_after_a_cancelled_one(sit_down: SitDown, report: Path, film: Path) -> None:
    desk = FakeDesk(hold={"hash_file": asyncio.Event()})
    clerk = sit_down(desk)
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report, film)
    clerk.clicks("Cancel")
    desk.hold["hash_file"].set()
    clerk.waits()
    assert [file.path for file in clerk.window.session.hashed] == [film]


def test_the_same_file_is_not_taken_twice(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down()
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report, report)
    clerk.drops("Drop files here", report)
    clerk.sees("1 file")


def test_a_file_that_changed_is_said_and_not_signed(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down(FakeDesk(failure={"hash_file": FileChanged(file="检验报告.pdf")}))
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report)
    clerk.sees("The file changed while it was being read", "None of the files could be read")


def test_a_refusal_is_explained_with_what_was_kept(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down(FakeDesk(outcome=RefusedInBlock(52_815, QuotaSpent(expected=12, got=3))))
    sends(clerk, report)
    clerk.sees("Refused", "12 needed, 3 left", "The draft is kept")
    assert clerk.names_in_sight(Seal) == []


def test_what_never_landed_is_said_to_be_expired(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down(FakeDesk(outcome=NeverLanded(53_414)))
    sends(clerk, report)
    clerk.sees("Expired (not on the chain)", "nothing was recorded")


def test_an_outcome_that_cannot_be_asked_stays_unknown_and_is_asked_again(
    sit_down: SitDown, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notarize_session, "RETRY_SECONDS", 0)
    clerk = sit_down(FakeDesk(failure={"wait_for_outcome": NodeUnreachable()}))
    sends(clerk, report)
    clerk.sees("Submitted, outcome unknown", "The node on this computer does not answer")
    clerk.does_not_see("Receipts\nFinal")
    del clerk.desk.failure["wait_for_outcome"]
    clerk.waits()
    clerk.sees("Final (height 52\u2009815)")


def test_a_failed_signing_keeps_the_drafts_before_my_eyes(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down(FakeDesk(failure={"sign_and_send": NodeUnreachable()}))
    sends(clerk, report)
    clerk.sees("Nothing was lost", "What is signed")
    assert clerk.can_press("Sign and notarize")


def test_i_can_go_back_before_signing(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down()
    reviews(clerk, report)
    clerk.clicks("Back")
    clerk.sees("Drop files here", "1 file")
    assert clerk.desk.items == []


def test_i_continue_a_draft_that_was_left_unsigned(sit_down: SitDown, report: Path) -> None:
    desk = FakeDesk()
    clerk = sit_down(desk)
    reviews(clerk, report)
    clerk.leaves()
    desk.state = desk.state.OPEN
    again = sit_down(desk)
    again.sees("1 draft not signed yet")
    again.opens("Notarize")
    again.clicks("Continue")
    again.sees("What is signed", "检验报告.pdf")
    again.clicks("Sign and notarize")
    again.sees("Final (height 52\u2009815)")


def test_without_registration_i_am_told_what_to_do(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(registered=False))
    clerk.opens("Notarize")
    clerk.sees("Your key is not registered yet", clerk.desk.public_key_text())
    clerk.does_not_see("Drop files here", "Add files…")
    clerk.desk.registered = True
    clerk.hears("status")
    clerk.sees("Drop files here")


def test_without_the_permission_the_page_is_away_and_the_side_bar_says_why(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(permissions=("identity",)))
    clerk.sees("No Notarize, Agreements: no permission for evidence")
    names = [button.text() for button in shown(clerk.window, QAbstractButton)]
    assert not {"Notarize", "New evidence"} & set(names)


def test_a_user_has_the_page_without_any_permission(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(party="user", permissions=()))
    clerk.opens("Notarize")
    clerk.sees("Drop files here")


@pytest.mark.parametrize(
    ("more", "said"),
    [({"behind": 300}, "The node is 300 blocks behind"), ({"halted": "app-hash-differs"}, "The state computed here")],
)
def test_nothing_is_drafted_on_a_node_that_is_not_ready(
    more: dict[str, object], said: str, sit_down: SitDown, report: Path
) -> None:
    clerk = sit_down(FakeDesk(**more))  # type: ignore[arg-type]
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report)
    clerk.types("Subject", "x")
    clerk.sees(said)
    assert not clerk.can_press("Review what will be signed")


def test_a_refused_draft_is_said_on_top_of_the_page(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down(FakeDesk(failure={"draft": NotPermitted(expected="evidence")}))
    clerk.opens("Notarize")
    clerk.drops("Drop files here", report)
    clerk.types("Subject", "x")
    clerk.clicks("Review what will be signed")
    clerk.sees("This account is not permitted to do this", "Review what will be signed")
    clerk.clicks("Dismiss")
    clerk.does_not_see("This account is not permitted to do this")


def test_switching_the_language_keeps_my_work(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down()
    reviews(clerk, report)
    clerk.settings.language = "zh"
    clerk.window.setting_changed("language")
    clerk.waits()
    clerk.sees("待签内容", "签名并存证", "检验报告.pdf")
    clerk.clicks("签名并存证")
    clerk.sees("已终局（高度 52\u2009815）")
    assert clerk.frame.open_name == "notarize"


def test_a_record_is_found_under_its_receipt(sit_down: SitDown, report: Path) -> None:
    clerk = sit_down()
    sends(clerk, report)
    clerk.clicks("Open record")
    assert clerk.frame.open_name == "records"
    clerk.sees("检验报告.pdf", "The next block is not final yet")
    assert digest_of("record draft-1").hex()[:4] in clerk.screen


def reviews(clerk: Clerk, file: Path) -> None:
    """Up to the approval."""
    clerk.opens("Notarize")
    clerk.drops("Drop files here", file)
    clerk.types("Subject", "Goods received")
    clerk.clicks("Review what will be signed")


def sends(clerk: Clerk, file: Path) -> None:
    """Up to the receipt."""
    reviews(clerk, file)
    clerk.clicks("Sign and notarize")
