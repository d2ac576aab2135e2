"""Why a transfer would fail: every reason, for every leg, before anything is signed (white paper 3.4.3 流动性限制).

Guarantees: each rule of `app.registry.vouchers.moving` is tried for each leg, whatever the others said, so there is a reason
exactly where a block would refuse the transfer. What concerns the sender's account as a whole (whether it may transfer at
all, stopped actions, points) is `app.registry.law.rehearse`'s to say.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec

from app.core.refusals import Refused
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import check_in_force
from app.registry.checking import fields_checked
from app.registry.context import Context
from app.registry.draft import Draft
from app.registry.vouchers import free, holding
from app.registry.vouchers.holders import check_may_hold
from app.registry.vouchers.moving import of_leg, read_recipient
from app.registry.vouchers.parcels import check_parcel, check_whole_transfer
from app.registry.vouchers.standing import (
    Standing,
    check_flows,
    check_not_bound,
    check_not_expired,
    check_within_window,
    read_created,
)

P = ParamSpec("P")
NOWHERE = bytes(20)
"""To whom the legs go on the scratch draft: what counts is what they leave."""


def explain_transfer(context: Context) -> tuple[Refused, ...]:
    """Every reason why a transfer would fail, in the order of its legs and of the rules; none: it would not.

    The facts of a reason name its leg, from 1 on; one without a leg is about the transfer as a whole. What a leg takes is
    no longer there for the legs behind it, even where something else is wrong with that leg. Nothing is changed.
    """
    legs, scratch = context.body.transfer.legs, Draft(context.draft)
    reasons = _tried(check_whole_transfer, legs)
    for index, leg in enumerate(legs, 1):
        reasons += _distinct(of_leg(reason, index) for reason in _reasons(context, scratch, leg))
    return tuple(reasons)


def _reasons(context: Context, scratch: Draft, leg: wire.Leg) -> Iterator[Refused]:
    wrong_fields = _tried(check_parcel, leg.amount, leg.serials)
    yield from wrong_fields
    no_voucher = _tried(read_created, scratch, leg.voucher)
    if no_voucher:  # of what is not there nothing more can be said
        yield from no_voucher
        return
    standing = read_created(scratch, leg.voucher)
    yield from _reasons_of_voucher(context, standing)
    yield from _reasons_of_holders(context, standing, leg)
    if not wrong_fields:
        yield from _reasons_of_parcel(context, scratch, standing, leg)


def _reasons_of_voucher(context: Context, standing: Standing) -> Iterator[Refused]:
    yield from _tried(check_in_force, standing.issuer)
    yield from _tried(check_flows, standing)
    yield from _tried(check_not_expired, standing, context.time_ns)
    yield from _tried(check_not_bound, standing)
    yield from _tried(check_within_window, standing, context.time_ns)


def _reasons_of_holders(context: Context, standing: Standing, leg: wire.Leg) -> Iterator[Refused]:
    no_recipient = _tried(read_recipient, context, leg)
    yield from no_recipient
    yield from _tried(check_may_hold, context.draft, standing, context.sender, context.time_ns)
    if not no_recipient:
        recipient = read_recipient(context, leg)
        yield from _tried(check_may_hold, context.draft, standing, recipient, context.time_ns)


def _reasons_of_parcel(context: Context, scratch: Draft, standing: Standing, leg: wire.Leg) -> Iterator[Refused]:
    if not leg.amount:
        for serial in leg.serials:
            yield from _reasons_of_piece(context, scratch, standing, serial)
    elif standing.is_unique:
        yield from _tried(free.check_has_amounts, standing)
    else:
        reasons = [
            *_tried(free.check_holding_moves, scratch, standing, context.sender),
            *_tried(free.check_amount, scratch, standing, context.sender, leg.amount),
        ]
        yield from reasons
        if not reasons:
            holding.take_amount(scratch, standing, context.sender, leg.amount)


def _reasons_of_piece(context: Context, scratch: Draft, standing: Standing, serial: int) -> Iterator[Refused]:
    not_owned = _tried(free.check_owner, scratch, standing, context.sender, serial)
    if not_owned:  # what became of somebody else's piece is not this sender's to hear
        yield from not_owned
        return
    piece = free.check_owner(scratch, standing, context.sender, serial)
    reasons = [
        *_tried(free.check_live, standing, serial, piece),
        *_tried(free.check_piece_moves, standing, serial, piece),
        *_tried(free.check_holding_moves, scratch, standing, context.sender),
        *_tried(free.check_transfers, standing, serial, piece),
    ]
    yield from reasons
    if not reasons:
        taken = holding.take_pieces(scratch, standing, context.sender, [serial], changes_hands=True)
        holding.give(scratch, standing, taken, NOWHERE)


def _tried(check: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> list[Refused]:
    """Why a rule refuses; nothing where it does not."""
    try:
        with fields_checked():
            check(*args, **kwargs)
    except Refused as refusal:
        return [refusal]
    return []


def _distinct(reasons: Iterable[Refused]) -> list[Refused]:
    """Each once: what is wrong with a holding would be said again for each of its pieces."""
    found: list[Refused] = []
    for reason in reasons:
        if all(type(reason) is not type(each) or reason.facts != each.facts for each in found):
            found.append(reason)
    return found
