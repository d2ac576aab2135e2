"""What issuers and authorities do with vouchers that others hold: lapse, orders, custody."""

from dataclasses import replace

from app.core.wire import registry_pb2 as wire
from tests.registry.model.book import number8
from tests.registry.model.case import Case, Done
from tests.registry.model.matrix import PARTNER
from tests.registry.model.moves import end_piece, is_serial_list
from tests.registry.model.things import Assignment, Custody, Holding, Stop, Voucher
from tests.registry.model.vouchers import (
    FROZEN,
    LAPSED,
    LEGS,
    LIVE,
    SERIALS,
    UNIQUE,
    check_issuer,
    created,
    give,
    is_expired,
    living,
)
from tests.registry.model.words import is_ascending, is_count, is_digest, is_order, sound


def expire(case: Case) -> Done:
    """What has lapsed is taken off the books."""
    wish: wire.Expire = case.action
    voucher = created(case, wish.voucher)
    check_issuer(case, voucher)
    sound(is_expired(case, voucher), "not-yet-expired")
    sound(voucher.flow != FROZEN, "voucher-stopped")
    sound(wish.accounts or wish.serials)
    sound(len(wish.accounts) <= LEGS and is_ascending(list(wish.accounts)))
    sound(len(wish.serials) <= SERIALS and is_serial_list(wish.serials))
    gone = sum(_lapse_holding(case, wish.voucher, number) for number in wish.accounts)
    gone += sum(_lapse_piece(case, wish.voucher, serial) for serial in wish.serials)
    case.book.vouchers[wish.voucher] = replace(voucher, lapsed=voucher.lapsed + gone)
    return Done(wish.voucher)


def _lapse_holding(case: Case, voucher: bytes, number: int) -> int:
    address = case.book.member(number).address
    holding = case.book.holding(address, voucher)
    sound(holding.amount > 0, "balance-short")
    sound(not holding.frozen and not holding.frozen_amount, "holding-frozen")
    give(case, (address, voucher), amount=-holding.amount)
    return holding.amount


def _lapse_piece(case: Case, voucher: bytes, serial: int) -> int:
    sound((voucher, serial) in case.book.pieces, "not-holder")
    piece = case.book.pieces[voucher, serial]
    sound(piece.end == LIVE, "piece-ended")
    sound(piece.stop is None and not case.book.holding(piece.owner, voucher).frozen, "holding-frozen")
    return end_piece(case, voucher, serial, piece, LAPSED)


def supervise(case: Case) -> Done:
    """An order about a voucher, a holder or a piece."""
    wish: wire.Supervise = case.action
    measure = wish.WhichOneof("measure")
    sound(is_order(wish.order) and measure is not None)
    voucher = created(case, wish.voucher)
    if case.me.party == PARTNER:
        check_issuer(case, voucher)
        sound(measure in ("holder", "piece"), "not-permitted")
    MEASURES[str(measure)](case, voucher)
    return Done(wish.voucher)


def _cap(case: Case, voucher: Voucher) -> None:
    cap = case.action.cap
    sound(is_count(cap, 1))
    sound(cap >= voucher.issued, "cap-exceeded")
    _keep(case, voucher, terms=replace(voucher.terms, cap=cap))


def _flow(case: Case, voucher: Voucher) -> None:
    sound(0 <= case.action.flow.flow <= FROZEN)
    _keep(case, voucher, flow=case.action.flow.flow)


def _keep(case: Case, voucher: Voucher, **facts: object) -> None:
    case.book.vouchers[case.action.voucher] = replace(voucher, order=case.action.order.document, **facts)  # type: ignore[arg-type]


def _holder(case: Case, voucher: Voucher) -> None:
    measure: wire.HolderMeasure = case.action.holder
    account = case.book.member(measure.account)
    holding = case.book.holding(account.address, case.action.voucher)
    sound(voucher.terms.kind != UNIQUE or measure.frozen_amount == 0)
    sound(measure.frozen_amount <= holding.amount, "balance-short")
    _check_may_change(case, holding.stop)
    is_frozen = measure.frozen or measure.frozen_amount > 0
    stop = case.stop(case.action.order.document) if is_frozen else None
    changed: Holding = replace(holding, frozen=measure.frozen, frozen_amount=measure.frozen_amount, stop=stop)
    case.book.put_holding(account.address, case.action.voucher, changed)


def _piece(case: Case, voucher: Voucher) -> None:
    measure: wire.PieceMeasure = case.action.piece
    place = case.action.voucher, measure.serial
    sound(place in case.book.pieces, "not-holder")
    piece = case.book.pieces[place]
    sound(piece.end == LIVE, "piece-ended")
    _check_may_change(case, piece.stop)
    stop = case.stop(case.action.order.document) if measure.frozen else None
    case.book.pieces[place] = replace(piece, stop=stop)


def _check_may_change(case: Case, stop: Stop | None) -> None:
    """What an authority froze, an issuer leaves as it is."""
    if stop is not None and case.me.party == PARTNER:
        sound(case.book.member(stop.by).party == PARTNER, "not-permitted")


MEASURES = {"cap": _cap, "flow": _flow, "holder": _holder, "piece": _piece}


def attest_custody(case: Case) -> Done:
    """A partner says what it keeps for others, and cannot say more than it has, and others who let theirs count for it."""
    wish: wire.AttestCustody = case.action
    living(case, wish.voucher)
    sound(is_digest(wish.root) and is_digest(wish.statement) and is_count(wish.total))
    sound(len(wish.accounts) <= 16 and is_ascending(list(wish.accounts)) and case.me.id not in wish.accounts)
    balance = 0
    for number in (*wish.accounts, case.me.id):
        address = case.book.member(number).address
        assigned = case.book.assigned.get((address, wish.voucher))
        holding = case.book.holding(address, wish.voucher)
        if number != case.me.id:
            sound(assigned is not None and assigned.custodian == case.me.id, "custody-not-assigned")
        if number != case.me.id or assigned is None:
            balance += holding.amount + holding.packed
    sound(wish.total <= balance, "custody-short")
    place = case.me.address, wish.voucher
    before = case.book.custody.get(place)
    case.book.custody[place] = Custody(
        *(1 if before is None else before.sequence + 1, wish.root, wish.total, wish.statement, balance, case.height),
        accounts=tuple(wish.accounts),
    )
    return Done(wish.voucher, number8(balance))


def assign_custody(case: Case) -> Done:
    """A partner lets what it holds count for another, or for itself again."""
    wish: wire.AssignCustody = case.action
    living(case, wish.voucher)
    table, place = case.book.assigned, (case.me.address, wish.voucher)
    was = number8(table[place].custodian) if place in table else b""
    if wish.custodian == 0:
        sound(was)
        del table[place]
        return Done(wish.voucher, was)
    sound(wish.custodian != case.me.id)
    sound(case.book.member(wish.custodian).party == PARTNER, "wrong-party")
    table[place] = Assignment(wish.custodian, case.height)
    return Done(wish.voucher, was)


ACTIONS = {
    "expire": expire,
    "supervise": supervise,
    "attest_custody": attest_custody,
    "assign_custody": assign_custody,
}
