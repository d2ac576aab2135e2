"""The process beside: started when it pays, never left behind, never in the way, and not believed to be there."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from app.core.errors import PeerMisbehaved
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import inspector as inspector_module
from app.node.sync.answers import PeerError, RawAnswer
from app.node.sync.inspection import inspect_answer
from app.node.sync.inspector import Inspector, serve
from tests.fakes.network import copy_chain, make_range
from tests.node.sync.inspecting import until_there_is_a_process

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def inspector() -> AsyncIterator[Inspector]:
    """Closed at the end, and its process is gone then."""
    inspector = Inspector()
    yield inspector
    inspector.close()
    await wait_until_ended(inspector)
    assert processes() == []


@pytest.fixture
def answer(engine: EmbeddedEngine) -> RawAnswer:
    return RawAnswer(1, 8, make_range(copy_chain(engine)))


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspector_module, "ENOUGH_BYTES", 0)


def processes() -> list[BaseProcess]:
    return multiprocessing.active_children()


async def wait_until_ended(inspector: Inspector) -> None:
    """Until the thread that speaks to the process has nothing to do any more."""
    await asyncio.to_thread(inspector._worker.shutdown)


async def wait_until(condition: threading.Event) -> None:
    assert await asyncio.to_thread(condition.wait, 20)


# ---- when there is a process ---------------------------------------------------------------------------------------
async def test_a_small_answer_needs_no_process(inspector: Inspector, answer: RawAnswer) -> None:
    assert await inspector.inspect(answer) == inspect_answer(answer)
    assert not inspector.has_process
    assert processes() == []


async def test_a_large_answer_starts_a_process_that_finds_the_same(
    inspector: Inspector, answer: RawAnswer, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspector_module, "ENOUGH_BYTES", answer.size)
    assert await inspector.inspect(answer) == inspect_answer(answer)
    assert inspector.has_process
    (process,) = processes()
    small = RawAnswer(1, 1, make_range(copy_chain(engine, 1)))
    assert await inspector.inspect(small) == inspect_answer(small)
    assert processes() == [process]


async def test_one_byte_less_is_small(inspector: Inspector, answer: RawAnswer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspector_module, "ENOUGH_BYTES", answer.size + 1)
    await inspector.inspect(answer)
    assert processes() == []


@pytest.mark.usefixtures("everything_is_large")
async def test_an_error_crosses_the_border_with_its_kind_and_its_facts(inspector: Inspector) -> None:
    untrusted = RawAnswer(1, 1, bytes(3))
    with pytest.raises(PeerMisbehaved) as ours:
        inspect_answer(untrusted)
    with pytest.raises(PeerMisbehaved) as theirs:
        await inspector.inspect(untrusted)
    assert inspector.has_process
    assert type(theirs.value) is type(ours.value)
    assert theirs.value.facts == ours.value.facts
    assert type(theirs.value.facts["expected"]) is int


def test_every_error_of_an_answer_can_cross_the_border() -> None:
    import pickle

    for error in (PeerMisbehaved(reason="x", got=5), PeerError(reason="error", expected=None)):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.facts) == (type(error), error.facts)


# ---- the process dies ----------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("everything_is_large")
async def test_a_process_killed_in_the_middle_leaves_the_work_to_us(inspector: Inspector, answer: RawAnswer) -> None:
    await inspector.inspect(answer)
    pid = processes()[0].pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    inspecting = asyncio.create_task(inspector.inspect(answer))
    await asyncio.sleep(0)  # it has been handed over
    os.kill(pid, signal.SIGKILL)
    assert await inspecting == inspect_answer(answer)
    assert not inspector.has_process
    assert await inspector.inspect(answer) == inspect_answer(answer)
    (another,) = processes()
    assert another.pid != pid


@pytest.mark.usefixtures("everything_is_large")
async def test_a_process_killed_before_it_is_up_leaves_the_work_to_us(inspector: Inspector, answer: RawAnswer) -> None:
    inspecting = asyncio.create_task(inspector.inspect(answer))
    await until_there_is_a_process()
    processes()[0].kill()
    assert await inspecting == inspect_answer(answer)


@pytest.mark.usefixtures("everything_is_large")
async def test_where_no_process_can_be_started_the_work_is_done_here(
    inspector: Inspector, answer: RawAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise BlockingIOError(11, "no more processes")

    monkeypatch.setattr(inspector_module, "_Process", full)
    assert await inspector.inspect(answer) == inspect_answer(answer)


# ---- who stops waiting ---------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("everything_is_large")
async def test_who_stops_waiting_leaves_no_answer_for_the_next(
    inspector: Inspector, answer: RawAnswer, engine: EmbeddedEngine
) -> None:
    """The answers of a process come in the order asked, so one that nobody took would be taken for another."""
    await inspector.inspect(answer)
    (process,) = processes()
    assert process.pid
    other = RawAnswer(1, 2, make_range(copy_chain(engine, 2)))
    os.kill(process.pid, signal.SIGSTOP)
    given_up = asyncio.create_task(inspector.inspect(answer))
    await asyncio.sleep(0)
    given_up.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await given_up
    wanted = [asyncio.create_task(inspector.inspect(each)) for each in (other, answer, other)]
    await asyncio.sleep(0)
    os.kill(process.pid, signal.SIGCONT)
    assert await asyncio.gather(*wanted) == [inspect_answer(each) for each in (other, answer, other)]
    assert processes() == [process]


# ---- the end -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("everything_is_large")
async def test_it_ends_when_it_has_been_idle_and_is_started_again_when_needed(
    inspector: Inspector, answer: RawAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspector_module, "IDLE_SECONDS", 0.0)
    ended = threading.Event()
    stop = inspector._stop
    monkeypatch.setattr(inspector, "_stop", lambda: (stop(), ended.set()))
    await inspector.inspect(answer)
    await wait_until(ended)
    assert not inspector.has_process
    assert processes() == []
    monkeypatch.setattr(inspector_module, "IDLE_SECONDS", 60.0)
    assert await inspector.inspect(answer) == inspect_answer(answer)
    assert len(processes()) == 1


@pytest.mark.usefixtures("everything_is_large")
async def test_it_does_not_end_between_two_answers(
    inspector: Inspector, answer: RawAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await inspector.inspect(answer)
    (process,) = processes()
    for _ in range(3):
        await inspector.inspect(answer)
    assert processes() == [process]
    assert inspector._idle is not None


@pytest.mark.usefixtures("everything_is_large")
async def test_it_ends_when_its_owner_closes_and_closing_twice_is_no_error(answer: RawAnswer) -> None:
    inspector = Inspector()
    await inspector.inspect(answer)
    inspector.close()
    inspector.close()
    await wait_until_ended(inspector)
    assert processes() == []


@pytest.mark.usefixtures("everything_is_large")
async def test_closing_does_not_wait_for_what_is_being_inspected(answer: RawAnswer) -> None:
    inspector = Inspector()
    await inspector.inspect(answer)
    (process,) = processes()
    assert process.pid
    os.kill(process.pid, signal.SIGSTOP)  # so it would take for ever
    inspecting = asyncio.create_task(inspector.inspect(answer))
    await asyncio.sleep(0)
    inspecting.cancel()
    inspector.close()
    await wait_until_ended(inspector)
    assert processes() == []
    assert (await asyncio.gather(inspecting, return_exceptions=True))[0].__class__ is asyncio.CancelledError
    assert inspector._idle is None


def test_a_process_whose_owner_is_gone_before_it_has_answered_ends_in_silence(
    answer: RawAnswer, capfd: pytest.CaptureFixture[str]
) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    theirs.close()
    ours.send(answer)
    ours.close()
    process.join(20)
    assert process.exitcode == 0
    process.close()
    assert capfd.readouterr() == ("", "")


# ---- owners of their own -------------------------------------------------------------------------------------------
class Owner:
    """A program that owns an inspector, in a process group of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def pids(self) -> list[int]:
        """What it says next."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 20)
        return [int(word) for word in line.split()]

    async def inspect(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        await self.process.stdin.drain()

    async def until_all_have_ended(self) -> tuple[bytes, bytes]:
        """What else was said, once nobody is left who could say anything: the owner, its process, and Python's own."""
        return await asyncio.wait_for(self.process.communicate(b""), 20)


@pytest.fixture
async def owner() -> AsyncIterator[Owner]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "tests.node.sync.inspecting"),
        **dict.fromkeys(("stdin", "stdout", "stderr"), PIPE),
        cwd=ROOT,
        start_new_session=True,
    )
    yield Owner(process)
    if process.returncode is None:
        process.kill()
        await process.communicate()


async def test_it_ends_with_an_owner_that_is_killed(owner: Owner) -> None:
    (pid,) = await owner.pids()
    await owner.inspect()
    assert await owner.pids() == [pid]
    owner.process.kill()
    assert await owner.until_all_have_ended() == (b"", b"")


async def test_it_ends_with_an_owner_that_is_killed_while_it_comes_up(owner: Owner) -> None:
    await owner.pids()
    owner.process.kill()
    out, err = await owner.until_all_have_ended()
    assert out == b""
    assert b"inspect" not in err  # the interpreter may say that nobody told it what to do


@pytest.mark.parametrize("moment", ["while it comes up", "while it waits"])
async def test_an_interrupt_of_the_whole_group_is_the_owners_business(owner: Owner, moment: str) -> None:
    """Ctrl+C on a terminal goes to everybody; the process goes on, and prints no traceback."""
    assert owner.process.stdout is not None
    (pid,) = await owner.pids()
    if moment == "while it waits":
        await owner.inspect()
        assert await owner.pids() == [pid]
    os.killpg(owner.process.pid, signal.SIGINT)
    assert await asyncio.wait_for(owner.process.stdout.readline(), 20) == b"interrupted\n"
    await owner.inspect()
    assert await owner.pids() == [pid]
    assert await owner.until_all_have_ended() == (b"", b"")
    assert owner.process.returncode == 0
