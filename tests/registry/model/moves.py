"""What holders do with vouchers: transfer, split, merge, redeem."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.wire import registry_pb2 as wire
from tests.registry.model.book import number8
from tests.registry.model.case import Case, Done
from tests.registry.model.things import Piece, Voucher
from tests.registry.model.vouchers import (
    DIVISIBLE,
    LEGS,
    LIVE,
    MERGED,
    OPEN,
    REDEEMED,
    SERIALS,
    UNIQUE,
    check_may_hold,
    check_movable,
    give,
    is_expired,
    living,
)
from tests.registry.model.words import is_ascending, is_count, is_digest, sound


def take_amount(case: Case, voucher: bytes, amount: int) -> None:
    """Out of the sender's free holding."""
    holding = case.book.holding(case.me.address, voucher)
    sound(not holding.frozen, "holding-frozen")
    sound(amount <= holding.amount, "balance-short")
    sound(amount <= holding.amount - holding.frozen_amount, "holding-frozen")
    give(case, (case.me.address, voucher), amount=-amount)


def piece_of(case: Case, voucher: bytes, serial: int) -> Piece:
    """One of the sender's pieces, that may move."""
    piece = case.book.pieces.get((voucher, serial))
    if piece is None or piece.owner != case.me.address:
        sound(False, "not-holder")
    assert piece is not None
    sound(piece.end == LIVE, "piece-ended")
    frozen = piece.stop is not None or case.book.holding(case.me.address, voucher).frozen
    sound(not frozen, "holding-frozen")
    return piece


def end_piece(case: Case, voucher: bytes, serial: int, piece: Piece, end: int) -> int:
    """A piece is over; its amount."""
    case.book.pieces[voucher, serial] = replace(piece, end=end)
    give(case, (piece.owner, voucher), pieces=-1, packed=-piece.amount)
    return piece.amount


def is_serial_list(serials: Sequence[int]) -> bool:
    """Ascending, above 0."""
    return is_ascending(list(serials)) and all(is_count(each, 1) for each in serials)


def is_amount_or_serials(wish: wire.Leg | wire.Redeem) -> bool:
    """One of them, and sound."""
    if wish.serials:
        return wish.amount == 0 and is_serial_list(wish.serials)
    return is_count(wish.amount, 1)


def transfer(case: Case) -> Done:
    """All legs, one after the other, or none."""
    legs = case.action.legs
    sound(1 <= len(legs) <= LEGS and sum(len(leg.serials) for leg in legs) <= SERIALS)
    sound(all(map(is_amount_or_serials, legs)))
    for leg in legs:
        _move(case, leg)
    return Done(legs[0].voucher)


def _move(case: Case, leg: wire.Leg) -> None:
    voucher = living(case, leg.voucher)
    sound(voucher.flow == OPEN, "voucher-stopped")
    sound(not is_expired(case, voucher), "voucher-expired")
    sound(not voucher.terms.bound, "not-transferable")
    sound(_is_within_window(case, voucher), "outside-window")
    to = case.book.member(leg.to)
    sound(to.id != case.me.id)
    check_may_hold(case, voucher, case.me)
    check_may_hold(case, voucher, to)
    place = to.address, leg.voucher
    if leg.amount:
        sound(voucher.terms.kind == DIVISIBLE)
        take_amount(case, leg.voucher, leg.amount)
        give(case, place, amount=leg.amount)
    for serial in leg.serials:
        piece = piece_of(case, leg.voucher, serial)
        most = voucher.terms.max_transfers
        sound(most == 0 or piece.transfers < most, "transfers-spent")
        case.book.pieces[leg.voucher, serial] = replace(piece, owner=to.address, transfers=piece.transfers + 1)
        give(case, (case.me.address, leg.voucher), pieces=-1, packed=-piece.amount)
        give(case, place, pieces=1, packed=piece.amount)


def _is_within_window(case: Case, voucher: Voucher) -> bool:
    terms = voucher.terms
    return terms.opens_ns <= case.now and (terms.closes_ns == 0 or case.now < terms.closes_ns)


def split(case: Case) -> Done:
    """Free amount becomes pieces."""
    wish: wire.Split = case.action
    voucher = _divisible(case, wish.voucher)
    sound(1 <= len(wish.amounts) <= LEGS and all(is_count(each, 1) for each in wish.amounts))
    take_amount(case, wish.voucher, sum(wish.amounts))
    for serial, amount in enumerate(wish.amounts, voucher.serials + 1):
        case.book.pieces[wish.voucher, serial] = Piece(case.me.address, amount)
        give(case, (case.me.address, wish.voucher), pieces=1, packed=amount)
    case.book.vouchers[wish.voucher] = replace(voucher, serials=voucher.serials + len(wish.amounts))
    return Done(wish.voucher, number8(voucher.serials + 1))


def merge(case: Case) -> Done:
    """Pieces become free amount again."""
    wish: wire.Merge = case.action
    _divisible(case, wish.voucher)
    sound(1 <= len(wish.serials) <= SERIALS and is_serial_list(wish.serials))
    for serial in wish.serials:
        amount = end_piece(case, wish.voucher, serial, piece_of(case, wish.voucher, serial), MERGED)
        give(case, (case.me.address, wish.voucher), amount=amount)
    return Done(wish.voucher)


def _divisible(case: Case, voucher: bytes) -> Voucher:
    found = living(case, voucher)
    check_movable(case, found)
    sound(found.terms.kind == DIVISIBLE, "not-divisible")
    return found


def redeem(case: Case) -> Done:
    """Given back for what it stands for."""
    wish: wire.Redeem = case.action
    voucher = living(case, wish.voucher)
    check_movable(case, voucher)
    sound(is_amount_or_serials(wish) and len(wish.serials) <= SERIALS)
    sound(len(wish.reference) == 0 or is_digest(wish.reference))
    gone = wish.amount
    if wish.amount:
        sound(voucher.terms.kind != UNIQUE)
        take_amount(case, wish.voucher, wish.amount)
    for serial in wish.serials:
        gone += end_piece(case, wish.voucher, serial, piece_of(case, wish.voucher, serial), REDEEMED)
    case.book.vouchers[wish.voucher] = replace(voucher, redeemed=voucher.redeemed + gone)
    return Done(wish.voucher)


ACTIONS = {"transfer": transfer, "split": split, "merge": merge, "redeem": redeem}
