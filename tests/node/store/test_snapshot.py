"""Snapshots in files: the same bytes on every node, whole or not at all, read back as they were written."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import DecodingError, NotFound, StoreDamaged, StoreFailed
from app.core.hashing import sha256
from app.core.units import Hash32, Height
from app.core.wire import store_pb2
from app.node.store import snapshot as snapshots
from app.node.store.chain import ChainStore
from app.node.store.highwater import HighWater
from app.node.store.leveldb import LevelDb
from app.node.store.snapshot import (
    MAX_CHUNKS,
    Snapshot,
    decode_snapshot,
    drop_snapshots,
    encode_snapshot,
    list_snapshots,
    read_chunk,
    write_snapshot,
)
from tests.fakes.consortium import make_store
from tests.node.store.replay import stage
from tests.node.store.worlds import World, begin, write_chunks

HASH = Hash32(bytes(32))


@pytest.fixture
def world() -> World:
    made = World()
    for _ in range(5):
        made.add(made.record(), made.record(begins=False))
    return made


def write(store: ChainStore, folder: Path) -> Snapshot:
    with store.frozen() as reader:
        return write_snapshot(reader, folder)


# ---- manifests -----------------------------------------------------------------------------------------------------
hashes = st.binary(min_size=32, max_size=32).map(Hash32)


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**32 - 1), hashes, st.lists(hashes, min_size=1, max_size=5))
def test_a_manifest_is_read_as_it_was_written(height: int, form: int, app_hash: Hash32, chunks: list[Hash32]) -> None:
    snapshot = Snapshot(Height(height), form, app_hash, tuple(chunks))
    assert decode_snapshot(encode_snapshot(snapshot)) == snapshot


@pytest.mark.parametrize(
    "manifest",
    [
        store_pb2.SnapshotManifest(height=1, format=1, app_hash=HASH),
        store_pb2.SnapshotManifest(height=1, format=1, app_hash=HASH, chunk_hashes=[HASH] * (MAX_CHUNKS + 1)),
        store_pb2.SnapshotManifest(height=-1, format=1, app_hash=HASH, chunk_hashes=[HASH]),
        store_pb2.SnapshotManifest(height=1, format=1, app_hash=b"short", chunk_hashes=[HASH]),
        store_pb2.SnapshotManifest(height=1, format=1, app_hash=HASH, chunk_hashes=[HASH, b""]),
    ],
    ids=["no chunks", "too many chunks", "height", "app hash", "chunk hash"],
)
def test_a_manifest_that_cannot_be_is_refused(manifest: store_pb2.SnapshotManifest) -> None:
    with pytest.raises(DecodingError):
        decode_snapshot(encode(manifest))


@pytest.mark.parametrize("data", [b"", b"junk", b"\x08\x01"])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_snapshot(data)


def test_the_longest_manifest_fits_into_what_cometbft_takes() -> None:
    longest = Snapshot(Height(2**63 - 1), 2**32 - 1, HASH, (HASH,) * MAX_CHUNKS)
    assert len(encode_snapshot(longest)) < 4_000_000


# ---- writing -------------------------------------------------------------------------------------------------------
def test_every_node_writes_the_same_bytes(world: World, tmp_path: Path) -> None:
    stores = [ChainStore(LevelDb(tmp_path / "db"), HighWater(tmp_path / "mark")), make_store()]
    for store, group in zip(stores, (1, 3), strict=True):  # whatever the groups in which they took the blocks
        begin(store, world.consortium)
        for number, block in enumerate(world.blocks, start=1):
            stage(store, world.consortium, block)
            if number % group == 0:
                store.flush()
        store.flush()
    expected = write_chunks(world.store)
    assert [write_chunks(store) for store in stores] == [expected, expected]
    assert [sha256(chunk) for chunk in expected[1]] == list(expected[0].chunk_hashes)
    assert (expected[0].height, expected[0].app_hash) == (5, world.store.state.app_hash)
    stores[0].close()


def test_chunks_have_the_same_size_but_for_the_last(world: World) -> None:
    _, whole = write_chunks(world.store, 10**9)
    assert len(whole) == 1
    for size in (100, 777, len(whole[0]) - 1, len(whole[0]), len(whole[0]) + 1):
        _, chunks = write_chunks(world.store, size)
        assert b"".join(chunks) == whole[0]
        assert {len(chunk) for chunk in chunks[:-1]} <= {size}
        assert 0 < len(chunks[-1]) <= size


def test_a_snapshot_shows_the_durable_tip_whatever_is_written_meanwhile(world: World, tmp_path: Path) -> None:
    expected = write_chunks(world.store)
    with world.store.frozen() as reader:
        world.add(world.record())
        snapshot = write_snapshot(reader, tmp_path)
    assert (snapshot.height, snapshot.app_hash) == (5, expected[0].app_hash)
    assert read_chunk(tmp_path, 5, 0) == b"".join(expected[1])


def test_another_thread_writes_a_snapshot_while_blocks_go_on(world: World, tmp_path: Path) -> None:
    store = ChainStore(LevelDb(tmp_path / "db"), HighWater(tmp_path / "mark"))
    begin(store, world.consortium)
    for _ in range(30):
        world.add(*(world.record() for _ in range(10)))
    for block in world.blocks[:20]:
        stage(store, world.consortium, block)
        store.flush()
    with store.frozen() as reader, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(write_snapshot, reader, tmp_path / "snapshots")
        for block in world.blocks[20:]:
            stage(store, world.consortium, block)
            store.flush()
        snapshot = answer.result(60)
    assert (snapshot.height, store.durable_tip.height) == (20, 35)
    assert snapshot.app_hash == store.state.state_at(Height(20)).app_hash
    store.close()


def test_an_empty_store_has_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(StoreDamaged):
        write(make_store(), tmp_path)
    assert list(tmp_path.iterdir()) == []


# ---- files ---------------------------------------------------------------------------------------------------------
def test_what_was_written_is_listed_and_read(world: World, tmp_path: Path) -> None:
    written = []
    for _ in range(3):
        written.insert(0, write(world.store, tmp_path / "snapshots"))
        world.add(world.record())
    assert list_snapshots(tmp_path / "snapshots") == written
    assert [snapshot.height for snapshot in written] == [7, 6, 5]
    for snapshot in written:
        assert sha256(read_chunk(tmp_path / "snapshots", snapshot.height, 0)) == snapshot.chunk_hashes[0]


def test_there_is_nothing_where_nothing_was_written(tmp_path: Path) -> None:
    assert list_snapshots(tmp_path / "none") == []
    drop_snapshots(tmp_path / "none", except_for=[])
    for height, index in [(1, 0), (-1, 0), (0, -1)]:
        with pytest.raises(NotFound):
            read_chunk(tmp_path / "none", height, index)


def test_a_snapshot_is_written_once(world: World, tmp_path: Path) -> None:
    first = write(world.store, tmp_path)
    chunk = tmp_path / "5" / "chunk-000000"
    before = chunk.stat().st_mtime_ns
    assert write(world.store, tmp_path) == first
    assert chunk.stat().st_mtime_ns == before


def test_all_but_those_that_are_named_are_dropped(world: World, tmp_path: Path) -> None:
    for _ in range(4):
        write(world.store, tmp_path)
        world.add(world.record())
    drop_snapshots(tmp_path, except_for=[5, 8, 99])
    assert [snapshot.height for snapshot in list_snapshots(tmp_path)] == [8, 5]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["5", "8"]
    with pytest.raises(NotFound):
        read_chunk(tmp_path, 6, 0)
    drop_snapshots(tmp_path, except_for=[])
    assert list(tmp_path.iterdir()) == []


def test_what_crashes_left_is_never_listed_and_goes(world: World, tmp_path: Path) -> None:
    first = write(world.store, tmp_path)
    (tmp_path / "5").rename(tmp_path / "4.old")
    (tmp_path / "3.new").mkdir()
    (tmp_path / "2").mkdir()
    assert list_snapshots(tmp_path) == []
    assert write(world.store, tmp_path) == first
    drop_snapshots(tmp_path, except_for=[5])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["5"]


@pytest.mark.parametrize("when", range(6))
def test_a_crash_while_writing_leaves_nothing_in_the_way(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    synced: list[int] = []

    def fail(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) > when:
            raise OSError(28, "No space left on device")

    third = -(-len(write_chunks(world.store, 10**9)[1][0]) // 3)
    expected, chunks = write_chunks(world.store, third)
    monkeypatch.setattr(snapshots, "CHUNK_BYTES", third)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StoreFailed):
            write(world.store, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert write(world.store, tmp_path) == expected
    assert [read_chunk(tmp_path, 5, index) for index in range(3)] == chunks


def test_a_damaged_manifest_is_as_good_as_none(world: World, tmp_path: Path) -> None:
    expected = write(world.store, tmp_path)
    manifest = tmp_path / "5" / "manifest"
    manifest.write_bytes(manifest.read_bytes()[:-1])
    assert list_snapshots(tmp_path) == []
    assert write(world.store, tmp_path) == expected
    assert list_snapshots(tmp_path) == [expected]


def test_chunks_of_the_usual_size_stay_below_what_cometbft_carries() -> None:
    assert snapshots.CHUNK_BYTES < 16_000_000
