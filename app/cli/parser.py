"""What can be typed."""

import argparse
from collections.abc import Callable

from app import __version__


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


def make_parser() -> argparse.ArgumentParser:
    """The parser of `luopu`."""
    parser = argparse.ArgumentParser(prog="luopu", description="络谱合作方节点 · Luopu partner node")
    parser.add_argument("--version", action="version", version=f"luopu {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (_desktop, _sandbox, _node, _notarize, _records, _bundle, _verify, _status, _demo):
        add(lambda name, text: _command(commands, name, text))
    return parser


Add = Callable[[str, str], argparse.ArgumentParser]


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--home", metavar="DIR", help="the one folder this program touches")
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")
    parser.add_argument("--language", choices=("zh", "en"), help="language of the answers; default: the system's")
    return parser


def _desktop(add: Add) -> None:
    parser = add("desktop", "打开桌面 · open the desktop")
    parser.add_argument("--try", dest="try_here", action="store_true", help="first run: try on this computer")


def _sandbox(add: Add) -> None:
    parser = add("sandbox", "在本机运行一个联盟 · run a consortium on this computer")
    parser.add_argument("--validators", type=validator_count, default=4, metavar="N")
    parser.add_argument("--interval", type=interval, default=3.0, metavar="3s", help="time between blocks")
    _port(parser)
    _passphrase(parser)
    _lifeline(parser)


def _node(add: Add) -> None:
    parser = add("node", "运行本机节点 · run this home's node")
    parser.add_argument("--peer", action="append", default=[], metavar="URL", help="RPC of a peer; may be repeated")
    _port(parser)
    _lifeline(parser)


def _notarize(add: Add) -> None:
    parser = add("notarize", "文件存证 · notarize files")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--chain", metavar="ID", help="continue this record chain; default: begin a new one")
    parser.add_argument("--subject", default="", metavar="TEXT", help="public words about the records")
    parser.add_argument("--wait", action="store_true", help="wait for the outcome")
    _passphrase(parser)


def _records(add: Add) -> None:
    parser = add("records", "存证记录 · list evidence records")
    parser.add_argument("--chain", metavar="ID", help="records of this chain only")
    parser.add_argument("--limit", type=record_limit, default=50, metavar="N")


def _bundle(add: Add) -> None:
    parser = add("bundle", "生成存证包 · write an evidence bundle")
    parser.add_argument("id", metavar="ID", help="log index, or the first 8 or more hex digits of the record")
    parser.add_argument("-o", "--output", required=True, metavar="F")
    parser.add_argument("--file", metavar="F", help="the original, where it is no longer where it was")
    parser.add_argument("--detached", action="store_true", help="leave the original out of the bundle")


def _verify(add: Add) -> None:
    parser = add("verify", "离线核验存证包 · verify an evidence bundle offline")
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.add_argument("--file", metavar="F", help="the original to compare with")
    parser.add_argument("--trust", metavar="GENESIS", help="genesis document you trust; default: the home's own")


def _status(add: Add) -> None:
    add("status", "节点状态 · where the node stands")


def _demo(add: Add) -> None:
    parser = add("demo", "无窗口的完整流程 · the whole path without a window")
    parser.add_argument("--interval", type=interval, default=3.0, metavar="3s", help="time between blocks")


def _port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port on loopback; default: a free one")


def _passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passphrase-file", metavar="F", help='file with the passphrase, "-" for standard input')


def _lifeline(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)
