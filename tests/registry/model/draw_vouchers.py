"""Draws actions with vouchers."""

from app.core.wire import registry_pb2 as wire
from tests.registry.model.draw_accounts import operator
from tests.registry.model.draw_evidence import renewable
from tests.registry.model.drawer import SECOND, Drawer, Wish
from tests.registry.model.matrix import PARTNER, REGULATOR, USER, VOUCHER
from tests.registry.model.things import Account, Holding, Voucher
from tests.registry.model.vouchers import APPLIED, CREATED, LIVE, UNIQUE, check_may_hold
from tests.registry.model.words import No

Place = tuple[bytes, bytes]


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


def _moving(drawer: Drawer) -> tuple[bytes, Voucher] | None:
    """One that is not over, mostly."""
    vouchers: dict[bytes, Voucher] = drawer.book.vouchers
    good = [
        key for key, each in vouchers.items() if each.state == CREATED and not 0 < each.terms.expires_ns <= drawer.now
    ]
    key = drawer.mostly(good, list(vouchers), 93)
    return None if key is None else (key, vouchers[key])


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


def _recipient(drawer: Drawer, voucher: Voucher) -> int:
    accounts = drawer.accounts(USER, PARTNER)
    account = drawer.dice.one(accounts)
    for _ in range(0 if drawer.dice.chance(7) else 12):
        if may_hold(drawer, voucher, account):
            break
        account = drawer.dice.one(accounts)
    return account.id if drawer.dice.chance(99) else 10_000


def allocate(drawer: Drawer) -> Wish | None:
    """To some who may hold it, mostly within the cap."""
    found, dice = _moving(drawer), drawer.dice
    if found is None:
        return None
    key, voucher = found
    left = max(1, voucher.terms.cap - voucher.issued)
    action = wire.Allocate(voucher=key)
    for _ in range(dice.one((1, 1, 2, 3))):
        amount = dice.between(1, min(left, 4 if voucher.terms.kind == UNIQUE else 500))
        action.legs.add(to=_recipient(drawer, voucher), amount=amount)
        left = max(1, left - amount)
    if dice.chance(2):
        action.legs[0].amount = dice.one((254, 257, left + 1))
    return Wish(_issuer(drawer, voucher), action)


def _holding(drawer: Drawer, percent: float = 90) -> tuple[Place, Holding, Voucher] | None:
    holdings: dict[Place, Holding] = drawer.book.holdings
    if not holdings:
        return None
    found = None
    for _ in range(8):
        place = drawer.dice.one(list(holdings))
        found = place, holdings[place], drawer.book.vouchers[place[1]]
        lapsed = 0 < found[2].terms.expires_ns <= drawer.now
        if not lapsed and drawer.book.accounts[place[0]].stop is None and found[2].flow == 0:
            break
    return found if drawer.dice.chance(percent) or found is None else (found[0], Holding(9, 9, 9), found[2])


def _pieces(drawer: Drawer, place: Place, most: int) -> list[int]:
    """Serials that an account has, and perhaps another one."""
    address, key = place
    serials = range(1, drawer.book.vouchers[key].serials + 1)
    pieces = drawer.book.pieces
    own = [each for each in serials if pieces[key, each].owner == address and pieces[key, each].end == LIVE]
    chosen = drawer.dice.some(own, most) if own else []
    if serials and drawer.dice.chance(6):
        chosen = sorted({*chosen, drawer.dice.one(serials)})
    return chosen


def _amount(drawer: Drawer, holding: Holding) -> int:
    free = 0 if holding.frozen else holding.amount - holding.frozen_amount
    most = free if drawer.dice.chance(94) else holding.amount + 3
    return drawer.dice.one((1, most, drawer.dice.between(1, max(1, most)))) or 1


def transfer(drawer: Drawer) -> Wish | None:
    """One leg or several, also of several vouchers."""
    found = _holding(drawer, 100)
    if found is None:
        return None
    (address, _), _, _ = found
    own = [place for place in drawer.book.holdings if place[0] == address]
    action = wire.Transfer()
    for place in [found[0], *(drawer.dice.some(own, 2) if drawer.dice.chance(25) else [])]:
        holding, voucher = drawer.book.holdings[place], drawer.book.vouchers[place[1]]
        leg = action.legs.add(voucher=place[1], to=_recipient(drawer, voucher))
        if voucher.terms.kind == UNIQUE or (holding.pieces and drawer.dice.chance(50)):
            leg.serials.extend(_pieces(drawer, place, 3))
        if not leg.serials:
            leg.amount = _amount(drawer, holding)
    return Wish(drawer.book.accounts[address], action)


def split(drawer: Drawer) -> Wish | None:
    """Some of the free amount."""
    found = _holding(drawer)
    if found is None:
        return None
    (address, key), holding, _ = found
    amounts = [_amount(drawer, holding)]
    if amounts[0] > 3:
        amounts = [amounts[0] // 3, amounts[0] // 3, 1]
    return Wish(drawer.book.accounts[address], wire.Split(voucher=key, amounts=amounts))


def merge(drawer: Drawer) -> Wish | None:
    """Pieces of a divisible one, mostly."""
    holdings, vouchers = drawer.book.holdings, drawer.book.vouchers
    good = [place for place, each in holdings.items() if each.pieces and vouchers[place[1]].terms.kind != UNIQUE]
    place = drawer.mostly(good, list(holdings))
    if place is None:
        return None
    serials = _pieces(drawer, place, 4)
    return Wish(drawer.book.accounts[place[0]], wire.Merge(voucher=place[1], serials=serials)) if serials else None


def redeem(drawer: Drawer) -> Wish | None:
    """Amounts or pieces."""
    found = _holding(drawer)
    if found is None:
        return None
    place, holding, voucher = found
    action = wire.Redeem(voucher=place[1], reference=drawer.dice.one((b"", drawer.fresh())))
    if voucher.terms.kind == UNIQUE or (holding.pieces and drawer.dice.chance(50)):
        action.serials.extend(_pieces(drawer, place, 2))
    if not action.serials:
        action.amount = _amount(drawer, holding)
    return Wish(drawer.book.accounts[place[0]], action)


def expire(drawer: Drawer) -> Wish | None:
    """What has lapsed, mostly."""
    vouchers: dict[bytes, Voucher] = drawer.book.vouchers
    lapsed = [
        key for key, each in vouchers.items() if each.state == CREATED and 0 < each.terms.expires_ns <= drawer.now
    ]
    key = drawer.mostly(lapsed, list(vouchers), 94)
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
    """By a partner that holds some, mostly."""
    book, dice = drawer.book, drawer.dice
    partners = [place for place in book.holdings if book.accounts[place[0]].party == PARTNER]
    place = drawer.mostly(partners, list(book.holdings), 95)
    if place is None:
        return None
    holding = book.holdings[place]
    total = dice.between(0, holding.amount + holding.packed + dice.chance(10))
    action = wire.AttestCustody(voucher=place[1], root=drawer.fresh(), statement=drawer.fresh(), total=total)
    return Wish(book.accounts[place[0]], action)


BUILDERS = [
    ("apply_voucher", apply_voucher, 4),
    ("create_voucher", create_voucher, 5),
    ("decline_voucher", decline_voucher, 1),
    ("manage_voucher", manage_voucher, 2),
    ("allocate", allocate, 8),
    ("transfer", transfer, 14),
    ("split", split, 6),
    ("merge", merge, 5),
    ("redeem", redeem, 6),
    ("expire", expire, 4),
    ("supervise", supervise, 7),
    ("attest_custody", attest_custody, 2),
]
