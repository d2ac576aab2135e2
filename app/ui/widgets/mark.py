"""Tick, cross or dash in a disc: the mark of a step. A word stands beside it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.icons import paint_icon

_ICONS = {
    "passed": ("check", "ok"),
    "failed": ("cross", "bad"),
    "skipped": ("dash", "neutral"),
    "doing": ("dash", "primary"),
}


class StepMark(QWidget):
    """The mark of one step."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.setFixedSize(side, side)
        self._mark = "skipped"

    def show_mark(self, mark: str, spoken: str) -> None:
        """Another mark: passed, failed, skipped or doing; `spoken` is what a screen reader says."""
        self._mark = mark
        self.setAccessibleName(spoken)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        icon, tone = _ICONS[self._mark]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(roles.tone_soft(tone)))
        painter.drawEllipse(QRectF(self.rect()))
        inset = self.width() * 0.14
        paint_icon(painter, icon, QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), roles.tone(tone))
