"""Writing a bundle: whole or not at all, the same bytes every time, the original checked while it is copied."""

import hashlib
import io
import os
import re
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import FileChanged, FileUnreadable, FileUnwritable, InvalidBundle, LuopuError
from app.core.verification import Verdict
from app.evidence import bundle
from app.evidence.bundle import BUNDLE_TYPE, make_bundle, manifest
from app.evidence.parts import decode_parts
from app.evidence.proof import FileReference
from app.evidence.verify import verify_bundle
from tests.fakes.evidence import FILE_NAME, ORIGINAL, MadeEvidence, make_evidence


@pytest.fixture(scope="module")
def evidence() -> MadeEvidence:
    return make_evidence()


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_bundle_holds_what_it_should_and_says_first_what_it_is(tmp_path: Path, evidence: MadeEvidence) -> None:
    target = tmp_path / "b.asice"
    make_bundle(evidence.proof, evidence.source(tmp_path), target)
    data = target.read_bytes()
    assert data[30:].startswith(b"mimetype" + BUNDLE_TYPE.encode())
    with zipfile.ZipFile(target) as container:
        assert container.testzip() is None
        assert container.namelist() == [
            *("mimetype", "META-INF/manifest.xml", "VERIFY.txt", "proof.json"),
            *("record.bin", "transaction.bin", "entry.bin", "context.json", FILE_NAME),
        ]
        assert container.read(FILE_NAME) == ORIGINAL


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        made = make_evidence()
        make_bundle(made.proof, made.source(tmp_path), tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_bundle_replaces_an_older_one_and_leaves_nothing_else(tmp_path: Path, evidence: MadeEvidence) -> None:
    target = tmp_path / "b.asice"
    target.write_bytes(b"older")
    make_bundle(evidence.proof, evidence.source(tmp_path), target)
    assert verify_bundle(target, evidence.genesis).verdict is Verdict.VALID
    assert left_behind(tmp_path) == ["b.asice", "original on disk"]


@pytest.mark.parametrize("content", [ORIGINAL[:-1], ORIGINAL + b"!", b"?" + ORIGINAL[1:], b"", ORIGINAL * 3])
def test_an_original_that_changed_is_refused_and_the_older_bundle_stays(
    tmp_path: Path, evidence: MadeEvidence, content: bytes
) -> None:
    source, target = evidence.source(tmp_path), tmp_path / "b.asice"
    source.write_bytes(content)
    target.write_bytes(b"older")
    with pytest.raises(FileChanged):
        make_bundle(evidence.proof, source, target)
    assert target.read_bytes() == b"older"
    assert left_behind(tmp_path) == ["b.asice", "original on disk"]


def test_an_original_that_never_ends_is_given_up(evidence: MadeEvidence, tmp_path: Path) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no endless file on this system")
    link = tmp_path / "endless"
    link.symlink_to("/dev/zero")
    with pytest.raises(FileUnreadable):
        make_bundle(evidence.proof, link, tmp_path / "b.asice")


def test_an_original_that_is_not_there_is_refused(tmp_path: Path, evidence: MadeEvidence) -> None:
    for source in (tmp_path / "missing", tmp_path):
        with pytest.raises(FileUnreadable):
            make_bundle(evidence.proof, source, tmp_path / "b.asice")
    assert left_behind(tmp_path) == []


def test_a_folder_that_is_not_there_or_full_is_said(
    tmp_path: Path, evidence: MadeEvidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = evidence.source(tmp_path)
    with pytest.raises(FileUnwritable):
        make_bundle(evidence.proof, source, tmp_path / "missing" / "b.asice")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileUnwritable):
        make_bundle(evidence.proof, source, tmp_path / "b.asice")
    assert left_behind(tmp_path) == ["original on disk"]


def test_the_original_is_given_if_and_only_if_it_is_not_detached(tmp_path: Path, evidence: MadeEvidence) -> None:
    detached = replace(evidence.proof, file=FileReference(FILE_NAME, detached=True))
    with pytest.raises(InvalidBundle):
        make_bundle(evidence.proof, None, tmp_path / "b.asice")
    with pytest.raises(InvalidBundle):
        make_bundle(detached, evidence.source(tmp_path), tmp_path / "b.asice")


def test_a_proof_that_is_not_in_its_form_is_not_written(tmp_path: Path, evidence: MadeEvidence) -> None:
    with pytest.raises(LuopuError):
        make_bundle(replace(evidence.proof, log_entry=b"?"), evidence.source(tmp_path), tmp_path / "b.asice")
    assert left_behind(tmp_path) == ["original on disk"]


def test_a_large_original_is_written_with_zip64_and_read_back(
    tmp_path: Path, evidence: MadeEvidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "LARGEST_WITHOUT_ZIP64", 100)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    made = make_evidence()
    forced = type("Forced", (zipfile.ZipFile,), {"writestr": _write_with_zip64})
    monkeypatch.setattr(zipfile, "ZipFile", forced)
    target = tmp_path / "b.asice"
    make_bundle(made.proof, made.source(tmp_path), target)
    assert b"PK\6\6" in target.read_bytes()
    assert verify_bundle(target, made.genesis).verdict is Verdict.VALID


def _write_with_zip64(container: zipfile.ZipFile, info: zipfile.ZipInfo, content: bytes) -> None:
    """The limit is lowered for the test only; `writestr` does not know how to go beyond it."""
    with container.open(info, "w", force_zip64=len(content) > zipfile.ZIP64_LIMIT) as entry:
        entry.write(content)


def test_neither_writing_nor_reading_holds_the_original_in_memory(tmp_path: Path) -> None:
    original = bytes(24 * 1024 * 1024)
    made = make_evidence(original=original, records=1, company=0)
    source, target = made.source(tmp_path), tmp_path / "b.asice"
    del original
    tracemalloc.start()
    try:
        make_bundle(made.proof, source, target)
        report = verify_bundle(target, made.genesis)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.verdict is Verdict.VALID
    assert peak < 8 * 1024 * 1024


# ---- the manifest ----------------------------------------------------------------------------------------------------
def test_the_manifest_lists_every_file_and_escapes_names(tmp_path: Path) -> None:
    made = make_evidence(file_name='a & b\'s "c" <d>.pdf')
    text = manifest(decode_parts(made.proof)).decode()
    assert 'manifest:full-path="a &amp; b&#x27;s _c_ _d_.pdf" manifest:media-type="application/pdf"' in text
    target = tmp_path / "b.asice"
    make_bundle(made.proof, made.source(tmp_path), target)
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as container:
        others = set(container.namelist()) - {"mimetype", "META-INF/manifest.xml", "a & b's _c_ _d_.pdf"}
    assert all(f'full-path="{name}"' in text for name in others)


def test_the_manifest_of_this_format_never_changes(evidence: MadeEvidence) -> None:
    """Bundles that carry it are compared with it: another manifest is another format."""
    text = manifest(decode_parts(evidence.proof))
    assert len(re.findall(b"<manifest:file-entry", text)) == 8
    assert hashlib.sha256(text).hexdigest() == "8eb9b532c77c9bec32bac05ed870b7af87836fde577072b6dec002901d62c3a5"
