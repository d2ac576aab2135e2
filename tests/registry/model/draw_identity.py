"""Draws actions of identity."""

from app.core.wire import registry_pb2 as wire
from tests.registry.model.draw_accounts import new_name, operator
from tests.registry.model.drawer import Drawer, Wish
from tests.registry.model.matrix import IDENTITY, PARTNER, USER, VOUCHER
from tests.registry.model.things import Account

MANY = 60
"""Users that are enough."""


def identifiers(drawer: Drawer) -> list[Account]:
    """Partners that may certify, now."""
    return [each for each in drawer.accounts(PARTNER) if IDENTITY in each.permissions and each.stop is None]


def enrol(drawer: Drawer) -> Wish | None:
    """A new user, many of them with a real name."""
    dice, sender = drawer.dice, drawer.able("enrol", identifiers(drawer))
    users = len(drawer.accounts(USER))
    if sender is None or (users > MANY and dice.chance(90)):
        return None
    action = wire.Enrol(key=drawer.new_key(dice.one(((), (), (), (1, 2, 3), (1, 3), (2,)))), level=level(drawer))
    action.root, action.expires_ns, action.answers = drawer.fresh(), drawer.moment(), dice.chance(50)
    if dice.chance(50):
        action.name = new_name(drawer)
    return Wish(sender, action)


def level(drawer: Drawer) -> wire.Level:
    """Any, often a real name."""
    return drawer.dice.one((1, 2, 2, 3, 4, 4, 4, 5, 5))  # type: ignore[return-value]


def certify(drawer: Drawer) -> Wish | None:
    """Again or by another partner; one user is everybody's favourite."""
    dice, senders, users = drawer.dice, identifiers(drawer), drawer.accounts(USER)
    if not senders or not users:
        return None
    sender, account = dice.one(senders), dice.one(users)
    if dice.chance(40):
        account = max(users, key=lambda each: len(each.certifications))
        others = {each.partner for each in account.certifications}
        sender = dice.one([each for each in senders if each.id not in others] or senders)
    elif dice.chance(40):
        account = min(users, key=lambda each: len(drawer.case().levels(each)))
    action = wire.Certify(account=account.id, level=level(drawer), root=drawer.fresh(), expires_ns=drawer.moment())
    action.answers = dice.chance(50)
    return Wish(sender, action)


def revoke_certification(drawer: Drawer) -> Wish | None:
    """Of a user that has one."""
    sender, user = certifier_and_user(drawer)
    if sender is None or user is None:
        return None
    return Wish(sender, wire.RevokeCertification(account=user.id, reason=drawer.fresh()))


def certifier_and_user(drawer: Drawer) -> tuple[Account | None, Account | None]:
    """A user, and mostly one that certifies it."""
    users = drawer.accounts(USER)
    if not users:
        return None, None
    user = drawer.dice.one(users)
    certifiers = [drawer.book.member(each.partner) for each in user.certifications]
    return drawer.mostly(certifiers, identifiers(drawer), 90), user


def recognise(drawer: Drawer) -> Wish | None:
    """Mostly by those who issue."""
    dice = drawer.dice
    senders = identifiers(drawer)
    issuers = [each for each in senders if VOUCHER in each.permissions]
    sender, other = drawer.mostly(issuers, senders, 80), drawer.mostly(identifiers(drawer), drawer.accounts(), 92)
    if sender is None or other is None:
        return None
    least = dice.one((1, 2, 3, 4, 4, 4, 5, 5))
    if dice.chance(12):
        given = [number for address, number in drawer.book.recognitions if address == sender.address]
        taken = drawer.mostly(given, [other.id])
        return None if taken is None else Wish(sender, wire.Recognise(partner=taken))
    return Wish(sender, wire.Recognise(partner=other.id, least=least))  # type: ignore[arg-type]


def reset_key(drawer: Drawer) -> Wish | None:
    """By who enrolled the user."""
    users = drawer.accounts(USER)
    if not users:
        return None
    user = drawer.dice.one(users)
    sender = drawer.mostly([drawer.book.member(user.partner)], identifiers(drawer), 88)
    if sender is None:
        return None
    roles = drawer.dice.one(((), (), (), (1, 3), (2,)))
    action = wire.ResetKey(account=user.id, key=drawer.new_key(roles))
    action.application, action.authentication = drawer.fresh(), drawer.fresh()
    return Wish(sender, action)


def is_unable(partner: Account) -> bool:
    """Suspended, or not allowed to certify any more."""
    return partner.stop is not None or IDENTITY not in partner.permissions


def freeze(drawer: Drawer) -> Wish | None:
    """Not too many at a time; the operator for a partner that cannot."""
    users = drawer.accounts(USER)
    if sum(each.stop is not None for each in users) > 8 and drawer.dice.chance(85):
        return None
    sender, user = certifier_and_user(drawer)
    if drawer.dice.chance(30):
        left = [each for each in users if is_unable(drawer.book.member(each.partner))]
        sender, user = operator(drawer), drawer.mostly(left, users)
    if sender is None or user is None:
        return None
    return Wish(sender, wire.Freeze(account=user.id, order=drawer.order()))


def unfreeze(drawer: Drawer) -> Wish | None:
    """By who froze."""
    users = drawer.accounts(USER)
    user = drawer.mostly([each for each in users if each.stop is not None], users)
    if user is None:
        return None
    by = [] if user.stop is None else [drawer.book.member(user.stop.by)]
    if by and is_unable(by[0]) and drawer.dice.chance(70):
        by = [operator(drawer)]
    sender = drawer.mostly(by, [operator(drawer), *identifiers(drawer)], 88)
    return None if sender is None else Wish(sender, wire.Unfreeze(account=user.id, order=drawer.order()))


def grant(drawer: Drawer) -> Wish | None:
    """One partner may have what another keeps."""
    sender = drawer.able("grant", drawer.accounts(USER))
    if sender is None:
        return None
    partners = [each for each in drawer.accounts(PARTNER) if each.stop is None]
    grantee, holder = (drawer.mostly(partners, drawer.accounts(), 95) for _ in range(2))
    if grantee is None or holder is None:
        return None
    action = wire.Grant(grantee=grantee.id, holder=holder.id, scope=drawer.fresh(), purpose="会诊")
    action.expires_ns = drawer.moment()
    return Wish(sender, action)


def withdraw_grant(drawer: Drawer) -> Wish | None:
    """A standing one, mostly one's own."""
    grants = drawer.book.grants
    place = drawer.mostly([key for key, each in grants.items() if not each.withdrawn], list(grants), 85)
    if place is None:
        return None
    sender = drawer.mostly([drawer.book.accounts[place[0]]], drawer.accounts(USER), 93)
    return None if sender is None else Wish(sender, wire.WithdrawGrant(grant=place[1]))


BUILDERS = [
    ("enrol", enrol, 10),
    ("certify", certify, 7),
    ("revoke_certification", revoke_certification, 2),
    ("recognise", recognise, 6),
    ("reset_key", reset_key, 3),
    ("freeze", freeze, 3),
    ("unfreeze", unfreeze, 3),
    ("grant", grant, 2),
    ("withdraw_grant", withdraw_grant, 2),
]
