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

from app.core import (
    action_words_en,
    action_words_zh,
    reasons_zh,
    refusal_words_en,
    refusal_words_zh,
    reserve_words_en,
    reserve_words_zh,
    words_en,
    words_zh,
)
from app.core.errors import LuopuError
from app.core.facts import FactKind, FactScalar, ShownFact
from app.core.units import NANOSECONDS_PER_SECOND

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


def _table(words: ModuleType, refusals: ModuleType, reserves: ModuleType) -> _Words:
    errors = words.ERRORS | refusals.REFUSALS | reserves.RESERVES
    return _Words(errors, words.STEPS, words.VERDICTS, words.OUTCOMES, words.PARTIES, words.PERMISSIONS)


@dataclass(frozen=True, slots=True)
class _ActionWords:
    actions: dict[str, str]
    fields: dict[str, str]
    choices: dict[str, str]
    empty: dict[str, str]
    said: dict[str, str]


def _action_table(words: ModuleType) -> _ActionWords:
    return _ActionWords(words.ACTIONS, words.FIELDS, words.CHOICES, words.EMPTY, words.SAID)


_ACTIONS = {"zh": _action_table(action_words_zh), "en": _action_table(action_words_en)}
_TABLES = {
    "zh": _table(words_zh, refusal_words_zh, reserve_words_zh),
    "en": _table(words_en, refusal_words_en, reserve_words_en),
}
_FIELDS_BY_NAME = {name.rpartition(".")[2]: words for name, words in reversed(action_words_zh.FIELDS.items())}
_SPOKEN_FACTS = frozenset({"reason", "what", "expected", "got", "check", "field", "before", "after", "argument"})
"""Facts whose values are our own words, not names from outside."""
_ABOUT_MOMENTS = frozenset({"outside-window"})
"""Codes of which `expected` and `got` are moments."""
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
    facts = _facts_in(error.code, error.facts, language)
    return Explanation(fill(sentence, facts), fill(hint, facts))


def explain_code(code: str, facts: Mapping[str, object], language: Language) -> Explanation:
    """The same for a code that came over the wire; an unknown code is named in the general sentence."""
    table = _TABLES[language].errors
    if code not in table:
        return explain(LuopuError(reason=code), language)
    sentence, hint = table[code]
    known = _facts_in(code, facts, language)
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
    """The state of a thing on the chain: draft, waiting, pending, unknown, final, expired or refused."""
    return fill(_TABLES[language].outcomes.get(state, state), {"height": height, "reason": reason}, isolated=False)


def party_name(party: str, language: Language) -> str:
    """Operator, bookkeeper, partner, user or regulator."""
    return _TABLES[language].parties.get(party, party)


def permission_name(permission: str, language: Language) -> str:
    """identity, evidence or voucher."""
    return _TABLES[language].permissions.get(permission, permission)


def finding_name(name: str, language: Language) -> str:
    """Name of a fact that a verification step found."""
    return reasons_zh.FACT_NAMES.get(name, name) if language == "zh" else name


def reason_words(reason: str, language: Language) -> str:
    """A short reason or thing that an error names, in the reader's language where it is known there."""
    if language == "en":
        return reason
    for pattern, said in reasons_zh.PHRASES:
        match = re.fullmatch(pattern, reason)
        if match is not None and reason not in reasons_zh.REASONS:
            return said.format(*map(_chinese, match.groups()))
    return _chinese(reason)


def _chinese(reason: str) -> str:
    """A reason, the name of a choice, or several: "operator, regulator". Anything else stays as it is."""
    known = reasons_zh.REASONS.get(reason) or reasons_zh.REASONS.get(reason.lower())
    if known is not None:
        return known
    parts = [action_words_zh.CHOICES.get(part) for part in reason.split(", ")]
    return "、".join(part for part in parts if part is not None) if all(parts) else reason


# ---- actions, fields and their values --------------------------------------------------------------------------------
def action_name(name: str, language: Language) -> str:
    """What an action does ("enrol"), as a verb or its noun."""
    return _ACTIONS[language].actions.get(name) or _unknown(name, language)


def choice_name(name: str, language: Language) -> str:
    """A value of an enum of the wire format ("real-name"), or the member of a choice ("holder")."""
    return _ACTIONS[language].choices.get(name) or _unknown(name, language)


def fact_name(message_name: str, field_name: str, language: Language) -> str:
    """Name of a field of an action: of "account" in "Certify"."""
    fields = _ACTIONS[language].fields
    return fields.get(f"{message_name}.{field_name}") or fields.get(field_name, field_name)


def fact_label(fact: ShownFact, language: Language) -> str:
    """Name of the fact, behind that of the numbered part in which it stands: "leg 2 · amount"."""
    said, pieces = _ACTIONS[language].said, iter(fact.path.split("."))
    piece, names = next(pieces), []
    for full_name in fact.around:
        piece = next(pieces)
        if piece.isdigit():
            message, name = full_name.split(".")
            names.append(said["part"].format(name=fact_name(message, name, language), number=piece))
            piece = next(pieces)
    return said["within"].join([*names, fact_name(fact.message, fact.name, language)])


def fact_text(fact: ShownFact, language: Language) -> str:
    """Its value as plain text. Digests are whole and in hex, moments in UTC; text from outside is cleaned and in quotes, so
    that it cannot pass for words of this program."""
    words = _ACTIONS[language]
    if fact.is_empty and fact.field in words.empty:
        return words.empty[fact.field]
    if fact.value in ("", b"", ()):
        return words.empty[""]
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return words.said["between"].join(_value_text(fact.kind, value, language) for value in values)


def moment_text(moment_ns: int) -> str:
    """A moment in UTC: 2026-11-22T13:05:41Z, with the part of a second where there is one."""
    seconds, fraction = divmod(moment_ns, NANOSECONDS_PER_SECOND)
    days, of_day = divmod(seconds, 86_400)
    year, month, day = _date(days)
    part = f".{fraction:09}".rstrip("0") if fraction else ""
    return f"{year:04}-{month:02}-{day:02}T{of_day // 3600:02}:{of_day // 60 % 60:02}:{of_day % 60:02}{part}Z"


def _value_text(kind: FactKind, value: FactScalar, language: Language) -> str:
    if isinstance(value, int):
        return _number_text(kind, value, _ACTIONS[language].said)
    if isinstance(value, bytes):
        return value.hex()
    if kind is FactKind.CHOICE:
        return choice_name(value, language)
    if kind is FactKind.ACTION:
        return action_name(value, language)
    return value if kind is FactKind.KEY else _ACTIONS[language].said["text"].format(text=clean(value))


def _number_text(kind: FactKind, value: int, said: Mapping[str, str]) -> str:
    if kind is FactKind.FLAG:
        return said["yes" if value else "no"]
    if kind is FactKind.MOMENT:
        return moment_text(value)
    return said["bytes"].format(count=value) if kind is FactKind.SIZE else str(value)


def _unknown(name: str, language: Language) -> str:
    return _ACTIONS[language].said["unknown"].format(value=clean(name))


def _date(days: int) -> tuple[int, int, int]:
    """Year, month and day of the Gregorian calendar, of a day counted from 1970-01-01."""
    ordinal = days + _days_before(1970)
    year = ordinal * 400 // 146_097 + 1  # or one less than it should be
    year += _days_before(year + 1) <= ordinal
    month, left = 1, ordinal - _days_before(year)
    is_leap = _days_before(year + 1) - _days_before(year) == 366
    for length in (31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30):
        if left < length:
            break
        month, left = month + 1, left - length
    return year, month, left + 1


def _days_before(year: int) -> int:
    """Days from the first of January of the year 1 to that of this year."""
    past = year - 1
    return 365 * past + past // 4 - past // 100 + past // 400


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


def _facts_in(code: str, facts: Mapping[str, object], language: Language) -> dict[str, object]:
    if code in _ABOUT_MOMENTS:
        facts = {name: _with_moments(name, value) for name, value in facts.items()}
    return {name: _spoken(name, value, language) if isinstance(value, str) else value for name, value in facts.items()}


def _with_moments(name: str, value: object) -> object:
    """The value, where it says when, with every count of nanoseconds written as a moment."""
    if name not in {"expected", "got"} or value is None:
        return value
    return re.sub("[0-9]{1,19}", lambda digits: moment_text(int(digits[0])), str(value))


def _spoken(name: str, value: str, language: Language) -> str:
    if name == "action":
        return action_name(value, language)
    if name == "duty":
        return choice_name(value, language)
    if name == "field" and language == "zh":
        return _field_words(value)
    return reason_words(value, language) if name in _SPOKEN_FACTS else value


def _field_words(field: str) -> str:
    """A field by the name that the law has for it, or that the wire format has."""
    words, counted = reason_words(field, "zh"), field.removeprefix("number of ")
    if words != field:
        return words
    named = _FIELDS_BY_NAME.get(counted.replace(" ", "_"), _chinese(counted))
    return named if counted == field else f"{named}的个数"


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
