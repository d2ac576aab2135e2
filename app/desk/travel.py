"""At the desk: drafts that are carried to a key on another computer, as files or pictures (air gap; white paper 3.4.1).

Guarantees: what is carried does what the draft does that is shown, under the same nonce, so that the chain takes one of both
at most; it lasts as long as the law allows. It is journaled, of a record with its file and context, before it leaves. Leaves
to others: taking in what comes back (`app.desk.requests`).
"""

import asyncio
from pathlib import Path

from app.client.drafting import Lasting, last_height, lasting_until
from app.client.node import NodeClient
from app.core.ports import Clock
from app.core.walleterrors import BadTransition
from app.desk.running import RunningDesk
from app.ui.pictures import encode_picture
from app.wallet.approval import Draft
from app.wallet.entry import Entry, EntryId, State
from app.wallet.outbox import Outbox
from app.wallet.request_file import save_request
from app.wiring.system import SystemClock


class TravelDesk(RunningDesk):
    """Drafts that travel between computers."""

    async def save_draft(self, deed_id: str, target: Path) -> Path:
        """Write a draft to a file.

        Raises:
            BadTransition: it was signed, or is gone.
            FileUnwritable: something has that name, or the disk refused.
        """
        await asyncio.to_thread(save_request, target, await self._carried(deed_id))
        return target

    async def draft_picture(self, deed_id: str) -> bytes:
        """A draft as a QR code.

        Raises:
            BadTransition: it was signed, or is gone.
            RequestTooLarge: it does not fit into one.
        """
        return await asyncio.to_thread(encode_picture, await self._carried(deed_id))

    async def _carried(self, deed_id: str) -> Draft:
        return await carried_draft(self._client(), self._journal(), SystemClock(), EntryId(deed_id))


async def carried_draft(node: NodeClient, outbox: Outbox, clock: Clock, entry_id: EntryId) -> Draft:
    """The draft that is carried in an entry's place: a twin of it (`app.wallet.twins`), made once.

    Raises:
        BadTransition: the entry was signed, or is gone.
    """
    entry = await asyncio.to_thread(outbox.get, entry_id)
    if entry.state is not State.DRAFT:
        raise BadTransition(entry=entry_id, before=entry.state, after="carried")
    status, window = await node.status(), (await node.parameters()).validity_window
    made = _made_before(entry, await asyncio.to_thread(outbox.twins, entry_id), status.height + window // 2)
    if made is not None:
        return made
    lasting = Lasting(is_signed_elsewhere=True)
    until = last_height(status, window, clock.now(), needs_others=bool(entry.shown.approvers), lasting=lasting)
    draft = lasting_until(entry.draft, until if until != entry.valid_until else until - 1)
    papers = entry.papers
    path, context = (None, None) if papers is None else (papers.path, papers.context)
    return (await asyncio.to_thread(outbox.save_draft, draft, path=path, context=context)).draft


def _made_before(entry: Entry, twins: tuple[Entry, ...], at_least: int) -> Draft | None:
    """One for the same approvers that still lasts."""
    for twin in twins:
        if twin.shown.approvers == entry.shown.approvers and twin.valid_until >= at_least:
            return twin.draft
    return None
