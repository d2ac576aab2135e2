"""A page that scrolls up and down only, exactly as high as its words are at its width."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget


class Scrolled(QWidget):
    """What stands inside a scroll area. Wrapped texts would ask for the height they have at their narrowest."""

    def __init__(self, layout: QLayout) -> None:
        super().__init__()
        self.setProperty("part", "ground")
        self.setLayout(layout)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As narrow as its parts allow; the height follows from the width."""
        return QSize(super().minimumSizeHint().width(), 0)


def scrolled(inside: QWidget) -> QScrollArea:
    """A scroll area without a frame of its own; the keyboard goes to what is inside."""
    area = QScrollArea()
    area.setProperty("part", "ground")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area
