"""The desk locks itself when nobody is there, and opens again where it was left."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.application import watch_over
from app.ui.desk import Setup
from app.ui.idle import SECOND_NS, SLEPT_NS, IdleWatch
from app.ui.settings import FileSettings
from app.ui.windows.settings_menu import SettingsMenu
from app.ui.windows.unlock import UnlockPage
from tests.fakes.desk import FakeDesk
from tests.ui.clerk import Clerk

SitDown = Callable[..., Clerk]
ALLOWED = 300 * SECOND_NS


class Clocks:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.wall, self.running = 1_795_000_000 * SECOND_NS, 0

    def pass_by(self, nanoseconds: int) -> None:
        self.wall += nanoseconds
        self.running += nanoseconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def away() -> list[str]:
    """What was told."""
    return []


@pytest.fixture
def watch(qapp: QApplication, clocks: Clocks, away: list[str]) -> IdleWatch:
    assert qapp is not None
    made = IdleWatch(lambda: ALLOWED, now_ns=lambda: clocks.wall, running_ns=lambda: clocks.running)
    made.stop()
    made.away.connect(lambda: away.append("away"))
    return made


def passes(watch: IdleWatch, clocks: Clocks, nanoseconds: int) -> None:
    """Time passes while somebody looks each second, as the timer does."""
    while nanoseconds > 0:
        step = min(SECOND_NS, nanoseconds)
        clocks.pass_by(step)
        watch.look()
        nanoseconds -= step


# ---- when ------------------------------------------------------------------------------------------------------------
def test_told_once_when_nobody_acted_for_so_long(watch: IdleWatch, clocks: Clocks, away: list[str]) -> None:
    passes(watch, clocks, ALLOWED - SECOND_NS)
    assert away == []
    passes(watch, clocks, 2 * SECOND_NS)
    assert away == ["away"]


@pytest.mark.parametrize("kind", [QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.Wheel])
def test_whoever_acts_is_there(watch: IdleWatch, clocks: Clocks, away: list[str], kind: QEvent.Type) -> None:
    passes(watch, clocks, ALLOWED - SECOND_NS)
    assert watch.eventFilter(QObject(), QEvent(kind)) is False
    passes(watch, clocks, ALLOWED - SECOND_NS)
    assert away == []


def test_what_happens_by_itself_does_not_count(watch: IdleWatch, clocks: Clocks, away: list[str]) -> None:
    passes(watch, clocks, ALLOWED - SECOND_NS)
    watch.eventFilter(QObject(), QEvent(QEvent.Type.UpdateRequest))
    passes(watch, clocks, SECOND_NS)
    assert away == ["away"]


@pytest.mark.parametrize(("wall", "running"), [(SLEPT_NS + 1, 0), (SLEPT_NS + 1, SLEPT_NS + 1), (-SLEPT_NS - 1, 0)])
def test_a_computer_that_slept_is_noticed_by_either_clock(
    watch: IdleWatch, clocks: Clocks, away: list[str], wall: int, running: int
) -> None:
    clocks.wall += wall
    clocks.running += running
    watch.look()
    assert away == ["away"]


def test_never_by_itself_where_the_clerk_wants_it_so(qapp: QApplication, clocks: Clocks, away: list[str]) -> None:
    assert qapp is not None
    watch = IdleWatch(lambda: 0, now_ns=lambda: clocks.wall, running_ns=lambda: clocks.running)
    watch.stop()
    watch.away.connect(lambda: away.append("away"))
    passes(watch, clocks, 2 * ALLOWED)
    assert away == []


def test_a_window_that_is_watched_tells_of_keys_and_of_the_mouse(sit_down: SitDown) -> None:
    clerk = sit_down()
    watch = watch_over(clerk.window, clerk.settings)
    before, watch._acted = watch._acted, 0
    QTest.mouseClick(clerk.window.windowHandle(), Qt.MouseButton.LeftButton)
    assert watch._acted >= before
    watch.stop()


# ---- locked and open again -------------------------------------------------------------------------------------------
def test_locked_the_work_stays_and_comes_back(sit_down: SitDown, tmp_path: Path) -> None:
    clerk = sit_down()
    clerk.opens("Notarize")
    path = tmp_path / "公示.txt"
    path.write_text("1")
    clerk.drops("Drop files here", path)
    clerk.types("Subject", "公示")
    clerk.window.lock()
    clerk.waits()
    assert isinstance(clerk.window.screen_widget, UnlockPage)
    clerk.sees("The desk is locked.")
    clerk.does_not_see("公示.txt")
    assert clerk.desk.calls.count("lock") == 1
    clerk.types("Passphrase", "wrong")
    clerk.clicks("Unlock")
    clerk.sees("The desk is locked.")
    clerk.types("Passphrase", clerk.desk.passphrase)
    clerk.clicks("Unlock")
    clerk.sees("公示.txt", "Review what will be signed")
    assert clerk.frame.open_name == "notarize"


def test_the_language_can_be_changed_while_it_is_locked(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.window.lock()
    clerk.waits()
    clerk.settings.language = "zh"
    clerk.window.setting_changed("language")
    clerk.waits()
    clerk.sees("桌面已锁定")
    clerk.types("口令", clerk.desk.passphrase)
    clerk.clicks("解锁")
    clerk.sees("总览", "密钥与令牌")


def test_a_desk_that_is_not_open_has_nothing_to_lock(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(state=Setup.LOCKED))
    clerk.window.lock()
    clerk.waits()
    assert "lock" not in clerk.desk.calls


def test_locking_twice_is_locking_once(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.window.lock()
    clerk.window.lock()
    clerk.waits()
    assert clerk.desk.calls.count("lock") == 1


# ---- chosen ----------------------------------------------------------------------------------------------------------
def test_after_how_long_is_chosen_in_the_preferences_and_kept(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    settings = FileSettings(tmp_path / "settings.json")
    assert settings.lock_minutes == 10
    parent, locked = QWidget(), list[str]()
    menu = SettingsMenu(settings, lambda _name: None, lambda: locked.append("now"), parent)
    next(action for action in menu.actions() if action.text() == "After 30 minutes").trigger()
    assert FileSettings(tmp_path / "settings.json").lock_minutes == 30
    next(action for action in menu.actions() if action.text() == "Lock now").trigger()
    assert locked == ["now"]
