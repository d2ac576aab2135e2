"""What belongs to a record besides its file: what it says more, and which keys sign it (white paper 3.4.1, 3.4.2)."""

from dataclasses import dataclass

from app.core.errors import LuopuError


@dataclass(frozen=True, slots=True)
class Besides:
    """What the clerk wants a record to say besides its file."""

    is_batch: bool = False
    """All files under one record: what is recorded is a list of them, which is kept on this computer."""
    supersedes: int = 0
    """Sequence of the record of the chain that it takes the place of; 0: none."""
    timestamp: bytes = b""
    """SHA-256 of a time-stamp token."""
    hosting: str = ""
    """Where the file is hosted. Only the digest goes on the chain."""


@dataclass(frozen=True, slots=True)
class Checker:
    """A key that may approve what another key of its account made."""

    name: str
    """What the account calls it, as safe text."""
    key: str
    """The public key as text."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Who signs a draft behind the clerk, and whether that is enough."""

    approvers: tuple[Checker, ...] = ()
    """Keys that must sign as well."""
    checkers: tuple[Checker, ...] = ()
    """Keys that could be asked to: those of the account that may check, but for this desk's own."""
    reasons: tuple[LuopuError, ...] = ()
    """Why the draft would be refused as things stand; none: it would be accepted."""


NOTHING_BESIDES = Besides()
NOBODY_ASKED = Consent()
