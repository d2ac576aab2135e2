"""The seal 终局: shown only where this computer itself verified that a block is final. The one red thing on a page."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.language import tr


class Seal(QWidget):
    """A stamp with a word in it."""

    def __init__(self, text: str = "", pixels: int = 17) -> None:
        super().__init__()
        self._text = text or tr("Final", "seal")
        self._font = theme.font(pixels, strong=True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text or tr("Final, verified on this computer"))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """A square round two characters, wider round a longer word."""
        metrics = QFontMetrics(self._font)
        side = metrics.height() + 18
        return QSize(max(side, metrics.horizontalAdvance(self._text) + 12), side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(roles.seal), 2))
        painter.setBrush(QColor(roles.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.setFont(self._font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
