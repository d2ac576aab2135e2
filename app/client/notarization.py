"""The main job from the outside: draft a record for each file, sign what is shown, submit, follow to the outcome.

Guarantees: a draft is journaled in the outbox with its context before anybody signs, and the signed bytes before anybody
submits; the way from there to an outcome is every action's (`app.client.following`). Used alike by the desk and the command
line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.client.contexts import capture_file
from app.client.drafting import (
    NONCE_BYTES,
    SIGNED_HERE,
    Lasting,
    check_quota,
    in_order,
    last_height,
    lasting_until,
    points_for,
    sign_entry,
)
from app.client.following import Courier
from app.client.model import AccountStatus, ChainParameters, NodeStatus, Outcome
from app.client.node import NodeClient
from app.core.codec import encode
from app.core.errors import NotFound, UsageError
from app.core.keys import PublicKey
from app.core.ports import Clock, Randomness, Signer
from app.core.record import ADDED, NOTHING_MORE, Additions, FileDigests, context_digest, derive_chain, record_digest
from app.core.refusals import NotChainOwner, NotPermitted, UnknownAccount, UnknownChain
from app.core.transaction import decode_body
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft
from app.wallet.entry import Entry, EntryId
from app.wallet.outbox import Outbox

__all__ = ["Notary", "Place", "Source", "check_quota", "points_for"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose digests are known."""

    path: Path
    digests: FileDigests


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next record of a hash chain goes; `chain` None begins a new one."""

    chain: bytes | None
    sequence: int
    previous: bytes


class Notary:
    """Drafts, sends and follows, for one key at one node."""

    def __init__(
        self, node: NodeClient, outbox: Outbox, key: PublicKey, label: str, clock: Clock, randomness: Randomness
    ) -> None:
        self._node = node
        self._outbox = outbox
        self._courier = Courier(node, outbox)
        self._key = key
        self._label = label
        self._clock = clock
        self._randomness = randomness

    # ---- draft ---------------------------------------------------------------------------------------------------
    async def draft(
        self,
        sources: Sequence[Source],
        chain: bytes | None,
        subject: str,
        *,
        approvers: Sequence[PublicKey] = (),
        additions: Additions = NOTHING_MORE,
        lasting: Lasting = SIGNED_HERE,
    ) -> list[Entry]:
        """One record per file, in order, continuing `chain` or (None) beginning a new one; `approvers` sign each, too.
        `additions` are said by every one of them. `lasting` says how long they are to be good for.

        Raises:
            UnknownAccount: the operator has not registered the key.
            NotPermitted: the organisation may not notarize.
            UnknownChain, NotChainOwner: there is no such hash chain, or somebody else's.
            UsageError: the record to be replaced is none before this one; or it is to last longer than the law allows.
            QuotaSpent: the records would cost more than is left in this period; nothing was drafted.
        """
        account = await self._account()
        status, parameters = await self._node.status(), await self._node.parameters()
        place = Place(None, 1, b"") if chain is None else await self._place_in(chain, account, status)
        _check_earlier(additions.supersedes, place)
        valid_until = self._last_height(status, parameters, approvers, lasting)
        drafts: list[tuple[Draft, Source, bytes]] = []
        for source in sources:
            body, context = self._body(source, place, subject, account, status.chain_id, valid_until)
            body.approvers.extend(key.to_wire() for key in in_order(approvers))
            for name in ADDED:
                setattr(body.notarize.record, name, getattr(additions, name))
            drafts.append((Draft(encode(body)), source, context))
            record = body.notarize.record
            place = Place(record.chain, record.sequence + 1, record_digest(encode(record)))
        check_quota(account, sum(points_for(draft, parameters) for draft, _, _ in drafts))
        return [self._outbox.save_draft(draft, path=source.path, context=context) for draft, source, context in drafts]

    async def draft_again(self, entry_ids: Sequence[EntryId], approvers: Sequence[PublicKey]) -> list[Entry]:
        """The same records in the place of these drafts, for other `approvers` to sign, too. A record says nothing of who
        approves, so its digest and all that continues it stay.

        Raises:
            UnknownAccount, NotPermitted, QuotaSpent: as of `draft`; the drafts are left as they were.
        """
        account = await self._account()
        status, parameters = await self._node.status(), await self._node.parameters()
        entries = [self._outbox.get(entry_id) for entry_id in entry_ids]
        valid_until = self._last_height(status, parameters, approvers, SIGNED_HERE)
        again = [_approved_by(lasting_until(entry.draft, valid_until), approvers) for entry in entries]
        check_quota(account, sum(points_for(draft, parameters) for draft in again))
        pairs = zip(again, entries, strict=True)
        made = [self._outbox.save_draft(draft, path=entry.path, context=entry.context) for draft, entry in pairs]
        for entry in entries:
            if entry.id not in {each.id for each in made}:
                self._outbox.discard(entry.id)
        return made

    async def place_in(self, chain: bytes) -> Place:
        """Where the next record of a hash chain of this account stands.

        Raises:
            UnknownChain, NotChainOwner: as of `draft`.
        """
        return await self._place_in(chain, await self._account(), await self._node.status())

    async def _account(self) -> AccountStatus:
        account = await self._node.account_of_key(self._key)
        if account is None:
            raise UnknownAccount(key=self._key.data.hex())
        if account.party != "user" and "evidence" not in account.permissions:  # a user's right depends on its level
            raise NotPermitted(account=account.id, expected="evidence")
        return account

    async def _place_in(self, chain: bytes, account: AccountStatus, status: NodeStatus) -> Place:
        """Behind the newest record on the chain, or behind our own that are on their way there. What others did not sign
        in time is on its way no longer."""
        waiting = (entry for entry in self._outbox.waiting() if entry.is_own and status.height < entry.valid_until)
        under_way = [*self._outbox.pending(), *waiting]
        records = [entry.shown.record for entry in under_way if entry.is_record]
        ours = [record for record in records if record.chain == chain]
        newest = max(ours, key=lambda record: record.sequence, default=None)
        try:
            head = await self._node.chain(chain)
        except NotFound as error:
            if newest is None:
                raise UnknownChain(chain=chain.hex()) from error
            return Place(chain, newest.sequence + 1, newest.digest)
        if head.owner != account.address:
            raise NotChainOwner(chain=chain.hex())
        if newest is not None and newest.sequence > head.sequence:
            return Place(chain, newest.sequence + 1, newest.digest)
        return Place(chain, head.sequence + 1, head.head)

    def _last_height(
        self, status: NodeStatus, parameters: ChainParameters, approvers: Sequence[PublicKey], lasting: Lasting
    ) -> int:
        window = parameters.validity_window
        return last_height(status, window, self._clock.now(), needs_others=bool(approvers), lasting=lasting)

    def _body(
        self,
        source: Source,
        place: Place,
        subject: str,
        account: AccountStatus,
        chain_id: str,
        valid_until: int,
    ) -> tuple[wire.Body, bytes]:
        nonce = self._randomness.random_bytes(NONCE_BYTES)
        name, size = source.path.name, source.digests.size
        context = capture_file(name, size, self._label, self._clock, self._randomness)
        record = wire.EvidenceRecord(
            chain=place.chain or derive_chain(account.address, nonce),
            sequence=place.sequence,
            previous=place.previous,
            sha256=source.digests.sha256,
            sm3=source.digests.sm3,
            size=source.digests.size,
            subject=subject,
            context_digest=context_digest(context),
        )
        body = wire.Body(
            chain_id=chain_id,
            sender=account.address,
            nonce=nonce,
            valid_until=valid_until,
            notarize=wire.Notarize(record=record),
        )
        return body, context

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

    async def wait_for_outcome(self, entry_id: EntryId, on_height: Callable[[int], None] | None = None) -> Outcome:
        """Follow until the outcome is no longer unknown, sending the same bytes again where they may have been lost."""
        return await self._courier.wait_for_outcome(entry_id, on_height)

    def pending(self) -> list[Entry]:
        """Everything signed here whose outcome is unknown."""
        return self._courier.pending()


def _check_earlier(supersedes: int, place: Place) -> None:
    if supersedes >= place.sequence:
        reason, expected = "not an earlier record of this chain", f"below {place.sequence}"
        raise UsageError(argument="supersedes", reason=reason, expected=expected, got=supersedes)


def _approved_by(draft: Draft, approvers: Sequence[PublicKey]) -> Draft:
    """The same with other approvers."""
    body = decode_body(draft.body_bytes)
    del body.approvers[:]
    body.approvers.extend(key.to_wire() for key in in_order(approvers))
    return Draft(encode(body))
