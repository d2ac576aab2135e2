"""Existence and absence of a key under a Merkle root, by the rules of ICS 23 (vector commitments).

Guarantees: `is_existence` and `is_absence` are pure and total: whatever the proof holds, they return a bool. A proof is
judged only against a spec that the *verifier* brings, never against one that travels with it. Leaves the choice of root,
and the decoding of the proof's bytes, to the caller.

The rules in short: a leaf begins with the spec's leaf prefix and no inner node does (so that neither passes for the
other), prefixes and suffixes have the lengths of whole children, and the neighbours of an absent key stand side by side.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from app.core.errors import InvalidProof
from app.core.wire import ics23_pb2 as wire

DEFAULT_MAX_DEPTH = 128

SMT_SPEC = wire.ProofSpec(
    leaf_spec=wire.LeafOp(
        hash=wire.SHA256, prehash_key=wire.SHA256, prehash_value=wire.SHA256, length=wire.NO_PREFIX, prefix=b"\x00"
    ),
    inner_spec=wire.InnerSpec(
        child_order=[0, 1],
        child_size=32,
        min_prefix_length=1,
        max_prefix_length=1,
        empty_child=bytes(32),
        hash=wire.SHA256,
    ),
    max_depth=256,
    prehash_key_before_comparison=True,
)
"""Sparse Merkle tree over SHA-256 of the keys: the layout of our authenticated map."""

TENDERMINT_SPEC = wire.ProofSpec(
    leaf_spec=wire.LeafOp(hash=wire.SHA256, prehash_value=wire.SHA256, length=wire.VAR_PROTO, prefix=b"\x00"),
    inner_spec=wire.InnerSpec(
        child_order=[0, 1], child_size=32, min_prefix_length=1, max_prefix_length=1, hash=wire.SHA256
    ),
)
"""CometBFT's Merkle tree (RFC 6962) over sorted key-value pairs."""


# ---- the two questions ---------------------------------------------------------------------------------------------
def is_existence(
    spec: wire.ProofSpec, root: bytes, untrusted_proof: wire.CommitmentProof, key: bytes, value: bytes
) -> bool:
    """Whether the proof shows that `key` holds exactly `value` under `root`."""
    if untrusted_proof.WhichOneof("proof") != "exist":
        return False
    try:
        check_existence(spec, root, untrusted_proof.exist, key, value)
    except InvalidProof:
        return False
    return True


def is_absence(spec: wire.ProofSpec, root: bytes, untrusted_proof: wire.CommitmentProof, key: bytes) -> bool:
    """Whether the proof shows that nothing is stored for `key` under `root`.

    An empty tree has no neighbours to show, so ICS 23 can prove nothing about it: the answer is False.
    """
    if untrusted_proof.WhichOneof("proof") != "nonexist":
        return False
    try:
        check_absence(spec, root, untrusted_proof.nonexist, key)
    except InvalidProof:
        return False
    return True


def check_existence(
    spec: wire.ProofSpec, root: bytes, untrusted_proof: wire.ExistenceProof, key: bytes, value: bytes
) -> None:
    """Check shape, key, value and root of an existence proof.

    Raises:
        InvalidProof: with the name of the rule that it breaks.
    """
    check_shape(spec, untrusted_proof)
    _check(untrusted_proof.key == key, "key")
    _check(untrusted_proof.value == value, "value")
    _check(root_of_existence(untrusted_proof, spec) == root, "root")


def check_absence(spec: wire.ProofSpec, root: bytes, untrusted_proof: wire.NonExistenceProof, key: bytes) -> None:
    """Check that the neighbours exist, stand side by side, and have the key between them.

    Raises:
        InvalidProof: with the name of the rule that it breaks.
    """
    left = untrusted_proof.left if untrusted_proof.HasField("left") else None
    right = untrusted_proof.right if untrusted_proof.HasField("right") else None
    for neighbour in (left, right):
        if neighbour is not None:
            check_existence(spec, root, neighbour, neighbour.key, neighbour.value)
    place = _sort_key(spec, key)
    _check(left is None or _sort_key(spec, left.key) < place, "left neighbour is not left of the key")
    _check(right is None or place < _sort_key(spec, right.key), "right neighbour is not right of the key")
    _check(_are_neighbours(spec.inner_spec, left, right), "neighbours")


def _are_neighbours(inner: wire.InnerSpec, left: wire.ExistenceProof | None, right: wire.ExistenceProof | None) -> bool:
    if left is not None and right is not None:
        return is_left_neighbour(inner, left.path, right.path)
    if right is not None:
        return is_leftmost(inner, right.path)
    return left is not None and is_rightmost(inner, left.path)


# ---- shape ---------------------------------------------------------------------------------------------------------
def check_shape(spec: wire.ProofSpec, untrusted_proof: wire.ExistenceProof) -> None:
    """Check that leaf, depth and every inner step are ones that the spec's tree can have.

    Raises:
        InvalidProof: with the name of the rule.
    """
    _check(untrusted_proof.HasField("leaf"), "leaf is missing")
    check_leaf(spec.leaf_spec, untrusted_proof.leaf)
    depth = len(untrusted_proof.path)
    _check(depth >= spec.min_depth, "depth is too short")
    _check(depth <= (spec.max_depth or DEFAULT_MAX_DEPTH), "depth is too long")
    check_path(spec, untrusted_proof.path)


def check_leaf(leaf_spec: wire.LeafOp, untrusted_leaf: wire.LeafOp) -> None:
    """Check a leaf step: all operations as in the spec; its prefix may only be longer.

    Raises:
        InvalidProof: with the name of the rule.
    """
    _check(untrusted_leaf.hash == leaf_spec.hash, "leaf hash")
    _check(untrusted_leaf.prehash_key == leaf_spec.prehash_key, "leaf key hash")
    _check(untrusted_leaf.prehash_value == leaf_spec.prehash_value, "leaf value hash")
    _check(untrusted_leaf.length == leaf_spec.length, "leaf length operation")
    _check(untrusted_leaf.prefix.startswith(leaf_spec.prefix), "leaf prefix")


def check_path(spec: wire.ProofSpec, untrusted_path: Iterable[wire.InnerOp]) -> None:
    """Check each inner step: its prefix cannot be a leaf's, and its lengths are those of whole children.

    Raises:
        InvalidProof: with the name of the rule.
    """
    is_tendermint = spec == TENDERMINT_SPEC
    for step in untrusted_path:
        _check_inner(spec, step)
        if is_tendermint:
            _check_tendermint_inner(step)


def _check_inner(spec: wire.ProofSpec, untrusted_step: wire.InnerOp) -> None:
    inner, prefix = spec.inner_spec, untrusted_step.prefix
    _check(untrusted_step.hash == inner.hash, "inner hash")
    _check(not prefix.startswith(spec.leaf_spec.prefix), "inner prefix is a leaf's")
    _check(inner.child_size > 0, "child size")
    # Otherwise a whole child could hide in the free part of the prefix.
    _check(inner.max_prefix_length < inner.min_prefix_length + inner.child_size, "prefix lengths of the spec")
    longest = inner.max_prefix_length + (len(inner.child_order) - 1) * inner.child_size
    _check(inner.min_prefix_length <= len(prefix) <= longest, "inner prefix length")
    _check(len(untrusted_step.suffix) % inner.child_size == 0, "inner suffix length")


def _check_tendermint_inner(untrusted_step: wire.InnerOp) -> None:
    """01 begins every inner node (RFC 6962), and nothing else stands left of a left child."""
    _check(untrusted_step.prefix.startswith(b"\x01"), "inner prefix")
    _check(not untrusted_step.suffix or untrusted_step.prefix == b"\x01", "inner prefix beside a suffix")


# ---- neighbours ----------------------------------------------------------------------------------------------------
def is_leftmost(inner: wire.InnerSpec, path: Sequence[wire.InnerOp]) -> bool:
    """Whether nothing stands left of this path: every step is the first child, or has only empty ones before it."""
    return all(_branch(inner, step) == 0 or has_empty_left(inner, step) for step in path)


def is_rightmost(inner: wire.InnerSpec, path: Sequence[wire.InnerOp]) -> bool:
    """Whether nothing stands right of this path: every step is the last child, or has only empty ones after it."""
    last = len(inner.child_order) - 1
    return all(_branch(inner, step) == last or has_empty_right(inner, step) for step in path)


def is_left_neighbour(inner: wire.InnerSpec, left: Sequence[wire.InnerOp], right: Sequence[wire.InnerOp]) -> bool:
    """Whether no leaf can stand between the two paths, which lead to one root.

    Above the fork both have the same steps; at the fork they are consecutive children; below it, left keeps to the right
    edge and right to the left edge.
    """
    shared = 0
    while shared < min(len(left), len(right)) and _is_same_step(left[-1 - shared], right[-1 - shared]):
        shared += 1
    below_left, below_right = len(left) - shared - 1, len(right) - shared - 1
    if below_left < 0 or below_right < 0:
        return False
    left_branch, right_branch = _branch(inner, left[below_left]), _branch(inner, right[below_right])
    if left_branch is None or right_branch != left_branch + 1:
        return False
    return is_rightmost(inner, left[:below_left]) and is_leftmost(inner, right[:below_right])


def has_empty_left(inner: wire.InnerSpec, step: wire.InnerOp) -> bool:
    """Whether there are children before this one and all of them are empty."""
    branch = _branch(inner, step)
    if not branch:
        return False
    children = step.prefix[len(step.prefix) - branch * inner.child_size :]
    return children == inner.empty_child * branch


def has_empty_right(inner: wire.InnerSpec, step: wire.InnerOp) -> bool:
    """Whether there are children after this one and all of them are empty."""
    branch = _branch(inner, step)
    if branch is None or branch == len(inner.child_order) - 1:
        return False
    return step.suffix == inner.empty_child * (len(inner.child_order) - 1 - branch)


def _branch(inner: wire.InnerSpec, step: wire.InnerOp) -> int | None:
    """Which child of its parent the step starts from, by the lengths of what stands around it; None if none fits."""
    last = len(inner.child_order) - 1
    for branch in range(last + 1):
        position = list(inner.child_order).index(branch) if branch in inner.child_order else -1
        free = len(step.prefix) - position * inner.child_size
        fits = inner.min_prefix_length <= free <= inner.max_prefix_length
        if position >= 0 and fits and len(step.suffix) == (last - position) * inner.child_size:
            return branch
    return None


def _is_same_step(one: wire.InnerOp, other: wire.InnerOp) -> bool:
    return one.prefix == other.prefix and one.suffix == other.suffix


def _sort_key(spec: wire.ProofSpec, key: bytes) -> bytes:
    """What orders the leaves: the key, or its hash where the tree stores keys by hash."""
    return hash_or_keep(spec.leaf_spec.prehash_key, key) if spec.prehash_key_before_comparison else key


# ---- computing the root --------------------------------------------------------------------------------------------
def root_of_existence(untrusted_proof: wire.ExistenceProof, spec: wire.ProofSpec | None = None) -> bytes:
    """The root that key, value and path lead to.

    Raises:
        InvalidProof: no leaf, an empty key or value, or an operation that this program does not know.
    """
    _check(untrusted_proof.HasField("leaf"), "leaf is missing")
    result = apply_leaf(untrusted_proof.leaf, untrusted_proof.key, untrusted_proof.value)
    for step in untrusted_proof.path:
        result = apply_inner(step, result)
        size = 0 if spec is None else spec.inner_spec.child_size
        _check(size < 32 or len(result) <= size, "inner result is longer than a child")
    return result


def apply_leaf(leaf: wire.LeafOp, key: bytes, value: bytes) -> bytes:
    """Hash of a leaf.

    Raises:
        InvalidProof: empty key or value, or an unknown operation.
    """
    _check(key != b"", "key is empty")
    _check(value != b"", "value is empty")
    held_key = _with_length(leaf.length, hash_or_keep(leaf.prehash_key, key))
    held_value = _with_length(leaf.length, hash_or_keep(leaf.prehash_value, value))
    return hash_bytes(leaf.hash, leaf.prefix + held_key + held_value)


def apply_inner(step: wire.InnerOp, child: bytes) -> bytes:
    """Hash of an inner node from one child and what stands around it.

    Raises:
        InvalidProof: empty child, or an unknown operation.
    """
    _check(child != b"", "child is empty")
    return hash_bytes(step.hash, step.prefix + child + step.suffix)


_ALGORITHMS: dict[int, Callable[[bytes], Any]] = {
    wire.SHA256: hashlib.sha256,
    wire.SHA512: hashlib.sha512,
    wire.RIPEMD160: partial(hashlib.new, "ripemd160"),
    wire.SHA512_256: partial(hashlib.new, "sha512_256"),
    wire.BLAKE2B_512: hashlib.blake2b,
    wire.BLAKE2S_256: hashlib.blake2s,
}


def hash_bytes(operation: wire.HashOp, data: bytes) -> bytes:
    """Digest of `data`.

    Raises:
        InvalidProof: no such algorithm here; which ones there are beside SHA-2 depends on OpenSSL.
    """
    if operation == wire.BITCOIN:
        return hash_bytes(wire.RIPEMD160, hash_bytes(wire.SHA256, data))
    try:
        return bytes(_ALGORITHMS[operation](data).digest())
    except (KeyError, ValueError) as error:
        raise InvalidProof(check="hash operation", got=int(operation)) from error


def hash_or_keep(operation: wire.HashOp, data: bytes) -> bytes:
    """Digest of `data`, or `data` itself for NO_HASH."""
    return data if operation == wire.NO_HASH else hash_bytes(operation, data)


def _with_length(operation: wire.LengthOp, data: bytes) -> bytes:
    length = len(data)
    if operation in {wire.REQUIRE_32_BYTES, wire.REQUIRE_64_BYTES}:
        _check(length == (32 if operation == wire.REQUIRE_32_BYTES else 64), "length of the hashed data")
        return data
    prefixes = {
        wire.NO_PREFIX: b"",
        wire.VAR_PROTO: _varint(length),
        wire.FIXED32_BIG: length.to_bytes(4, "big"),
        wire.FIXED32_LITTLE: length.to_bytes(4, "little"),
        wire.FIXED64_BIG: length.to_bytes(8, "big"),
        wire.FIXED64_LITTLE: length.to_bytes(8, "little"),
    }
    if operation not in prefixes:
        raise InvalidProof(check="length operation", got=int(operation))
    return prefixes[operation] + data


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _check(holds: bool, rule: str) -> None:
    if not holds:
        raise InvalidProof(check=rule)
