"""An authority's orders against organisations, and orders that change nothing here (white paper 3.7).

Guarantees: each names its legal document by digest, and who carried it out. What a suspended organisation may still do, and
what others may still do with it, is said where that is decided.
"""

from app.core.codec import encode
from app.core.refusals import AlreadyStopped, NotStopped, NotYourUser
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_party, is_in_force, is_user, read_member
from app.registry.acted import Acted
from app.registry.checking import check_order, fields_checked
from app.registry.context import Context
from app.registry.places import copy_of, number
from app.registry.state import write_account

SUSPENDABLE = (wire.PARTY_BOOKKEEPER, wire.PARTY_PARTNER, wire.PARTY_REGULATOR)
"""Without its operator nobody could resume anybody."""


def suspend(context: Context) -> Acted:
    """Stop an organisation.

    Raises:
        BadAction: the order is incomplete.
        UnknownMember, WrongParty: not an organisation that can be suspended.
        AlreadyStopped: it is suspended.
    """
    wish = context.body.suspend
    account = _organisation(context, wish.account, wish.order)
    if not is_in_force(account):
        raise AlreadyStopped(account=int(account.id))
    stop(context, account, wish.order)
    return Acted("suspend", encode(wish), number(account.id))


def resume(context: Context) -> Acted:
    """Put an organisation in force again.

    Raises:
        BadAction: the order is incomplete.
        UnknownMember, WrongParty: not an organisation that can be suspended.
        NotStopped: it is in force.
    """
    wish = context.body.resume
    account = _organisation(context, wish.account, wish.order)
    if is_in_force(account):
        raise NotStopped(account=int(account.id))
    release(context, account)
    return Acted("resume", encode(wish), number(account.id))


def record_order(context: Context) -> Acted:
    """Let an order stand on the log.

    Raises:
        BadAction: the order is incomplete.
        UnknownMember: there is no such account.
        NotYourUser: a partner, and not a user that it certifies.
    """
    wish = context.body.record_order
    with fields_checked():
        check_order(wish.order)
    account = read_member(context.draft, wish.account)
    is_own = is_user(account) and certifies(context.sender, account)
    if context.sender.party == wire.PARTY_PARTNER and not is_own:
        raise NotYourUser(account=int(account.id))
    return Acted("record_order", encode(wish), number(account.id))


def certifies(partner: wire.Account, user: wire.Account) -> bool:
    """Whether a user has a certification of the partner's, be it one that counts or not."""
    return any(each.partner == partner.id for each in user.certifications)


def stop(context: Context, account: wire.Account, order: wire.Order) -> None:
    """Put an account out of force."""
    stopped = copy_of(account)
    stopped.stop.CopyFrom(wire.Stop(document=order.document, by=context.sender.id, height=context.height))
    write_account(context.draft, stopped)


def release(context: Context, account: wire.Account) -> None:
    """Put an account in force again."""
    released = copy_of(account)
    released.ClearField("stop")
    write_account(context.draft, released)


def _organisation(context: Context, account_id: int, order: wire.Order) -> wire.Account:
    with fields_checked():
        check_order(order)
    account = read_member(context.draft, account_id)
    check_party(account, *SUSPENDABLE)
    return account
