"""The contract of the key-value port, on the fake and on LevelDB."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import OutOfRange, StoreFailed
from app.core.ports import KeyValue, Reader
from app.node.store.disk import disk_bytes
from app.node.store.leveldb import LevelDb
from app.node.store.staging import Staging
from tests.fakes.keyvalue import MemoryKeyValue

KINDS: dict[str, Callable[[Path], KeyValue]] = {
    "memory": lambda folder: MemoryKeyValue(),
    "leveldb": lambda folder: LevelDb(folder / "store"),
}


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyValue]:
    opened = KINDS[request.param](tmp_path)
    yield opened
    opened.close()


def test_a_new_store_is_empty(store: KeyValue) -> None:
    assert store.get(b"a") is None
    assert list(store.scan(b"", b"\xff" * 9)) == []


def test_what_was_written_is_read_and_the_last_change_of_a_batch_counts(store: KeyValue) -> None:
    store.write([(b"a", b"1"), (b"b", b""), (b"a", b"2"), (b"c", b"3"), (b"c", None)], sync=True)
    assert (store.get(b"a"), store.get(b"b"), store.get(b"c")) == (b"2", b"", None)
    store.write([(b"a", None), (b"never there", None)], sync=False)
    assert store.get(b"a") is None


def test_an_empty_batch_is_allowed(store: KeyValue) -> None:
    store.write([], sync=True)


def test_scans_include_the_start_and_not_the_stop_in_both_directions(store: KeyValue) -> None:
    store.write([(bytes([letter]), b"") for letter in b"fbdace"], sync=True)
    assert [key for key, _ in store.scan(b"b", b"e")] == [b"b", b"c", b"d"]
    assert [key for key, _ in store.scan(b"b", b"e", reverse=True)] == [b"d", b"c", b"b"]
    assert [key for key, _ in store.scan(b"bb", b"cc")] == [b"c"]
    assert [key for key, _ in store.scan(b"bb", b"cc", reverse=True)] == [b"c"]
    assert list(store.scan(b"e", b"b")) == []
    assert list(store.scan(b"b", b"b")) == []


def test_a_key_that_stands_alone_at_the_start_is_found_in_both_directions(store: KeyValue) -> None:
    store.write([(b"b", b"1"), (b"d", b"2")], sync=True)
    for reverse in (False, True):
        assert list(store.scan(b"b", b"c", reverse=reverse)) == [(b"b", b"1")]
        assert list(store.scan(b"c", b"d", reverse=reverse)) == []
        assert list(store.scan(b"a", b"b", reverse=reverse)) == []


def test_keys_are_ordered_as_unsigned_bytes_and_a_prefix_comes_first(store: KeyValue) -> None:
    keys = [b"\x01", b"a", b"a\x00", b"ab", b"b", b"\x7f", b"\x80", b"\xff\xff"]
    store.write([(key, key) for key in reversed(keys)], sync=True)
    assert list(store.scan(b"", b"\xff" * 9)) == [(key, key) for key in keys]


def test_a_scan_does_not_see_what_is_written_while_it_runs(store: KeyValue) -> None:
    store.write([(b"a", b"1"), (b"b", b"1")], sync=True)
    pairs = store.scan(b"a", b"z")
    assert next(pairs) == (b"a", b"1")
    store.write([(b"b", None), (b"c", b"2")], sync=True)
    assert list(pairs) == [(b"b", b"1")]


def test_a_frozen_view_shows_what_was_there_whoever_writes_meanwhile(store: KeyValue) -> None:
    store.write([(b"a", b"1"), (b"b", b"1")], sync=True)
    with store.frozen() as before, store.frozen() as same:
        for number in range(200):
            store.write([(b"a", b"2"), (b"b", None), (b"c%03d" % number, b"2")], sync=False)
        with store.frozen() as after:
            assert after.get(b"b") is None
            assert len(list(after.scan(b"a", b"z"))) == 201
        for reader in (before, same):
            assert (reader.get(b"a"), reader.get(b"b"), reader.get(b"c000")) == (b"1", b"1", None)
            assert list(reader.scan(b"a", b"z")) == [(b"a", b"1"), (b"b", b"1")]
            assert list(reader.scan(b"a", b"z", reverse=True)) == [(b"b", b"1"), (b"a", b"1")]
    assert store.get(b"a") == b"2"


def test_a_frozen_view_is_read_by_another_thread_while_this_one_writes(store: KeyValue) -> None:
    store.write([(b"k%04d" % number, b"old") for number in range(3000)], sync=True)
    begun = threading.Event()

    def read(reader: Reader) -> set[bytes]:
        begun.set()
        return {value for _, value in reader.scan(b"k", b"l")}

    with store.frozen() as reader, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(read, reader)
        assert begun.wait(10)
        for number in range(3000):
            store.write([(b"k%04d" % number, b"new")], sync=False)
        assert answer.result(10) == {b"old"}


def test_a_frozen_view_ends_with_the_store(store: KeyValue) -> None:
    store.write([(b"a", b"1")], sync=True)
    with store.frozen() as reader:
        pairs = reader.scan(b"a", b"z")
        store.close()
        for read in (lambda: reader.get(b"a"), lambda: next(pairs)):
            with pytest.raises(StoreFailed):
                read()
    with pytest.raises(StoreFailed), store.frozen():
        pass


def test_compacting_changes_nothing_that_can_be_read(store: KeyValue) -> None:
    store.write([(b"k%04d" % number, b"value") for number in range(500)], sync=True)
    store.write([(b"k%04d" % number, None) for number in range(1, 500)], sync=False)
    store.compact()
    assert list(store.scan(b"k", b"l")) == [(b"k0000", b"value")]
    store.write([(b"k", b"new")], sync=True)
    store.close()
    with pytest.raises(StoreFailed):
        store.compact()


def test_compacting_gives_the_room_back(tmp_path: Path) -> None:
    store = LevelDb(tmp_path / "db")
    pairs = [(b"%04d" % number, os.urandom(1000)) for number in range(5000)]
    store.write(pairs, sync=True)
    store.compact()
    store.write([(key, None) for key, _ in pairs[100:]], sync=True)
    before = disk_bytes(tmp_path)
    store.compact()
    assert disk_bytes(tmp_path) < 0.2 * before
    store.close()
    again = LevelDb(tmp_path / "db")
    assert len(list(again.scan(b"0", b":"))) == 100
    again.close()


@pytest.mark.parametrize("key", [b"", b"\x00", b"\x00format"])
def test_the_stores_own_keys_are_not_for_users(store: KeyValue, key: bytes) -> None:
    with pytest.raises(OutOfRange):
        store.write([(b"good", b""), (key, b"")], sync=True)
    assert store.get(b"good") is None
    store.write([(b"good", b"")], sync=True)


def test_a_closed_store_refuses_everything(store: KeyValue) -> None:
    store.write([(b"a", b"1"), (b"b", b"2")], sync=True)
    pairs = store.scan(b"a", b"z")
    next(pairs)
    store.close()
    store.close()
    with pytest.raises(StoreFailed):
        next(pairs)
    with pytest.raises(StoreFailed):
        store.get(b"a")
    with pytest.raises(StoreFailed):
        next(store.scan(b"a", b"z"))
    with pytest.raises(StoreFailed):
        store.write([(b"a", b"2")], sync=True)


def test_the_fake_fails_as_a_full_disk_does() -> None:
    store = MemoryKeyValue()
    store.write([(b"a", b"1")], sync=True)
    store.fail_next_write()
    for _ in range(2):
        with pytest.raises(StoreFailed):
            store.write([(b"a", b"2")], sync=True)
    assert store.reopen().get(b"a") == b"1"
    assert store.synced_batches == 1


# ---- staging in front of a store -------------------------------------------------------------------------------------
keys = st.binary(min_size=1, max_size=2).map(lambda key: b"k" + key)
changes = st.lists(st.tuples(keys, st.none() | st.binary(max_size=2)), max_size=20)


@settings(deadline=None)
@given(stored=changes, pending=st.lists(changes, max_size=3), start=keys, stop=keys)
def test_staging_reads_as_if_all_were_written(
    stored: list[tuple[bytes, bytes | None]],
    pending: list[list[tuple[bytes, bytes | None]]],
    start: bytes,
    stop: bytes,
) -> None:
    beneath, expected = MemoryKeyValue(), MemoryKeyValue()
    beneath.write(stored, sync=True)
    expected.write(stored, sync=True)
    staging = Staging(beneath)
    for group in pending:
        expected.write(group, sync=True)
        _stage(staging, group)
        for key, _ in (*stored, *group):
            assert staging.get(key) == expected.get(key)
        for reverse in (False, True):
            assert list(staging.scan(start, stop, reverse=reverse)) == list(expected.scan(start, stop, reverse=reverse))
    beneath.write(staging.take(), sync=True)
    assert staging.take() == []
    assert list(staging.scan(b"", b"\xff")) == list(beneath.scan(b"", b"\xff")) == list(expected.scan(b"", b"\xff"))


def _stage(staging: Staging, group: list[tuple[bytes, bytes | None]]) -> None:
    middle = len(group) // 2
    for key, value in group[:middle]:
        if value is None:
            staging.delete(key)
        else:
            staging.put(key, value)
    last = dict(group[middle:])
    staging.put_all({key: value for key, value in last.items() if value is not None})
    for key, value in last.items():
        if value is None:
            staging.delete(key)
