"""Buttons: one primary per page, plain ones beside it, links in rows, and the copy button of a digest."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from app.ui.language import tr

COPIED_MILLISECONDS = 1500


def button(text: str, pressed: Callable[[], object], *, part: str = "plain", name: str = "") -> QPushButton:
    """A button; `name` is what a screen reader says where the text alone is not enough."""
    made = QPushButton(text)
    made.setProperty("part", part)
    made.setAccessibleName(name or text)
    made.setAutoDefault(True)
    made.clicked.connect(lambda _checked=False: pressed())
    return made


def primary(text: str, pressed: Callable[[], object]) -> QPushButton:
    """The page's one main action."""
    return button(text, pressed, part="primary")


def link(text: str, pressed: Callable[[], object], *, name: str = "") -> QPushButton:
    """A quiet action inside a row."""
    return button(text, pressed, part="link", name=name)


class CopyButton(QPushButton):
    """Copies a whole text to the clipboard and says so for a moment."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(tr("Copy"))
        self._text = text
        self.setProperty("part", "copy")
        self.setAccessibleName(tr("Copy {what}").format(what=what))
        self.clicked.connect(self._copy)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.setText(tr("Copied"))
        QTimer.singleShot(COPIED_MILLISECONDS, self, lambda: self.setText(tr("Copy")))
