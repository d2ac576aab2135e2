"""Where files are dropped; the same by click or keyboard. Takes local files only and opens nothing."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets.text import ElidedLabel, label


def local_files(untrusted_data: QMimeData) -> list[Path]:
    """Files on this computer among what is dropped; folders and addresses elsewhere are left out."""
    paths = [Path(url.toLocalFile()) for url in untrusted_data.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]


class DropZone(QWidget):
    """A dashed field that takes files."""

    dropped = Signal(list)
    """list[Path]"""
    asked = Signal()
    """The clerk wants to choose files in a dialog."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._over = False
        self._title = ElidedLabel(title, "strong", mode=Qt.TextElideMode.ElideMiddle)
        self._text = label(text, "secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(4)
        column.addStretch(1)
        for part in (self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addStretch(1)

    def say(self, title: str, text: str) -> None:
        """Other words, for instance the file that was chosen."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(title)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        if event.mimeData().hasUrls():
            self._over = True
            event.acceptProposedAction()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 (Qt's name)
        self._over = False
        self.update()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        self._over = False
        self.update()
        files = local_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        lit = self._over or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(roles.primary_soft if self._over else roles.ground))
        painter.setPen(QPen(QColor(roles.primary if lit else roles.control), 2 if lit else 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
