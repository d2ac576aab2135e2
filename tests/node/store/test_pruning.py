"""A window of blocks instead of all: what is below is refused by name, what the log proves stays, a crash loses nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import NotFound
from app.core.hashing import sha256
from app.core.stateproof import check_entry, proven_value
from app.core.units import Height
from app.node.store import pruning
from app.node.store.chain import ChainStore
from app.node.store.keys import after
from tests.fakes.consortium import MemoryHighWater
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.replay import stage
from tests.node.store.worlds import JUNK, World, begin, check_same_answers, write_chunks

BLOCKS = 30


@pytest.fixture(scope="module")
def source() -> World:
    """Blocks with accepted and refused transactions, some of them twice, and empty ones."""
    world = World()
    again = b""
    for height in range(1, BLOCKS + 1):
        if height % 5 == 0:
            world.add()
            continue
        refused = world.refused()
        world.add(world.record(), refused, world.record(begins=False), JUNK, *([again] if again else []))
        again = refused
    return world


@pytest.fixture
def copy(source: World) -> "Copy":
    return Copy(source)


class Copy:
    """A store that takes the blocks of another world."""

    def __init__(self, source: World) -> None:
        self.source = source
        self.kv, self.mark = MemoryKeyValue(), MemoryHighWater()
        self.store = ChainStore(self.kv, self.mark)
        begin(self.store, source.consortium)

    def stage(self, stop: int, *, with_block: bool = True) -> None:
        for block in self.source.blocks[self.store.tip.height : stop]:
            stage(self.store, self.source.consortium, block, with_block=with_block)

    def grow(self, stop: int) -> None:
        self.stage(stop)
        self.store.flush()


def check_window(store: ChainStore, source: World) -> None:
    """Everything from the base on is there, and all that may be asked below is refused."""
    base, top = store.base, store.tip.height
    for height in range(base, top + 1):
        assert store.block(height) == source.store.block(height) is not None
        assert store.results(height) == source.store.results(height)
    for height in range(base - 1, top + 1):
        assert store.block_hash(height) == (source.store.block_hash(height) if height else b"")
    for height in range(1, base):
        for read in (store.block, store.results, lambda height: store.raw_blocks(height, 5, 10**9)):
            with pytest.raises(NotFound) as caught:
                read(height)
            assert caught.value.facts["oldest"] == base
        with pytest.raises(NotFound):
            store.state.prove_key(b"key", Height(height))


def check_states(store: ChainStore, source: World) -> None:
    """Every height from the base on can be proved."""
    for height in range(store.base, store.tip.height + 1):
        roots = store.state.state_at(Height(height))
        assert roots == source.store.state.state_at(Height(height))
        for key, _ in source.store.state.map.pairs():
            proof = store.state.prove_key(key, Height(height))
            assert proven_value(proof, key, roots.app_hash) == source.store.state.map.get_at(key, height)
        for index in range(roots.log_size):
            check_entry(store.state.prove_entry(index, Height(height)), store.entry(index) or b"", roots.app_hash)


def check_receipts(store: ChainStore, source: World) -> None:
    """Acceptances are known for ever, refusals as long as their blocks; one that landed again is then a replay."""
    for raw in {raw for block in source.blocks[: store.tip.height] for raw in block.data.txs}:
        known, found = source.store.receipt(sha256(raw)), store.receipt(sha256(raw))
        assert known is not None
        if known.code != 0 and known.height < store.base:
            assert found is None or (found.code != 0 and found.height >= store.base)
        elif known.height <= store.tip.height:
            assert found == known


def heights_left(kv: MemoryKeyValue, prefix: bytes) -> list[int]:
    """The heights that the keys under a prefix end in."""
    return [int.from_bytes(key[-8:], "big") for key, _ in kv.scan(prefix, after(prefix))]


# ---- what stays and what goes ----------------------------------------------------------------------------------------
@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 35), st.booleans()), max_size=8),
    st.integers(1, 9),
    st.sampled_from([1, 20, 10_000]),
)
def test_any_pruning_leaves_a_whole_window(
    source: World, calls: list[tuple[int, int, bool]], blocks: int, changes: int
) -> None:
    copy = Copy(source)
    store, base = copy.store, 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "MAX_BLOCKS", blocks)
        patch.setattr(pruning, "MAX_CHANGES", changes)
        for more, below, is_flushed in calls:
            copy.grow(min(store.tip.height + more, BLOCKS))
            store.prune(Height(below))
            assert base <= store.base <= max(base, min(below, store.durable_tip.height, base + blocks))
            base = store.base
            if is_flushed:
                store.flush()
    check_window(store, source)
    store.flush()
    again = ChainStore(copy.kv.reopen(), copy.mark)
    check_window(again, source)
    check_states(again, source)
    check_receipts(again, source)
    copy.grow(BLOCKS)
    check_window(store, source)
    check_same_answers(store, source)


def test_nothing_is_left_behind_that_nobody_may_ask_for(copy: Copy, source: World) -> None:
    copy.grow(BLOCKS)
    before = {prefix: len(heights_left(copy.kv, prefix)) for prefix in (b"cb", b"cr", b"cf", b"mhe", b"mhi", b"s")}
    for below in range(1, 25):
        copy.store.prune(Height(below))
    copy.store.flush()
    for prefix in (b"cb", b"cr", b"cf"):
        assert min(heights_left(copy.kv, prefix)) == 24
    for prefix in (b"mhe", b"mhi"):
        assert min(heights_left(copy.kv, prefix)) > 24  # what was valid below
    assert min(heights_left(copy.kv, b"s")) == 24
    assert all(len(heights_left(copy.kv, prefix)) < 0.4 * count for prefix, count in before.items())
    check_states(copy.store, source)
    assert write_chunks(copy.store) == write_chunks(source.store)


def test_one_call_does_no_more_than_it_may(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.grow(BLOCKS)
    monkeypatch.setattr(pruning, "MAX_BLOCKS", 4)
    copy.store.prune(Height(20))
    assert copy.store.base == 5
    monkeypatch.setattr(pruning, "MAX_CHANGES", 1)
    copy.store.prune(Height(20))
    assert copy.store.base == 6
    monkeypatch.setattr(pruning, "MAX_BLOCKS", 500)
    monkeypatch.setattr(pruning, "MAX_CHANGES", 12)  # a block and what its state leaves are more
    copy.store.prune(Height(20))
    assert copy.store.base == 7
    monkeypatch.setattr(pruning, "MAX_CHANGES", 10_000)
    copy.store.prune(Height(20))
    assert copy.store.base == 20
    for below in (0, 3, 20):
        copy.store.prune(Height(below))
    assert copy.store.base == 20


def test_a_store_without_blocks_is_pruned_too(source: World) -> None:
    copy = Copy(source)
    copy.stage(BLOCKS, with_block=False)
    copy.store.flush()
    copy.store.prune(Height(20))
    copy.store.flush()
    assert copy.store.base == 20
    assert min(heights_left(copy.kv, b"cr")) >= 20
    check_receipts(copy.store, source)
    check_states(copy.store, source)


# ---- how far it may go -----------------------------------------------------------------------------------------------
def test_the_newest_durable_block_stays(copy: Copy, source: World) -> None:
    copy.grow(10)
    copy.store.prune(Height(1_000))
    copy.store.flush()
    assert copy.store.base == 10
    check_window(copy.store, source)


def test_what_a_contradiction_contradicts_stays(copy: Copy, source: World) -> None:
    copy.grow(20)
    copy.store.keep_contradiction(12, b"signed header")
    copy.store.keep_contradiction(7, b"another")
    copy.store.prune(Height(18))
    assert copy.store.base == 7
    assert copy.store.block_hash(7) == source.store.block_hash(7)
    assert len(copy.store.contradictions()) == 2


# ---- crashes ---------------------------------------------------------------------------------------------------------
def test_a_crash_before_the_mark_of_a_group_is_not_taken_for_damage(copy: Copy, source: World) -> None:
    """The mark still names the block before the group: what tells its hash must not be pruned with the group."""
    copy.grow(10)
    record = copy.mark.record
    copy.stage(25)
    copy.store.prune(Height(24))
    copy.store.flush()
    copy.mark.record = record
    again = ChainStore(copy.kv.reopen(), copy.mark)
    assert (again.tip.height, again.base) == (25, 10)
    check_window(again, source)


def test_what_was_not_flushed_was_not_pruned(copy: Copy, source: World) -> None:
    copy.grow(20)
    copy.store.prune(Height(15))
    again = ChainStore(copy.kv.reopen(), copy.mark)
    assert (copy.store.base, again.base) == (15, 1)
    check_window(again, source)
    check_states(again, source)
    copy.store.discard()
    assert copy.store.base == 1
    check_states(copy.store, source)
    copy.store.prune(Height(15))
    copy.store.flush()
    again = ChainStore(copy.kv.reopen(), copy.mark)
    assert again.base == 15
    check_window(again, source)
    check_receipts(again, source)
