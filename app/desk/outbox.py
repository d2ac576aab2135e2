"""At the desk: everything that was drafted and signed here, and the log of approvals.

Guarantees: as of `app.client.renewing`: what came to nothing is drafted anew, looked at and signed once more, and never sent
again. What can be read without the node is there while no node answers.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.client.awaiting import PLACED
from app.client.renewing import Renewing
from app.core.errors import LuopuError
from app.core.refusals import Expired, Replayed
from app.core.walleterrors import BadTransition
from app.desk.running import RunningDesk
from app.ui.desk import DeedView
from app.ui.desks.outbox import ApprovalView, LogView, OutboxDeed
from app.ui.outbox_views import approval_view, log_view, outbox_deed
from app.wallet.approval_file import logged_lines, look_through, save_log
from app.wallet.entry import Entry, EntryId, State
from app.wallet.overview import Listed, find_listed, older, unsettled
from app.wiring.system import SystemClock, SystemRandomness

NEWEST = 2**62
LOOKED_AFTER = frozenset({Expired.code, Replayed.code})
"""Notes of what waited for colleagues and waits no longer."""


class OutboxDesk(RunningDesk):
    """Everything that was drafted and signed here, and the log of approvals."""

    # ---- outbox --------------------------------------------------------------------------------------------------
    async def unsettled(self) -> Sequence[OutboxDeed]:
        """What somebody or the chain still has to do something about."""
        listed = await asyncio.to_thread(unsettled, self._journal())
        with suppress(LuopuError):
            late = [each for each in listed if await self._became_late(each.entry)]
            listed = await asyncio.to_thread(unsettled, self._journal()) if late else listed
        return self._deeds_of(listed)

    async def deeds(self, *, before: int | None = None, limit: int = 50) -> Sequence[OutboxDeed]:
        """Everything, newest first."""
        return self._deeds_of(await asyncio.to_thread(older, self._journal(), before or NEWEST, limit))

    async def deed(self, deed_id: str) -> OutboxDeed:
        """One of them. Of what waits for colleagues it is looked whether they have sent it."""
        listed = await asyncio.to_thread(find_listed, self._journal(), EntryId(deed_id))
        if _may_be_elsewhere(listed.entry):
            with suppress(LuopuError):
                await self._renewing().look_for(listed.entry)
                listed = await asyncio.to_thread(find_listed, self._journal(), EntryId(deed_id))
        return self._deeds_of([listed])[0]

    async def send_again(self, deed_id: str) -> None:
        """Hand over the same bytes again.

        Raises:
            LuopuError: nobody took it, or the node would refuse it as things stand; it stays on its way.
        """
        entry = await asyncio.to_thread(self._journal().get, EntryId(deed_id))
        if not entry.is_sendable:
            raise BadTransition(entry=entry.id, before=entry.state, after="submitted")
        await self._notary().send(entry.id)

    async def resume(self, deed_id: str) -> DeedView:
        """A draft, as it would be signed: of records of one hash chain the first; one whose time has passed gets another."""
        journal = self._journal()
        entry = await asyncio.to_thread(journal.get, EntryId(deed_id))
        if entry.is_record:
            entry = _first_of_chain(entry, await asyncio.to_thread(journal.drafts))
        is_here = not entry.is_record or entry.papers is not None
        if entry.state is State.DRAFT and is_here and (await self._client().status()).height >= entry.valid_until:
            entry = await self._renewing().prolong(entry)
        return await self._reviewed(entry)

    async def renew(self, deed_id: str) -> DeedView:
        """Draft anew what came to nothing."""
        return await self._reviewed(await self._renewing().draft(EntryId(deed_id)))

    async def dismiss(self, deed_id: str) -> None:
        """It is no longer wanted."""
        await asyncio.to_thread(self._journal().dismiss, EntryId(deed_id))

    # ---- the log of approvals ------------------------------------------------------------------------------------
    async def approvals(self, *, before: int | None = None, limit: int = 50) -> Sequence[ApprovalView]:
        """Lines of the log, newest first."""
        own = self._keys.own
        lines = await asyncio.to_thread(logged_lines, self._journal(), before or NEWEST, limit)
        return [approval_view(each, own.public_key, own.label) for each in lines]

    async def look_through_approvals(self) -> LogView:
        """Whether the log is whole."""
        return log_view(await asyncio.to_thread(look_through, self._journal()))

    async def save_approvals(self, target: Path) -> LogView:
        """Write the log as a file."""
        return log_view(await asyncio.to_thread(save_log, self._journal(), target))

    # ---- inside --------------------------------------------------------------------------------------------------
    def _deeds_of(self, listed: Sequence[Listed]) -> list[OutboxDeed]:
        own = self._keys.own.public_key
        return [outbox_deed(each, own) for each in listed]

    def _renewing(self) -> Renewing:
        clock, randomness = SystemClock(), SystemRandomness()
        key = self._keys.own.public_key
        return Renewing(self._client(), self._journal(), self._notary(), key, clock, randomness)

    async def _became_late(self, entry: Entry) -> bool:
        """What waits for colleagues too long is looked for on the chain, once."""
        if not _may_be_elsewhere(entry) or (await self._client().status()).height < entry.valid_until:
            return False
        await self._renewing().look_for(entry)
        return True

    async def _reviewed(self, entry: Entry) -> DeedView:
        """As it would be signed. A record has its place behind what may not have arrived yet."""
        deed = await self._deeds().review(entry.id)
        if not entry.is_record:
            return deed
        return replace(deed, reasons=tuple(reason for reason in deed.reasons if reason.code not in PLACED))


def _may_be_elsewhere(entry: Entry) -> bool:
    """Records that wait are looked for while the desk is open (`app.desk.running`)."""
    waits = entry.state is State.WAITING and entry.is_own and not entry.is_record
    return waits and entry.note not in LOOKED_AFTER


def _first_of_chain(entry: Entry, drafts: Sequence[Entry]) -> Entry:
    """Records are signed in the order of their hash chain."""
    chain = [each for each in drafts if each.is_record and each.shown.record.chain == entry.shown.record.chain]
    return min([entry, *chain], key=lambda each: each.shown.record.sequence)
