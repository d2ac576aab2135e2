"""Forgets old blocks, so that a node keeps a window of them instead of all.

Guarantees: one call does a bounded amount of work and stages it; written with everything else in one batch, it leaves the
store, whatever happens, either as it was or with a higher base. What the log proves is never touched: entries, and the
receipts of accepted transactions, which point into it. Leaves to the caller (`ChainStore.prune`) how far it may go.
"""

from app.core.codec import decode
from app.core.units import Height
from app.core.wire import store_pb2
from app.node.store import keys
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState

MAX_BLOCKS = 500
MAX_CHANGES = 10_000
"""What one call deletes at most, give or take a block: some hundredths of a second."""


def prune_blocks(staging: Staging, state: AuthenticatedState, base: int, below: int) -> None:
    """Drop blocks from `base` on up to `below`, or as many as fit into one call, with the states of their heights."""
    stop = min(below, base + MAX_BLOCKS)
    changes = 0
    while base < stop and changes < MAX_CHANGES:
        changes += _drop_block(staging, base)
        base += 1
        changes += state.prune(Height(base))
    staging.put(keys.BASE, keys.number(base))


def _drop_block(staging: Staging, height: int) -> int:
    stamp = keys.number(height)
    refused = staging.get(keys.REFUSED + stamp) or b""
    hashes = [refused[start : start + 32] for start in range(0, len(refused), 32)]
    for transaction_hash in hashes:
        _drop_refusal(staging, transaction_hash, height)
    for prefix in (keys.BLOCK, keys.RESULTS, keys.REFUSED):
        staging.delete(prefix + stamp)
    return len(hashes) + 1


def _drop_refusal(staging: Staging, transaction_hash: bytes, height: int) -> None:
    """The same bytes may have landed again above, and then the receipt says so."""
    data = staging.get(keys.RECEIPT + transaction_hash)
    if data is not None and decode(store_pb2.StoredReceipt, data).height == height:
        staging.delete(keys.RECEIPT + transaction_hash)
