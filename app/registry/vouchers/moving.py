"""Actions `allocate`, `transfer`, `redeem`, `expire` (white paper 3.4.3 发放, 流转, 兑付; 4.3.1, 4.3.2).

Guarantees: a transfer moves all its legs or none; nobody receives who may not hold at the block's time. The rules of a
transfer are tried by `app.registry.vouchers.explaining` as well, so what it says and what a block does cannot differ.
"""

from collections.abc import Callable, Iterable

from app.core.codec import encode
from app.core.refusals import BadAction, BalanceShort, CapExceeded, NotYetExpired, Refused
from app.core.units import check_hash32
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import read_member
from app.registry.acted import Acted
from app.registry.checking import check_ascending, check_number, fields_checked
from app.registry.context import Context
from app.registry.draft import Values
from app.registry.places import number
from app.registry.state import read_account
from app.registry.vouchers import holding
from app.registry.vouchers.free import read_holding, read_piece
from app.registry.vouchers.holders import check_may_hold
from app.registry.vouchers.parcels import (
    MAX_LEGS,
    MAX_SERIALS,
    check_amounts,
    check_parcel,
    check_serials,
    check_whole_transfer,
    take_parcel,
)
from app.registry.vouchers.standing import (
    Standing,
    check_flows,
    check_issuer,
    check_moves,
    check_not_bound,
    check_not_expired,
    check_usable,
    check_within_window,
    count,
    is_expired,
    read_created,
    read_living,
)


# ---- allocate ------------------------------------------------------------------------------------------------------
def allocate(context: Context) -> Acted:
    """Issue to holders: amounts, or new serials.

    Raises:
        Refused: the first rule that is broken.
    """
    wish, draft = context.body.allocate, context.draft
    standing = read_living(draft, wish.voucher)
    check_issuer(standing, context.sender)
    check_usable(standing, context.time_ns)
    amounts = [int(leg.amount) for leg in wish.legs]
    with fields_checked():
        check_amounts("legs", amounts)
        if standing.is_unique:
            check_number("number of serials", sum(amounts), most=MAX_SERIALS)
    check_cap(standing, sum(amounts))
    first = serial = int(standing.voucher.serials) + 1
    for leg, amount in zip(wish.legs, amounts, strict=True):
        recipient = read_member(draft, leg.to)
        check_may_hold(draft, standing, recipient, context.time_ns)
        if standing.is_unique:
            holding.add_pieces(draft, standing, recipient.address, serial, [1] * amount)
            serial += amount
        else:
            holding.add_amount(draft, standing, recipient.address, amount)
    count(draft, standing, issued=sum(amounts), serials=serial - first)
    result = number(first) if standing.is_unique else b""
    return Acted("allocate", encode(wish), wish.voucher, result)


def check_cap(standing: Standing, amount: int) -> None:
    """So much more may be issued.

    Raises:
        CapExceeded: it may not.
    """
    issued, cap = int(standing.voucher.issued) + amount, int(standing.terms.cap)
    if issued > cap:
        raise CapExceeded(voucher=standing.id.hex(), expected=f"at most {cap}", got=issued)


# ---- transfer ------------------------------------------------------------------------------------------------------
def transfer(context: Context) -> Acted:
    """Move what the legs say, in their order.

    Raises:
        Refused: the first rule that is broken; its facts name the leg, from 1 on.
    """
    wish = context.body.transfer
    with fields_checked():
        check_whole_transfer(wish.legs)
    _for_each_leg(wish.legs, _check_fields)
    _for_each_leg(wish.legs, lambda leg: _move(context, leg))
    return Acted("transfer", encode(wish), wish.legs[0].voucher)


def of_leg(refusal: Refused, index: int) -> Refused:
    """The same refusal with the number of the leg among its facts."""
    return type(refusal)(**refusal.facts, leg=index)


def read_recipient(context: Context, leg: wire.Leg) -> wire.Account:
    """To whom a leg goes: somebody else.

    Raises:
        UnknownMember: there is no such account.
        BadAction: it is the sender's own.
    """
    recipient = read_member(context.draft, leg.to)
    if recipient.id == context.sender.id:
        raise BadAction(field="to", expected="somebody else", got=int(leg.to))
    return recipient


def _for_each_leg(legs: Iterable[wire.Leg], step: Callable[[wire.Leg], None]) -> None:
    for index, leg in enumerate(legs, 1):
        try:
            step(leg)
        except Refused as refusal:
            raise of_leg(refusal, index) from refusal


def _check_fields(leg: wire.Leg) -> None:
    with fields_checked():
        check_parcel(leg.amount, leg.serials)


def _move(context: Context, leg: wire.Leg) -> None:
    draft, time_ns = context.draft, context.time_ns
    standing = read_living(draft, leg.voucher)
    check_flows(standing)
    check_not_expired(standing, time_ns)
    check_not_bound(standing)
    check_within_window(standing, time_ns)
    recipient = read_recipient(context, leg)
    check_may_hold(draft, standing, context.sender, time_ns)
    check_may_hold(draft, standing, recipient, time_ns)
    taken = take_parcel(draft, standing, context.sender, leg.amount, leg.serials, changes_hands=True)
    holding.give(draft, standing, taken, recipient.address)


# ---- redeem --------------------------------------------------------------------------------------------------------
def redeem(context: Context) -> Acted:
    """Give back to the issuer what the sender holds, for what it stands for. Whoever holds may, accepted or no longer.

    Raises:
        Refused: the first rule that is broken.
    """
    wish = context.body.redeem
    standing = read_living(context.draft, wish.voucher)
    check_usable(standing, context.time_ns)
    with fields_checked():
        check_parcel(wish.amount, wish.serials)
        if wish.reference:
            check_hash32("reference", wish.reference)
    taken = take_parcel(context.draft, standing, context.sender, wish.amount, wish.serials)
    holding.end(context.draft, standing, taken, wire.PIECE_END_REDEEMED)
    count(context.draft, standing, redeemed=taken.total)
    return Acted("redeem", encode(wish), wish.voucher)


# ---- expire --------------------------------------------------------------------------------------------------------
def expire(context: Context) -> Acted:
    """Clear away what has lapsed.

    Raises:
        Refused: the first rule that is broken.
    """
    wish = context.body.expire
    standing = read_created(context.draft, wish.voucher)
    check_issuer(standing, context.sender)
    if not is_expired(standing, context.time_ns):
        raise NotYetExpired(voucher=wish.voucher.hex())
    check_moves(standing)
    with fields_checked():
        check_ascending("accounts", wish.accounts, 0, MAX_LEGS)
        check_serials(wish.serials, least=0)
        check_number("number of accounts and serials", len(wish.accounts) + len(wish.serials), 1)
    lapsed = sum(_lapse_amount(context, standing, account) for account in wish.accounts)
    lapsed += sum(_lapse_piece(context, standing, serial) for serial in wish.serials)
    count(context.draft, standing, lapsed=lapsed)
    return Acted("expire", encode(wish), wish.voucher)


def _lapse_amount(context: Context, standing: Standing, account_id: int) -> int:
    draft, owner = context.draft, read_member(context.draft, account_id)
    held = read_holding(draft, owner.address, standing.id)
    if not held.amount:
        raise BalanceShort(account=account_id, voucher=standing.id.hex(), expected=1, got=0)
    return holding.take_amount(draft, standing, owner, held.amount).total  # all of it, so nothing of it may be frozen


def _lapse_piece(context: Context, standing: Standing, serial: int) -> int:
    draft = context.draft
    owner = _read_owner(draft, read_piece(draft, standing.id, serial))
    taken = holding.take_pieces(draft, standing, owner, [serial])
    holding.end(draft, standing, taken, wire.PIECE_END_LAPSED)
    return taken.total


def _read_owner(values: Values, piece: wire.Piece) -> wire.Account:
    owner = read_account(values, piece.owner)
    if owner is None:
        raise LookupError("a piece without an owner: the state was changed by something else than the law")
    return owner
