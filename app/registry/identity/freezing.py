"""An authority's orders against users, carried out by a partner that certifies them (white paper 3.4.1, 3.7).

Guarantees: each names its legal document by digest; only who froze a user releases it. Where the partner that should act
cannot, because it is suspended or may not certify any more, the operator stands in for it: an order is never stuck.
"""

from app.core.codec import encode
from app.core.refusals import AlreadyStopped, NotStopped, NotYourUser
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import is_in_force, read_member
from app.registry.acted import Acted
from app.registry.checking import check_order, fields_checked
from app.registry.context import Context
from app.registry.identity.certifying import read_user
from app.registry.parties.orders import certifies, release, stop
from app.registry.places import number


def freeze(context: Context) -> Acted:
    """Stop a user.

    Raises:
        BadAction: the order is incomplete.
        UnknownMember, WrongParty: not a user.
        NotYourUser: the sender is not the one who may.
        AlreadyStopped: it is frozen.
    """
    wish = context.body.freeze
    with fields_checked():
        check_order(wish.order)
    user = read_user(context, wish.account)
    if not (certifies(context.sender, user) or _stands_in(context, user.partner)):
        raise NotYourUser(account=int(user.id))
    if not is_in_force(user):
        raise AlreadyStopped(account=int(user.id))
    stop(context, user, wish.order)
    return Acted("freeze", encode(wish), number(user.id))


def unfreeze(context: Context) -> Acted:
    """Put a user in force again.

    Raises:
        BadAction: the order is incomplete.
        UnknownMember, WrongParty: not a user.
        NotStopped: it is not frozen.
        NotYourUser: the sender is not the one who may.
    """
    wish = context.body.unfreeze
    with fields_checked():
        check_order(wish.order)
    user = read_user(context, wish.account)
    if is_in_force(user):
        raise NotStopped(account=int(user.id))
    if not (user.stop.by == context.sender.id or _stands_in(context, user.stop.by)):
        raise NotYourUser(account=int(user.id), partner=int(user.stop.by))
    release(context, user)
    return Acted("unfreeze", encode(wish), number(user.id))


def _stands_in(context: Context, partner: int) -> bool:
    """Whether the sender acts in the place of a partner that cannot."""
    if context.sender.party != wire.PARTY_OPERATOR:
        return False
    account = read_member(context.draft, partner)
    return not is_in_force(account) or wire.PERMISSION_IDENTITY not in account.permissions
