"""`luopu outbox`: what was drafted and signed at this desk, and what can be done about it."""

from app.cli.registry.declaring import Family, Group, Verb, argument, either
from app.cli.registry.options import ANYWAY, LIMIT, NO_WAIT

_ID = argument("id", metavar="ID", help="the first 8 or more hex digits of its digest, as `outbox list` shows it")
LISTED = Verb(
    "outbox list",
    "发件箱：待处理与在途 · what needs you, and what is on its way",
    (argument("--all", action="store_true", help="what is done, too"), LIMIT),
    needs_node=False,
)
OUTBOX = Family(
    "outbox",
    (
        LISTED,
        Verb("outbox show", "查看一项 · all that it says, and what became of it", (_ID,), needs_node=False),
        Verb(
            "outbox send",
            "再次发送相同内容 · hand over the same bytes again",
            (
                either(
                    argument("id", nargs="?", metavar="ID", help=_ID.options["help"]),
                    argument("--all", action="store_true", help="everything that has no outcome"),
                ),
            ),
        ),
        Verb(
            "outbox renew",
            "重新起草未上链的事项并签名 · draft anew what came to nothing, and sign it",
            (
                _ID,
                argument("--request", metavar="F", help="where to write the request for the approvers"),
                ANYWAY,
                NO_WAIT,
            ),
            signs=True,
        ),
        Verb("outbox discard", "丢弃草稿 · forget a draft that nobody signed", (_ID,), needs_node=False),
        Verb(
            "outbox dismiss",
            "标为不再需要 · say that what came to nothing is no longer wanted",
            (_ID,),
            needs_node=False,
        ),
    ),
    (Group("outbox", "发件箱 · what was drafted and signed here", LISTED),),
)
