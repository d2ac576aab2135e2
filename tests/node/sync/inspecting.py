"""An owner of an inspecting process, to be killed and interrupted: run with -m.

Prints the process's id as soon as there is one, while that is still coming up; then, for each line of input, has something
inspected and prints the ids of its processes again. Ctrl+C it takes note of and goes on. Ends at the end of its input.
"""

import asyncio
import multiprocessing
import signal
import sys
from functools import partial

from app.node.sync import inspector as inspector_module
from app.node.sync.answers import RawAnswer
from app.node.sync.inspector import Inspector
from tests.fakes.chain import make_light_chain
from tests.fakes.network import make_range


async def own() -> None:
    """Do what the lines of input say."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, partial(print, "interrupted", flush=True))
    inspector_module.ENOUGH_BYTES = 0
    inspector = Inspector()
    answer = RawAnswer(1, 1, make_range(make_light_chain(1)))
    inspecting = asyncio.create_task(inspector.inspect(answer))
    await until_there_is_a_process()
    say_processes()
    await inspecting
    while await loop.run_in_executor(None, sys.stdin.readline):
        await inspector.inspect(answer)
        say_processes()
    inspector.close()


async def until_there_is_a_process() -> None:
    """As soon as that; nothing tells of it."""
    while not multiprocessing.active_children():  # noqa: ASYNC110
        await asyncio.sleep(0)


def say_processes() -> None:
    """Ids of the processes that there are."""
    print(*[process.pid for process in multiprocessing.active_children()], flush=True)


if __name__ == "__main__":
    asyncio.run(own())
