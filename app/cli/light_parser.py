"""What can be typed after `luopu light`."""

import argparse
import re
from collections.abc import Callable

from app.core.units import INT64_MAX, NANOSECONDS_PER_SECOND, Hash32, Height

NEVER = "never"
PINNED = re.compile(r"([1-9]\d{0,18}):([0-9A-Fa-f]{64})", re.ASCII)
NANOSECONDS_PER_DAY = 86_400 * NANOSECONDS_PER_SECOND


def add_light(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """The verb `light`."""
    parser = add("light", "轻客户端：核验区块头 · verify a block header without following the chain")
    parser.add_argument("--peer", required=True, metavar="URL", help="RPC of the node that is asked first")
    parser.add_argument(
        "--witness", action="append", default=[], metavar="URL", help="RPC of a node that must agree; may be repeated"
    )
    root = parser.add_mutually_exclusive_group()
    root.add_argument("--genesis", metavar="F", help="genesis document you trust; default: the home's own")
    root.add_argument("--trust", type=pinned, metavar="HEIGHT:HASH", help="a recent block that you trust")
    parser.add_argument("--height", type=height, metavar="H", help="block to verify; default: the newest")
    parser.add_argument("--sequential", action="store_true", help="verify every height instead of skipping")
    parser.add_argument(
        "--trusting-period",
        type=trusting_period,
        default=14 * NANOSECONDS_PER_DAY,
        metavar="DAYS",
        help='how long a trusted block vouches for later ones, or "never" for no end; default: 14',
    )


def pinned(text: str) -> tuple[Height, Hash32]:
    """A block by its height and hash."""
    match = PINNED.fullmatch(text)
    if match is None or int(match[1]) > INT64_MAX:
        raise argparse.ArgumentTypeError("expected HEIGHT:HASH, the hash with 64 hex digits")
    return Height(int(match[1])), Hash32(bytes.fromhex(match[2]))


def height(text: str) -> Height:
    """A block's height."""
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or not 1 <= int(text) <= INT64_MAX:
        raise argparse.ArgumentTypeError("expected a height of at least 1")
    return Height(int(text))


def trusting_period(text: str) -> int | None:
    """Nanoseconds; None for ever."""
    if text == NEVER:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= 3650 or len(text) > 4:
        raise argparse.ArgumentTypeError('expected 1 … 3650 days or "never"')
    return int(text) * NANOSECONDS_PER_DAY
