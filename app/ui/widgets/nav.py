"""The entries of the side bar, and the organisation's mark above them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.ui import theme
from app.ui.icons import paint_icon
from app.ui.language import tr

HEIGHT, BADGE_WIDTH = 36, 36


class NavButton(QAbstractButton):
    """An entry with an icon; the open page is marked, a badge says how many things wait."""

    def __init__(self, text: str, icon_name: str) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        self._icon_name = icon_name
        self._badge = 0

    def say(self, text: str) -> None:
        """Another name."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()

    def show_badge(self, count: int) -> None:
        """How many things wait behind this entry; 0 hides the badge."""
        self._badge = count
        waiting = tr("%n waiting", None, count) if count else ""
        self.setAccessibleDescription(waiting)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Icon, text and badge."""
        badge = BADGE_WIDTH if self._badge else 0
        return QSize(52 + self.fontMetrics().horizontalAdvance(self.text()) + badge, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        colour = roles.primary if self.isChecked() else roles.ink
        paint_icon(painter, self._icon_name, QRectF(10, 8, 20, 20), roles.primary if self.isChecked() else roles.soft)
        painter.setFont(theme.font(14, strong=self.isChecked()))
        painter.setPen(QColor(colour))
        room = QRectF(40, 0, self.width() - 48 - (BADGE_WIDTH if self._badge else 0), self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self._badge:
            self._paint_badge(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        roles = theme.roles()
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(roles.primary_soft if self.isChecked() else roles.ground))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(roles.primary), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _paint_badge(self, painter: QPainter) -> None:
        roles = theme.roles()
        place = QRectF(self.width() - 42, 7, 32, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(roles.warn_soft))
        painter.drawRoundedRect(place, 11, 11)
        painter.setPen(QColor(roles.warn))
        painter.setFont(theme.font(12))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(min(self._badge, 99)))


class Mark(QWidget):
    """The program's seal at the head of the side bar: 谱."""

    def __init__(self, side: int = 42) -> None:
        super().__init__()
        self.setFixedSize(side, side)
        self.setAccessibleName(tr("Luopu"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(roles.seal), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.setFont(theme.font(self.width() * 18 // 42, strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "谱")
