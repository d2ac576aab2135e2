"""Records that colleagues must approve, and records that say more than their file, through the real widgets, against a real
node (3.4.1, 3.4.2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.core.hashing import sha256
from app.core.merkle import root
from app.core.wire import registry_pb2 as wire
from app.desk import running
from app.ui.present.digests import grouped
from app.ui.windows import notarize_session
from app.ui.windows.approvals_page import ApprovalsPage
from app.ui.windows.notarize import NotarizePage
from app.ui.windows.records import RecordsPage
from tests.scenarios.town import ALPHA, BETA
from tests.ui.town_guest import Guest, Place, day, open_place

SECOND, THIRD = "alpha-second", "alpha-third"


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The town; the first partner has three keys, and evidence at it needs two."""
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        run = made.loop.run_until_complete
        cards = [run(made.town.card(SECOND, "checker")), run(made.town.card(THIRD))]
        cards[0].label, cards[1].label = "复核 李经理", "经办 02"
        made.do(ALPHA, change_keys=wire.ChangeKeys(add=cards))
        two = wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=1)
        made.do(ALPHA, set_thresholds=wire.SetThresholds(thresholds=[two]))
        yield made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes are asked for without a pause."""
    monkeypatch.setattr(notarize_session, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(running, "RESUME_SECONDS", 0.2)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "检验报告.pdf"
    path.write_bytes(b"%PDF " + tmp_path.name.encode())
    return path


def page_of(clerk: Guest) -> NotarizePage:
    page = clerk.frame.pages["notarize"]
    assert isinstance(page, NotarizePage)
    return page


def approvals_of(clerk: Guest) -> ApprovalsPage:
    clerk.goes_to("approvals")
    page = clerk.frame.pages["approvals"]
    assert isinstance(page, ApprovalsPage)
    return page


def asks_a_colleague(clerk: Guest, who: str, *files: Path, subject: str = "入库检验") -> None:
    """From files to what waits for a signature."""
    clerk.goes_to("notarize")
    clerk.drops("Drop files here", *files)
    clerk.types("Subject", subject)
    clerk.until(lambda: clerk.can_press("Review what will be signed"))
    clerk.clicks("Review what will be signed")
    clerk.awaits("1 colleague must approve this", "goes round as a request file")
    assert not clerk.can_press("Sign and notarize")
    assert not clerk.can_press("Prepare a request file")
    next(box for box in clerk._all(QCheckBox) if who in box.text()).setChecked(True)
    clerk.clicks("Prepare a request file")
    clerk.until(lambda: clerk.can_press("Sign and notarize"))
    clerk.sees("Checked by", who)
    clerk.does_not_see("1 colleague must approve this")
    clerk.clicks("Sign and notarize")
    clerk.awaits("Waits for approval", "Give the request file to those who must sign as well")


def saves_request(clerk: Guest, folder: Path) -> Path:
    """The request file of the one draft that waits."""
    (draft,) = clerk.window.session.drafts
    page_of(clerk).save_requests({draft.draft_id: folder / "notarize.luopu-request"})
    clerk.awaits("Saved:")
    return folder / "notarize.luopu-request"


def signs_as_checker(place: Place, who: str, request: Path) -> None:
    """A colleague opens the request, looks, and signs."""
    checker = place.seat(who)
    page = approvals_of(checker)
    page.open_request(request)
    checker.awaits("The request was taken in.", "waits for me", "Look and sign")
    assert checker.badge("approvals") == 1
    assert all(item.state == "final" for item in place.loop.run_until_complete(checker.desk.outbox()))
    checker.clicks("Look and sign")
    checker.awaits("What is signed is what you see", "入库检验")
    checker.clicks("Sign and send")
    checker.awaits("Recorded")
    checker.clicks("Done")
    checker.leaves()
    place.guests.remove(checker)


def notarizes(clerk: Guest, *files: Path, subject: str) -> None:
    """From files to receipts."""
    clerk.goes_to("notarize")
    clerk.drops("Drop files here", *files)
    clerk.types("Subject", subject)
    clerk.until(lambda: clerk.can_press("Review what will be signed"))
    clerk.clicks("Review what will be signed")
    clerk.until(lambda: clerk.can_press("Sign and notarize"))
    clerk.clicks("Sign and notarize")
    clerk.awaits("Final (height", "Open record")


def saves_bundle(clerk: Guest, folder: Path) -> Path:
    """The bundle of the record in sight, with the original."""
    page = clerk.frame.pages["records"]
    assert isinstance(page, RecordsPage)
    clerk.until(page.detail.save.isEnabled)
    page.detail.with_file.setChecked(True)
    assert page._record is not None
    page.save_bundle(page._record, folder / "bundle.asice")
    clerk.awaits("Saved and verified")
    return folder / "bundle.asice"


def finds_out(clerk: Guest) -> None:
    """The desk follows what it signed, as it does by itself where it runs its own node, until nothing waits any more."""
    bridge = clerk.window.bridge
    clerk.window.around.tasks.start(clerk.desk._keep_going(), failed=lambda _error: None)

    def all_final() -> bool:
        bridge.refresh("outbox")
        return all(item.state == "final" for item in bridge.outbox)

    clerk.until(all_final)


@day
def test_a_record_waits_until_the_colleague_has_signed_and_then_has_its_receipt_and_bundle(
    place: Place, report: Path, tmp_path: Path
) -> None:
    maker = place.seat(ALPHA)
    asks_a_colleague(maker, "复核 李经理", report)
    maker.until(lambda: maker.window.bridge.outbox[0].state == "waiting")
    assert maker.badge("notarize") == 1
    request = saves_request(maker, tmp_path)
    signs_as_checker(place, SECOND, request)
    maker.awaits("Final (height", "Open record")
    maker.until(lambda: maker.window.bridge.outbox[0].state == "final")
    maker.clicks("Open record")
    maker.awaits("检验报告.pdf")
    bundle = saves_bundle(maker, tmp_path)
    verdict = place.loop.run_until_complete(maker.desk.verify_bundle(bundle, report, None))
    assert verdict.verdict == "valid"


@day
def test_several_files_go_round_as_several_requests_and_are_found_when_they_come_back(
    place: Place, report: Path, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"moving pictures")
    maker = place.seat(ALPHA)
    asks_a_colleague(maker, "复核 李经理", report, film)
    assert maker.can_press("Save the request files…")
    names = [draft.draft_id for draft in maker.window.session.drafts]
    page_of(maker).save_requests({name: tmp_path / f"{name[:8]}.luopu-request" for name in names})
    maker.awaits("2 request files saved")
    maker.clicks("Next evidence")
    maker.awaits("Drop files here")
    assert maker.screen.count("Request file…") == 2
    for name in names:
        signs_as_checker(place, SECOND, tmp_path / f"{name[:8]}.luopu-request")
    finds_out(maker)
    maker.goes_to("overview")
    maker.awaits("Nothing waits for you.", "film.mp4")


@day
def test_a_desk_whose_key_may_only_check_is_told_so(place: Place, report: Path) -> None:
    checker = place.seat(SECOND)
    checker.goes_to("notarize")
    checker.drops("Drop files here", report)
    checker.types("Subject", "入库检验")
    checker.until(lambda: checker.can_press("Review what will be signed"))
    checker.clicks("Review what will be signed")
    checker.awaits("What is signed is what you see", "role")
    checker.does_not_see("Prepare a request file")
    checker.clicks("Back")


@day
def test_i_put_files_into_one_record_that_replaces_another(place: Place, report: Path, tmp_path: Path) -> None:
    clerk = place.seat(BETA)
    notarizes(clerk, report, subject="公示第一版")
    clerk.clicks("Next evidence")
    pages = [tmp_path / f"公示 {number}.txt" for number in (1, 2, 3)]
    for number, page in enumerate(pages):
        page.write_text(f"page {number}", encoding="utf-8")
    stamp = tmp_path / "token.tsr"
    stamp.write_bytes(b"a time-stamp token")
    clerk.drops("Drop files here", *pages)
    clerk.types("Subject", "公示第二版")
    clerk.clicks("More")
    clerk.sees("Only a record of the same chain can be replaced")
    clerk.until(lambda: bool(clerk.window.bridge.chains))
    clerk.chooses("Evidence chain", "公示第一版")
    clerk.until(lambda: len(clerk.window.session.chain_records) == 1)
    clerk.chooses("Replaces", "#1")
    clerk.drops("Time-stamp", stamp)
    clerk.types("Hosted at", "https://files.example/notice")
    clerk.awaits("keep one file, or put all into one record")
    next(box for box in clerk._all(QCheckBox) if box.text() == "Put all files into one record").setChecked(True)
    clerk.until(lambda: clerk.can_press("Review what will be signed"))
    clerk.clicks("Less")
    clerk.sees("all files in one record · replaces #1 · with a time-stamp · with the place where it is hosted")
    clerk.clicks("Review what will be signed")
    clerk.awaits("a list of 3 files", "record #1 of this chain", "Time-stamp (SHA-256)", "Hosting place (SHA-256)")
    clerk.clicks("Sign and notarize")
    clerk.awaits("Open record", "a list of 3 files · replaces #1")
    clerk.clicks("Open record")
    clerk.awaits("Batch root", "record #1 of this chain", grouped(sha256(b"a time-stamp token")))
    verdict = place.loop.run_until_complete(clerk.desk.verify_bundle(saves_bundle(clerk, tmp_path), None, None))
    assert (verdict.verdict, verdict.file_in_bundle) == ("valid", True)
    assert verdict.record is not None
    assert verdict.record.additions.batch_root == root(sorted(sha256(page.read_bytes()) for page in pages))
    assert verdict.record.additions.hosting == sha256(b"https://files.example/notice")
    first = place.loop.run_until_complete(clerk.desk.records())[-1]
    clerk.frame.show_record(first.record_digest)
    clerk.awaits("Record #2 of this chain takes the place of this one.")
