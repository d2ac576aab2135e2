"""Every call from a window to the desk runs here, and every error of one arrives here.

Guarantees: no exception of a task is lost; a window gets a `LuopuError`, whatever went wrong; cancelled work is silent.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TypeVar

from app.core.errors import LuopuError

Result = TypeVar("Result")
log = logging.getLogger(__name__)


class Tasks:
    """The running calls of one window."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(
        self,
        work: Coroutine[object, object, Result],
        *,
        done: Callable[[Result], None] | None = None,
        failed: Callable[[LuopuError], None],
    ) -> "asyncio.Task[None]":
        """Run a call; then `done` with its result, or `failed` with what went wrong."""
        task = asyncio.get_event_loop().create_task(_run(work, done, failed))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def stop(self) -> None:
        """Cancel what still runs and wait for it."""
        running = [task for task in self._running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @property
    def count(self) -> int:
        """How many calls are running."""
        return len(self._running)


async def _run(
    work: Coroutine[object, object, Result],
    done: Callable[[Result], None] | None,
    failed: Callable[[LuopuError], None],
) -> None:
    try:
        result = await work
        if done is not None:
            done(result)
    except LuopuError as error:
        failed(error)
    except RuntimeError as error:
        if "deleted" not in str(error):  # a page that asked may be gone when the answer comes
            _fail(error, failed)
    except Exception as error:  # noqa: BLE001 (the last place that can tell the clerk)
        _fail(error, failed)


def _fail(error: Exception, failed: Callable[[LuopuError], None]) -> None:
    log.error("a call from the desk failed unexpectedly", exc_info=error)
    failed(LuopuError(reason=type(error).__name__))
