"""Arguments that several of the registry's verbs take."""

from app.cli.registry import kinds
from app.cli.registry.declaring import argument, either
from app.core.wire import registry_pb2 as wire

ACCOUNT = argument("account", type=kinds.account, metavar="ACCOUNT", help="its number or its exact name")
WHOSE = argument(
    "account", nargs="?", type=kinds.account, metavar="ACCOUNT", help="number or exact name; default: the home's own"
)
ORDER = (
    argument("--order", required=True, metavar="F", help="the order; its SHA-256 goes on the chain"),
    argument("--authority", required=True, metavar="TEXT", help="who ordered it"),
    argument("--reference", default="", metavar="TEXT", help="under which reference"),
)
LIMIT = argument("--limit", type=kinds.page_size, default=100, metavar="N", help="at most so many; default: 100")
REASON = argument("--reason", required=True, metavar="F", help="a document with the reason")
VOUCHER = argument("voucher", type=kinds.identifier, metavar="VOUCHER", help="its id, 32 hex digits")
EXPIRES = argument("--expires", type=kinds.moment, default=0, metavar="MOMENT", help="default: never")
BLOCKS = argument("--blocks", type=kinds.blocks, required=True, metavar="N", help="open for so many blocks from now")
CARDS = argument("--card", action="append", required=True, metavar="T", help="a key's card, or a file with it")
CARD = argument("--card", required=True, metavar="T", help="the card of the user's key, or a file with it")
LEVELS = ", ".join(kinds.names_of(wire.Level.DESCRIPTOR))
DUTIES = ", ".join(kinds.names_of(wire.Duty.DESCRIPTOR))
ACCEPT = argument(
    "--accept", action="append", default=[], type=kinds.account, metavar="PARTNER", help="whose users may hold it"
)
WITHOUT_LIST = argument("--accept-all", action="store_true", help="all whom the issuer recognises")
CERTIFICATION = (
    argument("--level", type=kinds.level, required=True, metavar="LEVEL", help=LEVELS),
    argument(
        "--attribute",
        action="append",
        default=[],
        type=kinds.attribute,
        metavar="NAME=VALUE",
        help="kept in the vault; a salted commitment goes under the root; may be repeated",
    ),
    argument("--attributes", metavar="F", help="a file with one NAME=VALUE a line, so that no other process sees them"),
    argument("--material", action="append", default=[], metavar="F", help="a scan by which the user is known"),
    argument("--form", action="append", default=[], metavar="F", help="an application form; a copy of each is sealed"),
    argument("--person", metavar="TEXT", help='how the vault calls the user; default: the attribute "name"'),
    argument("--notes", default="", metavar="TEXT", help="kept in the vault"),
    argument("--expires", type=kinds.moment, default=0, metavar="MOMENT", help="until when it counts; default: always"),
    argument("--answers", action="store_true", help="answer for what the user puts on the chain"),
)
FREEZING = either(
    argument("--freeze", action="store_true", help="freeze all of it"),
    argument("--release", action="store_true", help="let all of it go"),
)
ANYWAY = argument("--anyway", action="store_true", help="sign even what would be refused as things stand")
NO_WAIT = argument("--no-wait", action="store_true", help="sign and send it, and do not wait for what becomes of it")
