"""A user who lost its keys gets a new one from the partner that enrolled it (密钥重置, white paper 3.4.1).

Guarantees: the digests of the application and of the material by which the partner knew the user stand in the same
transaction; the old keys sign nothing from the next transaction on, and never again.
"""

from app.core.codec import encode
from app.core.refusals import NotYourUser
from app.core.units import check_hash32
from app.registry.accounts import check_in_force
from app.registry.acted import Acted
from app.registry.approvals import check_operable
from app.registry.checking import fields_checked
from app.registry.context import Context
from app.registry.identity.certifying import read_user
from app.registry.parties.keys import check_new_key, retire
from app.registry.places import copy_of, number
from app.registry.state import reserve_key, write_account


def reset_key(context: Context) -> Acted:
    """Put one new key in the place of all that a user has, and ask for no checkers.

    Raises:
        BadAction: a digest is missing, or the new key's fields are wrong.
        UnknownMember, WrongParty: not a user.
        NotYourUser: another partner enrolled it.
        AccountFrozen: the user is frozen.
        KeyTaken, PossessionNotShown: the key cannot be the user's.
        KeysImpossible: the key's roles do not suffice to act.
    """
    wish = context.body.reset_key
    with fields_checked():
        check_hash32("application", wish.application)
        check_hash32("authentication", wish.authentication)
    user = copy_of(read_user(context, wish.account))
    if user.partner != context.sender.id:
        raise NotYourUser(account=int(user.id), partner=int(user.partner))
    check_in_force(user)
    entry = check_new_key(context, wish.key)
    retire(user, [each.key for each in user.keys], context.height)
    del user.keys[:]
    del user.thresholds[:]
    user.keys.append(entry)
    check_operable(user)
    reserve_key(context.draft, entry.key, user.address)
    write_account(context.draft, user)
    return Acted("reset_key", encode(wish), number(user.id))
