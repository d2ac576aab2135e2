"""`luopu sandbox` and `luopu node`: processes that run until they are told to stop, and what is done to a stopped one."""

import argparse
import asyncio

from app.cli.output import Speaker
from app.cli.passphrase import read_passphrase
from app.cli.stopping import log_to_stderr, stop_event
from app.core.errors import UsageError
from app.core.home import Home
from app.node.api.address import parse_address
from app.node.sync.light_trust import PinnedBlock
from app.wallet.keystore import load_keystore
from app.wiring.compaction import compact_node
from app.wiring.node import NodeOptions, running_node
from app.wiring.sandbox import create_clerk_key, create_sandbox, running_sandbox
from app.wiring.stores import load_genesis


def run_sandbox(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Make the embedded consortium if there is none, and run it."""
    log_to_stderr()
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
    """Run the node, or compact its database."""
    log_to_stderr()
    if arguments.action == "compact":
        before, after = compact_node(home)
        speaker.say(speaker.words("compacted", before=before, after=after))
        speaker.answer({"before": before, "after": after})
        return 0
    asyncio.run(_serve_node(arguments, home, speaker))
    return 0


async def _serve_sandbox(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> None:
    stop = stop_event(until_stdin_closes=arguments.until_stdin_closes)
    async with running_sandbox(home, arguments.interval, arguments.port) as running:
        genesis = load_genesis(home.genesis)[0]
        facts = {"chain": genesis.chain_id, "validators": len(genesis.validators), "interval": arguments.interval}
        speaker.say(speaker.words("sandbox-ready", url=running.url, **facts))
        speaker.answer({"ready": running.url})
        await running.until(stop)


async def _serve_node(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> None:
    stop = stop_event(until_stdin_closes=arguments.until_stdin_closes)
    options = NodeOptions(
        rpc=None if arguments.rpc is None else parse_address(arguments.rpc),
        keep_blocks=arguments.keep_blocks,
        snapshot_interval=arguments.snapshot_interval,
        from_snapshot=arguments.from_snapshot,
        trust=None if arguments.trust is None else PinnedBlock(*arguments.trust),
    )
    async with running_node(home, arguments.peer, arguments.port, options) as running:
        speaker.say(speaker.words("node-ready", url=running.url))
        answer = {"ready": running.url}
        if running.rpc_url is not None:
            speaker.say(speaker.words("node-rpc", url=running.rpc_url))
            answer["rpc"] = running.rpc_url
        speaker.answer(answer)
        await running.until(stop)
