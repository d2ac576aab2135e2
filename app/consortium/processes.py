"""One process of a validator: started, listened to, ended, and never left behind.

Guarantees: what it says goes to a bounded log and never fills a pipe; it does not see Ctrl+C, because only its supervisor
decides in which order things end; when its supervisor is killed it ends: the application because its standard input
closes, CometBFT on Linux because the system kills it (`app.consortium.lifeline`), elsewhere because its application's
socket closes, which CometBFT takes as its own end. (On Windows it cannot end itself: validators belong on Linux or macOS.)
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from app.consortium.logs import BoundedLog

PIECE = 64 * 1024


class Process:
    """A running process whose output goes to a log."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: BoundedLog) -> None:
        self.name = name
        self.log = log
        self._process = process
        self._listening: list[asyncio.Task[None]] = []
        assert process.stderr is not None
        self._keep(process.stderr)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def first_line(self) -> bytes:
        """What it says first on standard output; b"" when it ends without a word.

        Raises:
            ValueError: an endless line.
        """
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    def listen(self) -> None:
        """From now on, keep what it says on standard output, too."""
        assert self._process.stdout is not None
        self._keep(self._process.stdout)

    async def wait(self) -> int:
        """Wait until it has ended and all it said is kept; the exit status, negative for a signal."""
        status = await self._process.wait()
        if self._listening:
            await asyncio.wait(self._listening)
        self.log.close()
        return status

    def close_input(self) -> None:
        """Tell a program of ours to end."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def terminate(self) -> None:
        """Tell another's program to end."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    async def end(self, patience: float) -> None:
        """Wait until it has ended, and after so many seconds end it."""
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self.wait()

    def _keep(self, stream: asyncio.StreamReader) -> None:
        async def keep() -> None:
            while piece := await stream.read(PIECE):
                self.log.write(piece)

        self._listening.append(asyncio.create_task(keep()))


async def start_process(name: str, command: Sequence[str], log: BoundedLog) -> Process:
    """Start a process. What it says on standard output waits until somebody reads its first line, or listens.

    Raises:
        OSError: the system cannot start it.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    return Process(name, process, log)


def with_lifeline(command: Sequence[str]) -> Sequence[str]:
    """The command of a program that does not watch its standard input, made to end with us where the system can do it."""
    if sys.platform != "linux" or getattr(sys, "frozen", False):
        return command
    return [sys.executable, "-m", "app.consortium.lifeline", str(os.getpid()), *command]
