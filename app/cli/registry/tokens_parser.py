"""`luopu token`: USB tokens, the modules through which they are reached, and their keys."""

from app.cli.registry.account_parser import CARD_OPTIONS
from app.cli.registry.declaring import Family, Group, Verb, argument

LIST = Verb("token list", "列出令牌 · list the tokens that are plugged in", needs_node=False)
_WHICH = "its label, its serial, or a part of its name that no other has"
_PATH = argument("path", metavar="PATH", help="file of the PKCS#11 module")
TOKENS = Family(
    "tokens",
    (
        Verb("token modules", "令牌驱动 · PKCS#11 modules that are here, and which were accepted", needs_node=False),
        Verb(
            "token accept",
            "认可令牌驱动 · let a PKCS#11 module be loaded, as its file is now",
            (_PATH,),
            needs_node=False,
        ),
        Verb("token drop", "不再认可令牌驱动 · load a PKCS#11 module no more", (_PATH,), needs_node=False),
        LIST,
        Verb(
            "token keys",
            "列出令牌上的密钥 · keys on tokens, as far as they can be seen without a PIN",
            (argument("token", nargs="?", metavar="TOKEN", help=f"{_WHICH}; default: all"),),
            needs_node=False,
        ),
        Verb(
            "token generate",
            "在令牌上生成密钥 · make a key on a token, which never leaves it",
            (
                argument("token", metavar="TOKEN", help=_WHICH),
                argument("--algorithm", choices=("ed25519", "p256"), required=True),
                argument("--label", required=True, metavar="L", help="how the key is called on the token"),
            ),
            needs_pin=True,
            needs_node=False,
        ),
        Verb(
            "token card",
            "制作令牌密钥的密钥卡 · make the card of a key on a token, for whoever is to register it",
            (argument("signing_key", metavar="KEY", help="the key's text or label"), *CARD_OPTIONS),
            needs_passphrase=True,
            needs_pin=True,
        ),
    ),
    (Group("token", "令牌与其密钥 · USB tokens and their keys", LIST),),
)
