"""Bundles that lie, and what a verification says of them."""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from app.core.codec import encode
from app.core.verification import Verdict
from app.core.wire import comet_pb2 as pb
from app.evidence import bundle
from app.evidence.parts import decode_parts
from app.evidence.proof import EvidenceProof
from app.evidence.verify import STEPS, Report, verify_bundle
from tests.fakes.evidence import MadeEvidence


def contents(proof: EvidenceProof, original: bytes | None) -> dict[str, bytes]:
    """What lies in the bundle of a proof, in order; the original is not compared with anything."""
    entries = dict(bundle._fixed_entries(decode_parts(proof)))
    name = bundle.original_name(proof)
    if name is not None and original is not None:
        entries[name] = original
    return entries


def write_zip(path: Path, entries: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    """A ZIP file with these entries."""
    with zipfile.ZipFile(path, "w", method) as container:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name, bundle.FIXED_DATE)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else method
            container.writestr(info, content)
    return path


def forge(path: Path, evidence: MadeEvidence, **changes: object) -> Path:
    """A bundle of the proof with some fields changed, everything else made to fit."""
    return write_zip(path, contents(replace(evidence.proof, **changes), evidence.original))  # type: ignore[arg-type]


def verified(made: MadeEvidence, path: Path, **changes: object) -> Report:
    return verify_bundle(forge(path, made, **changes), made.genesis)


def failed_step(report: Report) -> str:
    """The step at which the report refutes; every step before it passed, every later one was skipped."""
    assert report.verdict is Verdict.REFUTED
    assert report.error is not None
    place = next(step.number - 1 for step in report.steps if not step.passed)
    assert [step.name for step in report.steps] == list(STEPS)
    assert [step.number for step in report.steps] == list(range(1, len(STEPS) + 1))
    assert not report.steps[place].skipped
    assert all(step.skipped and not step.facts for step in report.steps[place + 1 :])
    return report.steps[place].name


def flipped(data: bytes, place: int = -1) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def changed_anchor(made: MadeEvidence, change: Callable[[pb.LightBlock], object]) -> bytes:
    anchor = pb.LightBlock.FromString(made.proof.anchor)
    change(anchor)
    return encode(anchor)
