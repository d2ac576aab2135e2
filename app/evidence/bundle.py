"""An evidence bundle: one ASiC-E container (ETSI EN 319 162-1) that any unzip tool opens.

Guarantees: everything in a bundle but the original follows from `proof.json`, so there is one truth for machines, and the
copies for people (`record.bin` … `VERIFY.txt`) cannot say anything else; `check_entries` refuses what does. The same proof
and original give the same bytes. A bundle appears under its name whole or not at all, and only if the original still has
the digests of the record. Neither writing nor reading holds the original in memory.

Leaves to others whether the proof is true (`app.evidence.steps`), and reading a ZIP file safely (`app.evidence.container`).
"""

import contextlib
import hashlib
import html
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from app.core.errors import FileChanged, FileUnreadable, FileUnwritable, InvalidBundle
from app.core.record import FileDigests
from app.core.units import Hash32
from app.core.wire import registry_pb2 as wire
from app.evidence import names
from app.evidence.container import PIECE_BYTES, STORED, Container
from app.evidence.files import new_sm3
from app.evidence.instructions import instructions, is_instructions
from app.evidence.names import entry_name
from app.evidence.parts import Parts, decode_parts
from app.evidence.proof import MAX_PROOF_BYTES, EvidenceProof, decode_proof, encode_proof

BUNDLE_TYPE: Final = "application/vnd.etsi.asic-e+zip"
ANY_TYPE: Final = "application/octet-stream"
MAX_TEXT_BYTES: Final = 256 * 1024
FIXED_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the first that ZIP can write
REGULAR_FILE: Final = 0o100644 << 16
MADE_ON_UNIX: Final = 3
LARGEST_WITHOUT_ZIP64: Final = zipfile.ZIP64_LIMIT
"""Not one byte less: Python before 3.11.4 writes a ZIP64 field that is forced but not needed against the ZIP rules."""


# ---- what lies in a bundle -------------------------------------------------------------------------------------------
def original_name(proof: EvidenceProof) -> str | None:
    """The entry that is the original, or None when it lies outside."""
    return None if proof.file.detached else entry_name(proof.file.name)


def manifest(parts: Parts) -> bytes:
    """`META-INF/manifest.xml`, which ASiC readers list files by. Written and compared, never parsed."""
    original = original_name(parts.proof)
    types = {"/": BUNDLE_TYPE, **dict.fromkeys(_copies(parts), ANY_TYPE)}
    types.update({names.PROOF: "application/json", names.CONTEXT: "application/json", names.INSTRUCTIONS: "text/plain"})
    if original is not None:
        types[original] = parts.context.media_type or ANY_TYPE
    lines = [
        f'  <manifest:file-entry manifest:full-path="{html.escape(name)}" manifest:media-type="{html.escape(kind)}"/>'
        for name, kind in types.items()
    ]
    namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{namespace}" manifest:version="1.2">'
    return "\n".join((head, *lines, "</manifest:manifest>\n")).encode()


def read_parts(container: Container) -> Parts:
    """The proof of a bundle, decoded part by part.

    Raises:
        LuopuError: it is missing or not in its one form.
    """
    return decode_parts(decode_proof(container.read(names.PROOF, MAX_PROOF_BYTES)))


def check_type(container: Container) -> None:
    """The container says in its first bytes what it is (ASiC: an uncompressed entry `mimetype`).

    Raises:
        InvalidBundle: it does not.
    """
    first = next(iter(container.entries), None)
    if first != names.MIMETYPE or container.entry(first).method != STORED:
        raise InvalidBundle(reason="not an evidence bundle: the first entry is not its type")
    _check_content(container, names.MIMETYPE, BUNDLE_TYPE.encode())


def check_entries(container: Container, parts: Parts) -> None:
    """The bundle has exactly the entries it should have, and the copies say what the proof says.

    Raises:
        InvalidBundle: `entry` is missing, unknown, or says something else.
    """
    copies = _copies(parts)
    allowed = {names.MIMETYPE, names.MANIFEST, names.INSTRUCTIONS, names.PROOF, *copies}
    original = original_name(parts.proof)
    if original is not None:
        allowed.add(original)
        container.entry(original)
    unknown = next((name for name in container.entries if name not in allowed), None)
    if unknown is not None:
        raise InvalidBundle(reason="an unknown entry", entry=unknown)
    for name, expected in {**copies, names.MANIFEST: manifest(parts)}.items():
        _check_content(container, name, expected)
    text = container.read(names.INSTRUCTIONS, MAX_TEXT_BYTES)
    if not is_instructions(text, parts):
        raise InvalidBundle(reason="the instructions are not those of this proof", entry=names.INSTRUCTIONS)


def digest_original(container: Container, parts: Parts) -> FileDigests | None:
    """Digests of the original inside, or None when it lies outside. Its size is compared before a byte is read.

    Raises:
        InvalidBundle: it is damaged, or has another size than the record says.
    """
    name = original_name(parts.proof)
    if name is None:
        return None
    size = container.entry(name).size
    if size != parts.record.size:
        raise InvalidBundle(reason="size of the original", expected=parts.record.size, got=size)
    sha256, sm3 = hashlib.sha256(), new_sm3()
    for piece in container.stream(name):
        sha256.update(piece)
        sm3.update(memoryview(piece))
    return FileDigests(Hash32(sha256.digest()), Hash32(sm3.digest()), size)


def _copies(parts: Parts) -> dict[str, bytes]:
    """Entries for people: the same bytes as in the proof."""
    proof = parts.proof
    return {
        names.RECORD: parts.record_bytes,
        names.TRANSACTION: proof.transaction,
        names.ENTRY: proof.log_entry,
        names.CONTEXT: proof.context,
    }


def _check_content(container: Container, name: str, expected: bytes) -> None:
    if container.read(name, len(expected)) != expected:
        raise InvalidBundle(reason="an entry says something else than the proof", entry=name)


# ---- writing ---------------------------------------------------------------------------------------------------------
def make_bundle(proof: EvidenceProof, source: Path | None, target: Path) -> None:
    """Write the bundle of a proof, with the original from `source`, or (None) detached.

    `target` is replaced only when the whole bundle is on disk.

    Raises:
        FileChanged: the original is no longer what the record says.
        FileUnreadable: the original cannot be read.
        FileUnwritable: the bundle cannot be written.
        LuopuError: the proof is not in its form, or wants an original that is not given.
    """
    parts = decode_parts(proof)
    if proof.file.detached != (source is None):
        raise InvalidBundle(reason="the original is given if and only if it is not detached")
    with _replacing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as container:
        for name, content in _fixed_entries(parts).items():
            container.writestr(_header(name), content)
        if source is not None:
            _copy_original(container, parts, source)


def _fixed_entries(parts: Parts) -> dict[str, bytes]:
    """Everything but the original, in the order in which it is written: the type must come first."""
    return {
        names.MIMETYPE: BUNDLE_TYPE.encode(),
        names.MANIFEST: manifest(parts),
        names.INSTRUCTIONS: instructions(parts),
        names.PROOF: encode_proof(parts.proof),
        **_copies(parts),
    }


def _header(name: str) -> zipfile.ZipInfo:
    """What stands around an entry, the same whenever and wherever it is written."""
    header = zipfile.ZipInfo(name, FIXED_DATE)
    header.create_system = MADE_ON_UNIX
    header.external_attr = REGULAR_FILE
    return header


def _copy_original(container: zipfile.ZipFile, parts: Parts, source: Path) -> None:
    """Copy the original in, and refuse it if the bytes copied are not those that were notarized."""
    record, size = parts.record, 0
    sha256, sm3 = hashlib.sha256(), new_sm3()
    is_large = record.size > LARGEST_WITHOUT_ZIP64
    header = _header(entry_name(parts.proof.file.name))
    with _open_source(source) as original, container.open(header, "w", force_zip64=is_large) as entry:
        while piece := _read(original, source):
            size += len(piece)
            if size > record.size:  # a file that grows as fast as it is read would never end
                break
            sha256.update(piece)
            sm3.update(memoryview(piece))
            entry.write(piece)
    if size != record.size:
        raise FileChanged(file=source.name, what="size", expected=record.size, got=size)
    _check_digest(source, record, "sha256", sha256.digest())
    _check_digest(source, record, "sm3", sm3.digest())


def _check_digest(source: Path, record: wire.EvidenceRecord, what: str, got: bytes) -> None:
    expected = record.sha256 if what == "sha256" else record.sm3
    if got != expected:
        raise FileChanged(file=source.name, what=what, expected=expected.hex(), got=got.hex())


def _open_source(source: Path) -> IO[bytes]:
    try:
        if not source.is_file():
            raise FileUnreadable(file=source.name, reason="missing, or no file")
        return source.open("rb")
    except (OSError, ValueError) as error:
        raise FileUnreadable(file=source.name, reason=type(error).__name__) from error


def _read(original: IO[bytes], source: Path) -> bytes:
    try:
        return original.read(PIECE_BYTES)
    except OSError as error:
        raise FileUnreadable(file=source.name, reason=type(error).__name__) from error


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `target` once all is written and on disk; until then `target` stays as it was."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise FileUnwritable(file=target.name, reason=type(error).__name__) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where folders can be synced (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
