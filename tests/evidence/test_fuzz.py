"""Whatever is done to the bytes of a bundle: never an exception, and never valid with another meaning."""

import zipfile
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import LuopuError
from app.core.verification import Verdict
from app.evidence.proof import EvidenceProof, FileReference, TransactionProof, encode_proof
from app.evidence.verify import Report, verify_bundle
from tests.fakes.bundles import contents, write_zip
from tests.fakes.evidence import FILE_NAME, ORIGINAL, MadeEvidence, make_evidence

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def evidence() -> MadeEvidence:
    return make_evidence()


@pytest.fixture(scope="module")
def whole(evidence: MadeEvidence, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_zip(tmp_path_factory.mktemp("whole") / "bundle.asice", contents(evidence.proof, ORIGINAL))


def judged(path: Path, evidence: MadeEvidence) -> Report:
    """The report; where it is VALID, every reader finds the true evidence."""
    report = verify_bundle(path, evidence.genesis)
    assert "cannot be understood" not in str(report.error)
    if report.verdict is Verdict.VALID:
        assert report.parts is not None
        assert means_the_same(report.parts.proof, evidence.proof)
        with zipfile.ZipFile(path) as container:
            found = {name: container.read(name) for name in container.namelist()}
        assert found == contents(report.parts.proof, ORIGINAL)
    return report


def means_the_same(one: EvidenceProof, other: EvidenceProof) -> bool:
    """A path fits several pairs of index and total (the second of two, the third of three); nothing else may differ."""
    place = replace(other.transaction_proof, aunts=one.transaction_proof.aunts)
    return replace(one, transaction_proof=place) == other


edits = st.lists(
    st.tuples(st.sampled_from(["flip", "drop", "insert", "copy", "zero"]), st.floats(0, 1), st.integers(0, 255)),
    min_size=1,
    max_size=6,
)


def edited(data: bytes, changes: list[tuple[str, float, int]]) -> bytes:
    changed = bytearray(data)
    for kind, where, value in changes:
        place = int(where * max(0, len(changed) - 1))
        if kind == "flip":
            changed[place : place + 1] = bytes([value])
        elif kind == "drop":
            del changed[place : place + value]
        elif kind == "insert":
            changed[place:place] = bytes([value]) * (value % 5 + 1)
        elif kind == "copy":
            changed[place:place] = changed[place - value : place]
        else:
            changed[place : place + value] = bytes(value)
    return bytes(changed)


@FUZZ
@given(changes=edits)
def test_edited_bytes_of_the_container(
    tmp_path: Path, evidence: MadeEvidence, whole: Path, changes: list[tuple[str, float, int]]
) -> None:
    path = tmp_path / "edited"
    path.write_bytes(edited(whole.read_bytes(), changes))
    judged(path, evidence)


@FUZZ
@given(places=st.lists(st.tuples(st.integers(1, 1300), st.integers(0, 7)), min_size=1, max_size=8))
def test_flipped_bits_near_the_directory(
    tmp_path: Path, evidence: MadeEvidence, whole: Path, places: list[tuple[int, int]]
) -> None:
    path, changed = tmp_path / "flipped", bytearray(whole.read_bytes())
    for place, bit in places:
        changed[-place] ^= 1 << bit
    path.write_bytes(changed)
    judged(path, evidence)


@pytest.mark.parametrize("piece", range(50))
def test_a_bundle_cut_short_anywhere_is_refuted(
    tmp_path: Path, evidence: MadeEvidence, whole: Path, piece: int
) -> None:
    path = tmp_path / "short"
    path.write_bytes(_share(whole.read_bytes(), piece))
    assert judged(path, evidence).verdict is Verdict.REFUTED


def _share(data: bytes, fiftieths: int) -> bytes:
    return data[: len(data) * fiftieths // 50]


@FUZZ
@given(data=st.data())
def test_edited_parts_of_the_proof(tmp_path: Path, evidence: MadeEvidence, data: st.DataObject) -> None:
    """One field changed at random, and everything else in the bundle made to fit the change."""
    name = data.draw(st.sampled_from([field.name for field in fields(EvidenceProof)]))
    proof = replace(evidence.proof, **{name: data.draw(_another(getattr(evidence.proof, name)))})
    path = write_zip(tmp_path / "edited", _fitting(proof, evidence))
    report = judged(path, evidence)
    if proof == evidence.proof or not means_the_same(proof, evidence.proof):
        assert (report.verdict is Verdict.VALID) == (proof == evidence.proof)


def _another(value: object) -> st.SearchStrategy[object]:
    if isinstance(value, bytes):
        length = 32 if len(value) == 32 else None
        return edits.map(lambda changes: _of_length(edited(value, changes), length))
    if isinstance(value, str):
        return st.text(min_size=1, max_size=12)
    if isinstance(value, int):
        return st.integers(0, 2**63 - 1)
    if isinstance(value, FileReference):
        return st.builds(FileReference, st.sampled_from([FILE_NAME, "other"]), st.booleans())
    if isinstance(value, TransactionProof):
        return st.builds(TransactionProof, st.integers(0, 9), st.integers(0, 9), _another_list(value.aunts))
    assert isinstance(value, tuple)
    return _another_list(value)


def _another_list(items: tuple[bytes, ...]) -> st.SearchStrategy[tuple[bytes, ...]]:
    known = st.sampled_from(items) if items else st.just(bytes(32))
    return st.lists(st.one_of(known, st.binary(max_size=40)), max_size=len(items) + 1).map(tuple)


def _of_length(data: bytes, length: int | None) -> bytes:
    return data if length is None else data[:length].ljust(length, b"\0")


def _fitting(proof: EvidenceProof, evidence: MadeEvidence) -> dict[str, bytes]:
    try:
        return contents(proof, ORIGINAL)
    except LuopuError:
        return {**contents(evidence.proof, ORIGINAL), "proof.json": encode_proof(proof)}
