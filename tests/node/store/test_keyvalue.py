"""The contract of the key-value port, on the fake and on LevelDB."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import OutOfRange, StoreFailed
from app.core.ports import KeyValue
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
