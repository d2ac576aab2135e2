"""The append-only log: what never changes in the state, as an RFC 6962 tree.

Guarantees: an entry costs one hash for its leaf and, on average, one for a completed subtree above it; every root that the
log ever had can be computed again, with inclusion and consistency proofs under it (`app.core.merkle` verifies them).
Nothing here is ever overwritten or deleted. Of the hashes only every fourth level is stored: what lies between follows
from at most sixteen of them, or of the entries.
"""

from collections.abc import Iterator, Sequence

from app.core.errors import NotFound, StoreDamaged
from app.core.hashing import EMPTY_HASH
from app.core.merkle import inner_hash, leaf_hash, split_point
from app.core.units import Hash32
from app.node.store.staging import Staging

_ENTRIES, _NODES, _SIZE = b"le", b"ln", b"lz"
_STORED_LEVELS = 4


class AppendLog:
    """Entries by index, and the tree over them."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._size = int.from_bytes(staging.get(_SIZE) or b"", "big")
        self._peaks = self._peaks_of(self._size)

    @property
    def size(self) -> int:
        """Number of entries."""
        return self._size

    @property
    def root(self) -> Hash32:
        """Root over all entries; SHA-256 of nothing when there are none."""
        return _fold(self._peaks)

    def append(self, entries: Sequence[bytes]) -> None:
        """Add entries at the end."""
        for entry in entries:
            self._staging.put(_ENTRIES + self._size.to_bytes(8, "big"), entry)
            self._add_leaf(leaf_hash(entry))
        if entries:
            self._staging.put(_SIZE, self._size.to_bytes(8, "big"))

    def entry(self, index: int) -> bytes:
        """The bytes of the entry at `index`.

        Raises:
            NotFound: there is none.
        """
        if not 0 <= index < self._size:
            raise NotFound(what="log entry", index=index, size=self._size)
        return self._stored(_ENTRIES + index.to_bytes(8, "big"))

    def entries(self) -> Iterator[bytes]:
        """All entries, from the first on."""
        first, stop = (_ENTRIES + index.to_bytes(8, "big") for index in (0, self._size))
        return (entry for _, entry in self._staging.scan(first, stop))

    def root_at(self, size: int) -> Hash32:
        """The root when the log had `size` entries.

        Raises:
            NotFound: it never had as many.
        """
        self._check_size(size)
        return _fold(self._peaks_of(size))

    def inclusion(self, index: int, size: int) -> list[Hash32]:
        """The siblings that lead from entry `index` to the root at `size` entries, from the leaf up.

        Raises:
            NotFound: no such entry or size.
        """
        self._check_size(size)
        if not 0 <= index < size:
            raise NotFound(what="log entry", index=index, size=size)
        return self._path(index, 0, size)

    def consistency(self, old: int, new: int) -> list[Hash32]:
        """What shows that the first `old` of `new` entries are the log as it was (RFC 6962, 2.1.2).

        Raises:
            NotFound: no such size, or `old` is above `new`.
        """
        self._check_size(new)
        if not 0 <= old <= new:
            raise NotFound(what="log size", size=old)
        return [] if old == 0 else self._old_part(old, 0, new, is_known=True)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _add_leaf(self, leaf: Hash32) -> None:
        """A binary counter: each trailing one of the size is a finished subtree that the new leaf completes further."""
        node, level, index = leaf, 0, self._size
        while index & 1:
            node = inner_hash(self._peaks.pop(), node)
            level, index = level + 1, index >> 1
            if level % _STORED_LEVELS == 0:
                self._staging.put(_node_key(level, index), node)
        self._peaks.append(node)
        self._size += 1

    def _peaks_of(self, size: int) -> list[Hash32]:
        """Roots of the complete subtrees that make up `size` entries, the largest first."""
        levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
        return [self._node(level, (size >> level) - 1) for level in levels]

    def _path(self, index: int, start: int, size: int) -> list[Hash32]:
        if size == 1:
            return []
        split = split_point(size)
        if index < split:
            return [*self._path(index, start, split), self._subtree(start + split, size - split)]
        return [*self._path(index - split, start + split, size - split), self._subtree(start, split)]

    def _old_part(self, old: int, start: int, size: int, *, is_known: bool) -> list[Hash32]:
        """`is_known`: the verifier has this subtree's root already, as the old root."""
        if old == size:
            return [] if is_known else [self._subtree(start, size)]
        split = split_point(size)
        if old <= split:
            return [
                *self._old_part(old, start, split, is_known=is_known),
                self._subtree(start + split, size - split),
            ]
        return [
            *self._old_part(old - split, start + split, size - split, is_known=False),
            self._subtree(start, split),
        ]

    def _subtree(self, start: int, size: int) -> Hash32:
        """Root over `size` entries from `start`, where `start` is a multiple of the power of two next to `size`."""
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._node(level, start >> level)
        split = split_point(size)
        return inner_hash(self._subtree(start, split), self._subtree(start + split, size - split))

    def _node(self, level: int, index: int) -> Hash32:
        if level == 0:
            return leaf_hash(self._stored(_ENTRIES + index.to_bytes(8, "big")))
        if level % _STORED_LEVELS:
            return inner_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))
        return Hash32(self._stored(_node_key(level, index)))

    def _stored(self, key: bytes) -> bytes:
        data = self._staging.get(key)
        if data is None:
            raise StoreDamaged(reason="a part of the log is missing", key=key.hex())
        return data

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self._size:
            raise NotFound(what="log size", size=size)


def _node_key(level: int, index: int) -> bytes:
    return _NODES + bytes([level]) + index.to_bytes(8, "big")


def _fold(peaks: Sequence[Hash32]) -> Hash32:
    """Root over complete subtrees, the largest first."""
    if not peaks:
        return EMPTY_HASH
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = inner_hash(peak, result)
    return result
