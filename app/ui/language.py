"""The language the desk speaks now. `tr` is what every window calls; presenters get `words()`.

Guarantees: switching takes effect for every text made afterwards; Qt's own dialogs follow.
"""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QLibraryInfo, QLocale, QTimeZone, QTranslator
from PySide6.QtWidgets import QApplication

from app.core.messages import Language
from app.ui.present.language import Catalogue, Words, parse_catalogue
from app.ui.resources import resource
from app.ui.settings import LanguageChoice


class _Spoken:
    """The one language of the process, like the locale it stands for."""

    catalogue = Catalogue("en")
    zone: tzinfo = UTC
    qt_translator: QTranslator | None = None


def tr(text: str, comment: str | None = None, n: int = -1) -> str:
    """Say an English source text in the current language."""
    return _Spoken.catalogue.translate(text, comment, n)


def current() -> Language:
    """The language spoken now."""
    return _Spoken.catalogue.language


def words() -> Words:
    """Everything a presenter needs to speak."""
    return Words(tr, current(), _Spoken.zone)


def load_catalogue(language: Language) -> Catalogue:
    """Read the translations into a language."""
    return parse_catalogue(resource("i18n", f"luopu_{language}.ts").read_text(encoding="utf-8"), language)


def speak(choice: LanguageChoice, zone: tzinfo | None = None) -> Language:
    """Take up a language; "system" is Chinese where the system's language is Chinese, else English."""
    language = choice if choice != "system" else system_language()
    _Spoken.catalogue = load_catalogue(language)
    _Spoken.zone = zone or system_zone()
    _translate_qt(language)
    return language


def system_language() -> Language:
    """Chinese where the first of the system's languages is Chinese."""
    names = QLocale.system().uiLanguages()
    return "zh" if names and names[0].startswith("zh") else "en"


def system_zone() -> tzinfo:
    """The computer's zone with its rules; where those are not installed, its present offset."""
    try:
        return ZoneInfo(bytes(QTimeZone.systemTimeZoneId().data()).decode())
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.now(UTC).astimezone().tzinfo or UTC


def _translate_qt(language: Language) -> None:
    """Buttons and menus that Qt itself makes (file dialogs, text menus)."""
    if _Spoken.qt_translator is not None:
        QApplication.removeTranslator(_Spoken.qt_translator)
        _Spoken.qt_translator = None
    if language != "zh":
        return
    translator = QTranslator()
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        QApplication.installTranslator(translator)
        _Spoken.qt_translator = translator
