"""`luopu voucher`: from the application to what is left in the end, and supervision (white paper 3.4.3)."""

from app.cli.registry import kinds
from app.cli.registry.declaring import Family, Group, Verb, argument, either
from app.cli.registry.options import ACCEPT, FREEZING, LIMIT, ORDER, REASON, VOUCHER, WHOSE, WITHOUT_LIST
from app.core.wire import registry_pb2 as wire

_LEGS = (
    VOUCHER,
    argument("legs", nargs="+", type=kinds.leg, metavar="LEG", help="ACCOUNT=AMOUNT, or ACCOUNT=#SERIALS (#1,4,7-9)"),
    argument(
        "--also", action="append", default=[], nargs="+", metavar=("VOUCHER", "LEG"), help="legs of another voucher"
    ),
)
_SERIALS = argument("--serials", type=kinds.serials, default=(), metavar="SERIALS", help="pieces: 1,4,7-9")
_MOMENTS = (
    argument(
        "--opens", type=kinds.moment, default=0, metavar="MOMENT", help="changes hands from then; default: at once"
    ),
    argument(
        "--closes", type=kinds.moment, default=0, metavar="MOMENT", help="changes hands until then; default: always"
    ),
    argument(
        "--expires", type=kinds.moment, default=0, metavar="MOMENT", help="worth nothing from then; default: never"
    ),
)
LIST = Verb(
    "voucher list",
    "列出凭证 · list vouchers",
    (
        argument("--issuer", type=kinds.account, metavar="ACCOUNT", help="of this issuer only"),
        argument("--state", choices=("applied", "created", "declined"), default="", help="in this state only"),
        LIMIT,
    ),
)
ISSUING = Family(
    "issuing",
    (
        Verb(
            "voucher apply",
            "申请凭证 · apply for a voucher",
            (
                argument("name", metavar="NAME"),
                argument("--product", required=True, metavar="TEXT", help="what it stands for"),
                argument("--description", required=True, metavar="F", help="the full description"),
                argument("--legal", required=True, metavar="F", help="the legal document for the issue"),
                argument(
                    "--cap", required=True, type=kinds.amount, metavar="AMOUNT", help="most that may ever be issued"
                ),
                either(
                    argument("--divisible", action="store_const", dest="kind", const=wire.KIND_DIVISIBLE),
                    argument("--unique", action="store_const", dest="kind", const=wire.KIND_UNIQUE),
                ),
                argument("--decimals", type=kinds.whole_number(0, 18), default=0, metavar="N", help="default: 0"),
                *_MOMENTS,
                argument("--bound", action="store_true", help="never changes hands once allocated"),
                argument(
                    "--max-transfers",
                    type=kinds.whole_number(0),
                    default=0,
                    metavar="N",
                    help="of a unique one; default: any",
                ),
                ACCEPT,
            ),
            acts=True,
        ),
        Verb("voucher create", "批准创建 · the operator creates what was applied for", (VOUCHER,), acts=True),
        Verb("voucher decline", "驳回申请 · the operator declines an application", (VOUCHER, REASON), acts=True),
        Verb(
            "voucher manage",
            "更改认可的合作方 · say whose users may hold it",
            (VOUCHER, either(ACCEPT, WITHOUT_LIST)),
            acts=True,
        ),
        Verb(
            "voucher allocate",
            "发放凭证 · allocate to holders",
            (VOUCHER, argument("legs", nargs="+", type=kinds.allotment, metavar="ACCOUNT=AMOUNT")),
            acts=True,
        ),
        Verb(
            "voucher expire",
            "清理过期凭证 · let what has expired lapse",
            (
                VOUCHER,
                argument(
                    "--account",
                    action="append",
                    default=[],
                    type=kinds.account,
                    metavar="ACCOUNT",
                    help="whose free amount",
                ),
                _SERIALS,
            ),
            acts=True,
        ),
        Verb(
            "voucher attest",
            "托管快照 · attest how what is held is shared among users",
            (
                VOUCHER,
                argument(
                    "--total", required=True, type=kinds.amount, metavar="AMOUNT", help="that the shares add up to"
                ),
                argument(
                    "--root", required=True, type=kinds.digest, metavar="HEX", help="of the sum tree over the shares"
                ),
                argument("--statement", required=True, metavar="F", help="the document that the root covers"),
                argument(
                    "--account",
                    action="append",
                    default=[],
                    type=kinds.account,
                    metavar="ACCOUNT",
                    help="that assigned what it holds to this one; may be repeated",
                ),
            ),
            acts=True,
        ),
        Verb(
            "voucher assign-custody",
            "指定托管方 · let what this account holds count for a custodian",
            (
                VOUCHER,
                either(
                    argument("--custodian", type=kinds.account, metavar="PARTNER", help="for whose proofs it counts"),
                    argument("--withdraw", action="store_true", help="for its own again"),
                ),
            ),
            acts=True,
        ),
    ),
)
MOVING = Family(
    "moving",
    (
        Verb("voucher transfer", "转让凭证 · transfer: all legs or none", _LEGS, acts=True),
        Verb(
            "voucher split",
            "拆分 · take pieces out of the free amount",
            (VOUCHER, argument("amounts", nargs="+", type=kinds.amount, metavar="AMOUNT")),
            acts=True,
        ),
        Verb(
            "voucher merge",
            "合并 · make pieces free amount again",
            (VOUCHER, argument("serials", type=kinds.serials, metavar="SERIALS", help="1,4,7-9")),
            acts=True,
        ),
        Verb(
            "voucher redeem",
            "兑付核销 · redeem",
            (
                VOUCHER,
                argument("what", type=kinds.taken, metavar="WHAT", help="an amount, or #SERIALS"),
                argument("--reference", metavar="F", help="a document about it"),
            ),
            acts=True,
        ),
        Verb("voucher explain", "说明转让为何会失败 · say why a transfer would fail, and send nothing", _LEGS),
    ),
)
SUPERVISING = Family(
    "supervising",
    (
        Verb(
            "voucher supervise cap",
            "变更总量上限 · change the cap",
            (VOUCHER, argument("cap", type=kinds.amount, metavar="AMOUNT"), *ORDER),
            acts=True,
        ),
        Verb(
            "voucher supervise flow",
            "流通管控 · open, hold or freeze all of it",
            (VOUCHER, argument("flow", choices=("open", "held", "frozen")), *ORDER),
            acts=True,
        ),
        Verb(
            "voucher supervise holder",
            "冻结持有 · freeze what an account holds, or part of it",
            (
                VOUCHER,
                argument("account", type=kinds.account, metavar="ACCOUNT", help="its number or its exact name"),
                either(
                    *FREEZING.arguments,
                    argument("--amount", type=kinds.amount, metavar="AMOUNT", help="freeze so much of the free amount"),
                ),
                *ORDER,
            ),
            acts=True,
        ),
        Verb(
            "voucher supervise piece",
            "冻结单张 · freeze a piece",
            (VOUCHER, argument("serial", type=kinds.serial, metavar="SERIAL"), FREEZING, *ORDER),
            acts=True,
        ),
    ),
    (Group("voucher supervise", "监管 · supervise a voucher by order"),),
)
SHOWING = Family(
    "holdings",
    (
        LIST,
        Verb(
            "voucher show",
            "查看凭证 · show a voucher",
            (
                VOUCHER,
                argument("--serial", type=kinds.serial, metavar="SERIAL", help="this piece of it"),
                argument("--holders", action="store_true", help="who holds it"),
                LIMIT,
            ),
        ),
        Verb("voucher holdings", "持有的凭证 · what an account holds, and its pieces", (WHOSE, LIMIT)),
        Verb("voucher custody", "托管快照 · the newest attestations of an account", (WHOSE, LIMIT)),
    ),
    (Group("voucher", "凭证 · vouchers: apply, issue, hold, transfer, redeem, supervise", LIST),),
)
