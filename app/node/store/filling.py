"""Gives a store that an earlier version of this program wrote the look-ups that it did not know.

Guarantees: after `fill_lookups` a store has the look-ups of one that this version made from the first block on; whoever is
interrupted begins again, and what is there already stays. It costs what custodians did, not what the log holds.
"""

from collections.abc import Iterator

from app.core.codec import decode
from app.core.errors import StoreTooNew
from app.core.ports import KeyValue
from app.core.wire import registry_pb2
from app.node.store import keys
from app.node.store.concerned import attestation_lookups
from app.node.store.mapped import lookups_of
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState

VERSION = 1
"""Since when there are look-ups of custody; a store without a version has none of these."""
_CUSTODY, _ASSIGNED = b"custody/", b"assigned/"
_ADDRESS_BYTES = 20
_BATCH = 20_000
"""Keys written at once."""


def stage_version(staging: Staging) -> None:
    """A store that begins now has every look-up."""
    staging.put(keys.LOOKUPS, _stamp())


def fill_lookups(kv: KeyValue) -> None:
    """Write what is missing, durably; nothing where nothing is, or where the chain is still to begin.

    Raises:
        StoreTooNew: a newer program keeps other look-ups in it.
        StoreError: it cannot be read or written.
    """
    stored = kv.get(keys.LOOKUPS) or b""
    if kv.get(keys.TIP) is None or stored == _stamp():
        return
    if (version := int.from_bytes(stored, "big")) > VERSION:
        raise StoreTooNew(expected=VERSION, got=version)
    changes: list[tuple[bytes, bytes | None]] = []
    for key in _missing(kv):
        changes.append((key, b""))
        if len(changes) == _BATCH:
            kv.write(changes, sync=True)
            changes = []
    kv.write([*changes, (keys.LOOKUPS, _stamp())], sync=True)


def _stamp() -> bytes:
    return VERSION.to_bytes(4, "big")


def _missing(kv: KeyValue) -> Iterator[bytes]:
    """Custodians and assignments from the map, attestations from what custodians did."""
    state = AuthenticatedState(Staging(kv))
    custodians: set[bytes] = set()
    for kind in (_CUSTODY, _ASSIGNED):
        for rest, value in state.map.scan(kind):
            yield from lookups_of(kind + rest, value)
            if kind == _CUSTODY:
                custodians.add(rest[:_ADDRESS_BYTES])
    for custodian in sorted(custodians):
        yield from _attestations(kv, state, custodian)


def _attestations(kv: KeyValue, state: AuthenticatedState, custodian: bytes) -> Iterator[bytes]:
    prefix = keys.ACTED + custodian
    for key, _ in kv.scan(prefix, keys.after(prefix)):
        stamp = key[len(prefix) :]
        entry = decode(registry_pb2.LogEntry, state.log.entry(int.from_bytes(stamp, "big")))
        if entry.HasField("attest_custody"):
            wish = decode(registry_pb2.AttestCustody, entry.attest_custody)
            yield from (found + stamp for found in attestation_lookups(wish.voucher, entry.sender))
