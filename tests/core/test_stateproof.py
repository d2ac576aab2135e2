"""State proofs: what passes leads to the root given, and everything else is refused with one kind of error."""

from dataclasses import replace
from hashlib import sha256

import pytest

from app.core.codec import encode
from app.core.errors import InvalidProof
from app.core.hashing import EMPTY_HASH
from app.core.ics23 import SMT_SPEC
from app.core.merkle import inclusion_path, leaf_hash, root
from app.core.stateproof import (
    EMPTY_MAP_ROOT,
    EntryProof,
    KeyProof,
    StateRoots,
    absence_in_empty_map,
    check_entry,
    proven_value,
)
from app.core.units import Hash32
from app.core.wire import ics23_pb2 as wire

ENTRIES = [b"one", b"two", b"three"]


def single(key: bytes, value: bytes) -> wire.ExistenceProof:
    """Proof in a map that holds this key alone."""
    return wire.ExistenceProof(key=key, value=value, leaf=SMT_SPEC.leaf_spec)


def single_root(key: bytes, value: bytes) -> Hash32:
    return Hash32(sha256(b"\x00" + sha256(key).digest() + sha256(value).digest()).digest())


ROOTS = StateRoots(3, root(ENTRIES), single_root(b"key", b"value"))
HELD = KeyProof(ROOTS, encode(wire.CommitmentProof(exist=single(b"key", b"value"))))
ENTRY = EntryProof(ROOTS, 1, tuple(inclusion_path([leaf_hash(entry) for entry in ENTRIES], 1)))


def absent(key: bytes, side: str) -> KeyProof:
    neighbour = {side: single(b"key", b"value")}
    proof = wire.NonExistenceProof(key=key, **neighbour)
    return KeyProof(ROOTS, encode(wire.CommitmentProof(nonexist=proof)))


def side_of(key: bytes) -> str:
    """On which side of `key` the only leaf stands."""
    return "left" if sha256(b"key").digest() < sha256(key).digest() else "right"


def test_a_held_key_gives_its_value() -> None:
    assert proven_value(HELD, b"key", ROOTS.app_hash) == b"value"


@pytest.mark.parametrize("key", [b"a", b"b", b"c", b"d"])
def test_an_absent_key_gives_none_by_its_only_neighbour(key: bytes) -> None:
    side = side_of(key)
    assert proven_value(absent(key, side), key, ROOTS.app_hash) is None
    with pytest.raises(InvalidProof):
        proven_value(absent(key, "right" if side == "left" else "left"), key, ROOTS.app_hash)


def test_a_proof_about_another_key_is_refused() -> None:
    with pytest.raises(InvalidProof):
        proven_value(HELD, b"other", ROOTS.app_hash)
    with pytest.raises(InvalidProof):
        proven_value(absent(b"a", side_of(b"a")), b"b", ROOTS.app_hash)
    with pytest.raises(InvalidProof):
        proven_value(absent(b"key", "left"), b"key", ROOTS.app_hash)


def test_an_empty_map_proves_every_absence_and_no_other_map_does() -> None:
    empty = StateRoots(0, EMPTY_HASH, EMPTY_MAP_ROOT)
    proof = KeyProof(empty, encode(absence_in_empty_map(b"key")))
    assert proven_value(proof, b"key", empty.app_hash) is None
    with pytest.raises(InvalidProof):
        proven_value(proof, b"other", empty.app_hash)
    with pytest.raises(InvalidProof):
        proven_value(replace(proof, roots=ROOTS), b"key", ROOTS.app_hash)
    with pytest.raises(InvalidProof):
        proven_value(replace(proof, commitment=b""), b"key", empty.app_hash)


@pytest.mark.parametrize("commitment", [b"", b"\xff", HELD.commitment + b"\x18\x01", HELD.commitment[:-1]])
def test_a_proof_that_is_not_in_its_one_encoding_is_refused(commitment: bytes) -> None:
    with pytest.raises(InvalidProof):
        proven_value(replace(HELD, commitment=commitment), b"key", ROOTS.app_hash)


def test_an_entry_stands_only_where_it_stands() -> None:
    check_entry(ENTRY, b"two", ROOTS.app_hash)
    for wrong, entry in (
        (ENTRY, b"three"),
        (replace(ENTRY, index=0), b"two"),
        (replace(ENTRY, index=-1), b"two"),
        (replace(ENTRY, index=3), b"two"),
        (replace(ENTRY, path=ENTRY.path[:1]), b"two"),
        (replace(ENTRY, path=(*ENTRY.path, Hash32(bytes(32)))), b"two"),
    ):
        with pytest.raises(InvalidProof):
            check_entry(wrong, entry, ROOTS.app_hash)


@pytest.mark.parametrize(
    "roots",
    [
        replace(ROOTS, log_size=4),
        replace(ROOTS, log_size=-1),
        replace(ROOTS, log_size=2**63),
        replace(ROOTS, log_root=Hash32(bytes(32))),
        replace(ROOTS, map_root=Hash32(bytes(32))),
        replace(ROOTS, log_root=Hash32(ROOTS.log_root[:31]), map_root=Hash32(ROOTS.log_root[31:] + ROOTS.map_root)),
    ],
)
def test_roots_that_do_not_make_the_state_root_are_refused(roots: StateRoots) -> None:
    with pytest.raises(InvalidProof):
        proven_value(replace(HELD, roots=roots), b"key", ROOTS.app_hash)
    with pytest.raises(InvalidProof):
        check_entry(replace(ENTRY, roots=roots), b"two", ROOTS.app_hash)


def test_another_state_root_is_refused() -> None:
    with pytest.raises(InvalidProof):
        proven_value(HELD, b"key", bytes(32))
    with pytest.raises(InvalidProof):
        check_entry(ENTRY, b"two", bytes(32))
