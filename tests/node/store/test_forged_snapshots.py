"""Snapshots of a state that is not what they say: whatever was changed in them, the store is left empty."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import decode, encode
from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from app.core.wire import store_pb2
from app.node.store.contents import LENGTH_BYTES
from app.node.store.snapshot import Snapshot
from tests.node.store.worlds import CHUNK_BYTES, World, check_refused, write_chunks


def items_of(chunks: Sequence[bytes]) -> list[store_pb2.SnapshotItem]:
    data, items = b"".join(chunks), []
    while data:
        stop = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "big")
        items.append(decode(store_pb2.SnapshotItem, data[LENGTH_BYTES:stop]))
        data = data[stop:]
    return items


def forge(snapshot: Snapshot, items: Iterable[store_pb2.SnapshotItem]) -> tuple[Snapshot, list[bytes]]:
    """The snapshot that a liar makes of other items: it fits together, but for the state root."""
    encoded = map(encode, items)
    data = b"".join(len(item).to_bytes(LENGTH_BYTES, "big") + item for item in encoded)
    chunks = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)]
    return replace(snapshot, chunk_hashes=tuple(map(sha256, chunks))), chunks


def test_the_forger_makes_true_snapshots_of_true_items(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    assert forge(snapshot, items_of(chunks)) == (snapshot, chunks)


KINDS = ["header", "pair", "log_entry", "nonce_block"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", [0, 1, -1], ids=["first", "second", "last"])
@pytest.mark.parametrize("harm", ["missing", "twice", "last of all", "flipped"])
def test_items_that_are_not_the_states_are_refused(world: World, kind: str, which: int, harm: str) -> None:
    snapshot, chunks = write_chunks(world.store)
    items = items_of(chunks)
    places = [place for place, item in enumerate(items) if item.WhichOneof("item") == kind]
    place = places[which % len(places)]
    if harm == "missing":
        del items[place]
    elif harm == "twice":
        items.insert(place, items[place])
    elif harm == "last of all" and place != len(items) - 1:
        items.append(items.pop(place))
    else:
        items[place] = flipped(items[place])
    check_refused(world, *forge(snapshot, items))


def flipped(item: store_pb2.SnapshotItem) -> store_pb2.SnapshotItem:
    """The item with something else in it."""
    other = store_pb2.SnapshotItem()
    other.CopyFrom(item)
    kind = item.WhichOneof("item")
    if kind == "header":
        other.header.log_size += 1
    elif kind == "pair":
        other.pair.value += b"x"
    elif kind == "log_entry":
        entry = decode(wire.LogEntry, item.log_entry)
        entry.time_ns += 1
        other.log_entry = encode(entry)
    else:
        block = decode(wire.NonceBlock, item.nonce_block)
        block.nonces[0].valid_until += 1
        other.nonce_block = encode(block)
    return other


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_flipped_byte_passes(data: st.DataObject) -> None:
    world = small_world()
    snapshot, chunks = write_chunks(world.store)
    stream = bytearray(b"".join(chunks))
    clock = stream.find(encode(store_pb2.SnapshotHeader(time_ns=world.store.tip.time_ns)))
    span = len(encode(store_pb2.SnapshotHeader(time_ns=world.store.tip.time_ns)))
    place = data.draw(st.integers(0, len(stream) - 1).filter(lambda place: not clock <= place < clock + span))
    stream[place] ^= 1 << data.draw(st.integers(0, 7))
    forged = replace(snapshot, chunk_hashes=(sha256(bytes(stream)),))
    check_refused(world, forged, [bytes(stream)])


@lru_cache
def small_world() -> World:
    world = World()
    for _ in range(4):
        world.add(world.record(3))
    return world


def test_nonces_are_complete_or_refused(world: World) -> None:
    """Whatever stretch of them is shown: any that leaves out one that still counts is refused."""
    snapshot, chunks = write_chunks(world.store)
    items = items_of(chunks)
    rest = [item for item in items if item.WhichOneof("item") != "nonce_block"]
    nonces = [item for item in items if item.WhichOneof("item") == "nonce_block"]
    assert len(nonces) > 4
    horizons = [decode(wire.NonceBlock, item.nonce_block).horizon for item in nonces]
    assert horizons[0] <= 20 < horizons[1]
    for start in range(len(nonces)):
        for stop in range(start, len(nonces) + 1):
            if (start, stop) != (0, len(nonces)):
                check = check_refused(world, *forge(snapshot, rest + nonces[start:stop]))
                assert check == ("newest nonces" if stop < len(nonces) and start in {0, stop} else "nonces before")


@pytest.mark.parametrize("field", ["valid_until", "height"])
@pytest.mark.parametrize("value", [-1, -(2**63), 2**63 - 1])
def test_numbers_that_cannot_be_are_refused(world: World, field: str, value: int) -> None:
    snapshot, chunks = write_chunks(world.store)
    items = items_of(chunks)
    block = decode(wire.NonceBlock, items[-1].nonce_block)
    setattr(block if field == "height" else block.nonces[0], field, value)
    items[-1].nonce_block = encode(block)
    check_refused(world, *forge(snapshot, items))


def test_more_entries_than_the_roots_say_are_refused_at_once(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    items = items_of(chunks)
    entries = [item for item in items if item.WhichOneof("item") == "log_entry"]
    before = items[: items.index(entries[0])]
    endless = [*before, *entries, *[entries[0]] * 3]
    assert check_refused(world, *forge(snapshot, endless)) == "number of log entries"


@pytest.mark.parametrize("junk", [b"", b"\x00", bytes(4), b"\xff" * 50, b"\x00\x00\x00\x02\x07\x07"])
def test_junk_is_refused(world: World, junk: bytes) -> None:
    snapshot, _ = write_chunks(world.store)
    check_refused(world, replace(snapshot, chunk_hashes=(sha256(junk),)), [junk])


def test_what_follows_the_last_item_is_refused(world: World) -> None:
    snapshot, chunks = write_chunks(world.store)
    longer = [*chunks[:-1], chunks[-1] + b"\x00"]
    check_refused(world, replace(snapshot, chunk_hashes=tuple(map(sha256, longer))), longer)
