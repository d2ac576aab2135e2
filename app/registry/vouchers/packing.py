"""Actions `split` and `merge` (white paper 3.4.3 拆分, 合并): amounts become pieces with serials, and amounts again.

Guarantees: neither changes what anybody holds, free and in pieces together.
"""

from app.core.codec import encode
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.checking import fields_checked
from app.registry.context import Context
from app.registry.places import number
from app.registry.vouchers import holding
from app.registry.vouchers.parcels import check_amounts, check_serials
from app.registry.vouchers.standing import Standing, check_divisible, check_usable, count, read_living


def split(context: Context) -> Acted:
    """Make pieces of a free amount.

    Raises:
        Refused: the first rule that is broken.
    """
    wish, draft = context.body.split, context.draft
    standing = _read_divisible(context, wish.voucher)
    with fields_checked():
        check_amounts("amounts", wish.amounts)
    first = int(standing.voucher.serials) + 1
    holding.take_amount(draft, standing, context.sender, sum(wish.amounts))
    holding.add_pieces(draft, standing, context.sender.address, first, wish.amounts)
    count(draft, standing, serials=len(wish.amounts))
    return Acted("split", encode(wish), wish.voucher, number(first))


def merge(context: Context) -> Acted:
    """Make a free amount of pieces again.

    Raises:
        Refused: the first rule that is broken.
    """
    wish, draft = context.body.merge, context.draft
    standing = _read_divisible(context, wish.voucher)
    with fields_checked():
        check_serials(wish.serials, least=1)
    taken = holding.take_pieces(draft, standing, context.sender, wish.serials)
    holding.end(draft, standing, taken, wire.PIECE_END_MERGED)
    holding.add_amount(draft, standing, context.sender.address, taken.total)
    return Acted("merge", encode(wish), wish.voucher)


def _read_divisible(context: Context, voucher_id: bytes) -> Standing:
    standing = read_living(context.draft, voucher_id)
    check_usable(standing, context.time_ns)
    check_divisible(standing)
    return standing
