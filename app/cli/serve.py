"""`luopu sandbox` and `luopu node`: processes that run until they are told to stop."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import suppress

from app.cli.output import Speaker
from app.cli.passphrase import read_passphrase
from app.core.errors import UsageError
from app.core.home import Home
from app.wallet.keystore import load_keystore
from app.wiring.node import running_node
from app.wiring.sandbox import create_clerk_key, create_sandbox, running_sandbox
from app.wiring.stores import load_genesis


def run_sandbox(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Make the embedded consortium if there is none, and run it."""
    _log_to_stderr()
    if not home.genesis.exists():
        if not home.keystore.exists():
            passphrase = read_passphrase(speaker, arguments.passphrase_file, new=True)
            create_clerk_key(home, passphrase)
        keystore = load_keystore(home.keystore)
        create_sandbox(home, arguments.validators, keystore.public_key, keystore.label)
    elif not home.sandbox_keys.exists():
        raise UsageError(argument="home", reason="this home belongs to a consortium elsewhere", path=str(home.root))
    asyncio.run(_serve_sandbox(arguments, home, speaker))
    return 0


def run_node(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Run the node."""
    _log_to_stderr()
    asyncio.run(_serve_node(arguments, home, speaker))
    return 0


async def _serve_sandbox(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> None:
    stop = _stop_event(until_stdin_closes=arguments.until_stdin_closes)
    async with running_sandbox(home, arguments.interval, arguments.port) as running:
        genesis = load_genesis(home.genesis)[0]
        facts = {"chain": genesis.chain_id, "validators": len(genesis.validators), "interval": arguments.interval}
        speaker.say(speaker.words("sandbox-ready", url=running.url, **facts))
        speaker.answer({"ready": running.url})
        await running.until(stop)


async def _serve_node(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> None:
    stop = _stop_event(until_stdin_closes=arguments.until_stdin_closes)
    async with running_node(home, arguments.peer, arguments.port) as running:
        speaker.say(speaker.words("node-ready", url=running.url))
        speaker.answer({"ready": running.url})
        await running.until(stop)


def _stop_event(*, until_stdin_closes: bool) -> asyncio.Event:
    """Set by Ctrl+C, by a request to terminate, or by the end of standard input."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl+C raises KeyboardInterrupt instead
            loop.add_signal_handler(number, stop.set)
    if until_stdin_closes:
        threading.Thread(target=_wait_for_end_of_input, args=(loop, stop), daemon=True).start()
    return stop


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    with suppress(RuntimeError):  # the loop has ended for another reason
        loop.call_soon_threadsafe(stop.set)


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
