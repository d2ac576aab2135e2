"""Language, theme and locking, in one small menu that can be reached from every screen."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.ui.language import tr
from app.ui.settings import LANGUAGE_CHOICES, LOCK_CHOICES, THEME_CHOICES, Settings
from app.ui.widgets.buttons import button


class SettingsMenu(QMenu):
    """Groups of choices; a choice takes effect at once and is remembered. Where `lock` is given, the desk can be locked."""

    def __init__(
        self,
        settings: Settings,
        changed: Callable[[str], None],
        lock: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._changed = settings, changed
        languages = {"system": tr("Follow the system"), "zh": "中文", "en": "English"}
        themes = {"system": tr("Follow the system"), "light": tr("Light"), "dark": tr("Dark")}
        self._add_title(tr("Language"))
        self._add_group("language", [(choice, languages[choice]) for choice in LANGUAGE_CHOICES])
        self.addSeparator()
        self._add_title(tr("Appearance"))
        self._add_group("theme", [(choice, themes[choice]) for choice in THEME_CHOICES])
        self.addSeparator()
        self._add_title(tr("Lock when nobody is here"))
        self._add_group("lock_minutes", [(minutes, _after(minutes)) for minutes in LOCK_CHOICES])
        if lock is not None:
            self.addSeparator()
            self.addAction(tr("Lock now")).triggered.connect(lambda _checked=False: lock())

    def _add_title(self, text: str) -> None:
        self.addAction(text).setEnabled(False)

    def _add_group(self, name: str, choices: Sequence[tuple[object, str]]) -> None:
        group = QActionGroup(self)
        for choice, text in choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setChecked(getattr(self._settings, name) == choice)
            action.triggered.connect(lambda _checked=False, choice=choice: self._choose(name, choice))
            self.addAction(action)

    def _choose(self, name: str, choice: object) -> None:
        setattr(self._settings, name, choice)
        self._settings.save()
        self._changed(name)


def _after(minutes: int) -> str:
    return tr("After %n minute(s)", None, minutes) if minutes else tr("Never by itself")


def settings_button(
    settings: Settings, changed: Callable[[str], None], lock: Callable[[], None] | None = None
) -> QPushButton:
    """The button that opens the menu."""
    made = button(tr("Preferences"), lambda: None, part="link")

    def pop_up() -> None:
        menu = SettingsMenu(settings, changed, lock, made)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(made.mapToGlobal(QPoint(0, made.height())))

    made.clicked.connect(lambda _checked=False: pop_up())
    return made
