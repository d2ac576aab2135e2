"""From the wallet's and the verifier's values to those that windows show.

Guarantees: nothing is added or softened; without an outcome a transaction waits to be sent or is unknown, never failed.
"""

from app.client.model import RecordStatus
from app.core.errors import LuopuError
from app.core.keys import Algorithm, PublicKey, encode_key_text
from app.core.record import additions_of
from app.core.refusals import REFUSALS, Expired, Refused
from app.evidence.verify import Report
from app.ui.desk import OutboxItem, VerificationReport, VerificationStep
from app.wallet.entry import Entry, ExpiredAt, FinalAt, RefusedAt, State

_STATES = {State.SIGNED: "pending", State.SUBMITTED: "unknown"}


def public_key_text(key: PublicKey) -> str:
    """A public key as text that can be read out, pasted and put into a genesis document."""
    return encode_key_text(key)


def algorithm_name(algorithm: Algorithm) -> str:
    """An algorithm's usual name."""
    return {Algorithm.ED25519: "Ed25519", Algorithm.P256: "P-256"}[algorithm]


def outbox_item(entry: Entry) -> OutboxItem:
    """An outbox entry as the desk shows it. Without an outcome it waits to be sent or is unknown, never failed."""
    outcome = entry.outcome
    height = None if outcome is None else int(outcome.height)
    return OutboxItem(
        draft_id=entry.id,
        file_name=entry.file_name,
        subject=entry.shown.record.subject,
        created_ns=entry.created_ns,
        state="expired" if _is_late(entry) else _STATES.get(entry.state, entry.state.value),
        height=height,
        log_index=outcome.log_index if isinstance(outcome, FinalAt) else None,
        record_digest=entry.record_digest,
        chain=entry.shown.record.chain,
        error=_error_of(entry),
    )


def _is_late(entry: Entry) -> bool:
    """Whether colleagues did not sign it in time, as was found on the chain."""
    return entry.state is State.WAITING and entry.note == Expired.code


def _error_of(entry: Entry) -> LuopuError | None:
    if _is_late(entry):
        return Expired(expected=None, got=int(entry.valid_until))
    match entry.outcome:
        case RefusedAt(code=code):
            return REFUSALS.get(code, Refused)()
        case ExpiredAt():
            return Expired(expected=None, got=int(entry.valid_until))
        case _:
            return None


def verification_report(report: Report) -> VerificationReport:
    """A verification as the desk shows it."""
    steps = tuple(
        VerificationStep(step.number, step.name, step.passed, step.skipped, step.facts) for step in report.steps
    )
    parts = report.parts
    if parts is None:
        return VerificationReport(report.verdict.value, steps, report.error, None, "", False, "", 0, b"", "")
    entry, record = parts.entry, parts.record
    shown = RecordStatus(
        index=parts.proof.log_index,
        record_digest=parts.record_digest,
        chain=record.chain,
        sequence=record.sequence,
        previous=record.previous,
        sha256=record.sha256,
        sm3=record.sm3,
        size=record.size,
        subject=record.subject,
        context_digest=record.context_digest,
        height=entry.height,
        time_ns=entry.time_ns,
        transaction_hash=entry.transaction_hash,
        sender=entry.sender,
        provable=True,
        additions=additions_of(record),
    )
    return VerificationReport(
        verdict=report.verdict.value,
        steps=steps,
        error=report.error,
        record=shown,
        file_name=parts.context.file_name,
        file_in_bundle=not parts.proof.file.detached,
        account_name=parts.account.name,
        account_id=parts.account.id,
        agreement=entry.agreement,
        signer_key=public_key_text(parts.signer),
    )
