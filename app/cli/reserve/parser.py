"""What can be typed after `luopu reserve` (white paper 3.4.3 凭证证明)."""

import argparse

from app.cli.options import common
from app.cli.registry import kinds
from app.cli.registry.declaring import Add, Family, Parsers, Verb, argument
from app.cli.registry.options import VOUCHER
from app.cli.reserve.serving import add_serving
from app.reserve.formula import MAX_PADDING

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def snapshot_id(text: str) -> str:
    """What a snapshot is called: the first 16 hex digits of its root."""
    if len(text) != 16 or not set(text.lower()) <= set("0123456789abcdef"):
        raise argparse.ArgumentTypeError("expected 16 hex digits; luopu reserve list shows them")
    return text.lower()


_ID = argument("id", type=snapshot_id, metavar="ID", help="of the snapshot: the first 16 hex digits of its root")
MAKING = Family(
    "making",
    (
        Verb("vouchers", "可以出具储备证明的凭证 · what this account can show reserves for", signs=True),
        Verb(
            "make",
            "制作快照 · make a snapshot of what is owed, and keep it",
            (
                VOUCHER,
                argument("list", nargs="?", metavar="LIST", help="CSV, XLSX or Parquet: account and amount, or serial"),
                argument(
                    "--custody-account",
                    action="append",
                    default=[],
                    type=kinds.account,
                    metavar="ACCOUNT",
                    help="that assigned what it holds to this one; may be repeated",
                ),
                argument(
                    "--padding",
                    type=kinds.whole_number(0, MAX_PADDING),
                    default=0,
                    metavar="N",
                    help="zero entries for nobody, so that nobody can count the users",
                ),
                argument("--sheet", metavar="S", help="of a workbook; default: its only one"),
                argument("--encoding", choices=("utf-8", "gb18030"), help="of a CSV file; default: found out"),
                argument("--delimiter", choices=tuple(DELIMITERS), help="of a CSV file; default: found out"),
                argument("--user-column", metavar="C", help="how the column of users is called"),
                argument("--value-column", metavar="C", help="how the column of amounts, or serials, is called"),
                argument("--voucher-column", metavar="C", help="how the column of vouchers is called"),
                argument("--database-url-file", metavar="F", help="in the place of LIST: file with a database's URL"),
                argument("--query-file", metavar="F", help="file with the query whose rows are the list"),
                argument("--problems", metavar="CSV", help="where to write all that is wrong with the list"),
            ),
            signs=True,
        ),
    ),
)
SNAPSHOTS = Family(
    "snapshots",
    (
        Verb("list", "列出快照 · list the snapshots that are kept here", signs=True),
        Verb("publish", "公布快照 · put root and total of a snapshot on the chain", (_ID,), acts=True),
        Verb("discard", "丢弃快照 · forget a snapshot that was not published", (_ID,), signs=True),
    ),
)
PAPERS = Family(
    "papers",
    (
        Verb(
            "export",
            "导出全部证明 · write the proofs of all users",
            (_ID, argument("target", metavar="TARGET", help="a new folder, or a file that ends with .zip")),
            signs=True,
        ),
        Verb(
            "paper",
            "导出一位用户的证明 · write the proofs of one user",
            (
                _ID,
                argument("account", type=kinds.account, metavar="ACCOUNT", help="its number or its exact name"),
                argument("--output", required=True, metavar="FOLDER", help="where to write; nothing is written over"),
            ),
            signs=True,
        ),
    ),
)
VERIFYING = Family(
    "verifying",
    (
        Verb(
            "verify",
            "离线核验储备证明 · verify reserve proofs offline",
            (
                argument("files", nargs="+", metavar="FILE"),
                argument("--genesis", metavar="G", help="genesis document you trust; default: the home's own"),
                argument("--account", metavar="A", help="that it must be for: its number, or its address in hex"),
                argument(
                    "--chain", action="store_true", help="ask the home's node, too, where the publication stands now"
                ),
            ),
            needs_node=False,
        ),
    ),
)
LOOKING = Family(
    "looking",
    (
        Verb(
            "history",
            "覆盖情况 · what a custodian published about a voucher over time",
            (
                VOUCHER,
                argument(
                    "--custodian", type=kinds.account, metavar="PARTNER", help="number or name; default: the home's own"
                ),
            ),
        ),
        Verb("overview", "凭证的全部储备 · all reserves of a voucher against its supply", (VOUCHER,)),
    ),
)
FAMILIES: tuple[Family, ...] = (MAKING, SNAPSHOTS, PAPERS, VERIFYING, LOOKING)


def add_reserve(add: Add) -> None:
    """Add the command and its verbs."""
    parser = add("reserve", "储备证明 · reserve proofs: a custodian shows that it holds what it owes")
    commands = parser.add_subparsers(dest="word", required=True, metavar="VERB")

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        common(made, inherited=True)  # what was given before the verb stays
        return made

    parsers = Parsers(verb)
    for family in FAMILIES:
        parsers.add(family)
    add_serving(commands)
