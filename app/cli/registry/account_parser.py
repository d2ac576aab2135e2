"""`luopu account`: who the home is on the chain, its keys, and what it did."""

from app.cli.registry import kinds
from app.cli.registry.declaring import Family, Group, Verb, argument, either
from app.cli.registry.options import DUTIES, LIMIT, WHOSE

CARD_OPTIONS = (
    argument("--label", metavar="TEXT", help="whose key; default: the key's own label"),
    argument(
        "--role",
        action="append",
        default=[],
        type=kinds.role,
        metavar="ROLE",
        help="maker, checker, administrator; may be repeated; default: every role",
    ),
    argument("--output", metavar="F", help="write it to a file"),
)
_BACKUP_PASSPHRASE = argument(
    "--backup-passphrase-file", metavar="F", help='file with the passphrase of the backup, "-" for standard input'
)
SHOW = Verb("account show", "查看账户 · show an account", (WHOSE,))
ACCOUNT = Family(
    "account",
    (
        SHOW,
        Verb(
            "account card",
            "制作密钥卡，交给登记方 · make the card of this home's key, for whoever is to register it",
            CARD_OPTIONS,
            signs=True,
        ),
        Verb(
            "account threshold",
            "设置复核人数 · say how many checkers sign beside the maker",
            (
                argument(
                    "thresholds", nargs="+", type=kinds.threshold, metavar="DUTY=N", help=f"{DUTIES}; the others stay"
                ),
            ),
            acts=True,
        ),
        Verb("account rename", "更改名称 · change the user's own name", (argument("name", metavar="NAME"),), acts=True),
        Verb("account activity", "账户动态 · what it did and what concerns it, newest first", (WHOSE, LIMIT)),
        Verb(
            "account approvals",
            "签名审批记录 · what was approved at this desk, newest first, and whether the log is whole",
            (
                LIMIT,
                either(
                    argument("--output", metavar="F", help="write the whole log to a file that a stranger can check"),
                    argument("--check", metavar="F", help="check such a file, and list what stands in it"),
                    required=False,
                ),
            ),
            needs_node=False,
        ),
        Verb(
            "account receipt",
            "交易回执 · what became of a transaction, and who answers for it",
            (argument("hash", type=kinds.digest, metavar="HASH", help="of the transaction, 64 hex digits"),),
        ),
        Verb(
            "account keys add",
            "增加密钥 · add keys",
            (
                argument("cards", nargs="+", metavar="CARD", help="a key's card, or a file with it"),
                argument(
                    "--revoke", action="append", default=[], metavar="KEY", help="revoke this one by the same act"
                ),
            ),
            acts=True,
        ),
        Verb(
            "account keys revoke",
            "吊销密钥 · revoke keys",
            (argument("keys", nargs="+", metavar="KEY", help="the key, its label, or its place in the account"),),
            acts=True,
        ),
    ),
    (
        Group("account", "账户、密钥与回执 · the account, its keys, its receipts", SHOW),
        Group("account keys", "密钥管理 · keys of the account"),
    ),
)
SAFEKEEPING = Family(
    "safekeeping",
    (
        Verb(
            "account create-key",
            "在本机生成密钥 · make the key of a home that has none, under a new passphrase",
            (argument("--label", metavar="TEXT", help="whose key it is"),),
            needs_passphrase=True,
            needs_node=False,
        ),
        Verb(
            "account passphrase",
            "更改口令 · change the passphrase of this home",
            (
                argument(
                    "--new-passphrase-file", metavar="F", help='file with the new passphrase, "-" for standard input'
                ),
            ),
            needs_passphrase=True,
            needs_node=False,
        ),
        Verb(
            "account backup",
            "备份到一个加密文件 · back up what cannot be fetched again, to one encrypted file",
            (argument("--output", metavar="F", required=True, help="the new file"), _BACKUP_PASSPHRASE),
            needs_node=False,
        ),
        Verb(
            "account restore",
            "从备份恢复 · restore a backup into a home that has nothing yet",
            (argument("file", metavar="FILE", help="the backup"), _BACKUP_PASSPHRASE),
            needs_node=False,
        ),
    ),
)
"""Beside `ACCOUNT`, whose groups they share."""
