"""`luopu`: start-up. Imports what a command needs only when it is asked for, so that every command starts quickly."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from app.cli.output import Speaker, system_language
from app.cli.parser import make_parser
from app.cli.registry.parser import COMMANDS as REGISTRY
from app.core.errors import LuopuError
from app.core.home import Home

COMMANDS = {
    "desktop": ("app.cli.desktop", "run"),
    "sandbox": ("app.cli.serve", "run_sandbox"),
    "node": ("app.cli.serve", "run_node"),
    "notarize": ("app.cli.notarize", "run_notarize"),
    "records": ("app.cli.work", "run_records"),
    "bundle": ("app.cli.work", "run_bundle"),
    "verify": ("app.cli.verify", "run_verify"),
    "status": ("app.cli.work", "run_status"),
    "light": ("app.cli.light", "run_light"),
    "abci": ("app.cli.abci", "run_abci"),
    "signer": ("app.cli.signer", "run_signer"),
    "consortium": ("app.cli.consortium", "run_consortium"),
    "demo": ("app.cli.demo", "run_demo"),
    **dict.fromkeys(REGISTRY, ("app.cli.registry.run", "run_registry")),
    "reserve": ("app.cli.reserve.run", "run_reserve"),
}
FAILED = 1
USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = make_parser().parse_args(argv)
    speaker = Speaker(arguments.language or system_language(), arguments.json)
    root = Path(arguments.home) if arguments.home else platformdirs.user_data_path("luopu", appauthor=False)
    module, function = COMMANDS[arguments.command]
    try:
        run = getattr(importlib.import_module(module), function)
        return int(run(arguments, Home(root.absolute()), speaker))
    except LuopuError as error:
        speaker.fail(error)
        return USAGE if error.code == "usage" else FAILED
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    from multiprocessing import freeze_support

    freeze_support()  # in a frozen build this very program is started again as the process that inspects blocks
    sys.exit(main())
