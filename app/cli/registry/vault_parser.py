"""What the vault of a home has: people with their papers, and contacts."""

from app.cli.registry import kinds
from app.cli.registry.declaring import Family, Group, Verb, argument
from app.cli.registry.options import ACCOUNT

VAULT = Family(
    "vaulting",
    (
        Verb(
            "vault search",
            "搜索身份库 · search everything that is known of people",
            (argument("text", metavar="TEXT", help="in names, attributes, notes, names of papers; or a number"),),
            needs_passphrase=True,
        ),
        Verb(
            "vault show",
            "查看身份库中的用户 · show all that is known of a user",
            (ACCOUNT,),
            needs_passphrase=True,
        ),
        Verb(
            "vault save-paper",
            "保存材料副本 · write a copy of a paper by which a user is known",
            (
                ACCOUNT,
                argument(
                    "paper", metavar="NAME", help="its file's name, or the first digits (8 or more) of its SHA-256"
                ),
                argument("--output", required=True, metavar="F", help="where to write it; nothing is written over"),
            ),
            needs_passphrase=True,
        ),
        Verb("contacts list", "列出联系人 · list contacts", needs_passphrase=True),
        Verb(
            "contacts add",
            "添加或修改联系人 · call an account by a name of one's own",
            (
                argument("account", type=kinds.account, metavar="ACCOUNT", help="its number or its exact name"),
                argument("name", metavar="NAME", help="what it is called at this home"),
                argument("--note", default="", metavar="TEXT", help="kept with it"),
            ),
            needs_passphrase=True,
        ),
        Verb("contacts remove", "移除联系人 · forget a contact", (ACCOUNT,), needs_passphrase=True),
    ),
    groups=(
        Group("vault", "身份库 · what is known of people, under seal in this home"),
        Group("contacts", "联系人 · what accounts are called in this home"),
    ),
)
