"""What actions name of a holding: an amount or serials. Bounds on how much one transaction may move (white paper 3.5).

Guarantees: a parcel that passes asks for something, and for each piece once.
"""

from collections.abc import Iterable, Sequence

from app.core.errors import OutOfRange
from app.core.wire import registry_pb2 as wire
from app.registry.checking import check_ascending, check_number
from app.registry.draft import Draft
from app.registry.vouchers.holding import Taken, take_amount, take_pieces
from app.registry.vouchers.standing import Standing

MAX_LEGS = 64
MAX_SERIALS = 256


def check_parcel(amount: int, serials: Sequence[int]) -> None:
    """An amount, or serials, ascending.

    Raises:
        OutOfRange: neither, both, or one out of range.
    """
    if not serials:
        check_number("amount", amount, 1)
        return
    if amount:
        raise OutOfRange(field="amount", expected="either an amount or serials", got=amount)
    check_serials(serials, least=1)


def check_serials(serials: Sequence[int], *, least: int) -> None:
    """Not fewer and not more serials than an action may name, ascending from 1 on.

    Raises:
        OutOfRange: otherwise.
    """
    check_ascending("serials", serials, least, MAX_SERIALS)
    for serial in (*serials[:1], *serials[-1:]):
        check_number("serial", serial, 1)


def check_amounts(name: str, amounts: Sequence[int]) -> None:
    """1 … 64 amounts, none of them nothing.

    Raises:
        OutOfRange: otherwise.
    """
    check_number(f"number of {name}", len(amounts), 1, MAX_LEGS)
    for amount in amounts:
        check_number("amount", amount, 1)


def check_whole_transfer(legs: Sequence[wire.Leg]) -> None:
    """Not more legs and serials than one transfer may have.

    Raises:
        OutOfRange: otherwise.
    """
    check_number("number of legs", len(legs), 1, MAX_LEGS)
    check_number("number of serials", sum(len(leg.serials) for leg in legs), most=MAX_SERIALS)


def take_parcel(
    draft: Draft,
    standing: Standing,
    owner: wire.Account,
    amount: int,
    serials: Iterable[int],
    *,
    changes_hands: bool = False,
) -> Taken:
    """Take what a parcel asks for; `check_parcel` has passed it.

    Raises:
        Refused: it cannot be taken.
    """
    if amount:
        return take_amount(draft, standing, owner, amount)
    return take_pieces(draft, standing, owner, serials, changes_hands=changes_hands)
