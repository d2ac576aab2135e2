"""Runs a verb of `luopu reserve`: finds what its module has under its name.

Importing this reads no network code, and neither does verifying a proof: a stranger's quick check starts at once.
"""

import argparse
import importlib

from app.cli.output import Speaker
from app.core.home import Home


def run_reserve(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Do what the verb says; returns the exit status."""
    module = importlib.import_module(f"app.cli.reserve.{arguments.module}")
    return int(module.VERBS[arguments.verb](arguments, home, speaker))
