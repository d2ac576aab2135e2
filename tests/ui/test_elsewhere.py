"""A draft is carried to another computer, through the real widgets: as a file, or as a code that a camera can read."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.core.errors import LuopuError, RequestTooLarge
from app.core.wire import registry_pb2 as wire
from app.ui import theme
from app.ui.pictures import decode_picture, load_any_request
from app.ui.present.elsewhere import draft_file_name
from app.ui.settings import LanguageChoice, ThemeChoice
from app.ui.windows import dialogs
from app.ui.windows.elsewhere import ElsewherePart
from app.wallet.approval import Draft, describe
from tests.fakes.desk import FakeDesk
from tests.scenarios.town import ALPHA, BETA, NUMBERS
from tests.ui.clerk import Clerk
from tests.ui.test_layout import SIZES, check_reachable, seat
from tests.ui.town_guest import Place, day, open_place

SitDown = Callable[..., Clerk]
Sat = TypeVar("Sat", bound=Clerk)
DEED = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
LINE = "Sign on another computer…"


def sees_part(clerk: Clerk, deed_id: str = DEED) -> ElsewherePart:
    """The part at the foot of a page, as approval views have it."""
    clerk.frame.open_page("verify")
    page = clerk.frame.pages["verify"]
    part = ElsewherePart(clerk.frame.around, deed_id, page.show_error)
    page.column.addWidget(part)
    clerk.waits()
    return part


def code_in(part: ElsewherePart) -> QLabel:
    (found,) = [each for each in part.findChildren(QLabel) if not each.pixmap().isNull()]
    return found


def opens(clerk: Clerk, part: ElsewherePart) -> None:
    """By the line itself, whatever it is called in a language."""
    clerk.loop.run_until_complete(clerk._click(part.findChildren(QPushButton)[0]))


# ---- at a desk in memory ---------------------------------------------------------------------------------------------
def test_it_is_a_quiet_line_until_it_is_opened_and_folds_up_again(sit_down: SitDown) -> None:
    clerk = sit_down()
    part = sees_part(clerk)
    clerk.sees(LINE)
    clerk.does_not_see("luopu sign", "Save as a file…", "Show the QR code")
    clerk.clicks(LINE)
    clerk.sees("Nothing is signed here", "Save as a file…", "Show the QR code", "is opened under Approvals")
    clerk.clicks("Close")
    clerk.does_not_see("Nothing is signed here")
    assert part.isVisible()
    assert clerk.desk.carried == []


def test_a_draft_is_saved_where_the_clerk_says(
    sit_down: SitDown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask(_parent: object, title: str, name: str, pattern: str, chosen: Callable[[Path], None]) -> None:
        asked.append((title, name, pattern))
        chosen(tmp_path / name)

    monkeypatch.setattr(dialogs, "ask_target", ask)
    clerk = sit_down()
    sees_part(clerk)
    clerk.clicks(LINE)
    clerk.clicks("Save as a file…")
    name = draft_file_name(DEED)
    assert asked == [("Save the draft", name, "Requests (*.luopu-request);;All files (*)")]
    assert (tmp_path / name).exists()
    clerk.sees("Saved: ", name)
    assert clerk.desk.carried == [DEED]
    assert DEED[8:] not in name


@pytest.mark.parametrize("worn", ["light", "dark"])
def test_the_code_is_on_white_whatever_the_theme(sit_down: SitDown, worn: ThemeChoice) -> None:
    clerk = sit_down()
    theme.wear(worn)
    part = sees_part(clerk)
    clerk.clicks(LINE)
    clerk.clicks("Show the QR code")
    code = code_in(part)
    assert code.accessibleName() == "QR code of the draft"
    drawn = code.grab().toImage()
    assert code.size() == code.pixmap().size()
    assert {drawn.pixelColor(x, 3).name() for x in range(drawn.width())} == {"#ffffff"}
    assert not clerk.can_press("Show the QR code")


def test_what_stands_in_the_way_is_said_and_it_can_be_tried_again(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.desk.travel_error = RequestTooLarge(expected=2_900, got=4_000)
    part = sees_part(clerk)
    clerk.clicks(LINE)
    clerk.clicks("Show the QR code")
    clerk.sees("too much for one QR code", "Save it as a file")
    assert clerk.can_press("Save as a file…")
    clerk.desk.travel_error = None
    clerk.clicks("Show the QR code")
    assert code_in(part).isVisible()


@pytest.mark.parametrize("size", SIZES)
def test_it_has_room_in_every_state(
    size: tuple[int, int], sit_down: SitDown, spoken: LanguageChoice, tmp_path: Path
) -> None:
    clerk = seat(sit_down, FakeDesk(), spoken, size)
    part = sees_part(clerk)
    check_reachable(clerk, "closed")
    opens(clerk, part)
    check_reachable(clerk, "open")
    part.save_to(tmp_path / "draft")
    clerk.loop.run_until_complete(clerk._click(part.findChildren(QPushButton)[2]))
    assert code_in(part).isVisible()
    check_reachable(clerk, "with file and code")


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> LanguageChoice:
    choice: LanguageChoice = request.param
    return choice


# ---- at a real desk --------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        yield made


@day
def test_what_a_real_desk_shows_and_saves_is_the_draft(place: Place, tmp_path: Path) -> None:
    clerk = place.seat(ALPHA)
    body = wire.Body(recognise=wire.Recognise(partner=NUMBERS[BETA], least=wire.LEVEL_PHONE))
    deed = place.loop.run_until_complete(clerk.desk.prepare(body))
    part = sees_part(clerk, deed.deed_id)
    clerk.clicks(LINE)
    clerk.clicks("Show the QR code")
    clerk.until(lambda: any(not each.pixmap().isNull() for each in part.findChildren(QLabel)))
    code = code_in(part)
    photograph = tmp_path / "photograph.png"
    assert code.grab().save(str(photograph))
    carried = decode_picture(photograph.read_bytes())
    assert isinstance(carried, Draft)
    assert describe(carried).facts.said == deed.facts
    part.save_to(tmp_path / "draft")
    clerk.awaits("Saved: ")
    assert load_any_request(tmp_path / "draft") == carried


@day
def test_a_real_desk_says_why_a_draft_cannot_be_carried(place: Place, tmp_path: Path) -> None:
    failed: list[LuopuError] = []
    clerk = place.seat(ALPHA)
    part = ElsewherePart(clerk.frame.around, "00" * 32, failed.append)
    part.save_to(tmp_path / "draft")
    clerk.until(lambda: bool(failed))
    assert failed[0].code == "bad-transition"
    part.deleteLater()
    clerk.waits()
