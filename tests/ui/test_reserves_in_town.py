"""Reserve proofs at real desks: a custodian makes a snapshot, publishes it, hands out papers; others look at it (3.4.3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.core.wire import registry_pb2 as wire
from app.ui.desks.reserves import SnapshotView
from app.ui.windows.reserve_check import PaperPart
from app.ui.windows.reserve_making import MakingPart
from app.ui.windows.reserves_page import ReservesPage
from tests.scenarios.town import ALPHA, BETA, OPERATOR
from tests.ui.town_guest import Guest, Place, day, open_place

MING, LAN = "明", "兰"
RICE = "大米提货券"


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The town, with vouchers that Beta keeps for two users."""
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        for name in (MING, LAN):
            made.loop.run_until_complete(made.town.enrol(name))
        made.do(ALPHA, recognise=wire.Recognise(partner=made.town.number(BETA), least=wire.LEVEL_REAL_NAME))
        voucher = made.loop.run_until_complete(made.town.voucher(ALPHA, name=RICE, cap=1_000_00, decimals=2))
        leg = wire.Allotment(to=made.town.number(BETA), amount=300_00)
        made.do(ALPHA, allocate=wire.Allocate(voucher=voucher, legs=[leg]))
        made.loop.run_until_complete(_a_block_later(made))
        yield made


async def _a_block_later(place: Place) -> None:
    """What is held is read at a block that has another on top."""
    await place.town.wait_until(await place.town.later(1))


def page_of(clerk: Guest) -> ReservesPage:
    page = clerk.frame.pages["reserves"]
    assert isinstance(page, ReservesPage)
    return page


def makes(clerk: Guest, listed: Path) -> None:
    """A snapshot of a list."""
    clerk.goes_to("reserves")
    page_of(clerk).show_subject(None)
    clerk.until(lambda: clerk.can_press("New snapshot"))
    clerk.clicks("New snapshot")
    clerk.until(lambda: page_of(clerk).findChild(MakingPart) is not None)
    clerk.drops("List of what is owed", listed)
    clerk.clicks("Make snapshot")


def written(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "owed.csv"
    path.write_text("\n".join(("account,amount", *rows)) + "\n", encoding="utf-8")
    return path


def newest(place: Place, clerk: Guest) -> SnapshotView:
    return place.loop.run_until_complete(clerk.desk.snapshots())[0]


@day
def test_a_custodian_publishes_what_it_owes_and_hands_out_papers_that_hold(place: Place, tmp_path: Path) -> None:
    ming, lan = place.town.number(MING), place.town.number(LAN)
    beta = place.seat(BETA)
    makes(beta, written(tmp_path, f"{ming},120.50", f"{ming},1.00", f"{lan},-2"))
    beta.awaits("The list has problems", "2 problems")
    makes(beta, written(tmp_path, f"{ming},120.50", f"{lan},129.50"))
    beta.awaits("120%", "250.00", "300.00", "ready to publish")
    beta.clicks("Publish")
    beta.awaits("What becomes public", "What is signed is what you see", RICE)
    beta.clicks("Sign and send")
    beta.awaits("In force since")
    beta.clicks("Done")
    beta.awaits("Customers' papers", "Export as ZIP…")

    page_of(beta).papers.export(newest(place, beta), tmp_path / "papers")
    beta.awaits("2 papers written")
    assert (tmp_path / "papers" / f"{ming}.reserve.json").exists()
    page_of(beta).papers.save_one(newest(place, beta), lan, tmp_path)
    beta.awaits(f"1 paper of account {lan} saved")
    page_of(beta).show_coverage(newest(place, beta).voucher.id, 0)
    beta.awaits("1 publication", "Publications")

    operator = place.seat(OPERATOR)
    operator.goes_to("reserves")
    operator.awaits("Reserves against the supply", "1 custodian published", "120%", "100.0% of what is outstanding")
    operator.clicks("Check a paper…")
    operator.until(lambda: page_of(operator).findChild(PaperPart) is not None)
    operator.drops("Customer's paper", tmp_path / f"{lan}.reserve.json")
    operator.types("Customer's account", str(lan))
    operator.clicks("Check the paper")
    operator.awaits("The paper is true", "On the chain, and the newest", "129.50")
    operator.types("Customer's account", str(ming))
    operator.clicks("Check the paper")
    operator.awaits("Nothing in it can be relied on")


@day
def test_a_custodian_that_owes_more_than_it_holds_is_told_how_much(place: Place, tmp_path: Path) -> None:
    beta = place.seat(BETA)
    makes(beta, written(tmp_path, f"{place.town.number(MING)},300.01"))
    beta.awaits("Short by 0.01: it cannot be published.", "99.9%")
    assert not beta.can_press("Publish")
    beta.clicks("Discard")
    beta.awaits("Discarded")
