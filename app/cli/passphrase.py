"""Where passphrases and PINs come from: a terminal, or a file (or standard input) named by the caller. Never argv."""

import getpass
import sys
from pathlib import Path

from app.cli.output import Speaker
from app.core.errors import FileUnreadable, UsageError
from app.core.messages import clean
from app.core.tokens import PinState, Token

MAX_BYTES = 4_096


def read_passphrase(speaker: Speaker, source: str | None, *, new: bool = False, of_backup: bool = False) -> str:
    """The passphrase: first line of `source` ("-" is standard input), or asked on the terminal.

    Raises:
        UsageError: nowhere to ask.
        FileUnreadable: the file cannot be read.
    """
    if of_backup:
        return _read_secret(source, "--backup-passphrase-file", speaker.words("backup-passphrase"))
    prompt = speaker.words("new-passphrase" if new else "passphrase")
    return _read_secret(source, "--passphrase-file", prompt)


def read_new_passphrase(speaker: Speaker, source: str | None, option: str, phrase: str) -> str:
    """A passphrase for what is to be sealed, from where others come from; on the terminal twice, after `phrase`.

    Raises:
        UsageError: nowhere to ask, or the two differ.
        FileUnreadable: the file cannot be read.
    """
    passphrase = _read_secret(source, option, speaker.words(phrase))
    if source is None and _read_secret(None, option, speaker.words("once-more")) != passphrase:
        raise UsageError(argument="passphrase", reason="the two differ")
    return passphrase


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
