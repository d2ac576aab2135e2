"""Drafting anew what came to nothing: the same again, to be looked at and signed once more (white paper 3.2 超时确认).

Guarantees: nothing is drafted anew that may still land, or has landed, or was done again by another way; what came to nothing
is never sent again. The new draft says what the old one said, but for what follows from the moment of drafting: nonce, last
height, and of a record its place, which is behind the newest of its hash chain, for the old one may be taken by now.

A record keeps the digests and the context document of then: they say what lay there when the clerk took the file in, and that
is what is put on record. The file is not read again; one that has changed since is found out when a bundle is to hold it.
Records whose hash chain never came into being follow the first of them that is drafted anew into its chain.
"""

import asyncio

from app.client.awaiting import look_for
from app.client.drafting import last_height
from app.client.node import NodeClient
from app.client.notarization import Notary, Place
from app.client.registry import RegistryReader, every
from app.core.codec import encode
from app.core.keys import PublicKey
from app.core.ports import Clock, Randomness
from app.core.record import derive_chain
from app.core.refusals import Expired, NotYourKey, Replayed, UnknownAccount, UnknownChain
from app.core.transaction import NONCE_BYTES, decode_body
from app.core.walleterrors import BadTransition, OutcomeUnknown
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft
from app.wallet.entry import Entry, EntryId, State
from app.wallet.outbox import Outbox
from app.wallet.overview import find_listed, moved_to


class Renewing:
    """Drafts anew for one key at one node."""

    def __init__(
        self, node: NodeClient, outbox: Outbox, notary: Notary, key: PublicKey, clock: Clock, randomness: Randomness
    ) -> None:
        self._node, self._outbox, self._notary, self._key = node, outbox, notary, key
        self._clock, self._randomness = clock, randomness

    async def draft(self, entry_id: EntryId) -> Entry:
        """A draft in the place of an entry that came to nothing.

        Raises:
            OutcomeUnknown: it, or what was done for the same matter since, may still land.
            BadTransition: it is a draft itself, is final, or was done again since.
            Replayed: it was sent from another desk and stands on the chain.
            UnknownAccount, NotYourKey: this key is not registered, or not for the account that it is about.
            UnknownChain, NotChainOwner: as of `Notary.draft`.
        """
        entry = await asyncio.to_thread(self._outbox.get, entry_id)
        height = (await self._node.status()).height
        if entry.state is State.WAITING:
            await self._check_never_landed(entry, height)
        await self._check_not_done(entry)
        draft = await self._again(entry)
        context = None if entry.papers is None else entry.papers.context
        return await asyncio.to_thread(self._outbox.renew, entry_id, draft, context=context, height=height)

    async def prolong(self, entry: Entry) -> Entry:
        """The same draft, with its nonce and its place, in the place of one whose time has passed.

        Raises:
            BadTransition: it is no draft any more.
        """
        if entry.state is not State.DRAFT:
            raise BadTransition(entry=entry.id, before=entry.state, after=State.DRAFT)
        body = decode_body(entry.draft.body_bytes)
        await self._last_heights(body)
        draft, papers = Draft(encode(body)), entry.papers
        path, context = (None, None) if papers is None else (papers.path, papers.context)
        if entry.replaces is None:
            longer = await asyncio.to_thread(self._outbox.save_draft, draft, path=path, context=context)
            await asyncio.to_thread(self._outbox.discard, entry.id)
            return longer
        height = (await self._node.status()).height
        await asyncio.to_thread(self._outbox.discard, entry.id)
        return await asyncio.to_thread(self._outbox.renew, entry.replaces, draft, context=context, height=height)

    async def look_for(self, entry: Entry) -> None:
        """Look what became of an action that waits for colleagues; noted is that it was sent from another desk and stands on
        the chain, or that it came too late."""
        height = (await self._node.status()).height
        if await self._stands_on_chain(entry):
            await asyncio.to_thread(self._outbox.mark_note, entry.id, Replayed.code)
        elif height >= entry.valid_until:
            await asyncio.to_thread(self._outbox.mark_note, entry.id, Expired.code)

    # ---- whether it may be -----------------------------------------------------------------------------------------
    async def _check_never_landed(self, entry: Entry, height: int) -> None:
        """What waits for colleagues may have been sent from another desk, or come back complete."""
        if not entry.is_own or height < entry.valid_until:
            raise OutcomeUnknown(entry=entry.id, valid_until=entry.valid_until)
        if entry.is_record:
            if await look_for(self._node, self._outbox, entry) is None:
                raise OutcomeUnknown(entry=entry.id, valid_until=entry.valid_until)
        elif await self._stands_on_chain(entry):
            raise Replayed(entry=entry.id)

    async def _stands_on_chain(self, entry: Entry) -> bool:
        """Whether the log has it: the same bytes, signed by the same keys, at a height at which it could land. It is not what
        another entry of this outbox became."""
        window = (await self._node.parameters()).validity_window
        reader, sender = RegistryReader(self._node), bytes(entry.shown.sender)
        body, keys = entry.draft.body_bytes, set(entry.shown.approvers)
        async for logged in every(lambda cursor: reader.activity(sender, cursor=cursor)):
            if logged.height < entry.valid_until - window:
                return False
            said = body if logged.action == "hold" else encode(entry.draft.action)
            is_it = encode(logged.fact) == said and keys <= {each.key for each in logged.approvers}
            is_mine = entry.signed is not None and logged.signer.key == entry.signed.maker
            if is_it and is_mine and logged.height <= entry.valid_until:
                known = await asyncio.to_thread(self._outbox.find, logged.transaction_hash)
                if known is None:
                    return True
        return False

    async def _check_not_done(self, entry: Entry) -> None:
        """A draft that nobody signed makes room."""
        listed = await asyncio.to_thread(find_listed, self._outbox, entry.id)
        if listed.replaced_by is None:
            return
        other = await asyncio.to_thread(self._outbox.get, listed.replaced_by)
        if other.is_unknown:
            raise OutcomeUnknown(entry=other.id, valid_until=other.valid_until)
        if other.state is not State.DRAFT:
            raise BadTransition(entry=entry.id, before="replaced", after="replaced", reason="done again since")
        await asyncio.to_thread(self._outbox.discard, other.id)

    # ---- the draft -------------------------------------------------------------------------------------------------
    async def _again(self, entry: Entry) -> Draft:
        account = await self._node.account_of_key(self._key)
        if account is None:
            raise UnknownAccount(key=self._key.data.hex())
        if account.address != entry.shown.sender:
            raise NotYourKey(account=account.id, key=self._key.data.hex())
        body = decode_body(entry.draft.body_bytes)
        body.nonce = self._randomness.random_bytes(NONCE_BYTES)
        await self._last_heights(body)
        if entry.is_record:
            await self._place(body)
        return Draft(encode(body))

    async def _last_heights(self, body: wire.Body) -> None:
        """From now on, as every draft; the chain keeps it for approvals as long behind that as before."""
        status, window = await self._node.status(), (await self._node.parameters()).validity_window
        needs_others = bool(body.approvers or body.hold_until)
        waits = max(0, body.hold_until - body.valid_until)
        body.valid_until = last_height(status, window, self._clock.now(), needs_others=needs_others)
        if body.hold_until:
            body.hold_until = body.valid_until + waits

    async def _place(self, body: wire.Body) -> None:
        record = body.notarize.record
        place = await self._place_behind(record.chain)
        record.chain = place.chain or derive_chain(body.sender, body.nonce)
        record.sequence, record.previous = place.sequence, place.previous

    async def _place_behind(self, chain: bytes) -> Place:
        """Behind the newest of the hash chain. One that never came into being: behind what went elsewhere, or first."""
        seen: set[bytes] = set()
        following: bytes | None = chain
        while following is not None and following not in seen:
            try:
                return await self._notary.place_in(following)
            except UnknownChain:
                seen.add(following)
                following = await asyncio.to_thread(moved_to, self._outbox, following)
        return Place(None, 1, b"")
