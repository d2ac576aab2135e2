"""Which accounts a message names by their numbers, so that an answer can tell who they are."""

from collections.abc import Iterator

from google.protobuf.message import Message

from app.core.facts import KINDS, FactKind
from app.core.plain import fields_of

_OF_ACTIONS = frozenset(name for name, kind in KINDS.items() if kind is FactKind.ACCOUNT)
_OF_STATE = frozenset(
    {
        *("Account.partner", "Stop.by", "Certification.partner", "AccessGrant.grantee", "AccessGrant.holder"),
        *("Agreement.opener", "Agreement.confirmed", "Voucher.issuer"),
        *("Custody.accounts", "Assignment.custodian"),
    }
)
NUMBERS = _OF_ACTIONS | _OF_STATE
"""Full names of the fields that hold numbers of accounts. `Account.id` is the account itself."""


def accounts_named(message: Message) -> Iterator[int]:
    """Their numbers, wherever they stand in the message; some more than once."""
    for field in fields_of(message):
        value = getattr(message, field.name)
        if field.message_type is not None:
            for part in value if field.is_repeated else [value]:
                yield from accounts_named(part)
        elif f"{message.DESCRIPTOR.name}.{field.name}" in NUMBERS:
            yield from value if field.is_repeated else [value]
