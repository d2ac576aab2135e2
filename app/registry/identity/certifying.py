"""Users and what partners certify of them (身份组件, white paper 3.4.1).

Guarantees: of a user's attributes only one digest is on the chain, the root over salted commitments (`app.core.attributes`);
a user keeps its address and number whatever becomes of its keys and certifications.
"""

from app.core.codec import encode
from app.core.ids import derive_address
from app.core.keys import PublicKey
from app.core.refusals import LimitReached, NoSuchCertification
from app.core.units import check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import LEVELS, USER, check_in_force, check_party, read_member
from app.registry.acted import Acted
from app.registry.checking import check_later, check_number, fields_checked
from app.registry.context import Context
from app.registry.parties.admission import add_account
from app.registry.parties.keys import check_new_key
from app.registry.parties.naming import check_free_name
from app.registry.parties.orders import certifies
from app.registry.places import copy_of, number
from app.registry.state import read_next_account, write_account

MAX_CERTIFICATIONS = 16
HIGHEST_LEVEL = max(LEVELS)


def enrol(context: Context) -> Acted:
    """A new user, certified by the partner that enrols it.

    Raises:
        BadAction: a field is wrong.
        NameTaken: the name is another account's, or once was.
        KeyTaken, PossessionNotShown: the key cannot be the user's.
        KeysImpossible: the key's roles do not suffice to act.
    """
    wish = context.body.enrol
    certification = _certification(context, wish)
    if wish.name:
        check_free_name(context.draft, wish.name)
    entry = check_new_key(context, wish.key)
    account = wire.Account(
        address=derive_address(context.environment.chain_id, PublicKey.from_wire(entry.key)),
        id=read_next_account(context.draft),
        name=wish.name,
        party=USER,
        keys=[entry],
        partner=context.sender.id,
        certifications=[certification],
    )
    add_account(context.draft, account)
    return Acted("enrol", encode(wish), number(account.id), number(account.id))


def certify(context: Context) -> Acted:
    """Certify a user, or put another certification in the place of the former.

    Raises:
        BadAction: a field is wrong.
        UnknownMember, WrongParty: not a user.
        AccountFrozen: the user is frozen.
        LimitReached: as many partners as may certify it already.
    """
    wish = context.body.certify
    certification = _certification(context, wish)
    user = read_user(context, wish.account)
    check_in_force(user)
    others = _of_others(context.sender, user)
    if len(others) >= MAX_CERTIFICATIONS:
        raise LimitReached(account=int(user.id), expected=f"at most {MAX_CERTIFICATIONS}")
    _write(context, user, sorted([*others, certification], key=lambda each: each.partner))
    return Acted("certify", encode(wish), number(user.id))


def revoke_certification(context: Context) -> Acted:
    """Take back what the sender certified.

    Raises:
        BadAction: no reason is given.
        UnknownMember, WrongParty: not a user.
        NoSuchCertification: the sender does not certify it.
    """
    wish = context.body.revoke_certification
    with fields_checked():
        check_hash32("reason", wish.reason)
    user = read_user(context, wish.account)
    if not certifies(context.sender, user):
        raise NoSuchCertification(account=int(user.id), partner=int(context.sender.id))
    _write(context, user, _of_others(context.sender, user))
    return Acted("revoke_certification", encode(wish), number(user.id))


def read_user(context: Context, account_id: int) -> wire.Account:
    """The user that an action names by its number.

    Raises:
        UnknownMember: there is no such account.
        WrongParty: it is an organisation.
    """
    account = read_member(context.draft, account_id)
    check_party(account, USER)
    return account


def _certification(context: Context, wish: wire.Enrol | wire.Certify) -> wire.Certification:
    with fields_checked():
        check_number("level", wish.level, wire.LEVEL_REGISTERED, HIGHEST_LEVEL)
        check_hash32("root of the attributes", wish.root)
        check_later("end of the certification", wish.expires_ns, context.time_ns)
    return wire.Certification(
        partner=context.sender.id,
        level=wish.level,
        root=wish.root,
        expires_ns=wish.expires_ns,
        answers=wish.answers,
    )


def _of_others(partner: wire.Account, user: wire.Account) -> list[wire.Certification]:
    return [each for each in user.certifications if each.partner != partner.id]


def _write(context: Context, user: wire.Account, certifications: list[wire.Certification]) -> None:
    changed = copy_of(user)
    del changed.certifications[:]
    changed.certifications.extend(certifications)
    write_account(context.draft, changed)
