"""Draws actions with vouchers."""

from app.core.wire import registry_pb2 as wire
from tests.registry.model.draw_accounts import operator
from tests.registry.model.draw_evidence import renewable
from tests.registry.model.drawer import SECOND, Drawer, Wish
from tests.registry.model.matrix import PARTNER, REGULATOR, USER, VOUCHER
from tests.registry.model.things import Account, Voucher
from tests.registry.model.vouchers import APPLIED, CREATED, LIVE, OPEN, UNIQUE, check_may_hold
from tests.registry.model.words import No


def apply_voucher(drawer: Drawer) -> Wish | None:
    """With all sorts of terms."""
    dice, sender = drawer.dice, drawer.able("apply_voucher", _issuers(drawer))
    if sender is None or (len(drawer.book.vouchers) > 40 and dice.chance(80)):
        return None
    terms = wire.Terms(name="Ticket", product="一杯茶", description=drawer.fresh(), kind=dice.one((1, 1, 2)))  # type: ignore[arg-type]
    terms.cap = dice.one((3, 20, 400, 10**9, 2**63 - 1))
    if terms.kind == UNIQUE:
        terms.max_transfers = dice.one((0, 0, 1, 2))
    else:
        terms.decimals = dice.below(19)
    if dice.chance(12):
        terms.bound, terms.max_transfers = True, 0
    elif dice.chance(30):
        terms.opens_ns = max(1, drawer.now + dice.one((-500, 20, 90)) * SECOND)
        terms.closes_ns = dice.one((0, terms.opens_ns + dice.one((1, 100 * SECOND, 4_000 * SECOND))))
    if dice.chance(50):
        terms.expires_ns = drawer.now + dice.one((60, 300, 1_000, 100_000)) * SECOND
    if dice.chance(15):
        terms.accepted.extend(_partners(drawer, 6))
    return renewable(drawer, Wish(sender, wire.ApplyVoucher(terms=terms, legal=drawer.fresh())))


def _issuers(drawer: Drawer) -> list[Account]:
    return [each for each in drawer.accounts(PARTNER) if VOUCHER in each.permissions and each.stop is None]


def _partners(drawer: Drawer, most: int) -> list[int]:
    partners = drawer.accounts(PARTNER)
    if drawer.dice.chance(5):
        partners = drawer.accounts()
    return sorted(each.id for each in drawer.dice.some(partners, most))


def _voucher(drawer: Drawer, state: int, percent: float = 96) -> tuple[bytes, Voucher] | None:
    vouchers: dict[bytes, Voucher] = drawer.book.vouchers
    key = drawer.mostly([key for key, each in vouchers.items() if each.state == state], list(vouchers), percent)
    return None if key is None else (key, vouchers[key])


def _allocable(drawer: Drawer) -> tuple[bytes, Voucher] | None:
    """One of which there can be more, mostly."""
    vouchers: dict[bytes, Voucher] = drawer.book.vouchers
    good = [key for key, each in vouchers.items() if is_going(drawer, each) and each.issued < each.terms.cap]
    key = drawer.mostly(good, list(vouchers), 93)
    return None if key is None else (key, vouchers[key])


def is_going(drawer: Drawer, voucher: Voucher) -> bool:
    """Nothing about the voucher as a whole keeps it from moving."""
    lapsed = 0 < voucher.terms.expires_ns <= drawer.now
    return voucher.state == CREATED and voucher.flow == OPEN and not lapsed and _is_in_force(drawer, voucher.issuer)


def _is_in_force(drawer: Drawer, number: int) -> bool:
    return drawer.book.accounts[drawer.book.numbers[number]].stop is None


def create_voucher(drawer: Drawer) -> Wish | None:
    """What was applied for."""
    found = _voucher(drawer, APPLIED)
    return None if found is None else Wish(operator(drawer), wire.CreateVoucher(voucher=found[0]))


def decline_voucher(drawer: Drawer) -> Wish | None:
    """The same."""
    found = _voucher(drawer, APPLIED)
    if found is None:
        return None
    return Wish(operator(drawer), wire.DeclineVoucher(voucher=found[0], reason=drawer.fresh()))


def manage_voucher(drawer: Drawer) -> Wish | None:
    """Other accepted partners, or again all."""
    found = _voucher(drawer, CREATED)
    if found is None:
        return None
    accepted = [] if drawer.dice.chance(70) else _partners(drawer, 9)
    return Wish(_issuer(drawer, found[1]), wire.ManageVoucher(voucher=found[0], accepted=accepted))


def _issuer(drawer: Drawer, voucher: Voucher) -> Account:
    issuer: Account = drawer.book.member(voucher.issuer)
    return drawer.dice.one(_issuers(drawer) or [issuer]) if drawer.dice.chance(4) else issuer


def may_hold(drawer: Drawer, voucher: Voucher, account: Account) -> bool:
    """Whether the issuer accepts this holder now."""
    try:
        check_may_hold(drawer.case(), voucher, account)
    except No:
        return False
    return True


def recipient(drawer: Drawer, voucher: Voucher, but: bytes = b"") -> int:
    """Somebody who may hold it, mostly, and another than one."""
    accounts = drawer.accounts(USER, PARTNER)
    good = [each for each in accounts if each.address != but and may_hold(drawer, voucher, each)]
    account = drawer.mostly(good, accounts, 94) or drawer.dice.one(accounts)
    return account.id if drawer.dice.chance(99) else 10_000


def allocate(drawer: Drawer) -> Wish | None:
    """To some who may hold it, mostly within the cap."""
    found, dice = _allocable(drawer), drawer.dice
    if found is None:
        return None
    key, voucher = found
    left = max(1, voucher.terms.cap - voucher.issued)
    action = wire.Allocate(voucher=key)
    for _ in range(dice.one((1, 1, 2, 3))):
        amount = dice.between(1, min(left, 4 if voucher.terms.kind == UNIQUE else 500))
        action.legs.add(to=recipient(drawer, voucher), amount=amount)
        left = max(1, left - amount)
    if dice.chance(2):
        action.legs[0].amount = dice.one((254, 257, left + 1))
    return Wish(_issuer(drawer, voucher), action)


def expire(drawer: Drawer) -> Wish | None:
    """What has lapsed, mostly."""
    vouchers: dict[bytes, Voucher] = drawer.book.vouchers
    lapsed = [
        key for key, each in vouchers.items() if each.state == CREATED and 0 < each.terms.expires_ns <= drawer.now
    ]
    full = [key for key in lapsed if vouchers[key].issued > vouchers[key].redeemed + vouchers[key].lapsed]
    full = [key for key in full if _is_in_force(drawer, vouchers[key].issuer)]
    key = drawer.mostly(full, lapsed or list(vouchers), 94)
    if key is None:
        return None
    action, book = wire.Expire(voucher=key), drawer.book
    good = [address for (address, of), each in book.holdings.items() if of == key and each.amount and not each.stop]
    live = [
        serial for (of, serial), each in book.pieces.items() if of == key and each.end == LIVE and each.stop is None
    ]
    if good:
        action.accounts.extend(sorted(book.accounts[each].id for each in drawer.dice.some(good, 3)))
    if live and drawer.dice.chance(80):
        action.serials.extend(drawer.dice.some(live, 4))
    if drawer.dice.chance(8):
        drawer.dice.one((action.accounts, action.serials)).append(drawer.dice.between(1, 90))
    elif not action.accounts and not action.serials and drawer.dice.chance(90):
        return None
    return Wish(_issuer(drawer, vouchers[key]), action)


def supervise(drawer: Drawer) -> Wish | None:
    """Any measure, by who may take it, mostly."""
    found, dice, book = _voucher(drawer, CREATED), drawer.dice, drawer.book
    if found is None:
        return None
    key, voucher = found
    authorities = [operator(drawer), *(each for each in drawer.accounts(REGULATOR) if each.stop is None)]
    sender = dice.one([*authorities, book.member(voucher.issuer)])
    action = wire.Supervise(voucher=key, order=drawer.order())
    what = dice.below(9) if sender.party != PARTNER or dice.chance(8) else dice.between(4, 8)
    if what == 0:
        action.cap = max(0, voucher.issued + dice.one((0, 1, 30, 500, -1)))
    elif what <= 3:
        action.flow.flow = dice.one((0, 0, 0, 1, 2)) if voucher.flow == 0 else 0  # type: ignore[assignment]
        action.flow.SetInParent()
    elif what <= 6 or not voucher.serials:
        _measure_holder(drawer, key, action)
    else:
        serials = [serial for (of, serial), each in book.pieces.items() if of == key and each.end == LIVE]
        action.piece.serial = drawer.mostly(serials, range(1, voucher.serials + 2)) or 1
        action.piece.frozen = dice.chance(50)
    return Wish(sender, action)


def _measure_holder(drawer: Drawer, key: bytes, action: wire.Supervise) -> None:
    dice, book = drawer.dice, drawer.book
    places = [place for place in book.holdings if place[1] == key]
    place = drawer.mostly(places, [])
    account = dice.one(drawer.accounts()) if place is None else book.accounts[place[0]]
    holding = book.holding(account.address, key)
    action.holder.account = account.id
    action.holder.frozen = dice.chance(35)
    if holding.amount and dice.chance(60) and not holding.stop:
        action.holder.frozen_amount = dice.between(0, holding.amount + (dice.chance(5)))


def attest_custody(drawer: Drawer) -> Wish | None:
    """By a partner that holds some or for whom others' holdings count, mostly."""
    book, dice = drawer.book, drawer.dice
    if book.assigned and dice.chance(50):
        return _attest_for_several(drawer)
    partners = [place for place in book.holdings if book.accounts[place[0]].party == PARTNER]
    place = drawer.mostly(partners, list(book.holdings), 95)
    if place is None:
        return None
    holding = book.holdings[place]
    total = dice.between(0, holding.amount + holding.packed + dice.chance(10))
    action = wire.AttestCustody(voucher=place[1], root=drawer.fresh(), statement=drawer.fresh(), total=total)
    return Wish(book.accounts[place[0]], action)


def _attest_for_several(drawer: Drawer) -> Wish:
    """With accounts that assigned what they hold, or all but one of them; now and then with one that did not."""
    book, dice = drawer.book, drawer.dice
    (_, key), first = dice.one(list(book.assigned.items()))
    custodian = book.member(first.custodian)
    named = [address for (address, of), each in book.assigned.items() if (of, each.custodian) == (key, custodian.id)]
    counted = named[:16] if (custodian.address, key) in book.assigned else [*named[:16], custodian.address]
    held = [book.holding(address, key) for address in counted]
    total = dice.between(0, sum(each.amount + each.packed for each in held) + dice.chance(10))
    action = wire.AttestCustody(voucher=key, root=drawer.fresh(), statement=drawer.fresh(), total=total)
    accounts = {book.accounts[each].id for each in named[:16]}
    if dice.chance(15):
        accounts ^= {dice.one(drawer.accounts(PARTNER)).id}
    action.accounts.extend(sorted(accounts))
    return Wish(custodian, action)


def assign_custody(drawer: Drawer) -> Wish | None:
    """By a partner that holds some, mostly to another partner; sometimes it is taken back."""
    book, dice = drawer.book, drawer.dice
    if book.assigned and dice.chance(25):
        address, key = dice.one(list(book.assigned))
        return Wish(book.accounts[address], wire.AssignCustody(voucher=key))
    partners = [place for place in book.holdings if book.accounts[place[0]].party == PARTNER]
    found, sender = _voucher(drawer, CREATED), drawer.able("assign_custody")
    if found is None or sender is None:
        return None
    address, key = drawer.mostly(partners, [], 90) or (sender.address, found[0])
    others = [each for each in drawer.accounts(PARTNER) if each.address != address]
    custodian = drawer.mostly(others, drawer.accounts(), 95)
    number = 0 if custodian is None or dice.chance(3) else custodian.id
    return Wish(book.accounts[address], wire.AssignCustody(voucher=key, custodian=number))


BUILDERS = [
    ("apply_voucher", apply_voucher, 4),
    ("create_voucher", create_voucher, 5),
    ("decline_voucher", decline_voucher, 1),
    ("manage_voucher", manage_voucher, 2),
    ("allocate", allocate, 8),
    ("expire", expire, 4),
    ("supervise", supervise, 7),
    ("attest_custody", attest_custody, 3),
    ("assign_custody", assign_custody, 3),
]
