"""The program's own drawings, tinted with a colour role when they are painted."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.resources import resource


def paint_icon(painter: QPainter, name: str, place: QRectF, colour: str) -> None:
    """Draw an icon into a rectangle."""
    _renderer(name, colour).render(painter, place)


def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """An icon for a button, sharp at up to three times its size."""
    pixmap = QPixmap(QSize(size * 3, size * 3))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, QRectF(0, 0, size * 3, size * 3), colour)
    painter.end()
    return QIcon(pixmap)


@lru_cache(maxsize=128)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
