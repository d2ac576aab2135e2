"""What can be typed."""

import argparse
from collections.abc import Callable

from app import __version__
from app.cli.consortium_parser import add_consortium
from app.cli.light_parser import add_light, pinned
from app.cli.options import (
    approving,
    block_count,
    common,
    drafting,
    interval,
    keeping,
    lifeline,
    passphrase,
    pin,
    port,
    record_limit,
    record_number,
    signing,
    unix_socket,
    validator_count,
)
from app.cli.registry.parser import add_registry
from app.cli.reserve.parser import add_reserve


def make_parser() -> argparse.ArgumentParser:
    """The parser of `luopu`."""
    parser = argparse.ArgumentParser(prog="luopu", description="络谱合作方节点 · Luopu partner node")
    parser.add_argument("--version", action="version", version=f"luopu {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (
        _desktop,
        _sandbox,
        _node,
        _notarize,
        _records,
        _bundle,
        _verify,
        _status,
        add_light,
        _demo,
        _abci,
        _signer,
        add_consortium,
        add_registry,
        add_reserve,
    ):
        add(lambda name, text: _command(commands, name, text))
    return parser


Add = Callable[[str, str], argparse.ArgumentParser]


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    common(parser)
    return parser


def _desktop(add: Add) -> None:
    parser = add("desktop", "打开桌面 · open the desktop")
    parser.add_argument("--try", dest="try_here", action="store_true", help="first run: try on this computer")


def _sandbox(add: Add) -> None:
    parser = add("sandbox", "在本机运行一个联盟 · run a consortium on this computer")
    parser.add_argument("--validators", type=validator_count, default=4, metavar="N")
    parser.add_argument("--interval", type=interval, default=3.0, metavar="3s", help="time between blocks")
    port(parser)
    passphrase(parser)
    lifeline(parser)


def _node(add: Add) -> None:
    parser = add("node", "运行本机节点 · run this home's node")
    parser.add_argument(
        "action",
        nargs="?",
        choices=("compact",),
        metavar="compact",
        help="make a stopped node's database smaller, and end",
    )
    parser.add_argument("--peer", action="append", default=[], metavar="URL", help="RPC of a peer; may be repeated")
    parser.add_argument("--rpc", metavar="ADDR:PORT", help="serve CometBFT's RPC there; default: nowhere")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--keep-blocks", type=block_count, metavar="N", help="forget older blocks")
    kept.add_argument("--archive", action="store_true", help="keep all blocks; this is the default")
    parser.add_argument(
        "--snapshot-interval",
        type=block_count,
        metavar="N",
        help="blocks between two snapshots; default: none are written",
    )
    parser.add_argument(
        "--from-snapshot", action="store_true", help="begin an empty database with a peer's snapshot, not with block 1"
    )
    parser.add_argument(
        "--trust", type=pinned, metavar="HEIGHT:HASH", help="a recent block that the snapshot must follow from"
    )
    port(parser)
    lifeline(parser)


def _notarize(add: Add) -> None:
    parser = add("notarize", "文件存证 · notarize files")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--chain", metavar="ID", help="continue this record chain; default: begin a new one")
    parser.add_argument("--subject", default="", metavar="TEXT", help="public words about the records")
    parser.add_argument("--batch", metavar="F", help="write a list of the files to F and notarize the list")
    parser.add_argument(
        "--supersedes", type=record_number, default=0, metavar="N", help="it replaces the earlier record N of --chain"
    )
    parser.add_argument("--timestamp", metavar="F", help="file of a trusted time-stamp token")
    parser.add_argument("--hosting", metavar="TEXT", help="where it is hosted; only the digest is recorded")
    parser.add_argument("--wait", action="store_true", help="wait for the outcome")
    approving(parser)
    drafting(parser)
    signing(parser)


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


def _abci(add: Add) -> None:
    parser = add("abci", "运行 CometBFT 的应用 · run the application behind CometBFT")
    parser.add_argument(
        "--listen", default="tcp://127.0.0.1:26658", metavar="ADDR", help="tcp://HOST:PORT or unix:///PATH"
    )
    keeping(parser)
    lifeline(parser)


def _signer(add: Add) -> None:
    parser = add("signer", "保管记账方密钥并签名 · hold a validator's key and sign for CometBFT")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--init", action="store_true", help="make a new key and show its public half")
    what.add_argument("--token", metavar="KEY", help="take an Ed25519 key on a token: its text, or its label there")
    what.add_argument("--import", dest="import_from", metavar="COMETHOME", help="move a validator from CometBFT's home")
    what.add_argument(
        "--connect",
        type=unix_socket,
        metavar="ADDR",
        help="CometBFT's priv_validator_laddr; default: unix://DIR/signer/comet.sock",
    )
    pin(parser)
    lifeline(parser)
