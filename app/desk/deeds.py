"""Any action but a record, from the desk: prepared, shown, signed, sent, followed.

Guarantees: as of `app.client.acting`: journaled before anybody signs, signed exactly as shown, kept before it is sent;
without somebody there to take it, it waits in the outbox and goes out by itself.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from app.client.acting import Actor, Prepared
from app.client.model import Outcome
from app.client.node import NodeClient
from app.client.registry import RegistryReader
from app.core.card import decode_card, encode_card, make_card
from app.core.errors import LuopuError, MempoolFull, NodeUnreachable, NoPeer
from app.core.keys import decode_key_text, encode_key_text
from app.core.ports import Randomness, Signer
from app.core.units import NANOSECONDS_PER_SECOND
from app.core.wire import registry_pb2 as wire
from app.desk.consent import consent_reasons
from app.desk.keyring import DeskKey
from app.desk.requests import Requests
from app.ui.desk import DeedView
from app.wallet.entry import EntryId
from app.wallet.outbox import Outbox
from app.wiring.system import SystemClock

BLOCK_SECONDS = 3
"""For estimating when a timeout height will come; the chain itself counts heights only."""
ROLES = {"maker": wire.ROLE_MAKER, "checker": wire.ROLE_CHECKER, "administrator": wire.ROLE_ADMINISTRATOR}


class Deeds:
    """Acts with the clerk's key."""

    def __init__(self, node: NodeClient, outbox: Outbox, own: DeskKey, randomness: Randomness) -> None:
        self._node, self._outbox, self._own = node, outbox, own
        self._actor = Actor(node, outbox, own.public_key, SystemClock(), randomness)

    async def prepare(self, body: wire.Body) -> DeedView:
        """Draft an action, and ask the node what speaks against it."""
        return await self._view(await self._actor.prepare(body))

    async def prepare_again(self, deed_id: str, approvers: Sequence[str], hold_blocks: int) -> DeedView:
        """Draft what a draft says anew: with other approvers, or for the chain to keep it until they have come."""
        entry = await asyncio.to_thread(self._outbox.get, EntryId(deed_id))
        keys = [decode_key_text(text) for text in approvers]
        prepared = await self._actor.prepare(entry.draft.action, keys, hold_blocks or None)
        await self._actor.discard(entry.id)
        return await self._view(prepared)

    async def review(self, deed_id: str) -> DeedView:
        """An entry that is there, as it would be signed here."""
        return await self._view(await self._actor.weigh(EntryId(deed_id)))

    def requests(self) -> Requests:
        """Approvals by files."""
        return Requests(self._actor, self._outbox, self._own.public_key)

    async def explain(self, body: wire.Body) -> tuple[LuopuError, ...]:
        """Ask the node what speaks against an action; nothing is drafted."""
        return await self._actor.explain(body)

    async def sign_and_send(self, deed_id: str, signer: Signer) -> None:
        """Sign exactly the drafted bytes, journal them, submit them."""
        entry_id = EntryId(deed_id)
        entry = await asyncio.to_thread(self._actor.sign, entry_id, signer)
        if not entry.missing:
            with suppress(NoPeer, NodeUnreachable, MempoolFull):
                await self._actor.send(entry_id)

    async def follow(self, deed_id: str) -> Outcome:
        """Wait until the outcome is known."""
        return await self._actor.follow(EntryId(deed_id))

    def mark_told(self, deed_id: str) -> None:
        """The clerk has seen the outcome: the same again is meant as another."""
        self._actor.mark_told(EntryId(deed_id))

    # ---- cards ---------------------------------------------------------------------------------------------------
    async def key_card(self, roles: tuple[str, ...], signer: Signer) -> str:
        """The card of the clerk's key."""
        chain_id = (await self._node.status()).chain_id
        chosen = tuple(ROLES[role] for role in roles)
        return encode_card(await asyncio.to_thread(make_card, signer, chain_id, self._own.label, chosen))

    async def decode_card(self, untrusted_text: str) -> wire.NewKey:
        """A card that somebody handed in."""
        return decode_card(untrusted_text, (await self._node.status()).chain_id)

    async def _view(self, prepared: Prepared) -> DeedView:
        shown, account = prepared.entry.shown, prepared.account
        status = await self._node.status()
        blocks = max(0, shown.valid_until - status.height)
        return DeedView(
            deed_id=prepared.entry.id,
            action=shown.action,
            facts=shown.facts.said,
            account_name=account.name,
            account_id=account.id,
            quota_points=prepared.points,
            valid_until=shown.valid_until,
            valid_until_estimate_ns=status.block_time_ns + blocks * BLOCK_SECONDS * NANOSECONDS_PER_SECOND,
            hold_until=shown.hold_until,
            approvers=tuple(encode_key_text(key) for key in shown.approvers),
            signing_digest=shown.digest,
            reasons=(*await self._consent(prepared), *prepared.reasons),
            held=next(
                (each.value for each in shown.facts.ids if each.name == "held" and isinstance(each.value, bytes)), b""
            ),
        )

    async def _consent(self, prepared: Prepared) -> tuple[LuopuError, ...]:
        """Why the signatures that it names would not suffice; of what all have signed before nothing."""
        entry = prepared.entry
        if entry.transaction is not None:
            return ()
        account = (await RegistryReader(self._node).account(prepared.account.id)).account
        return consent_reasons(account, entry, self._own.public_key)
