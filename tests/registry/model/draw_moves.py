"""Draws what holders do with vouchers."""

from collections.abc import Callable

from app.core.wire import registry_pb2 as wire
from tests.registry.model.draw_vouchers import is_going, may_hold, recipient
from tests.registry.model.drawer import Drawer, Wish
from tests.registry.model.things import Holding, Voucher
from tests.registry.model.vouchers import LIVE, UNIQUE

Place = tuple[bytes, bytes]
Found = tuple[Place, Holding, Voucher]


def _holding(drawer: Drawer, kind: str, is_wanted: Callable[[Found], bool]) -> Found | None:
    """What somebody holds and may move, mostly, and of which one thing more is asked."""
    places: list[Place] = list(drawer.book.holdings)
    found = None
    for _ in range(min(len(places), 3 if drawer.dice.chance(10) else 60)):
        place = drawer.dice.one(places)
        account, voucher = drawer.book.accounts[place[0]], drawer.book.vouchers[place[1]]
        found = place, drawer.book.holdings[place], voucher
        can = account.stop is None and not found[1].frozen and is_going(drawer, voucher)
        if can and is_wanted(found) and drawer.may(kind, account):
            break
    return found


def _pieces(drawer: Drawer, place: Place, most: int) -> list[int]:
    """Serials that an account has, and perhaps another one."""
    address, key = place
    serials = range(1, drawer.book.vouchers[key].serials + 1)
    pieces = drawer.book.pieces
    own = [each for each in serials if pieces[key, each].owner == address and pieces[key, each].end == LIVE]
    chosen = drawer.dice.some(own, most) if own else []
    if drawer.dice.chance(4) and not drawer.is_careful:
        return []
    if serials and drawer.dice.chance(6):
        chosen = sorted({*chosen, drawer.dice.one(serials)})
    return chosen


def _amount(drawer: Drawer, holding: Holding) -> int:
    free = 0 if holding.frozen else holding.amount - holding.frozen_amount
    most = free if drawer.dice.chance(94) else holding.amount + 3
    return drawer.dice.one((1, most, drawer.dice.between(1, max(1, most)))) or 1


def transfer(drawer: Drawer) -> Wish | None:
    """One leg or several, also of several vouchers."""
    found = _holding(drawer, "transfer", lambda found: _is_transferable(drawer, found))
    if found is None:
        return None
    (address, _), _, _ = found
    own = [place for place in drawer.book.holdings if place[0] == address]
    action = wire.Transfer()
    for place in [found[0], *(drawer.dice.some(own, 2) if drawer.dice.chance(25) else [])]:
        holding, voucher = drawer.book.holdings[place], drawer.book.vouchers[place[1]]
        leg = action.legs.add(voucher=place[1], to=recipient(drawer, voucher, address))
        if voucher.terms.kind == UNIQUE or (holding.pieces and drawer.dice.chance(50)):
            leg.serials.extend(_pieces(drawer, place, 3))
        if not leg.serials:
            leg.amount = _amount(drawer, holding)
    if drawer.dice.chance(2) and not drawer.is_careful:
        many = wire.Leg(voucher=leg.voucher, to=leg.to, serials=range(1, drawer.dice.one((129, 130))))
        action.ClearField("legs")
        action.legs.extend([many, many])
    return Wish(drawer.book.accounts[address], action)


def _is_transferable(drawer: Drawer, found: Found) -> bool:
    place, _, voucher = found
    terms = voucher.terms
    in_time = terms.opens_ns <= drawer.now and (not terms.closes_ns or drawer.now < terms.closes_ns)
    return not terms.bound and in_time and may_hold(drawer, voucher, drawer.book.accounts[place[0]])


def split(drawer: Drawer) -> Wish | None:
    """Some of the free amount."""
    found = _holding(drawer, "split", lambda found: found[1].amount > found[1].frozen_amount)
    if found is None:
        return None
    (address, key), holding, _ = found
    amounts = [_amount(drawer, holding)]
    if amounts[0] > 3:
        amounts = [amounts[0] // 3, amounts[0] // 3, 1]
    return Wish(drawer.book.accounts[address], wire.Split(voucher=key, amounts=amounts))


def merge(drawer: Drawer) -> Wish | None:
    """Pieces of a divisible one, mostly."""
    found = _holding(drawer, "merge", lambda found: found[2].terms.kind != UNIQUE and found[1].pieces > 0)
    if found is None:
        return None
    place = found[0]
    serials = _pieces(drawer, place, 4)
    return Wish(drawer.book.accounts[place[0]], wire.Merge(voucher=place[1], serials=serials)) if serials else None


def redeem(drawer: Drawer) -> Wish | None:
    """Amounts or pieces."""
    found = _holding(drawer, "redeem", lambda found: found[1].frozen_amount == 0)
    if found is None:
        return None
    place, holding, voucher = found
    action = wire.Redeem(voucher=place[1], reference=drawer.dice.one((b"", drawer.fresh())))
    if voucher.terms.kind == UNIQUE or (holding.pieces and drawer.dice.chance(50)):
        action.serials.extend(_pieces(drawer, place, 2))
    if not action.serials:
        action.amount = _amount(drawer, holding)
    return Wish(drawer.book.accounts[place[0]], action)


BUILDERS = [
    ("transfer", transfer, 14),
    ("split", split, 6),
    ("merge", merge, 5),
    ("redeem", redeem, 6),
]
