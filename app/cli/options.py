"""What several commands take: kinds of arguments, and options that are the same everywhere."""

import argparse
from pathlib import Path

from app.core.units import INT64_MAX

BLOCKS_OF = {"m": 20, "h": 1_200, "d": 28_800}
"""Blocks in a minute, an hour, a day, at one every three seconds."""


def lifetime(text: str) -> int:
    """How long a transaction is to be good for, in blocks: "600", "30m", "12h", "3d"."""
    number, each = (text[:-1], BLOCKS_OF[text[-1]]) if text[-1:] in BLOCKS_OF else (text, 1)
    if not number.isascii() or not number.isdecimal() or len(number) > 9 or not int(number):
        raise argparse.ArgumentTypeError("expected a number of blocks, or 30m, 12h, 3d")
    return int(number) * each


def interval(text: str) -> float:
    """A block interval: seconds, with or without "s" ("3s", "0.5")."""
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError as error:
        raise argparse.ArgumentTypeError("expected seconds, for example 3s") from error
    if not 0.05 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("expected 0.05 … 3600 seconds")
    return seconds


def validator_count(text: str) -> int:
    """1 … 100 validators."""
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("expected 1 … 100")
    return int(text)


def record_limit(text: str) -> int:
    """1 … 256 records."""
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError("expected 1 … 256")
    return int(text)


def block_count(text: str) -> int:
    """A number of blocks, at least 1."""
    if not text.isdecimal() or not 1 <= int(text) <= 2**40:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return int(text)


def record_number(text: str) -> int:
    """The number of a record in its chain: at least 1."""
    if not text.isdecimal() or not 1 <= int(text) <= INT64_MAX:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return int(text)


def unix_socket(text: str) -> Path:
    """The path in "unix:///PATH"."""
    path = Path(text.removeprefix("unix://"))
    if not text.startswith("unix://") or not path.is_absolute():
        raise argparse.ArgumentTypeError("expected unix:///PATH")
    return path


def common(parser: argparse.ArgumentParser, *, inherited: bool = False) -> None:
    """What every command takes. A verb below a command (`inherited`) leaves alone what was given before it."""
    nothing = argparse.SUPPRESS if inherited else None
    parser.add_argument("--home", metavar="DIR", default=nothing, help="the one folder this program touches")
    parser.add_argument("--json", action="store_true", default=nothing, help="answer with one JSON document")
    parser.add_argument(
        "--language", choices=("zh", "en"), default=nothing, help="language of the answers; default: the system's"
    )


def port(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port on loopback; default: a free one")


def passphrase(parser: "argparse._ActionsContainer") -> None:
    """Where the passphrase comes from."""
    parser.add_argument("--passphrase-file", metavar="F", help='file with the passphrase, "-" for standard input')


def pin(parser: "argparse._ActionsContainer") -> None:
    """Where a token's PIN comes from."""
    parser.add_argument("--pin-file", metavar="F", help='file with the token\'s PIN, "-" for standard input')


def signing(parser: "argparse._ActionsContainer") -> None:
    """Which key signs, and what opens it."""
    parser.add_argument(
        "--key",
        dest="signing_key",
        metavar="KEY",
        help="who signs: a key's text, or the label of one on a token; default: the keystore's key",
    )
    passphrase(parser)
    pin(parser)


def drafting(parser: "argparse._ActionsContainer") -> None:
    """How long what is drafted is good for, and where it goes instead of being signed here."""
    parser.add_argument(
        "--valid-for",
        type=lifetime,
        metavar="TIME",
        help="how long it may wait to be recorded: blocks, 30m, 12h, 3d; default: as long as it needs",
    )
    parser.add_argument(
        "--draft-to",
        metavar="F",
        help="sign nothing: write it to F (.png: a QR code) for luopu sign on another computer",
    )


def approving(parser: "argparse._ActionsContainer") -> None:
    """Who signs the same transaction, too."""
    parser.add_argument(
        "--approver",
        action="append",
        default=[],
        metavar="KEY",
        help="a checker who signs too: key, or its label or place in the account; may be repeated",
    )
    parser.add_argument("--request", metavar="F", help="where to write the request for the approvers")


def lifeline(parser: argparse.ArgumentParser) -> None:
    """For a process of ours: it ends with whoever started it."""
    parser.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)


def keeping(parser: argparse.ArgumentParser) -> None:
    """How much the application keeps, and offers to others."""
    parser.add_argument(
        "--snapshot-interval",
        type=block_count,
        default=0,
        metavar="N",
        help="blocks between two snapshots; default: none are written",
    )
    parser.add_argument(
        "--keep-blocks",
        type=block_count,
        default=0,
        metavar="N",
        help="let CometBFT forget older blocks; default: it keeps all",
    )
