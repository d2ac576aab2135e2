"""An entry of the outbox: one transaction body on its way from draft to outcome (white paper 3.2 超时确认).

    draft ──► waiting ──► signed ──► submitted ──► final | expired | refused
       └─────────────────────▲ └──────────────────────────┘

Waiting is what the maker signed and approvers have not (经办/复核). Guarantees: the three outcomes are final. Without an
outcome, what was signed is *unknown*: it may still land. That holds for what waits as well, as soon as a key of this desk
has signed it: whoever has its request file may complete and send it.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NewType

from app.core.errors import NotFound
from app.core.keys import PublicKey
from app.core.record import context_digest
from app.core.refusals import Malformed
from app.core.units import Hash32, Height, Nanoseconds
from app.core.walleterrors import BadTransition, NotWhatWasShown
from app.wallet.approval import Approval, Draft, Facts, RecordFacts, describe
from app.wallet.signatures import Signed

EntryId = NewType("EntryId", str)
"""The hex digest that the entry's body is signed by: known before signing, the same for ever, one for each body."""


class State(StrEnum):
    """How far an entry has come."""

    DRAFT = "draft"
    WAITING = "waiting"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    FINAL = "final"
    EXPIRED = "expired"
    REFUSED = "refused"


UNKNOWN = frozenset({State.WAITING, State.SIGNED, State.SUBMITTED})
"""States in which the transaction may still land."""
SENDABLE = frozenset({State.SIGNED, State.SUBMITTED})
"""States in which it is complete and has no outcome: it may be sent, again too, and followed."""


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
class Papers:
    """Where a record's file lay, and the off-chain document whose digest the record holds: without it the evidence cannot
    be explained."""

    path: Path
    context: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One body, and what became of it. `shown` and `signed` are decoded from what was kept.

    `is_own`: a key of this desk signed it, or a draft of this desk was signed elsewhere; otherwise it came as a request or is
    a draft. `replaces` names the expired or refused entry that this one stands in for. `note` is the latest word of the node.
    `is_told`: its outcome has been told to whoever signed it.
    """

    id: EntryId
    state: State
    draft: Draft
    shown: Approval[Facts]
    papers: Papers | None
    """Of a record that was drafted here."""
    created_ns: Nanoseconds
    changed_ns: Nanoseconds
    signed: Signed | None
    outcome: Outcome | None
    replaces: EntryId | None
    note: str
    is_own: bool
    is_told: bool

    @property
    def action(self) -> str:
        """Name of the action in a body: "notarize", "transfer" …"""
        return self.shown.action

    @property
    def is_unknown(self) -> bool:
        """Whether it may still land."""
        return self.state in UNKNOWN

    @property
    def is_sendable(self) -> bool:
        """Whether all have signed, and no outcome is known."""
        return self.state in SENDABLE

    @property
    def valid_until(self) -> Height:
        """Last height at which it may stand in a block."""
        return self.shown.valid_until

    @property
    def missing(self) -> tuple[PublicKey, ...]:
        """Approvers who have not signed it."""
        return self.shown.approvers if self.signed is None else self.signed.missing

    @property
    def transaction(self) -> bytes | None:
        """The bytes to send, once all have signed."""
        return self.signed.raw if self.signed is not None and self.signed.is_complete else None

    @property
    def transaction_hash(self) -> Hash32 | None:
        """Their hash. Nobody knows it before."""
        return self.signed.hash if self.signed is not None and self.signed.is_complete else None

    # ---- of a record ---------------------------------------------------------------------------------------------
    @property
    def is_record(self) -> bool:
        """Whether it notarizes. Only then have the properties below a value; otherwise they raise Malformed."""
        return self.action == "notarize"

    @property
    def record_digest(self) -> Hash32:
        """The digest that names the record."""
        return self.shown.record.digest

    @property
    def chain_hex(self) -> str:
        """The record's hash chain."""
        return self.shown.record.chain.hex()

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.shown.record.size

    @property
    def path(self) -> Path:
        """Where the file lay.

        Raises:
            NotFound: it was drafted at another desk.
        """
        return self._papers().path

    @property
    def context(self) -> bytes:
        """The context document.

        Raises:
            NotFound: as of `path`.
        """
        return self._papers().context

    @property
    def file_name(self) -> str:
        """Last part of the path; empty where the record was drafted at another desk."""
        return "" if self.papers is None else self.papers.path.name

    def _papers(self) -> Papers:
        if self.papers is None:
            raise NotFound(what="context", name=self.record_digest.hex())
        return self.papers


def papers_of(draft: Draft, path: Path | None, context: bytes | None) -> Papers | None:
    """What is kept with a draft.

    Raises:
        Malformed: a record without a path and a context, or something else with them.
        NotWhatWasShown: `context` is not the document that the record commits to.
    """
    facts = describe(draft).facts
    papers = None if path is None or context is None else Papers(path, context)
    if isinstance(facts, RecordFacts) != (papers is not None):
        raise Malformed(reason="a record is kept with its file and context, and nothing else is")
    if papers is not None and isinstance(facts, RecordFacts) and context_digest(papers.context) != facts.context_digest:
        expected, got = facts.context_digest.hex(), context_digest(papers.context).hex()
        raise NotWhatWasShown(what="context document", expected=expected, got=got)
    return papers


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
    """Check that all have signed the transaction, and that the outcome's height can be: in a block no later than
    `valid_until`, expired no sooner.

    Raises:
        BadTransition: otherwise.
    """
    if not entry.is_sendable:
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
