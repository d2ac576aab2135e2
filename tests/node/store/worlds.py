"""Chains with everything in them that a store keeps, made without an engine: a block may hold what no engine would take."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.core.codec import decode
from app.core.errors import SnapshotInvalid
from app.core.hashing import sha256
from app.core.transaction import decode_transaction
from app.core.units import Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.core.wire import registry_pb2 as wire
from app.core.wire import store_pb2
from app.node.consensus.hashes import data_hash
from app.node.consensus.time import to_timestamp
from app.node.store import snapshot as snapshots
from app.node.store.chain import ChainStore
from app.node.store.snapshot import Snapshot
from app.node.tip import genesis_tip
from tests.fakes.chain import INTERVAL, START
from tests.fakes.consortium import FakeConsortium, MemoryHighWater, make_consortium
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.replay import stage

WINDOW = 12
JUNK = b"no transaction"
CHUNK_BYTES = 700
"""So small that an entry or a block of nonces may span several chunks."""
LAST_KEY = b"\xff" * 16


@dataclass(repr=False)
class World:
    """A chain on a store in memory, and everything that was put into its blocks."""

    consortium: FakeConsortium = field(default_factory=lambda: make_consortium(window=WINDOW))
    kv: MemoryKeyValue = field(default_factory=MemoryKeyValue)
    mark: MemoryHighWater = field(default_factory=MemoryHighWater)
    blocks: list[pb.Block] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    _last: wire.EvidenceRecord | None = None

    def __post_init__(self) -> None:
        self.store = ChainStore(self.kv, self.mark)
        begin(self.store, self.consortium)

    def add(self, *transactions: bytes) -> None:
        """A block with these transactions."""
        tip = self.store.tip
        header = pb.Header(
            version=pb.VersionConsensus(block=11),
            chain_id=self.consortium.genesis.chain_id,
            height=tip.height + 1,
            time=to_timestamp(Nanoseconds(START + (tip.height + 1) * INTERVAL)),
            last_block_id=decode(pb.BlockID, tip.block_id),
            data_hash=data_hash(transactions),
            validators_hash=self.consortium.genesis.validators.hash,
            proposer_address=bytes(20),
        )
        block = pb.Block(header=header, data=pb.Data(txs=transactions))
        stage(self.store, self.consortium, block)
        self.store.flush()
        self.blocks.append(block)
        self.sent.extend(raw for raw in transactions if raw != JUNK)

    def record(self, expiry: int = 5, *, begins: bool = True) -> bytes:
        """A transaction that is valid for so many blocks; its record begins a hash chain, or continues the newest one."""
        clerk, valid_until = self.consortium.clerk, self.store.tip.height + expiry
        if begins or self._last is None:
            nonce = clerk.nonce()
            self._last = clerk.first_record(nonce, file=b"%d" % (clerk.number % 3))
            return clerk.transaction(self._last, valid_until, nonce=nonce)
        self._last = clerk.next_record(self._last)
        return clerk.transaction(self._last, valid_until)

    def refused(self, expiry: int = 5) -> bytes:
        """A transaction that is charged for and refused: its record continues nothing. Its nonce is used."""
        clerk = self.consortium.clerk
        record = clerk.next_record(clerk.first_record(clerk.nonce()))
        return clerk.transaction(record, self.store.tip.height + expiry)

    def restored(self, kv: MemoryKeyValue | None = None, mark: MemoryHighWater | None = None) -> ChainStore:
        """Another store that began with a snapshot of this one."""
        snapshot, chunks = write_chunks(self.store)
        store = ChainStore(kv or MemoryKeyValue(), mark or MemoryHighWater())
        restore(store, self, snapshot, chunks)
        return store


def begin(store: ChainStore, consortium: FakeConsortium) -> None:
    """Start a store from genesis."""
    store.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)


def write_chunks(store: ChainStore, chunk_bytes: int = CHUNK_BYTES) -> tuple[Snapshot, list[bytes]]:
    """The store's snapshot and its chunks."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch, store.frozen() as reader:
        patch.setattr(snapshots, "CHUNK_BYTES", chunk_bytes)
        snapshot = snapshots.write_snapshot(reader, Path(name))
        indexes = range(len(snapshot.chunk_hashes))
        return snapshot, [snapshots.read_chunk(Path(name), snapshot.height, index) for index in indexes]


def restore(store: ChainStore, world: World, snapshot: Snapshot, chunks: Sequence[bytes]) -> None:
    """Restore a snapshot of `world` into `store`; what is trusted comes from `world`."""
    tip = store_pb2.Tip()
    tip.CopyFrom(world.store.durable_tip)
    under_way = store.restore(
        snapshot, fingerprint=world.consortium.genesis.fingerprint, app_hash=world.store.state.app_hash
    )
    for chunk in chunks:
        under_way.take(chunk)
    under_way.finish(tip, world.store.durable_commit or b"")


def check_same_answers(store: ChainStore, world: World) -> None:
    """Whatever `world` answers about its state, its records, and what comes next, `store` answers the same."""
    known, clerk = world.store, world.consortium.clerk
    height = known.tip.height
    assert store.tip == known.tip
    assert store.state.roots == known.state.roots
    for key, value in known.state.map.pairs():
        assert store.state.get(key) == value
        assert store.state.prove_key(key, height) == known.state.prove_key(key, height)
    assert store.state.prove_key(b"absent", height) == known.state.prove_key(b"absent", height)
    for index in range(known.state.log.size):
        entry = known.entry(index)
        assert store.entry(index) == entry is not None
        assert store.state.prove_entry(index, height) == known.state.prove_entry(index, height)
        record = decode(wire.EvidenceRecord, decode(wire.LogEntry, entry).evidence_record)
        assert store.records_of_chain(record.chain, 0, 99) == known.records_of_chain(record.chain, 0, 99) != []
        assert store.records_of_file(record.sha256, 99) == known.records_of_file(record.sha256, 99) != []
    assert store.records_of_account(clerk.address, None, 999) == known.records_of_account(clerk.address, None, 999)
    assert store.chains_begun_by(clerk.address, 999) == known.chains_begun_by(clerk.address, 999)
    assert [store.validators_at(height + more) for more in range(4)] == [
        known.validators_at(height + more) for more in range(4)
    ]
    for raw in world.sent:
        _check_same_transaction(store, known, raw)


def _check_same_transaction(store: ChainStore, known: ChainStore, raw: bytes) -> None:
    body = decode_transaction(raw).body
    assert store.has_used(body.sender, body.nonce) == known.has_used(body.sender, body.nonce)
    ours, theirs = store.receipt(sha256(raw)), known.receipt(sha256(raw))
    if theirs is None or theirs.code:
        return  # a refusal is known as long as its block is
    assert ours is not None
    assert (ours.height, ours.time_ns, ours.code, ours.data, ours.log_index) == (
        theirs.height,
        theirs.time_ns,
        theirs.code,
        theirs.data,
        theirs.log_index,
    )
    assert store.record_index(ours.data) == known.record_index(ours.data) == ours.log_index


def is_empty(kv: MemoryKeyValue) -> bool:
    return next(kv.scan(b"", LAST_KEY), None) is None


def check_refused(world: World, snapshot: Snapshot, chunks: Sequence[bytes]) -> str | int | None:
    """Refused, the store empty as before, and ready for the true one; the check that failed."""
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    store = ChainStore(kv, mark)
    with pytest.raises(SnapshotInvalid) as caught:
        restore(store, world, snapshot, chunks)
    assert is_empty(kv)
    assert mark.record is None
    restore(store, world, *write_chunks(world.store))
    check_same_answers(store, world)
    return caught.value.facts["check"]
