"""A thin bar of progress. The words beside it say what it shows; a screen reader gets the same value."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from app.ui import theme
from app.ui.present.states import Tone

THICKNESS = 6


class Bar(QProgressBar):
    """Thousandths done, in the colour of a tone."""

    def __init__(self, name: str, tone: Tone = "primary") -> None:
        super().__init__()
        self._tone: Tone = tone
        self.setRange(0, 1000)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, permille: int, tone: Tone = "primary") -> None:
        """Another share."""
        self._tone = tone
        self.setValue(permille)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Thin."""
        return QSize(120, THICKNESS)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Thin."""
        return QSize(40, THICKNESS)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = (self.height() - THICKNESS) / 2
        painter.setBrush(QColor(roles.line))
        painter.drawRoundedRect(QRectF(0, top, self.width(), THICKNESS), 3, 3)
        width = self.width() * self.value() / 1000
        if width > 0:
            painter.setBrush(QColor(roles.tone(self._tone)))
            painter.drawRoundedRect(QRectF(0, top, max(width, THICKNESS), THICKNESS), 3, 3)
