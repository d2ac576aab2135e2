"""What a partner does for users, and users for themselves: enrol, certify, freeze, disclose, grant (white paper 3.4.1)."""

from app.cli.registry import kinds
from app.cli.registry.declaring import Family, Group, Verb, argument, either
from app.cli.registry.options import ACCOUNT, CARD, CERTIFICATION, EXPIRES, LEVELS, LIMIT, ORDER, REASON, WHOSE

IDENTITY = Family(
    "identity",
    (
        Verb(
            "enrol",
            "登记用户 · enrol a user and certify it",
            (CARD, argument("--name", default="", metavar="NAME", help="public; may be left out"), *CERTIFICATION),
            acts=True,
        ),
        Verb("certify", "认证用户 · certify a user that has an account", (ACCOUNT, *CERTIFICATION), acts=True),
        Verb("revoke", "撤销认证 · revoke one's certification of a user", (ACCOUNT, REASON), acts=True),
        Verb(
            "recognise",
            "认可其他合作方的认证 · recognise another partner's certifications",
            (
                argument("partner", type=kinds.account, metavar="PARTNER", help="its number or its exact name"),
                either(
                    argument("--least", type=kinds.level, metavar="LEVEL", help=f"from this level on: {LEVELS}"),
                    argument("--withdraw", action="store_true", help="no longer"),
                ),
            ),
            acts=True,
        ),
        Verb(
            "reset-key",
            "重置用户密钥 · give a user another key; the old ones are dead at once",
            (
                ACCOUNT,
                CARD,
                argument("--application", required=True, metavar="F", help="the user's application"),
                argument("--authentication", required=True, metavar="F", help="by what the user was known"),
            ),
            acts=True,
        ),
    ),
)
FREEZING = Family(
    "freezing",
    (
        Verb("freeze", "冻结用户 · freeze a user by order", (ACCOUNT, *ORDER), acts=True),
        Verb("unfreeze", "解冻用户 · unfreeze a user by order", (ACCOUNT, *ORDER), acts=True),
    ),
)
DISCLOSING = Family(
    "disclosing",
    (
        Verb(
            "disclose",
            "披露或核对用户属性 · disclose attributes of a user, or check a disclosure",
            (
                argument("account", nargs="?", type=kinds.account, metavar="ACCOUNT", help="whom this home certifies"),
                argument("file", nargs="?", metavar="F", help='behind "verify" in the place of ACCOUNT: check this'),
                argument(
                    "--attribute", action="append", default=[], metavar="NAME", help="to be shown; may be repeated"
                ),
                argument("--all", action="store_true", help="show every attribute"),
                argument("--output", metavar="F", help="where to write the disclosure"),
                argument("--check", metavar="F", help="check this disclosure against the chain instead"),
                argument(
                    "--paper",
                    action="append",
                    default=[],
                    metavar="F",
                    help="with --check: a file that has to be one of the papers shown; may be repeated",
                ),
            ),
            needs_passphrase=True,
        ),
    ),
)
_GRANTS = Verb(
    "grant list",
    "列出授权 · list grants of access",
    (WHOSE, argument("--received", action="store_true", help="those given to it, not by it"), LIMIT),
)
GRANTING = Family(
    "granting",
    (
        Verb(
            "grant give",
            "授权访问数据 · let a partner have data that another keeps",
            (
                argument("grantee", type=kinds.account, metavar="PARTNER", help="who may have them"),
                argument("--holder", type=kinds.account, required=True, metavar="PARTNER", help="who keeps them"),
                argument("--scope", required=True, metavar="F", help="a document that says which data"),
                argument("--purpose", default="", metavar="TEXT", help="public"),
                EXPIRES,
            ),
            acts=True,
        ),
        Verb(
            "grant withdraw",
            "撤回授权 · withdraw a grant",
            (argument("grant", type=kinds.identifier, metavar="GRANT", help="its id, 32 hex digits"),),
            acts=True,
        ),
        _GRANTS,
        Verb(
            "grant check",
            "核对授权 · whether a partner may have a user's data now",
            (
                argument("user", type=kinds.account, metavar="USER", help="whose data"),
                argument("grantee", type=kinds.account, metavar="PARTNER", help="who asks for them"),
                argument(
                    "--holder", type=kinds.account, metavar="PARTNER", help="who keeps them; default: the home's own"
                ),
                argument("--scope", metavar="F", help="which data; default: any"),
            ),
        ),
    ),
    (Group("grant", "数据访问授权 · grants of access to data", _GRANTS),),
)
