"""Nothing is cut off and nothing overlaps, in both languages, on a small screen; everything can be reached and named."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QFrame, QLabel, QScrollArea, QWidget

from app.ui import language
from app.ui.settings import LanguageChoice
from app.ui.widgets.text import ElidedLabel
from app.ui.windows.main import MainWindow
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import realistic_items
from tests.ui.clerk import Clerk

SitDown = Callable[..., Clerk]
SIZES = [(1280, 860), (1024, 700)]


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> LanguageChoice:
    """Each language in turn."""
    choice: LanguageChoice = request.param
    return choice


def shown(window: MainWindow, kind: type[QWidget] = QWidget) -> list[QWidget]:
    """Widgets in sight."""
    return [widget for widget in window.findChildren(kind) if widget.isVisibleTo(window)]


def cut_off(window: MainWindow) -> Iterator[str]:
    """Labels and buttons with less room than their words need."""
    for widget in shown(window):
        if isinstance(widget, ElidedLabel) or not isinstance(widget, QLabel | QAbstractButton):
            continue
        wanted = widget.sizeHint()
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        needed = widget.heightForWidth(widget.width()) if wraps else wanted.height()
        if not wraps and widget.width() < wanted.width():
            yield f"{widget.text()!r} is {widget.width()} wide, needs {wanted.width()}"
        if widget.height() < needed:
            yield f"{widget.text()!r} is {widget.height()} high, needs {needed}"


def overlapping(window: MainWindow) -> Iterator[str]:
    """Neighbours that a layout has placed over each other. (Asking the layouts for their items would leave behind
    wrappers that outlive them.)"""
    for parent in shown(window):
        if parent.layout() is None:
            continue
        inside = [child for child in parent.children() if isinstance(child, QWidget) and child.isVisibleTo(window)]
        for number, one in enumerate(inside):
            for other in inside[number + 1 :]:
                if one.geometry().intersects(other.geometry()):
                    yield f"{one.accessibleName() or one} over {other.accessibleName() or other}"


def beyond(window: MainWindow) -> Iterator[str]:
    """Widgets that reach beyond the right edge of their page."""
    for area in window.findChildren(QScrollArea):
        inside = area.widget()
        if inside is not None and area.isVisibleTo(window) and inside.width() > area.viewport().width():
            yield f"{inside.width()} in {area.viewport().width()}"
    for widget in shown(window, QFrame):
        right = widget.mapTo(window, QPoint(widget.width(), 0)).x()
        if right > window.width() and not isinstance(widget, QAbstractScrollArea):
            yield f"{widget} ends at {right}"


def check(clerk: Clerk, page: str) -> None:
    """Nothing cut off, nothing overlapping, nothing beyond the edge."""
    clerk.waits()
    clerk.window.grab()
    assert list(cut_off(clerk.window)) == [], page
    assert list(overlapping(clerk.window)) == [], page
    assert list(beyond(clerk.window)) == [], page


def check_reachable(clerk: Clerk, page: str) -> None:
    """The same, and what the keyboard reaches has a name."""
    check(clerk, page)
    for widget in shown(clerk.window, QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QLabel):
            assert widget.accessibleName(), (widget, page)


def seat(sit_down: SitDown, desk: FakeDesk, spoken: LanguageChoice, size: tuple[int, int]) -> Clerk:
    """A clerk at a window of a size, in a language."""
    clerk = sit_down(desk)
    clerk.window.resize(*size)
    clerk.settings.language = spoken
    clerk.window.setting_changed("language")
    clerk.waits()
    return clerk


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"height": 34_610, "behind": 18_204, "rate": 2310.0},
        {"registered": False},
        {"halted": "app-hash-differs"},
        {"behind": None},
    ],
    ids=["well", "behind", "unregistered", "halted", "alone"],
)
def test_every_page_has_room_in_every_state(
    more: dict[str, object], size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown
) -> None:
    clerk = seat(sit_down, FakeDesk(items=realistic_items(), **more), spoken, size)  # type: ignore[arg-type]
    for page in clerk.frame.pages:
        clerk.frame.open_page(page)
        check(clerk, page)


@pytest.mark.parametrize("size", SIZES)
def test_notarizing_has_room_at_every_stage(
    size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown, tmp_path: Path
) -> None:
    clerk = seat(sit_down, FakeDesk(items=realistic_items()), spoken, size)
    clerk.frame.open_page("notarize")
    session = clerk.window.session
    files = [tmp_path / f"{'很长的文件名' * 12}-{number}.pdf" for number in range(3)]
    for file in files:
        file.write_bytes(file.name.encode())
    session.add([*files, tmp_path])
    session.choose_chain(clerk.window.bridge.chains[0].chain)
    session.subject = "一批货物的入库检验" * 18
    check(clerk, "files")
    session.prepare()
    check(clerk, "approval")
    session.sign()
    check(clerk, "receipts")
    clerk.frame.open_page("records")
    check(clerk, "records")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("refuted", [False, True])
def test_a_verdict_has_room(
    size: tuple[int, int], spoken: LanguageChoice, refuted: bool, sit_down: SitDown, tmp_path: Path
) -> None:
    desk = FakeDesk()
    desk.report = desk.refuted_report() if refuted else desk.valid_report(file_given=False)
    clerk = seat(sit_down, desk, spoken, size)
    clerk.frame.open_page("verify")
    page = clerk.frame.pages["verify"]
    bundle = tmp_path / f"{'证据' * 40}.asice"
    bundle.write_bytes(b"PK")
    page.bundle.take([bundle])  # type: ignore[attr-defined]
    page.verify()  # type: ignore[attr-defined]
    check(clerk, "verify")


def test_everything_that_can_be_reached_by_keyboard_has_a_name(sit_down: SitDown, spoken: LanguageChoice) -> None:
    clerk = seat(sit_down, FakeDesk(items=realistic_items()), spoken, SIZES[0])
    for page in clerk.frame.pages:
        clerk.frame.open_page(page)
        clerk.waits()
        for widget in shown(clerk.window):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QLabel):
                assert widget.accessibleName(), f"{widget} on {page}"


def test_every_action_can_be_reached_by_keyboard(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(items=realistic_items()))
    for page in clerk.frame.pages:
        clerk.frame.open_page(page)
        clerk.waits()
        for widget in shown(clerk.window, QAbstractButton):
            if widget.metaObject().className() != "QTableCornerButton":
                assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{widget} on {page}"


def test_texts_from_outside_are_plain_everywhere(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(items=realistic_items()))
    for page in clerk.frame.pages:
        clerk.frame.open_page(page)
    for label in clerk.window.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText, label.text()


def test_the_language_of_the_window_is_the_chosen_one(sit_down: SitDown, spoken: LanguageChoice) -> None:
    clerk = seat(sit_down, FakeDesk(), spoken, SIZES[0])
    assert language.current() == spoken
    clerk.sees("总览" if spoken == "zh" else "Overview")
    assert QRect(QPoint(0, 0), clerk.window.size()).contains(clerk.frame.geometry())
