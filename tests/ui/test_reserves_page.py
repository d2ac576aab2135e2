"""The page of reserve proofs: snapshots, publishing, papers, coverage over time, all custodians, disputes (3.4.3)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox

from app.core.errors import NodeUnreachable
from app.core.reserveerrors import ColumnMissing, SheetUnclear
from app.ui.desks.reserves import CustodyView, FileSource, MakingStep, QuerySource
from app.ui.settings import LanguageChoice
from app.ui.widgets.figures import FiguresTable
from app.ui.widgets.plot import CoveragePlot
from app.ui.windows import reserve_making
from app.ui.windows.reserve_check import PaperPart
from app.ui.windows.reserve_making import MakingPart, ProblemsCard
from app.ui.windows.reserves_page import CoverageOf, ReservesPage
from tests.fakes.desk import FakeDesk
from tests.fakes.desks import reserve_facts as facts
from tests.fakes.desks.reserve_facts import BANK, BRANCH, MEDAL, RICE, WAREHOUSE
from tests.ui.clerk import Clerk
from tests.ui.custodian_desk import CustodianDesk, custodian_desk
from tests.ui.test_layout import SIZES, check_reachable
from tests.ui.test_layout import seat as seat_at

SitDown = Callable[..., Clerk]
THIN = "\u2009"


def thin(text: str) -> str:
    """Numbers as they are written."""
    return text.replace("_", THIN)


def page_of(clerk: Clerk) -> ReservesPage:
    page = clerk.frame.pages["reserves"]
    assert isinstance(page, ReservesPage)
    return page


def desk_of(clerk: Clerk) -> CustodianDesk:
    assert isinstance(clerk.desk, CustodianDesk)
    return clerk.desk


def opens(clerk: Clerk, subject: object) -> None:
    page_of(clerk).show_subject(subject)
    clerk.waits()


@pytest.fixture
def clerk(sit_down: SitDown) -> Clerk:
    """A clerk of a custodian, at the page."""
    clerk = sit_down(custodian_desk())
    clerk.opens("Reserve proofs")
    return clerk


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list of what is owed."""
    path = tmp_path / "owed.csv"
    path.write_text("account,amount\n10231,128.50\n", encoding="utf-8")
    return path


def begins(clerk: Clerk, listed: Path) -> MakingPart:
    """Chooses a list in the form."""
    clerk.clicks("New snapshot")
    clerk.drops("List of what is owed", listed)
    part = page_of(clerk).findChild(MakingPart)
    assert isinstance(part, MakingPart)
    return part


# ---- lists -----------------------------------------------------------------------------------------------------------
def test_every_snapshot_stands_there_with_ratio_and_state_in_words(clerk: Clerk) -> None:
    clerk.sees("Snapshots of this desk", thin("owed 10_112_300.00 · held 10_440_150.00 · 103.2%"))
    clerk.sees("ready to publish", "short", thin("published · height "), thin("superseded · height "))
    clerk.sees("Vouchers in custody", "2026 丙午马年纪念章", thin("held: 1_200 pieces"), "with 2 assigned accounts")


def test_somebody_without_anything_in_custody_is_told_what_comes_here(sit_down: SitDown) -> None:
    desk = custodian_desk()
    desk.in_custody, desk.shots = [], []
    clerk = sit_down(desk)
    clerk.opens("Reserve proofs")
    clerk.sees("No snapshot yet", "Nothing in custody")
    assert not clerk.can_press("New snapshot")


def test_what_the_node_cannot_answer_is_said(sit_down: SitDown) -> None:
    clerk = sit_down(custodian_desk(failure={"custody": NodeUnreachable(url="http://127.0.0.1:26657")}))
    clerk.opens("Reserve proofs")
    assert page_of(clerk).banner.text


# ---- making ----------------------------------------------------------------------------------------------------------
def test_a_snapshot_is_made_of_the_chosen_voucher_accounts_and_list(clerk: Clerk, listed: Path) -> None:
    begins(clerk, listed)
    branch = next(box for box in clerk._all(QCheckBox) if "绍兴越城分公司" in box.text())
    branch.setChecked(False)
    clerk.types("Zero entries", "5000")
    clerk.clicks("Make snapshot")
    (wish,) = desk_of(clerk).wishes
    assert (wish.voucher, wish.accounts, wish.padding) == (RICE.id, (WAREHOUSE,), 5_000)
    assert wish.source == FileSource(listed)
    clerk.sees("103.2%", thin("10_112_300.00"), "ready to publish", "To be looked at", "1 row")
    assert clerk.can_press("Publish")


def test_nothing_is_made_without_a_list(clerk: Clerk) -> None:
    clerk.clicks("New snapshot")
    clerk.sees("Still missing: List of what is owed")
    assert not clerk.can_press("Make snapshot")
    clerk.chooses("List from", "A query of a database")
    clerk.types("Query", "SELECT account, amount FROM owed")
    clerk.sees("Still missing: File with the address")
    assert not clerk.can_press("Make snapshot")


def test_another_voucher_brings_its_own_accounts(clerk: Clerk, listed: Path) -> None:
    begins(clerk, listed)
    clerk.chooses("Voucher", "2026 丙午马年纪念章")
    clerk.does_not_see("杭州良渚第二仓储")
    clerk.clicks("Make snapshot")
    assert (desk_of(clerk).wishes[0].voucher, desk_of(clerk).wishes[0].accounts) == (MEDAL.id, ())


def test_a_holding_that_was_assigned_away_is_said_and_not_ticked(sit_down: SitDown) -> None:
    desk = custodian_desk()
    desk.in_custody = [replace(desk.in_custody[1], assigned_to=BANK, assigned_to_name="某银行")]
    clerk = sit_down(desk)
    clerk.opens("Reserve proofs")
    clerk.clicks("New snapshot")
    clerk.sees("某银行", "so it does not count here")
    assert [box.isChecked() for box in clerk._all(QCheckBox)] == [False]


def test_more_accounts_than_a_publication_can_name_cannot_be_ticked(sit_down: SitDown, listed: Path) -> None:
    desk = custodian_desk()
    many = tuple(replace(facts.KEPT[1], number=20_000 + place) for place in range(17))
    desk.in_custody = [CustodyView(RICE, facts.KEPT[0], many)]
    clerk = sit_down(desk)
    clerk.opens("Reserve proofs")
    begins(clerk, listed)
    assert clerk.can_press("Make snapshot")
    next(box for box in clerk._all(QCheckBox) if "20016" in box.text()).setChecked(True)
    clerk.sees("At most 16 accounts besides the own one can count")
    assert not clerk.can_press("Make snapshot")


def test_the_list_may_come_from_a_database_whose_address_stays_in_a_file(clerk: Clerk, tmp_path: Path) -> None:
    address = tmp_path / "database.url"
    address.write_text("postgresql://reader:secret@db.example/books", encoding="utf-8")
    clerk.clicks("New snapshot")
    clerk.chooses("List from", "A query of a database")
    clerk.drops("File with the address", address)
    assert not clerk.can_press("Make snapshot")
    clerk.types("Query", "SELECT account, amount FROM owed")
    clerk.does_not_see("secret")
    clerk.clicks("Make snapshot")
    assert desk_of(clerk).wishes[0].source == QuerySource(address, "SELECT account, amount FROM owed")


def test_progress_is_told_by_stage_and_cancelling_keeps_nothing(clerk: Clerk, listed: Path) -> None:
    desk = desk_of(clerk)
    desk.hold["make_snapshot"] = asyncio.Event()
    desk.steps = [MakingStep("chain"), MakingStep("reading", 31_250, 31_250, 52_814)]
    part = begins(clerk, listed)
    clerk.clicks("Make snapshot")
    clerk.sees("The snapshot is being made", thin("31_250 rows · 59%"), "Build the tree", "to come")
    assert (part.progress.bar.value(), part.progress.bar.isVisible()) == (591, True)
    clerk.clicks("Cancel")
    assert desk.cancelled == ["make_snapshot"]
    assert len(desk.shots) == 4
    clerk.sees("owed.csv")
    assert "Nothing was kept" in page_of(clerk).banner.text
    assert clerk.can_press("Make snapshot")


def test_a_running_making_is_not_drawn_over_by_new_blocks_or_other_pages(clerk: Clerk, listed: Path) -> None:
    desk = desk_of(clerk)
    desk.hold["make_snapshot"] = asyncio.Event()
    desk.steps = [MakingStep("tree", 0, 1, 2)]
    begins(clerk, listed)
    clerk.clicks("Make snapshot")
    desk.height += 1
    clerk.hears("status")
    clerk.frame.open_page("overview")
    clerk.waits()
    clerk.frame.open_page("reserves")
    clerk.waits()
    clerk.sees("Build the tree", "50%")
    desk.hold["make_snapshot"].set()
    clerk.waits()
    clerk.sees("ready to publish")


def test_pieces_are_a_stage_of_unique_vouchers_only(clerk: Clerk, listed: Path) -> None:
    desk_of(clerk).hold["make_snapshot"] = asyncio.Event()
    begins(clerk, listed)
    clerk.clicks("Make snapshot")
    clerk.does_not_see("Show for each piece that it is held")
    clerk.clicks("Cancel")
    clerk.chooses("Voucher", "2026 丙午马年纪念章")
    clerk.clicks("Make snapshot")
    clerk.sees("Show for each piece that it is held")


def test_problems_of_the_list_are_shown_and_can_be_saved(
    clerk: Clerk, listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(clerk)
    desk.failure["make_snapshot"] = facts.problems(1_204)
    begins(clerk, listed)
    clerk.clicks("Make snapshot")
    clerk.sees("The list has problems", thin("1_204 problems"), thin("The first 1_000 are shown; 204 more are not."))
    clerk.sees("owed.csv")
    (table,) = clerk._all(FiguresTable)
    cells = [table.figures.data(table.figures.index(1, column)) for column in range(4)]
    assert cells[:3] == ["41", "amount", "-120.00"]
    assert "negative" in cells[3]
    assert table.figures.rowCount() == 1_000
    card = page_of(clerk).findChild(ProblemsCard)
    assert isinstance(card, ProblemsCard)
    written: list[str] = []

    async def write(_target: Path, table: str) -> None:
        written.append(table)

    monkeypatch.setattr(reserve_making, "write_table", write)  # which works on another thread; this loop goes in steps
    card.save(tmp_path / "problems.csv")
    clerk.waits()
    assert "problems.csv" in page_of(clerk).banner.text
    lines = written[0].splitlines()
    assert len(lines) == 1_001
    assert lines[2].startswith('"41","amount","\'-120.00"')


def test_a_corrected_list_takes_the_place_of_the_one_with_problems(clerk: Clerk, listed: Path) -> None:
    desk = desk_of(clerk)
    desk.failure["make_snapshot"] = facts.problems(3)
    begins(clerk, listed)
    clerk.clicks("Make snapshot")
    desk.failure.clear()
    clerk.clicks("Make snapshot")
    clerk.does_not_see("The list has problems")
    clerk.sees("ready to publish")


def test_columns_and_sheet_are_asked_for_once_the_list_is_not_clear(clerk: Clerk, listed: Path) -> None:
    desk = desk_of(clerk)
    begins(clerk, listed)
    clerk.does_not_see("Column of users", "Sheet")
    desk.failure["make_snapshot"] = ColumnMissing(expected="account", header="kunde, betrag")
    clerk.clicks("Make snapshot")
    assert "A column is missing" in page_of(clerk).banner.text
    clerk.types("Column of users", "kunde")
    clerk.types("Column of amounts", "betrag")
    desk.failure["make_snapshot"] = SheetUnclear(sheets="A, B")
    clerk.clicks("Make snapshot")
    clerk.types("Sheet", "B")
    desk.failure.clear()
    clerk.clicks("Make snapshot")
    source = desk.wishes[-1].source
    assert isinstance(source, FileSource)
    assert (source.columns.user, source.columns.value, source.sheet) == ("kunde", "betrag", "B")


# ---- one snapshot ----------------------------------------------------------------------------------------------------
def test_what_is_short_is_said_with_how_much_and_cannot_be_published(clerk: Clerk) -> None:
    opens(clerk, "short")
    clerk.sees("98.1%", thin("Short by 199_850.00: it cannot be published."), "Tick all accounts")
    assert not clerk.can_press("Publish")
    assert not clerk.can_press("Export as ZIP…")


def test_a_snapshot_is_published_as_any_other_deed_and_then_has_papers(clerk: Clerk) -> None:
    desk = desk_of(clerk)
    opens(clerk, "made")
    clerk.does_not_see("Customers' papers")
    clerk.clicks("Publish")
    clerk.sees("What becomes public", thin("10_440_150.00 (103.2%)"), "What is signed is what you see")
    clerk.sees("五常大米提货券", thin("1_011_230_000 (10_112_300.00)"))
    (body,) = desk.prepared
    assert (body.attest_custody.total, list(body.attest_custody.accounts)) == (1_011_230_000, [WAREHOUSE, BRANCH])
    clerk.clicks("Sign and send")
    clerk.sees(thin(f"height {facts.TIP + 1:,}").replace(",", THIN))
    clerk.clicks("Done")
    clerk.sees(thin(f"published · height {facts.TIP + 1:,}").replace(",", THIN), "Customers' papers")
    assert clerk.can_press("Export as ZIP…")


def test_going_back_from_the_approval_publishes_nothing(clerk: Clerk) -> None:
    opens(clerk, "made")
    clerk.clicks("Publish")
    clerk.clicks("Back")
    clerk.sees("Publish the snapshot")
    clerk.clicks("Cancel")
    clerk.sees("ready to publish")
    assert desk_of(clerk).signed_deeds == []


def test_why_a_publication_cannot_be_drafted_is_said(clerk: Clerk) -> None:
    opens(clerk, "made")
    desk_of(clerk).failure["attestation"] = NodeUnreachable(url="http://127.0.0.1:26657")
    clerk.clicks("Publish")
    assert page_of(clerk).banner.text
    clerk.sees("Publish the snapshot")


def test_a_publication_without_an_outcome_is_on_its_way(sit_down: SitDown) -> None:
    desk = custodian_desk()
    desk.shots[0] = replace(desk.shots[0], state="waiting", deed_id="deed-1")
    clerk = sit_down(desk)
    clerk.opens("Reserve proofs")
    opens(clerk, "made")
    clerk.sees("publication on its way", "its outcome is not known yet")
    assert not clerk.can_press("Publish")
    assert not clerk.can_press("Discard")


def test_a_snapshot_becomes_published_in_sight_with_a_new_block(clerk: Clerk) -> None:
    opens(clerk, "made")
    desk = desk_of(clerk)
    desk.publish("made", facts.TIP + 1, desk.now_ns)
    desk.height += 1
    clerk.hears("status")
    clerk.sees("Customers' papers")


def test_an_unpublished_snapshot_can_be_discarded_and_a_published_one_cannot(clerk: Clerk) -> None:
    opens(clerk, "published")
    assert not clerk.can_press("Discard")
    opens(clerk, "short")
    clerk.clicks("Discard")
    assert [each.snapshot_id for each in desk_of(clerk).shots] == ["made", "published", "superseded"]
    clerk.does_not_see("98.1%")
    assert "Discarded" in page_of(clerk).banner.text


# ---- papers ----------------------------------------------------------------------------------------------------------
def test_all_papers_are_exported_with_progress(clerk: Clerk, tmp_path: Path) -> None:
    desk = desk_of(clerk)
    opens(clerk, "published")
    desk.hold["save_papers"] = asyncio.Event()
    page_of(clerk).papers.export(desk.shots[2], tmp_path / "papers.zip")
    clerk.waits()
    clerk.sees(thin("17_604 papers · 33%"))
    assert not clerk.can_press("Export as ZIP…")
    assert not clerk.can_press("Export to a folder…")
    desk.hold["save_papers"].set()
    clerk.waits()
    assert thin("52_814 papers written") in page_of(clerk).banner.text
    assert (tmp_path / "papers.zip").exists()
    assert clerk.can_press("Export as ZIP…")


def test_an_export_can_be_cancelled_and_leaves_nothing(clerk: Clerk, tmp_path: Path) -> None:
    desk = desk_of(clerk)
    opens(clerk, "published")
    desk.hold["save_papers"] = asyncio.Event()
    page_of(clerk).papers.export(desk.shots[2], tmp_path / "papers.zip")
    clerk.waits()
    clerk.clicks("Cancel")
    assert desk.cancelled == ["save_papers"]
    assert not (tmp_path / "papers.zip").exists()
    assert "Nothing was written" in page_of(clerk).banner.text
    assert clerk.can_press("Export as ZIP…")


def test_an_export_goes_on_while_other_things_are_looked_at(clerk: Clerk, tmp_path: Path) -> None:
    desk = desk_of(clerk)
    opens(clerk, "published")
    desk.hold["save_papers"] = asyncio.Event()
    page_of(clerk).papers.export(desk.shots[2], tmp_path / "papers.zip")
    clerk.waits()
    opens(clerk, None)
    clerk.sees("Snapshots of this desk")
    opens(clerk, "superseded")
    page_of(clerk).papers.export(desk.shots[3], tmp_path / "other.zip")
    assert "already" in page_of(clerk).banner.text
    opens(clerk, "published")
    clerk.sees("33%")
    desk.hold["save_papers"].set()
    clerk.waits()
    assert "papers written" in page_of(clerk).banner.text
    assert not (tmp_path / "other.zip").exists()


def test_one_customers_paper_is_saved_by_account(clerk: Clerk, tmp_path: Path) -> None:
    opens(clerk, "published")
    assert not clerk.can_press("Save this customer's paper…")
    clerk.types("Account of the customer", "10231")
    assert clerk.can_press("Save this customer's paper…")
    view = desk_of(clerk).shots[2]
    page_of(clerk).papers.save_one(view, 10_231, tmp_path)
    clerk.waits()
    assert "10231-0.reserve.json" in page_of(clerk).banner.text
    page_of(clerk).papers.save_one(view, 99, tmp_path)
    clerk.waits()
    assert "99" in page_of(clerk).banner.text


# ---- coverage --------------------------------------------------------------------------------------------------------
def test_coverage_is_plotted_and_the_same_figures_stand_in_a_table(clerk: Clerk) -> None:
    clerk.clicks("Coverage over time")
    clerk.sees("五常大米提货券", "12 publications", "Publications")
    (table,) = clerk._all(FiguresTable)
    row = [table.figures.data(table.figures.index(1, column)) for column in range(1, 5)]
    assert row == [thin("11_617_906"), thin("9_900_000.00"), thin("9_989_100.00"), "100.9%"]
    (plot,) = clerk._all(CoveragePlot)
    assert "103.2%" in plot.accessibleDescription()
    plot.keyPressEvent(QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier))
    assert "100.9%" in plot.accessibleDescription()


def test_a_voucher_about_which_nothing_was_published_has_no_plot(clerk: Clerk) -> None:
    clerk.clicks("Coverage over time", 1)
    clerk.sees("Nothing published yet")
    assert clerk._all(CoveragePlot) == []


# ---- all custodians --------------------------------------------------------------------------------------------------
def supervisor(sit_down: SitDown, party: str) -> Clerk:
    desk = FakeDesk(party=party, permissions=())
    facts.furnish(desk)
    clerk = sit_down(desk)
    clerk.opens("Reserve proofs")
    return clerk


@pytest.mark.parametrize("party", ["regulator", "operator"])
def test_who_supervises_sees_all_custodians_against_the_supply(sit_down: SitDown, party: str) -> None:
    clerk = supervisor(sit_down, party)
    clerk.sees(
        "Reserves against the supply", thin("16_500_000.00"), thin("13_365_150.00 (81.0% of what is outstanding)")
    )
    clerk.sees("3 custodians published · 1 of them more than a month ago", "old: 64 days ago")
    clerk.sees("holds less now than it owed", thin("holds now: 2_020_000.00"), "杭州良渚第二仓储")
    assert not clerk.can_press("New snapshot")
    assert "snapshots" not in clerk.desk.calls


def test_another_voucher_is_chosen_and_a_custodians_history_opened(sit_down: SitDown) -> None:
    clerk = supervisor(sit_down, "regulator")
    clerk.chooses("Voucher", "2026 丙午马年纪念章")
    clerk.sees("No custodian has published anything about this voucher yet.")
    clerk.chooses("Voucher", "五常大米提货券")
    clerk.clicks("History", 1)
    clerk.sees("Zhejiang Tailong Commercial Bank", "12 publications")
    clerk.clicks("← All custodians")
    clerk.sees("Reserves against the supply")


def test_a_partner_without_the_permission_may_look_too(sit_down: SitDown) -> None:
    clerk = sit_down(_looking_partner())
    clerk.opens("Reserve proofs")
    clerk.sees("Reserves against the supply")


def _looking_partner() -> FakeDesk:
    desk = FakeDesk()
    facts.furnish(desk)
    return desk


def test_a_new_block_does_not_close_the_choice_of_vouchers(sit_down: SitDown) -> None:
    clerk = supervisor(sit_down, "regulator")
    box = clerk._all(QComboBox)[0]
    clerk.desk.all_reserves[RICE.id] = replace(facts.reserves(), height=facts.TIP + 1)
    clerk.desk.height += 1
    clerk.hears("status")
    assert clerk._all(QComboBox)[0] is box


def test_the_page_stands_among_what_is_looked_into_for_those_who_supervise(sit_down: SitDown) -> None:
    for party, before in (("regulator", "verify"), ("partner", "vouchers")):
        clerk = sit_down(FakeDesk(party=party, permissions=("voucher",)))
        buttons = clerk.frame.sidebar._buttons
        clerk.window.grab()
        assert 0 < buttons["reserves"].y() - buttons[before].y() <= 40, party


def test_bookkeepers_and_users_have_no_such_page(sit_down: SitDown) -> None:
    for party in ("bookkeeper", "user"):
        clerk = sit_down(FakeDesk(party=party, permissions=()))
        assert "reserves" in clerk.frame._excluded
        assert clerk.frame.sidebar._buttons["reserves"].isHidden()


# ---- disputes --------------------------------------------------------------------------------------------------------
def checks(clerk: Clerk, paper: Path, account: str = "") -> None:
    clerk.clicks("Check a paper…")
    clerk.drops("Customer's paper", paper)
    if account:
        clerk.types("Customer's account", account)
    clerk.clicks("Check the paper")


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A customer's file."""
    path = tmp_path / "10231.reserve.json"
    path.write_text("{}", encoding="utf-8")
    return path


def test_a_true_paper_is_verified_step_by_step_and_found_on_the_chain(clerk: Clerk, paper: Path) -> None:
    checks(clerk, paper, "10231")
    assert desk_of(clerk).checked == [(paper, "10231")]
    clerk.sees("The paper is true", "On the chain, superseded by later ones", thin("Found at height 11_617_906"))
    clerk.sees("1 later publication", "What is proven", thin("12_850.00"), "10. Coverage", "account 10231")
    clerk.sees(thin("89_100.00 more than owed"))


def test_the_newest_paper_is_said_to_be_the_newest(clerk: Clerk, paper: Path) -> None:
    desk_of(clerk).paper_check = facts.good_check(later=0)
    checks(clerk, paper)
    clerk.sees("On the chain, and the newest")


def test_a_forged_paper_is_refuted_and_its_root_is_not_on_the_chain(clerk: Clerk, paper: Path) -> None:
    desk_of(clerk).paper_check = facts.bad_check()
    checks(clerk, paper)
    clerk.sees("Nothing in it can be relied on", "This root is not on the chain", "(not proven)", "not done")
    clerk.does_not_see("The paper is true")


def test_without_a_node_the_offline_verdict_stands_alone(clerk: Clerk, paper: Path) -> None:
    desk_of(clerk).paper_check = facts.lonely_check()
    checks(clerk, paper)
    clerk.sees("The paper is true", "The chain could not be asked")


def test_another_file_takes_the_old_verdict_away(clerk: Clerk, paper: Path) -> None:
    checks(clerk, paper)
    part = page_of(clerk).findChild(PaperPart)
    assert isinstance(part, PaperPart)
    part.paper.take([paper])
    clerk.waits()
    clerk.does_not_see("The paper is true")


def test_the_verdict_on_a_file_that_was_taken_away_does_not_come_later(clerk: Clerk, paper: Path) -> None:
    desk_of(clerk).hold["check_paper"] = asyncio.Event()
    checks(clerk, paper)
    clerk.sees("Checking…")
    clerk.types("Customer's account", "10232")
    desk_of(clerk).hold["check_paper"].set()
    clerk.waits()
    clerk.does_not_see("The paper is true")
    assert clerk.can_press("Check the paper")


# ---- room ------------------------------------------------------------------------------------------------------------
@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> LanguageChoice:
    """Each language in turn."""
    choice: LanguageChoice = request.param
    return choice


@pytest.mark.parametrize("size", SIZES)
def test_everything_has_room_and_a_name(
    size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown, tmp_path: Path
) -> None:
    desk = custodian_desk()
    large = facts.snapshot("large", "short", owed=2**64 - 1, padding=10_000_000, unclaimed=7)
    desk.shots.append(large)
    desk.failure["make_snapshot"] = facts.problems(1_204)
    clerk = seat_at(sit_down, desk, spoken, size)
    clerk.frame.open_page("reserves")
    page = page_of(clerk)
    check_reachable(clerk, "lists")
    for shot in desk.shots:
        opens(clerk, shot.snapshot_id)
        check_reachable(clerk, shot.snapshot_id)
    page.begin_snapshot()
    check_reachable(clerk, "form")
    part = page.findChild(MakingPart)
    assert isinstance(part, MakingPart)
    part.form.source.box.setCurrentIndex(1)
    part.form.source.box.chosen.emit("query")
    check_reachable(clerk, "query")
    part.form.source.box.setCurrentIndex(0)
    part.form.source.box.chosen.emit("file")
    part.form.file.place.take([tmp_path / f"{'应付清单' * 30}.xlsx"])
    part.form.wished.emit(part.form.wish())
    check_reachable(clerk, "problems")
    part.progress.begin(is_unique=True)
    part.progress.show_step(MakingStep("reading", 10_000_000, 1, 2))
    part._show_running(True)
    check_reachable(clerk, "progress")


@pytest.mark.parametrize("size", SIZES)
def test_what_stands_on_the_chain_has_room_and_a_name(
    size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown, paper: Path
) -> None:
    clerk = seat_at(sit_down, custodian_desk(), spoken, size)
    clerk.frame.open_page("reserves")
    page = page_of(clerk)
    opens(clerk, CoverageOf(RICE.id, BANK))
    check_reachable(clerk, "coverage")
    page.show_overview(RICE.id)
    check_reachable(clerk, "overview")
    page._checks.click()
    clerk.waits()
    part = page.findChild(PaperPart)
    assert isinstance(part, PaperPart)
    for found in (facts.good_check(), facts.bad_check()):
        desk_of(clerk).paper_check = found
        part.paper.take([paper])
        part.check()
        check_reachable(clerk, "paper")
    opens(clerk, "made")
    page.publish(desk_of(clerk).shots[0])
    check_reachable(clerk, "approval")
