"""A hash chain drawn as a line: filled = final, ring = to come, dashed link = this one."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.language import tr
from app.ui.present.notarize import Ring

DOT = 7.0
SPREAD = 188
HEIGHT = 104


class ChainLine(QWidget):
    """The rings of a chain, oldest at the left; a screen reader hears them in that order."""

    def __init__(self) -> None:
        super().__init__()
        self._rings: Sequence[Ring] = ()
        self._hidden = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rings(self, rings: Sequence[Ring], hidden: int = 0) -> None:
        """Draw other rings; `hidden` earlier ones are only counted."""
        self._rings, self._hidden = rings, hidden
        spoken = ", ".join(f"{ring.title} {ring.when} {ring.digest}" for ring in rings)
        self.setAccessibleName(tr("Evidence chain: {rings}").format(rings=spoken))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the card."""
        return QSize(480, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Narrower than that the rings' words would touch."""
        return QSize(320, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        if not self._rings:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spread = min(float(SPREAD), self.width() / max(len(self._rings), 1))
        places = [QPointF(spread * (place + 0.5), 20) for place in range(len(self._rings))]
        self._draw_hidden(painter, places[0])
        for left, right, ring in zip(places, places[1:], self._rings[1:], strict=False):
            self._draw_link(painter, left, right, ring)
        for place, ring in zip(places, self._rings, strict=True):
            self._draw_ring(painter, place, ring)
            self._draw_words(painter, place, ring, spread)

    def _draw_hidden(self, painter: QPainter, first: QPointF) -> None:
        if self._hidden <= 0:
            return
        painter.setPen(QPen(QColor(theme.roles().line), 2))
        painter.drawLine(QPointF(0, first.y()), first)
        painter.setPen(QColor(theme.roles().soft))
        painter.setFont(theme.font(12))
        text = tr("+ %n earlier", None, self._hidden)
        painter.drawText(QRectF(0, 0, first.x(), 15), Qt.AlignmentFlag.AlignLeft, text)

    def _draw_link(self, painter: QPainter, left: QPointF, right: QPointF, ring: Ring) -> None:
        roles = theme.roles()
        if ring.kind == "coming":
            painter.setPen(QPen(QColor(roles.primary), 2, Qt.PenStyle.DashLine))
        else:
            painter.setPen(QPen(QColor(roles.control), 2))
        painter.drawLine(left, right)

    def _draw_ring(self, painter: QPainter, place: QPointF, ring: Ring) -> None:
        roles = theme.roles()
        painter.setPen(QPen(QColor(roles.primary), 2))
        painter.setBrush(QColor(roles.surface if ring.kind == "coming" else roles.primary))
        painter.drawEllipse(place, DOT, DOT)
        if ring.kind == "mine":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, DOT + 4, DOT + 4)

    def _draw_words(self, painter: QPainter, place: QPointF, ring: Ring, spread: float) -> None:
        roles = theme.roles()
        lines: tuple[tuple[str, QFont, str, int], ...] = (
            (ring.title, theme.font(13, strong=ring.kind == "mine"), roles.ink, 34),
            (ring.when, theme.font(12), roles.soft, 56),
            (ring.digest, theme.monospace(11) if ring.kind != "coming" else theme.font(12), roles.soft, 76),
        )
        for text, face, colour, top in lines:
            painter.setFont(face)
            painter.setPen(QColor(colour))
            room = QRectF(place.x() - spread / 2 + 3, top, spread - 6, 20)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
