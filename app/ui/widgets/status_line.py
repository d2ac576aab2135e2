"""The line at the bottom that is never wrong: each part says a fact and opens the page it belongs to."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy

from app.ui import theme
from app.ui.present.node import StatusPart

HEIGHT = 34


class StatusButton(QAbstractButton):
    """One part: a dot in the colour of its state, then its words, which say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = "neutral"
        self._dot = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_part(self, text: str, tone: str, *, dot: bool = True) -> None:
        """Another fact."""
        if (text, tone, dot) == (self.text(), self._tone, self._dot):
            return
        self.setText(text)
        self.setAccessibleName(text)
        self._tone, self._dot = tone, dot
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Dot and words."""
        self.setFont(theme.font(12))
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + (30 if self._dot else 16), HEIGHT - 8)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        roles = theme.roles()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(QColor(roles.primary), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(roles.primary_soft))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        left = 8
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(roles.tone(self._tone)))
            painter.drawEllipse(QPointF(12, self.height() / 2), 4, 4)
            left = 24
        painter.setPen(QColor(roles.soft))
        painter.setFont(theme.font(12))
        painter.drawText(
            self.rect().adjusted(left, 0, -4, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            self.text(),
        )


class StatusLine(QFrame):
    """Parts at the left, quota at the right."""

    opened = Signal(str)
    """Which part was asked for: node, finality, peers or quota."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "status-line")
        self.setFixedHeight(HEIGHT)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(10, 1, 12, 0)
        self._layout.setSpacing(6)
        self._parts = [StatusButton() for _ in range(3)]
        self._targets = ["node", "finality", "peers"]
        for place, part in enumerate(self._parts):
            part.clicked.connect(lambda _checked=False, place=place: self.opened.emit(self._targets[place]))
            self._layout.addWidget(part)
        self._layout.addStretch(1)
        self._quota = StatusButton()
        self._quota.clicked.connect(lambda _checked=False: self.opened.emit("quota"))
        self._layout.addWidget(self._quota)

    def show_parts(self, parts: Sequence[StatusPart], quota: str) -> None:
        """Say other facts."""
        for place, button in enumerate(self._parts):
            button.setVisible(place < len(parts))
            if place < len(parts):
                self._targets[place] = parts[place].target
                button.show_part(parts[place].text, parts[place].tone)
        self._quota.show_part(quota, "neutral", dot=False)

    @property
    def text(self) -> str:
        """All of it, as read from left to right."""
        shown = [button.text() for button in self._parts if not button.isHidden()]
        return " | ".join([*shown, self._quota.text()])
