"""Codes and facts → sentences, in Chinese and English, for the desk and the command line alike.

Guarantees: `explain` never fails, whatever facts an error carries; characters in text from outside that hide or reorder
text are made visible, and the text is shortened and isolated, so that a fact cannot change how the sentence around it
reads. Leaves the look (colour, type, numbers with thin spaces) to `app.ui.present`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from app.core import reasons_zh, refusal_words_en, refusal_words_zh, words_en, words_zh
from app.core.errors import LuopuError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

MAX_FACT_CHARACTERS = 120
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class _Words:
    errors: dict[str, tuple[str, str]]
    steps: dict[str, tuple[str, str]]
    verdicts: dict[str, tuple[str, str]]
    outcomes: dict[str, str]
    parties: dict[str, str]
    permissions: dict[str, str]


def _table(words: ModuleType, refusals: ModuleType) -> _Words:
    errors = words.ERRORS | refusals.REFUSALS
    return _Words(errors, words.STEPS, words.VERDICTS, words.OUTCOMES, words.PARTIES, words.PERMISSIONS)


_TABLES = {"zh": _table(words_zh, refusal_words_zh), "en": _table(words_en, refusal_words_en)}
_SPOKEN_FACTS = frozenset({"reason", "what", "expected", "got", "check", "field", "before", "after", "argument"})
"""Facts whose values are our own words, not names from outside."""
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, and what was kept and can be done."""

    sentence: str
    hint: str


def explain(error: LuopuError, language: Language) -> Explanation:
    """Say in whole sentences what happened, what was kept, and what to do."""
    sentence, hint = _words_of(type(error), language)
    facts = _facts_in(error.facts, language)
    return Explanation(fill(sentence, facts), fill(hint, facts))


def explain_code(code: str, facts: Mapping[str, object], language: Language) -> Explanation:
    """The same for a code that came over the wire; an unknown code is named in the general sentence."""
    table = _TABLES[language].errors
    if code not in table:
        return explain(LuopuError(reason=code), language)
    sentence, hint = table[code]
    known = _facts_in(facts, language)
    return Explanation(fill(sentence, known), fill(hint, known))


def missing_words(kind: type[LuopuError]) -> list[Language]:
    """Languages in which this class of error has no words of its own."""
    return [language for language in LANGUAGES if kind.code not in _TABLES[language].errors]


def step_name(name: str, language: Language) -> str:
    """Name of a verification step; an unknown one stays as it is."""
    return _TABLES[language].steps.get(name, (name, ""))[0]


def step_meaning(name: str, language: Language) -> str:
    """What a verification step shows when it passes."""
    return _TABLES[language].steps.get(name, (name, ""))[1]


def verdict_name(verdict: str, language: Language) -> str:
    """The verdict in a word or two."""
    return _TABLES[language].verdicts.get(verdict, (verdict, ""))[0]


def verdict_meaning(verdict: str, language: Language) -> str:
    """What the verdict means to a reader, in a sentence."""
    return _TABLES[language].verdicts.get(verdict, (verdict, ""))[1]


def outcome_words(state: str, language: Language, *, height: str | int | None = None, reason: str | None = None) -> str:
    """The state of a thing on the chain: draft, pending, unknown, final, expired or refused."""
    return fill(_TABLES[language].outcomes.get(state, state), {"height": height, "reason": reason}, isolated=False)


def party_name(party: str, language: Language) -> str:
    """Operator, bookkeeper, partner, user or regulator."""
    return _TABLES[language].parties.get(party, party)


def permission_name(permission: str, language: Language) -> str:
    """identity, evidence or voucher."""
    return _TABLES[language].permissions.get(permission, permission)


def fact_name(name: str, language: Language) -> str:
    """Name of a fact that a verification step found."""
    return reasons_zh.FACT_NAMES.get(name, name) if language == "zh" else name


def reason_words(reason: str, language: Language) -> str:
    """A short reason or thing that an error names, in the reader's language where it is known there."""
    if language == "en":
        return reason
    for pattern, said in reasons_zh.PHRASES:
        match = re.fullmatch(pattern, reason)
        if match is not None:
            return match.expand(said)
    return reasons_zh.REASONS.get(reason) or reasons_zh.REASONS.get(reason.lower(), reason)


# ---- filling in ------------------------------------------------------------------------------------------------------
def fill(template: str, facts: Mapping[str, object], *, isolated: bool = True) -> str:
    """Fill in facts by name; drop bracketed parts that name an unknown fact, and show "?" for one outside brackets."""
    known = {name: _said(value, isolated) for name, value in facts.items() if value not in (None, "")}

    def optional(match: re.Match[str]) -> str:
        part = match.group(1)
        return part if all(name in known for name in _PLACEHOLDER.findall(part)) else ""

    return _PLACEHOLDER.sub(lambda match: known.get(match.group(1), "?"), _OPTIONAL.sub(optional, template))


def is_hiding(character: str) -> bool:
    """Whether a character is invisible or reorders what stands around it (controls, zero-width, bidi)."""
    point = ord(character)
    return (
        point < 0x20
        or 0x7F <= point <= 0x9F
        or point in {0xAD, 0x61C, 0x180E, 0xFEFF}
        or 0x200B <= point <= 0x200F
        or 0x2028 <= point <= 0x202E
        or 0x2060 <= point <= 0x206F
        or 0xE0000 <= point <= 0xE007F
    )


def clean(untrusted_text: str) -> str:
    """The text with every hiding character replaced by a visible mark."""
    return "".join("\ufffd" if is_hiding(character) else character for character in untrusted_text)


def isolate(untrusted_text: str) -> str:
    """The text, cleaned, in an isolate of its own, so that it cannot reorder its surroundings."""
    return f"{FIRST_STRONG_ISOLATE}{clean(untrusted_text)}{POP_ISOLATE}"


def _facts_in(facts: Mapping[str, object], language: Language) -> dict[str, object]:
    return {
        name: reason_words(value, language) if isinstance(value, str) and name in _SPOKEN_FACTS else value
        for name, value in facts.items()
    }


def _said(value: object, isolated: bool) -> str:
    if isinstance(value, int):
        return str(value)
    text = str(value)
    short = text if len(text) <= MAX_FACT_CHARACTERS else text[: MAX_FACT_CHARACTERS - 1] + "…"
    return isolate(short) if isolated else clean(short)


def _words_of(kind: type[LuopuError], language: Language) -> tuple[str, str]:
    """Words of the class, or of its nearest ancestor that has some."""
    table = _TABLES[language].errors
    for ancestor in kind.__mro__:
        code = getattr(ancestor, "code", None)
        if isinstance(code, str) and code in table:
            return table[code]
    return table["error"]
