"""What holds for the whole face: purity, settings, colours, one window, and a thread that is never held up."""

import ast
import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication

import app.ui
from app.core.errors import LuopuError, NodeUnreachable
from app.ui import language, theme
from app.ui.colours import DARK, LIGHT, Roles, contrast, roles_of_system
from app.ui.instance import SingleInstance
from app.ui.settings import FileSettings
from app.ui.tasks import Tasks
from tests.fakes.desk import FakeDesk
from tests.ui.clerk import Clerk

SitDown = Callable[..., Clerk]
FACE = Path(app.ui.__file__).parent


def imports_of(path: Path) -> set[str]:
    """Modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


# ---- imports ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", sorted((FACE / "present").glob("*.py")), ids=lambda path: path.name)
def test_presenters_know_neither_qt_nor_io_nor_the_clock(path: Path) -> None:
    banned = ("PySide6", "qasync", "asyncio", "time", "random", "os", "logging", "app.ui.widgets", "app.ui.windows")
    assert [name for name in imports_of(path) if name.startswith(banned)] == []


@pytest.mark.parametrize("path", sorted(FACE.rglob("*.py")), ids=lambda path: path.name)
def test_the_face_touches_only_the_floors_below_it(path: Path) -> None:
    allowed = ("app.ui", "app.client", "app.wallet", "app.evidence", "app.core")
    assert [name for name in imports_of(path) if name.startswith("app.") and not name.startswith(allowed)] == []
    if path.name != "loop.py":
        assert "qasync" not in imports_of(path)


def test_no_dialog_blocks_the_loop() -> None:
    for path in FACE.rglob("*.py"):
        names = [
            node.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        ]
        assert "exec" not in names, path
        assert "exec_" not in names, path


# ---- settings --------------------------------------------------------------------------------------------------------
def test_settings_are_remembered(tmp_path: Path) -> None:
    settings = FileSettings(tmp_path / "home" / "settings.json")
    settings.language, settings.theme = "en", "dark"
    settings.save()
    again = FileSettings(tmp_path / "home" / "settings.json")
    assert (again.language, again.theme) == ("en", "dark")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"language": 7}', '{"theme": "pink"}', "\ufeff", "[" * 100_000])
def test_broken_settings_mean_the_defaults(text: str, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    settings = FileSettings(tmp_path / "settings.json")
    assert (settings.language, settings.theme) == ("system", "system")


def test_settings_that_cannot_be_written_do_not_stop_the_desk(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    FileSettings(tmp_path / "file" / "settings.json").save()


def test_settings_hold_nothing_else(tmp_path: Path) -> None:
    FileSettings(tmp_path / "s.json").save()
    assert json.loads((tmp_path / "s.json").read_text()) == {
        "language": "system",
        "theme": "system",
        "lock_minutes": 10,
    }


# ---- colours and faces -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_stand_out_from_their_grounds(roles: Roles) -> None:
    for text in (roles.ink, roles.soft):
        for ground in (roles.ground, roles.surface, roles.primary_soft):
            assert contrast(text, ground) >= 4.5, (text, ground)
    for tone in ("ok", "warn", "bad", "primary"):
        assert contrast(roles.tone(tone), roles.tone_soft(tone)) >= 4.5, tone
        assert contrast(roles.tone(tone), roles.surface) >= 4.5, tone
    assert contrast(roles.on_primary, roles.primary) >= 4.5
    assert contrast(roles.seal, roles.surface) >= 4.5


def test_high_contrast_uses_the_systems_own_colours(qapp: QApplication) -> None:
    palette = qapp.palette()
    found = roles_of_system(palette)
    assert found.ink == found.bad == palette.windowText().color().name()
    assert found.primary == palette.highlight().color().name()


def test_the_theme_can_be_switched_at_once(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.settings.theme = "dark"
    clerk.window.setting_changed("theme")
    clerk.waits()
    assert theme.roles() == DARK
    assert clerk.window.palette().window().color().name().upper() == DARK.ground


def test_chinese_is_drawn_with_a_chinese_face(sit_down: SitDown) -> None:
    sit_down()
    assert QFontInfo(theme.font(14)).family() in {*theme.FAMILIES, "文泉驛微米黑", "文泉驿微米黑"}


# ---- one window ------------------------------------------------------------------------------------------------------
def test_a_second_start_raises_the_first_window(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> None:
    raised = asyncio.Event()
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim(raised.set)
    assert not second.claim(lambda: None)
    loop.run_until_complete(asyncio.wait_for(raised.wait(), 10))
    first.release()
    assert second.claim(lambda: None)
    second.release()


def test_two_homes_do_not_disturb_each_other(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> None:
    one, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert one.claim(lambda: None)
    assert other.claim(lambda: None)
    one.release()
    other.release()


def test_no_part_shows_itself_as_a_window_of_its_own(sit_down: SitDown) -> None:
    clerk = sit_down()
    for page in ("Notarize", "Records", "Verify", "Overview"):
        clerk.opens(page)
        shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        assert shown == [clerk.window]


# ---- never held up ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("call", ["status", "account", "outbox", "chains", "records", "chain_records"])
def test_the_window_lives_on_while_the_desk_takes_its_time(call: str, sit_down: SitDown) -> None:
    desk = FakeDesk(hold={call: asyncio.Event()})
    clerk = sit_down(desk)
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(0)
    clerk.opens("Records")
    clerk.opens("Notarize")
    assert len(ticks) >= 10
    desk.hold[call].set()
    clerk.waits()


def test_hashing_leaves_the_window_alive(sit_down: SitDown, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    desk = FakeDesk(hold={"hash_file": asyncio.Event()})
    clerk = sit_down(desk)
    clerk.opens("Notarize")
    clerk.drops("Drop files here", tmp_path / "f")
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(0)
    clerk.waits()
    assert len(ticks) >= 10
    desk.hold["hash_file"].set()
    clerk.waits()
    assert len(clerk.window.session.hashed) == 1


# ---- calls -----------------------------------------------------------------------------------------------------------
def test_an_unexpected_error_arrives_as_one_of_ours(loop: asyncio.AbstractEventLoop) -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    seen: list[LuopuError] = []

    async def go() -> None:
        await Tasks().start(breaks(), failed=seen.append)

    loop.run_until_complete(go())
    assert seen[0].facts == {"reason": "ZeroDivisionError"}


def test_an_answer_for_a_page_that_is_gone_is_dropped(loop: asyncio.AbstractEventLoop) -> None:
    async def answers() -> int:
        return 1

    def gone(_answer: int) -> None:
        raise RuntimeError("Internal C++ object (Page) already deleted.")

    seen: list[LuopuError] = []

    async def go() -> None:
        await Tasks().start(answers(), done=gone, failed=seen.append)

    loop.run_until_complete(go())
    assert seen == []


def test_stopping_cancels_what_still_runs(loop: asyncio.AbstractEventLoop) -> None:
    async def waits() -> None:
        await asyncio.Event().wait()

    async def go() -> int:
        tasks = Tasks()
        tasks.start(waits(), failed=lambda _error: None)
        await asyncio.sleep(0)
        await tasks.stop()
        return tasks.count

    assert loop.run_until_complete(go()) == 0


def test_nothing_is_redrawn_when_nothing_changed(sit_down: SitDown) -> None:
    clerk = sit_down()
    told: list[str] = []
    clerk.window.bridge.changed.connect(told.append)
    clerk.hears("outbox")
    assert told == []
    clerk.hears("status")
    assert told == ["status"]


def test_a_failing_call_is_asked_again_when_the_node_is_back(sit_down: SitDown) -> None:
    desk = FakeDesk(failure={"status": NodeUnreachable(), "account": NodeUnreachable(), "outbox": NodeUnreachable()})
    clerk = sit_down(desk)
    desk.failure.clear()
    clerk.hears("status")
    assert clerk.window.bridge.account is not None


def test_the_system_language_decides_where_nothing_is_chosen(qapp: QApplication) -> None:
    assert language.speak("system") == language.system_language()
    assert language.speak("zh") == "zh"
