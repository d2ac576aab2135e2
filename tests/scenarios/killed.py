"""A program that forks consortiums and nodes to be killed. Started by `test_kill.py`.

For each line on standard input, `sandbox`, home and seconds between tabs, it forks a process that runs what `luopu sandbox`
or `luopu node` runs, so that the interpreter starts once for many kills. It tells `forked PID`, and `ended PID` when the
process is gone. With the same words as arguments it runs one of them itself. The node looks for news every few milliseconds
instead of twice a second, so that there is always something being written.
"""

import asyncio
import logging
import os
import sys
import threading
from pathlib import Path

from app.core.home import Home
from app.node.sync import follower, peers
from app.wiring import node
from app.wiring.node import running_node
from app.wiring.sandbox import running_sandbox

LOOK_SECONDS = 0.01


def main() -> None:
    """Run what the arguments say, or fork a process for each line."""
    if len(sys.argv) > 1:
        run(*sys.argv[1:])
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            run(*words)
        tell(f"forked {child}")
        threading.Thread(target=wait_for, args=(child,)).start()


def wait_for(child: int) -> None:
    """Say when a process is gone."""
    os.waitpid(child, 0)
    tell(f"ended {child}")


def run(name: str, root: str, seconds: str) -> None:
    """What the command does, until killed. Never returns."""
    home = Home(Path(root))
    os.close(0)
    home.logs.mkdir(parents=True, exist_ok=True)
    log = os.open(home.logs / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(level=logging.WARNING)
    node.PEERS_SECONDS = follower.POLL_SECONDS = LOOK_SECONDS
    peers.QUIET_SECONDS = peers.MAX_QUIET_SECONDS = LOOK_SECONDS
    try:
        asyncio.run(serve(name, home, float(seconds)))
    except BaseException:
        logging.getLogger(name).exception("it ended by itself")
    os._exit(1)


async def serve(name: str, home: Home, interval: float) -> None:
    """Run until killed."""
    running = running_sandbox(home, interval, 0) if name == "sandbox" else running_node(home, [], 0)
    async with running as service:
        await service.until(asyncio.Event())


def tell(line: str) -> None:
    """One line, whole or not at all."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
