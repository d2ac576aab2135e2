"""Everything a node keeps about its chain: blocks, receipts, nonces of the window, look-ups, and the state under them.

Guarantees: one batch holds all that a block changes, so after any crash the store stands at a block boundary; `flush`
returns only when the batch and then the high-water record are on disk, and only then may anybody be told. A store that
is behind its high-water record has lost what was acknowledged and refuses to open. Readers take `lock` for a moment, so
they never see half a group of blocks.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.core.codec import decode, encode
from app.core.errors import BadGenesis, QuotaSpent, StoreDamaged
from app.core.hashing import sha256
from app.core.ports import KeyValue
from app.core.record import record_digest
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2, registry_pb2, store_pb2
from app.node.store.highwater import HighWater, HighWaterRecord
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState

_TIP = b"ct"
_GENESIS = b"cg"
_SEEN_COMMIT = b"cc"
_CONTRADICTION = b"cd"
_BLOCK = b"cb"
_RESULTS = b"cr"
_RECEIPT = b"cx"
_NONCE = b"cn"
_EXPIRY = b"ce"
_BY_ACCOUNT = b"ia"
_BY_CHAIN = b"ic"
_BY_RECORD = b"ir"
_BY_FILE = b"if"
_BEGUN = b"io"


@dataclass(frozen=True, slots=True)
class StoredNonce:
    """A used nonce and the last height at which it could have stood in a block."""

    sender: bytes
    nonce: bytes
    valid_until: int


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """All that one block leaves behind; encoded messages are kept as the bytes given."""

    tip: store_pb2.Tip
    block: bytes
    seen_commit: bytes
    results: bytes
    receipts: Sequence[tuple[bytes, store_pb2.StoredReceipt]]
    nonces: Sequence[StoredNonce]
    entries: Sequence[bytes]
    first_entry: int


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def _after(prefix: bytes) -> bytes:
    """The first key behind all that begin with `prefix` (whose last byte is below 255)."""
    return prefix[:-1] + bytes([prefix[-1] + 1])


class ChainStore:
    """The chain and its state on one key-value store."""

    def __init__(self, kv: KeyValue, high_water: HighWater) -> None:
        """Open what `kv` holds.

        Raises:
            StoreDamaged: it is behind the high-water record, or not at the same block.
        """
        self.lock = threading.RLock()
        self._kv = kv
        self._high_water = high_water
        self._staging = Staging(kv)
        self.state = AuthenticatedState(self._staging)
        self._tip = self._load_tip()
        self._durable_tip = self._tip
        self._durable_commit = self.seen_commit()
        self._check_high_water()

    # ---- begin ---------------------------------------------------------------------------------------------------
    def begin(self, fingerprint: bytes, tip: store_pb2.Tip, writes: Mapping[bytes, bytes]) -> None:
        """Start an empty store from genesis, or check that the store belongs to this genesis.

        Raises:
            BadGenesis: the store holds another chain.
        """
        stored = self._kv.get(_GENESIS)
        if stored is not None:
            if stored != fingerprint:
                raise BadGenesis(
                    reason="this data folder holds another chain", expected=stored.hex(), got=fingerprint.hex()
                )
            return
        with self.lock:
            tip.app_hash = self.state.apply(Height(tip.height), dict(writes), [])
            self._staging.put(_GENESIS, fingerprint)
            self._set_tip(tip)
            self.flush()

    # ---- write ---------------------------------------------------------------------------------------------------
    def append(self, record: BlockRecord) -> None:
        """Stage one block; its state changes were staged through `state` before. Not durable until `flush`."""
        height = record.tip.height
        self._staging.put(_BLOCK + _number(height), record.block)
        self._staging.put(_SEEN_COMMIT, record.seen_commit)
        if record.receipts:
            self._staging.put(_RESULTS + _number(height), record.results)
        for transaction_hash, receipt in record.receipts:
            self._stage_receipt(transaction_hash, receipt)
        for nonce in record.nonces:
            key = nonce.sender + nonce.nonce
            self._staging.put(_NONCE + key, _number(nonce.valid_until))
            self._staging.put(_EXPIRY + _number(nonce.valid_until) + key, b"")
        for offset, entry in enumerate(record.entries):
            self._index(record.first_entry + offset, entry)
        self._set_tip(record.tip)

    def flush(self) -> None:
        """Make everything staged durable, then raise the high-water record.

        Raises:
            StoreFailed: nothing since the last flush may be acknowledged; the store must be opened again.
        """
        if self._tip is not None:
            self._drop_expired(self._tip.height)
        tip, commit = self._tip, self.seen_commit()
        changes = self._staging.take()
        if changes:
            self._kv.write(changes, sync=True)
        if tip is not None and tip is not self._durable_tip:
            self._high_water.save(
                HighWaterRecord(Height(tip.height), Hash32(tip.block_hash or bytes(32)), Hash32(tip.app_hash))
            )
            self._durable_tip, self._durable_commit = tip, commit

    def keep_contradiction(self, height: int, signed_header: bytes) -> None:
        """Keep a header with a valid commit that contradicts what stands here, durably; it is evidence and never deleted.

        Raises:
            StoreFailed: as of `flush`.
        """
        with self.lock:
            self._staging.put(_CONTRADICTION + _number(height) + sha256(signed_header), signed_header)
            self.flush()

    def close(self) -> None:
        """Release the store; what was not flushed is dropped."""
        with self.lock:
            self._kv.close()

    # ---- read ----------------------------------------------------------------------------------------------------
    @property
    def tip(self) -> store_pb2.Tip:
        """The newest block appended, durable or not. Only for the writer."""
        if self._tip is None:
            raise StoreDamaged(reason="the store was never begun")
        return self._tip

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

    def block(self, height: int) -> bytes | None:
        """Bytes of the block at `height`."""
        return self._staging.get(_BLOCK + _number(height)) if height > 0 else None

    def block_hash(self, height: int) -> bytes:
        """Hash of the block at `height`: the tip's own, or what the block above names; empty where there is none."""
        if height == self.tip.height:
            return self.tip.block_hash
        data = self.block(height + 1)
        return b"" if data is None else decode(comet_pb2.Block, data).header.last_block_id.hash

    def seen_commit(self) -> bytes | None:
        """Bytes of the commit that made the newest block final."""
        return self._staging.get(_SEEN_COMMIT)

    def contradictions(self) -> list[bytes]:
        """Every signed header kept by `keep_contradiction`, by height."""
        return [value for _, value in self._kv.scan(_CONTRADICTION, _after(_CONTRADICTION))]

    def results(self, height: int) -> bytes:
        """Encoded results of the block's transactions; empty for an empty block."""
        return self._staging.get(_RESULTS + _number(height)) or b""

    def receipt(self, transaction_hash: bytes) -> store_pb2.StoredReceipt | None:
        """What became of a transaction, if it stands in a block. An acceptance is never hidden by a later refusal."""
        data = self._staging.get(_RECEIPT + transaction_hash)
        return None if data is None else decode(store_pb2.StoredReceipt, data)

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """Whether the sender used this nonce in a block of the window."""
        return self._staging.get(_NONCE + sender + nonce) is not None

    def entry(self, index: int) -> bytes | None:
        """Bytes of the log entry at `index`."""
        return self.state.log.entry(index) if 0 <= index < self.state.log.size else None

    def records_of_account(self, sender: bytes, before: int | None, limit: int) -> list[int]:
        """Log indexes of an account's records below `before`, newest first."""
        prefix = _BY_ACCOUNT + sender
        stop = prefix + _number(before) if before is not None else prefix + b"\xff" * 9
        return [int.from_bytes(key[-8:], "big") for key, _ in _first(limit, self._scan_down(prefix, stop))]

    def records_of_chain(self, chain: bytes, after: int, limit: int) -> list[int]:
        """Log indexes of a hash chain's records with sequence > `after`, ascending."""
        prefix = _BY_CHAIN + chain
        pairs = self._kv.scan(prefix + _number(after + 1), prefix + b"\xff" * 9)
        return [int.from_bytes(value, "big") for _, value in _first(limit, pairs)]

    def records_of_file(self, file_digest: bytes, limit: int) -> list[int]:
        """Log indexes of the records of a file's SHA-256, oldest first."""
        prefix = _BY_FILE + file_digest
        pairs = self._kv.scan(prefix, prefix + b"\xff" * 9)
        return [int.from_bytes(key[-8:], "big") for key, _ in _first(limit, pairs)]

    def record_index(self, digest: bytes) -> int | None:
        """Log index of the record with this digest."""
        data = self._kv.get(_BY_RECORD + digest)
        return None if data is None else int.from_bytes(data, "big")

    def chains_begun_by(self, owner: bytes, limit: int) -> list[bytes]:
        """Hash chains an account began, newest first."""
        prefix = _BEGUN + owner
        return [value for _, value in _first(limit, self._scan_down(prefix, prefix + b"\xff" * 9))]

    # ---- inside --------------------------------------------------------------------------------------------------
    def _scan_down(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        return self._kv.scan(start, stop, reverse=True)

    def _stage_receipt(self, transaction_hash: bytes, receipt: store_pb2.StoredReceipt) -> None:
        """The same bytes can stand in two blocks; the first landing that used up the nonce is the one that counts."""
        earlier = self.receipt(transaction_hash)
        if earlier is None or not _has_used_nonce(earlier):
            self._staging.put(_RECEIPT + transaction_hash, encode(receipt))

    def _drop_expired(self, height: int) -> None:
        """A nonce that expired below the next height cannot come back: validity refuses it first."""
        for key, _ in list(self._staging.scan(_EXPIRY, _EXPIRY + _number(height + 1))):
            self._staging.delete(key)
            self._staging.delete(_NONCE + key[len(_EXPIRY) + 8 :])

    def _index(self, index: int, entry_bytes: bytes) -> None:
        entry = decode(registry_pb2.LogEntry, entry_bytes)
        record = decode(registry_pb2.EvidenceRecord, entry.evidence_record)
        self._staging.put(_BY_ACCOUNT + entry.sender + _number(index), b"")
        self._staging.put(_BY_CHAIN + record.chain + _number(record.sequence), _number(index))
        self._staging.put(_BY_RECORD + record_digest(entry.evidence_record), _number(index))
        self._staging.put(_BY_FILE + record.sha256 + _number(index), b"")
        if record.sequence == 1:
            self._staging.put(_BEGUN + entry.sender + _number(index), record.chain)

    def _set_tip(self, tip: store_pb2.Tip) -> None:
        self._staging.put(_TIP, encode(tip))
        self._tip = tip

    def _load_tip(self) -> store_pb2.Tip | None:
        data = self._kv.get(_TIP)
        return None if data is None else decode(store_pb2.Tip, data)

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


def _first(limit: int, pairs: Iterator[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [pair for pair, _ in zip(pairs, range(limit), strict=False)]
