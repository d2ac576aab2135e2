"""Peers of any habits, and one honest one among them: every block comes, once and in order, and nobody is asked in vain."""

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import LuopuError
from app.node.sync import fetcher as fetcher_module
from app.node.sync import peers as peers_module
from app.node.sync.answers import RangeAnswer, RawAnswer
from app.node.sync.fetcher import RangeFetcher
from app.node.sync.peer import PeerTip, open_session
from app.node.sync.peers import PeerBook, PeerState
from tests.node.sync.lines import FOREVER, NONSENSE, SILENCE, Line, Lines, numbers


@dataclass(frozen=True)
class Habit:
    """What a peer has, and how it behaves."""

    height: int
    lowest: int
    turns: int
    """Of the event loop, before it answers."""
    most: int
    """Blocks in an answer."""
    fails_from: int
    error: LuopuError


habits = st.builds(
    Habit,
    height=st.sampled_from([0, 7, 40, 41, 100, FOREVER]),
    lowest=st.sampled_from([0, 0, 0, 20, 60]),
    turns=st.sampled_from([0, 1, 5, 200]),
    most=st.sampled_from([1, 3, 100]),
    fails_from=st.sampled_from([1, 15, 35, 61, FOREVER]),
    error=st.sampled_from([SILENCE, NONSENSE]),
)
HONEST = Habit(60, 0, 20, 100, FOREVER, SILENCE)


class Habitual(Line):
    def __init__(self, name: str, habit: Habit) -> None:
        super().__init__(name)
        self.habit = habit

    async def fetch(self, first: int, count: int, *, raw: bool) -> RangeAnswer:
        self.asked.append((first, count))
        for _ in range(self.habit.turns):
            await asyncio.sleep(0)
        if first + count > min(self.habit.fails_from, 61):
            raise self.habit.error
        return RawAnswer(first, count, bytes(min(self.habit.most, count)))


async def fetch_from(several: list[Habit], most: int) -> Lines:
    """Rounds as the follower makes them, until there are sixty blocks."""
    async with open_session() as session:
        lines = Lines(PeerBook([], "luopu-test", session), most)
        for number, habit in enumerate(several):
            lines.book.states.append(PeerState(Habitual(f"line {number}", habit)))
        for _ in range(200):
            for state, habit in zip(lines.book.states, several, strict=True):
                state.tip = PeerTip("luopu-test", habit.height, bytes(32), 0, habit.lowest)
            lines.fetcher = RangeFetcher(lines.book, len(lines.taken) + 1, most)
            await lines.take_all()
            await lines.fetcher.close()
            assert asyncio.all_tasks() == {asyncio.current_task()}
            if len(lines.taken) >= 60:
                break
        return lines


@settings(max_examples=100, deadline=None)
@given(st.lists(habits, max_size=5), st.integers(0, 5), st.sampled_from([1, 7, 50]))
def test_with_one_honest_peer_every_block_comes_once_and_in_order(others: list[Habit], place: int, most: int) -> None:
    """There are sixty blocks, whatever the others claim."""
    before = fetcher_module.SLOW_SECONDS, peers_module.QUIET_SECONDS
    fetcher_module.SLOW_SECONDS, peers_module.QUIET_SECONDS = 0.001, 0.0
    several = [*others[:place], HONEST, *others[place:]]
    try:
        lines = asyncio.run(fetch_from(several, most))
    finally:
        fetcher_module.SLOW_SECONDS, peers_module.QUIET_SECONDS = before
    assert lines.taken == numbers(60)
    assert lines.book.states[several.index(HONEST)].offences == 0
    for state, habit in zip(lines.book.states, several, strict=True):
        assert isinstance(state.peer, Habitual)
        for first, count in state.peer.asked:
            assert habit.lowest <= first < first + count <= habit.height + 1
