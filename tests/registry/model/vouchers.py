"""How vouchers come about, and the questions that all their actions ask."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.wire import registry_pb2 as wire
from tests.registry.model.book import number8
from tests.registry.model.case import Case, Done
from tests.registry.model.matrix import PARTNER, REAL_NAME, USER
from tests.registry.model.things import Account, Holding, Piece, Voucher, plain
from tests.registry.model.words import (
    derived_id,
    is_ascending,
    is_count,
    is_digest,
    is_id,
    is_later,
    is_name,
    is_text,
    sound,
)

APPLIED, CREATED, DECLINED = 1, 2, 3
DIVISIBLE, UNIQUE = 1, 2
OPEN, HELD, FROZEN = 0, 1, 2
LIVE, REDEEMED, LAPSED, MERGED = 0, 1, 2, 3
LEGS, SERIALS = 64, 256


# ---- what several actions ask -------------------------------------------------------------------------------------
def existing(case: Case, voucher: bytes) -> Voucher:
    """It exists."""
    sound(is_id(voucher))
    sound(voucher in case.book.vouchers, "unknown-voucher")
    return case.book.vouchers[voucher]


def created(case: Case, voucher: bytes) -> Voucher:
    """It exists and is created."""
    found = existing(case, voucher)
    sound(found.state == CREATED, "voucher-not-created")
    return found


def living(case: Case, voucher: bytes) -> Voucher:
    """It lives."""
    found = created(case, voucher)
    case.check_in_force(case.book.member(found.issuer))
    return found


def check_issuer(case: Case, voucher: Voucher) -> None:
    """The sender issues it."""
    sound(voucher.issuer == case.me.id, "not-issuer")


def is_expired(case: Case, voucher: Voucher) -> bool:
    """It is worth nothing any more."""
    return 0 < voucher.terms.expires_ns <= case.now


def check_movable(case: Case, voucher: Voucher) -> None:
    """Not expired, and not frozen as a whole."""
    sound(not is_expired(case, voucher), "voucher-expired")
    sound(voucher.flow != FROZEN, "voucher-stopped")


def check_may_hold(case: Case, voucher: Voucher, account: Account) -> None:
    """The issuer accepts this holder."""
    case.check_in_force(account)
    sound(account.id == voucher.issuer or _is_accepted(case, voucher, account), "holder-not-accepted")


def _is_accepted(case: Case, voucher: Voucher, account: Account) -> bool:
    if account.party == PARTNER:
        return _least(case, voucher, account.id) is not None
    if account.party != USER:
        return False
    real = [each for each in case.counting(account) if each.level >= REAL_NAME]
    for each in real:
        least = 0 if each.partner == voucher.issuer else _least(case, voucher, each.partner)
        if least is not None and least <= each.level:
            return True
    return False


def _least(case: Case, voucher: Voucher, partner: int) -> int | None:
    """The level from which the issuer takes a partner's word for this voucher, if at all."""
    issuer = case.book.numbers[voucher.issuer]
    if voucher.terms.accepted and partner not in voucher.terms.accepted:
        return None
    found = case.book.recognitions.get((issuer, partner))
    return None if found is None else found.least


def check_accepted(case: Case, accepted: Sequence[int]) -> None:
    """Each of the partners whose users may hold it is one."""
    for number in accepted:
        sound(case.book.member(number).party == PARTNER, "wrong-party")


def is_accepted_list(accepted: Sequence[int]) -> bool:
    """As a list."""
    return len(accepted) <= 64 and is_ascending(list(accepted))


def give(case: Case, place: tuple[bytes, bytes], amount: int = 0, pieces: int = 0, packed: int = 0) -> Holding:
    """Add to a holding, or with numbers below 0 take from it."""
    old = case.book.holding(*place)
    new = replace(old, amount=old.amount + amount, pieces=old.pieces + pieces, packed=old.packed + packed)
    case.book.put_holding(*place, new)
    return new


# ---- actions ------------------------------------------------------------------------------------------------------
def apply_voucher(case: Case) -> Done:
    """A partner wants to issue."""
    wish: wire.ApplyVoucher = case.action
    sound(_are_terms(case, wish.terms) and is_digest(wish.legal))
    check_accepted(case, wish.terms.accepted)
    found = derived_id("voucher", case.body.sender, case.body.nonce)
    sound(found not in case.book.vouchers)
    case.book.vouchers[found] = Voucher(case.me.id, APPLIED, plain(wish.terms), wish.legal)
    return Done(found, found)


def _are_terms(case: Case, terms: wire.Terms) -> bool:
    return (
        is_name(terms.name)
        and is_text(terms.product, 512, 1)
        and is_digest(terms.description)
        and terms.kind in (DIVISIBLE, UNIQUE)
        and terms.decimals <= (18 if terms.kind == DIVISIBLE else 0)
        and is_count(terms.cap, 1)
        and is_count(terms.opens_ns)
        and (terms.closes_ns == 0 or is_count(terms.closes_ns, terms.opens_ns + 1))
        and is_later(terms.expires_ns, case.now)
        and is_count(terms.max_transfers)
        and (terms.max_transfers == 0 or terms.kind == UNIQUE)
        and not (terms.bound and (terms.opens_ns or terms.closes_ns or terms.max_transfers))
        and is_accepted_list(terms.accepted)
    )


def create_voucher(case: Case) -> Done:
    """The operator lets it be issued."""
    voucher = _applied(case)
    case.check_in_force(case.book.member(voucher.issuer))
    case.book.vouchers[case.action.voucher] = replace(voucher, state=CREATED)
    return Done(case.action.voucher)


def decline_voucher(case: Case) -> Done:
    """The operator does not."""
    voucher = _applied(case)
    sound(is_digest(case.action.reason))
    case.book.vouchers[case.action.voucher] = replace(voucher, state=DECLINED)
    return Done(case.action.voucher)


def _applied(case: Case) -> Voucher:
    voucher = existing(case, case.action.voucher)
    sound(voucher.state == APPLIED, "application-decided")
    return voucher


def manage_voucher(case: Case) -> Done:
    """Other partners' users may hold it from now on."""
    wish: wire.ManageVoucher = case.action
    voucher = living(case, wish.voucher)
    check_issuer(case, voucher)
    sound(is_accepted_list(wish.accepted))
    check_accepted(case, wish.accepted)
    terms = replace(voucher.terms, accepted=tuple(wish.accepted))
    case.book.vouchers[wish.voucher] = replace(voucher, terms=terms)
    return Done(wish.voucher)


def allocate(case: Case) -> Done:
    """The issuer gives out new ones."""
    wish: wire.Allocate = case.action
    voucher = living(case, wish.voucher)
    check_issuer(case, voucher)
    check_movable(case, voucher)
    sound(1 <= len(wish.legs) <= LEGS and all(is_count(leg.amount, 1) for leg in wish.legs))
    total, is_unique = sum(leg.amount for leg in wish.legs), voucher.terms.kind == UNIQUE
    sound(not is_unique or total <= SERIALS)
    sound(voucher.issued + total <= voucher.terms.cap, "cap-exceeded")
    serial = voucher.serials
    for leg in wish.legs:
        account = case.book.member(leg.to)
        check_may_hold(case, voucher, account)
        place = account.address, wish.voucher
        if not is_unique:
            give(case, place, amount=leg.amount)
            continue
        give(case, place, pieces=leg.amount, packed=leg.amount)
        for _ in range(leg.amount):
            serial += 1
            case.book.pieces[wish.voucher, serial] = Piece(account.address, 1)
    case.book.vouchers[wish.voucher] = replace(voucher, issued=voucher.issued + total, serials=serial)
    return Done(wish.voucher, number8(voucher.serials + 1) if is_unique else b"")


ACTIONS = {
    "apply_voucher": apply_voucher,
    "create_voucher": create_voucher,
    "decline_voucher": decline_voucher,
    "manage_voucher": manage_voucher,
    "allocate": allocate,
}
