"""`luopu signer`: the process that holds a validator's key and signs for CometBFT."""

import argparse
import asyncio
import base64
from functools import partial
from pathlib import Path

from app.cli.output import Speaker
from app.cli.passphrase import read_pin
from app.cli.signing import check_any_module, keys_called, logged_in
from app.cli.stopping import log_to_stderr, stop_event
from app.core.errors import BadKey
from app.core.home import Home
from app.node.consensus.validators import derive_address
from app.wiring.signer import create_signer, create_token_signer, import_signer, running_signer
from app.wiring.system import SystemRandomness
from app.wiring.tokens import plugged_tokens


def run_signer(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Make a key, or move one here, or sign until told to stop."""
    log_to_stderr()
    if arguments.init:
        _show_key(speaker, create_signer(home, SystemRandomness()).public_key, "signer-made")
    elif arguments.token:
        _show_key(speaker, asyncio.run(_take_from_token(arguments, home, speaker)), "signer-made")
    elif arguments.import_from:
        key, last = import_signer(home, Path(arguments.import_from).absolute())
        _show_key(speaker, key.public_key, "signer-moved", place=str(last.place))
    else:
        asyncio.run(_serve(arguments, home, speaker))
    return 0


async def _serve(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> None:
    stop = stop_event(until_stdin_closes=arguments.until_stdin_closes)
    async with running_signer(home, arguments.connect, partial(read_pin, speaker, arguments.pin_file)) as running:
        speaker.say(speaker.words("signer-ready", url=running.url))
        speaker.answer({"ready": running.url})
        await running.until(stop)


async def _take_from_token(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> bytes:
    """Let the key on a token be the validator's; its public half.

    Raises:
        ModuleUnusable, KeyNotOnToken: it cannot be reached.
        BadKey: several keys have that label.
    """
    check_any_module(home)
    with plugged_tokens(home) as tokens:
        keys, error = keys_called(tokens, arguments.token)
        if not keys:
            raise error
        if len({key.public_key for key in keys}) > 1:
            raise BadKey(reason="not exactly one key is called so", got=arguments.token)
        async with logged_in(tokens, keys[0].token, speaker, arguments.pin_file):
            return await asyncio.to_thread(create_token_signer, home, tokens, keys[0])


def _show_key(speaker: Speaker, public_key: bytes, words: str, **facts: str) -> None:
    """The key as a genesis document and as a proposal of a new validator want it."""
    shown = {
        "public_key": public_key.hex(),
        "base64": base64.b64encode(public_key).decode(),
        "address": derive_address(public_key).hex().upper(),
    }
    speaker.say(speaker.words(words, **facts))
    speaker.pairs(shown)
    speaker.answer({**shown, **facts})
