"""What can be typed after `luopu reserve serve` and `luopu reserve schedule`: the service for business systems (3.4.3)."""

import argparse
import re

from app.cli.options import common, lifeline, signing
from app.cli.registry import kinds
from app.cli.registry.declaring import Add
from app.reserve.formula import MAX_PADDING

MAX_HOURS = 8_760
MODULE = "service"
"""Which has what these verbs do (`app.cli.reserve.run`)."""


def time_of_day(text: str) -> str:
    """A time of day: 02:00."""
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise argparse.ArgumentTypeError("expected HH:MM, for example 02:00")
    return text


def hours(text: str) -> int:
    """So many hours: 24, or 24h."""
    return kinds.whole_number(1, MAX_HOURS)(text.removesuffix("h"))


def add_serving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both verbs behind `luopu reserve`."""

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        common(made, inherited=True)  # what was given before the verb stays
        return made

    _add_serve(verb)
    _add_schedule(verb)


def _add_serve(add: Add) -> None:
    parser = add("serve", "为业务系统提供接口，并按计划执行 · serve business systems, and make what is scheduled")
    parser.add_argument(
        "--listen", default="127.0.0.1:0", metavar="ADDR:PORT", help="on loopback; default: 127.0.0.1, a free port"
    )
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="PATH",
        help="a file that requests may name (a list, a database's URL, a query), or a folder of such; may be repeated",
    )
    signing(parser)
    lifeline(parser)
    parser.set_defaults(module=MODULE, verb="serve")


def _add_schedule(add: Add) -> None:
    parser = add("schedule", "定期快照 · snapshots on a schedule, which luopu reserve serve makes")
    words = parser.add_subparsers(dest="schedule_word", required=True, metavar="VERB")

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = words.add_parser(name, help=text, description=text)
        common(made, inherited=True)
        made.set_defaults(module=MODULE, verb=f"schedule {name}")
        return made

    _take_plan(verb("add", "添加定期快照 · make a snapshot again and again"))
    verb("list", "列出计划及结果 · what is scheduled, and what came of it")
    removed = verb("remove", "取消定期快照 · make it no more")
    removed.add_argument("id", metavar="ID", help="of the entry; luopu reserve schedule list shows it")


def _take_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("voucher", type=kinds.identifier, metavar="VOUCHER", help="its id, 32 hex digits")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--list", metavar="F", help="CSV, XLSX or Parquet, as it lies there then")
    source.add_argument("--database-url-file", metavar="F", help="file with a database's URL; with --query-file")
    parser.add_argument("--query-file", metavar="F", help="file with the query whose rows are the list")
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--every", type=hours, metavar="HOURS", help="so many hours from now, and again and again")
    when.add_argument("--at", type=time_of_day, metavar="HH:MM", help="each day at this time of this computer's zone")
    parser.add_argument(
        "--custody-account",
        action="append",
        default=[],
        type=kinds.whole_number(1),
        metavar="NUMBER",
        help="that assigned what it holds to this one; may be repeated",
    )
    parser.add_argument(
        "--padding",
        type=kinds.whole_number(0, MAX_PADDING),
        default=0,
        metavar="N",
        help="zero entries for nobody, so that nobody can count the users",
    )
    parser.add_argument("--publish", action="store_true", help="publish it, too")
