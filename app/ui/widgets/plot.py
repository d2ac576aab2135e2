"""What was owed and what was held, over time: two lines, and below them how far one covers the other. One point at a time is
said in words.

The pointer, or the arrow keys, choose the point. A table beside it holds the same figures: nobody needs the picture.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.present.reserve_plot import PlotPoint, PlotView

HEIGHT, TOP, BOTTOM, RIGHT = 330, 58, 30, 24
STRIP, GAP = 52, 22
"""Height of the strip of ratios below the amounts, and what parts them."""
DOT = 3.5
MOST_DOTS = 60
"""Of more points than that, only the chosen one has a dot."""


class CoveragePlot(QWidget):
    """Draws a `PlotView`."""

    def __init__(self) -> None:
        super().__init__()
        self._view: PlotView | None = None
        self._chosen = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_view(self, view: PlotView) -> None:
        """Draw other figures; the newest is chosen."""
        self._view = view
        self.setAccessibleName(view.summary)
        self._choose(len(view.points) - 1)

    @property
    def chosen(self) -> PlotPoint | None:
        """The point that is said in words."""
        points = () if self._view is None else self._view.points
        return points[self._chosen] if 0 <= self._chosen < len(points) else None

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the card."""
        return QSize(480, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Narrower than that the moments' words would touch."""
        return QSize(360, HEIGHT)

    # ---- choosing a point ----------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self._view is None or Qt.Key(event.key()) not in steps:
            super().keyPressEvent(event)
            return
        self._choose(min(max(self._chosen + steps[Qt.Key(event.key())], 0), len(self._view.points) - 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if self._view is not None and self._view.points:
            at = event.position().x()
            points = self._view.points
            self._choose(min(range(len(points)), key=lambda place: abs(self._x(points[place].time_ns) - at)))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if self._view is not None:
            self._choose(len(self._view.points) - 1)
        super().leaveEvent(event)

    def _choose(self, place: int) -> None:
        self._chosen = place
        self.setAccessibleDescription("" if self.chosen is None else self.chosen.words)
        self.update()

    # ---- places --------------------------------------------------------------------------------------------------
    @property
    def _field(self) -> QRectF:
        """Where the lines are."""
        texts = [] if self._view is None else [text for _, text in (*self._view.ticks, *self._view.ratios)]
        left = max((self.fontMetrics().horizontalAdvance(text) for text in texts), default=0) + 14
        return QRectF(left, TOP, max(self.width() - left - RIGHT, 1), self.height() - TOP - BOTTOM - GAP - STRIP)

    @property
    def _strip(self) -> QRectF:
        """Where the ratios are."""
        field = self._field
        return QRectF(field.left(), field.bottom() + GAP, field.width(), STRIP)

    def _x(self, time_ns: int) -> float:
        assert self._view is not None
        first, last = self._view.points[0].time_ns, self._view.points[-1].time_ns
        field = self._field
        return (
            field.center().x() if first == last else field.left() + field.width() * (time_ns - first) / (last - first)
        )

    def _y(self, amount: int) -> float:
        assert self._view is not None
        return _level(amount, self._view.ticks, self._field)

    def _ratio_y(self, tenths: int) -> float:
        assert self._view is not None
        return _level(tenths, self._view.ratios, self._strip)

    # ---- painting ------------------------------------------------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        view = self._view
        if view is None or not view.points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(12))
        self._paint_axes(painter, view)
        self._paint_between(painter, view)
        roles = theme.roles()
        self._paint_line(
            painter, [(each.time_ns, each.held) for each in view.points], roles.primary, Qt.PenStyle.SolidLine
        )
        self._paint_line(painter, [(each.time_ns, each.owed) for each in view.points], roles.warn, Qt.PenStyle.DashLine)
        ratios = [QPointF(self._x(each.time_ns), self._ratio_y(each.tenths)) for each in view.points]
        self._paint_places(painter, ratios, roles.ok, Qt.PenStyle.SolidLine)
        self._paint_chosen(painter)
        self._paint_legend(painter, view)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(roles.primary), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_axes(self, painter: QPainter, view: PlotView) -> None:
        roles, field = theme.roles(), self._strip
        levels = [(self._y(amount), text) for amount, text in view.ticks]
        for at, text in levels + [(self._ratio_y(tenths), text) for tenths, text in view.ratios]:
            painter.setPen(QPen(QColor(roles.line), 1))
            painter.drawLine(QPointF(field.left(), at), QPointF(field.right(), at))
            painter.setPen(QColor(roles.soft))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, at - 10, field.left() - 8, 20), side, text)
        for moment, text in view.moments:
            width = self.fontMetrics().horizontalAdvance(text) + 8
            left = min(max(self._x(moment) - width / 2, 0), self.width() - width)
            painter.setPen(QColor(roles.soft))
            painter.drawText(QRectF(left, field.bottom() + 8, width, 20), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_line(self, painter: QPainter, figures: list[tuple[int, int]], colour: str, style: Qt.PenStyle) -> None:
        places = [QPointF(self._x(time_ns), self._y(amount)) for time_ns, amount in figures]
        self._paint_places(painter, places, colour, style)

    def _paint_between(self, painter: QPainter, view: PlotView) -> None:
        """What is held beyond what is owed, as an area."""
        upper = [QPointF(self._x(each.time_ns), self._y(max(each.held, each.owed))) for each in view.points]
        lower = [QPointF(self._x(each.time_ns), self._y(each.owed)) for each in reversed(view.points)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.roles().ok_soft))
        painter.drawPolygon(QPolygonF([*upper, *lower]))

    def _paint_places(self, painter: QPainter, places: list[QPointF], colour: str, style: Qt.PenStyle) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), 2, style))
        painter.drawPolyline(QPolygonF(places))
        if len(places) <= MOST_DOTS:
            for place in places:
                _paint_dot(painter, place, colour, DOT)

    def _paint_chosen(self, painter: QPainter) -> None:
        point, field, roles = self.chosen, self._field, theme.roles()
        if point is None:
            return
        at = self._x(point.time_ns)
        painter.setPen(QPen(QColor(roles.control), 1))
        painter.drawLine(QPointF(at, field.top()), QPointF(at, self._strip.bottom()))
        _paint_dot(painter, QPointF(at, self._y(point.held)), roles.primary, DOT + 1.5)
        _paint_dot(painter, QPointF(at, self._y(point.owed)), roles.warn, DOT + 1.5)
        _paint_dot(painter, QPointF(at, self._ratio_y(point.tenths)), roles.ok, DOT + 1.5)
        painter.setPen(QColor(roles.ink))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        said = painter.fontMetrics().elidedText(point.words, Qt.TextElideMode.ElideRight, self.width() - 16)
        painter.drawText(QRectF(8, 26, self.width() - 16, 20), flags, said)

    def _paint_legend(self, painter: QPainter, view: PlotView) -> None:
        roles, left = theme.roles(), 8.0
        for text, colour, style in (
            (view.held, roles.primary, Qt.PenStyle.SolidLine),
            (view.owed, roles.warn, Qt.PenStyle.DashLine),
            (view.ratio, roles.ok, Qt.PenStyle.SolidLine),
        ):
            painter.setPen(QPen(QColor(colour), 2, style))
            painter.drawLine(QPointF(left, 14), QPointF(left + 26, 14))
            painter.setPen(QColor(roles.ink))
            width = painter.fontMetrics().horizontalAdvance(text) + 4
            painter.drawText(QRectF(left + 32, 4, width, 20), Qt.AlignmentFlag.AlignVCenter, text)
            left += 32 + width + 18


def _level(value: int, ends: tuple[tuple[int, str], ...], field: QRectF) -> float:
    """How high a value stands in a field whose lower and upper edge are the first and the last of these."""
    least, most = ends[0][0], ends[-1][0]
    return field.bottom() - field.height() * (value - least) / (most - least)


def _paint_dot(painter: QPainter, place: QPointF, colour: str, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(place, radius, radius)
