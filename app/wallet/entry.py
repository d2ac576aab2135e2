"""An entry of the outbox: one transaction body on its way from draft to outcome (white paper 3.2 超时确认).

    draft ──► signed ──► submitted ──► final | expired | refused
                 └──────────────────────────┘

Guarantees: the three outcomes are final. Signed or submitted without an outcome is *unknown*: it may still land.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NewType

from app.core.errors import BadTransition
from app.core.units import Hash32, Height, Nanoseconds
from app.wallet.approval import Approval, Draft, RecordFacts

EntryId = NewType("EntryId", str)
"""The hex digest that the entry's body is signed by: known before signing, the same for ever, one for each body."""


class State(StrEnum):
    """How far an entry has come."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    FINAL = "final"
    EXPIRED = "expired"
    REFUSED = "refused"


UNKNOWN = frozenset({State.SIGNED, State.SUBMITTED})
"""States in which the transaction may still land."""


@dataclass(frozen=True, slots=True)
class FinalAt:
    """It stands in the final block `height`, its record at `log_index` of the log."""

    height: Height
    log_index: int


@dataclass(frozen=True, slots=True)
class ExpiredAt:
    """The chain is final to `height`, which is not below `valid_until`, and does not hold it."""

    height: Height


@dataclass(frozen=True, slots=True)
class RefusedAt:
    """It stands in the final block `height` with the result code of a refusal (`app.core.refusals.REFUSALS`)."""

    height: Height
    code: int


Outcome = FinalAt | ExpiredAt | RefusedAt


@dataclass(frozen=True, slots=True)
class Entry:
    """One body, where its file lay, and what became of it. `shown` is decoded from the body.

    `context` is the off-chain document whose digest the record holds: without it the evidence cannot be explained.
    `replaces` names the expired or refused entry that this one stands in for. `note` is the latest word of the node.
    """

    id: EntryId
    state: State
    draft: Draft
    shown: Approval[RecordFacts]
    path: Path
    context: bytes
    created_ns: Nanoseconds
    changed_ns: Nanoseconds
    transaction: bytes | None
    transaction_hash: Hash32 | None
    outcome: Outcome | None
    replaces: EntryId | None
    note: str

    @property
    def is_unknown(self) -> bool:
        """Whether it may still land."""
        return self.state in UNKNOWN

    @property
    def valid_until(self) -> Height:
        """Last height at which it may stand in a block."""
        return self.shown.valid_until

    @property
    def record_digest(self) -> Hash32:
        """The digest that names the record."""
        return self.shown.record.digest

    @property
    def chain_hex(self) -> str:
        """The record's hash chain."""
        return self.shown.record.chain.hex()

    @property
    def file_name(self) -> str:
        """Last part of the path."""
        return self.path.name

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.shown.record.size


def state_of(outcome: Outcome) -> State:
    """The state that an outcome leads to."""
    match outcome:
        case FinalAt():
            return State.FINAL
        case ExpiredAt():
            return State.EXPIRED
        case RefusedAt():
            return State.REFUSED


def check_outcome(entry: Entry, outcome: Outcome) -> None:
    """Check that the transaction has been signed, and that the outcome's height can be: in a block no later than
    `valid_until`, expired no sooner.

    Raises:
        BadTransition: otherwise.
    """
    if not entry.is_unknown:
        raise BadTransition(entry=entry.id, before=entry.state, after=state_of(outcome))
    if isinstance(outcome, ExpiredAt):
        possible = outcome.height >= entry.valid_until
    else:
        possible = 1 <= outcome.height <= entry.valid_until
    if isinstance(outcome, FinalAt):
        possible = possible and outcome.log_index >= 0
    if isinstance(outcome, RefusedAt):
        possible = possible and outcome.code > 0
    if not possible:
        facts = {"valid_until": entry.valid_until, "height": outcome.height}
        raise BadTransition(entry=entry.id, before=entry.state, after=state_of(outcome), **facts)
