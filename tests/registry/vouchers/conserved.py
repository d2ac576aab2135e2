"""Counts every voucher anew from nothing but what stands in the map."""

from collections import defaultdict
from collections.abc import Mapping

from app.core.wire import registry_pb2 as wire

ADDRESS, VOUCHER = 20, 16


def check_conserved(values: Mapping[bytes, bytes]) -> None:
    """What is out of each voucher is held, in amounts and live pieces; holdings say what their owners' pieces are."""
    vouchers = {key: wire.Voucher.FromString(data) for key, data in _under(values, b"voucher/")}
    held: dict[bytes, int] = defaultdict(int)
    pieces: dict[tuple[bytes, bytes], list[int]] = defaultdict(list)
    serials: dict[bytes, list[int]] = defaultdict(list)
    for key, data in _under(values, b"piece/"):
        piece, voucher = wire.Piece.FromString(data), key[:VOUCHER]
        serials[voucher].append(int.from_bytes(key[VOUCHER:], "big"))
        assert piece.amount >= 1
        if piece.end == wire.PIECE_END_LIVE:
            held[voucher] += piece.amount
            pieces[piece.owner, voucher].append(piece.amount)
        else:
            assert not piece.HasField("stop")
    for key, data in _under(values, b"holding/"):
        owner, voucher = key[:ADDRESS], key[ADDRESS:]
        holding = wire.Holding.FromString(data)
        own = pieces.pop((owner, voucher), [])
        assert data, "a holding without anything stands in the map"
        assert (holding.pieces, holding.packed) == (len(own), sum(own))
        assert holding.frozen_amount <= holding.amount
        assert holding.HasField("stop") == (holding.frozen or holding.frozen_amount > 0)
        held[voucher] += holding.amount
    assert not pieces, "pieces of which no holding knows"
    for voucher, stored in vouchers.items():
        assert stored.issued - stored.redeemed - stored.lapsed == held.pop(voucher, 0)
        assert stored.issued <= stored.terms.cap
        assert sorted(serials.pop(voucher, [])) == list(range(1, stored.serials + 1))
    assert not held, "holdings of a voucher that does not exist"
    assert not serials, "pieces of a voucher that does not exist"


def _under(values: Mapping[bytes, bytes], prefix: bytes) -> list[tuple[bytes, bytes]]:
    return [(key[len(prefix) :], data) for key, data in values.items() if key.startswith(prefix)]
