"""How the command line speaks: words for people, or one JSON document for programs, and one place for errors."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.cli.words import WORDS
from app.core.errors import LuopuError
from app.core.messages import Language, explain


@dataclass(frozen=True, slots=True)
class Speaker:
    """Writes answers in one language, or as JSON."""

    language: Language
    as_json: bool

    def words(self, name: str, /, **facts: object) -> str:
        """A phrase with its facts."""
        return WORDS[name][self.language].format(**facts)

    def say(self, text: str) -> None:
        """Print for people; silent with JSON."""
        if not self.as_json:
            print(text, flush=True)

    def pairs(self, pairs: Mapping[str, str] | Sequence[tuple[str, str]]) -> None:
        """Print aligned names and values, in a sequence two of one name too; silent with JSON."""
        listed = list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs)
        if listed and not self.as_json:
            width = max(_width(name) for name, _ in listed)
            for name, value in listed:
                print(f"  {name}{' ' * (width - _width(name))}  {value}", flush=True)

    def answer(self, document: Mapping[str, object]) -> None:
        """Print the JSON document; silent for people."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False), flush=True)

    def fail(self, error: LuopuError) -> None:
        """Say what went wrong and what to do."""
        explanation = explain(error, self.language)
        if self.as_json:
            print(json.dumps({"error": self.reason_as_json(error)}, ensure_ascii=False), flush=True)
            return
        print(WORDS["error"][self.language] + explanation.sentence, file=sys.stderr)
        if explanation.hint:
            print(WORDS["hint"][self.language] + explanation.hint, file=sys.stderr)

    def refuse(self, reasons: Sequence[LuopuError]) -> None:
        """Say that nothing was signed, because of these reasons. People have read them already."""
        if self.as_json:
            told = [self.reason_as_json(reason) for reason in reasons]
            print(json.dumps({"error": told[0], "reasons": told}, ensure_ascii=False), flush=True)
            return
        self.fail(reasons[0])
        print(self.words("anyway"), file=sys.stderr)

    def reason_as_json(self, error: LuopuError) -> dict[str, object]:
        """An error as a program gets it."""
        explanation = explain(error, self.language)
        facts = {name: str(value) for name, value in error.facts.items() if value is not None}
        return {"code": error.code, "facts": facts, "sentence": explanation.sentence, "hint": explanation.hint}


def system_language() -> Literal["zh", "en"]:
    """The language of the environment: English where it says so or says nothing at all, else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.startswith(("en", "C", "POSIX")) else "zh"
    return "zh"


def _width(text: str) -> int:
    """Columns in a terminal: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
