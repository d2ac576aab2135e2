"""What can be typed of the registry."""

from app.cli.registry.account_parser import ACCOUNT, SAFEKEEPING
from app.cli.registry.agreement_parser import AGREEMENT
from app.cli.registry.declaring import Add, Family, Parsers
from app.cli.registry.identity_parser import DISCLOSING, FREEZING, GRANTING, IDENTITY
from app.cli.registry.offices_parser import GOVERNANCE, HELD, ORDERS, PARTNER
from app.cli.registry.offline_parser import OFFLINE
from app.cli.registry.outbox_parser import OUTBOX
from app.cli.registry.tokens_parser import TOKENS
from app.cli.registry.vault_parser import VAULT
from app.cli.registry.voucher_parser import ISSUING, MOVING, SHOWING, SUPERVISING

FAMILIES: tuple[Family, ...] = (
    *(ACCOUNT, SAFEKEEPING),
    TOKENS,
    *(IDENTITY, FREEZING, DISCLOSING, GRANTING, VAULT),
    AGREEMENT,
    *(SHOWING, ISSUING, MOVING, SUPERVISING),
    *(PARTNER, ORDERS, GOVERNANCE, HELD, OFFLINE, OUTBOX),
)
COMMANDS = tuple(dict.fromkeys(verb.words.split()[0] for family in FAMILIES for verb in family.verbs))
"""The first words of all verbs."""


def add_registry(add: Add) -> None:
    """Add the registry's commands."""
    parsers = Parsers(add)
    for family in FAMILIES:
        parsers.add(family)
