"""A page: title, one sentence that says what matters here, actions at the right, a notice, and a column of cards."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.errors import LuopuError
from app.ui.widgets.banner import Banner
from app.ui.widgets.scroll import Scrolled, scrolled
from app.ui.widgets.text import label
from app.ui.windows.surroundings import Surroundings

MARGIN = 28
BETWEEN = 16
SCROLL_BAR = 10


class Page(QWidget):
    """Base of all pages."""

    waits = Signal(int)
    """So many things on this page wait for the clerk."""
    goes = Signal(str)
    """The clerk wants to go to the page of this name."""
    opens_record = Signal(object)
    """The clerk wants to see the record with this digest."""

    def __init__(self, surroundings: Surroundings, title: str, sentence: str, *, scrolls: bool = True) -> None:
        super().__init__()
        self.around = surroundings
        self.setProperty("part", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self._title = label(title, "page-title")
        self.sentence = label(sentence, "secondary", wrap=True)
        self.action_row = QHBoxLayout()
        self.action_row.setSpacing(BETWEEN)
        self.banner = Banner()
        self.column = QVBoxLayout()
        self.column.setSpacing(BETWEEN)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, MARGIN - 4, 0, 0)
        outer.setSpacing(14)
        outer.addLayout(self._head())
        outer.addLayout(_framed(self.banner))
        outer.addWidget(_scrolling(self.column) if scrolls else _still(self.column), 1)

    def say_title(self, title: str, sentence: str) -> None:
        """Another title, with its sentence."""
        self._title.setText(title)
        self.setAccessibleName(title)
        self.sentence.setText(sentence)

    def add_action(self, action: QPushButton) -> None:
        """Put an action at the right of the title."""
        self.action_row.addWidget(action)

    def show_error(self, error: LuopuError) -> None:
        """Say what went wrong on top of the page."""
        self.banner.say_error(error)

    def refresh(self, kind: str) -> None:
        """The desk said something new: "status", "account", "outbox", "chains" or "records"."""

    def tick(self) -> None:
        """A second has passed: ages are said anew."""

    def opened(self) -> None:
        """The page comes to the front."""

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self.sentence)
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN, 0, MARGIN, 0)
        head.addLayout(words, 1)
        head.addLayout(self.action_row)
        return head


def beside(parts: Sequence[tuple[QWidget, int]]) -> QHBoxLayout:
    """Cards beside each other, with their shares of the width."""
    made = QHBoxLayout()
    made.setSpacing(BETWEEN)
    for part, share in parts:
        made.addWidget(part, share)
    return made


def _framed(part: QWidget) -> QHBoxLayout:
    layout = QHBoxLayout()
    layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
    layout.addWidget(part)
    return layout


def _still(column: QVBoxLayout) -> QWidget:
    inside = QWidget()
    column.setContentsMargins(MARGIN, 0, MARGIN, MARGIN - 8)
    inside.setLayout(column)
    return inside


def _scrolling(column: QVBoxLayout) -> QScrollArea:
    outer = QVBoxLayout()
    outer.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
    outer.addLayout(column)
    outer.addStretch(1)
    area = scrolled(Scrolled(outer))
    bar = area.verticalScrollBar()
    bar.rangeChanged.connect(lambda _least, most: _keep_right_edge(outer, most > 0))
    return area


def _keep_right_edge(layout: QVBoxLayout, scrolled: bool) -> None:
    """Cards end where the actions above them end, with or without a scroll bar."""
    layout.setContentsMargins(MARGIN, 0, MARGIN - SCROLL_BAR if scrolled else MARGIN, MARGIN)
