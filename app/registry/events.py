"""What happened, as values that indexes and subscribers can follow. Events are not part of the state."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """A kind ("record") and its facts in a fixed order; all text."""

    kind: str
    facts: tuple[tuple[str, str], ...]
