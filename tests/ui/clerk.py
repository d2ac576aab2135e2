"""A clerk at the real window: opens, types, clicks, drops files, and says what is to be seen.

Every deed lets the loop run until nothing is ready any more, so tests need no waiting of their own.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget

from app.ui.settings import LanguageChoice, ThemeChoice
from app.ui.widgets.drop import DropZone
from app.ui.windows.frame import Frame
from app.ui.windows.main import MainWindow
from tests.fakes.desk import FakeDesk

ROUNDS = 25
Kind = TypeVar("Kind", bound=QWidget)


class Choices:
    """Settings that are kept for the length of a test."""

    def __init__(self) -> None:
        self.language: LanguageChoice = "en"
        self.theme: ThemeChoice = "light"
        self.lock_minutes = 10
        self.saved = 0

    def save(self) -> None:
        self.saved += 1


class Clerk:
    """One person, one window."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, desk: FakeDesk | None = None, choice: str | None = None
    ) -> None:
        self.loop, self.desk, self.settings = loop, desk or FakeDesk(), Choices()
        self._left = False
        self.loop.run_until_complete(self._enter(choice))

    async def _enter(self, choice: str | None) -> None:
        self.window = MainWindow(self.desk, self.settings, choice=choice, now_ns=lambda: self.desk.now_ns)
        self.window.show()
        await _rounds()

    # ---- deeds ---------------------------------------------------------------------------------------------------
    def waits(self) -> None:
        """Lets everything happen that is ready."""
        self.loop.run_until_complete(_rounds())

    def opens(self, page: str) -> None:
        """Clicks an entry of the side bar."""
        self.clicks(page)

    def clicks(self, text: str, nth: int = 0) -> None:
        """Clicks the nth button that says this."""
        found = [button for button in self._all(QAbstractButton) if button.text() == text]
        assert found, f"no button says {text!r}; there are {[b.text() for b in self._all(QAbstractButton)]}"
        assert found[nth].isEnabled(), f"{text!r} cannot be pressed"
        self.loop.run_until_complete(self._click(found[nth]))

    async def _click(self, button: QAbstractButton) -> None:
        button.click()
        await _rounds()

    def types(self, field: str, text: str) -> None:
        """Types into the field of this name."""
        edits = [edit for edit in self._all(QLineEdit) if edit.accessibleName() == field]
        if edits:
            edits[0].setText(text)
            edits[0].textEdited.emit(text)
        else:
            next(edit for edit in self._all(QPlainTextEdit) if edit.accessibleName() == field).setPlainText(text)
        self.waits()

    def chooses(self, box: str, beginning: str) -> None:
        """Chooses the entry that begins so."""
        combo = next(combo for combo in self._all(QComboBox) if combo.accessibleName() == box)
        place = next(p for p in range(combo.count()) if beginning in combo.itemText(p))
        combo.setCurrentIndex(place)
        combo.activated.emit(place)
        self.waits()

    def drops(self, zone: str, *paths: Path) -> None:
        """Drops files on the field of this name."""
        target = next(found for found in self._all(DropZone) if found.accessibleName() == zone)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        event = QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        target.dropEvent(event)
        self.waits()

    def hears(self, kind: str) -> None:
        """The desk tells that something changed."""
        self.desk.tell(kind)
        self.waits()

    def leaves(self) -> None:
        """Closes the window."""
        if not self._left:
            self._left = True
            self.loop.run_until_complete(self._close())

    async def _close(self) -> None:
        closed = asyncio.Event()
        self.window.closed.connect(closed.set)
        self.window.close()
        await closed.wait()
        self.window.deleteLater()
        await _rounds()

    # ---- what is to be seen --------------------------------------------------------------------------------------
    @property
    def frame(self) -> Frame:
        """The desk's frame."""
        screen = self.window.screen_widget
        assert isinstance(screen, Frame)
        return screen

    @property
    def screen(self) -> str:
        """Every text in sight."""
        return "\n".join(self._texts())

    def sees(self, *texts: str) -> None:
        """These texts are in sight."""
        for text in texts:
            assert text in self.screen, f"{text!r} is not in sight:\n{self.screen}"

    def does_not_see(self, *texts: str) -> None:
        """These texts are not in sight."""
        for text in texts:
            assert text not in self.screen, f"{text!r} is in sight"

    def can_press(self, text: str) -> bool:
        """Whether a button that says this is there and can be pressed."""
        return any(button.text() == text and button.isEnabled() for button in self._all(QAbstractButton))

    def names_in_sight(self, kind: type[QWidget]) -> list[str]:
        """Accessible names of all widgets of a kind in sight."""
        return [widget.accessibleName() for widget in self._all(kind)]

    def _texts(self) -> Iterator[str]:
        for label in self._all(QLabel):
            yield label.text()
        for button in self._all(QAbstractButton):
            yield button.text()

    def _all(self, kind: type[Kind]) -> list[Kind]:
        return [found for found in self.window.findChildren(kind) if found.isVisibleTo(self.window)]


async def _rounds() -> None:
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
