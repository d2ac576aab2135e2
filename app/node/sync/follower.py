"""Follows the chain: fetch blocks, verify, execute, store, for ever.

Guarantees: only blocks with a verified commit are executed; some of them reach the disk in one synced batch before anybody
is told of the last height; a bad block costs its sender a ban and leaves everything before it in place. A state
root or a block that the consortium signed and that contradicts ours is kept and stops the follower for good, and so does
a law that this program does not know, before the first block under it: `halted` says why.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.core.codec import decode, encode
from app.core.errors import (
    AppHashDiffers,
    ForkDetected,
    LuopuError,
    NodeUnreachable,
    NotFound,
    PeerMisbehaved,
    StoreDamaged,
    StoreError,
    UpgradeNeeded,
)
from app.core.units import Height
from app.core.wire import comet_pb2
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import check_commit, check_header_basics, check_height
from app.node.consensus.time import from_timestamp
from app.node.consensus.validators import ValidatorSet
from app.node.execution import block_record, execute_block, validator_updates
from app.node.store.chain import ChainStore
from app.node.sync.fetcher import RangeFetcher
from app.node.sync.inspection import Found, InspectedRange, Inspection
from app.node.sync.inspector import Inspector
from app.node.sync.peer import PeerTip, give_up
from app.node.sync.peers import PeerBook, PeerState
from app.node.sync.verification import VerifiedBlock, check_next_block
from app.node.tip import next_tip
from app.registry.context import Environment
from app.registry.law import check_version
from app.registry.state import read_parameters

GROUP = 50
"""Blocks that are asked of a peer, executed and written together while catching up, at most."""
MAX_TRANSACTIONS = 2_000
"""Executed in one go; readers wait for as long as that takes."""
REFRESH_SECONDS = 5.0
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 1.0
"""How long a round waits for peers that have other blocks to show their commits."""
RATE_WINDOW_SECONDS = 10.0

_log = logging.getLogger(__name__)


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
        self._inspector = Inspector()
        self._applied: deque[tuple[float, int]] = deque()
        self._examinations: dict[str, asyncio.Task[None]] = {}
        self._is_stranded = False
        self.halted: LuopuError | None = None

    async def run(self) -> None:
        """Follow until cancelled or halted."""
        try:
            self.halted = self._known_fork() or self._later_law()
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
        self._inspector.close()
        for examination in self._examinations.values():
            examination.cancel()

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
        """Take over what the peers have beyond our tip; False when nobody has more.

        Three things go on at once: ranges are fetched, the one before is inspected, and the one before that executed.
        """
        first = self._store.durable_tip.height + 1
        if not self._is_within_reach(first):
            return False
        fetcher = RangeFetcher(self._peers, first, GROUP)
        asking = asyncio.create_task(self._keep_asking())
        upcoming = asyncio.create_task(self._inspect_next(fetcher))
        try:
            while (ready := await upcoming) is not None and self.halted is None:
                upcoming = asyncio.create_task(self._inspect_next(fetcher))
                if not await self._take_from(ready):
                    break
        finally:
            await give_up([upcoming, asking])
            await fetcher.close()
        return True

    def _is_within_reach(self, first: int) -> bool:
        """Whether a peer has the next block. That all have pruned it, so that waiting is in vain, is said once."""
        tips = [state.tip for state in self._peers.usable() if state.tip is not None]
        if any(tip.has(first) for tip in tips):
            self._is_stranded = False
            return True
        if not self._is_stranded and (lowest := [tip.lowest for tip in tips if tip.lowest > first]):
            self._is_stranded = True
            _log.warning("no peer has block %d any more; the lowest that one has is %d", first, min(lowest))
        return False

    async def _inspect_next(self, fetcher: RangeFetcher) -> "_Ready | None":
        """The next range, inspected; None at the end, or where what was fetched behind it must be given up."""
        fetched = await fetcher.next()
        if fetched is None:
            return None
        try:
            inspected = await self._inspector.inspect(fetched.answer)
        except NodeUnreachable as error:  # it has stopped, and says so
            self._peers.lose(fetched.state, error)
            return None
        except LuopuError as error:
            self._punish(fetched.state, error)
            return None
        fetcher.advance(fetched, len(inspected.inspections))
        return _Ready(inspected, fetched.state)

    async def _keep_asking(self) -> None:
        """A long way may take hours: peers come, go and grow meanwhile."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            await self._peers.refresh()

    async def _take_from(self, item: "_Ready") -> bool:
        """Apply a range; false when what was fetched behind it must be given up."""
        try:
            await self._take(item.inspected)
        except (AppHashDiffers, ForkDetected, StoreError, UpgradeNeeded) as error:
            self._halt(error)
        except LuopuError as error:
            self._punish(item.state, error)
        else:
            self._peers.praise(item.state)
            return True
        return False

    async def _take(self, inspected: InspectedRange) -> None:
        """Apply a range piece by piece: between two pieces readers have their turn."""
        blocks = [decode(comet_pb2.Block, encoded) for encoded in inspected.blocks.blocks]
        commits = [block.last_commit for block in blocks[1:]] + [decode(comet_pb2.Commit, inspected.blocks.commit)]
        counts = [len(inspection.verified) for inspection in inspected.inspections]
        candidates = [
            _Candidate(encoded, block, inspection, commit)
            for encoded, block, inspection, commit in zip(
                inspected.blocks.blocks, blocks, inspected.inspections, commits, strict=True
            )
        ]
        for start, stop in _pieces(counts):
            before = self._store.durable_tip.height
            try:
                await asyncio.to_thread(self._apply, candidates[start:stop])
            finally:
                height = self._store.durable_tip.height
                if height > before:
                    self._applied.append((asyncio.get_running_loop().time(), height - before))
                    self._on_blocks(Height(before + 1), Height(height))

    def _apply(self, candidates: "Sequence[_Candidate]") -> None:
        """Verify, execute and store some blocks; runs on a thread of its own."""
        with self._store.lock:
            for candidate in candidates:
                try:
                    self._apply_one(candidate)
                except (AppHashDiffers, ForkDetected):
                    self._keep(candidate.block.header, candidate.commit)
                    raise
                except StoreError:
                    raise
                except LuopuError:
                    self._store.flush()  # the blocks before it were good
                    raise
            self._store.flush()

    def _apply_one(self, candidate: "_Candidate") -> None:
        verified = check_next_block(
            self._store.tip,
            candidate.encoded,
            candidate.block,
            candidate.inspection,
            candidate.commit,
            self._genesis,
            self._store.seen_commit() or b"",
        )
        self._execute(verified, Found(candidate.block.data.txs, candidate.inspection))

    def _execute(self, verified: VerifiedBlock, memory: Found) -> None:
        """Execute and stage one block.

        Raises:
            UpgradeNeeded: it is to be judged by a law that this program does not know.
            StoreDamaged: a final block cannot be executed, which is the fault of what is stored here and of no peer.
        """
        header = verified.block.header
        environment = Environment(header.chain_id, Height(header.height), from_timestamp(header.time))
        try:
            execution = execute_block(self._store, list(verified.block.data.txs), environment, memory)
            after = next_tip(
                self._store.tip,
                header,
                verified.block_id,
                execution.app_hash,
                execution.results_hash,
                validator_updates(execution.outcome),
            )
            self._store.append(block_record(execution, after, verified.encoded, encode(verified.commit)))
        except (StoreError, UpgradeNeeded):
            raise
        except LuopuError as error:
            raise StoreDamaged(reason=str(error), height=header.height) from error

    # ---- contradictions ------------------------------------------------------------------------------------------
    async def _compare_tips(self) -> None:
        """A peer at our height or below must have our blocks; a valid commit for another one is a fork.

        All are examined at once; one that is slow to show its commit is examined on while the round goes on.
        """
        begun = []
        for state in self._peers.usable():
            if state.tip is not None and state.peer.url not in self._examinations and self._has_another(state.tip):
                examination = asyncio.create_task(self._examine(state, state.tip.height))
                self._examinations[state.peer.url] = examination
                begun.append(examination)
        if begun:
            await asyncio.wait(begun, timeout=PATIENCE_SECONDS)
        for url in [url for url, examination in self._examinations.items() if examination.done()]:
            self._examinations.pop(url).result()

    def _has_another(self, claimed: PeerTip) -> bool:
        if not self._genesis.initial_height <= claimed.height <= self._store.durable_tip.height:
            return False
        try:
            return claimed.block_hash != self._store.block_hash(claimed.height)
        except NotFound:
            return False  # the block was pruned, and there is nothing to compare with

    async def _examine(self, state: PeerState, height: int) -> None:
        try:
            signed = await state.peer.signed_header(Height(height))
            header, commit = signed.header, signed.commit
            check_header_basics(header, self._genesis.chain_id)
            check_height(header, Height(height))
            block_id = comet_pb2.BlockID(hash=header_hash(header), part_set_header=commit.block_id.part_set_header)
            ours, members = self._store.block_hash(height), self._validators_at(height)
            check_commit(self._genesis.chain_id, commit, Height(height), block_id, members)
            if block_id.hash != ours:
                await asyncio.to_thread(self._keep, header, commit)
                raise ForkDetected(height=height, expected=ours.hex(), got=block_id.hash.hex())
            raise PeerMisbehaved(peer=state.peer.url, reason="status names another block than it serves")
        except NodeUnreachable as error:
            self._peers.lose(state, error)
        except NotFound as error:  # pruned meanwhile, or from before the snapshot that this store began with
            _log.info("peer %s cannot be compared with: %s", state.peer.url, error)
        except (ForkDetected, StoreError) as error:
            self._halt(error)
        except LuopuError as error:
            self._punish(state, error)

    def _validators_at(self, height: int) -> ValidatorSet:
        with self._store.lock:
            encoded = self._store.validators_at(height)
        if encoded is None:
            raise NotFound(what="validators", name=str(height))
        return ValidatorSet.from_wire(decode(comet_pb2.ValidatorSet, encoded))

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

    def _later_law(self) -> UpgradeNeeded | None:
        """The next block is under a law that this program does not know; it is said whether a peer has that block or not."""
        with self._store.lock:
            tip, parameters = self._store.tip, read_parameters(self._store.state)
        try:
            check_version(parameters, Environment(self._genesis.chain_id, Height(tip.height + 1), tip.time_ns))
        except UpgradeNeeded as error:
            _log.error("halted: %s", error)
            return error
        return None

    def _punish(self, state: PeerState, error: LuopuError) -> None:
        _log.warning("peer %s: %s", state.peer.url, error)
        self._peers.punish(state, error)

    def _halt(self, error: LuopuError) -> None:
        _log.error("halted: %s", error)
        self.halted = error


@dataclass(frozen=True, slots=True)
class _Ready:
    """A range that was inspected, and who sent it."""

    inspected: InspectedRange
    state: PeerState


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A block that may be the next, as bytes and decoded, and the commit that should make it final."""

    encoded: bytes
    block: comet_pb2.Block
    inspection: Inspection
    commit: comet_pb2.Commit


def _pieces(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where a range is cut, by transactions in each block: `MAX_TRANSACTIONS` a piece at most, but at least one block."""
    start, total = 0, 0
    for position, count in enumerate(counts):
        total += count
        if total > MAX_TRANSACTIONS and position > start:
            yield start, position
            start, total = position, count
    yield start, len(counts)
