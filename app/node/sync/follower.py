"""Follows the chain: fetch blocks, verify, execute, store, for ever.

Guarantees: only blocks with a verified commit are executed; some of them reach the disk in one synced batch before anybody
is told of the last height; a bad block costs its sender a ban and leaves everything before it in place. A state
root or a block that the consortium signed and that contradicts ours is kept and stops the follower for good: `halted`
says why.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.core.codec import decode, encode
from app.core.errors import (
    AppHashDiffers,
    ForkDetected,
    LuopuError,
    NodeUnreachable,
    PeerMisbehaved,
    StoreDamaged,
    StoreError,
)
from app.core.units import Height
from app.core.wire import comet_pb2
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import check_commit, check_header_basics
from app.node.consensus.time import from_timestamp
from app.node.execution import SignatureChecker, SignatureMemory, block_record, execute_block
from app.node.store.chain import ChainStore
from app.node.sync.peer import BATCH, FetchedBlock
from app.node.sync.peers import PeerBook, PeerState
from app.node.sync.verification import VerifiedBlock, check_next_block
from app.node.tip import next_tip
from app.registry.law import Environment

GROUP = 50
"""Blocks fetched, executed and written together while catching up."""
MAX_TRANSACTIONS = 2_000
"""Executed in one go; readers wait for as long as that takes."""
PARALLEL = 2
"""Batches fetched at a time: two fill a line, and bound what a peer can make us hold."""
POLL_SECONDS = 0.5
RATE_WINDOW_SECONDS = 10.0

_log = logging.getLogger(__name__)

Group = tuple[list[FetchedBlock], comet_pb2.Commit]
"""Blocks one after the other, and the commit that makes the last of them final."""


class Follower:
    """The node's hands: takes blocks from peers into the store."""

    def __init__(
        self, store: ChainStore, genesis: Genesis, peers: PeerBook, on_blocks: Callable[[Height, Height], None]
    ) -> None:
        """`on_blocks` is called with the first and last height of each group that has become durable."""
        self._store = store
        self._genesis = genesis
        self._peers = peers
        self._on_blocks = on_blocks
        self._checker = SignatureChecker()
        self._applied: deque[tuple[float, int]] = deque()
        self._group = GROUP
        self.halted: LuopuError | None = None

    async def run(self) -> None:
        """Follow until cancelled or halted."""
        try:
            self.halted = self._known_fork()
            while self.halted is None:
                if not await self.step():
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            self.close()

    async def step(self) -> bool:
        """One round: ask where the peers stand, compare, take over what the best of them has; false when none has more."""
        await self._peers.refresh()
        await self._compare_tips()
        return self.halted is None and await self._catch_up()

    def close(self) -> None:
        """Stop the threads, and wait for no more answers."""
        self._peers.close()
        self._checker.close()

    def blocks_per_second(self) -> float:
        """Rate over the last ten seconds."""
        now = asyncio.get_running_loop().time()
        while self._applied and self._applied[0][0] < now - RATE_WINDOW_SECONDS:
            self._applied.popleft()
        if not self._applied:
            return 0.0
        span = max(now - self._applied[0][0], 0.5)
        return sum(count for _, count in self._applied) / span

    # ---- catching up ---------------------------------------------------------------------------------------------
    async def _catch_up(self) -> bool:
        """Take over what the best peer has beyond our tip; False when nobody has more."""
        height = self._store.durable_tip.height
        state = next((state for state in self._peers.usable() if state.tip and state.tip.height > height), None)
        if state is None or state.tip is None:
            return False
        await self._follow(state, height + 1, state.tip.height)
        return True

    async def _follow(self, state: PeerState, first: int, last: int) -> None:
        """Fetch one group ahead while the one before is executed."""
        ahead = asyncio.create_task(self._fetch(state, first, min(first + self._group - 1, last)))
        try:
            while True:
                blocks, commit = await ahead
                first += len(blocks)
                if first <= last:
                    ahead = asyncio.create_task(self._fetch(state, first, min(first + self._group - 1, last)))
                await self._take(blocks, commit)
                self._peers.praise(state)
                self._group = min(2 * self._group, GROUP)
                if first > last:
                    return
        except NodeUnreachable as error:
            self._group = max(self._group // 2, 1)  # the line may be too slow for so much within the deadline
            self._peers.lose(state, error)
        except (AppHashDiffers, ForkDetected, StoreError) as error:
            self._halt(error)
        except LuopuError as error:
            _log.warning("peer %s: %s", state.peer.url, error)
            self._peers.punish(state, error)
        finally:
            await _give_up([ahead])

    async def _fetch(self, state: PeerState, first: int, last: int) -> Group:
        """Blocks `first` … `last` and the commit that makes the last of them final."""
        heights = list(range(first, last + 1))
        batches = [heights[start : start + BATCH] for start in range(0, len(heights), BATCH)]
        turns = asyncio.Semaphore(PARALLEL)

        async def fetch(batch: list[int]) -> list[FetchedBlock]:
            async with turns:
                return await state.peer.blocks(batch)

        commit = asyncio.create_task(state.peer.commit(last))
        answers = [asyncio.create_task(fetch(batch)) for batch in batches]
        try:
            await asyncio.gather(commit, *answers)
            return [block for answer in answers for block in answer.result()], commit.result()
        finally:
            await _give_up([commit, *answers])

    async def _take(self, blocks: Sequence[FetchedBlock], last_commit: comet_pb2.Commit) -> None:
        """Apply a group piece by piece: between two pieces readers have their turn."""
        commits = [block.block.last_commit for block in blocks[1:]] + [last_commit]
        for start, stop in _pieces(blocks):
            before = self._store.durable_tip.height
            try:
                await asyncio.to_thread(self._apply, blocks[start:stop], commits[start:stop])
            finally:
                height = self._store.durable_tip.height
                if height > before:
                    self._applied.append((asyncio.get_running_loop().time(), height - before))
                    self._on_blocks(Height(before + 1), Height(height))

    def _apply(self, blocks: Sequence[FetchedBlock], commits: Sequence[comet_pb2.Commit]) -> None:
        """Verify, execute and store some blocks; runs on a thread of its own."""
        memory = self._checker.check([raw for fetched in blocks for raw in fetched.block.data.txs])
        with self._store.lock:
            try:
                for fetched, commit in zip(blocks, commits, strict=True):
                    tip = self._store.tip
                    verified = check_next_block(
                        tip, fetched.block, commit, self._genesis, self._store.seen_commit() or b""
                    )
                    self._execute(verified, memory)
            except (AppHashDiffers, ForkDetected):
                self._keep(fetched.block.header, commit)
                raise
            except StoreError:
                raise
            except LuopuError:
                self._store.flush()  # the blocks before it were good
                raise
            self._store.flush()

    def _execute(self, verified: VerifiedBlock, memory: SignatureMemory) -> None:
        """Execute and stage one block.

        Raises:
            StoreDamaged: a final block cannot be executed, which is the fault of what is stored here and of no peer.
        """
        header = verified.block.header
        environment = Environment(header.chain_id, Height(header.height), from_timestamp(header.time))
        try:
            execution = execute_block(self._store, list(verified.block.data.txs), environment, memory)
            after = next_tip(self._store.tip, header, verified.block_id, execution.app_hash, execution.results_hash)
            self._store.append(block_record(execution, after, verified.encoded, encode(verified.commit)))
        except StoreError:
            raise
        except LuopuError as error:
            raise StoreDamaged(reason=str(error), height=header.height) from error

    # ---- contradictions ------------------------------------------------------------------------------------------
    async def _compare_tips(self) -> None:
        """A peer at our height or below must have our blocks; a valid commit for another one is a fork."""
        tip = self._store.durable_tip
        for state in self._peers.usable():
            claimed = state.tip
            if claimed is None or not self._genesis.initial_height <= claimed.height <= tip.height:
                continue
            if claimed.block_hash != self._store.block_hash(claimed.height):
                await self._examine(state, claimed.height)

    async def _examine(self, state: PeerState, height: int) -> None:
        try:
            fetched = (await state.peer.blocks([height]))[0]
            commit = await state.peer.commit(height)
            header = fetched.block.header
            check_header_basics(header, self._genesis.chain_id)
            block_id = comet_pb2.BlockID(hash=header_hash(header), part_set_header=commit.block_id.part_set_header)
            check_commit(self._genesis.chain_id, commit, Height(height), block_id, self._genesis.validators)
            ours = self._store.block_hash(height)
            if block_id.hash != ours:
                await asyncio.to_thread(self._keep, header, commit)
                raise ForkDetected(height=height, expected=ours.hex(), got=block_id.hash.hex())
            raise PeerMisbehaved(peer=state.peer.url, reason="status names another block than it serves")
        except NodeUnreachable as error:
            self._peers.lose(state, error)
        except (ForkDetected, StoreError) as error:
            self._halt(error)
        except LuopuError as error:
            self._peers.punish(state, error)

    def _keep(self, header: comet_pb2.Header, commit: comet_pb2.Commit) -> None:
        """Theirs, to stand beside ours: with the blocks before it that were good, and for good."""
        signed = comet_pb2.SignedHeader(header=header, commit=commit)
        self._store.keep_contradiction(header.height, encode(signed))

    def _known_fork(self) -> ForkDetected | None:
        """A fork that was found before the last restart is still one."""
        for data in self._store.contradictions():
            header = decode(comet_pb2.SignedHeader, data).header
            ours, theirs = self._store.block_hash(header.height), header_hash(header)
            if ours and ours != theirs:
                return ForkDetected(height=header.height, expected=ours.hex(), got=theirs.hex())
        return None

    def _halt(self, error: LuopuError) -> None:
        _log.error("halted: %s", error)
        self.halted = error


def _pieces(blocks: Sequence[FetchedBlock]) -> Iterator[tuple[int, int]]:
    """Where a group is cut: a piece has no more than `MAX_TRANSACTIONS`, but at least one block."""
    start, count = 0, 0
    for position, fetched in enumerate(blocks):
        count += len(fetched.block.data.txs)
        if count > MAX_TRANSACTIONS and position > start:
            yield start, position
            start, count = position, len(fetched.block.data.txs)
    yield start, len(blocks)


async def _give_up(tasks: Sequence["asyncio.Task[Any]"]) -> None:
    """Cancel what still runs, and take note of every end, so that nothing goes on unseen."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
