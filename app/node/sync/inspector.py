"""Runs the inspection of blocks beside the execution: small answers on a thread, large ones in a process of its own.

The interpreter executes one thread at a time, and checking signatures is half of the work of catching up; in a second process
it costs no time here. The process is started when there is enough to do, ends when it has been idle for a while, with its
owner, and when its owner is killed; if it is killed itself, the work is done here. What it returns is believed as
much as this process believes itself: it is this program, on this machine, over a pipe that nobody else holds.

One thread alone speaks to it, so a caller that gives up waiting leaves no answer behind for the next one to take.
"""

import asyncio
import logging
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from app.core.errors import NodeUnreachable, PeerMisbehaved
from app.node.sync.answers import RangeAnswer
from app.node.sync.inspection import InspectedRange, inspect_answer

ENOUGH_BYTES = 256 * 1024
"""An answer of this size is worth a process: a few hundred transactions."""
IDLE_SECONDS = 60.0
STOP_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Inspector:
    """Inspects one answer at a time."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="inspector")
        self._process: _Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def has_process(self) -> bool:
        """Whether a second process is running."""
        return self._process is not None

    async def inspect(self, untrusted_answer: RangeAnswer) -> InspectedRange:
        """Decode an answer and look at each of its blocks.

        Raises:
            PeerMisbehaved: the answer is malformed.
            NodeUnreachable: the peer says that it has stopped.
        """
        loop = asyncio.get_running_loop()
        self._cancel_idle()
        try:
            return await loop.run_in_executor(self._worker, self._inspect, untrusted_answer)
        finally:
            self._cancel_idle()
            if not self._is_closed:
                self._idle = loop.call_later(IDLE_SECONDS, self._worker.submit, self._stop)

    def close(self) -> None:
        """End the process, whatever it is doing; nobody waits for it any more."""
        if self._is_closed:
            return
        self._is_closed = True
        self._cancel_idle()
        if (process := self._process) is not None:
            process.kill()
        self._worker.submit(self._stop)
        self._worker.shutdown(wait=False)

    def _cancel_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    # ---- on the worker -------------------------------------------------------------------------------------------
    def _inspect(self, untrusted_answer: RangeAnswer) -> InspectedRange:
        if self._process is None and untrusted_answer.size < ENOUGH_BYTES:
            return inspect_answer(untrusted_answer)
        try:
            self._process = self._process or _Process()
            return self._process.inspect(untrusted_answer)
        except (OSError, EOFError) as error:
            self._stop()
            if self._is_closed:
                raise
            _log.warning("the inspecting process is gone (%s); going on without", type(error).__name__)
            return inspect_answer(untrusted_answer)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.stop()


class _Process:
    """The other process, at the end of a pipe."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=serve, args=(theirs,), name="inspector", daemon=True)
        with theirs, _interrupts_held_back():
            self._process.start()

    def inspect(self, untrusted_answer: RangeAnswer) -> InspectedRange:
        self._pipe.send(untrusted_answer)
        answer: InspectedRange | PeerMisbehaved | NodeUnreachable = self._pipe.recv()
        if isinstance(answer, (PeerMisbehaved, NodeUnreachable)):
            raise answer
        return answer

    def kill(self) -> None:
        """End it in the middle of its work."""
        with suppress(ValueError):  # it has ended, and was forgotten
            self._process.kill()

    def stop(self) -> None:
        """Closing the pipe ends it."""
        self._pipe.close()
        self._process.join(STOP_SECONDS)
        self.kill()
        self._process.join()
        self._process.close()


def serve(pipe: Connection) -> None:
    """What the process does until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to the whole group, and is the owner's business
    with suppress(EOFError, OSError):  # the owner is gone, in the middle of an answer or not
        while True:
            pipe.send(_inspected(pipe.recv()))


def _inspected(untrusted_answer: RangeAnswer) -> InspectedRange | PeerMisbehaved | NodeUnreachable:
    try:
        return inspect_answer(untrusted_answer)
    except (PeerMisbehaved, NodeUnreachable) as error:
        return error


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """A process started meanwhile inherits that Ctrl+C does not reach it, so none meets it before it can ignore it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it would be started in between, and let go of them
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
