"""What drafting has in common, whatever is done: who signs in which order, what it will cost, and signing itself."""

from collections.abc import Iterable
from typing import Final

from app.client.model import AccountStatus, ChainParameters
from app.core.keys import PublicKey
from app.core.ports import Signer
from app.core.refusals import QuotaSpent
from app.core.transaction import NONCE_BYTES
from app.wallet.approval import Draft, describe
from app.wallet.entry import Entry, EntryId
from app.wallet.outbox import Outbox
from app.wallet.signatures import check_may_sign, sign_next

__all__ = ["NONCE_BYTES", "SIGNATURE_BYTES", "check_quota", "in_order", "points_for", "sign_entry"]

SIGNATURE_BYTES: Final = 120
"""Room that one signature with its key takes in a transaction, rounded up, for quoting a cost before signing."""


def in_order(approvers: Iterable[PublicKey]) -> list[PublicKey]:
    """The approvers in the order in which the law wants them."""
    return sorted(approvers)


def points_for(draft: Draft, parameters: ChainParameters) -> int:
    """Quota points that a draft will cost at most, once all have signed it."""
    shown = describe(draft)
    size = len(draft.body_bytes) + SIGNATURE_BYTES * (1 + len(shown.approvers))
    return parameters.points_of(shown.action, size)


def check_quota(account: AccountStatus, points: int) -> None:
    """The account can pay.

    Raises:
        QuotaSpent: fewer points are left.
    """
    if points > account.quota.left:
        raise QuotaSpent(expected=points, got=account.quota.left)


def sign_entry(outbox: Outbox, entry_id: EntryId, signer: Signer) -> Entry:
    """Sign exactly the drafted bytes, as the maker or, behind others, as an approver, and journal the result. Until all whom
    the body names have signed, the entry waits. Nothing is sent yet. The approval is logged before the key is asked.

    Raises:
        OutcomeUnknown: another transaction for the same matter may still land.
        BadTransition: all have signed.
        RoleMissing, AlreadySigned: this key is not to sign now.
    """
    entry = outbox.get(entry_id)
    check_may_sign(entry.draft, entry.signed, signer.public_key)
    outbox.approve(entry_id, signer.public_key)
    return outbox.mark_signed(entry_id, sign_next(entry.draft, entry.shown, entry.signed, signer).raw)
