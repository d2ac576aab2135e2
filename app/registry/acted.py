"""What an accepted action leaves behind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acted:
    """The fact for the log (its field in `LogEntry` and its exact bytes), and what the receipt names."""

    fact: str
    fact_bytes: bytes
    data: bytes
    """Digest of the record, or id of the proposal."""
