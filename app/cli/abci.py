"""`luopu abci`: the registry as CometBFT's application."""

import argparse
import asyncio

from app.cli.output import Speaker
from app.cli.stopping import log_to_stderr, stop_event
from app.core.home import Home
from app.node.abci.address import Address
from app.wiring.abci import running_abci


def run_abci(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Serve until told to stop."""
    log_to_stderr()
    asyncio.run(_serve(arguments, home, speaker))
    return 0


async def _serve(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> None:
    stop = stop_event(until_stdin_closes=arguments.until_stdin_closes)
    address = Address.parse(arguments.listen)
    kept = {"snapshot_interval": arguments.snapshot_interval, "keep_blocks": arguments.keep_blocks}
    async with running_abci(home, address, **kept) as running:
        speaker.say(speaker.words("abci-ready", url=running.url))
        speaker.answer({"ready": running.url})
        await running.until(stop)
