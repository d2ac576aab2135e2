"""A row of a list: what, when, state, and what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.present.states import Chip
from app.ui.widgets.chip import ChipLabel
from app.ui.widgets.text import ElidedLabel, label


class ListRow(QWidget):
    """What (with a second line below it where there is more to say), when, state, actions."""

    def __init__(
        self, what: str, when: str = "", chip: Chip | None = None, detail: str = "", actions: Sequence[QWidget] = ()
    ) -> None:
        super().__init__()
        self.setAccessibleName(" ".join(part for part in (what, when, chip.text if chip else "", detail) if part))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(14)
        layout.addLayout(_words(what, detail), 1)
        if when:
            time = label(when, "secondary")
            layout.addWidget(time, 0, Qt.AlignmentFlag.AlignVCenter)
        if chip is not None:
            layout.addWidget(ChipLabel(chip), 0, Qt.AlignmentFlag.AlignVCenter)
        for action in actions:
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)


def _words(what: str, detail: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(ElidedLabel(what, "body"))
    if detail:
        column.addWidget(label(detail, "secondary", wrap=True))
    return column
