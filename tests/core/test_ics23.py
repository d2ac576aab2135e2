"""The ICS 23 rules, against vectors that others made."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.message import DecodeError

from app.core import ics23
from app.core.errors import InvalidProof
from app.core.wire import ics23_pb2 as wire

SPECS = {"smt": ics23.SMT_SPEC, "tendermint": ics23.TENDERMINT_SPEC}
EXISTENCE = [f"{spec}/exist_{side}" for spec in SPECS for side in ("left", "middle", "right")]
ABSENCE = [f"{spec}/nonexist_{side}" for spec in SPECS for side in ("left", "middle", "right")]


@pytest.fixture(scope="module")
def load(vector_dir: Path) -> Callable[[str], Any]:
    return lambda name: json.loads((vector_dir / "ics23" / f"{name}.json").read_text())


def _message(kind: Any, fields: dict[str, Any]) -> Any:
    return ParseDict(fields, kind())


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _spec(name: str) -> wire.ProofSpec:
    return SPECS[name.partition("/")[0]]


def _proof(vector: dict[str, str]) -> tuple[bytes, wire.CommitmentProof, bytes, bytes]:
    proof = wire.CommitmentProof.FromString(bytes.fromhex(vector["proof"]))
    return bytes.fromhex(vector["root"]), proof, bytes.fromhex(vector["key"]), bytes.fromhex(vector["value"])


# ---- whole proofs --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", EXISTENCE)
def test_existence_proofs_of_other_programs_are_accepted(name: str, load: Callable[[str], Any]) -> None:
    spec = _spec(name)
    root, proof, key, value = _proof(load(name))
    assert ics23.is_existence(spec, root, proof, key, value)
    assert not ics23.is_absence(spec, root, proof, key)


@pytest.mark.parametrize("name", EXISTENCE)
def test_an_existence_proof_shows_nothing_else(name: str, load: Callable[[str], Any]) -> None:
    spec = _spec(name)
    root, proof, key, value = _proof(load(name))
    assert not ics23.is_existence(spec, root, proof, key + b"x", value)
    assert not ics23.is_existence(spec, root, proof, key, value + b"x")
    assert not ics23.is_existence(spec, bytes(32), proof, key, value)
    assert not ics23.is_existence(spec, root, wire.CommitmentProof(), key, value)


@pytest.mark.parametrize("name", ABSENCE)
def test_absence_proofs_of_other_programs_are_accepted(name: str, load: Callable[[str], Any]) -> None:
    spec = _spec(name)
    root, proof, key, _ = _proof(load(name))
    assert ics23.is_absence(spec, root, proof, key)
    assert not ics23.is_existence(spec, root, proof, key, b"value")


@pytest.mark.parametrize("name", ABSENCE)
def test_an_absence_proof_shows_nothing_about_its_neighbours_or_another_root(
    name: str, load: Callable[[str], Any]
) -> None:
    spec = _spec(name)
    root, proof, key, _ = _proof(load(name))
    assert not ics23.is_absence(spec, bytes(32), proof, key)
    for side in ("left", "right"):
        if proof.nonexist.HasField(side):
            assert not ics23.is_absence(spec, root, proof, getattr(proof.nonexist, side).key)


@pytest.mark.parametrize("name", [name for name in ABSENCE if name.endswith("middle")])
def test_a_neighbour_may_not_be_left_out_unless_the_other_stands_at_the_edge(
    name: str, load: Callable[[str], Any]
) -> None:
    spec = _spec(name)
    root, proof, key, _ = _proof(load(name))
    for side in ("left", "right"):
        cut = wire.CommitmentProof.FromString(proof.SerializeToString())
        cut.nonexist.ClearField(side)
        assert not ics23.is_absence(spec, root, cut, key)
    assert not ics23.is_absence(spec, root, wire.CommitmentProof(nonexist=wire.NonExistenceProof(key=key)), key)


@pytest.mark.parametrize("name", EXISTENCE)
def test_no_flipped_byte_of_a_proof_passes(name: str, load: Callable[[str], Any]) -> None:
    spec = _spec(name)
    vector = load(name)
    root, proof, key, value = _proof(vector)
    good = bytearray.fromhex(vector["proof"])
    for position in range(0, len(good), 7):
        changed = bytearray(good)
        changed[position] ^= 1
        try:
            untrusted = wire.CommitmentProof.FromString(bytes(changed))
        except DecodeError:
            continue
        assert untrusted == proof or not ics23.is_existence(spec, root, untrusted, key, value), position


# ---- the case files ------------------------------------------------------------------------------------------------
def test_hash_operations(load: Callable[[str], Any]) -> None:
    cases = load("TestDoHashData")
    assert len(cases) == 7
    for name, case in cases.items():
        preimage = case.get("Preimage", case.get("PreImage")).encode()
        assert ics23.hash_bytes(case["HashOp"], preimage).hex() == case["ExpectedHash"], name


def test_hash_operations_that_nobody_knows_are_refused() -> None:
    for operation in (wire.NO_HASH, wire.KECCAK256, wire.BLAKE3):
        with pytest.raises(InvalidProof):
            ics23.hash_bytes(operation, b"food")


def test_leaf_operations(load: Callable[[str], Any]) -> None:
    for name, case in load("TestLeafOpData").items():
        leaf = _message(wire.LeafOp, case["Op"])
        key, value = _bytes(case["Key"]), _bytes(case["Value"])
        if case["IsErr"]:
            with pytest.raises(InvalidProof):
                ics23.apply_leaf(leaf, key, value)
        else:
            assert ics23.apply_leaf(leaf, key, value) == _bytes(case["Expected"]), name


@pytest.mark.parametrize(
    ("length", "accepted"), [(wire.REQUIRE_32_BYTES, 32), (wire.REQUIRE_64_BYTES, 64), (wire.VAR_RLP, None)]
)
def test_required_lengths_are_required(length: wire.LengthOp, accepted: int | None) -> None:
    leaf = wire.LeafOp(hash=wire.SHA256, length=length)
    for size in (31, 32, 64):
        if size == accepted:
            assert len(ics23.apply_leaf(leaf, bytes(size), bytes(size))) == 32
        else:
            with pytest.raises(InvalidProof):
                ics23.apply_leaf(leaf, bytes(size), bytes(size))


def test_a_long_value_has_its_length_in_several_bytes() -> None:
    leaf = wire.LeafOp(hash=wire.SHA256, length=wire.VAR_PROTO)
    assert ics23.apply_leaf(leaf, b"k", bytes(300)) == ics23.hash_bytes(
        wire.SHA256, b"\x01k" + b"\xac\x02" + bytes(300)
    )


def test_inner_operations(load: Callable[[str], Any]) -> None:
    for name, case in load("TestInnerOpData").items():
        step = _message(wire.InnerOp, case["Op"])
        if case["IsErr"]:
            with pytest.raises(InvalidProof):
                ics23.apply_inner(step, _bytes(case["Child"]))
        else:
            assert ics23.apply_inner(step, _bytes(case["Child"])) == _bytes(case["Expected"]), name


def test_leaves_are_checked_against_their_spec(load: Callable[[str], Any]) -> None:
    for case in load("TestCheckLeafData").values():
        leaf, spec = _message(wire.LeafOp, case["Leaf"]), _message(wire.LeafOp, case["Spec"])
        if case["IsErr"]:
            with pytest.raises(InvalidProof):
                ics23.check_leaf(spec, leaf)
        else:
            ics23.check_leaf(spec, leaf)


def test_roots_of_existence_proofs(load: Callable[[str], Any]) -> None:
    for name, case in load("TestExistenceProofData").items():
        proof = _message(wire.ExistenceProof, case["Proof"])
        if case["IsErr"]:
            with pytest.raises(InvalidProof):
                ics23.root_of_existence(proof)
        else:
            assert ics23.root_of_existence(proof) == _bytes(case["Expected"]), name


def test_proofs_are_checked_against_their_spec(load: Callable[[str], Any]) -> None:
    for case in load("TestCheckAgainstSpecData").values():
        proof, spec = _message(wire.ExistenceProof, case["Proof"]), _message(wire.ProofSpec, case["Spec"])
        if case["Err"]:
            with pytest.raises(InvalidProof):
                ics23.check_shape(spec, proof)
        else:
            ics23.check_shape(spec, proof)


def test_empty_branches(load: Callable[[str], Any]) -> None:
    for case in load("TestEmptyBranchData"):
        step, spec = _message(wire.InnerOp, case["Op"]), _message(wire.ProofSpec, case["Spec"])
        assert ics23.has_empty_left(spec.inner_spec, step) == case["IsLeft"]
        assert ics23.has_empty_right(spec.inner_spec, step) == case["IsRight"]


# ---- shapes that no vector shows -------------------------------------------------------------------------------------
def _inner(prefix: bytes, suffix: bytes = b"") -> wire.InnerOp:
    return wire.InnerOp(hash=wire.SHA256, prefix=prefix, suffix=suffix)


@pytest.mark.parametrize(
    "step",
    [
        _inner(b"\x00" + bytes(32)),
        _inner(b""),
        _inner(b"\x01" * 34),
        _inner(b"\x01", bytes(31)),
        wire.InnerOp(hash=wire.SHA512, prefix=b"\x01", suffix=bytes(32)),
    ],
)
def test_inner_steps_that_no_tree_has_are_refused(step: wire.InnerOp) -> None:
    for spec in SPECS.values():
        with pytest.raises(InvalidProof):
            ics23.check_path(spec, [step])


@pytest.mark.parametrize("step", [_inner(b"\x02", bytes(32)), _inner(b"\x01" + bytes(32), bytes(32))])
def test_inner_steps_of_cometbft_begin_with_01_and_have_one_sibling(step: wire.InnerOp) -> None:
    with pytest.raises(InvalidProof):
        ics23.check_path(ics23.TENDERMINT_SPEC, [step])


def test_a_spec_whose_prefix_could_hide_a_child_is_refused() -> None:
    spec = wire.ProofSpec()
    spec.CopyFrom(ics23.SMT_SPEC)
    spec.inner_spec.max_prefix_length = 33
    with pytest.raises(InvalidProof):
        ics23.check_path(spec, [_inner(b"\x01", bytes(32))])


def test_a_step_whose_hash_is_longer_than_a_child_is_refused() -> None:
    step = wire.InnerOp(hash=wire.SHA512, prefix=b"\x01", suffix=bytes(32))
    proof = wire.ExistenceProof(key=b"k", value=b"v", leaf=ics23.SMT_SPEC.leaf_spec, path=[step])
    assert len(ics23.root_of_existence(proof)) == 64
    with pytest.raises(InvalidProof):
        ics23.root_of_existence(proof, ics23.SMT_SPEC)


def test_paths_that_are_the_same_or_one_inside_the_other_are_no_neighbours() -> None:
    inner = ics23.SMT_SPEC.inner_spec
    left, right = _inner(b"\x01", b"r" * 32), _inner(b"\x01" + b"l" * 32)
    assert not ics23.is_left_neighbour(inner, [], [])
    assert not ics23.is_left_neighbour(inner, [left], [left])
    assert not ics23.is_left_neighbour(inner, [left, right], [right])
    assert not ics23.is_left_neighbour(inner, [right], [left])
    assert ics23.is_left_neighbour(inner, [left], [right])
    assert ics23.is_left_neighbour(inner, [right, left], [left, right])
    assert not ics23.is_left_neighbour(inner, [left, left], [left, right])
    assert not ics23.is_left_neighbour(inner, [right, left], [right, right])
    assert not ics23.is_left_neighbour(inner, [_inner(b"\x01")], [right])
