"""Everything a node keeps about its chain: blocks, receipts, nonces of the window, look-ups, and the state under them.

Guarantees: one batch holds all that a block changes, so after any crash the store stands at a block boundary; `flush`
returns only when the batch and then the high-water record are on disk, and only then may anybody be told. A store that
is behind its high-water record has lost what was acknowledged and refuses to open. Readers take `lock` for a moment, so
they never see half a group of blocks.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from app.core.codec import decode, encode
from app.core.errors import BadGenesis, StoreDamaged
from app.core.hashing import sha256
from app.core.ports import KeyValue, Reader
from app.core.refusals import QuotaSpent
from app.core.units import Hash32, Height
from app.core.wire import registry_pb2, store_pb2
from app.node.store import keys
from app.node.store.filling import fill_lookups, stage_version
from app.node.store.highwater import HighWater, HighWaterRecord
from app.node.store.lookups import stage_acceptance, stage_entry, stage_members
from app.node.store.pruning import prune_blocks
from app.node.store.reading import ChainReader
from app.node.store.restore import SnapshotRestore, discard_unfinished
from app.node.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """All that one block leaves behind; encoded messages are kept as the bytes given.

    An application whose blocks are kept by somebody else gives no block and no commit.
    """

    tip: store_pb2.Tip
    block: bytes
    seen_commit: bytes
    results: bytes
    receipts: Sequence[tuple[bytes, store_pb2.StoredReceipt]]
    entries: Sequence[bytes]
    first_entry: int
    nonce_block: bytes = b""


class ChainStore(ChainReader):
    """The chain and its state on one key-value store."""

    def __init__(self, kv: KeyValue, high_water: HighWater) -> None:
        """Open what `kv` holds.

        Raises:
            StoreDamaged: it is behind the high-water record, or not at the same block.
            StoreTooNew: a newer program wrote it.
        """
        discard_unfinished(kv)
        fill_lookups(kv)
        super().__init__(kv)
        self._high_water = high_water
        self._durable_tip: store_pb2.Tip | None = None
        self._durable_commit: bytes | None = None
        self._note_durable()
        self._check_high_water()

    # ---- begin ---------------------------------------------------------------------------------------------------
    def begin(self, fingerprint: bytes, tip: store_pb2.Tip, writes: Mapping[bytes, bytes]) -> None:
        """Start an empty store from genesis, or check that the store belongs to this genesis.

        Raises:
            BadGenesis: the store holds another chain.
        """
        stored = self._kv.get(keys.GENESIS)
        if stored is not None:
            if stored != fingerprint:
                raise BadGenesis(
                    reason="this data folder holds another chain", expected=stored.hex(), got=fingerprint.hex()
                )
            return
        with self.lock:
            tip.app_hash = self.state.apply(Height(tip.height), dict(writes), [])
            self._staging.put(keys.GENESIS, fingerprint)
            stage_version(self._staging)
            self._staging.put(keys.BASE, keys.number(tip.height + 1))
            stage_members(self._staging, tip.height + 1, [tip.validators, tip.next_validators])
            self._set_tip(tip)
            self.flush()

    def restore(self, snapshot: Snapshot, *, fingerprint: bytes, app_hash: Hash32) -> SnapshotRestore:
        """Start an empty store from a snapshot of `app_hash`, which comes from a verified header (see `SnapshotRestore`).

        Raises:
            SnapshotInvalid: it is a snapshot of something else.
            StoreError: the store is not empty, or cannot be written.
        """
        return SnapshotRestore(
            self._kv, self._high_water, snapshot, fingerprint=fingerprint, app_hash=app_hash, when_done=self.discard
        )

    # ---- write ---------------------------------------------------------------------------------------------------
    def append(self, record: BlockRecord) -> None:
        """Stage one block; its state changes were staged through `state` before. Not durable until `flush`."""
        height = record.tip.height
        if record.block:
            self._staging.put(keys.BLOCK + keys.number(height), record.block)
        if record.seen_commit:
            self._staging.put(keys.SEEN_COMMIT, record.seen_commit)
        if record.receipts:
            self._staging.put(keys.RESULTS + keys.number(height), record.results)
        self._nonces.stage(height, record.nonce_block)
        stage_members(self._staging, height + 2, [record.tip.next_validators], before=record.tip.validators)
        self._stage_receipts(record)
        self._set_tip(record.tip)

    def flush(self) -> None:
        """Make everything staged durable, then raise the high-water record.

        Raises:
            StoreFailed: nothing since the last flush may be acknowledged; the store must be opened again.
        """
        if self._tip is not None:
            self._nonces.drop_expired(self._tip.height)
        tip, commit = self._tip, self.seen_commit()
        changes = self._staging.take()
        if changes:
            self._kv.write(changes, sync=True)
        if tip is not None and tip is not self._durable_tip:
            self._high_water.save(
                HighWaterRecord(Height(tip.height), Hash32(tip.block_hash or bytes(32)), Hash32(tip.app_hash))
            )
            self._durable_tip, self._durable_commit = tip, commit

    def prune(self, below: Height) -> None:
        """Stage the forgetting of blocks, results, refusals and old states below `below`, as much as one call should do.

        Call it with every block or group, before `flush`; `base` says how far it has come. The newest durable block
        stays, and so does a block that a kept contradiction contradicts, with all above.
        """
        contradicted = (int.from_bytes(key[2:10], "big") for key, _ in self._contradictions())
        stop = min(below, self.durable_tip.height, next(contradicted, below))
        if self.base < stop:
            prune_blocks(self._staging, self.state, self.base, stop)

    def discard(self) -> None:
        """Drop everything staged since the last flush: tip, state and caches are as after opening."""
        with self.lock:
            self._staging.take()
            self._load()
            self._note_durable()

    def keep_contradiction(self, height: int, signed_header: bytes) -> None:
        """Keep a header with a valid commit that contradicts what stands here, durably; it is evidence and never deleted.

        Raises:
            StoreFailed: as of `flush`.
        """
        with self.lock:
            self._staging.put(keys.CONTRADICTION + keys.number(height) + sha256(signed_header), signed_header)
            self.flush()

    def close(self) -> None:
        """Release the store; what was not flushed is dropped."""
        with self.lock:
            self._kv.close()

    def frozen(self) -> AbstractContextManager[Reader]:
        """What is durable now, for as long as the context lasts, to be read on any thread without `lock`."""
        return self._kv.frozen()

    def compact(self) -> None:
        """Give back the room of what was pruned. Long; nobody reads or writes meanwhile.

        Raises:
            StoreFailed: as of `flush`.
        """
        self._kv.compact()

    # ---- what survives -------------------------------------------------------------------------------------------
    @property
    def durable_tip(self) -> store_pb2.Tip:
        """The newest block that would survive a power cut."""
        if self._durable_tip is None:
            raise StoreDamaged(reason="the store was never begun")
        return self._durable_tip

    @property
    def durable_commit(self) -> bytes | None:
        """Bytes of the commit that made `durable_tip` final; to be had even when the disk has failed."""
        return self._durable_commit

    # ---- inside --------------------------------------------------------------------------------------------------
    def _stage_receipts(self, record: BlockRecord) -> None:
        entries = [decode(registry_pb2.LogEntry, entry) for entry in record.entries]
        for index, entry in enumerate(entries, record.first_entry):
            stage_entry(self._staging, index, entry)
        refused = []
        for transaction_hash, receipt in record.receipts:
            if receipt.HasField("log_index"):
                entry = entries[receipt.log_index - record.first_entry]
                stage_acceptance(self._staging, transaction_hash, receipt, entry)
            else:
                self._stage_refusal(transaction_hash, receipt)
                refused.append(transaction_hash)
        if refused:
            self._staging.put(keys.REFUSED + keys.number(record.tip.height), b"".join(refused))

    def _stage_refusal(self, transaction_hash: bytes, receipt: store_pb2.StoredReceipt) -> None:
        """The same bytes can stand in two blocks; the first landing that used up the nonce is the one that counts."""
        earlier = self._stored_receipt(transaction_hash)
        if earlier is None or not _has_used_nonce(earlier):
            self._staging.put(keys.RECEIPT + transaction_hash, encode(receipt))

    def _set_tip(self, tip: store_pb2.Tip) -> None:
        self._staging.put(keys.TIP, encode(tip))
        self._tip = tip

    def _note_durable(self) -> None:
        self._durable_tip, self._durable_commit = self._tip, self.seen_commit()

    def _check_high_water(self) -> None:
        mark = self._high_water.load()
        if mark is None:
            return
        height = 0 if self._tip is None else self._tip.height
        if self._tip is None or height < mark.height:
            raise StoreDamaged(reason="blocks that were acknowledged are missing", expected=mark.height, got=height)
        got = self.block_hash(mark.height) or bytes(32)
        if got != mark.block_hash:
            raise StoreDamaged(reason="another block than acknowledged", expected=mark.block_hash.hex(), got=got.hex())


def _has_used_nonce(receipt: store_pb2.StoredReceipt) -> bool:
    """Whether the transaction was authentic, so that its bytes can never land again: accepted, charged, or too poor."""
    return receipt.code in {0, QuotaSpent.number} or receipt.points > 0
