"""Action `supervise` (white paper 3.4.3 监督, 3.7): by an order, a voucher's cap, its flow, one holder or one piece.

Guarantees: a measure of the operator or a regulator is never undone by an issuer; every measure names its legal document.
A measure works on suspended issuers' vouchers and on frozen users' holdings too: supervision does not depend on either.
"""

from collections.abc import Callable, Mapping

from app.core.codec import encode
from app.core.errors import OutOfRange
from app.core.refusals import BadAction, BalanceShort, CapExceeded, NotPermitted
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import read_member
from app.registry.acted import Acted
from app.registry.checking import check_number, check_order, fields_checked
from app.registry.context import Context
from app.registry.places import VOUCHERS, copy_of
from app.registry.vouchers.free import check_live, read_holding, read_piece
from app.registry.vouchers.holding import freeze_holding, freeze_piece
from app.registry.vouchers.standing import FLOWS, Standing, check_issuer, read_created

ISSUERS_MEASURES = frozenset({"holder", "piece"})


def supervise(context: Context) -> Acted:
    """Carry an order out.

    Raises:
        BadAction: the order or the measure is wrong.
        UnknownVoucher, VoucherNotCreated: there is no such voucher.
        NotIssuer, NotPermitted: the measure is not the sender's to take.
        CapExceeded, UnknownMember, BalanceShort, NotHolder, PieceEnded: the measure cannot be taken.
    """
    wish = context.body.supervise
    measure = wish.WhichOneof("measure")
    with fields_checked():
        check_order(wish.order)
        if measure is None:
            raise OutOfRange(field="measure", expected="a measure")
    standing = read_created(context.draft, wish.voucher)
    _check_may_take(context, standing, measure)
    _MEASURES[measure](context, standing)
    return Acted("supervise", encode(wish), wish.voucher)


def _check_may_take(context: Context, standing: Standing, measure: str) -> None:
    if context.sender.party != wire.PARTY_PARTNER:
        return
    check_issuer(standing, context.sender)
    if measure not in ISSUERS_MEASURES:
        raise NotPermitted(account=int(context.sender.id), expected=measure)


def _set_cap(context: Context, standing: Standing) -> None:
    wish, issued = context.body.supervise, int(standing.voucher.issued)
    with fields_checked():
        check_number("cap", wish.cap, 1)
    if wish.cap < issued:
        raise CapExceeded(voucher=wish.voucher.hex(), expected=f"at least {issued}", got=int(wish.cap))
    voucher = copy_of(standing.voucher)
    voucher.terms.cap, voucher.order = wish.cap, wish.order.document
    VOUCHERS.write(context.draft, voucher, wish.voucher)


def _set_flow(context: Context, standing: Standing) -> None:
    wish = context.body.supervise
    if wish.flow.flow not in FLOWS:
        raise BadAction(field="flow", expected="a known one", got=int(wish.flow.flow))
    voucher = copy_of(standing.voucher)
    voucher.flow, voucher.order = wish.flow.flow, wish.order.document
    VOUCHERS.write(context.draft, voucher, wish.voucher)


def _freeze_holder(context: Context, standing: Standing) -> None:
    wish, measure = context.body.supervise, context.body.supervise.holder
    owner = read_member(context.draft, measure.account)
    held = read_holding(context.draft, owner.address, standing.id)
    if standing.is_unique and measure.frozen_amount:
        raise BadAction(field="frozen_amount", expected=0, got=int(measure.frozen_amount))
    if measure.frozen_amount > held.amount:
        expected, got = int(measure.frozen_amount), int(held.amount)
        raise BalanceShort(account=int(owner.id), voucher=wish.voucher.hex(), expected=expected, got=got)
    _check_may_change(context, held)
    freeze_holding(
        context.draft,
        standing.id,
        owner.address,
        frozen=measure.frozen,
        frozen_amount=measure.frozen_amount,
        stop=_stop(context),
    )


def _freeze_piece(context: Context, standing: Standing) -> None:
    measure = context.body.supervise.piece
    piece = read_piece(context.draft, standing.id, measure.serial)
    check_live(standing, measure.serial, piece)
    _check_may_change(context, piece)
    freeze_piece(context.draft, standing.id, measure.serial, _stop(context) if measure.frozen else None)


def _check_may_change(context: Context, frozen: wire.Holding | wire.Piece) -> None:
    """What an authority froze, no issuer changes.

    Raises:
        NotPermitted: the sender is the issuer, and the freeze is not its own.
    """
    is_issuers = context.sender.party == wire.PARTY_PARTNER
    if is_issuers and frozen.HasField("stop") and frozen.stop.by != context.sender.id:
        measure = context.body.supervise.WhichOneof("measure")
        raise NotPermitted(account=int(context.sender.id), expected=measure, order=frozen.stop.document.hex())


def _stop(context: Context) -> wire.Stop:
    order = context.body.supervise.order
    return wire.Stop(document=order.document, by=context.sender.id, height=context.height)


_MEASURES: Mapping[str, Callable[[Context, Standing], None]] = {
    "cap": _set_cap,
    "flow": _set_flow,
    "holder": _freeze_holder,
    "piece": _freeze_piece,
}
