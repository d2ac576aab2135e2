"""Runs the inspection of blocks beside the execution: small answers on a thread, large ones in a process of its own.

The interpreter executes one thread at a time, and checking signatures is half of the work of catching up; in a second process
it costs no time here. The process is started when there is enough to do, ends when it has been idle for a while, with its
owner, and when its owner is killed; if it is killed itself, the work is done here. What it returns is believed as
much as this process believes itself: it is this program, on this machine, over a pipe that nobody else holds.
"""

import asyncio
import logging
import signal
import threading
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from app.core.errors import PeerMisbehaved
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
        self._process: _Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @property
    def has_process(self) -> bool:
        """Whether a second process is running."""
        return self._process is not None

    async def inspect(self, untrusted_answer: RangeAnswer) -> InspectedRange:
        """Decode an answer and look at each of its blocks.

        Raises:
            PeerMisbehaved: the answer is malformed.
        """
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            try:
                return await asyncio.to_thread(self._inspect, untrusted_answer)
            finally:
                self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._stop)

    def close(self) -> None:
        """Stop the process."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        self._stop()

    def _inspect(self, untrusted_answer: RangeAnswer) -> InspectedRange:
        if self._process is None and untrusted_answer.size < ENOUGH_BYTES:
            return inspect_answer(untrusted_answer)
        try:
            self._process = self._process or _Process()
            return self._process.inspect(untrusted_answer)
        except (OSError, EOFError) as error:
            _log.warning("the inspecting process is gone (%s); going on without", type(error).__name__)
            self._stop()
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
        self._process.start()
        theirs.close()

    def inspect(self, untrusted_answer: RangeAnswer) -> InspectedRange:
        self._pipe.send(untrusted_answer)
        answer = self._pipe.recv()
        if isinstance(answer, InspectedRange):
            return answer
        raise PeerMisbehaved(**answer)

    def stop(self) -> None:
        """Closing the pipe ends it; it is waited for elsewhere, so that nobody stands still for it."""
        self._pipe.close()
        threading.Thread(target=self._reap, name="inspector-end").start()

    def _reap(self) -> None:
        self._process.join(STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def serve(pipe: Connection) -> None:
    """What the process does until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to the whole group; the owner decides
    while True:
        try:
            answer: RangeAnswer = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(inspect_answer(answer))
        except PeerMisbehaved as error:
            pipe.send({name: str(value) for name, value in error.facts.items()})
