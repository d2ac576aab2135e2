"""Looking things up and verifying, as a clerk or a judge does it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.modeltest import ModelTester

from app.client.model import RecordStatus
from app.core.errors import FileUnreadable, NotYetProvable
from app.ui.present import records
from app.ui.present.language import Words
from app.ui.widgets.records_table import PAGE, RecordsModel
from app.ui.widgets.seal import Seal
from app.ui.windows.records import RecordsPage
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import NOW_NS, RICE, make_record, realistic_items
from tests.ui.clerk import Clerk

SitDown = Callable[..., Clerk]


def many(count: int) -> FakeDesk:
    """A desk with so many records."""
    return FakeDesk(all_records=[make_record(n, RICE, n, f"part {n}", 100 + n) for n in range(count, 0, -1)])


def records_page(clerk: Clerk) -> RecordsPage:
    """The records page."""
    page = clerk.frame.pages["records"]
    assert isinstance(page, RecordsPage)
    return page


# ---- records ---------------------------------------------------------------------------------------------------------
def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester, loop: object) -> None:
    model = RecordsModel(lambda: NOW_NS)
    model.take_page(None, many(300).all_records[:PAGE])
    qtmodeltester.check(model)


def test_pages_are_loaded_as_they_are_shown(sit_down: SitDown) -> None:
    clerk = sit_down(many(1000))
    clerk.opens("Records")
    model = records_page(clerk).model
    assert model.rowCount() == PAGE
    records_page(clerk).view.scrollToBottom()
    model.fetchMore(QModelIndex())
    clerk.waits()
    assert model.rowCount() == 2 * PAGE
    last = model.record_at(2 * PAGE - 1)
    assert last is not None
    assert last.index == 1000 - 2 * PAGE + 1


def test_the_last_page_ends_the_asking() -> None:
    model = RecordsModel(lambda: NOW_NS)
    entries = many(300).all_records
    model.take_page(None, entries[:PAGE])
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert not model.canFetchMore(QModelIndex())
    model.take_page(entries[PAGE - 1].index, entries[PAGE:])
    assert model.rowCount() == 300
    assert not model.canFetchMore(QModelIndex())


def test_a_page_that_was_not_asked_for_is_not_put_in() -> None:
    model = RecordsModel(lambda: NOW_NS)
    model.take_page(None, many(300).all_records[:PAGE])
    model.take_page(7, many(7).all_records)
    assert model.rowCount() == PAGE


def test_only_cells_in_sight_are_asked_for(sit_down: SitDown, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[int] = set()
    whole = records.cells

    def counting(record: RecordStatus, now_ns: int, words: Words) -> tuple[str, ...]:
        asked.add(record.index)
        return whole(record, now_ns, words)

    monkeypatch.setattr(records, "cells", counting)
    clerk = sit_down(many(1000))
    clerk.opens("Records")
    clerk.window.grab()
    assert 0 < len(asked) < 60


def test_a_new_record_comes_in_on_top_and_my_choice_stays(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.opens("Records")
    clerk.sees("#3 \u2068入库\u2069")
    clerk.desk.all_records.insert(0, make_record(5000, RICE, 4, "出库", 52_816, provable=False))
    clerk.hears("records")
    model = records_page(clerk).model
    first = model.record_at(0)
    assert first is not None
    assert first.subject == "出库"
    clerk.sees("#3 \u2068入库\u2069")


def test_a_record_becomes_provable_before_my_eyes(sit_down: SitDown) -> None:
    desk = FakeDesk(all_records=[make_record(1, RICE, 1, "采收", 52_814, provable=False)])
    clerk = sit_down(desk)
    clerk.opens("Records")
    clerk.sees("The next block is not final yet")
    assert not clerk.can_press("Save bundle…")
    desk.all_records[0] = replace(desk.all_records[0], provable=True)
    clerk.hears("records")
    clerk.sees("everything needed to verify it offline")
    assert clerk.can_press("Save bundle…")


def test_i_save_a_bundle(sit_down: SitDown, tmp_path: Path) -> None:
    clerk = sit_down(FakeDesk(items=realistic_items()))
    clerk.opens("Records")
    page = records_page(clerk)
    record = page.model.record_at(0)
    assert record is not None
    page.save_bundle(record, tmp_path / "out.asice")
    clerk.waits()
    clerk.sees("Saved and verified: \u2068out.asice\u2069")
    assert (tmp_path / "out.asice").read_bytes().endswith(record.record_digest + b"\0")


def test_a_bundle_that_cannot_be_made_says_when_it_can(sit_down: SitDown, tmp_path: Path) -> None:
    clerk = sit_down(FakeDesk(failure={"save_bundle": NotYetProvable(height=52_815)}))
    clerk.opens("Records")
    record = records_page(clerk).model.record_at(0)
    assert record is not None
    records_page(clerk).save_bundle(record, tmp_path / "out.asice")
    clerk.waits()
    clerk.sees("Its proof can be made with the next block")


def test_without_records_the_page_says_what_it_is_for(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(all_records=[]))
    clerk.opens("Records")
    clerk.sees("No records yet")


# ---- verifying -------------------------------------------------------------------------------------------------------
@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle."""
    path = tmp_path / "evidence.asice"
    path.write_bytes(b"PK")
    return path


def test_a_sound_bundle_is_verified_step_by_step(sit_down: SitDown, bundle: Path) -> None:
    clerk = sit_down()
    clerk.opens("Verify")
    assert not clerk.can_press("Verify ")
    clerk.drops("Evidence bundle", bundle)
    clerk.drops("Original file (optional)", bundle)
    verifies(clerk)
    clerk.sees(
        "Verified", "What is proven", "1. Container", "12. Evidence chain", "passed", "22 Nov 2026 13:04:31 (UTC+08:00)"
    )
    assert clerk.names_in_sight(Seal) == ["Final, verified on this computer"]


def test_a_bundle_without_the_original_says_that_it_was_not_compared(sit_down: SitDown, bundle: Path) -> None:
    clerk = sit_down()
    clerk.opens("Verify")
    clerk.drops("Evidence bundle", bundle)
    verifies(clerk)
    clerk.sees("The original file was not compared", "not done")


def test_a_refuted_bundle_shows_the_step_and_why(sit_down: SitDown, bundle: Path) -> None:
    desk = FakeDesk()
    desk.report = desk.refuted_report("signature")
    clerk = sit_down(desk)
    clerk.opens("Verify")
    clerk.drops("Evidence bundle", bundle)
    verifies(clerk)
    clerk.sees("Refuted", "failed", "digest of record.bin differs", "What the bundle claims (not proven)")
    assert clerk.names_in_sight(Seal) == []


def test_another_bundle_takes_the_old_verdict_away(sit_down: SitDown, bundle: Path, tmp_path: Path) -> None:
    clerk = sit_down()
    clerk.opens("Verify")
    clerk.drops("Evidence bundle", bundle)
    verifies(clerk)
    clerk.sees("Verified")
    other = tmp_path / "other.asice"
    other.write_bytes(b"PK")
    clerk.drops("\u2068evidence.asice\u2069", other)
    clerk.does_not_see("Verified", "What is proven")


def test_a_bundle_that_cannot_be_read_is_said(sit_down: SitDown, bundle: Path) -> None:
    clerk = sit_down(
        FakeDesk(failure={"verify_bundle": FileUnreadable(file="evidence.asice", reason="Permission denied")})
    )
    clerk.opens("Verify")
    clerk.drops("Evidence bundle", bundle)
    verifies(clerk)
    clerk.sees("The file cannot be read: \u2068evidence.asice\u2069")


def verifies(clerk: Clerk) -> None:
    """Presses the button (its entry in the side bar has the same name)."""
    clerk.clicks("Verify", nth=1)
