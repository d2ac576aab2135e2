"""Log and map under one root, and what a third party can check with that root alone."""

import pytest

from app.core.errors import NotFound, OutOfRange
from app.core.hashing import EMPTY_HASH, state_root
from app.core.merkle import root
from app.core.stateproof import EMPTY_MAP_ROOT, check_entry, proven_value
from app.core.units import Hash32, Height
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.naive import naive_root

EMPTY = state_root(0, EMPTY_HASH, EMPTY_MAP_ROOT)


class Store:
    """A state on a store in memory, written after every block."""

    def __init__(self) -> None:
        self.kv = MemoryKeyValue()
        self.reopen()

    def reopen(self) -> None:
        self.staging = Staging(self.kv)
        self.state = AuthenticatedState(self.staging)

    def apply(self, height: int, writes: dict[bytes, bytes | None], appends: list[bytes]) -> Hash32:
        app_hash = self.state.apply(Height(height), writes, appends)
        self.kv.write(self.staging.take(), sync=True)
        return app_hash


@pytest.fixture
def store() -> Store:
    return Store()


def test_the_root_covers_log_size_log_and_map(store: Store) -> None:
    assert store.state.app_hash == EMPTY
    app_hash = store.apply(1, {b"key": b"value"}, [b"one", b"two"])
    assert app_hash == state_root(2, root([b"one", b"two"]), naive_root({b"key": b"value"}))
    assert store.state.app_hash == app_hash
    assert store.state.get(b"key") == b"value"
    store.reopen()
    assert store.state.app_hash == app_hash


def test_an_empty_block_changes_and_stores_nothing(store: Store) -> None:
    app_hash = store.apply(1, {b"key": b"value"}, [b"entry"])
    assert store.state.apply(Height(2), {}, []) == app_hash
    assert store.state.apply(Height(3), {b"key": b"value", b"absent": None}, []) == app_hash
    assert store.staging.take() == []


def test_every_height_keeps_its_own_roots(store: Store) -> None:
    hashes = {0: EMPTY, 1: EMPTY}
    hashes[2] = store.apply(2, {b"key": b"2"}, [])
    hashes[3] = store.apply(3, {}, [b"entry"])
    hashes[4] = hashes[5] = store.apply(4, {b"key": None}, [])
    hashes[6] = store.apply(6, {b"key": b"6"}, [b"more"])
    hashes[7] = hashes[1000] = hashes[6]
    store.reopen()
    for height, app_hash in hashes.items():
        assert store.state.state_at(Height(height)).app_hash == app_hash
    assert len(set(hashes.values())) == 5


def test_heights_must_rise_and_a_refused_block_stages_nothing(store: Store) -> None:
    app_hash = store.apply(5, {}, [b"entry"])
    for height in (4, 5):
        with pytest.raises(OutOfRange):
            store.apply(height, {b"key": b"value"}, [])
        with pytest.raises(OutOfRange):
            store.apply(height, {}, [b"entry"])
    with pytest.raises(OutOfRange):
        store.apply(6, {b"": b"value"}, [b"entry"])
    assert store.staging.take() == []
    assert store.state.app_hash == app_hash


def test_keys_and_entries_are_proved_at_every_height(store: Store) -> None:
    keys = [b"key %d" % number for number in range(20)]
    for height in range(1, 11):
        writes: dict[bytes, bytes | None] = dict.fromkeys(keys[height::3], b"%d" % height)
        store.apply(height, writes | {keys[height - 1]: None}, [b"entry %d" % height] * (height % 3))
    entries = [store.state.log.entry(index) for index in range(store.state.log.size)]
    for height in range(11):
        roots = store.state.state_at(Height(height))
        for key in keys:
            proof = store.state.prove_key(key, Height(height))
            assert proof.roots == roots
            assert proven_value(proof, key, roots.app_hash) == store.state.map.get_at(key, height)
        for index in range(roots.log_size):
            check_entry(store.state.prove_entry(index, Height(height)), entries[index], roots.app_hash)
        with pytest.raises(NotFound):
            store.state.prove_entry(roots.log_size, Height(height))


def test_pruning_refuses_lower_heights_and_keeps_the_log_whole(store: Store) -> None:
    hashes = {height: store.apply(height, {b"key": b"%d" % height}, [b"entry"]) for height in range(2, 20, 2)}
    store.state.prune(Height(11))
    store.kv.write(store.staging.take(), sync=True)
    store.reopen()
    with pytest.raises(NotFound):
        store.state.state_at(Height(10))
    with pytest.raises(NotFound):
        store.state.prove_key(b"key", Height(10))
    for height in range(11, 20):
        at = hashes[height // 2 * 2]
        assert store.state.state_at(Height(height)).app_hash == at
        assert proven_value(store.state.prove_key(b"key", Height(height)), b"key", at) == b"%d" % (height // 2 * 2)
        check_entry(store.state.prove_entry(0, Height(height)), b"entry", at)
    assert len(list(store.kv.scan(b"s", b"t"))) == 5


def test_pruning_before_anything_happened_is_harmless(store: Store) -> None:
    store.state.prune(Height(3))
    assert store.apply(3, {b"key": b"value"}, []) == store.state.state_at(Height(3)).app_hash
