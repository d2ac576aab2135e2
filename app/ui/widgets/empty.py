"""An empty state: what this is for, and the first thing to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.ui.widgets.text import label


class EmptyState(QWidget):
    """Title, one or two sentences, an action."""

    def __init__(self, title: str, text: str, action: QPushButton | None = None) -> None:
        super().__init__()
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 20, 0, 20)
        column.setSpacing(8)
        heading = label(title, "card-title")
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        sentence = label(text, "secondary", wrap=True)
        sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(heading)
        column.addWidget(sentence)
        if action is not None:
            column.addSpacing(6)
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignCenter)
