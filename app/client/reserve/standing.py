"""Where a publication stands among all that its custodian published (white paper 3.4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.client.stated import AttestationView


@dataclass(frozen=True, slots=True)
class Standing:
    """What the chain says of a paper's publication."""

    found: AttestationView | None
    """None: this root was never published by this custodian."""
    newest: AttestationView | None
    later: int
    """How often the custodian has published since."""


def standing_of(published: Sequence[AttestationView], root: bytes, statement: bytes) -> Standing:
    """Where a root and its statement stand among what a custodian published (the oldest first)."""
    newest = published[-1] if published else None
    for later, each in enumerate(reversed(published)):
        if each.attested.root == root and each.attested.statement == statement:
            return Standing(each, newest, later)
    return Standing(None, newest, 0)
