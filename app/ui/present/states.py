"""The state of a thing on the chain, in words and colour.

Guarantees: "final" is never said without the height; a colour never stands alone.
"""

from dataclasses import dataclass
from typing import Literal

from app.client.model import RecordStatus
from app.core.messages import explain, outcome_words
from app.ui.desk import OutboxItem
from app.ui.present.language import Words
from app.ui.present.numbers import number

Tone = Literal["ok", "warn", "bad", "primary", "neutral"]
_TONES: dict[str, Tone] = {
    "draft": "neutral",
    "waiting": "primary",
    "pending": "primary",
    "unknown": "warn",
    "final": "ok",
    "expired": "warn",
    "refused": "bad",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A state: its words and its colour role."""

    text: str
    tone: Tone


def state_chip(state: str, height: int | None, words: Words) -> Chip:
    """A state in words and colour; "final" without a height is not believed and said as unknown."""
    if state == "final" and height is None:
        state = "unknown"
    said = outcome_words(state, words.language, height=None if height is None else number(height))
    return Chip(said, _TONES.get(state, "neutral"))


def item_chip(item: OutboxItem, words: Words) -> Chip:
    """The state of something signed at this desk."""
    return state_chip(item.state, item.height, words)


def item_reason(item: OutboxItem, words: Words) -> str:
    """Why it was refused and what to do, or nothing."""
    if item.error is None:
        return ""
    said = explain(item.error, words.language)
    return f"{said.sentence}{'' if words.language == 'zh' else ' '}{said.hint}"


def record_chip(record: RecordStatus, words: Words) -> Chip:
    """The state of a record in the log: always final, always with its height."""
    return state_chip("final", record.height, words)


def is_waiting(item: OutboxItem) -> bool:
    """Whether the clerk or the chain still has to do something about it."""
    return item.state in {"draft", "waiting", "pending", "unknown"}
