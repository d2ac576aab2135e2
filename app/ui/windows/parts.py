"""Cards below each other, as one widget."""

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from app.ui.windows.page import BETWEEN


class Parts(QWidget):
    """What stands at home on a page."""

    def __init__(self, *parts: QWidget | QLayout) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(BETWEEN)
        for part in parts:
            self.add(part)

    def add(self, part: QWidget | QLayout) -> None:
        """Put a card or a line below what is there."""
        if isinstance(part, QWidget):
            self.column.addWidget(part)
        else:
            self.column.addLayout(part)
