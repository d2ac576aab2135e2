"""Context, original, hash chain, and the form of everything: whoever lies there is found out too."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.codec import encode
from app.core.errors import FileUnreadable, InvalidBundle
from app.core.verification import Verdict
from app.core.wire import comet_pb2 as pb
from app.core.wire import registry_pb2 as wire
from app.evidence import steps
from app.evidence.bundle import make_bundle
from app.evidence.proof import EvidenceProof, FileReference, encode_proof
from app.evidence.verify import STEPS, verify_bundle
from tests.fakes.bundles import changed_anchor, contents, failed_step, flipped, forge, verified, write_zip
from tests.fakes.evidence import FILE_NAME, ORIGINAL, MadeEvidence, make_evidence


@pytest.fixture(scope="module")
def evidence() -> MadeEvidence:
    return make_evidence()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "bundle.asice"


# ---- context and file ------------------------------------------------------------------------------------------------
def test_another_context_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    context = evidence.proof.context.replace("经办 01".encode(), "经办 02".encode())
    assert context != evidence.proof.context
    assert failed_step(verified(evidence, target, context=context)) == "context"


def test_a_context_of_another_size_is_refuted(target: Path) -> None:
    assert failed_step(verified(make_evidence(context_size=7), target)) == "context"


def test_another_file_name_than_the_context_s_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    report = verified(evidence, target, file=FileReference("other.pdf", detached=False))
    assert failed_step(report) == "context"


@pytest.mark.parametrize("original", [flipped(ORIGINAL), flipped(ORIGINAL, 0), ORIGINAL + b" ", ORIGINAL[:-1], b""])
def test_a_changed_original_inside_is_refuted(target: Path, evidence: MadeEvidence, original: bytes) -> None:
    path = write_zip(target, contents(evidence.proof, original))
    assert failed_step(verify_bundle(path, evidence.genesis)) == "file"


def test_a_file_that_is_given_must_match_even_when_the_original_is_inside(
    tmp_path: Path, target: Path, evidence: MadeEvidence
) -> None:
    path, other = forge(target, evidence), tmp_path / "other.pdf"
    other.write_bytes(flipped(ORIGINAL))
    assert verify_bundle(path, evidence.genesis, evidence.source(tmp_path)).verdict is Verdict.VALID
    report = verify_bundle(path, evidence.genesis, other)
    assert failed_step(report) == "file"
    assert "given" in str(report.error)


def test_a_detached_bundle_needs_the_original(tmp_path: Path, target: Path) -> None:
    made = make_evidence(detached=True)
    make_bundle(made.proof, None, target)
    other = tmp_path / "other.pdf"
    other.write_bytes(flipped(ORIGINAL))
    report = verify_bundle(target, made.genesis)
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST
    assert [step.name for step in report.steps if step.skipped] == ["file"]
    assert [step.name for step in report.steps if step.passed] == [name for name in STEPS if name != "file"]
    assert verify_bundle(target, made.genesis, made.source(tmp_path)).verdict is Verdict.VALID
    assert failed_step(verify_bundle(target, made.genesis, other)) == "file"


def test_a_bundle_or_file_that_is_not_there_is_no_verdict(tmp_path: Path, target: Path, evidence: MadeEvidence) -> None:
    with pytest.raises(FileUnreadable):
        verify_bundle(tmp_path / "missing", evidence.genesis)
    with pytest.raises(FileUnreadable):
        verify_bundle(tmp_path, evidence.genesis)
    with pytest.raises(FileUnreadable):
        verify_bundle(forge(target, evidence), evidence.genesis, tmp_path / "missing")


# ---- the hash chain --------------------------------------------------------------------------------------------------
def _other_chain(segment: tuple[bytes, ...]) -> tuple[bytes, ...]:
    record = wire.EvidenceRecord.FromString(segment[0])
    record.chain = bytes(16)
    return (encode(record), *segment[1:])


def _resubjected(segment: tuple[bytes, ...]) -> tuple[bytes, ...]:
    record = wire.EvidenceRecord.FromString(segment[0])
    record.subject = "another subject"
    return (encode(record), *segment[1:])


@pytest.mark.parametrize(
    "change",
    [
        lambda segment: (),
        lambda segment: segment[1:],
        lambda segment: segment[:-1],
        lambda segment: segment[::-1],
        lambda segment: (*segment, segment[-1]),
        lambda segment: (segment[0], segment[0]),
        _other_chain,
        _resubjected,
    ],
)
def test_a_segment_that_does_not_link_up_is_refuted(
    target: Path, evidence: MadeEvidence, change: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
) -> None:
    assert failed_step(verified(evidence, target, segment=change(evidence.proof.segment))) == "chain"


def test_a_first_record_whose_chain_does_not_follow_from_its_sender_is_refuted(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.registry.evidence.derive_chain", lambda sender, nonce: bytes(16))
    monkeypatch.setattr("tests.fakes.evidence.derive_chain", lambda sender, nonce: bytes(16))
    assert failed_step(verified(make_evidence(records=1, company=0), target)) == "chain"


def _skip_a_number(record: wire.EvidenceRecord) -> None:
    record.sequence += record.sequence > 1


def _change_the_chain(record: wire.EvidenceRecord) -> None:
    record.chain = record.chain if record.sequence == 1 else bytes(16)


@pytest.mark.parametrize("tamper", [_skip_a_number, _change_the_chain])
def test_a_chain_that_the_law_should_not_have_let_through_is_refuted(
    target: Path, monkeypatch: pytest.MonkeyPatch, tamper: Callable[[wire.EvidenceRecord], None]
) -> None:
    monkeypatch.setattr("app.registry.evidence._check_continuation", lambda draft, record, sender: None)
    assert failed_step(verified(make_evidence(records=2, tamper=tamper), target)) == "chain"


# ---- form ------------------------------------------------------------------------------------------------------------
COPIES = ["record.bin", "transaction.bin", "entry.bin", "context.json", "VERIFY.txt", "META-INF/manifest.xml"]


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("change", [flipped, lambda data: data + b"\n", lambda data: data[:-1], lambda data: b""])
def test_a_copy_that_says_something_else_is_refuted(
    target: Path, evidence: MadeEvidence, name: str, change: Callable[[bytes], bytes]
) -> None:
    entries = contents(evidence.proof, ORIGINAL)
    entries[name] = change(entries[name])
    assert failed_step(verify_bundle(write_zip(target, entries), evidence.genesis)) == "format"


@pytest.mark.parametrize("name", [*COPIES, "proof.json", FILE_NAME])
def test_a_missing_entry_is_refuted(target: Path, evidence: MadeEvidence, name: str) -> None:
    entries = contents(evidence.proof, ORIGINAL)
    del entries[name]
    assert failed_step(verify_bundle(write_zip(target, entries), evidence.genesis)) == "format"


def test_an_unknown_entry_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    entries = {**contents(evidence.proof, ORIGINAL), "readme.html": b"<script>"}
    report = verify_bundle(write_zip(target, entries), evidence.genesis)
    assert failed_step(report) == "format"
    assert report.error is not None
    assert report.error.facts["entry"] == "readme.html"


def test_an_original_in_a_detached_bundle_is_unknown(target: Path, evidence: MadeEvidence) -> None:
    proof = replace(evidence.proof, file=FileReference(FILE_NAME, detached=True))
    entries = {**contents(proof, None), FILE_NAME: ORIGINAL}
    assert failed_step(verify_bundle(write_zip(target, entries), evidence.genesis)) == "format"


@pytest.mark.parametrize("kind", [b"application/zip", b"application/vnd.etsi.asic-e+zip\n", b""])
def test_another_type_is_no_bundle(target: Path, evidence: MadeEvidence, kind: bytes) -> None:
    entries = contents(evidence.proof, ORIGINAL)
    entries["mimetype"] = kind
    assert failed_step(verify_bundle(write_zip(target, entries), evidence.genesis)) == "container"


def test_the_type_must_come_first(target: Path, evidence: MadeEvidence) -> None:
    entries = contents(evidence.proof, ORIGINAL)
    last = {"mimetype": entries.pop("mimetype")}
    assert failed_step(verify_bundle(write_zip(target, {**entries, **last}), evidence.genesis)) == "container"


@pytest.mark.parametrize(
    "change",
    [
        lambda block: setattr(block.validator_set.validators[0], "proposer_priority", 5),
        lambda block: block.validator_set.proposer.CopyFrom(block.validator_set.validators[0]),
        lambda block: setattr(block.validator_set, "total_voting_power", 40),
        lambda block: setattr(block.validator_set, "total_voting_power", 41),
        lambda block: setattr(block.validator_set.validators[0], "address", bytes(20)),
        lambda block: block.validator_set.validators.reverse(),
        lambda block: block.validator_set.validators.append(block.validator_set.validators[0]),
        lambda block: block.ClearField("validator_set"),
        lambda block: block.signed_header.ClearField("commit"),
        lambda block: block.signed_header.ClearField("header"),
    ],
)
def test_a_light_block_in_another_form_is_refuted(
    target: Path, evidence: MadeEvidence, change: Callable[[pb.LightBlock], object]
) -> None:
    entries = contents(evidence.proof, ORIGINAL)
    anchor = changed_anchor(evidence, change)
    entries["proof.json"] = encode_proof(replace(evidence.proof, anchor=anchor))
    assert failed_step(verify_bundle(write_zip(target, entries), evidence.genesis)) == "format"


def test_more_light_blocks_than_anybody_needs_are_refuted(
    target: Path, evidence: MadeEvidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = replace(evidence.proof, light_blocks=(evidence.proof.anchor,) * 3)
    path = write_zip(target, contents(proof, ORIGINAL))
    monkeypatch.setattr("app.evidence.parts.MAX_LIGHT_BLOCKS", 2)
    report = verify_bundle(path, evidence.genesis)
    assert failed_step(report) == "format"
    assert "too many light blocks" in str(report.error)


BYTES_FIELDS = [
    *("transaction", "block_header", "anchor", "log_entry", "account_proof", "context"),
    *("genesis_fingerprint", "log_root", "map_root"),
]


@pytest.mark.parametrize("field", BYTES_FIELDS)
def test_no_changed_byte_of_the_proof_is_valid(target: Path, evidence: MadeEvidence, field: str) -> None:
    true_bytes = getattr(evidence.proof, field)
    for place in range(0, len(true_bytes), max(1, len(true_bytes) // 40)):
        proof = replace(evidence.proof, **{field: flipped(true_bytes, place)})
        report = verify_bundle(write_zip(target, _entries_of(proof, evidence)), evidence.genesis)
        assert report.verdict is not Verdict.VALID, (field, place)
        assert "cannot be understood" not in str(report.error)


def _entries_of(proof: EvidenceProof, evidence: MadeEvidence) -> dict[str, bytes]:
    """As true as the proof allows: where it cannot be decoded, the copies are those of the true one."""
    try:
        return contents(proof, evidence.original)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the verifier shall say so
        return {**contents(evidence.proof, evidence.original), "proof.json": encode_proof(proof)}


def test_what_nobody_foresaw_is_refuted_and_no_traceback(
    target: Path, evidence: MadeEvidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprise(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(steps, "check_record", surprise)
    report = verified(evidence, target)
    assert failed_step(report) == "record"
    assert isinstance(report.error, InvalidBundle)
