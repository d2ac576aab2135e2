"""The append-only log against the pure tree, and its proofs against the pure verifier."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import merkle
from app.core.errors import NotFound, StoreDamaged
from app.node.store.log import AppendLog
from app.node.store.staging import Staging
from tests.fakes.keyvalue import MemoryKeyValue

SIZE = 70
ENTRIES = [b"entry %d" % number for number in range(SIZE)]


def new_log(entries: list[bytes]) -> AppendLog:
    log = AppendLog(Staging(MemoryKeyValue()))
    log.append(entries)
    return log


@settings(deadline=None)
@given(st.lists(st.lists(st.binary(max_size=4), max_size=9), max_size=9), st.integers(0, 511))
def test_every_root_is_that_of_the_entries_so_far(groups: list[list[bytes]], reopens: int) -> None:
    kv = MemoryKeyValue()
    log, staging, entries = AppendLog(Staging(kv)), Staging(kv), list[bytes]()
    log = AppendLog(staging)
    for number, group in enumerate(groups):
        log.append(group)
        entries += group
        assert (log.size, log.root) == (len(entries), merkle.root(entries))
        if reopens >> number & 1:
            kv.write(staging.take(), sync=True)
            log = AppendLog(staging)
    assert [log.entry(index) for index in range(log.size)] == entries
    for size in range(log.size + 1):
        assert log.root_at(size) == merkle.root(entries[:size])


def test_every_inclusion_proof_verifies_at_every_size() -> None:
    log, hashes = new_log(ENTRIES), [merkle.leaf_hash(entry) for entry in ENTRIES]
    for size in range(1, SIZE + 1):
        root = log.root_at(size)
        for index in range(0, size, 3):
            path = log.inclusion(index, size)
            assert path == merkle.inclusion_path(hashes[:size], index)
            assert merkle.is_included(hashes[index], index, size, path, root)
            assert not merkle.is_included(hashes[(index + 1) % SIZE], index, size, path, root)


def test_every_consistency_proof_verifies_and_a_rewritten_log_does_not() -> None:
    log, rewritten = new_log(ENTRIES), new_log([b"rewritten", *ENTRIES[1:]])
    for new in range(SIZE + 1):
        for old in range(new + 1):
            path = log.consistency(old, new)
            assert merkle.is_consistent(old, log.root_at(old), new, log.root_at(new), path)
            if old:
                path = rewritten.consistency(old, new)
                assert not merkle.is_consistent(old, log.root_at(old), new, rewritten.root_at(new), path)


def test_what_was_never_there_is_not_found() -> None:
    log = new_log(ENTRIES[:5])
    with pytest.raises(NotFound):
        log.entry(5)
    with pytest.raises(NotFound):
        log.entry(-1)
    with pytest.raises(NotFound):
        log.root_at(6)
    with pytest.raises(NotFound):
        log.inclusion(3, 3)
    with pytest.raises(NotFound):
        log.inclusion(0, 6)
    with pytest.raises(NotFound):
        log.consistency(4, 3)


def test_appending_nothing_stores_nothing() -> None:
    staging = Staging(MemoryKeyValue())
    AppendLog(staging).append([])
    assert staging.take() == []


def test_an_entry_costs_two_stored_values_on_average() -> None:
    staging = Staging(MemoryKeyValue())
    AppendLog(staging).append([b"entry"] * 1024)
    assert len(staging.take()) <= 2 * 1024


def test_a_missing_entry_is_damage() -> None:
    kv = MemoryKeyValue()
    staging = Staging(kv)
    log = AppendLog(staging)
    log.append(ENTRIES[:3])
    kv.write([change for change in staging.take() if change[0] != b"le" + (1).to_bytes(8, "big")], sync=True)
    with pytest.raises(StoreDamaged):
        log.entry(1)
