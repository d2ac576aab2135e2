"""Draws actions on accounts: keys, what waits, admission, orders."""

from app.core.wire import registry_pb2 as wire
from tests.registry.model.dice import wire_key
from tests.registry.model.drawer import ORGANISATIONS, Drawer, Wish
from tests.registry.model.matrix import BOOKKEEPER, CHECKER, EVIDENCE, OPERATOR, PARTNER, REGULATOR, USER, has_role
from tests.registry.model.things import Account
from tests.registry.model.words import body_digest

ROLES = ((), (), (), (1,), (2,), (1, 2), (3,), (1, 3), (1, 2, 3))


def change_keys(drawer: Drawer) -> Wish | None:
    """Add, revoke, or both; stopped accounts mostly only revoke."""
    dice = drawer.dice
    sender = drawer.able("change_keys")
    stopped = [each for each in drawer.accounts() if each.stop is not None]
    if stopped and dice.chance(25):
        sender = dice.one(stopped)
    if sender is None:
        return None
    action = wire.ChangeKeys()
    own = [each.key for each in sender.keys]
    if sender.stop is None and (len(own) < 4 or dice.chance(15)):
        action.add.extend(drawer.new_key(dice.one(ROLES)) for _ in range(dice.between(1, 2)))
    if dice.chance(4):
        action.add.extend(drawer.new_key() for _ in range(15))
    if len(own) > 1 and (sender.stop is not None or dice.chance(45)):
        action.revoke.extend(map(wire_key, dice.some(own, len(own) if dice.chance(8) else 1)))
    if dice.chance(4):
        action.revoke.append(wire_key(dice.one(list(drawer.book.owners))))
    return Wish(sender, action)


def set_thresholds(drawer: Drawer) -> Wish | None:
    """Mostly few, so that the account can go on."""
    sender, dice = drawer.able("set_thresholds"), drawer.dice
    if sender is None:
        return None
    most = len(sender.keys) - 1 if dice.chance(90) else 15
    duties = [] if most == 0 or dice.chance(35) else dice.some(range(1, 10), 2)
    thresholds = [wire.Threshold(duty=duty, checkers=dice.between(1, most)) for duty in duties]  # type: ignore[arg-type]
    return Wish(sender, wire.SetThresholds(thresholds=thresholds))


def rename(drawer: Drawer) -> Wish | None:
    """A new name, one's own in other letters, or somebody's."""
    sender = drawer.able("rename", drawer.accounts(USER))
    if sender is None:
        return None
    return Wish(sender, wire.Rename(name=new_name(drawer, sender.name)))


def new_name(drawer: Drawer, old: str = "") -> str:
    """Mostly one that nobody has."""
    dice = drawer.dice
    if dice.chance(8):
        return in_other_letters(drawer, dice.one(list(drawer.book.names)))
    if old and dice.chance(10):
        return in_other_letters(drawer, old)
    return f"{dice.one(('Zhang', '张', 'A-B', 'O_K'))} {drawer.fresh().hex()[:6]}{dice.one(('', '', ' (7)', '（B）'))}"


def in_other_letters(drawer: Drawer, name: str) -> str:
    """The same name, or what looks like it."""
    wide = name.replace("(", "（").replace(")", "）")
    return drawer.dice.one((name, name.upper(), wide, wide.title()))


def countersign(drawer: Drawer) -> Wish | None:
    """A checker who has not signed yet, mostly."""
    dice, book = drawer.dice, drawer.book
    if not book.held:
        return None
    address, held_id = dice.one(waiting(drawer, 93))
    held, sender = book.held[address, held_id], book.accounts[address]
    signed = {held.maker, *held.approvers}
    good = [each.key for each in sender.keys if has_role(each.roles, CHECKER) and each.key not in signed]
    key = drawer.mostly(good, [each.key for each in sender.keys])
    if key is None:
        return None
    if dice.chance(3):
        sender = dice.one(drawer.accounts())
        key = sender.keys[0].key
    return Wish(sender, wire.Countersign(held=held_id, digest=body_digest(held.body)), (key,))


def waiting(drawer: Drawer, percent: int) -> list[tuple[bytes, bytes]]:
    """Held transactions: so often only those that are still open."""
    held = drawer.book.held
    still = [key for key, each in held.items() if wire.Body.FromString(each.body).hold_until >= drawer.height]
    return still if still and drawer.dice.chance(percent) else list(held)


def discard(drawer: Drawer) -> Wish | None:
    """Of what waits."""
    book, dice = drawer.book, drawer.dice
    if not book.held:
        return None
    address, held_id = dice.one(waiting(drawer, 20))
    return Wish(book.accounts[address], wire.Discard(held=held_id))


def operator(drawer: Drawer) -> Account:
    """There is one."""
    return drawer.accounts(OPERATOR)[0]


def admit(drawer: Drawer) -> Wish | None:
    """Another organisation."""
    dice = drawer.dice
    if len(drawer.accounts(*ORGANISATIONS)) > 45:
        return None
    party = dice.one((PARTNER, PARTNER, PARTNER, BOOKKEEPER, REGULATOR))
    action = wire.Admit(
        party=party, name=new_name(drawer), agreement=drawer.fresh(), quota_points=dice.one((90, 10**6))
    )
    action.keys.extend(drawer.new_key(roles) for roles in dice.one((((),), ((), ()), ((1, 3), (2,), (2,)), ((2,),))))
    if dice.chance(4):
        action.keys.extend(drawer.new_key() for _ in range(dice.one((14, 15, 16))))
    action.permissions.extend(_permissions(drawer, party))  # type: ignore[arg-type]
    if len(action.keys) > 1 and dice.chance(40):
        action.thresholds.add(duty=dice.between(1, 9), checkers=1)  # type: ignore[arg-type]
    return Wish(operator(drawer), action)


def _permissions(drawer: Drawer, party: int) -> list[int]:
    """Of a partner any; of others mostly evidence or none."""
    if party == PARTNER or drawer.dice.chance(4):
        return drawer.dice.some((1, 2, 3), 3)
    return [EVIDENCE] if drawer.dice.chance(50) else []


def amend(drawer: Drawer) -> Wish | None:
    """Other permissions, points, agreement or name."""
    dice = drawer.dice
    account = drawer.mostly(drawer.accounts(PARTNER, BOOKKEEPER, REGULATOR, OPERATOR), drawer.accounts(USER), 95)
    if account is None:
        return None
    action = wire.Amend(account=account.id, quota_points=account.quota_points)
    action.permissions.extend(account.permissions)  # type: ignore[arg-type]
    if dice.chance(40):
        del action.permissions[:]
        action.permissions.extend(_permissions(drawer, account.party))  # type: ignore[arg-type]
    if dice.chance(40):
        action.agreement = drawer.fresh()
    if dice.chance(20):
        action.name = new_name(drawer, account.name)
    return Wish(operator(drawer), action)


def suspend(drawer: Drawer) -> Wish | None:
    """Not many at a time."""
    organisations = drawer.accounts(PARTNER, BOOKKEEPER, REGULATOR)
    stopped = [each for each in organisations if each.stop is not None]
    going = [each for each in organisations if each.stop is None] if len(stopped) < 7 else []
    account = drawer.mostly(going, stopped or drawer.accounts(USER), 88)
    return None if account is None else Wish(operator(drawer), wire.Suspend(account=account.id, order=drawer.order()))


def resume(drawer: Drawer) -> Wish | None:
    """Whoever is stopped, mostly."""
    organisations = drawer.accounts(PARTNER, BOOKKEEPER, REGULATOR)
    stopped = [each for each in organisations if each.stop is not None]
    account = drawer.mostly(stopped, drawer.accounts())
    return None if account is None else Wish(operator(drawer), wire.Resume(account=account.id, order=drawer.order()))


def record_order(drawer: Drawer) -> Wish | None:
    """About anybody."""
    sender = drawer.able("record_order")
    if sender is None:
        return None
    certified = [each for each in drawer.accounts(USER) if sender.id in {one.partner for one in each.certifications}]
    account = drawer.mostly(certified if sender.party == PARTNER else drawer.accounts(), drawer.accounts())
    return None if account is None else Wish(sender, wire.RecordOrder(account=account.id, order=drawer.order()))


BUILDERS = [
    ("change_keys", change_keys, 5),
    ("set_thresholds", set_thresholds, 4),
    ("rename", rename, 3),
    ("countersign", countersign, 9),
    ("discard", discard, 1),
    ("admit", admit, 2),
    ("amend", amend, 2),
    ("suspend", suspend, 2),
    ("resume", resume, 2),
    ("record_order", record_order, 2),
]
