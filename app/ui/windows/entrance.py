"""What stands before the desk: a quiet ground with one card in its middle. First run and unlocking share it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.language import tr
from app.ui.widgets.banner import Banner
from app.ui.widgets.mark import StepMark
from app.ui.widgets.nav import Mark
from app.ui.widgets.scroll import Scrolled, scrolled
from app.ui.widgets.text import label, set_tone

WIDTH = 600


class Entrance(QWidget):
    """Mark and name above, a notice, then whatever the step needs."""

    def __init__(self, title: str, sentence: str, corner: QWidget) -> None:
        super().__init__()
        self.setProperty("part", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.banner = Banner()
        self.column = QVBoxLayout()
        self.column.setSpacing(16)
        self.column.addLayout(_head(title, sentence))
        self.column.addWidget(self.banner)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        middle.setLayout(self.column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 12, 0, 0)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 16, 0)
        top.addStretch(1)
        top.addWidget(corner)
        outer.addLayout(top)
        outer.addWidget(_scrolling(middle), 1)


def _head(title: str, sentence: str) -> QHBoxLayout:
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(title, "page-title"))
    words.addWidget(label(sentence, "secondary", wrap=True))
    head = QHBoxLayout()
    head.setSpacing(14)
    head.addWidget(Mark(52), 0, Qt.AlignmentFlag.AlignTop)
    head.addLayout(words, 1)
    return head


def _scrolling(middle: QWidget) -> QScrollArea:
    line = QHBoxLayout()
    line.addStretch(1)
    line.addWidget(middle, 100)
    line.addStretch(1)
    column = QVBoxLayout()
    column.setContentsMargins(28, 24, 28, 28)
    column.addStretch(2)
    column.addLayout(line)
    column.addStretch(3)
    return scrolled(Scrolled(column))


class StartSteps(QWidget):
    """What is being started, step by step, each in a word and a mark."""

    def __init__(self, steps: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        self._codes = [code for code, _ in steps]
        self._marks = [StepMark(20) for _ in steps]
        self._states = [label("", "secondary") for _ in steps]
        for place, (_, text) in enumerate(steps):
            grid.addWidget(self._marks[place], place, 0)
            grid.addWidget(label(text), place, 1)
            grid.addWidget(self._states[place], place, 2)
        self.reach("")

    def reach(self, code: str) -> None:
        """This step is being done; those before it are done. An unknown code changes nothing but clears the list."""
        doing = self._codes.index(code) if code in self._codes else -1
        for place in range(len(self._codes)):
            self._show(place, "passed" if place < doing else "doing" if place == doing else "skipped")

    def finish(self) -> None:
        """All are done."""
        for place in range(len(self._codes)):
            self._show(place, "passed")

    def _show(self, place: int, mark: str) -> None:
        words = {"passed": tr("done"), "doing": tr("under way"), "skipped": tr("waiting")}[mark]
        self._marks[place].show_mark(mark, words)
        self._states[place].setText(words)
        set_tone(self._states[place], {"passed": "ok", "doing": "primary"}.get(mark, "neutral"))
