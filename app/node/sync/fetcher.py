"""Fetches a run of blocks from all usable peers at once and hands it on in order.

Each peer has one range in hand. The lowest range comes first; nobody is asked far beyond what is waited for, so what is held
stays bounded. A range that a peer does not deliver goes to another, and the one that everybody waits for is asked a second
time when its peer is slow, so one honest peer that answers is enough to go on. How large a peer's ranges are follows from
what its line has carried. Whether the blocks are true is not known here.
"""

import asyncio
import heapq
import logging
from dataclasses import dataclass

from app.core.errors import LuopuError, NodeUnreachable
from app.node.sync.answers import RangeAnswer
from app.node.sync.peer import give_up
from app.node.sync.peers import PeerBook, PeerState

WINDOW = 8
"""Ranges that may be in hand or waiting to be handed on."""
MAX_WAITING_BYTES = 64 * 1024 * 1024
SLOW_SECONDS = 2.0
"""After so long the range that is waited for is asked of an idle peer, too."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, and who gave it."""

    answer: RangeAnswer
    state: PeerState


@dataclass(frozen=True, slots=True, order=True)
class _Range:
    first: int
    count: int


@dataclass(slots=True)
class _Errand:
    wanted: _Range
    state: PeerState
    since: float


class RangeFetcher:
    """Blocks from one height up to as far as any usable peer goes."""

    def __init__(self, book: PeerBook, first: int, most: int) -> None:
        """Ranges of at most `most` blocks from height `first` on."""
        self._book = book
        self._most = most
        self._next = first
        self._unasked = first
        self._returned: list[_Range] = []
        self._errands: dict[asyncio.Task[RangeAnswer], _Errand] = {}
        self._done: dict[int, Fetched] = {}

    async def next(self) -> Fetched | None:
        """The next range; None when no usable peer has it, or none is left."""
        while True:
            found = self._done.pop(self._next, None)
            self._assign()
            if found is not None:
                return found
            if not self._errands:
                return None
            await asyncio.wait(self._errands, timeout=SLOW_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in self._errands if task.done()]:
                self._finish(task, self._errands.pop(task))

    def advance(self, fetched: Fetched, delivered: int) -> None:
        """So many blocks (at least one) were in the range last handed on; the rest of it is asked again."""
        asked = fetched.answer.count
        self._next += delivered
        if delivered < asked:
            heapq.heappush(self._returned, _Range(self._next, asked - delivered))

    async def close(self) -> None:
        """Give up what is still asked."""
        await give_up(list(self._errands))
        self._errands.clear()

    # ---- who gets what -------------------------------------------------------------------------------------------
    def _assign(self) -> None:
        busy = {id(errand.state) for errand in self._errands.values()}
        for state in self._book.usable():
            if id(state) not in busy:
                wanted = self._choose(state)
                if wanted is not None:
                    self._send(state, wanted)

    def _choose(self, state: PeerState) -> _Range | None:
        """What an idle peer is asked: a range given back, the next that nobody has, or the one that everybody waits for."""
        assert state.tip is not None
        limit = state.tip.height
        if self._returned and self._returned[0].first <= limit:
            back = heapq.heappop(self._returned)
            count = min(back.count, limit - back.first + 1, state.range_blocks)
            if count < back.count:
                heapq.heappush(self._returned, _Range(back.first + count, back.count - count))
            return _Range(back.first, count)
        if self._unasked <= limit and self._has_room():
            count = min(self._most, state.range_blocks, limit - self._unasked + 1)
            wanted = _Range(self._unasked, count)
            self._unasked += count
            return wanted
        return self._overdue(limit)

    def _has_room(self) -> bool:
        held = sum(fetched.answer.size for fetched in self._done.values())
        return len(self._errands) + len(self._done) < WINDOW and held < MAX_WAITING_BYTES

    def _overdue(self, limit: int) -> _Range | None:
        """The range that is waited for, if one slow peer alone has it in hand."""
        holders = [errand for errand in self._errands.values() if errand.wanted.first == self._next]
        now = asyncio.get_running_loop().time()
        if len(holders) != 1 or now - holders[0].since < SLOW_SECONDS:
            return None
        wanted = holders[0].wanted
        return wanted if wanted.first + wanted.count - 1 <= limit else None

    def _send(self, state: PeerState, wanted: _Range) -> None:
        assert state.tip is not None
        task = asyncio.create_task(state.peer.fetch(wanted.first, wanted.count, raw=state.tip.serves_raw))
        self._errands[task] = _Errand(wanted, state, asyncio.get_running_loop().time())

    # ---- what came back ------------------------------------------------------------------------------------------
    def _finish(self, task: "asyncio.Task[RangeAnswer]", errand: _Errand) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            errand.state.range_blocks = min(2 * errand.state.range_blocks, self._most)
            self._deliver(errand, task.result())
            return
        if not isinstance(error, LuopuError):
            raise error
        self._give_back(errand)
        if isinstance(error, NodeUnreachable):  # the line may be too slow for so much within the deadline
            errand.state.range_blocks = max(errand.state.range_blocks // 2, 1)
            self._book.lose(errand.state, error)
        else:
            _log.warning("peer %s: %s", errand.state.peer.url, error)
            self._book.punish(errand.state, error)

    def _deliver(self, errand: _Errand, answer: RangeAnswer) -> None:
        for task, other in list(self._errands.items()):
            if other.wanted == errand.wanted:  # the slower of two
                task.cancel()
                del self._errands[task]
        self._done[errand.wanted.first] = Fetched(answer, errand.state)

    def _give_back(self, errand: _Errand) -> None:
        if all(other.wanted != errand.wanted for other in self._errands.values()):
            heapq.heappush(self._returned, errand.wanted)
