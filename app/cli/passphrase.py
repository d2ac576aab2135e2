"""Where the passphrase comes from: a terminal, or a file (or standard input) named by the caller. Never argv."""

import getpass
import sys
from pathlib import Path

from app.cli.output import Speaker
from app.core.errors import FileUnreadable, UsageError

MAX_BYTES = 4_096


def read_passphrase(speaker: Speaker, source: str | None, *, new: bool = False) -> str:
    """The passphrase: first line of `source` ("-" is standard input), or asked on the terminal.

    Raises:
        UsageError: nowhere to ask.
        FileUnreadable: the file cannot be read.
    """
    if source == "-":
        return sys.stdin.readline(MAX_BYTES).rstrip("\r\n")
    if source is not None:
        try:
            with Path(source).open(encoding="utf-8") as file:
                return file.readline(MAX_BYTES).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise FileUnreadable(file=source, reason=str(error)) from error
    if not sys.stdin.isatty():
        raise UsageError(argument="--passphrase-file", reason="no terminal to ask on")
    return getpass.getpass(speaker.words("new-passphrase" if new else "passphrase"))
