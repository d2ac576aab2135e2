"""How the desk looks: palette, type, style sheet; follows the system's scheme and contrast, or the clerk's choice.

Guarantees: one place for every colour and size; widgets that paint themselves ask `roles()` each time they paint.
"""

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.ui.colours import DARK, LIGHT, Roles, palette_of, roles_of_system
from app.ui.settings import ThemeChoice
from app.ui.style import style_sheet

FAMILIES = ["Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei"]
MONOSPACE = ["Cascadia Mono", "Consolas", "Menlo", "DejaVu Sans Mono", "Noto Sans Mono", "monospace"]
BODY_PIXELS = 14


class _Worn:
    """The one theme of the process."""

    roles: Roles = LIGHT
    choice: ThemeChoice = "system"
    follows = False


def roles() -> Roles:
    """The colours in force."""
    return _Worn.roles


def monospace(pixels: int) -> QFont:
    """The face of digests."""
    font = QFont()
    font.setFamilies(MONOSPACE)
    font.setPixelSize(pixels)
    return font


def font(pixels: int, *, strong: bool = False) -> QFont:
    """The face of everything else."""
    face = QFont()
    face.setFamilies(FAMILIES)
    face.setPixelSize(pixels)
    if strong:
        face.setWeight(QFont.Weight(strong_weight()))
    return face


@lru_cache(maxsize=1)
def strong_weight() -> int:
    """600 where the face in use has a strong cut; else 700, from which Qt thickens a face that has only one."""
    family = QFontInfo(font(BODY_PIXELS)).family()
    weights = [QFontDatabase.weight(family, style) for style in QFontDatabase.styles(family)]
    return 600 if any(weight >= 600 for weight in weights) else 700


def wear(choice: ThemeChoice) -> None:
    """Put on a theme; "system" follows the system's scheme while the program runs."""
    _Worn.choice = choice
    hints = QGuiApplication.styleHints()
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints.setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
    if not _Worn.follows:
        hints.colorSchemeChanged.connect(lambda _scheme: _apply())
        _Worn.follows = True
    _apply()


def has_high_contrast() -> bool:
    """Whether the system asks for high contrast (known to Qt since 6.10)."""
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)


def _apply() -> None:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    QApplication.setStyle(QStyleFactory.create("Fusion"))
    QApplication.setFont(font(BODY_PIXELS))
    _Worn.roles = _roles_now()
    if not has_high_contrast():
        QApplication.setPalette(palette_of(_Worn.roles))
    application.setStyleSheet(style_sheet(_Worn.roles, MONOSPACE, strong_weight()))


def _roles_now() -> Roles:
    if has_high_contrast():
        return roles_of_system(QGuiApplication.palette())
    if _Worn.choice == "system":
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if _Worn.choice == "dark" else LIGHT
