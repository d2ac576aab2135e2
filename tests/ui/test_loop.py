"""The loop inside Qt's: what it leaves behind."""

import asyncio
import gc
import threading

from PySide6.QtWidgets import QApplication

from app.ui.loop import make_loop


async def _plans(seconds: float) -> None:
    asyncio.get_running_loop().call_later(seconds, print)


def test_a_closed_loop_leaves_no_timer_to_the_thread_that_collects_it(qapp: QApplication) -> None:
    """Qt warns of such a timer, which fails the test, and dies of it when its time has come."""
    loop = make_loop(qapp)
    loop.run_until_complete(_plans(60))
    loop.close()
    asyncio.set_event_loop(None)
    del loop
    collector = threading.Thread(target=gc.collect)
    collector.start()
    collector.join()


def test_a_loop_can_be_closed_twice(qapp: QApplication) -> None:
    loop = make_loop(qapp)
    loop.close()
    loop.close()
    asyncio.set_event_loop(None)
    assert loop.is_closed()
