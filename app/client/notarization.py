"""The main job from the outside: draft a record for each file, sign what is shown, submit, follow to the outcome.

Guarantees: a draft is journaled in the outbox with its context before anybody signs, and the signed bytes before anybody
submits; what is unknown is sent again as the same bytes and never as another transaction; only the verified chain decides
what an outcome is. Used alike by the desk and the command line.
"""

import platform
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from app import __version__
from app.client.model import (
    AccountStatus,
    ChainParameters,
    Final,
    NeverLanded,
    NodeStatus,
    Outcome,
    RefusedInBlock,
    Unknown,
)
from app.client.node import NodeClient
from app.core.codec import encode
from app.core.errors import BadTransition, LuopuError, MempoolFull, NodeUnreachable, NoPeer, NotFound
from app.core.keys import PublicKey
from app.core.ports import Clock, Randomness, Signer
from app.core.record import FileDigests, context_digest, derive_chain, record_digest
from app.core.refusals import NotChainOwner, NotPermitted, QuotaSpent, Refused, Replayed, UnknownAccount, UnknownChain
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.evidence.context import SALT_BYTES, Capture, make_context
from app.wallet.approval import Draft, describe, sign
from app.wallet.entry import Entry, EntryId, ExpiredAt, FinalAt, RefusedAt
from app.wallet.outbox import Outbox

NONCE_BYTES = 16
SIGNATURE_BYTES = 120
"""Room that one signature with its key takes in a transaction, rounded up, for quoting a cost before signing."""
RESEND_HEIGHTS = 5


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
        self._key = key
        self._label = label
        self._clock = clock
        self._randomness = randomness

    # ---- draft ---------------------------------------------------------------------------------------------------
    async def draft(self, sources: Sequence[Source], chain: bytes | None, subject: str) -> list[Entry]:
        """One record per file, in order, continuing `chain` or (None) beginning a new one.

        Raises:
            UnknownAccount: the operator has not registered the key.
            NotPermitted: the account may not notarize.
            UnknownChain, NotChainOwner: there is no such hash chain, or somebody else's.
            QuotaSpent: the records would cost more than is left in this period; nothing was drafted.
        """
        account = await self._account()
        status, parameters = await self._node.status(), await self._node.parameters()
        place = Place(None, 1, b"") if chain is None else await self._place_in(chain, account)
        drafts: list[tuple[Draft, Source, bytes]] = []
        for source in sources:
            body, context = self._body(source, place, subject, account, status, parameters)
            drafts.append((Draft(encode(body)), source, context))
            record = body.notarize.record
            place = Place(record.chain, record.sequence + 1, record_digest(encode(record)))
        check_quota(account, sum(points_for(draft, parameters) for draft, _, _ in drafts))
        return [self._outbox.save_draft(draft, path=source.path, context=context) for draft, source, context in drafts]

    async def _account(self) -> AccountStatus:
        account = await self._node.account_of_key(self._key)
        if account is None:
            raise UnknownAccount(key=self._key.data.hex())
        if "evidence" not in account.permissions:
            raise NotPermitted(account=account.id, expected="evidence")
        return account

    async def _place_in(self, chain: bytes, account: AccountStatus) -> Place:
        """Behind the newest record on the chain, or behind our own that are on their way there."""
        waiting = [entry.shown.record for entry in self._outbox.pending() if entry.shown.record.chain == chain]
        newest = max(waiting, key=lambda record: record.sequence, default=None)
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

    def _body(
        self,
        source: Source,
        place: Place,
        subject: str,
        account: AccountStatus,
        status: NodeStatus,
        parameters: ChainParameters,
    ) -> tuple[wire.Body, bytes]:
        nonce = self._randomness.random_bytes(NONCE_BYTES)
        context = self._context(source)
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
            chain_id=status.chain_id,
            sender=account.address,
            nonce=nonce,
            valid_until=status.height + parameters.validity_window,
            notarize=wire.Notarize(record=record),
        )
        return body, context

    def _context(self, source: Source) -> bytes:
        capture = Capture(
            by=self._label,
            machine=platform.node() or "unnamed",
            system=f"{platform.system()} {platform.release()}",
            program=f"luopu {__version__}",
            local_clock_ns=self._clock.now(),
        )
        salt = self._randomness.random_bytes(SALT_BYTES)
        return make_context(salt, source.path.name, source.digests.size, capture, guess_type(source.path.name)[0])

    # ---- sign and send -------------------------------------------------------------------------------------------
    def sign(self, entry_id: EntryId, signer: Signer) -> Entry:
        """Sign exactly the drafted bytes and journal the result. Nothing is sent yet.

        Raises:
            OutcomeUnknown: another transaction with this record may still land.
        """
        self._outbox.check_may_sign(entry_id)
        entry = self._outbox.get(entry_id)
        return self._outbox.mark_signed(entry_id, sign(entry.draft, entry.shown, signer).raw)

    async def send(self, entry_id: EntryId) -> Entry:
        """Hand the signed bytes to the node; again is no error.

        Raises:
            Refused: the law would refuse it as things stand. It stays unknown until its timeout height.
            NodeUnreachable, NoPeer, MempoolFull: nobody took it; it stays signed and can be sent again.
        """
        entry = self._outbox.get(entry_id)
        if entry.transaction is None or not entry.is_unknown:
            return entry
        try:
            await self._node.submit(entry.transaction)
        except Replayed:
            pass  # it stands in a block already, which is what we want
        except LuopuError as error:
            with suppress(BadTransition):
                self._outbox.mark_note(entry_id, error.code)
            raise
        with suppress(BadTransition):  # whoever follows it may have seen its outcome already
            return self._outbox.mark_submitted(entry_id)
        return self._outbox.get(entry_id)

    # ---- follow --------------------------------------------------------------------------------------------------
    async def outcome(self, entry_id: EntryId) -> Outcome:
        """What the node's verified chain says now; an outcome is journaled."""
        entry = self._outbox.get(entry_id)
        if entry.transaction_hash is None:
            return Unknown(0, entry.valid_until)
        outcome = await self._node.outcome(entry.transaction_hash, entry.valid_until)
        match outcome:
            case Final():
                self._outbox.mark_outcome(entry_id, FinalAt(Height(outcome.height), outcome.log_index))
            case RefusedInBlock():
                code = outcome.error.number if isinstance(outcome.error, Refused) else 1
                self._outbox.mark_outcome(entry_id, RefusedAt(Height(outcome.height), code))
            case NeverLanded():
                self._outbox.mark_outcome(entry_id, ExpiredAt(entry.valid_until))  # the same whenever it is asked
            case Unknown():
                pass
        return outcome

    async def wait_for_outcome(self, entry_id: EntryId, on_height: Callable[[int], None] | None = None) -> Outcome:
        """Follow until the outcome is no longer unknown, sending the same bytes again where they may have been lost."""
        sent_at: int | None = None
        while True:
            async for height in self._node.heights():
                if on_height is not None:
                    on_height(height)
                try:
                    outcome = await self.outcome(entry_id)
                    if not isinstance(outcome, Unknown):
                        return outcome
                    if sent_at is None or height >= sent_at + RESEND_HEIGHTS:
                        sent_at = height
                        await self.send(entry_id)
                except (NodeUnreachable, NoPeer, MempoolFull, Refused):
                    continue  # noted in the outbox; only the chain says what became of it

    def pending(self) -> list[Entry]:
        """Everything signed here whose outcome is unknown."""
        return list(self._outbox.pending())


def points_for(draft: Draft, parameters: ChainParameters) -> int:
    """Quota points that a draft will cost at most, once it is signed."""
    size = len(draft.body_bytes) + SIGNATURE_BYTES
    return parameters.points_of(describe(draft).action) + -(-size // parameters.bytes_per_point)


def check_quota(account: AccountStatus, points: int) -> None:
    """The account can pay.

    Raises:
        QuotaSpent: fewer points are left.
    """
    if points > account.quota.left:
        raise QuotaSpent(expected=points, got=account.quota.left)
