"""Beginning with a snapshot of another application's (state sync).

Guarantees: the state is that of the `app_hash` that CometBFT's light client verified, or there is none; a wrong chunk costs
its sender the connection and is fetched again elsewhere; a snapshot that is not what it says leaves the store empty for the
next one. A crash on the way begins again.
"""

import logging

from app.core.errors import ChunkDamaged, DecodingError, SnapshotInvalid
from app.core.units import Hash32
from app.core.wire import abci_pb2 as abci
from app.core.wire import store_pb2
from app.node.abci.writing import offer_of
from app.node.consensus.genesis import Genesis
from app.node.store.chain import ChainStore
from app.node.store.contents import FORMAT
from app.node.store.restore import SnapshotRestore
from app.node.store.snapshot import Snapshot, decode_snapshot

Offered = abci.ResponseOfferSnapshot
Applied = abci.ResponseApplySnapshotChunk

_log = logging.getLogger(__name__)


class Restoring:
    """At most one restore under way."""

    def __init__(self, store: ChainStore, genesis: Genesis) -> None:
        self._store = store
        self._genesis = genesis
        self._snapshot: Snapshot | None = None
        self._restore: SnapshotRestore | None = None

    def abandon(self) -> None:
        """Give up what is under way; the store is empty then."""
        if self._restore is not None:
            self._restore.abandon()
        self._restore = None

    def offer(self, untrusted_offer: abci.Snapshot, app_hash: bytes) -> "Offered.Result":
        """Whether to begin with a snapshot; `app_hash` is verified, and of the height that is offered."""
        if self._restore is None and not self._store.is_empty:
            _log.error("a snapshot can only begin an empty application: put its data folder aside")
            return Offered.RESULT_ABORT
        self.abandon()
        if untrusted_offer.format != FORMAT:
            return Offered.RESULT_REJECT_FORMAT
        try:
            snapshot = decode_snapshot(untrusted_offer.metadata)
        except DecodingError:
            return Offered.RESULT_REJECT_SENDER
        if offer_of(snapshot) != untrusted_offer:
            return Offered.RESULT_REJECT_SENDER
        return self._begin(snapshot, Hash32(app_hash))

    def apply(self, index: int, untrusted_chunk: bytes, sender: str) -> abci.ResponseApplySnapshotChunk:
        """Take the next chunk."""
        if self._restore is None or self._snapshot is None or index != self._restore.taken:
            return abci.ResponseApplySnapshotChunk(result=Applied.RESULT_REJECT_SNAPSHOT)
        try:
            self._restore.take(untrusted_chunk)
            if self._restore.taken == len(self._snapshot.chunk_hashes):
                self._finish(self._restore, self._snapshot)
        except ChunkDamaged as error:
            _log.warning("chunk %d from %s: %s", index, sender, error)
            return abci.ResponseApplySnapshotChunk(
                result=Applied.RESULT_RETRY, refetch_chunks=[index], reject_senders=[sender]
            )
        except SnapshotInvalid as error:
            _log.warning("the snapshot of height %d is rejected: %s", self._snapshot.height, error)
            self._restore = None
            return abci.ResponseApplySnapshotChunk(result=Applied.RESULT_REJECT_SNAPSHOT)
        return abci.ResponseApplySnapshotChunk(result=Applied.RESULT_ACCEPT)

    def _begin(self, snapshot: Snapshot, app_hash: Hash32) -> "Offered.Result":
        try:
            restore = self._store.restore(snapshot, fingerprint=self._genesis.fingerprint, app_hash=app_hash)
        except SnapshotInvalid as error:
            _log.warning("the snapshot of height %d is rejected: %s", snapshot.height, error)
            return Offered.RESULT_REJECT
        _log.info("restoring the snapshot of height %d: %d chunks", snapshot.height, len(snapshot.chunk_hashes))
        self._snapshot, self._restore = snapshot, restore
        return Offered.RESULT_ACCEPT

    def _finish(self, restore: SnapshotRestore, snapshot: Snapshot) -> None:
        """The block's own hash is not known here; CometBFT, which knows it, tells only of those that follow."""
        tip = store_pb2.Tip(height=snapshot.height, app_hash=snapshot.app_hash, time_ns=restore.time_ns)
        restore.finish(tip)
        self._restore = None
        _log.info("restored: the newest block here is %d", snapshot.height)
