"""A key–value block: labels in one column, values in the next, a copy button where the whole is longer than shown.

It stands in cards, and in forms as a field that asks nothing.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.ui.present.facts import Fact
from app.ui.widgets.buttons import CopyButton
from app.ui.widgets.card import clear
from app.ui.widgets.fields import Field
from app.ui.widgets.text import label

LINE = 20
"""Height of one line, so that label, value and button of a fact stand level."""
SHOWN_WIDTH = 96
"""Of the labels inside a form, which has a column of labels itself."""


class FactBlock(QWidget):
    """Facts below each other."""

    def __init__(self, facts: Sequence[Fact] = (), *, label_width: int = 0) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, label_width)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_facts(facts)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        clear(self._grid)
        for place, fact in enumerate(facts):
            self._add(place, fact)

    def _add(self, place: int, fact: Fact) -> None:
        top = Qt.AlignmentFlag.AlignTop
        name = label(fact.label, "secondary")
        name.setMinimumHeight(LINE)
        value = label(fact.value, "digest" if fact.is_digest else "body", wrap=True, selectable=True)
        value.setAccessibleName(f"{fact.label}: {fact.copied or fact.value}")
        value.setMinimumHeight(LINE)
        value.setCursor(Qt.CursorShape.IBeamCursor)
        self._grid.addWidget(name, place, 0, top)
        self._grid.addWidget(value, place, 1)
        if fact.copied:
            copy = CopyButton(fact.copied, fact.label)
            copy.setFixedHeight(LINE)
            self._grid.addWidget(copy, place, 2, top)


class ShownField(Field):
    """Facts that are not asked for, but that one has to see to answer."""

    def __init__(self, name: str, facts: Sequence[Fact]) -> None:
        super().__init__(name)
        self.column.addWidget(FactBlock(facts, label_width=SHOWN_WIDTH))
