"""What can be typed after `luopu validators`."""

import argparse
import base64
import binascii
from collections.abc import Callable

from app.cli.options import common, passphrase
from app.core.errors import BadKey
from app.core.keys import decode_key_text
from app.core.proposal import MAX_DEADLINE_BLOCKS, MAX_POWER, PROPOSAL_ID_BYTES, VALIDATOR_KEY_BYTES

DEFAULT_DEADLINE = 200_000
"""Blocks: a week, where one comes every three seconds."""


def add_validators(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """The command, which lists, and its verbs."""
    verbs = add("validators", "记账方席位与提案 · validators' seats, and deciding on them").add_subparsers(
        dest="verb", metavar="VERB"
    )

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
        common(parser, inherited=True)  # what was given before the verb stays
        return parser

    _propose(verb("propose", "提议变更记账方 · propose a validator, another power for one, or that one goes"))
    _approve(verb("approve", "同意提案 · consent to a proposal"))


def _propose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", type=validator_key, required=True, metavar="KEY", help="Ed25519, in hex or base64")
    parser.add_argument(
        "--power", type=voting_power, required=True, metavar="N", help="its voting power; 0 takes the seat away"
    )
    parser.add_argument(
        "--account", type=account_id, required=True, metavar="ID", help="bookkeeper who answers for the validator"
    )
    parser.add_argument(
        "--document", required=True, metavar="FILE", help="the reasons; its SHA-256 will stand in the proposal"
    )
    parser.add_argument(
        "--deadline",
        type=deadline,
        default=DEFAULT_DEADLINE,
        metavar="BLOCKS",
        help=f"how many blocks from now it may be approved; default: {DEFAULT_DEADLINE}",
    )
    passphrase(parser)


def _approve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("proposal", type=proposal_id, metavar="PROPOSAL", help="its id, 32 hex digits")
    passphrase(parser)


def validator_key(text: str) -> bytes:
    """An Ed25519 key: hex as in genesis.json's app_state, "ed25519:…" as in company.json, base64 as CometBFT writes it."""
    try:
        if len(text) == 44:
            key = base64.b64decode(text, validate=True)
        else:
            key = decode_key_text(text if ":" in text else f"ed25519:{text}").data
    except (BadKey, binascii.Error, ValueError):
        key = b""
    if len(key) != VALIDATOR_KEY_BYTES:
        raise argparse.ArgumentTypeError("expected 64 hex digits, or 44 characters of base64")
    return key


def voting_power(text: str) -> int:
    """0 … 2^40."""
    return _number(text, 0, MAX_POWER)


def account_id(text: str) -> int:
    """The numeric ID of an account."""
    return _number(text, 1, 2**53 - 1)


def deadline(text: str) -> int:
    """A number of blocks that the law allows."""
    return _number(text, 1, MAX_DEADLINE_BLOCKS)


def proposal_id(text: str) -> bytes:
    """A proposal's id."""
    try:
        proposal = bytes.fromhex(text)
    except ValueError:
        proposal = b""
    if len(proposal) != PROPOSAL_ID_BYTES:
        raise argparse.ArgumentTypeError("expected 32 hex digits")
    return proposal


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"expected {least} … {most}")
    return int(text)
