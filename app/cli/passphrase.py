"""Where passphrases and PINs come from: a terminal, or a file (or standard input) named by the caller. Never argv."""

import getpass
import sys
from pathlib import Path

from app.cli.output import Speaker
from app.core.errors import FileUnreadable, UsageError
from app.core.messages import clean
from app.core.tokens import PinState, Token

MAX_BYTES = 4_096


def read_passphrase(speaker: Speaker, source: str | None, *, new: bool = False) -> str:
    """The passphrase: first line of `source` ("-" is standard input), or asked on the terminal.

    Raises:
        UsageError: nowhere to ask.
        FileUnreadable: the file cannot be read.
    """
    prompt = speaker.words("new-passphrase" if new else "passphrase")
    return _read_secret(source, "--passphrase-file", prompt)


def read_pin(speaker: Speaker, source: str | None, token: Token) -> str:
    """A token's PIN, from where a passphrase would come from; on the terminal with a warning where few tries are left.

    Raises:
        UsageError: nowhere to ask.
        FileUnreadable: the file cannot be read.
    """
    warning = speaker.words(f"pin-{token.pin.value}") if token.pin in (PinState.LOW, PinState.FINAL) else ""
    prompt = speaker.words("pin-warned" if warning else "pin", token=clean(str(token.name)), warning=warning)
    return _read_secret(source, "--pin-file", prompt)


def _read_secret(source: str | None, option: str, prompt: str) -> str:
    if source == "-":
        return sys.stdin.readline(MAX_BYTES).rstrip("\r\n")
    if source is not None:
        try:
            with Path(source).open(encoding="utf-8") as file:
                return file.readline(MAX_BYTES).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise FileUnreadable(file=source, reason=str(error)) from error
    if not sys.stdin.isatty():
        raise UsageError(argument=option, reason="no terminal to ask on")
    return getpass.getpass(prompt)
