"""A bar that is cut into shares of a whole; the words beside it say what each share is."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.present.states import Tone

THICKNESS = 14


class ShareBar(QWidget):
    """Thousandths of a whole, each in the colour of a tone; what is left stays empty."""

    def __init__(self, name: str, shares: Sequence[tuple[int, Tone]]) -> None:
        super().__init__()
        self._shares = tuple(shares)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the card."""
        return QSize(240, THICKNESS)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles, width = theme.roles(), self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(0, 0, width, THICKNESS), 4, 4)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(roles.line))
        left = 0.0
        for permille, tone in self._shares:
            share = width * permille / 1000
            painter.fillRect(QRectF(left, 0, share, THICKNESS), QColor(roles.tone(tone)))
            left += share
