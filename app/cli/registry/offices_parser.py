"""What operator, authorities and bookkeepers do: partners, orders, governance; and what waits for approvals (3.1, 3.7)."""

from app.cli.registry import kinds
from app.cli.registry.declaring import Family, Group, Verb, argument, either
from app.cli.registry.options import ACCOUNT, ANYWAY, CARDS, DUTIES, LIMIT, NO_WAIT, ORDER, WHOSE
from app.core.proposal import MAX_POWER
from app.core.wire import registry_pb2 as wire

DEFAULT_DEADLINE = 200_000
"""Blocks: a week, where one comes every three seconds."""
_PARTIES = tuple(name for name in kinds.names_of(wire.Party.DESCRIPTOR) if name != "user")
_PERMISSION = argument(
    "--permission",
    action="append",
    default=[],
    type=kinds.permission,
    metavar="P",
    help="identity, evidence, voucher; may be repeated",
)
_QUOTA = kinds.whole_number(0)
PARTNERS = Verb(
    "partner list",
    "列出机构 · list organisations",
    (argument("--party", choices=_PARTIES, default="partner", help="default: partner"), LIMIT),
)
PARTNER = Family(
    "partner",
    (
        Verb(
            "partner admit",
            "准入机构 · admit an organisation",
            (
                argument("name", metavar="NAME"),
                argument(
                    "--party",
                    type=kinds.party,
                    default=wire.PARTY_PARTNER,
                    metavar="P",
                    help="bookkeeper, partner, regulator",
                ),
                CARDS,
                _PERMISSION,
                argument("--agreement", required=True, metavar="F", help="the signed legal agreement"),
                argument("--quota", required=True, type=_QUOTA, metavar="POINTS", help="per period"),
                argument(
                    "--threshold",
                    action="append",
                    default=[],
                    type=kinds.threshold,
                    metavar="DUTY=N",
                    help=f"checkers: {DUTIES}",
                ),
            ),
            acts=True,
        ),
        Verb(
            "partner amend",
            "变更准入 · change an admission; what is not named stays",
            (
                ACCOUNT,
                argument("--name", default="", metavar="NAME"),
                either(
                    _PERMISSION,
                    argument("--no-permissions", action="store_true", help="take all permissions away"),
                    required=False,
                ),
                argument("--agreement", metavar="F", help="of a new version"),
                argument("--quota", type=_QUOTA, metavar="POINTS", help="per period"),
            ),
            acts=True,
        ),
        Verb("partner suspend", "暂停机构 · suspend an organisation by order", (ACCOUNT, *ORDER), acts=True),
        Verb("partner resume", "恢复机构 · resume an organisation by order", (ACCOUNT, *ORDER), acts=True),
        PARTNERS,
        Verb(
            "partner show", "查看机构 · show an organisation, its agreement's versions, whom it recognises", (ACCOUNT,)
        ),
    ),
    (Group("partner", "机构准入 · organisations and their admission", PARTNERS),),
)
ORDERS = Family(
    "orders",
    (
        Verb("order record", "登记法律文书 · put an order about an account on record", (ACCOUNT, *ORDER), acts=True),
        Verb(
            "order list",
            "列出法律文书 · orders about an account or a voucher, newest first",
            (
                either(
                    argument("account", nargs="?", type=kinds.account, metavar="ACCOUNT", help="number or exact name"),
                    argument("--voucher", type=kinds.identifier, metavar="VOUCHER", help="its id"),
                ),
                LIMIT,
            ),
        ),
    ),
    (Group("order", "监管命令 · orders of authorities"),),
)
_DOCUMENT = argument("--document", required=True, metavar="F", help="the reasons")
_BLOCKS = argument(
    "--blocks",
    type=kinds.blocks,
    default=DEFAULT_DEADLINE,
    metavar="N",
    help=f"may be approved for so many blocks; default: {DEFAULT_DEADLINE}",
)
SEATS = Verb("gov list", "列出席位与提案 · seats, and what is proposed")
GOVERNANCE = Family(
    "governing",
    (
        SEATS,
        Verb("gov parameters", "链上参数 · the settings of the law as they stand"),
        Verb(
            "gov propose validator",
            "提议变更记账方 · a validator, another power for one, or that one goes",
            (
                argument(
                    "--validator-key",
                    type=kinds.validator_key,
                    required=True,
                    metavar="KEY",
                    help="Ed25519, in hex or base64",
                ),
                argument(
                    "--power",
                    type=kinds.whole_number(0, MAX_POWER),
                    required=True,
                    metavar="N",
                    help="0 takes the seat away",
                ),
                argument(
                    "--account",
                    type=kinds.account,
                    required=True,
                    metavar="ACCOUNT",
                    help="bookkeeper who answers for it",
                ),
                _DOCUMENT,
                _BLOCKS,
            ),
            acts=True,
        ),
        Verb(
            "gov propose settings",
            "提议变更参数 · other settings",
            (
                argument(
                    "settings",
                    nargs="+",
                    type=kinds.setting,
                    metavar="SETTING=VALUE",
                    help="validity-window=600, action-cost:enrol=10, level-points:phone=100 …",
                ),
                _DOCUMENT,
                _BLOCKS,
            ),
            acts=True,
        ),
        Verb(
            "gov propose upgrade",
            "提议升级 · from which height which version of the law holds",
            (
                argument("--height", type=kinds.whole_number(1), required=True, metavar="H"),
                argument("--version", type=kinds.whole_number(1), required=True, metavar="V"),
                argument("--release", required=True, metavar="F", help="the release notes"),
                _DOCUMENT,
                _BLOCKS,
            ),
            acts=True,
        ),
        Verb(
            "gov propose emergency",
            "提议应急停用 · stop actions, or allow them again",
            (
                argument("actions", nargs="+", type=kinds.action, metavar="ACTION", help="transfer, enrol …"),
                argument("--lift", action="store_true", help="allow them again"),
                _DOCUMENT,
                _BLOCKS,
            ),
            acts=True,
        ),
        Verb(
            "gov approve",
            "同意提案 · consent to a proposal",
            (argument("proposal", type=kinds.identifier, metavar="PROPOSAL", help="its id, 32 hex digits"),),
            acts=True,
        ),
    ),
    (
        Group("gov", "表决 · what the bookkeepers decide together", SEATS),
        Group("gov propose", "提议 · propose a change"),
    ),
)
WAITING = Verb("held list", "列出待复核交易 · what waits for approvals on the chain", (WHOSE, LIMIT))
_HELD = argument("held", type=kinds.identifier, metavar="HELD", help="its id, 32 hex digits")
HELD = Family(
    "held",
    (
        WAITING,
        Verb("held countersign", "复核 · approve what waits", (_HELD,), acts=True),
        Verb("held discard", "撤销 · discard what waits", (_HELD,), acts=True),
        Verb(
            "sign-request",
            "复核请求文件 · sign another desk's request, or send it once all have signed",
            (
                argument("file", metavar="F", help="the request"),
                argument("--request", metavar="F", help="where to write it with the signature added"),
                ANYWAY,
                NO_WAIT,
            ),
            signs=True,
        ),
    ),
    (Group("held", "待复核 · transactions that wait for approvals", WAITING),),
)
