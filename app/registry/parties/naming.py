"""Names of accounts (white paper 3.1): optional for users, of one account for ever, never written in two ways."""

from app.core.codec import encode
from app.core.refusals import NameTaken
from app.core.text import check_name
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.checking import fields_checked
from app.registry.context import Context
from app.registry.draft import Draft, Values
from app.registry.places import copy_of, number
from app.registry.state import read_name_owner, reserve_name, write_account


def rename(context: Context) -> Acted:
    """Take another name; the old one stays reserved to the account.

    Raises:
        BadAction: not a name.
        NameTaken: it is another account's, or once was.
    """
    wish, account = context.body.rename, copy_of(context.sender)
    take_name(context.draft, account, wish.name)
    write_account(context.draft, account)
    return Acted("rename", encode(wish), number(account.id))


def take_name(draft: Draft, account: wire.Account, name: str) -> None:
    """Let an existing account, which the caller writes, have a name.

    Raises:
        BadAction, NameTaken: see `check_free_name`.
    """
    check_free_name(draft, name, account.address)
    reserve_name(draft, name, account.address)
    account.name = name


def check_free_name(values: Values, name: str, address: bytes = b"") -> None:
    """An account may have this name: it is sound, and nobody's or its own.

    Raises:
        BadAction: not a name.
        NameTaken: it is another account's, or once was.
    """
    with fields_checked():
        check_name(name)
    owner = read_name_owner(values, name)
    if owner is not None and owner != address:
        raise NameTaken(name=name)
