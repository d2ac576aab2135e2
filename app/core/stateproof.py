"""What shows a third party that something stands in the state of the chain, with nothing but the state root.

Guarantees: pure; a proof that passes leads to exactly the `app_hash` given, and every field of it was recomputed or
compared. Leaves to the caller how it came to trust that `app_hash` (the header of the *next* height carries it).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.codec import decode_canonical
from app.core.errors import DecodingError, InvalidProof
from app.core.hashing import state_root
from app.core.ics23 import SMT_SPEC, check_absence, check_existence
from app.core.merkle import leaf_hash, root_from_inclusion
from app.core.units import INT64_MAX, Hash32
from app.core.wire import ics23_pb2

EMPTY_MAP_ROOT = Hash32(bytes(32))
"""Root of a map that holds nothing."""


@dataclass(frozen=True, slots=True)
class StateRoots:
    """The three things that a state root covers."""

    log_size: int
    log_root: Hash32
    map_root: Hash32

    @property
    def app_hash(self) -> Hash32:
        """The state root."""
        return state_root(self.log_size, self.log_root, self.map_root)


@dataclass(frozen=True, slots=True)
class KeyProof:
    """Shows what the map holds for one key, or that it holds nothing. `commitment` is an ICS 23 CommitmentProof."""

    roots: StateRoots
    commitment: bytes


@dataclass(frozen=True, slots=True)
class EntryProof:
    """Shows that an entry stands at `index` of the log. `path` leads from the leaf up."""

    roots: StateRoots
    index: int
    path: Sequence[Hash32]


def proven_value(untrusted_proof: KeyProof, key: bytes, app_hash: bytes) -> bytes | None:
    """The value that the state with this `app_hash` holds for `key`; None when it provably holds none.

    Raises:
        InvalidProof: it proves neither.
    """
    _check_roots(untrusted_proof.roots, app_hash)
    try:
        commitment = decode_canonical(ics23_pb2.CommitmentProof, untrusted_proof.commitment)
    except DecodingError as error:
        raise InvalidProof(check="encoding") from error
    root = untrusted_proof.roots.map_root
    if commitment.WhichOneof("proof") == "exist":
        check_existence(SMT_SPEC, root, commitment.exist, key, commitment.exist.value)
        return commitment.exist.value
    if root == EMPTY_MAP_ROOT and commitment == absence_in_empty_map(key):
        return None  # ICS 23 knows no proof for an empty tree: there are no neighbours to show, and the root says all
    if commitment.nonexist.key != key:
        raise InvalidProof(check="key", expected=key.hex(), got=commitment.nonexist.key.hex())
    check_absence(SMT_SPEC, root, commitment.nonexist, key)
    return None


def absence_in_empty_map(key: bytes) -> ics23_pb2.CommitmentProof:
    """What stands for an absence proof where the map holds nothing: the key alone."""
    return ics23_pb2.CommitmentProof(nonexist=ics23_pb2.NonExistenceProof(key=key))


def check_entry(untrusted_proof: EntryProof, entry: bytes, app_hash: bytes) -> None:
    """Check that the state with this `app_hash` has `entry` at the proof's index of its log.

    Raises:
        InvalidProof: it does not show that.
    """
    _check_roots(untrusted_proof.roots, app_hash)
    roots = untrusted_proof.roots
    reached = root_from_inclusion(leaf_hash(entry), untrusted_proof.index, roots.log_size, untrusted_proof.path)
    if reached != roots.log_root:
        got = None if reached is None else reached.hex()
        raise InvalidProof(check="log root", expected=roots.log_root.hex(), got=got)


def _check_roots(untrusted_roots: StateRoots, app_hash: bytes) -> None:
    # Fixed lengths first: otherwise bytes could move from one root to the other under the same hash.
    lengths = (len(untrusted_roots.log_root), len(untrusted_roots.map_root))
    if lengths != (32, 32) or not 0 <= untrusted_roots.log_size <= INT64_MAX:
        raise InvalidProof(check="lengths of the roots")
    if untrusted_roots.app_hash != app_hash:
        raise InvalidProof(check="state root", expected=app_hash.hex(), got=untrusted_roots.app_hash.hex())
