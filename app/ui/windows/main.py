"""The one window: first run, unlocking or the desk, in the clerk's language and theme.

Guarantees: closing it stops what runs, locks the key and only then ends; switching the language keeps the work.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from app.core.errors import LuopuError
from app.ui import language, theme
from app.ui.bridge import DeskBridge
from app.ui.desk import Desk, Setup
from app.ui.language import tr
from app.ui.resources import resource
from app.ui.settings import Settings
from app.ui.tasks import Tasks
from app.ui.windows.first_run import FirstRun
from app.ui.windows.frame import Frame
from app.ui.windows.notarize_session import NotarizeSession
from app.ui.windows.settings_menu import settings_button
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.unlock import UnlockPage

log = logging.getLogger(__name__)
SIZE = (1280, 860)
LEAST_SIZE = (940, 620)


class MainWindow(QMainWindow):
    """Holds one screen at a time."""

    closed = Signal()
    """Everything has been stopped; the program may end."""

    def __init__(
        self, desk: Desk, settings: Settings, *, choice: str | None = None, now_ns: Callable[[], int] = time.time_ns
    ) -> None:
        super().__init__()
        self.tasks = Tasks()
        self.bridge = DeskBridge(desk, self.tasks)
        self.around = Surroundings(desk, self.bridge, self.tasks, settings, now_ns)
        self.session = NotarizeSession(desk, self.tasks, now_ns)
        self.session.stage_changed.connect(self._ask_again)
        self.session.outcome_changed.connect(self._ask_again)
        self._choice = choice
        self._is_open = False
        self._is_locked = False
        self._frame: QWidget | None = None
        """The desk's pages, while the desk is locked; none where they must be made anew."""
        self._closing: asyncio.Task[None] | None = None
        self._closed = False
        self.setWindowIcon(QIcon(str(resource("icons", "logo.svg"))))
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*SIZE)
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self.lock)
        self.show_screen()
        if desk.setup() is Setup.OPEN:
            self.open_desk()

    def show_screen(self) -> None:
        """Make the screen that fits what the home holds."""
        self.setWindowTitle(tr("Luopu partner desk"))
        screen = self._screen()
        self.setCentralWidget(screen)
        screen.setFocus()

    def open_desk(self) -> None:
        """The desk is open: begin to ask and listen, and show it."""
        if not self._is_open:
            self._is_open = True
            self.bridge.start()
        self.show_screen()

    @property
    def screen_widget(self) -> QWidget | None:
        """The screen shown now."""
        return self.centralWidget()

    def lock(self) -> None:
        """Lock the keys and the vault, and ask for the passphrase; the work stays as it is behind it."""
        if not self._is_open or self._is_locked or self._closing is not None:
            return
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self._is_locked = True
        self._frame = self.takeCentralWidget()
        if self._frame is not None:
            self._frame.hide()
        self.tasks.start(self.around.desk.lock(), failed=_log_failure)
        self.show_screen()

    def _unlocked(self) -> None:
        """Back to the work, as it was left."""
        self._is_locked = False
        frame, self._frame = self._frame, None
        if frame is None:
            self.show_screen()
        else:
            self.setCentralWidget(frame)
            frame.show()
        for kind in ("account", "outbox", "chains"):
            self.bridge.refresh(kind)
        self.bridge.changed.emit("keys")

    def bring_to_front(self) -> None:
        """Show the window above others (a second start asks for it)."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def setting_changed(self, name: str) -> None:
        """The clerk chose another language or theme."""
        if name == "theme":
            theme.wear(self.around.settings.theme)
        if name != "language":
            return
        language.speak(self.around.settings.language)
        if self._frame is not None:  # made anew in the other language when it is unlocked
            self._frame.deleteLater()
            self._frame = None
        shown = self.screen_widget
        page = shown.open_name if isinstance(shown, Frame) else None
        self.show_screen()
        fresh = self.screen_widget
        if page is not None and isinstance(fresh, Frame):
            fresh.open_page(page)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Stop everything first; the window goes when that is done."""
        if self._closed:
            event.accept()
            return
        event.ignore()
        if self._closing is None:
            self.setEnabled(False)
            self.setWindowTitle(tr("Locking the key and stopping…"))
            self._closing = asyncio.get_event_loop().create_task(self._stop())

    # ---- inside --------------------------------------------------------------------------------------------------
    def _screen(self) -> QWidget:
        if self._is_locked:
            corner = settings_button(self.around.settings, self.setting_changed)
            return UnlockPage(self.around, self._unlocked, corner, was_open=True)
        if self._is_open:
            return Frame(
                self.around, self.session, settings_button(self.around.settings, self.setting_changed, self.lock)
            )
        corner = settings_button(self.around.settings, self.setting_changed)
        if self.around.desk.setup() is Setup.NEW:
            return FirstRun(self.around, self.open_desk, self.show_screen, corner, self._choice)
        return UnlockPage(self.around, self.open_desk, corner)

    def _ask_again(self) -> None:
        """What was drafted, signed or recorded here changes what the desk keeps, and the quota."""
        if self._is_open:
            for kind in ("outbox", "account", "chains"):
                self.bridge.refresh(kind)

    async def _stop(self) -> None:
        await self.tasks.stop()
        try:
            await self.around.desk.close()
        except LuopuError as error:
            log.warning("closing the desk failed: %s", error)
        self._closed = True
        self.close()
        self.closed.emit()


def _log_failure(error: LuopuError) -> None:
    log.warning("locking the desk failed: %s", error)
