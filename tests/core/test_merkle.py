"""RFC 6962 trees: foreign vectors, and what must hold for every tree."""

import json
from base64 import b64decode
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.hashing import EMPTY_HASH, sha256
from app.core.merkle import (
    MAX_AUNTS,
    inclusion_path,
    inner_hash,
    is_consistent,
    is_included,
    leaf_hash,
    root,
    root_from_inclusion,
    root_of_hashes,
)

LEAVES = st.lists(st.binary(max_size=40), min_size=1, max_size=40)


def consistency_path(hashes: list[bytes], old_size: int, is_whole: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2, written from the text: the proof that the first `old_size` leaves are a prefix."""
    size = len(hashes)
    if old_size == size:
        return [] if is_whole else [root_of_hashes(hashes)]
    split = 1
    while split * 2 < size:
        split *= 2
    if old_size <= split:
        return [*consistency_path(hashes[:split], old_size, is_whole), root_of_hashes(hashes[split:])]
    return [*consistency_path(hashes[split:], old_size - split, False), root_of_hashes(hashes[:split])]


def test_every_foreign_inclusion_proof_comes_out_as_expected(vector_dir: Path) -> None:
    files = sorted((vector_dir / "rfc6962" / "inclusion").rglob("*.json"))
    assert len(files) == 98
    for file in files:
        case = json.loads(file.read_bytes())
        path = [b64decode(node) for node in case["proof"] or []]
        leaf, expected_root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
        got = is_included(leaf, case["leafIdx"], case["treeSize"], path, expected_root)
        assert got == (not case["wantErr"]), (file.name, case["desc"])


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_HASH
    assert EMPTY_HASH.hex().startswith("e3b0c442")


def test_an_unbalanced_tree_splits_at_the_largest_power_of_two() -> None:
    a, b, c = (leaf_hash(value) for value in (b"a", b"b", b"c"))
    assert root([b"a", b"b", b"c"]) == inner_hash(inner_hash(a, b), c)
    assert a == sha256(b"\x00a")
    assert inner_hash(a, b) == sha256(b"\x01" + a + b)


@settings(deadline=None)
@given(LEAVES, st.data())
def test_every_leaf_has_a_path_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    hashes = [leaf_hash(leaf) for leaf in leaves]
    path = inclusion_path(hashes, index)
    assert root_from_inclusion(hashes[index], index, len(leaves), path) == root(leaves)


@settings(deadline=None)
@given(LEAVES, st.data())
def test_a_path_counts_for_its_leaf_index_size_and_root_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    leaves = [bytes([at]) + leaf for at, leaf in enumerate(leaves)]
    hashes, expected = [leaf_hash(leaf) for leaf in leaves], root(leaves)
    path = inclusion_path(hashes, index)
    assert not is_included(leaf_hash(b"another"), index, len(leaves), path, expected)
    assert not is_included(hashes[index], index, len(leaves), [*path, hashes[0]], expected)
    assert not is_included(hashes[index], index, len(leaves), path, bytes(32))
    assert not is_included(hashes[index], len(leaves), len(leaves), path, expected)
    assert not is_included(hashes[index], -1, len(leaves), path, expected)
    for other in set(range(len(leaves))) - {index}:
        assert not is_included(hashes[index], other, len(leaves), path, expected)
    if path:
        assert not is_included(hashes[index], index, len(leaves), path[:-1], expected)


def test_a_path_may_not_be_longer_than_cometbft_allows() -> None:
    assert root_from_inclusion(bytes(32), 0, 2**200, [bytes(32)] * (MAX_AUNTS + 1)) is None


def test_hashes_of_another_length_are_refused() -> None:
    assert root_from_inclusion(bytes(31), 0, 1, []) is None
    assert root_from_inclusion(bytes(32), 0, 2, [bytes(31)]) is None


@settings(deadline=None)
@given(LEAVES, st.data())
def test_every_earlier_tree_is_a_prefix_of_every_later_one(leaves: list[bytes], data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, len(leaves)))
    hashes = [leaf_hash(leaf) for leaf in leaves]
    path = consistency_path(list(hashes), old_size)
    old_root, new_root = root(leaves[:old_size]), root(leaves)
    assert is_consistent(old_size, old_root, len(leaves), new_root, path)
    assert not is_consistent(old_size, bytes(32), len(leaves), new_root, path)
    assert not is_consistent(old_size, old_root, len(leaves), bytes(32), path)
    assert not is_consistent(old_size, old_root, len(leaves), new_root, [*path, bytes(32)])


@settings(deadline=None)
@given(st.integers(2, 40), st.data())
def test_a_tree_that_was_rewritten_is_no_prefix(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old_size - 1))
    leaves = [bytes([at]) for at in range(size)]
    rewritten = [b"rewritten" if at == changed else leaf for at, leaf in enumerate(leaves)]
    path = consistency_path([leaf_hash(leaf) for leaf in rewritten], old_size)
    assert not is_consistent(old_size, root(leaves[:old_size]), size, root(rewritten), path)


def test_the_empty_tree_is_a_prefix_of_every_tree() -> None:
    assert is_consistent(0, EMPTY_HASH, 3, root([b"a", b"b", b"c"]), [])
    assert not is_consistent(0, bytes(32), 3, root([b"a", b"b", b"c"]), [])
    assert not is_consistent(4, EMPTY_HASH, 3, EMPTY_HASH, [])
