"""What of a holding is free to be taken: each rule is one function, for whoever takes and for whoever explains.

Guarantees: nothing passes that an order froze, that is not there or that is somebody else's. Nothing is changed.
"""

from collections.abc import Mapping

from app.core.errors import Fact
from app.core.refusals import BadAction, BalanceShort, HoldingFrozen, NotHolder, PieceEnded, TransfersSpent
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Values
from app.registry.places import HOLDINGS, PIECES, number
from app.registry.vouchers.standing import Standing

ENDS: Mapping[int, str] = {
    wire.PIECE_END_LIVE: "live",
    wire.PIECE_END_REDEEMED: "redeemed",
    wire.PIECE_END_LAPSED: "lapsed",
    wire.PIECE_END_MERGED: "merged",
}
_NOTHING = wire.Holding()


def read_holding(values: Values, owner: bytes, voucher_id: bytes) -> wire.Holding:
    """What an account holds of a voucher. Never change it."""
    return HOLDINGS.read(values, owner, voucher_id) or _NOTHING


def read_piece(values: Values, voucher_id: bytes, serial: int) -> wire.Piece:
    """The piece under a serial, whoever owns it and whatever became of it. Never change it.

    Raises:
        NotHolder: there never was one.
    """
    piece = PIECES.read(values, voucher_id, number(serial))
    if piece is None:
        raise NotHolder(voucher=voucher_id.hex(), serial=serial)
    return piece


def check_holding_moves(values: Values, standing: Standing, owner: wire.Account) -> None:
    """No order has frozen all that the account holds.

    Raises:
        HoldingFrozen: one has.
    """
    holding = read_holding(values, owner.address, standing.id)
    if holding.frozen:
        raise HoldingFrozen(account=int(owner.id), voucher=standing.id.hex(), order=holding.stop.document.hex())


def check_has_amounts(standing: Standing) -> None:
    """Vouchers of this kind have amounts at all.

    Raises:
        BadAction: each has a serial of its own.
    """
    if standing.is_unique:
        raise BadAction(field="amount", expected="serials", voucher=standing.id.hex())


def check_amount(values: Values, standing: Standing, owner: wire.Account, amount: int) -> None:
    """The account holds so much, and so much of it is free.

    Raises:
        BalanceShort: it holds less.
        HoldingFrozen: by an order, too much of it stays.
    """
    holding = read_holding(values, owner.address, standing.id)
    facts: dict[str, Fact] = {"account": int(owner.id), "voucher": standing.id.hex(), "expected": amount}
    if amount > holding.amount:
        raise BalanceShort(**facts, got=int(holding.amount))
    if amount > holding.amount - holding.frozen_amount:
        raise HoldingFrozen(**facts, got=int(holding.amount - holding.frozen_amount))


def check_owner(values: Values, standing: Standing, owner: wire.Account, serial: int) -> wire.Piece:
    """The piece is, or was when it ended, the account's.

    Raises:
        NotHolder: it does not exist, or is somebody else's.
    """
    piece = read_piece(values, standing.id, serial)
    if piece.owner != owner.address:
        raise NotHolder(voucher=standing.id.hex(), serial=serial)
    return piece


def check_live(standing: Standing, serial: int, piece: wire.Piece) -> None:
    """The piece is still worth something.

    Raises:
        PieceEnded: it is not.
    """
    if piece.end != wire.PIECE_END_LIVE:
        raise PieceEnded(voucher=standing.id.hex(), serial=serial, got=ENDS[piece.end])


def check_piece_moves(standing: Standing, serial: int, piece: wire.Piece) -> None:
    """No order has frozen the piece.

    Raises:
        HoldingFrozen: one has.
    """
    if piece.HasField("stop"):
        raise HoldingFrozen(voucher=standing.id.hex(), serial=serial, order=piece.stop.document.hex())


def check_transfers(standing: Standing, serial: int, piece: wire.Piece) -> None:
    """The piece may change hands once more (4.3.2).

    Raises:
        TransfersSpent: it has as often as its terms allow.
    """
    most = int(standing.terms.max_transfers)
    if most and piece.transfers >= most:
        raise TransfersSpent(voucher=standing.id.hex(), serial=serial, expected=most)
