"""The real state, read into plain things by the layout of its keys."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from app.core.wire import registry_pb2 as wire
from tests.registry.model.things import plain

VALUES: dict[str, type[Message] | None] = {
    "parameters": wire.Parameters,
    "next-account": None,
    "account/": wire.Account,
    "account-id/": None,
    "key/": None,
    "name/": None,
    "terms/": wire.AgreementVersion,
    "chain/": wire.ChainHead,
    "quota/": wire.QuotaUse,
    "held/": wire.Held,
    "recognition/": wire.Recognition,
    "grant/": wire.AccessGrant,
    "agreement/": wire.Agreement,
    "voucher/": wire.Voucher,
    "holding/": wire.Holding,
    "piece/": wire.Piece,
    "custody/": wire.Custody,
    "assigned/": wire.Assignment,
    "validators": wire.Seats,
    "proposal/": wire.Proposal,
    "nonces": wire.NonceHead,
}
"""Begin of a key → the message that stands there; None: plain bytes."""


class RealState:
    """The map of the real law, decoded as it is written."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self.values = dict(values)
        self.things: dict[bytes, Any] = {}
        self.tables: dict[str, dict[bytes, Any]] = defaultdict(dict)
        """Begin of a key → rest of the key → what stands there."""
        for key, data in values.items():
            self._put(key, data)

    def write(self, writes: Mapping[bytes, bytes | None]) -> None:
        """What a block changed."""
        for key, data in writes.items():
            if data is not None:
                self.values[key] = data
                self._put(key, data)
            elif key in self.values:
                del self.values[key], self.things[key]
                name, rest = place_of(key)
                del self.tables[name][rest]

    def with_writes(self, writes: Mapping[bytes, bytes | None]) -> dict[bytes, Any]:
        """What would stand in the map after a block that is not made."""
        things = {key: thing for key, thing in self.things.items() if writes.get(key, b"") is not None}
        return things | {key: read_value(key, data) for key, data in writes.items() if data is not None}

    def _put(self, key: bytes, data: bytes) -> None:
        name, rest = place_of(key)
        self.things[key] = self.tables[name][rest] = read_value(key, data)


def read_value(key: bytes, data: bytes) -> Any:
    """What stands under a key."""
    kind = VALUES[place_of(key)[0]]
    return data if kind is None else plain(kind.FromString(data))


def place_of(key: bytes) -> tuple[str, bytes]:
    """The begin of a key and the rest."""
    name, slash, rest = key.partition(b"/")
    return (name + slash).decode(), rest
