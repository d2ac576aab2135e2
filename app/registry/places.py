"""Where each kind of thing stands in the map: a prefix and, behind it, parts of fixed length.

Guarantees: what is stored is canonical; what `read` returns is shared and never changed by anybody: whoever wants to change
it takes a copy (`copy_of`).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar, cast

from google.protobuf.message import Message

from app.core.codec import decode_canonical, encode
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft, Values

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Place(Generic[M]):
    """A kind of message under a prefix. The parts behind it are addresses (20 bytes), ids (16) or numbers (8, big-endian)."""

    prefix: bytes
    kind: type[M]

    def key(self, *parts: bytes) -> bytes:
        """The key in the map."""
        return self.prefix + b"".join(parts)

    def read(self, values: Values, *parts: bytes) -> M | None:
        """What stands there, or None. Never change it."""
        data = values.get(self.key(*parts))
        return None if data is None else cast("M", _decode(self.kind, data))  # type: ignore[arg-type]  # a class has a hash

    def write(self, draft: Draft, message: M, *parts: bytes) -> None:
        """Let this stand there."""
        draft.put(self.key(*parts), encode(message))

    def delete(self, draft: Draft, *parts: bytes) -> None:
        """Let nothing stand there."""
        draft.delete(self.key(*parts))


def number(value: int) -> bytes:
    """A number as a part of a key: 8 bytes, so that keys sort as numbers do."""
    return value.to_bytes(8, "big")


def copy_of(message: M) -> M:
    """A copy that may be changed."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


@lru_cache(maxsize=16_384)
def _decode(kind: type[Message], data: bytes) -> Message:
    return decode_canonical(kind, data)


TERMS = Place(b"terms/", wire.AgreementVersion)
"""Address, version: the history of an organisation's legal agreement."""
HELD = Place(b"held/", wire.Held)
"""Address, id."""
RECOGNITIONS = Place(b"recognition/", wire.Recognition)
"""Address of who recognises, number of whom."""
GRANTS = Place(b"grant/", wire.AccessGrant)
"""Address of the user, id."""
AGREEMENTS = Place(b"agreement/", wire.Agreement)
"""Id."""
VOUCHERS = Place(b"voucher/", wire.Voucher)
"""Id."""
HOLDINGS = Place(b"holding/", wire.Holding)
"""Address, voucher: nothing where an account holds nothing and nothing is frozen."""
PIECES = Place(b"piece/", wire.Piece)
"""Voucher, serial."""
CUSTODIES = Place(b"custody/", wire.Custody)
"""Address, voucher."""
ASSIGNMENTS = Place(b"assigned/", wire.Assignment)
"""Address, voucher: nothing where a holding counts for its own account."""
PROPOSALS = Place(b"proposal/", wire.Proposal)
"""Id."""
