"""Cards below each other, as one widget."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.windows.page import BETWEEN


class Parts(QWidget):
    """What stands at home on a page."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(BETWEEN)
        for part in parts:
            self.column.addWidget(part)
