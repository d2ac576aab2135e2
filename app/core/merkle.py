"""RFC 6962 Merkle trees, which are CometBFT's too.

Leaf H(00‖data), inner H(01‖left‖right), split at the largest power of two.

Pure functions over leaf hashes. The persistent, append-only log lives in `app.node.store.log`.
"""

from collections.abc import Sequence

from app.core.hashing import EMPTY_HASH, sha256
from app.core.units import Hash32

MAX_AUNTS = 100  # CometBFT refuses longer proofs (crypto/merkle/proof.go)


def leaf_hash(data: bytes) -> Hash32:
    """Hash of a leaf."""
    return sha256(b"\x00" + data)


def inner_hash(left: bytes, right: bytes) -> Hash32:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right)


def split_point(size: int) -> int:
    """Number of leaves of the left subtree: the largest power of two smaller than `size` (≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def root_of_hashes(hashes: Sequence[bytes]) -> Hash32:
    """Root over leaf hashes; SHA-256 of nothing for no leaves."""
    if not hashes:
        return EMPTY_HASH
    level = list(hashes)
    while len(level) > 1:  # neighbours in pairs, level by level, the last without one as it is: the same tree
        pairs = [inner_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[2 * len(pairs) :]
    return Hash32(level[0])


def root(leaves: Sequence[bytes]) -> Hash32:
    """Root over leaf data."""
    return root_of_hashes([leaf_hash(leaf) for leaf in leaves])


def inclusion_path(hashes: Sequence[bytes], index: int) -> list[Hash32]:
    """The siblings from leaf `index` up to the root (CometBFT: aunts)."""
    if len(hashes) == 1:
        return []
    split = split_point(len(hashes))
    if index < split:
        return [*inclusion_path(hashes[:split], index), root_of_hashes(hashes[split:])]
    return [*inclusion_path(hashes[split:], index - split), root_of_hashes(hashes[:split])]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> Hash32 | None:
    """The root that a leaf *hash* and its path lead to, or None when the path does not fit `index` and `size`.

    RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size or len(leaf) != 32 or len(path) > MAX_AUNTS or any(len(node) != 32 for node in path):
        return None
    position, last, result = index, size - 1, Hash32(leaf)
    for node in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            result = inner_hash(node, result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            result = inner_hash(result, node)
        position, last = position >> 1, last >> 1
    return result if last == 0 else None


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the leaf *hash* stands at `index` of the tree with `size` leaves and this root."""
    return root_from_inclusion(leaf, index, size, path) == expected_root


def is_consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `old_size` leaves is a prefix of the tree of `new_size` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= new_size or len(path) > 2 * MAX_AUNTS or any(len(node) != 32 for node in path):
        return False
    if old_size == new_size:
        return old_root == new_root and not path
    if old_size == 0:
        return old_root == EMPTY_HASH and not path
    return _is_prefix(old_size, old_root, new_size, new_root, path)


def _is_prefix(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    nodes = list(path)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, Hash32(old_root))
    if not nodes:
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_result = new_result = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_result, new_result = inner_hash(node, old_result), inner_hash(node, new_result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_result = inner_hash(new_result, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old_result == old_root and new_result == new_root
