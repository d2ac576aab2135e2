"""Holdings and pieces: the one place that changes them, so that nothing comes from nowhere or is lost (white paper 3.4.3).

Guarantees: for each voucher, issued - redeemed - lapsed = amounts of all holdings + amounts of all live pieces; a holding's
`pieces` and `packed` are the number and sum of its owner's live pieces; a holding without anything is gone. What is taken
(`Taken`) stands nowhere until it is given or ended, and whoever takes does one of the two in the same action.
It leaves to others: who may take and give, and what the voucher counts (`standing.count`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft
from app.registry.places import HOLDINGS, PIECES, copy_of, number
from app.registry.vouchers.free import (
    check_amount,
    check_has_amounts,
    check_holding_moves,
    check_live,
    check_owner,
    check_piece_moves,
    check_transfers,
    read_holding,
    read_piece,
)
from app.registry.vouchers.standing import Standing


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out of a holding: an amount, or pieces by their serials."""

    amount: int
    pieces: tuple[tuple[int, wire.Piece], ...]

    @property
    def total(self) -> int:
        """What it is worth."""
        return self.amount + sum(int(piece.amount) for _, piece in self.pieces)


def take_amount(draft: Draft, standing: Standing, owner: wire.Account, amount: int) -> Taken:
    """Take a free amount out of a holding.

    Raises:
        BadAction, BalanceShort, HoldingFrozen: it cannot be taken.
    """
    check_has_amounts(standing)
    check_holding_moves(draft, standing, owner)
    check_amount(draft, standing, owner, amount)
    _change(draft, owner.address, standing.id, amount=-amount)
    return Taken(amount, ())


def take_pieces(
    draft: Draft, standing: Standing, owner: wire.Account, serials: Iterable[int], *, changes_hands: bool = False
) -> Taken:
    """Take pieces out of a holding; with `changes_hands` each must have a transfer left.

    Raises:
        NotHolder, PieceEnded, HoldingFrozen, TransfersSpent: a piece cannot be taken.
    """
    taken: list[tuple[int, wire.Piece]] = []
    for serial in serials:
        piece = check_owner(draft, standing, owner, serial)
        check_live(standing, serial, piece)
        check_piece_moves(standing, serial, piece)
        check_holding_moves(draft, standing, owner)
        if changes_hands:
            check_transfers(standing, serial, piece)
        taken.append((serial, piece))
    parcel = Taken(0, tuple(taken))
    _change(draft, owner.address, standing.id, pieces=-len(taken), packed=-parcel.total)
    return parcel


def give(draft: Draft, standing: Standing, taken: Taken, owner: bytes) -> None:
    """Hand over what was taken; each piece has moved once more."""

    def hand_over(piece: wire.Piece) -> None:
        piece.owner = owner
        piece.transfers += 1

    _rewrite(draft, standing, taken.pieces, hand_over)
    packed = taken.total - taken.amount
    _change(draft, owner, standing.id, amount=taken.amount, pieces=len(taken.pieces), packed=packed)


def end(draft: Draft, standing: Standing, taken: Taken, how: wire.PieceEnd) -> None:
    """Let what was taken be gone. Its pieces stay to be read, with their last owner and how they ended."""

    def end_piece(piece: wire.Piece) -> None:
        piece.end = how

    _rewrite(draft, standing, taken.pieces, end_piece)


def add_amount(draft: Draft, standing: Standing, owner: bytes, amount: int) -> None:
    """Put a free amount into a holding: newly issued, or of pieces that ended by being merged."""
    _change(draft, owner, standing.id, amount=amount)


def add_pieces(draft: Draft, standing: Standing, owner: bytes, first: int, amounts: Sequence[int]) -> None:
    """Put new pieces into a holding, under serials from `first` on: newly issued, or of an amount that was taken."""
    for serial, amount in enumerate(amounts, first):
        PIECES.write(draft, wire.Piece(owner=owner, amount=amount), standing.id, number(serial))
    _change(draft, owner, standing.id, pieces=len(amounts), packed=sum(amounts))


def freeze_holding(
    draft: Draft, voucher_id: bytes, owner: bytes, *, frozen: bool, frozen_amount: int, stop: wire.Stop
) -> None:
    """Let all of a holding or some of its free amount stay, by an order; with neither, it is free again."""
    holding = copy_of(read_holding(draft, owner, voucher_id))
    holding.frozen, holding.frozen_amount = frozen, frozen_amount
    if frozen or frozen_amount:
        holding.stop.CopyFrom(stop)
    else:
        holding.ClearField("stop")
    _write(draft, owner, voucher_id, holding)


def freeze_piece(draft: Draft, voucher_id: bytes, serial: int, stop: wire.Stop | None) -> None:
    """Let a piece stay by an order, or, without one, be free again."""
    piece = copy_of(read_piece(draft, voucher_id, serial))
    if stop is None:
        piece.ClearField("stop")
    else:
        piece.stop.CopyFrom(stop)
    PIECES.write(draft, piece, voucher_id, number(serial))


def _change(
    draft: Draft, owner: bytes, voucher_id: bytes, *, amount: int = 0, pieces: int = 0, packed: int = 0
) -> None:
    holding = copy_of(read_holding(draft, owner, voucher_id))
    holding.amount += amount
    holding.pieces += pieces
    holding.packed += packed
    _write(draft, owner, voucher_id, holding)


def _write(draft: Draft, owner: bytes, voucher_id: bytes, holding: wire.Holding) -> None:
    if holding.ByteSize():
        HOLDINGS.write(draft, holding, owner, voucher_id)
    elif HOLDINGS.read(draft, owner, voucher_id) is not None:
        HOLDINGS.delete(draft, owner, voucher_id)


def _rewrite(
    draft: Draft, standing: Standing, pieces: Iterable[tuple[int, wire.Piece]], change: Callable[[wire.Piece], None]
) -> None:
    for serial, old in pieces:
        piece = copy_of(old)
        change(piece)
        PIECES.write(draft, piece, standing.id, number(serial))
