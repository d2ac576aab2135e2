"""Colour roles in light and dark, and how a system in high contrast maps onto them.

Guarantees: text roles keep a contrast of at least 4.5:1 on the grounds they are used on (a test computes it).
"""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Roles:
    """What a colour is for; values are #RRGGBB."""

    ground: str
    surface: str
    line: str
    ink: str
    soft: str
    faint: str
    primary: str
    primary_soft: str
    on_primary: str
    seal: str
    seal_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    control: str
    """Edge of a control: at least 3:1 against the surface."""

    def tone(self, tone: str) -> str:
        """Text colour of a tone: ok, warn, bad, primary or neutral."""
        return {"ok": self.ok, "warn": self.warn, "bad": self.bad, "primary": self.primary}.get(tone, self.soft)

    def tone_soft(self, tone: str) -> str:
        """Ground of a tone."""
        grounds = {"ok": self.ok_soft, "warn": self.warn_soft, "bad": self.bad_soft, "primary": self.primary_soft}
        return grounds.get(tone, self.ground)


LIGHT = Roles(
    ground="#F6F7F9",
    surface="#FFFFFF",
    line="#E3E6EB",
    ink="#1B2430",
    soft="#5B6675",
    faint="#8A94A3",
    primary="#1F4E79",
    primary_soft="#E6EEF6",
    on_primary="#FFFFFF",
    seal="#B5342B",
    seal_soft="#FBEBE9",
    ok="#1E7B4F",
    ok_soft="#E7F4ED",
    warn="#8F5C00",
    warn_soft="#FDF3E0",
    bad="#B3261E",
    bad_soft="#FBEBE9",
    control="#C5CBD4",
)

DARK = Roles(
    ground="#14181D",
    surface="#1C2127",
    line="#2C333C",
    ink="#E8ECF1",
    soft="#A7B1BE",
    faint="#76818F",
    primary="#7FB2E5",
    primary_soft="#20303F",
    on_primary="#10161D",
    seal="#E2766C",
    seal_soft="#3A2422",
    ok="#6CC79A",
    ok_soft="#1B3228",
    warn="#E2B25B",
    warn_soft="#382C18",
    bad="#F2867D",
    bad_soft="#3A2422",
    control="#47515D",
)


def palette_of(roles: Roles) -> QPalette:
    """The roles as Qt's palette, for everything that Fusion draws itself."""
    palette = QPalette()
    groups = {
        QPalette.ColorRole.Window: roles.ground,
        QPalette.ColorRole.WindowText: roles.ink,
        QPalette.ColorRole.Base: roles.surface,
        QPalette.ColorRole.AlternateBase: roles.ground,
        QPalette.ColorRole.Text: roles.ink,
        QPalette.ColorRole.Button: roles.surface,
        QPalette.ColorRole.ButtonText: roles.ink,
        QPalette.ColorRole.Highlight: roles.primary,
        QPalette.ColorRole.HighlightedText: roles.on_primary,
        QPalette.ColorRole.ToolTipBase: roles.surface,
        QPalette.ColorRole.ToolTipText: roles.ink,
        QPalette.ColorRole.PlaceholderText: roles.soft,
        QPalette.ColorRole.Link: roles.primary,
        QPalette.ColorRole.Mid: roles.line,
        QPalette.ColorRole.Accent: roles.primary,
    }
    for role, colour in groups.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(roles.faint))
    return palette


def roles_of_system(palette: QPalette) -> Roles:
    """High contrast: only the system's own colours; edges and texts in its text colour."""
    window, text = palette.window().color().name(), palette.windowText().color().name()
    accent, on_accent = palette.highlight().color().name(), palette.highlightedText().color().name()
    edges = dict.fromkeys(("line", "ink", "soft", "faint", "seal", "ok", "warn", "bad", "control", "primary"), text)
    softs = ("ground", "surface", "primary_soft", "seal_soft", "ok_soft", "warn_soft", "bad_soft")
    return Roles(**{**edges, **dict.fromkeys(softs, window), "primary": accent, "on_primary": on_accent})


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 … 1 (WCAG 2)."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 … 21 (WCAG 2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_light(colour: str) -> bool:
    """Whether dark drawings stand out better on it than light ones."""
    return luminance(colour) > 0.3
