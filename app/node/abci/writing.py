"""Snapshots of our own, for applications that begin with one (state sync): written every so many blocks, and handed out.

Guarantees: a snapshot is frozen in the moment of its block's commit, so that every node of the consortium writes the same,
and written on a thread of its own while blocks go on. One at a time: a block that comes too early for the next is passed by.
What fails there is said in the log and stops no block.
"""

import logging
import threading
from contextlib import ExitStack

from app.core.errors import LuopuError, NotFound
from app.core.hashing import sha256
from app.core.ports import Reader
from app.core.wire import abci_pb2
from app.node.store.chain import ChainStore
from app.node.store.offering import Offering
from app.node.store.snapshot import Snapshot, encode_snapshot, list_snapshots, write_snapshot

_log = logging.getLogger(__name__)


class SnapshotWriter:
    """The snapshots of one store."""

    def __init__(self, store: ChainStore, offering: Offering, interval: int) -> None:
        """A snapshot every `interval` blocks; 0 for none."""
        self._store = store
        self._offering = offering
        self._interval = interval
        self._thread: threading.Thread | None = None

    # ---- writing -------------------------------------------------------------------------------------------------
    def committed(self, height: int) -> None:
        """The block at `height` became durable just now."""
        if not self._interval or height % self._interval:
            return
        if self._thread is not None and self._thread.is_alive():
            _log.warning("no snapshot of height %d: the one before is still being written", height)
            return
        with ExitStack() as stack:
            reader = stack.enter_context(self._store.frozen())
            held = stack.pop_all()
        self._thread = threading.Thread(target=self._write, args=(height, reader, held), name="snapshot")
        self._thread.start()

    def close(self) -> None:
        """Wait until nothing is being written."""
        if self._thread is not None:
            self._thread.join()

    def _write(self, height: int, reader: Reader, held: ExitStack) -> None:
        try:
            with held:
                snapshot = write_snapshot(reader, self._offering.folder)
            self._offering.drop_old()
        except LuopuError as error:
            _log.error("no snapshot of height %d: %s", height, error)
        else:
            _log.info("snapshot of height %d: %d chunks", height, len(snapshot.chunk_hashes))

    # ---- handing out ---------------------------------------------------------------------------------------------
    @property
    def oldest(self) -> int | None:
        """Height of the oldest snapshot there is."""
        found = list_snapshots(self._offering.folder)
        return int(found[-1].height) if found else None

    def offered(self) -> list[abci_pb2.Snapshot]:
        """Every whole snapshot, in CometBFT's words."""
        return [offer_of(snapshot) for snapshot in self._offering.snapshots()]

    def chunk(self, height: int, index: int) -> bytes:
        """The bytes of one chunk; empty, which CometBFT reads as missing, when it is not there any more."""
        try:
            return self._offering.chunk(height, index)
        except NotFound:
            return b""


def offer_of(snapshot: Snapshot) -> abci_pb2.Snapshot:
    """A snapshot in CometBFT's words. Two with one hash are the same, so its chunks may come from different peers."""
    manifest = encode_snapshot(snapshot)
    return abci_pb2.Snapshot(
        height=snapshot.height,
        format=snapshot.format,
        chunks=len(snapshot.chunk_hashes),
        hash=sha256(manifest),
        metadata=manifest,
    )
