"""Which peer is asked next, and for how long one that lied or failed is left alone."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.core.errors import NodeUnreachable, PeerMisbehaved
from app.node.sync import peers
from app.node.sync.peer import PeerTip, open_session
from app.node.sync.peers import PeerBook, PeerState

LIE = PeerMisbehaved(reason="a lie")
SILENCE = NodeUnreachable(reason="silence")


class Time:
    """The event loop's clock, moved by the test."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


@pytest.fixture
async def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", time)
    monkeypatch.setattr(peers, "BAN_SECONDS", 5.0)
    monkeypatch.setattr(peers, "QUIET_SECONDS", 1.0)
    return time


def tip(height: int) -> PeerTip:
    return PeerTip("luopu-test", height, bytes(32), 0)


def book_of(session: aiohttp.ClientSession, *heights: int) -> tuple[PeerBook, list[PeerState]]:
    book = PeerBook([f"http://peer-{height}" for height in heights], "luopu-test", session)
    for state, height in zip(book.states, heights, strict=True):
        state.tip = tip(height)
    return book, book.states


async def test_the_highest_is_asked_first(session: aiohttp.ClientSession) -> None:
    book, (low, high, middle) = book_of(session, 1, 9, 5)
    assert book.usable() == [high, middle, low]


async def test_the_highest_claim_is_the_best(session: aiohttp.ClientSession) -> None:
    book, (_, high, _) = book_of(session, 1, 9, 5)
    assert book.best() == high.tip
    assert book_of(session)[0].best() is None


async def test_a_claim_counts_again_when_its_peer_has_delivered(session: aiohttp.ClientSession, time: Time) -> None:
    book, (boaster, honest) = book_of(session, 10**15, 9)
    for error in (book.lose, book.punish):
        error(boaster, SILENCE)
        time.now += 600
        boaster.tip = tip(10**15)
        assert book.usable() == [boaster, honest]
        assert book.best() == honest.tip
        book.praise(boaster)
        assert book.best() == boaster.tip


async def test_where_all_have_failed_the_highest_claim_counts(session: aiohttp.ClientSession, time: Time) -> None:
    """A node whose only peer was away for a moment must not believe that it has everything."""
    book, states = book_of(session, 7, 9)
    for state in states:
        book.lose(state, SILENCE)
    assert book.best() is None
    time.now += 60
    for state, height in zip(states, (7, 9), strict=True):
        state.tip = tip(height)
    assert book.best() == tip(9)


async def test_one_that_has_not_answered_is_not_usable(session: aiohttp.ClientSession) -> None:
    book, (first, second) = book_of(session, 1, 2)
    second.tip = None
    assert book.usable() == [first]


async def test_a_ban_doubles_with_each_offence_up_to_ten_minutes(session: aiohttp.ClientSession, time: Time) -> None:
    book, (state,) = book_of(session, 1)
    lengths = []
    for _ in range(9):
        book.punish(state, LIE)
        lengths.append(state.avoided_until - time.now)
    assert lengths == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert state.error is LIE
    assert state.tip is None


async def test_a_thousand_offences_are_still_ten_minutes(session: aiohttp.ClientSession, time: Time) -> None:
    """A peer that lies for a week must not overflow anything."""
    book, (state,) = book_of(session, 1)
    for _ in range(3_000):
        book.punish(state, LIE)
        book.lose(state, SILENCE)
    book.punish(state, LIE)
    assert state.avoided_until - time.now == 600


async def test_silence_costs_less_than_a_lie(session: aiohttp.ClientSession, time: Time) -> None:
    book, (state,) = book_of(session, 1)
    lengths = []
    for _ in range(8):
        book.lose(state, SILENCE)
        lengths.append(state.avoided_until - time.now)
    assert lengths == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_when_the_ban_is_over_it_may_be_asked_again(session: aiohttp.ClientSession, time: Time) -> None:
    book, (state, other) = book_of(session, 9, 1)
    book.punish(state, LIE)
    state.tip = tip(9)
    assert book.usable() == [other]
    time.now += 5
    assert book.usable() == [state, other]


async def test_a_status_that_comes_after_a_ban_does_not_make_it_forgotten(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was asked before the lie was found."""
    book, (state,) = book_of(session, 1)
    asked, gate = asyncio.Event(), asyncio.Event()

    async def slow_tip() -> PeerTip:
        asked.set()
        await gate.wait()
        return tip(9)

    monkeypatch.setattr(state.peer, "tip", slow_tip)
    refreshing = asyncio.create_task(book.refresh())
    await asked.wait()
    book.punish(state, LIE)
    gate.set()
    await refreshing
    assert (state.tip, state.error) == (None, LIE)
    assert book.usable() == []


@pytest.mark.parametrize(
    ("lowest", "height", "wanted", "is_there"),
    [(0, 9, 1, True), (1, 9, 9, True), (1, 9, 10, False), (5, 9, 4, False), (5, 9, 5, True), (9, 5, 7, False)],
)
def test_a_peer_has_what_is_neither_pruned_nor_still_to_come(
    lowest: int, height: int, wanted: int, is_there: bool
) -> None:
    assert PeerTip("luopu-test", height, bytes(32), 0, lowest).has(wanted) is is_there


async def test_good_blocks_make_up_for_offences_one_by_one(session: aiohttp.ClientSession, time: Time) -> None:
    book, (state,) = book_of(session, 1)
    for _ in range(3):
        book.punish(state, LIE)
        book.lose(state, SILENCE)
    book.praise(state)
    assert (state.offences, state.failures) == (2, 0)
    for _ in range(5):
        book.praise(state)
    assert state.offences == 0


async def test_peers_that_stay_keep_their_record(session: aiohttp.ClientSession) -> None:
    book, (stays, _) = book_of(session, 1, 2)
    book.punish(stays, LIE)
    book.replace(["http://peer-3/", "http://peer-1/", "http://peer-1", "http://peer-3"])
    assert [state.peer.url for state in book.states] == ["http://peer-3", "http://peer-1"]
    assert book.states[1] is stays
    assert stays.offences == 1


async def test_one_address_twice_is_one_peer(session: aiohttp.ClientSession) -> None:
    book = PeerBook(["http://a", "http://a/", "http://a//"], "luopu-test", session)
    assert [state.peer.url for state in book.states] == ["http://a"]
