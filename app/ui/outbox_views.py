"""From entries of the outbox and lines of its log to those that windows show.

Guarantees: nothing is added or softened, as of `app.ui.views`; what is shown is decoded from the bytes.
"""

from app.core.errors import LuopuError
from app.core.keys import PublicKey, encode_key_text
from app.core.refusals import REFUSALS, Expired, Refused
from app.ui.desks.outbox import ApprovalView, LogView, OutboxDeed
from app.wallet.approval_file import LoggedLine, LogStanding
from app.wallet.entry import ExpiredAt, FinalAt, RefusedAt
from app.wallet.overview import Listed


def outbox_deed(listed: Listed, own: PublicKey) -> OutboxDeed:
    """An entry, at the desk of this key."""
    entry, outcome = listed.entry, listed.entry.outcome
    signatures = () if entry.signed is None else entry.signed.signatures
    return OutboxDeed(
        deed_id=entry.id,
        number=listed.number,
        action=entry.action,
        facts=(*entry.shown.facts.said, *entry.shown.facts.ids),
        file_name=entry.file_name,
        record_digest=entry.record_digest if entry.is_record else b"",
        created_ns=entry.created_ns,
        changed_ns=entry.changed_ns,
        state=listed.standing,
        height=None if outcome is None else int(outcome.height),
        log_index=outcome.log_index if isinstance(outcome, FinalAt) else None,
        error=_error(listed),
        note=entry.note if entry.is_sendable else "",
        valid_until=entry.valid_until,
        hold_until=entry.shown.hold_until,
        signed=tuple(encode_key_text(each.key) for each in signatures),
        missing=tuple(map(encode_key_text, entry.missing)),
        transaction_hash=entry.transaction_hash or b"",
        signing_digest=entry.shown.digest,
        replaces=entry.replaces or "",
        replaced_by=listed.replaced_by or "",
        can_renew=listed.can_renew(own),
        is_dismissed=listed.is_dismissed,
    )


def _error(listed: Listed) -> LuopuError | None:
    match listed.entry.outcome:
        case RefusedAt(code=code):
            return REFUSALS.get(code, Refused)()
        case ExpiredAt():
            return Expired(expected=None, got=int(listed.entry.valid_until))
        case _:
            return Expired(expected=None, got=int(listed.entry.valid_until)) if listed.is_late else None


def approval_view(logged: LoggedLine, own: PublicKey, label: str) -> ApprovalView:
    """A line of the log, at the desk of this key."""
    line = logged.line
    if line is None:
        return ApprovalView(logged.number, 0, "", (), "", "", "", 0, (), b"", b"", is_readable=False)
    shown = line.shown
    return ApprovalView(
        number=line.number,
        time_ns=line.time_ns,
        action=shown.action,
        facts=(*shown.facts.said, *shown.facts.ids),
        key=encode_key_text(line.key),
        key_label=label if line.key == own else "",
        chain_id=shown.chain_id,
        valid_until=shown.valid_until,
        approvers=tuple(map(encode_key_text, shown.approvers)),
        signing_digest=shown.digest,
        digest=line.digest,
    )


def log_view(standing: LogStanding) -> LogView:
    """How the log stands."""
    return LogView(standing.count, standing.digest, standing.altered)
