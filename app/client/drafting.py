"""What drafting has in common, whatever is done: who signs in which order, until when it may land, what it will cost, and
signing itself.

Guarantees: nothing is drafted for longer than it needs. An outcome stays unknown, and all nodes remember a nonce, until the
last height of a transaction has passed (docs/adr/0019).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.client.model import AccountStatus, ChainParameters, NodeStatus
from app.core.codec import encode
from app.core.errors import UsageError
from app.core.keys import PublicKey
from app.core.ports import Signer
from app.core.refusals import QuotaSpent
from app.core.transaction import NONCE_BYTES, decode_body
from app.core.units import NANOSECONDS_PER_SECOND, Nanoseconds
from app.wallet.approval import Draft, describe
from app.wallet.entry import Entry, EntryId
from app.wallet.outbox import Outbox
from app.wallet.signatures import check_may_sign, sign_next

__all__ = [
    "NONCE_BYTES",
    "SIGNATURE_BYTES",
    "SIGNED_HERE",
    "Lasting",
    "check_quota",
    "in_order",
    "last_height",
    "lasting_until",
    "points_for",
    "sign_entry",
]

SIGNATURE_BYTES: Final = 120
"""Room that one signature with its key takes in a transaction, rounded up, for quoting a cost before signing."""

USUAL_BLOCKS: Final = 600
"""Half an hour: what is signed and sent at once."""
DAY_BLOCKS: Final = 28_800
"""What others must sign, at other desks."""
PEERS_BEHIND: Final = 100
"""So many blocks a peer may be behind that is to take what is sent at once; of a small window half of it."""
OLD_NS: Final = 600 * NANOSECONDS_PER_SECOND
"""With no newer block than this there is no network."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """What a clerk says of how long a draft is to be good for."""

    blocks: int | None = None
    """So many blocks; None: as many as it needs."""
    is_signed_elsewhere: bool = False
    """On a computer without a network, to which it is carried and back."""


SIGNED_HERE: Final = Lasting()


def last_height(
    status: NodeStatus, window: int, now: Nanoseconds, *, needs_others: bool, lasting: Lasting = SIGNED_HERE
) -> int:
    """Last height of a draft that is made now: what is sent at once gets half an hour, what `needs_others` a day, and what
    cannot be sent for an unknown time all of the law's `window` (docs/registry.md, step 4).

    A peer that is some blocks behind must not find it too far ahead. What travels first may have the whole window: until it
    is sent, the peer has caught up.

    Raises:
        UsageError: more blocks are wanted than the window has.
    """
    if lasting.blocks is not None and not 1 <= lasting.blocks <= window:
        raise UsageError(argument="valid-for", expected=f"1 … {window} blocks", got=lasting.blocks)
    travels = needs_others or lasting.is_signed_elsewhere or is_cut_off(status, now)
    most = window if travels else max(1, window - min(PEERS_BEHIND, window // 2))
    if lasting.blocks is not None:
        blocks = lasting.blocks
    elif lasting.is_signed_elsewhere or is_cut_off(status, now):
        blocks = window
    else:
        blocks = DAY_BLOCKS if needs_others else USUAL_BLOCKS
    return status.height + min(blocks, most)


def is_cut_off(status: NodeStatus, now: Nanoseconds) -> bool:
    """Whether the node has no network: no peer answers, or its newest block is an old one."""
    return status.target_height is None or now - status.block_time_ns > OLD_NS


def lasting_until(draft: Draft, valid_until: int) -> Draft:
    """The same with another last height. Its nonce stays, so the chain takes one of both at most."""
    body = decode_body(draft.body_bytes)
    body.valid_until = valid_until
    return Draft(encode(body))


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
