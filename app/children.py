"""The program's own other processes: started by the desk or the demo, watched, and ended with whoever started them.

A child ends by itself when its standard input closes, so none outlives a parent that was killed. The first line a child
prints is JSON and says where it listens; everything else goes to a log in the home.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from app.client.node import error_from_json
from app.core.errors import DecodingError, ProcessFailed
from app.core.home import Home
from app.core.strictjson import decode_json

START_SECONDS = 60.0
STOP_SECONDS = 10.0
LOG_TAIL_BYTES = 4_000


class Child:
    """One running process of ours."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, url: str) -> None:
        self.name = name
        self.url = url
        self._process = process

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


def own_command() -> list[str]:
    """How to start this program again, from source or frozen."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]


async def start_child(home: Home, name: str, arguments: Sequence[str]) -> Child:
    """Start `luopu NAME --home … ARGUMENTS` and wait until it says that it is ready.

    Raises:
        ProcessFailed: it ended or said nothing in time; the facts hold the end of its log.
        LuopuError: it said why it cannot start.
    """
    home.logs.mkdir(parents=True, exist_ok=True)
    log_path = home.logs / f"{name}.log"
    command = [*own_command(), name, "--home", str(home.root), "--json", "--until-stdin-closes", *arguments]
    with log_path.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        return Child(name, process, read_ready(line))
    except (TimeoutError, ValueError, DecodingError) as error:
        await Child(name, process, "").stop()
        tail = log_path.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip().splitlines()
        raise ProcessFailed(process=name, reason=tail[-1] if tail else "no answer", log=str(log_path)) from error
    except BaseException:  # it said why it cannot start, or nobody waits for it any more
        await Child(name, process, "").stop()
        raise


def read_ready(line: bytes) -> str:
    """Where a child listens, by the first line that it prints.

    Raises:
        DecodingError: it says something else.
        LuopuError: it says why it cannot start.
    """
    document = decode_json(line, max_bytes=100_000)
    if not isinstance(document, dict):
        raise DecodingError(kind="first line of a child")
    if "error" in document:
        raise error_from_json(document["error"])
    ready = document.get("ready")
    if not isinstance(ready, str):
        raise DecodingError(kind="first line of a child", expected="ready")
    return ready
