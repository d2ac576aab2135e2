"""Putting snapshots on the chain with the unlocked key, and what became of each (white paper 3.2 超时确认, 3.4.3).

Guarantees: while a publication of a snapshot may still land, or waits on the chain for checkers, no second one of it is
signed; what was signed is kept before it is sent, and sent again until the verified chain says what became of it, also after
the service was started anew. Whether a snapshot is published is read off the chain, whoever published it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Final

from app.client.acting import Actor, Prepared
from app.client.drafting import DAY_BLOCKS
from app.client.model import NeverLanded, RefusedInBlock
from app.client.node import NodeClient
from app.client.registry import RegistryReader
from app.client.reserve.work import Reserving, Snapshot
from app.core.errors import LuopuError, NodeUnreachable
from app.core.ports import Clock, Randomness, Signer
from app.core.refusals import REFUSALS, Refused
from app.core.wire import registry_pb2 as wire
from app.registry.approvals import check_roles, missing_approvals
from app.registry.rules import RULES
from app.wallet.entry import Entry, EntryId, FinalAt, RefusedAt, State
from app.wallet.outbox import Outbox
from app.wallet.rows import entry_of

_ACTION: Final = "attest_custody"
_OF_STATEMENT: Final = """SELECT * FROM entries
WHERE action = ? AND own = 1 AND instr(body, ?) > 0 ORDER BY number DESC LIMIT 1"""
_log = logging.getLogger(__name__)

Look = Callable[[str], Awaitable[Snapshot]]


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of publishing a snapshot."""

    state: str
    """none (nobody asked for it), unknown (sent, or to be sent), waiting (for keys at other desks), held (on the chain, for
    checkers), final, refused or expired."""
    height: int | None = None
    """Of the block where it stands, or was refused; of what is held, the last one for approvals."""
    transaction: bytes | None = None
    error: LuopuError | None = None
    """Why it was refused."""
    note: str = ""
    """What the node said of it last, as the code of an error; a hint only."""

    @property
    def may_land(self) -> bool:
        """Whether what was signed can still come to stand on the chain."""
        return self.state in {"unknown", "waiting", "held"}


class Publisher:
    """Publishes with one key at one node."""

    def __init__(
        self,
        node: NodeClient,
        outbox: Outbox,
        signer: Signer,
        reserving: Reserving,
        look: Look,
        *,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        """`look` tells of a snapshot as of now."""
        self._node, self._outbox, self._signer = node, outbox, signer
        self._reserving, self._look = reserving, look
        self._actor = Actor(node, outbox, signer.public_key, clock, randomness)
        self._turn = asyncio.Lock()
        self._following: dict[EntryId, asyncio.Task[None]] = {}

    # ---- publish -----------------------------------------------------------------------------------------------------
    async def publish(self, snapshot: str) -> Publication:
        """Sign and send the publication of a snapshot; where one may still land, that one is told of and nothing is signed.

        Raises:
            NotFound: there is no such snapshot.
            ReserveShort, SnapshotLate, BadTransition: as of `Reserving.publication`.
            LuopuError: why the law would refuse it; nothing was signed.
        """
        async with self._turn:
            found = await self._look(snapshot)
            entry = await asyncio.to_thread(self._entry_of, found)
            before = await self._publication(found, entry)
            if before.may_land:
                return before
            action = await self._reserving.publication(snapshot)
            if entry is not None and entry.state is State.FINAL:  # it was held, and not approved in time
                await asyncio.to_thread(self._actor.mark_told, entry.id)
            signed = await self._signed(action)
        with suppress(LuopuError):  # kept and noted; it is sent again until the chain says what became of it
            signed = await self._actor.send(signed.id)
        self._follow(signed.id)
        return await self.of(await self._look(snapshot))

    async def _signed(self, action: wire.AttestCustody) -> Entry:
        prepared = await self._actor.prepare(action, hold_blocks=await self._hold_blocks())
        if prepared.is_signed_before:
            return prepared.entry
        try:
            prepared.check()
            return await asyncio.to_thread(self._actor.sign, prepared.entry.id, self._signer)
        except BaseException:
            await self._drop(prepared)
            raise

    async def _drop(self, prepared: Prepared) -> None:
        """What is not signed is not kept."""
        with suppress(LuopuError):
            await asyncio.to_thread(self._outbox.discard, prepared.entry.id)

    async def _hold_blocks(self) -> int | None:
        """For how long the chain is to keep it for checkers, where the account wants any (经办/复核).

        Raises:
            NotYourKey, RoleMissing: the key may not make publications.
        """
        account = (await RegistryReader(self._node).account(self._reserving.custodian.number)).account
        rule = RULES[_ACTION]
        check_roles(account, (self._signer.public_key,), rule)
        return DAY_BLOCKS if missing_approvals(account, 0, rule) else None

    # ---- what became of it -------------------------------------------------------------------------------------------
    async def of(self, found: Snapshot) -> Publication:
        """What became of publishing a snapshot."""
        return await self._publication(found, await asyncio.to_thread(self._entry_of, found))

    async def _publication(self, found: Snapshot, entry: Entry | None) -> Publication:
        published = found.note.published
        if published is not None:
            return Publication("final", published.height, published.transaction_hash)
        if entry is None or entry.state is State.DRAFT:
            return Publication("none")
        if entry.state is State.FINAL and entry.shown.hold_until:
            is_over = (await self._node.status()).height > entry.shown.hold_until
            return Publication("expired" if is_over else "held", int(entry.shown.hold_until), entry.transaction_hash)
        return _told(entry)

    def _entry_of(self, found: Snapshot) -> Entry | None:
        """The newest of this desk that publishes the snapshot."""
        rows = self._outbox.rows(_OF_STATEMENT, _ACTION, found.note.header.digest)
        return entry_of(rows[0]) if rows else None

    # ---- follow ------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Follow what was signed here before and has no outcome yet."""
        for entry in self._outbox.pending():
            if entry.is_own and entry.action == _ACTION:
                self._follow(entry.id)

    async def close(self) -> None:
        """Follow nothing any more; what is unknown is kept."""
        tasks = list(self._following.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settle(self, voucher: bytes) -> None:
        """Wait until nothing that was sent about a voucher is unknown any more."""
        entries = [
            (await asyncio.to_thread(self._outbox.get, each), task) for each, task in list(self._following.items())
        ]
        waiting = [task for entry, task in entries if _voucher_of(entry) == voucher]
        await asyncio.gather(*waiting, return_exceptions=True)

    async def wait_for(self, snapshot: str) -> Publication:
        """Wait until it is known what became of publishing a snapshot, or the chain keeps it for checkers."""
        while True:
            async with aclosing(self._node.heights()) as heights:
                async for _ in heights:
                    with suppress(NodeUnreachable):  # the node may be started again meanwhile
                        found = await self._look(snapshot)
                        now = await self.of(found)
                        if now.state not in {"unknown", "waiting"} and not _is_half_known(now, found):
                            return now

    def _follow(self, entry_id: EntryId) -> None:
        if entry_id not in self._following:
            task = asyncio.ensure_future(self._to_its_end(entry_id))
            self._following[entry_id] = task
            task.add_done_callback(lambda _: self._following.pop(entry_id, None))

    async def _to_its_end(self, entry_id: EntryId) -> None:
        while True:
            try:
                outcome = await self._actor.follow(entry_id)
            except Refused:
                continue  # as things stand; it may land until its last height, which only the chain tells
            except LuopuError:
                _log.exception("a publication is no longer followed; the next start does")
                return
            entry = await asyncio.to_thread(self._outbox.get, entry_id)
            if isinstance(outcome, NeverLanded | RefusedInBlock) or not entry.shown.hold_until:
                await asyncio.to_thread(self._actor.mark_told, entry_id)
            return


def _is_half_known(now: Publication, found: Snapshot) -> bool:
    """It stands in a block, and the block above, which proves it, is not there yet."""
    return now.state == "final" and found.note.published is None


def _told(entry: Entry) -> Publication:
    """Of what waits for nobody on the chain: what the outbox knows."""
    transaction = entry.transaction_hash
    match entry.outcome:
        case FinalAt(height, _):
            return Publication("final", height, transaction)
        case RefusedAt(height, code):
            return Publication("refused", height, transaction, REFUSALS.get(code, Refused)())
    if entry.state is State.EXPIRED:
        return Publication("expired", transaction=transaction)
    state = "waiting" if entry.state is State.WAITING else "unknown"
    return Publication(state, transaction=transaction, note=entry.note)


def _voucher_of(entry: Entry) -> bytes:
    action = entry.draft.action
    return bytes(action.voucher) if isinstance(action, wire.AttestCustody) else b""
