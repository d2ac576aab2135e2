"""Fills an empty authenticated map with what it held at one height, without the history that led there.

Guarantees: the pages are the same as if the map had been filled block by block; every page is written once and every hash
computed once; memory is bounded whatever the size of the map. The pairs come in order of their keys, the tree is built
in order of their hashes: the database sorts them in between.

Leaves to the caller: an empty map, writing the staging when `write` is called, and what to do with a wrong root.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from app.core.errors import OutOfRange
from app.core.hashing import sha256
from app.core.ports import Reader
from app.core.stateproof import EMPTY_MAP_ROOT
from app.core.units import Hash32
from app.node.store.map import META, PAGES, VALUES, check_pair, encode_meta
from app.node.store.page import (
    DIGIT_OF_SLOT,
    FIRST_SLOT,
    HASH_BYTES,
    NODES,
    Node,
    encode_page,
    leaf_node,
    page_of_slots,
)
from app.node.store.staging import Staging

_SORTED = b"mx"
"""Leaves by the hash of their key. Nothing is left of them once the tree is built."""
_BEHIND = b"my"


class MapLoader:
    """Takes all pairs, then builds the tree over them."""

    def __init__(self, reader: Reader, staging: Staging, write: Callable[[], None]) -> None:
        """`write` may put what is staged into the store beneath `reader`; it is called often."""
        self._reader = reader
        self._staging = staging
        self._write = write
        self._last = b""

    def add(self, key: bytes, value: bytes) -> None:
        """The next pair.

        Raises:
            OutOfRange: the map cannot hold it, or the key does not follow the one before.
        """
        check_pair(key, value)
        if key <= self._last:
            raise OutOfRange(field="map key", expected=f"above {self._last.hex()}", got=key.hex())
        self._last = key
        self._staging.put(VALUES + key, value)
        self._staging.put(_SORTED + sha256(key), leaf_node(key, value))

    def build(self, height: int) -> Hash32:
        """Build the tree over all pairs as it is after `height`; its root. Everything staged before must be written."""
        leaves = _Leaves(self._leaves())
        top = self._page(leaves, b"", height) if leaves.count(b"") else b""
        self._staging.put(META, encode_meta(height, height))
        return Hash32(top[:HASH_BYTES]) if top else EMPTY_MAP_ROOT

    def _page(self, leaves: "_Leaves", where: bytes, height: int) -> Node:
        """Write the page at path `where` and all below it; its top node."""
        slots = [self._slot(leaves, where + DIGIT_OF_SLOT[slot], height) for slot in range(FIRST_SLOT, NODES)]
        page = page_of_slots(slots, height)
        self._staging.put(PAGES + where, encode_page(page))
        self._write()
        return page.nodes[1]

    def _slot(self, leaves: "_Leaves", where: bytes, height: int) -> Node:
        count = leaves.count(where)
        if count == 0:
            return b""
        return leaves.take() if count == 1 else self._page(leaves, where, height)

    def _leaves(self) -> Iterator[tuple[bytes, Node]]:
        """Path and node of each leaf, in order of the paths."""
        for key, node in self._reader.scan(_SORTED, _BEHIND):
            self._staging.delete(key)
            yield key[len(_SORTED) :].hex().encode(), node


class _Leaves:
    """A stream of leaves with two of them in sight: enough to know whether a slot holds none, one or more."""

    def __init__(self, leaves: Iterator[tuple[bytes, Node]]) -> None:
        self._leaves = leaves
        self._sight = list(islice(leaves, 2))

    def count(self, where: bytes) -> int:
        """How many of the leaves in sight are below the path `where`."""
        return sum(path.startswith(where) for path, _ in self._sight)

    def take(self) -> Node:
        """The next leaf's node."""
        _, node = self._sight.pop(0)
        self._sight.extend(islice(self._leaves, 1))
        return node
