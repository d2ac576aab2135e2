"""The desk's own words in two languages, and what every presenter is given: translation, language and time zone.

Guarantees: a text without a translation is said in English rather than not at all; plurals follow the language.
English is the source language in the code; `resources/i18n/luopu_zh.ts` holds the Chinese, `luopu_en.ts` the English
plurals. The `.ts` files are read as they are (Qt Linguist's format), so there is no compiled copy that could be stale.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Protocol
from xml.etree import ElementTree

from app.core.messages import Language
from app.ui.present.numbers import number

Key = tuple[str, str]


class Translate(Protocol):
    """Says an English source text in the clerk's language; `%n` becomes `n`, in the right plural form."""

    def __call__(self, text: str, comment: str | None = None, n: int = -1) -> str: ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Translations into one language, by source text and comment."""

    language: Language
    forms: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)

    def translate(self, text: str, comment: str | None = None, n: int = -1) -> str:
        """The text in this language, `%n` filled in."""
        forms = self.forms.get((text, comment or ""), ())
        said = (forms[0 if n == 1 or len(forms) == 1 else 1] if forms else "") or text
        return said.replace("%n", number(n))


@dataclass(frozen=True, slots=True)
class Words:
    """What a presenter needs to speak: translation, language, and the clerk's time zone."""

    tr: Translate
    language: Language
    zone: tzinfo

    def listed(self, parts: Iterable[str]) -> str:
        """Several names beside each other, as they are listed in the language."""
        return ("、" if self.language == "zh" else ", ").join(parts)


def parse_catalogue(ts_text: str, language: Language) -> Catalogue:
    """Read a Qt Linguist file of this project; contexts are merged."""
    root = ElementTree.fromstring(ts_text)  # noqa: S314 (a file of the program itself)
    forms: dict[Key, tuple[str, ...]] = {}
    for message in root.iter("message"):
        forms[message.findtext("source", ""), message.findtext("comment", "")] = _forms(message)
    return Catalogue(language, forms)


def _forms(message: ElementTree.Element) -> tuple[str, ...]:
    translation = message.find("translation")
    if translation is None:
        return ()
    plurals = tuple(form.text or "" for form in translation.findall("numerusform"))
    return plurals or (translation.text or "",)
