"""Runs a verb of the registry: finds what its family's module has under the verb's words, and lets it do its work."""

import argparse
import asyncio
import importlib
from contextlib import closing

from app.cli.output import Speaker
from app.cli.registry.perform import perform
from app.cli.registry.session import Desk, Session
from app.cli.work import node_of
from app.core.home import Home


def run_registry(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Do what the verb says; returns the exit status."""
    return asyncio.run(_run(arguments, home, speaker))


async def _run(given: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    family = importlib.import_module(f"app.cli.registry.{given.module}")
    if not given.needs_node:
        return int(await family.QUESTIONS[given.verb](Desk(home, speaker, given)))
    async with node_of(home) as node:
        with closing(Session(home, speaker, node, given)) as session:
            if given.verb in family.QUESTIONS:
                return int(await family.QUESTIONS[given.verb](session))
            return await perform(session, await family.DEEDS[given.verb](session))
