"""How strong a passphrase is, in words a clerk can act on; what a backup is called. Pure; the passphrase goes nowhere.

Estimates guesses by length and variety of characters, counting repeats once. It is a floor, no promise.
"""

from dataclasses import dataclass

from app.ui.present.language import Translate, Words
from app.ui.present.states import Tone
from app.ui.present.times import local

LEAST_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Strength:
    """Whether it will do, in words and colour; `permille` for a bar."""

    text: str
    tone: Tone
    permille: int
    enough: bool


def strength(passphrase: str, tr: Translate) -> Strength:
    """Say how strong it is and what would make it stronger."""
    if not passphrase:
        return Strength(tr("At least %n character(s)", None, LEAST_CHARACTERS), "neutral", 0, enough=False)
    if len(passphrase) < LEAST_CHARACTERS:
        missing = LEAST_CHARACTERS - len(passphrase)
        return Strength(tr("Too short: %n more character(s) needed", None, missing), "bad", 120, enough=False)
    bits = _bits(passphrase)
    if bits < 45:
        return Strength(tr("Weak: add a few words that do not belong together"), "warn", 350, enough=True)
    if bits < 70:
        return Strength(tr("Fair: one more word makes it good"), "warn", 650, enough=True)
    return Strength(tr("Good: hard to guess even with much computing power"), "ok", 1000, enough=True)


def backup_name(now_ns: int, words: Words) -> str:
    """A name for a backup made now, with day and time in the clerk's zone."""
    return f"{local(now_ns, words):%Y-%m-%d-%H%M}.luopu-backup"


def _bits(passphrase: str) -> int:
    """A cautious estimate in bits: by kind of character, each different character at most twice."""
    counted = sum(min(2, passphrase.count(character)) for character in set(passphrase))
    return counted * _bits_per_character(passphrase) // 10


def _bits_per_character(passphrase: str) -> int:
    """Tenths of a bit each character is worth: letters of one case 25, mixed 32, Chinese 70."""
    if any(ord(character) > 0x2E7F for character in passphrase):
        return 70
    kinds = (str.islower, str.isupper, str.isdigit)
    variety = sum(any(kind(character) for character in passphrase) for kind in kinds)
    variety += any(not character.isalnum() for character in passphrase)
    return (20, 25, 32, 38, 42)[variety]
