"""The one module that touches qasync, whose functions carry no types: asyncio on Qt's event loop."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import qasync
import shiboken6
from PySide6.QtWidgets import QApplication

Result = TypeVar("Result")


class Loop(qasync.QEventLoop):  # type: ignore[misc]  # it carries no types
    """Takes its timers with it: left to themselves, those still to come would be Qt's when another thread collects them."""

    def close(self) -> None:
        """The loop is over, and nothing that it was to do later happens."""
        if not self.is_closed():
            super().close()
            shiboken6.delete(self._timer)


def make_loop(application: QApplication) -> asyncio.AbstractEventLoop:
    """An asyncio loop that runs inside Qt's; it becomes the current loop of this thread."""
    loop: asyncio.AbstractEventLoop = Loop(application)
    asyncio.set_event_loop(loop)
    return loop


def run(loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, Result]) -> Result:
    """Run until the work is done, then close the loop."""
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
