"""How what the map holds is found by something else than its key: look-ups that follow from the newest values alone.

Guarantees: a store that made all blocks and one that began with a snapshot have the same look-ups, because both follow from
the same pairs; what leaves the map leaves its look-ups. Keys of other kinds cost next to nothing.

The kinds are the law's (`app.registry.places`), which the store does not import.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from app.core.codec import decode
from app.core.units import check_int64
from app.core.wire import registry_pb2 as wire
from app.node.store import keys
from app.node.store.staging import Staging

Change = tuple[bytes, bytes | None]
"""Key of a look-up, and its value; None: it goes."""

EVERY_ISSUER = 0


def lookups_of(key: bytes, value: bytes) -> list[bytes]:
    """The look-ups that lead to a pair of the map. They hold nothing but their key.

    Raises:
        DecodingError: a value that cannot be.
    """
    kind = _kind(key)
    find = _KINDS.get(kind)
    return [] if find is None else list(find(key[len(kind) :], value))


def changed_lookups(before: Callable[[bytes], bytes | None], writes: Mapping[bytes, bytes | None]) -> list[Change]:
    """What writes to the map, where it holds what `before` says, change in the look-ups.

    Raises:
        DecodingError: as of `lookups_of`.
    """
    changes: list[Change] = []
    for key, new in writes.items():
        if _kind(key) not in _KINDS:
            continue
        old = before(key)
        if old != new:
            changes += _difference(_lookups(key, old), _lookups(key, new))
    return changes


def stage_lookups(staging: Staging, changes: Sequence[Change]) -> None:
    """Let the look-ups be so."""
    for key, value in changes:
        if value is None:
            staging.delete(key)
        else:
            staging.put(key, value)


def _kind(key: bytes) -> bytes:
    """What a key of the law begins with, up to the first stroke."""
    return key[: key.find(b"/") + 1]


def _lookups(key: bytes, value: bytes | None) -> list[bytes]:
    return [] if value is None else lookups_of(key, value)


def _difference(old: Sequence[bytes], new: Sequence[bytes]) -> list[Change]:
    return [(key, None) for key in old if key not in new] + [(key, b"") for key in new if key not in old]


# ---- one function for each kind: the rest of the key, and the value ---------------------------------------------------
def _of_account(_: bytes, value: bytes) -> Iterator[bytes]:
    account = decode(wire.Account, value)
    number = keys.number(account.id)
    yield keys.OF_PARTY + _number("party", account.party) + number
    for certification in account.certifications:
        yield keys.USERS + keys.number(certification.partner) + number


def _of_agreement(agreement_id: bytes, value: bytes) -> Iterator[bytes]:
    agreement = decode(wire.Agreement, value)
    stamp = _number("deadline", agreement.terms.deadline) + agreement_id
    for number in sorted({agreement.opener, *agreement.terms.parties}):
        yield keys.AGREEMENTS + keys.number(number) + stamp


def _of_grant(rest: bytes, value: bytes) -> Iterator[bytes]:
    grant = decode(wire.AccessGrant, value)
    yield keys.GRANTED + keys.number(grant.grantee) + _number("height", grant.height) + rest


def _of_voucher(voucher_id: bytes, value: bytes) -> Iterator[bytes]:
    voucher = decode(wire.Voucher, value)
    stamp = _number("state", voucher.state) + voucher_id
    yield keys.VOUCHERS + keys.number(EVERY_ISSUER) + stamp
    yield keys.VOUCHERS + keys.number(voucher.issuer) + stamp


def _of_holding(rest: bytes, _: bytes) -> Iterator[bytes]:
    address, voucher = rest[:20], rest[20:]
    yield keys.HOLDERS + voucher + address


def _of_custody(rest: bytes, _: bytes) -> Iterator[bytes]:
    address, voucher = rest[:20], rest[20:]
    yield keys.CUSTODIANS + voucher + address


def _of_assignment(rest: bytes, value: bytes) -> Iterator[bytes]:
    address, voucher = rest[:20], rest[20:]
    yield keys.ASSIGNED + keys.number(decode(wire.Assignment, value).custodian) + voucher + address


def _of_piece(rest: bytes, value: bytes) -> Iterator[bytes]:
    piece = decode(wire.Piece, value)
    if piece.end == wire.PIECE_END_LIVE:
        yield keys.PIECES + piece.owner + rest


def _of_proposal(proposal_id: bytes, value: bytes) -> Iterator[bytes]:
    proposal = decode(wire.Proposal, value)
    yield keys.PROPOSED + _number("deadline", proposal.propose.deadline) + proposal_id


def _number(name: str, value: int) -> bytes:
    return keys.number(check_int64(name, value))


_KINDS: Mapping[bytes, Callable[[bytes, bytes], Iterator[bytes]]] = {
    b"account/": _of_account,
    b"agreement/": _of_agreement,
    b"grant/": _of_grant,
    b"voucher/": _of_voucher,
    b"holding/": _of_holding,
    b"custody/": _of_custody,
    b"assigned/": _of_assignment,
    b"piece/": _of_piece,
    b"proposal/": _of_proposal,
}
