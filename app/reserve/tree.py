"""The compact sparse Merkle sum tree over all shares (docs/formats/reserve.md, The tree).

Guarantees: the root depends on the leaves and on nothing else, not on their order or on the hasher; no two leaves have one
position; no sum overflows. Arrays throughout: a million leaves are one second and some hundred MB. Leaves to others how
positions and salts are made (`app.reserve.shares`), and what the root is bound to.

Leaves in the order of their positions; between neighbours `i` and `i + 1` stands the node at the depth of their longest
common prefix. Nodes are made level by level, the deepest first: all of one depth at once, as none of them is another's child.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.reserveerrors import ReserveOverflow, SharesCollide
from app.core.units import UINT64_MAX, Hash32
from app.reserve.formula import DEPTHS, NODE_TAG, SUM_BYTES
from app.reserve.hasher import RowHasher, Rows

Indexes = NDArray[np.int32]
Sums = NDArray[np.uint64]

PIECE: Final = 65_536
"""Nodes or paths made at a time."""
NONE: Final = -1
STEP_BYTES: Final = 1 + 32 + SUM_BYTES
_NODE_BYTES: Final = 2 + 2 * (32 + SUM_BYTES)
_EVERY_BIT: Final = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True, slots=True)
class SumTree:
    """A tree of n leaves. Items 0 … n-1 are the leaves in the order of their positions; the nodes follow, the top last."""

    hashes: Rows
    """Of every item: (2n-1, 32)."""
    sums: Sums
    """Of every item."""
    parents: Indexes
    """Of every item; -1 at the top."""
    siblings: Indexes
    """Of every item; -1 at the top."""
    depths: NDArray[np.uint8]
    """Of every item; of leaves 0, which means nothing."""

    @property
    def leaves(self) -> int:
        """How many leaves there are."""
        return (len(self.sums) + 1) // 2

    @property
    def top(self) -> Hash32:
        """Hash of the top."""
        return Hash32(self.hashes[-1].tobytes())

    @property
    def total(self) -> int:
        """Sum of all balances."""
        return int(self.sums[-1])

    def paths(self, leaves: Indexes) -> Iterator[bytes]:
        """For each leaf its steps from the bottom up: depth, hash and sum of the other branch, 49 bytes each."""
        for at in range(0, len(leaves), PIECE):
            yield from self._paths(leaves[at : at + PIECE])

    def _paths(self, leaves: Indexes) -> Iterator[bytes]:
        items, levels = leaves.astype(np.int64), []
        lengths = np.zeros(len(leaves), np.int64)
        while True:
            parents = self.parents[items]
            alive = parents != NONE
            if not alive.any():
                break
            levels.append(self._steps(items, parents))
            lengths += alive
            items = np.where(alive, parents, items)
        steps = np.stack(levels, axis=1) if levels else np.zeros((len(leaves), 0, STEP_BYTES), np.uint8)
        for row, length in zip(steps, lengths.tolist(), strict=True):
            yield row[:length].tobytes()

    def _steps(self, items: NDArray[np.int64], parents: Indexes) -> Rows:
        """One step of each item; of the top itself nonsense, which nobody reads."""
        others = self.siblings[items]
        steps = np.empty((len(items), STEP_BYTES), np.uint8)
        steps[:, 0] = self.depths[parents]
        steps[:, 1:33] = self.hashes[others]
        write_sums(steps[:, 33:], self.sums[others])
        return steps


def build_tree(hasher: RowHasher, positions: Rows, leaf_hashes: Rows, balances: Sums) -> SumTree:
    """The tree over at least one leaf; positions (n, 32) rise.

    Raises:
        SharesCollide: two leaves have one position.
        ReserveOverflow: the balances add up to 2^64 or more.
    """
    count = len(positions)
    check_total(balances)
    shared = common_prefixes(positions)
    tree = SumTree(
        hashes=np.concatenate([leaf_hashes, np.empty((count - 1, 32), np.uint8)]),
        sums=np.concatenate([balances, np.zeros(count - 1, np.uint64)]),
        parents=np.full(2 * count - 1, NONE, np.int32),
        siblings=np.full(2 * count - 1, NONE, np.int32),
        depths=np.zeros(2 * count - 1, np.uint8),
    )
    _Growth(tree, hasher).grow(shared)
    return tree


def check_total(balances: Sums) -> int:
    """The exact sum of the balances.

    Raises:
        ReserveOverflow: 2^64 or more, which no voucher has and no publication can state.
    """
    low, high = balances & np.uint64(0xFFFF_FFFF), balances >> np.uint64(32)
    total = (int(high.sum()) << 32) + int(low.sum())
    if total > UINT64_MAX:
        raise ReserveOverflow(expected=f"at most {UINT64_MAX}", got=str(total))
    return total


def common_prefixes(positions: Rows) -> NDArray[np.uint8]:
    """How many leading bits each position shares with the next: (n-1,), 0 … 255; positions rise.

    Raises:
        SharesCollide: two are equal.
    """
    words = positions.view(">u8")
    found = np.full(len(positions) - 1, DEPTHS, np.int16)
    for place in (3, 2, 1, 0):
        column = words[:, place].astype(np.uint64)
        found = np.where(column[:-1] == column[1:], found, 64 * place + _leading_zeros(column[:-1] ^ column[1:]))
    if (found == DEPTHS).any():
        raise SharesCollide(leaf=int(np.flatnonzero(found == DEPTHS)[0]))
    return found.astype(np.uint8)


def _leading_zeros(values: NDArray[np.uint64]) -> NDArray[np.int16]:
    """Of 64 bits each; 64 for zero."""
    spread = values.copy()
    for shift in _EVERY_BIT:
        spread |= spread >> np.uint64(shift)
    return (64 - np.bitwise_count(spread)).astype(np.int16)


class _Growth:
    """Nodes being added to a tree. A segment is a run of leaves that hang together already; it is known by both its ends."""

    def __init__(self, tree: SumTree, hasher: RowHasher) -> None:
        self._tree, self._hasher = tree, hasher
        count = tree.leaves
        self._first = np.arange(count, dtype=np.int32)
        """By the last leaf of a segment: its first."""
        self._last = np.arange(count, dtype=np.int32)
        """By the first leaf of a segment: its last."""
        self._root = np.arange(count, dtype=np.int32)
        """By the first leaf of a segment: the item on top of it."""
        self._made = count

    def grow(self, shared: NDArray[np.uint8]) -> None:
        """Make all nodes: `shared` says at which depth leaves i and i+1 part."""
        gaps = np.argsort(255 - shared, kind="stable").astype(np.int32)
        ends = np.cumsum(np.bincount(255 - shared, minlength=DEPTHS))
        begin = 0
        for level, end in enumerate(ends.tolist()):
            for at in range(begin, end, PIECE):
                self._join(gaps[at : min(at + PIECE, end)], 255 - level)
            begin = end

    def _join(self, gaps: Indexes, depth: int) -> None:
        """Put a node over the two segments on both sides of each gap."""
        first, last = self._first[gaps], self._last[gaps + 1]
        left, right = self._root[first], self._root[gaps + 1]
        items = np.arange(self._made, self._made + len(gaps), dtype=np.int32)
        self._made += len(gaps)
        self._first[last], self._last[first], self._root[first] = first, last, items
        tree = self._tree
        tree.parents[left] = tree.parents[right] = items
        tree.siblings[left], tree.siblings[right] = right, left
        tree.depths[items] = depth
        tree.sums[items] = tree.sums[left] + tree.sums[right]
        tree.hashes[items] = self._hasher.digests(self._rows(depth, left, right))

    def _rows(self, depth: int, left: Indexes, right: Indexes) -> Rows:
        """What is hashed of each node."""
        tree, rows = self._tree, np.empty((len(left), _NODE_BYTES), np.uint8)
        rows[:, 0], rows[:, 1] = NODE_TAG[0], depth
        rows[:, 2:34], rows[:, 50:82] = tree.hashes[left], tree.hashes[right]
        write_sums(rows[:, 34:50], tree.sums[left])
        write_sums(rows[:, 82:98], tree.sums[right])
        return rows


def write_sums(columns: Rows, sums: Sums) -> None:
    """Put 64-bit sums into columns of 16 bytes, big-endian."""
    columns[:, :8] = 0
    columns[:, 8:] = sums.astype(">u8").view(np.uint8).reshape(-1, 8)
