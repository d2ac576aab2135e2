"""From signed bytes to an outcome, whatever they do: send, ask, follow.

Guarantees: what is unknown is sent again as the same bytes and never as another transaction; only the verified chain decides
what an outcome is, and it is journaled before it is told. Used alike for records and for every other action.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Final

from app.client.model import Final as FinalOutcome
from app.client.model import NeverLanded, Outcome, RefusedInBlock, Unknown
from app.client.node import NodeClient
from app.core.errors import LuopuError, MempoolFull, NodeUnreachable, NoPeer
from app.core.refusals import ApprovalsMissing, Refused, Replayed
from app.core.units import Height
from app.core.walleterrors import BadTransition
from app.wallet.entry import Entry, EntryId, ExpiredAt, FinalAt, RefusedAt
from app.wallet.outbox import Outbox

RESEND_HEIGHTS: Final = 5


class Courier:
    """Carries entries of an outbox to a node, and brings back what became of them."""

    def __init__(self, node: NodeClient, outbox: Outbox) -> None:
        self._node = node
        self._outbox = outbox

    async def send(self, entry_id: EntryId) -> Entry:
        """Hand the signed bytes to the node; again is no error. What not all have signed is not sent.

        Raises:
            Refused: the law would refuse it as things stand. It stays unknown until its timeout height.
            NodeUnreachable, NoPeer, MempoolFull: nobody took it; it stays signed and can be sent again.
        """
        entry = self._outbox.get(entry_id)
        if entry.transaction is None or not entry.is_sendable:
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

    async def outcome(self, entry_id: EntryId) -> Outcome:
        """What the node's verified chain says now; an outcome is journaled."""
        entry = self._outbox.get(entry_id)
        if entry.transaction_hash is None:
            return Unknown(0, entry.valid_until)
        outcome = await self._node.outcome(entry.transaction_hash, entry.valid_until)
        match outcome:
            case FinalOutcome():
                self._outbox.mark_outcome(entry_id, FinalAt(Height(outcome.height), outcome.log_index))
            case RefusedInBlock():
                code = outcome.error.number if isinstance(outcome.error, Refused) else 1
                self._outbox.mark_outcome(entry_id, RefusedAt(Height(outcome.height), code))
            case NeverLanded():
                self._outbox.mark_outcome(entry_id, ExpiredAt(entry.valid_until))  # the same whenever it is asked
            case Unknown():
                pass
        return outcome

    async def wait_for_outcome(
        self, entry_id: EntryId, on_height: Callable[[int], None] | None = None, *, refusals: int | None = None
    ) -> Outcome:
        """Follow until the outcome is no longer unknown, sending the same bytes again where they may have been lost.

        Raises:
            ApprovalsMissing, BadTransition: not all, or nobody, has signed it.
            Refused: it was refused `refusals` times in a row, as things stand; without that, never. It is kept.
        """
        _check_complete(self._outbox.get(entry_id))
        sender = _Sender(self, entry_id, refusals)
        async with aclosing(self._heights()) as heights:
            async for height in heights:
                if on_height is not None:
                    on_height(height)
                with suppress(NodeUnreachable, NoPeer, MempoolFull):  # noted; only the chain says what became of it
                    outcome = await self.outcome(entry_id)
                    if not isinstance(outcome, Unknown):
                        return outcome
                    await sender.send_at(height)
        raise AssertionError("heights rise for ever")

    def pending(self) -> list[Entry]:
        """Everything that all have signed whose outcome is unknown."""
        return list(self._outbox.pending())

    async def _heights(self) -> AsyncGenerator[int, None]:
        while True:
            async with aclosing(self._node.heights()) as heights:
                async for height in heights:
                    yield height


def _check_complete(entry: Entry) -> None:
    if entry.transaction is None and entry.missing:
        raise ApprovalsMissing(expected=len(entry.missing))
    if entry.transaction is None:
        raise BadTransition(entry=entry.id, before=entry.state, after="followed")


class _Sender:
    """Sends an entry every few heights, and counts in how many ways it was refused."""

    def __init__(self, courier: Courier, entry_id: EntryId, refusals: int | None) -> None:
        self._courier, self._entry_id, self._left = courier, entry_id, refusals
        self._most = refusals
        self._sent_at: int | None = None

    async def send_at(self, height: int) -> None:
        """Send it unless that was done lately.

        Raises:
            Refused: once too often.
        """
        if self._sent_at is not None and height < self._sent_at + RESEND_HEIGHTS:
            return
        try:
            await self._courier.send(self._entry_id)
        except Refused:
            if self._most is None:
                self._sent_at = height
                return
            self._left = (self._left or 0) - 1
            if self._left <= 0:
                raise
        else:
            self._sent_at, self._left = height, self._most
