"""The one module that touches qasync, whose functions carry no types: asyncio on Qt's event loop."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import qasync
from PySide6.QtWidgets import QApplication

Result = TypeVar("Result")


def make_loop(application: QApplication) -> asyncio.AbstractEventLoop:
    """An asyncio loop that runs inside Qt's; it becomes the current loop of this thread."""
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    return loop


def run(loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, Result]) -> Result:
    """Run until the work is done, then close the loop."""
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
