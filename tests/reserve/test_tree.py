"""The tree of arrays is the one that the document describes, whatever positions, sums and hasher."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.reserveerrors import ReserveOverflow, SharesCollide
from app.reserve import tree as tree_module
from app.reserve.hasher import BatchHasher, PlainHasher, RowHasher
from app.reserve.tree import SumTree, build_tree, check_total, common_prefixes
from tests.conftest import require
from tests.reserve import model

QUICK = settings(max_examples=150, deadline=None)
BALANCES = st.one_of(st.just(0), st.integers(0, 10), st.integers(0, 2**50))


def grown(leaves: dict[bytes, model.Item], hasher: RowHasher | None = None) -> tuple[SumTree, list[bytes]]:
    """The tree of arrays, and its positions in order."""
    places = sorted(leaves)
    positions = np.frombuffer(b"".join(places), np.uint8).reshape(-1, 32)
    hashes = np.frombuffer(b"".join(leaves[place][0] for place in places), np.uint8).reshape(-1, 32)
    balances = np.array([leaves[place][1] for place in places], np.uint64)
    return build_tree(hasher or PlainHasher(), positions, hashes, balances), places


def steps(path: bytes) -> list[model.Step]:
    """A path as the document writes it."""
    pieces = [path[at : at + 49] for at in range(0, len(path), 49)]
    return [(piece[0], piece[1:33], int.from_bytes(piece[33:], "big")) for piece in pieces]


def check_same(leaves: dict[bytes, model.Item], hasher: RowHasher | None = None, step: int = 1) -> None:
    """Top, total and the paths of every leaf (or every so many) are those of the model."""
    tree, places = grown(leaves, hasher)
    top, total = model.top(leaves)
    assert (tree.top, tree.total, tree.leaves) == (top, total, len(leaves))
    for place, path in zip(places[::step], tree.paths(np.arange(0, len(places), step, dtype=np.int32)), strict=True):
        assert steps(path) == model.path(leaves, place)


def items(positions: Sequence[bytes], balances: Sequence[int]) -> dict[bytes, model.Item]:
    """Leaves with hashes that follow from their positions."""
    pairs = zip(positions, balances, strict=True)
    return {position: (sha256(b"leaf" + position).digest(), balance) for position, balance in pairs}


def flipped(position: bytes, depth: int) -> bytes:
    """The position that parts from this one at a depth."""
    return (int.from_bytes(position, "big") ^ 1 << (255 - depth)).to_bytes(32, "big")


@st.composite
def crafted(draw: st.DrawFn) -> list[bytes]:
    """Positions that hang together by long prefixes: each parts from an earlier one somewhere, up to the last bit."""
    positions = [draw(st.binary(min_size=32, max_size=32))]
    for _ in range(draw(st.integers(0, 30))):
        begin = positions[draw(st.integers(0, len(positions) - 1))]
        depth = draw(
            st.one_of(st.integers(0, 255), st.sampled_from([0, 1, 7, 8, 62, 63, 64, 65, 127, 128, 191, 192, 255]))
        )
        changed = int.from_bytes(flipped(begin, depth), "big")
        if draw(st.booleans()):  # and anything behind that
            changed ^= draw(st.integers(0, 2 ** (255 - depth) - 1)) if depth < 255 else 0
        positions.append(changed.to_bytes(32, "big"))
    return list(dict.fromkeys(positions))


# ---- the same as the model ---------------------------------------------------------------------------------------------
@QUICK
@given(st.data())
def test_random_positions(data: st.DataObject) -> None:
    positions = data.draw(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=60, unique=True))
    balances = data.draw(st.lists(BALANCES, min_size=len(positions), max_size=len(positions)))
    check_same(items(positions, balances))


@settings(max_examples=70, deadline=None)
@given(st.data())
def test_positions_that_share_long_prefixes(data: st.DataObject) -> None:
    positions = data.draw(crafted())
    balances = data.draw(st.lists(BALANCES, min_size=len(positions), max_size=len(positions)))
    check_same(items(positions, balances))


@pytest.mark.parametrize("depth", range(256))
def test_two_leaves_that_part_at_any_depth(depth: int) -> None:
    position = sha256(b"somewhere").digest()
    leaves = items([position, flipped(position, depth)], [5, 3])
    check_same(leaves)
    tree, _ = grown(leaves)
    assert [path[0] for path in tree.paths(np.array([0, 1], np.int32))] == [depth, depth]


def test_a_leaf_for_every_depth_hangs_on_one_long_path() -> None:
    position = sha256(b"the longest").digest()
    leaves = items([position, *(flipped(position, depth) for depth in range(256))], range(257))
    check_same(leaves, step=16)
    tree, places = grown(leaves)
    longest = next(tree.paths(np.array([places.index(position)], np.int32)))
    assert [step[0] for step in steps(longest)] == list(range(255, -1, -1))


def test_one_leaf_is_the_top_itself() -> None:
    tree, places = grown(items([bytes(32)], [7]))
    assert (tree.top, tree.total, tree.leaves) == (sha256(b"leaf" + bytes(32)).digest(), 7, 1)
    assert list(tree.paths(np.array([0, 0], np.int32))) == [b"", b""]
    assert places == [bytes(32)]


def test_a_full_tree_of_the_first_bytes() -> None:
    positions = [bytes([each]) + bytes(31) for each in range(256)]
    check_same(items(positions, [each % 3 for each in range(256)]))


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64])
def test_pieces_of_any_size_make_the_same_tree(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    positions = [sha256(b"%d" % each).digest() for each in range(60)]
    positions += [flipped(positions[each], 255 - each) for each in range(20)]
    leaves = items(positions, range(len(positions)))
    monkeypatch.setattr(tree_module, "PIECE", piece)
    check_same(leaves)


def test_the_batch_hasher_makes_the_same_tree() -> None:
    try:
        batch = BatchHasher()
    except ImportError:
        require(False, "the batch hasher is not installed")
        raise
    check_same(items([sha256(b"%d" % each).digest() for each in range(300)], range(300)), batch)


def test_paths_of_some_leaves_in_any_order_and_more_than_once() -> None:
    leaves = items([sha256(b"%d" % each).digest() for each in range(40)], range(40))
    tree, places = grown(leaves)
    wanted = np.array([39, 0, 7, 7, 12], np.int32)
    assert [steps(path) for path in tree.paths(wanted)] == [model.path(leaves, places[each]) for each in wanted]
    assert list(tree.paths(np.empty(0, np.int32))) == []


# ---- sums ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("balances", [[2**64 - 1], [2**63, 2**63 - 1], [2**64 - 1, 0, 0], [2**32] * 5, [2**32 - 1] * 5])
def test_the_largest_sums_are_exact(balances: list[int]) -> None:
    assert check_total(np.array(balances, np.uint64)) == sum(balances)
    check_same(items([sha256(b"%d" % each).digest() for each in range(len(balances))], balances))


@pytest.mark.parametrize("balances", [[2**64 - 1, 1], [2**63, 2**63], [2**64 - 1] * 3, [2**62] * 4, [2**60] * 16])
def test_a_sum_of_2_to_the_64_is_refused_and_never_wraps(balances: list[int]) -> None:
    with pytest.raises(ReserveOverflow) as refused:
        grown(items([sha256(b"%d" % each).digest() for each in range(len(balances))], balances))
    assert refused.value.facts["got"] == str(sum(balances))


@QUICK
@given(st.lists(st.integers(0, 2**64 - 1), max_size=8))
def test_totals_are_exact_or_refused(balances: list[int]) -> None:
    array: Any = np.array(balances, np.uint64)
    if sum(balances) < 2**64:
        assert check_total(array) == sum(balances)
    else:
        with pytest.raises(ReserveOverflow):
            check_total(array)


# ---- places ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("twice", [0, 1, 4])
def test_two_leaves_with_one_position_are_refused(twice: int) -> None:
    positions = sorted(sha256(b"%d" % each).digest() for each in range(5))
    positions.insert(twice, positions[twice])
    array = np.frombuffer(b"".join(positions), np.uint8).reshape(-1, 32)
    with pytest.raises(SharesCollide) as refused:
        build_tree(PlainHasher(), array, array, np.zeros(6, np.uint64))
    assert refused.value.facts["leaf"] == twice


@QUICK
@given(crafted())
def test_prefixes_that_neighbours_share(positions: list[bytes]) -> None:
    positions.sort()
    array = np.frombuffer(b"".join(positions), np.uint8).reshape(-1, 32)
    numbers = [int.from_bytes(each, "big") for each in positions]
    expected = [256 - (one ^ other).bit_length() for one, other in pairwise(numbers)]
    assert common_prefixes(array).tolist() == expected
