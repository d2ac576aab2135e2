"""What the desk remembers of the clerk's taste: language, theme, and when it locks itself, in one small JSON file.

Guarantees: a missing or broken file means the defaults, never a failed start; a write replaces the file whole.
"""

import contextlib
import json
from pathlib import Path
from typing import Literal, Protocol

LanguageChoice = Literal["system", "zh", "en"]
ThemeChoice = Literal["system", "light", "dark"]
LANGUAGE_CHOICES: tuple[LanguageChoice, ...] = ("system", "zh", "en")
THEME_CHOICES: tuple[ThemeChoice, ...] = ("system", "light", "dark")
LOCK_CHOICES: tuple[int, ...] = (5, 10, 30, 60, 0)
"""Minutes; 0: never by itself."""
LOCK_MINUTES = 10


class Settings(Protocol):
    """Choices that outlive the program."""

    language: LanguageChoice
    theme: ThemeChoice
    lock_minutes: int
    """After so many minutes without anybody the desk locks itself; 0: never."""

    def save(self) -> None:
        """Keep them."""
        ...


class FileSettings:
    """Settings in a JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        found = _load(path)
        self.language: LanguageChoice = next((c for c in LANGUAGE_CHOICES if c == found.get("language")), "system")
        self.theme: ThemeChoice = next((c for c in THEME_CHOICES if c == found.get("theme")), "system")
        self.lock_minutes = next((c for c in LOCK_CHOICES if c == found.get("lock_minutes")), LOCK_MINUTES)

    def save(self) -> None:
        """Write the file anew; where that is not possible, the choice lasts until the program ends."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            choices = {"language": self.language, "theme": self.theme, "lock_minutes": self.lock_minutes}
            fresh.write_text(json.dumps(choices), encoding="utf-8")
            fresh.replace(self._path)


def _load(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
