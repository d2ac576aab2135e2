"""What an accepted action leaves behind."""

from dataclasses import dataclass

from app.registry.events import Event


@dataclass(frozen=True, slots=True)
class Acted:
    """The fact for the log (its field in `LogEntry` and its exact bytes), what the receipt carries, and the event."""

    fact: str
    fact_bytes: bytes
    data: bytes
    """Digest of the record, or id of the proposal."""
    event: Event
