"""Any action of the law from the outside: draft, show, sign, keep, send, follow to the outcome.

Guarantees: a draft is journaled before anybody signs, and what was signed before anybody sends it. While something may still
land, and until its outcome has been told, the same matter is not drafted anew: who repeats an interrupted command follows
the first one. What is decoded from the bytes (`Prepared.entry.shown`) and what only the node says of it (the rest of
`Prepared`) stand apart. Only the verified chain decides what an outcome is.

Leaves to others: records, whose file and context belong to the draft (`app.client.notarization`), and words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from app.client.drafting import (
    NONCE_BYTES,
    SIGNED_HERE,
    Lasting,
    check_quota,
    in_order,
    last_height,
    points_for,
    sign_entry,
)
from app.client.following import Courier
from app.client.model import AccountStatus, NeverLanded, NodeStatus, Outcome, RefusedInBlock
from app.client.node import NodeClient
from app.core.codec import encode
from app.core.errors import LuopuError
from app.core.keys import PublicKey
from app.core.ports import Clock, Randomness, Signer
from app.core.refusals import Expired, Malformed, NotYourKey, QuotaSpent, UnknownAccount
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft
from app.wallet.entry import Entry, EntryId, State
from app.wallet.outbox import Outbox

REFUSALS: Final = 3
"""A peer some blocks behind refuses what depends on them; so many heights in a row, and it is the law that refuses."""
ACTIONS: Final = {
    field.message_type.name: field.name
    for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields
    if field.message_type is not None
}
"""Name of an action's message → its name in a body."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry to be looked at before it is signed. Everything but the entry itself is the node's word."""

    entry: Entry
    """A draft; or what was signed before for the same matter, and is followed instead of signed again."""
    account: AccountStatus
    points: int
    """Quota points that it costs at most."""
    reasons: tuple[LuopuError, ...]
    """Why it would be refused as things stand; nothing of what was signed by all before."""

    @property
    def is_signed_before(self) -> bool:
        """Whether an earlier command signed it, whose outcome was never told."""
        return self.entry.is_own

    def check(self) -> None:
        """Nothing speaks against signing.

        Raises:
            LuopuError: the first reason.
        """
        if self.reasons:
            raise self.reasons[0]


class Actor:
    """Acts with one key at one node. The key may be one of several of its account."""

    def __init__(self, node: NodeClient, outbox: Outbox, key: PublicKey, clock: Clock, randomness: Randomness) -> None:
        self._node = node
        self._outbox = outbox
        self._key = key
        self._clock = clock
        self._randomness = randomness
        self._courier = Courier(node, outbox)

    # ---- draft ---------------------------------------------------------------------------------------------------
    async def prepare(
        self,
        action: Message,
        approvers: Sequence[PublicKey] = (),
        hold_blocks: int | None = None,
        lasting: Lasting = SIGNED_HERE,
    ) -> Prepared:
        """Draft an action, or find what was signed for the same matter and not told yet.

        `action` is the message of one, or a Body of which only the action, approvers and `hold_until` are taken. `approvers`
        are to sign the same body behind this key; with `hold_blocks` the chain keeps it for that many blocks, where its
        account asks for more approvals than these. `lasting` says how long it is to be good for.

        Raises:
            UnknownAccount: the key is not registered.
            Malformed: no action, one that cannot be shown, or a record.
            UsageError: it is to last longer than the law allows.
        """
        account, status = await self._account(), await self._node.status()
        body = _body_of(action)
        body.approvers.extend(key.to_wire() for key in approvers)
        if hold_blocks is not None:
            body.hold_until = status.height + hold_blocks
        draft = await self._draft(body, account, status, lasting)
        before = await self._signed_before(draft)
        if before is not None:
            return await self._prepared(before, account)
        return await self._prepared(self._outbox.save_draft(draft), account)

    async def explain(self, action: Message) -> tuple[LuopuError, ...]:
        """Why an action would be refused as things stand, whoever signs and whatever it costs; nothing is drafted.

        Raises:
            UnknownAccount: the key is not registered.
            Malformed: no action, or one that cannot be shown.
        """
        account, status = await self._account(), await self._node.status()
        return await self._node.explain((await self._draft(_body_of(action), account, status)).body_bytes)

    async def weigh(self, entry_id: EntryId) -> Prepared:
        """The same of an entry that is there: a draft, or a request of another desk.

        Raises:
            UnknownAccount: the key is not registered.
        """
        return await self._prepared(self._outbox.get(entry_id), await self._account())

    async def discard(self, entry_id: EntryId) -> None:
        """Forget a draft, a request that this desk did not sign, or one whose approvals can no longer come.

        Raises:
            BadTransition: it may still land, or it has an outcome.
        """
        is_draft = self._outbox.get(entry_id).state is State.DRAFT
        self._outbox.discard(entry_id, height=0 if is_draft else (await self._node.status()).height)

    # ---- sign and send -------------------------------------------------------------------------------------------
    def sign(self, entry_id: EntryId, signer: Signer) -> Entry:
        """Sign exactly the drafted bytes and journal the result. Nothing is sent yet. Errors as of `sign_entry`."""
        return sign_entry(self._outbox, entry_id, signer)

    async def send(self, entry_id: EntryId) -> Entry:
        """Hand the signed bytes to the node; again is no error. Errors as of `Courier.send`."""
        return await self._courier.send(entry_id)

    # ---- follow --------------------------------------------------------------------------------------------------
    async def outcome(self, entry_id: EntryId) -> Outcome:
        """What the node's verified chain says now; an outcome is journaled."""
        return await self._courier.outcome(entry_id)

    async def follow(self, entry_id: EntryId, on_height: Callable[[int], None] | None = None) -> Outcome:
        """Send the signed bytes, again where they may have been lost, until the outcome is no longer unknown.

        Raises:
            ApprovalsMissing, BadTransition: not all, or nobody, has signed it.
            Refused: it is refused at several heights, as things stand. It is kept, and may be sent again.
        """
        return await self._courier.wait_for_outcome(entry_id, on_height, refusals=REFUSALS)

    def mark_told(self, entry_id: EntryId) -> None:
        """The outcome has been told: the same again is meant as another."""
        self._outbox.mark_told(entry_id)

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _account(self) -> AccountStatus:
        account = await self._node.account_of_key(self._key)
        if account is None:
            raise UnknownAccount(key=self._key.data.hex())
        return account

    async def _draft(
        self, body: wire.Body, account: AccountStatus, status: NodeStatus, lasting: Lasting = SIGNED_HERE
    ) -> Draft:
        keys = in_order(PublicKey.from_wire(key) for key in body.approvers)
        del body.approvers[:]
        body.approvers.extend(key.to_wire() for key in keys)
        window = (await self._node.parameters()).validity_window
        body.chain_id = status.chain_id
        body.sender = account.address
        body.nonce = self._randomness.random_bytes(NONCE_BYTES)
        needs_others = bool(keys or body.hold_until)
        body.valid_until = last_height(status, window, self._clock.now(), needs_others=needs_others, lasting=lasting)
        return Draft(encode(body))

    async def _signed_before(self, draft: Draft) -> Entry | None:
        """What failed meanwhile makes room."""
        entry = self._outbox.find_untold(draft)
        if entry is None or entry.transaction_hash is None:
            return entry
        failed = isinstance(await self._courier.outcome(entry.id), NeverLanded | RefusedInBlock)
        return None if failed else self._outbox.get(entry.id)

    async def _prepared(self, entry: Entry, account: AccountStatus) -> Prepared:
        points = points_for(entry.draft, await self._node.parameters())
        reasons = () if entry.transaction is not None else await self._reasons(entry, account, points)
        return Prepared(entry, account, points, reasons)

    async def _reasons(self, entry: Entry, account: AccountStatus, points: int) -> tuple[LuopuError, ...]:
        if account.address != entry.shown.sender:
            return (NotYourKey(account=account.id, key=self._key.data.hex()),)
        height = (await self._node.status()).height
        if height >= entry.valid_until:
            return (Expired(expected=f"at least {height + 1}", got=int(entry.valid_until)),)
        reasons = await self._node.explain(entry.draft.body_bytes)
        try:
            check_quota(account, points)
        except QuotaSpent as short:
            if "not-certified" not in {reason.code for reason in reasons}:  # who has no points at all is told why
                return (*reasons, short)
        return reasons


def _body_of(action: Message) -> wire.Body:
    """A new body that does what a message, or another body, says.

    Raises:
        Malformed: it says nothing, or notarizes.
    """
    body = wire.Body()
    if isinstance(action, wire.Body):
        name = action.WhichOneof("action")
        body.approvers.extend(action.approvers)
        body.hold_until = action.hold_until
        message = None if name is None else getattr(action, name)
    else:
        name, message = ACTIONS.get(action.DESCRIPTOR.name), action
    if name is None or message is None or name == "notarize":
        raise Malformed(reason="no action that can be drafted so", got=name)
    getattr(body, name).CopyFrom(message)
    getattr(body, name).SetInParent()
    return body
