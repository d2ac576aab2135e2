"""Who is asked for which blocks: everybody at once, each within what it has, nobody waited for while another can help.

The lines here carry numbers for blocks, and deliver when a test opens them.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.core.errors import LuopuError
from app.node.sync import fetcher as fetcher_module
from app.node.sync.fetcher import WINDOW, RangeFetcher
from app.node.sync.peer import PeerTip, open_session
from app.node.sync.peers import PeerBook
from tests.node.sync.lines import FOREVER, NONSENSE, SILENCE, Deliver, Lines, numbers, until


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is slow at once."""
    monkeypatch.setattr(fetcher_module, "SLOW_SECONDS", 0.001)


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    """At the end nothing of it runs."""
    async with open_session() as session:
        lines = Lines(PeerBook([], "luopu-test", session))
        yield lines
        await lines.fetcher.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.fixture
def patiently(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is slow."""
    monkeypatch.setattr(fetcher_module, "SLOW_SECONDS", 1_000.0)


# ---- several at once -----------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("patiently")
async def test_each_peer_is_asked_for_other_blocks_and_all_at_once(lines: Lines) -> None:
    several = [lines.add(30, is_open=False) for _ in range(3)]
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: all(line.asked for line in several))
    assert [line.asked for line in several] == [[(1, 10)], [(11, 10)], [(21, 10)]]
    for line in several:
        line.opened.set()
    await taking


@pytest.mark.usefixtures("patiently")
@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0), (0, 2, 1)])
async def test_blocks_come_in_order_whoever_is_first(lines: Lines, order: tuple[int, ...]) -> None:
    several = [lines.add(30, is_open=False) for _ in range(3)]
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: all(line.asked for line in several))
    for index in order:
        several[index].opened.set()
        await until(lambda: len(several[index].asked) > 1 or len(lines.fetcher._errands) < 3)  # noqa: B023
    await taking
    assert lines.taken == numbers(30)
    assert lines.by == ["line 0", "line 1", "line 2"]


async def test_one_peer_alone_is_enough(lines: Lines) -> None:
    lines.add(95)
    await lines.take_all()
    assert lines.taken == numbers(95)


async def test_without_a_peer_there_is_nothing(lines: Lines) -> None:
    assert await lines.fetcher.next() is None


@pytest.mark.parametrize("heights", [(5, 50, 20), (50, 20, 5), (10, 10, 11)])
async def test_nobody_is_asked_for_blocks_that_it_does_not_have(lines: Lines, heights: tuple[int, ...]) -> None:
    several = [lines.add(height) for height in heights]
    await lines.take_all()
    assert lines.taken == numbers(max(heights))
    for line, height in zip(several, heights, strict=True):
        assert all(first + count - 1 <= height for first, count in line.asked)


async def test_nobody_is_asked_for_blocks_that_it_pruned(lines: Lines) -> None:
    pruned, whole = lines.add(50, lowest=33), lines.add(50)
    await lines.take_all()
    assert lines.taken == numbers(50)
    assert all(first >= 33 for first, _ in pruned.asked)
    assert whole.asked


async def test_where_everybody_pruned_what_comes_next_there_is_nothing(lines: Lines) -> None:
    lines.add(50, lowest=33)
    assert await lines.fetcher.next() is None


# ---- slow peers ----------------------------------------------------------------------------------------------------
async def test_a_silent_peer_holds_nobody_up(lines: Lines) -> None:
    silent, quick = lines.add(200, is_open=False), lines.add(199)
    await lines.take_all()
    assert lines.taken[:199] == numbers(199)
    assert quick.asked[-1][0] + quick.asked[-1][1] == 200
    assert silent.asked[0] == (1, 10)
    assert silent.cancelled[0] == 1


async def test_of_two_who_were_asked_for_the_same_the_slower_is_told_to_stop_and_left_alone_for_a_while(
    lines: Lines,
) -> None:
    """Otherwise it would be given the next range, and hold everybody up again."""
    slow = lines.add(50, is_open=False)
    lines.add(50)
    await lines.take_all()
    assert lines.taken == numbers(50)
    assert (slow.asked, slow.cancelled) == ([(1, 10)], [1])
    assert lines.state_of(slow).failures == 1
    assert lines.state_of(slow) not in lines.book.usable()
    assert set(lines.by) == {"line 1"}


async def test_who_was_only_asked_to_help_is_not_blamed_for_being_second(lines: Lines) -> None:
    first, helper = lines.add(10, is_open=False), lines.add(10, is_open=False)
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: bool(helper.asked))
    assert first.asked == helper.asked == [(1, 10)]
    first.opened.set()
    await taking
    assert lines.by == ["line 0"]
    assert helper.cancelled == [1]
    assert lines.state_of(helper) in lines.book.usable()
    assert lines.state_of(helper).failures == lines.state_of(first).failures == 0


async def test_a_range_is_asked_a_second_time_and_not_a_third(lines: Lines) -> None:
    several = [lines.add(10, is_open=False) for _ in range(5)]
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: sum(len(line.asked) for line in several) == 2)
    done, _ = await asyncio.wait([taking], timeout=0.02)
    assert not done
    assert sum(len(line.asked) for line in several) == 2
    for line in several:
        line.opened.set()
    await taking


@pytest.mark.usefixtures("patiently")
async def test_a_range_is_not_asked_a_second_time_while_nobody_is_slow(lines: Lines) -> None:
    first, other = lines.add(10, is_open=False), lines.add(10, is_open=False)
    taking = asyncio.create_task(lines.take_all())
    done, _ = await asyncio.wait([taking], timeout=0.02)
    assert not done
    assert (first.asked, other.asked) == ([(1, 10)], [])
    first.opened.set()
    await taking


async def test_if_both_who_were_asked_for_the_same_fail_it_is_asked_again(lines: Lines) -> None:
    first, second = lines.add(10, is_open=False), lines.add(10, is_open=False)
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: bool(second.asked))
    third = lines.add(10)
    for line in (first, second):
        line.deliver = refuse(SILENCE)
        line.opened.set()
    await taking
    assert third.asked == [(1, 10)]
    assert lines.taken == numbers(10)


# ---- peers that claim too much -------------------------------------------------------------------------------------
async def test_a_claim_to_have_every_block_does_not_keep_the_newest_from_anybody(lines: Lines) -> None:
    """It is given the range that reaches beyond what the others have."""
    honest, boaster = lines.add(34), lines.add(FOREVER, is_open=False)
    await lines.take_all()
    assert lines.taken == numbers(34)
    assert boaster.asked == [(1, 10)]
    lines.state_of(boaster).avoided_until = 0.0
    lines.state_of(boaster).tip = PeerTip("luopu-test", FOREVER, bytes(32), 0)
    lines.fetcher = RangeFetcher(lines.book, 31, 10)
    await lines.take_all()
    assert lines.taken == [*numbers(34), *range(31, 35)]
    assert boaster.asked[1:] == [(31, 10)]
    assert honest.asked[-1] == (31, 4)


async def test_what_grew_meanwhile_is_taken_from_who_has_it_though_another_has_more_in_hand(lines: Lines) -> None:
    boaster, honest = lines.add(FOREVER, is_open=False), lines.add(4, is_open=False)
    lines.book.states.reverse()
    taking = asyncio.create_task(lines.take())
    await until(lambda: bool(boaster.asked))
    boaster.opened.set()
    boaster.opened.clear()  # once only
    await taking
    assert lines.taken == numbers(10)
    lines.state_of(honest).tip = PeerTip("luopu-test", 13, bytes(32), 0)
    honest.opened.set()
    await lines.take()
    assert lines.taken == numbers(13)
    assert boaster.cancelled == [11]


async def test_the_rest_of_a_range_that_was_helped_with_is_asked_again(lines: Lines) -> None:
    boaster, honest = lines.add(20, is_open=False), lines.add(4)
    taking = asyncio.create_task(lines.take())
    await until(lambda: bool(boaster.asked))
    await taking
    assert lines.taken == numbers(4)
    lines.add(20)
    await lines.take_all()
    assert lines.taken == numbers(20)
    assert honest.asked == [(1, 4)]


async def test_a_range_that_was_helped_with_and_still_came_whole_is_taken_whole(lines: Lines) -> None:
    first, helper = lines.add(10, is_open=False), lines.add(4, is_open=False)
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: bool(helper.asked))
    assert helper.asked == [(1, 4)]
    first.opened.set()
    await taking
    assert lines.taken == numbers(10)
    assert first.asked == [(1, 10)]


async def test_if_who_has_it_whole_fails_the_rest_beyond_the_helpers_part_is_asked_again(lines: Lines) -> None:
    first, helper = lines.add(10, is_open=False), lines.add(4, is_open=False)
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: bool(helper.asked))
    first.deliver = refuse(SILENCE)
    first.opened.set()
    await until(lambda: not lines.state_of(first).tip)
    third = lines.add(10)
    helper.opened.set()
    await taking
    assert lines.taken == numbers(10)
    assert third.asked[0] == (5, 6)


# ---- peers that do not deliver -------------------------------------------------------------------------------------
def refuse(error: LuopuError) -> Deliver:
    def deliver(_: int, __: int) -> int:
        raise error

    return deliver


async def test_a_silent_peers_blocks_go_to_another_and_it_is_asked_for_fewer_next_time(lines: Lines) -> None:
    silent, other = lines.add(20), lines.add(20)
    silent.deliver = refuse(SILENCE)
    await lines.take_all()
    assert lines.taken == numbers(20)
    assert (1, 10) in other.asked
    assert lines.state_of(silent).range_blocks == 5
    assert lines.state_of(silent).failures == 1
    assert lines.state_of(silent).offences == 0


@pytest.mark.parametrize(("asked", "next_time"), [(10, 5), (7, 3), (1, 1)])
async def test_what_was_too_much_is_halved_from_what_was_asked(lines: Lines, asked: int, next_time: int) -> None:
    silent = lines.add(asked)
    silent.deliver = refuse(SILENCE)
    await lines.take_all()
    assert lines.state_of(silent).range_blocks == next_time


async def test_a_line_that_carries_what_it_was_asked_is_asked_for_more(lines: Lines) -> None:
    line = lines.add(100)
    lines.state_of(line).range_blocks = 1
    await lines.take_all()
    assert [count for _, count in line.asked][:8] == [1, 1, 2, 2, 4, 4, 8, 8]
    assert lines.taken == numbers(100)


async def test_an_answer_that_ends_early_is_asked_for_the_rest_and_for_as_few_next_time(lines: Lines) -> None:
    """Its blocks are large."""
    line = lines.add(40)
    line.deliver = lambda _, count: min(count, 3)
    await lines.take_all()
    assert lines.taken == numbers(40)
    assert max(count for _, count in line.asked[3:]) <= 6


async def test_the_rest_of_a_short_answer_may_come_from_another(lines: Lines) -> None:
    short, other = lines.add(20), lines.add(20)
    short.deliver = lambda _, __: 1
    await lines.take_all()
    assert lines.taken == numbers(20)
    assert any(first == 2 for first, _ in other.asked + short.asked)


async def test_a_peer_banned_in_the_middle_is_asked_no_more_and_its_blocks_come_from_others(lines: Lines) -> None:
    liar, honest = lines.add(60), lines.add(60)
    asked_before: list[int] = []

    def lie_later(first: int, count: int) -> int:
        if first > 20:
            asked_before.append(len(liar.asked))
            raise NONSENSE
        return count

    liar.deliver = lie_later
    await lines.take_all()
    assert lines.taken == numbers(60)
    assert asked_before == [len(liar.asked)]
    assert lines.state_of(liar).offences == 1
    assert lines.state_of(liar).error is NONSENSE
    assert honest.asked


async def test_a_peer_banned_by_another_while_it_is_asked_is_asked_no_more(lines: Lines) -> None:
    """Its block turned out to be a lie when it was executed; what it has in hand may still come."""
    liar = lines.add(60, is_open=False)
    taking = asyncio.create_task(lines.take_all())
    await until(lambda: bool(liar.asked))
    lines.book.punish(lines.state_of(liar), NONSENSE)
    liar.opened.set()
    await taking
    assert len(liar.asked) == 1


async def test_an_error_nobody_thought_of_is_raised(lines: Lines) -> None:
    def fail(_: int, __: int) -> int:
        raise ZeroDivisionError

    lines.add(10).deliver = fail
    with pytest.raises(ZeroDivisionError):
        await lines.take()


# ---- bounds --------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("patiently")
async def test_nobody_is_asked_far_beyond_what_is_waited_for(lines: Lines) -> None:
    """One is slow and has the lowest range; the other could fetch the whole chain meanwhile."""
    slow, quick = lines.add(FOREVER, is_open=False), lines.add(FOREVER - 1)
    taking = asyncio.create_task(lines.take())
    await until(lambda: len(quick.asked) == WINDOW - 1)
    done, _ = await asyncio.wait([taking], timeout=0.02)
    assert not done
    assert len(slow.asked) + len(quick.asked) == WINDOW
    assert max(first for first, _ in quick.asked) == 1 + 10 * (WINDOW - 1)
    slow.opened.set()
    await taking


@pytest.mark.usefixtures("patiently")
async def test_what_waits_to_be_handed_on_is_bounded_in_bytes(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher_module, "MAX_WAITING_BYTES", 20)
    slow, quick = lines.add(FOREVER, is_open=False), lines.add(FOREVER - 1)
    taking = asyncio.create_task(lines.take())
    await until(lambda: len(quick.asked) == 2)
    done, _ = await asyncio.wait([taking], timeout=0.02)
    assert not done
    assert len(quick.asked) == 2
    slow.opened.set()
    await taking
    await lines.take()
    assert lines.taken == numbers(20)


@pytest.mark.usefixtures("patiently")
async def test_one_range_beyond_the_bound_of_bytes_still_comes(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher_module, "MAX_WAITING_BYTES", 1)
    lines.add(50)
    lines.add(50)
    await lines.take_all()
    assert lines.taken == numbers(50)


async def test_closing_in_the_middle_cancels_everything(lines: Lines) -> None:
    several = [lines.add(50, is_open=False) for _ in range(4)]
    before = asyncio.all_tasks()
    taking = asyncio.create_task(lines.take())
    await until(lambda: all(line.asked for line in several))
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    assert len(asyncio.all_tasks() - before) >= 4
    await lines.fetcher.close()
    assert asyncio.all_tasks() == before
    assert all(line.cancelled for line in several)
