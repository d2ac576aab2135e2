"""Begins a store with a snapshot from a peer that nobody trusts.

Guarantees: after `finish` the store holds exactly the state that the trusted `app_hash` covers, every look-up that follows
from it, and the nonces that can still be replayed; it goes on with the next block as if it had executed all before. Memory
is bounded by the size of a chunk. A snapshot that turns out to be anything else leaves the store empty, and so does a
crash on the way: the next opening throws away what there is (`discard_unfinished`).

Every batch is synced: LevelDB does not sync a full log file when it begins the next, so a synced batch at the end would not
vouch for the ones before it. Leaves to the caller where the trusted values come from, and one thread at a time.
"""

from collections.abc import Callable

from app.core.codec import decode, encode
from app.core.errors import ChunkDamaged, DecodingError, SnapshotInvalid, StoreError
from app.core.hashing import NONCES_DOMAIN, sha256
from app.core.ports import KeyValue
from app.core.stateproof import StateRoots
from app.core.units import Hash32, Height
from app.core.wire import registry_pb2, store_pb2
from app.node.store import keys
from app.node.store.contents import FORMAT, ItemDecoder
from app.node.store.filling import stage_version
from app.node.store.highwater import HighWater, HighWaterRecord
from app.node.store.log import AppendLog
from app.node.store.lookups import stage_acceptance, stage_entry, stage_members
from app.node.store.map import VALUES
from app.node.store.maploading import MapLoader
from app.node.store.mapped import lookups_of
from app.node.store.nonces import Nonces
from app.node.store.snapshot import Snapshot
from app.node.store.staging import Staging
from app.node.store.state import stage_roots

_BATCH = 20_000
"""Keys written at once."""
_FIRST_KEY, _LAST_KEY = b"\x01", b"\xff" * 16
_NONCE_HEAD = b"nonces"
"""The law's key in the map for the digest of the newest NonceBlock."""


class SnapshotRestore:
    """A restore under way. Nothing else may use the store until it is finished or abandoned."""

    def __init__(
        self,
        kv: KeyValue,
        high_water: HighWater,
        snapshot: Snapshot,
        *,
        fingerprint: bytes,
        app_hash: Hash32,
        when_done: Callable[[], None],
    ) -> None:
        """`fingerprint` is the genesis document's; `app_hash`, from a verified header, is the state's at `snapshot.height`.

        Raises:
            SnapshotInvalid: the manifest already shows that this is not the one.
            StoreError: the store is not empty, or cannot be written.
        """
        if next(kv.scan(_FIRST_KEY, _LAST_KEY), None) is not None:
            raise StoreError(reason="a snapshot can only begin an empty store")
        _check("format", FORMAT, snapshot.format)
        _check("app hash", app_hash.hex(), snapshot.app_hash.hex())
        self._kv = kv
        self._high_water = high_water
        self._snapshot = snapshot
        self._when_done = when_done
        self._decoder = ItemDecoder()
        self._taken = 0
        self._is_over = False
        kv.write([(keys.RESTORING, b"")], sync=True)
        self._builder = _Builder(kv, snapshot, fingerprint)

    @property
    def taken(self) -> int:
        """How many chunks were taken, which is the index of the next."""
        return self._taken

    @property
    def time_ns(self) -> int:
        """Time of the block at the snapshot's height as the snapshot says; nothing proves it. Known after the first chunk."""
        return self._builder.header.time_ns

    def take(self, untrusted_chunk: bytes) -> None:
        """The next chunk.

        Raises:
            ChunkDamaged: not the one that the snapshot lists; it may be fetched again.
            SnapshotInvalid: the snapshot is not what it says; the store is empty again.
            StoreError: it cannot be written.
        """
        self._check_under_way()
        hashes = self._snapshot.chunk_hashes
        expected = hashes[self._taken].hex() if self._taken < len(hashes) else "no more chunks"
        got = sha256(untrusted_chunk).hex()
        if got != expected:
            raise ChunkDamaged(expected=expected, got=got)
        self._taken += 1
        try:
            for item in self._decoder.items(untrusted_chunk):
                self._builder.take(item)
        except SnapshotInvalid:
            self.abandon()
            raise

    def finish(self, tip: store_pb2.Tip, seen_commit: bytes = b"") -> None:
        """All chunks are taken: compare, and let the store begin at `tip`, with the commit that made it final if known.

        Raises:
            SnapshotInvalid: as of `take`.
            StoreError: it cannot be written.
        """
        self._check_under_way()
        try:
            _check("number of chunks", len(self._snapshot.chunk_hashes), self._taken)
            _check("end of the last item", expected=True, got=self._decoder.is_between_items)
            _check("height of the tip", self._snapshot.height, tip.height)
            _check("app hash of the tip", self._snapshot.app_hash.hex(), tip.app_hash.hex())
            self._builder.finish(tip, seen_commit)
        except SnapshotInvalid:
            self.abandon()
            raise
        self._is_over = True
        block_hash = Hash32(tip.block_hash or bytes(32))
        self._high_water.save(HighWaterRecord(Height(tip.height), block_hash, Hash32(tip.app_hash)))
        self._when_done()

    def abandon(self) -> None:
        """Leave the store empty."""
        if not self._is_over:
            self._is_over = True
            discard_unfinished(self._kv)

    def _check_under_way(self) -> None:
        if self._is_over:
            raise StoreError(reason="this restore has ended")


class _Builder:
    """Takes items in order, checks what can be checked at once, and stages what follows from them."""

    def __init__(self, kv: KeyValue, snapshot: Snapshot, fingerprint: bytes) -> None:
        self.header = store_pb2.SnapshotHeader()
        self._kv = kv
        self._snapshot = snapshot
        self._fingerprint = fingerprint
        self._staging = Staging(kv)
        self._log = AppendLog(self._staging)
        self._map = MapLoader(kv, self._staging, self._write_if_many)
        self._nonces = Nonces(self._staging)
        self._nonce_digest = b""
        self._nonce_height = 0
        self._steps = {
            "header": self._take_header,
            "pair": self._take_pair,
            "log_entry": self._take_entry,
            "nonce_block": self._take_nonce_block,
        }
        self._order = list(self._steps)
        self._reached = -1

    def take(self, item: store_pb2.SnapshotItem) -> None:
        kind = item.WhichOneof("item")
        step = -1 if kind is None else self._order.index(kind)
        if step < self._reached or (step == 0) != (self._reached == -1):
            raise SnapshotInvalid(check="order of items", got=kind)
        self._reached = step
        try:
            self._steps[self._order[step]](item)
        except DecodingError as error:
            raise SnapshotInvalid(check=f"content of a {kind}", got=str(error)) from error
        self._write_if_many()

    def finish(self, tip: store_pb2.Tip, seen_commit: bytes) -> None:
        """Build the tree, compare with the roots that the state root covers, and write what makes it a store."""
        self._write()
        map_root = self._map.build(tip.height)
        roots = StateRoots(self._log.size, self._log.root, map_root)
        _check("state root", self._snapshot.app_hash.hex(), roots.app_hash.hex())
        self._check_nonces()
        stage_roots(self._staging, tip.height, roots)
        stage_members(self._staging, tip.height, [tip.last_validators, tip.validators, tip.next_validators])
        if seen_commit:
            self._staging.put(keys.SEEN_COMMIT, seen_commit)
        stage_version(self._staging)
        self._staging.put(keys.TIP, encode(tip))
        self._staging.put(keys.GENESIS, self._fingerprint)
        self._staging.put(keys.BASE, keys.number(tip.height + 1))
        self._staging.delete(keys.RESTORING)
        self._write()

    # ---- items ---------------------------------------------------------------------------------------------------
    def _take_header(self, item: store_pb2.SnapshotItem) -> None:
        header = item.header
        _check("format", FORMAT, header.format)
        _check("height", self._snapshot.height, header.height)
        _check("genesis", self._fingerprint.hex(), header.fingerprint.hex())
        roots = StateRoots(header.log_size, Hash32(header.log_root), Hash32(header.map_root))
        _check("lengths of the roots", 64, len(roots.log_root) + len(roots.map_root))
        _check("app hash of the roots", self._snapshot.app_hash.hex(), roots.app_hash.hex())
        self.header = header

    def _take_pair(self, item: store_pb2.SnapshotItem) -> None:
        self._map.add(item.pair.key, item.pair.value)
        for lookup in lookups_of(item.pair.key, item.pair.value):
            self._staging.put(lookup, b"")

    def _take_entry(self, item: store_pb2.SnapshotItem) -> None:
        index = self._log.size
        if index == self.header.log_size:
            raise SnapshotInvalid(check="number of log entries", expected=index)
        entry = decode(registry_pb2.LogEntry, item.log_entry)
        self._log.append([item.log_entry])
        stage_entry(self._staging, index, entry)
        stage_acceptance(self._staging, entry.transaction_hash, store_pb2.StoredReceipt(log_index=index), entry)

    def _take_nonce_block(self, item: store_pb2.SnapshotItem) -> None:
        """Each names the one before; nothing may be missing before the first but what has expired."""
        block = decode(registry_pb2.NonceBlock, item.nonce_block)
        if self._nonce_digest or block.horizon > self._snapshot.height:
            _check("nonces before", self._nonce_digest.hex(), block.previous.hex())
        if not self._nonce_height < block.height <= self._snapshot.height:
            raise SnapshotInvalid(check="height of nonces", expected=f"above {self._nonce_height}", got=block.height)
        if any(used.valid_until < 0 for used in block.nonces):
            raise SnapshotInvalid(check="expiry of a nonce", expected="0 or more")
        self._nonces.stage(block.height, item.nonce_block)
        self._nonce_digest, self._nonce_height = sha256(NONCES_DOMAIN + item.nonce_block), block.height

    def _check_nonces(self) -> None:
        """The newest must be the one that the state names."""
        head = decode(registry_pb2.NonceHead, self._staging.get(VALUES + _NONCE_HEAD) or b"")
        _check("newest nonces", head.digest.hex(), self._nonce_digest.hex())

    # ---- writing -------------------------------------------------------------------------------------------------
    def _write_if_many(self) -> None:
        if len(self._staging) >= _BATCH:
            self._write()

    def _write(self) -> None:
        self._kv.write(self._staging.take(), sync=True)


def discard_unfinished(kv: KeyValue) -> None:
    """Empty a store in which a restore was begun and not finished."""
    if kv.get(keys.RESTORING) is None:
        return
    changes: list[tuple[bytes, bytes | None]] = []
    for key, _ in kv.scan(_FIRST_KEY, _LAST_KEY):
        if key != keys.RESTORING:  # to the last: whoever is interrupted here begins again
            changes.append((key, None))
        if len(changes) == _BATCH:
            kv.write(changes, sync=True)
            changes = []
    kv.write([*changes, (keys.RESTORING, None)], sync=True)


def _check(check: str, expected: str | int, got: str | int) -> None:
    if got != expected:
        raise SnapshotInvalid(check=check, expected=expected, got=got)
