"""Requests at the desk: what keys of several desks sign before it is sent, travelling as files (经办/复核).

Guarantees: what a request says is decoded from the bytes that are signed; nothing is sent before all have signed whom it
names; what came as a file is kept before it is shown.
"""

import asyncio
from contextlib import suppress
from pathlib import Path

from app.client.acting import Actor
from app.core.errors import MempoolFull, NodeUnreachable, NoPeer, NotFound, UsageError
from app.core.keys import PublicKey, encode_key_text
from app.ui.desk import RequestView
from app.ui.pictures import load_any_request
from app.wallet.approval import Draft
from app.wallet.entry import Entry, EntryId
from app.wallet.outbox import Outbox
from app.wallet.request_file import save_request

UNSIGNED = "nobody has signed it yet: sign it with luopu sign, then open what that writes"


class Requests:
    """What this desk's key is asked to sign, or has asked others to."""

    def __init__(self, actor: Actor, outbox: Outbox, key: PublicKey) -> None:
        self._actor, self._outbox, self._key = actor, outbox, key

    async def listed(self) -> list[RequestView]:
        """What waits for keys, the first to expire first."""
        return [self._view(entry) for entry in await asyncio.to_thread(self._outbox.waiting)]

    async def open(self, path: Path) -> RequestView:
        """Take in a file, or a picture of its code. Complete, it is sent; with nobody there to take it, it goes out by itself
        later.

        Raises:
            UsageError: nobody has signed it: it is what was to be carried to another computer, not what comes back.
            LuopuError: as of `load_any_request`, `Outbox.adopt`.
        """
        request = await asyncio.to_thread(load_any_request, path)
        if isinstance(request, Draft):
            raise UsageError(argument=path.name, reason=UNSIGNED)
        entry = await asyncio.to_thread(self._outbox.adopt, request.raw)
        if entry.is_sendable:
            with suppress(NoPeer, NodeUnreachable, MempoolFull):
                entry = await self._actor.send(entry.id)
        return self._view(entry)

    async def save(self, deed_id: str, target: Path) -> Path:
        """Write a file for those who must still sign.

        Raises:
            NotFound: nobody has signed it, or it is gone.
        """
        entry = await asyncio.to_thread(self._outbox.get, EntryId(deed_id))
        if entry.signed is None:
            raise NotFound(what="request", name=deed_id)
        await asyncio.to_thread(save_request, target, entry.signed)
        return target

    async def discard(self, deed_id: str) -> None:
        """Forget one that this desk did not sign, or whose time has passed."""
        await self._actor.discard(EntryId(deed_id))

    def _view(self, entry: Entry) -> RequestView:
        signatures = () if entry.signed is None else entry.signed.signatures
        return RequestView(
            deed_id=entry.id,
            action=entry.action,
            signed=tuple(encode_key_text(each.key) for each in signatures),
            missing=tuple(map(encode_key_text, entry.missing)),
            waits_for_me=self._key in entry.missing,
            is_own=entry.is_own,
            valid_until=entry.valid_until,
        )
