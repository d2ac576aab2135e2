"""A field that is a list: lines of other fields, as many as the clerk needs.

Guarantees: there is always a line; each field is called by its name and the number of its line, for messages and for screen
readers; what is said of a list is what is wrong in its first bad line.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.language import tr
from app.ui.widgets.buttons import link
from app.ui.widgets.card import row, take_out
from app.ui.widgets.fields import Field

MAX_ROWS = 64
"""As many as the law takes in any of its lists (docs/registry.md)."""
CONTROL_HEIGHT = 36
"""So that what stands beside a line edit stands level with it."""


class Row(QWidget):
    """One line of a list, made of these fields; a subclass lays them out, with `end` behind them."""

    changed = Signal()
    dropped = Signal()

    def __init__(self, *fields: Field) -> None:
        super().__init__()
        self.fields = fields
        self._names = [field.name for field in fields]
        self.away = link(tr("Remove"), self.dropped.emit)
        self.end = QWidget()
        self.end.setMinimumHeight(CONTROL_HEIGHT)
        self.end.setLayout(row(self.away))
        for field in fields:
            field.changed.connect(self.heard)

    def heard(self) -> None:
        """A field says something else; a subclass brings the others in line first."""
        self.changed.emit()

    def set_place(self, place: int) -> None:
        """Which line it is, from 1 on."""
        self.away.setAccessibleName(tr("Remove line {number}").format(number=place))
        for field, name in zip(self.fields, self._names, strict=True):
            field.rename(f"{name} {place}")

    def first(self) -> QWidget:
        """What gets the keyboard."""
        return self.fields[0].focus_widget()

    def problem(self) -> str:
        """What is missing or wrong in the first field that is asked for and not in order."""
        return next((field.problem() for field in self.fields if field.isEnabled() and field.problem()), "")


R = TypeVar("R", bound=Row)


class RowsField(Field, Generic[R]):
    """A list of lines, at least one; lines are added and taken away."""

    def __init__(self, name: str, more: str, make: Callable[[], R], *, note: str = "") -> None:
        super().__init__(name, note)
        self._make = make
        self.rows: list[R] = []
        holder = QWidget()
        self._lines = QVBoxLayout(holder)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(10)
        self._more = link(more, self.add_row)
        self.column.addWidget(holder)
        self.column.addLayout(row(self._more, 1))
        self.column.addWidget(self.note)
        self.add_row()
        self.setFocusProxy(self.rows[0].first())

    def add_row(self) -> R:
        """Another line."""
        made = self._make()
        made.changed.connect(self.changed.emit)
        made.dropped.connect(lambda: self._drop(made))
        self.rows.append(made)
        self._lines.addWidget(made)
        self._number()
        made.first().setFocus()
        return made

    def problem(self) -> str:
        """The first thing that is wrong in a line."""
        return next((each.problem() for each in self.rows if each.problem()), "")

    def _drop(self, gone: R) -> None:
        self.rows.remove(gone)
        take_out(self._lines, gone)
        gone.deleteLater()
        self._number()
        self.setFocusProxy(self.rows[0].first())

    def _number(self) -> None:
        for place, each in enumerate(self.rows, 1):
            each.set_place(place)
            each.end.setVisible(len(self.rows) > 1)
        self._more.setEnabled(len(self.rows) < MAX_ROWS)
        self.changed.emit()


def level(*parts: QWidget | int) -> QHBoxLayout:
    """Parts of a line, level at their tops; fields share the room, a number is a stretch."""
    line = row(*parts)
    for place, part in enumerate(parts):
        if isinstance(part, QWidget):
            line.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        if isinstance(part, Field):
            line.setStretch(place, 1)
    return line
