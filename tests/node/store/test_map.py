"""The authenticated map against a naive tree: roots, proofs at every retained height, history, bounds."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import NotFound, OutOfRange, StoreDamaged
from app.core.ics23 import SMT_SPEC, is_absence, is_existence
from app.core.stateproof import EMPTY_MAP_ROOT
from app.core.wire import ics23_pb2 as wire
from app.node.store.leveldb import LevelDb
from app.node.store.map import AuthenticatedMap
from app.node.store.staging import Staging
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.naive import clustered_keys, naive_root

Block = Mapping[bytes, bytes | None]

# Deep clusters at both edges and in the middle, and some loose keys between them.
KEYS = [
    *clustered_keys(4, "0000"),
    *clustered_keys(3, "7ff"),
    *clustered_keys(4, "8000"),
    *clustered_keys(3, "fff"),
    *(b"loose %d" % number for number in range(12)),
]
STRANGERS = [*clustered_keys(6, "0000")[4:], *clustered_keys(5, "fff")[3:], b"stranger 1", b"stranger 2", b"stranger 3"]

blocks = st.lists(
    st.dictionaries(st.sampled_from(KEYS), st.none() | st.binary(min_size=1, max_size=3), max_size=12), max_size=7
)


class Chain:
    """A map under test beside what it should contain at every height."""

    def __init__(self, cached_pages: int = 2) -> None:
        self.kv = MemoryKeyValue()
        self.cached_pages = cached_pages
        self.contents: list[dict[bytes, bytes]] = [{}]
        self.reopen()

    def reopen(self) -> None:
        self.staging = Staging(self.kv)
        self.map = AuthenticatedMap(self.staging, cached_pages=self.cached_pages)

    def add(self, block: Block) -> bytes:
        now = dict(self.contents[-1])
        for key, value in block.items():
            if value is None:
                now.pop(key, None)
            else:
                now[key] = value
        self.contents.append(now)
        return self.map.apply(len(self.contents) - 1, block)

    def write(self) -> None:
        self.kv.write(self.staging.take(), sync=True)


def digest(key: bytes) -> bytes:
    return sha256(key).digest()


def proves(proof: wire.CommitmentProof, root: bytes, key: bytes, value: bytes | None) -> bool:
    if value is None:
        return is_absence(SMT_SPEC, root, proof, key)
    return is_existence(SMT_SPEC, root, proof, key, value)


def check_height(chain: Chain, height: int) -> None:
    contents, root = chain.contents[height], chain.map.root_at(height)
    assert root == naive_root(contents)
    for key in (*KEYS, *STRANGERS):
        value = contents.get(key)
        assert chain.map.get_at(key, height) == value
        proof = chain.map.prove(key, height)
        if contents:
            assert proves(proof, root, key, value)
        else:
            assert encode(proof) == encode(wire.CommitmentProof(nonexist=wire.NonExistenceProof(key=key)))


@settings(deadline=None, max_examples=120)
@given(blocks, st.integers(0, 127), st.integers(0, 127))
def test_every_height_reads_and_proves_as_it_was(chain_blocks: list[Block], writes: int, reopens: int) -> None:
    chain = Chain()
    for number, block in enumerate(chain_blocks):
        assert chain.add(block) == chain.map.root == naive_root(chain.contents[-1])
        if writes >> number & 1:
            chain.write()
            if reopens >> number & 1:
                chain.reopen()
    for height in range(len(chain.contents)):
        check_height(chain, height)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from(KEYS), st.binary(min_size=1, max_size=3), min_size=1), st.randoms())
def test_the_root_does_not_know_the_order_or_what_was_deleted(contents: dict[bytes, bytes], random: Random) -> None:
    chain = Chain()
    order = sorted(contents)
    random.shuffle(order)
    for key in order:
        chain.add({key: contents[key]})
    assert chain.map.root == naive_root(contents)
    chain.add(dict.fromkeys(STRANGERS, b"soon gone"))
    chain.add(dict.fromkeys(STRANGERS))
    assert chain.map.root == naive_root(contents)
    chain.add(dict.fromkeys(contents))
    assert chain.map.root == EMPTY_MAP_ROOT


def test_pages_go_when_what_they_held_goes() -> None:
    chain = Chain()
    chain.add({KEYS[0]: b"stays"})
    chain.write()
    pages = len(list(chain.kv.scan(b"mp", b"mq")))
    chain.add(dict.fromkeys(KEYS[1:], b"goes"))
    chain.write()
    assert len(list(chain.kv.scan(b"mp", b"mq"))) > pages
    chain.add(dict.fromkeys(KEYS[1:]))
    chain.write()
    assert len(list(chain.kv.scan(b"mp", b"mq"))) == pages
    chain.map.prune(3)
    chain.write()
    assert list(chain.kv.scan(b"mhe", b"mhf")) == []
    assert [key for key, _ in chain.kv.scan(b"mv", b"mw")] == [b"mv" + KEYS[0]]


def test_a_wrong_key_value_or_root_is_not_proved() -> None:
    chain = Chain()
    root = chain.add(dict.fromkeys(KEYS, b"value"))
    other_root = chain.add({KEYS[0]: b"other"})
    proof, absence = chain.map.prove(KEYS[1], 1), chain.map.prove(STRANGERS[0], 1)
    assert proves(proof, root, KEYS[1], b"value")
    assert not proves(proof, root, KEYS[2], b"value")
    assert not proves(proof, root, KEYS[1], b"valuE")
    assert not proves(proof, root, KEYS[1], None)
    assert not proves(proof, other_root, KEYS[1], b"value")
    assert proves(absence, root, STRANGERS[0], None)
    assert not proves(absence, other_root, STRANGERS[0], None)
    assert not any(proves(absence, root, key, None) for key in KEYS)


def test_two_leaves_with_another_between_them_prove_no_absence() -> None:
    chain = Chain()
    root = chain.add(dict.fromkeys(KEYS, b"value"))
    order = sorted(KEYS, key=digest)
    for left, key, right in zip(order, order[1:], order[2:], strict=False):
        forged = wire.NonExistenceProof(
            key=key, left=chain.map.prove(left, 1).exist, right=chain.map.prove(right, 1).exist
        )
        assert not is_absence(SMT_SPEC, root, wire.CommitmentProof(nonexist=forged), key)
    outer = wire.NonExistenceProof(key=order[0], right=chain.map.prove(order[1], 1).exist)
    assert not is_absence(SMT_SPEC, root, wire.CommitmentProof(nonexist=outer), order[0])
    outer = wire.NonExistenceProof(key=order[-1], left=chain.map.prove(order[-2], 1).exist)
    assert not is_absence(SMT_SPEC, root, wire.CommitmentProof(nonexist=outer), order[-1])


def test_changes_that_change_nothing_store_nothing() -> None:
    chain = Chain()
    root = chain.add({b"key": b"value"})
    chain.write()
    assert chain.map.apply(2, {b"key": b"value", b"absent": None}) == root
    assert chain.map.apply(2, {}) == root
    assert chain.staging.take() == []
    assert chain.map.apply(2, {b"key": b"new"}) != root


def test_pruned_heights_are_refused_and_the_others_still_prove() -> None:
    chain = Chain()
    for number in range(1, 9):
        chain.add(dict.fromkeys(KEYS[number::2], b"%d" % number))
    chain.map.prune(5)
    chain.map.prune(3)  # already done
    chain.write()
    chain.reopen()
    assert chain.map.oldest == 5
    for height in range(5):
        with pytest.raises(NotFound):
            chain.map.get_at(KEYS[0], height)
        with pytest.raises(NotFound):
            chain.map.root_at(height)
        with pytest.raises(NotFound):
            chain.map.prove(KEYS[0], height)
    for height in range(5, 9):
        check_height(chain, height)


def test_pruning_all_history_leaves_only_the_present() -> None:
    chain = Chain()
    for number in range(1, 5):
        chain.add(dict.fromkeys(KEYS, b"%d" % number))
    chain.map.prune(4)
    chain.write()
    assert list(chain.kv.scan(b"mh", b"mi")) == []
    check_height(chain, 4)


def test_pruning_an_empty_map_does_not_stop_it() -> None:
    chain = Chain()
    chain.map.prune(0)
    chain.map.prune(1)
    chain.write()
    chain.reopen()
    assert chain.add({b"key": b"value"}) == naive_root({b"key": b"value"})


def test_heights_must_rise() -> None:
    chain = Chain()
    chain.map.apply(0, {b"genesis": b"value"})
    with pytest.raises(OutOfRange):
        chain.map.apply(0, {b"key": b"value"})
    chain.map.apply(7, {b"key": b"value"})
    with pytest.raises(OutOfRange):
        chain.map.apply(7, {b"key": b"other"})
    assert chain.map.root == naive_root({b"genesis": b"value", b"key": b"value"})
    assert chain.map.root_at(6) == naive_root({b"genesis": b"value"})


@pytest.mark.parametrize(("key", "value"), [(b"", b"value"), (b"k" * 1025, b"value"), (b"key", b"")])
def test_what_no_proof_could_carry_is_refused(key: bytes, value: bytes) -> None:
    chain = Chain()
    with pytest.raises(OutOfRange):
        chain.map.apply(1, {b"good": b"value", key: value})
    assert chain.staging.take() == []


def test_a_proof_for_an_impossible_key_is_refused() -> None:
    with pytest.raises(OutOfRange):
        Chain().map.prove(b"", 1)


def test_a_leaf_without_its_value_is_damage() -> None:
    chain = Chain()
    chain.add({b"key": b"value"})
    chain.write()
    chain.kv.write([(b"mvkey", None)], sync=True)
    with pytest.raises(StoreDamaged):
        chain.map.prove(b"key", 1)


def test_the_cache_is_bounded_and_changes_no_answer() -> None:
    small, large = Chain(cached_pages=3), Chain(cached_pages=1000)
    for number in range(3):
        block = {b"many %d" % (number * 200 + index): b"value" for index in range(300)}
        assert small.add(block) == large.add(block)
        small.write()
    assert len(small.map._cache) == 3


def test_it_is_the_same_on_leveldb(tmp_path: Path) -> None:
    chain = Chain()
    with_database = LevelDb(tmp_path / "state")
    staging = Staging(with_database)
    stored = AuthenticatedMap(staging, cached_pages=2)
    for number in range(1, 6):
        block: Block = {key: b"%d" % number if digest(key)[5] >> number & 1 else None for key in KEYS}
        assert stored.apply(number, block) == chain.add(block)
        with_database.write(staging.take(), sync=True)
    for height in range(6):
        for key in KEYS:
            assert encode(stored.prove(key, height)) == encode(chain.map.prove(key, height))
    with_database.close()
