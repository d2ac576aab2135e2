"""The three trees of a paper, built plainly from docs/formats/reserve.md: sum tree, log, map. Slow, and meant to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.core.wire import ics23_pb2 as ics23

ZEROS = bytes(32)


def digest(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def named(name: str, *parts: bytes) -> bytes:
    return digest(name.encode(), b"\0", *parts)


def u64(value: int) -> bytes:
    return value.to_bytes(8, "big")


def bit(place: bytes, depth: int) -> int:
    return place[depth // 8] >> (7 - depth % 8) & 1


# ---- sum tree ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Leaf:
    """One user's share of a voucher."""

    position: bytes
    user: bytes
    salt: bytes
    balance: int

    @property
    def hash(self) -> bytes:
        return digest(b"\0", self.position, self.user, self.salt, self.balance.to_bytes(16, "big"))


def sum_node(depth: int, left: tuple[bytes, int], right: tuple[bytes, int]) -> tuple[bytes, int]:
    parts = [part for child in (left, right) for part in (child[0], child[1].to_bytes(16, "big"))]
    return digest(b"\1", bytes([depth]), *parts), left[1] + right[1]


def sum_tree(leaves: Sequence[Leaf], wanted: Leaf, depth: int = 0) -> tuple[tuple[bytes, int], list[str]]:
    """Hash and sum of the top, and the path of the wanted leaf from the leaf up."""
    if len(leaves) == 1:
        return (leaves[0].hash, leaves[0].balance), []
    halves = [[leaf for leaf in leaves if bit(leaf.position, depth) == side] for side in (0, 1)]
    if not (halves[0] and halves[1]):
        return sum_tree(leaves, wanted, depth + 1)
    tops, paths = zip(*(sum_tree(half, wanted, depth + 1) for half in halves), strict=True)
    top = sum_node(depth, tops[0], tops[1])
    for side in (0, 1):
        if wanted in halves[side]:
            other, total = tops[1 - side]
            return top, [*paths[side], (bytes([depth]) + other + total.to_bytes(16, "big")).hex()]
    return top, []


# ---- log -----------------------------------------------------------------------------------------------------------
def log_root(entries: Sequence[bytes]) -> bytes:
    if not entries:
        return digest(b"")
    if len(entries) == 1:
        return digest(b"\0", entries[0])
    split = 1 << ((len(entries) - 1).bit_length() - 1)
    return digest(b"\1", log_root(entries[:split]), log_root(entries[split:]))


def log_path(entries: Sequence[bytes], index: int) -> list[bytes]:
    if len(entries) <= 1:
        return []
    split = 1 << ((len(entries) - 1).bit_length() - 1)
    if index < split:
        return [*log_path(entries[:split], index), log_root(entries[split:])]
    return [*log_path(entries[split:], index - split), log_root(entries[:split])]


# ---- map -----------------------------------------------------------------------------------------------------------
def map_root(pairs: Mapping[bytes, bytes], depth: int = 0) -> bytes:
    if not pairs:
        return ZEROS
    if len(pairs) == 1:
        ((key, value),) = pairs.items()
        return digest(b"\0", digest(key), digest(value))
    left, right = _halves(pairs, depth)
    return digest(b"\1", map_root(left, depth + 1), map_root(right, depth + 1))


def _halves(pairs: Mapping[bytes, bytes], depth: int) -> list[dict[bytes, bytes]]:
    return [{key: value for key, value in pairs.items() if bit(digest(key), depth) == side} for side in (0, 1)]


def _steps(pairs: Mapping[bytes, bytes], wanted: bytes, depth: int = 0) -> list[ics23.InnerOp]:
    if len(pairs) == 1:
        return []
    halves = _halves(pairs, depth)
    side = bit(digest(wanted), depth)
    other = map_root(halves[1 - side], depth + 1)
    prefix, suffix = (b"\1" + other, b"") if side else (b"\1", other)
    step = ics23.InnerOp(hash=ics23.SHA256, prefix=prefix, suffix=suffix)
    return [*_steps(halves[side], wanted, depth + 1), step]


def existence(pairs: Mapping[bytes, bytes], key: bytes) -> ics23.ExistenceProof:
    leaf = ics23.LeafOp(hash=ics23.SHA256, prehash_key=ics23.SHA256, prehash_value=ics23.SHA256, prefix=b"\0")
    return ics23.ExistenceProof(key=key, value=pairs[key], leaf=leaf, path=_steps(pairs, key))


def state_proof(pairs: Mapping[bytes, bytes], key: bytes) -> bytes:
    """A CommitmentProof that the key is there, or that it is not."""
    if key in pairs:
        return ics23.CommitmentProof(exist=existence(pairs, key)).SerializeToString()
    return absence(pairs, key)


def absence(pairs: Mapping[bytes, bytes], key: bytes) -> bytes:
    """Two neighbours of the key; a lie where the key is there between them."""
    order = sorted(pairs, key=digest)
    below = [one for one in order if digest(one) < digest(key)]
    above = [one for one in order if digest(one) > digest(key)]
    shown = ics23.NonExistenceProof(
        key=key,
        left=existence(pairs, below[-1]) if below else None,
        right=existence(pairs, above[0]) if above else None,
    )
    return ics23.CommitmentProof(nonexist=shown).SerializeToString()
