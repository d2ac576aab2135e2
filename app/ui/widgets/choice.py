"""Choosing one of several: a combo box that carries values, and the large choices of the first run."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSizePolicy

from app.ui import theme
from app.ui.icons import paint_icon


class ChoiceBox(QComboBox):
    """A drop-down whose entries stand for values; the wheel scrolls the page, not the choice."""

    chosen = Signal(object)
    """The value the clerk chose."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))

    def offer(self, choices: Sequence[tuple[str, object]], value: object) -> None:
        """Offer other entries and keep `value` chosen."""
        before = [(self.itemText(place), self.itemData(place)) for place in range(self.count())]
        if before != list(choices):
            self.clear()
            for text, data in choices:
                self.addItem(text, data)
        self.point_at(value)

    def point_at(self, value: object) -> None:
        """Show this value as the chosen one."""
        places = range(self.count())
        self.setCurrentIndex(next((place for place in places if self.itemData(place) == value), 0))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()


class ChoiceCard(QAbstractButton):
    """A large choice: icon, title, and a sentence or two."""

    def __init__(self, icon_name: str, title: str, text: str) -> None:
        super().__init__()
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icon_name, self._sentence = icon_name, text

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for two lines of text."""
        return QSize(400, 92)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        lit = self.hasFocus() or self.underMouse()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(roles.primary if lit else roles.control), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(roles.primary_soft if self.underMouse() else roles.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        paint_icon(painter, self._icon_name, QRectF(20, 22, 28, 28), roles.primary)
        painter.setPen(QColor(roles.ink))
        painter.setFont(theme.font(15, strong=True))
        painter.drawText(QRectF(66, 16, self.width() - 86, 24), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setPen(QColor(roles.soft))
        painter.setFont(theme.font(13))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(66, 43, self.width() - 86, self.height() - 48), flags, self._sentence)
