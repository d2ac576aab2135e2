"""`luopu agreement`: a document that several parties confirm (white paper 3.4.2)."""

from app.cli.registry import kinds
from app.cli.registry.declaring import Family, Group, Verb, argument
from app.cli.registry.options import BLOCKS, LIMIT, WHOSE

_ID = argument("agreement", type=kinds.identifier, metavar="AGREEMENT", help="its id, 32 hex digits")
LIST = Verb("agreement list", "列出协议 · list agreements of an account", (WHOSE, LIMIT))
AGREEMENT = Family(
    "agreement",
    (
        Verb(
            "agreement open",
            "发起多方确认 · put a document before its parties",
            (
                argument("file", metavar="F", help="the document"),
                argument(
                    "--party",
                    action="append",
                    required=True,
                    type=kinds.account,
                    metavar="ACCOUNT",
                    help="number or exact name; 2 … 64 of them",
                ),
                BLOCKS,
                argument("--subject", default="", metavar="TEXT", help="public words about it"),
            ),
            acts=True,
        ),
        Verb(
            "agreement confirm",
            "确认协议 · confirm the document that you have before you",
            (_ID, argument("file", metavar="F", help="the document; another one is refused")),
            acts=True,
        ),
        Verb("agreement retract", "撤回确认 · take the confirmation back while others are missing", (_ID,), acts=True),
        LIST,
        Verb("agreement show", "查看协议 · show an agreement", (_ID,)),
    ),
    (Group("agreement", "多方确认证明 · documents that several parties confirm", LIST),),
)
