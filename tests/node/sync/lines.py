"""Peers whose answers come when a test lets them, and what a fetcher hands on from them. Numbers stand for blocks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.errors import NodeUnreachable, PeerMisbehaved
from app.node.sync.answers import RangeAnswer, RawAnswer
from app.node.sync.fetcher import RangeFetcher
from app.node.sync.peer import PeerTip, RpcPeer
from app.node.sync.peers import PeerBook, PeerState

FOREVER = 2**63 - 1
SILENCE = NodeUnreachable(reason="silence")
NONSENSE = PeerMisbehaved(reason="nonsense")
Deliver = Callable[[int, int], int]
"""(first, count) → how many blocks of it; may raise."""


class Line(RpcPeer):
    """A peer whose answers come when it is opened, and hold as many blocks as `deliver` says."""

    def __init__(self, name: str) -> None:
        self.url = name
        self.asked: list[tuple[int, int]] = []
        self.cancelled: list[int] = []
        self.opened = asyncio.Event()
        self.deliver: Deliver = lambda _, count: count

    async def fetch(self, first: int, count: int, *, raw: bool) -> RangeAnswer:
        self.asked.append((first, count))
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.cancelled.append(first)
            raise
        return RawAnswer(first, count, bytes(self.deliver(first, count)))


@dataclass
class Lines:
    """A book of such peers and a fetcher over it; collects what the fetcher hands on."""

    book: PeerBook
    most: int = 10
    taken: list[int] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    fetcher: RangeFetcher = field(init=False)

    def __post_init__(self) -> None:
        self.fetcher = RangeFetcher(self.book, 1, self.most)

    def add(self, height: int, *, lowest: int = 0, is_open: bool = True) -> Line:
        line = Line(f"line {len(self.book.states)}")
        if is_open:
            line.opened.set()
        tip = PeerTip("luopu-test", height, bytes(32), 0, lowest)
        self.book.states.append(PeerState(line, tip, range_blocks=self.most))
        return line

    def state_of(self, line: Line) -> PeerState:
        return next(state for state in self.book.states if state.peer is line)

    async def take(self) -> bool:
        """Take the next range as the follower does."""
        fetched = await asyncio.wait_for(self.fetcher.next(), 20)
        if fetched is None:
            return False
        answer = fetched.answer
        assert isinstance(answer, RawAnswer)
        self.taken += range(answer.first, answer.first + len(answer.body))
        self.by.append(fetched.state.peer.url)
        self.fetcher.advance(fetched, len(answer.body))
        return True

    async def take_all(self) -> None:
        while await self.take():
            pass


async def until(condition: Callable[[], bool]) -> None:
    """Let the others run until it holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0)


def numbers(last: int) -> list[int]:
    return list(range(1, last + 1))
