"""`luopu desktop`: open the window on a home."""

import argparse

from app.cli.output import Speaker
from app.core.home import Home
from app.desk.local import LocalDesk
from app.ui.application import run_desktop
from app.ui.settings import FileSettings


def run(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Open the desktop and stay until the clerk closes it."""
    del speaker
    home.root.mkdir(parents=True, exist_ok=True)
    choice = "try" if arguments.try_here else None
    return run_desktop(LocalDesk(home), FileSettings(home.settings), first_run_choice=choice, home=home.root)
