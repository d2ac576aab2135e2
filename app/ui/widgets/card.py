"""A card: title with an optional chip and actions, and a column below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from app.ui.widgets.chip import ChipLabel
from app.ui.widgets.text import label


class Card(QFrame):
    """The ground on which one subject stands."""

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 16, 20, 16)
        self.body.setSpacing(10)
        self.title: QLabel = label(title, "card-title")
        self.chip = ChipLabel()
        self.head = QHBoxLayout()
        self.head.setSpacing(10)
        self.head.addWidget(self.title)
        self.head.addWidget(self.chip)
        self.head.addStretch(1)
        if title:
            self.body.addLayout(self.head)

    def say_title(self, title: str) -> None:
        """Another title."""
        self.title.setText(title)
        self.setAccessibleName(title)

    def add(self, part: QWidget | QLayout) -> None:
        """Put a widget or layout below what is there."""
        if isinstance(part, QWidget):
            self.body.addWidget(part)
        else:
            self.body.addLayout(part)

    def add_action(self, action: QWidget) -> None:
        """Put an action at the right of the title."""
        self.head.addWidget(action, 0, Qt.AlignmentFlag.AlignRight)


def row(*parts: QWidget | int, spacing: int = 10) -> QHBoxLayout:
    """Parts beside each other; a number is a stretch."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
        else:
            made.addWidget(part)
    return made


def clear(layout: QLayout) -> None:
    """Empty a layout and let go of what stood in it."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


def take_out(layout: QLayout, widget: QWidget) -> None:
    """Take a widget out of a layout; Qt's own way leaves the item's wrapper behind, which PySide may free a second time."""
    place = layout.indexOf(widget)
    if place >= 0:
        layout.takeAt(place)
    widget.hide()


def rule() -> QFrame:
    """A hairline between rows."""
    made = QFrame()
    made.setProperty("part", "rule")
    made.setFixedHeight(1)
    return made
