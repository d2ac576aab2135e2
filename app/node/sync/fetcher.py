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
from app.node.sync.peer import PeerTip, give_up
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
        self._cancelled: set[asyncio.Task[RangeAnswer]] = set()
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
                if task in self._errands:  # else another has delivered the same meanwhile
                    self._finish(task, self._errands.pop(task))

    def advance(self, fetched: Fetched, delivered: int) -> None:
        """So many blocks (at least one) were in the range last handed on; the rest of it is asked again."""
        asked, state = fetched.answer.count, fetched.state
        self._next += delivered
        if delivered < asked:
            self._return(_Range(self._next, asked - delivered))
            state.range_blocks = delivered
        else:
            state.range_blocks = max(state.range_blocks, min(2 * asked, self._most))

    async def close(self) -> None:
        """Give up what is still asked."""
        await give_up([*self._errands, *self._cancelled])
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
        tip = state.tip
        assert tip is not None
        if self._returned and tip.has(self._returned[0].first):
            back = heapq.heappop(self._returned)
            count = min(back.count, tip.height - back.first + 1, state.range_blocks)
            self._return(_Range(back.first + count, back.count - count))
            return _Range(back.first, count)
        if tip.has(self._unasked) and self._has_room():
            count = min(self._most, state.range_blocks, tip.height - self._unasked + 1)
            wanted = _Range(self._unasked, count)
            self._unasked += count
            return wanted
        return self._overdue(tip)

    def _return(self, left: _Range) -> None:
        if left.count > 0:
            heapq.heappush(self._returned, left)

    def _has_room(self) -> bool:
        held = sum(fetched.answer.size for fetched in self._done.values())
        return len(self._errands) + len(self._done) < WINDOW and held < MAX_WAITING_BYTES

    def _overdue(self, tip: PeerTip) -> _Range | None:
        """The range that is waited for, or as much of it as there is, if one slow peer alone has it in hand."""
        holders = [errand for errand in self._errands.values() if errand.wanted.first == self._next]
        now = asyncio.get_running_loop().time()
        if len(holders) != 1 or now - holders[0].since < SLOW_SECONDS or not tip.has(self._next):
            return None
        return _Range(self._next, min(holders[0].wanted.count, tip.height - self._next + 1))

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
            self._deliver(errand, task.result())
            return
        if not isinstance(error, LuopuError):
            raise error
        self._give_back(errand)
        if isinstance(error, NodeUnreachable):  # the line may be too slow for so much within the deadline
            errand.state.range_blocks = max(errand.wanted.count // 2, 1)
            self._book.lose(errand.state, error)
        else:
            _log.warning("peer %s: %s", errand.state.peer.url, error)
            self._book.punish(errand.state, error)

    def _deliver(self, errand: _Errand, answer: RangeAnswer) -> None:
        """Of two who were asked for the same the first counts; the other is told to stop."""
        wanted = errand.wanted
        for task, other in self._with(wanted):
            del self._errands[task]
            task.cancel()
            self._cancelled.add(task)
            task.add_done_callback(self._forget)
            self._return(_Range(wanted.first + wanted.count, other.wanted.count - wanted.count))
            if other.since < errand.since:  # it held everybody up, and shall not have the next range at once
                self._book.lose(other.state, NodeUnreachable(node=other.state.peer.url, reason="slower than others"))
        self._done[wanted.first] = Fetched(answer, errand.state)

    def _forget(self, task: "asyncio.Task[RangeAnswer]") -> None:
        self._cancelled.discard(task)
        if not task.cancelled():
            task.exception()  # it was quicker than the order to stop, and is not wanted all the same

    def _give_back(self, errand: _Errand) -> None:
        """What nobody else has in hand."""
        first, count = errand.wanted.first, errand.wanted.count
        in_hand = max((other.wanted.count for _, other in self._with(errand.wanted)), default=0)
        self._return(_Range(first + in_hand, count - in_hand))

    def _with(self, wanted: _Range) -> "list[tuple[asyncio.Task[RangeAnswer], _Errand]]":
        """Errands for the same blocks, or the first of them."""
        return [(task, other) for task, other in self._errands.items() if other.wanted.first == wanted.first]
