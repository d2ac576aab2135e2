"""Snapshots: the state at one height in files, for nodes that begin there instead of executing every block.

Guarantees: the same state gives the same bytes on every node, so their parts may be fetched from any of them; a snapshot
is on the disk whole or not at all; writing one reads a frozen store, so blocks go on being written meanwhile. A chunk has
`CHUNK_BYTES`, the last one fewer. One writer at a time, on any thread; anybody may read.

What the bytes are: `app.node.store.contents`; handing them out: `app.node.store.offering`; beginning a store with them:
`app.node.store.restore`.
"""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.codec import decode_canonical, encode
from app.core.errors import DecodingError, NotFound, OutOfRange, StoreFailed
from app.core.hashing import sha256
from app.core.ports import Reader
from app.core.units import Hash32, Height, check_hash32, check_int64
from app.core.wire import store_pb2
from app.node.store.contents import FORMAT, snapshot_stream, state_of
from app.node.store.disk import fsync_directory, fsync_file, make_directory

CHUNK_BYTES = 4 * 1024 * 1024
MAX_CHUNKS = 100_000
"""400 GB, and a manifest of 3.4 MB: CometBFT takes up to 4 MB."""

_MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot consists of. Nothing in it is proved but by restoring it against a trusted `app_hash`."""

    height: Height
    format: int
    app_hash: Hash32
    chunk_hashes: tuple[Hash32, ...]


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """The manifest's bytes: what peers send each other, and what CometBFT calls the snapshot's metadata."""
    return encode(
        store_pb2.SnapshotManifest(
            height=snapshot.height,
            format=snapshot.format,
            app_hash=snapshot.app_hash,
            chunk_hashes=snapshot.chunk_hashes,
        )
    )


def decode_snapshot(untrusted_manifest: bytes) -> Snapshot:
    """Decode a manifest strictly. Its format may be one that this program does not know.

    Raises:
        DecodingError: it is none, or a field of it is out of range.
    """
    manifest = decode_canonical(store_pb2.SnapshotManifest, untrusted_manifest)
    if not 0 < len(manifest.chunk_hashes) <= MAX_CHUNKS:
        raise OutOfRange(field="chunks", expected=f"1 … {MAX_CHUNKS}", got=len(manifest.chunk_hashes))
    return Snapshot(
        Height(check_int64("height", manifest.height)),
        manifest.format,
        check_hash32("app hash", manifest.app_hash),
        tuple(check_hash32("chunk hash", chunk_hash) for chunk_hash in manifest.chunk_hashes),
    )


# ---- on the disk ---------------------------------------------------------------------------------------------------
def write_snapshot(reader: Reader, folder: Path) -> Snapshot:
    """Write the state of a frozen store to `folder/<height>/`, unless it is there already.

    Raises:
        StoreFailed: it could not be written; nothing of it is left in the way.
        StoreError: the store could not be read.
    """
    tip, _ = state_of(reader)
    place = folder / str(tip.height)
    written = _load(place)
    if written is not None:
        return written
    aside = place.with_suffix(".new")
    with _disk_errors(folder):
        _remove(aside)
        _remove(place)
        try:
            snapshot = _write_aside(reader, aside, tip)
            aside.rename(place)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)  # on a full disk, its room is needed
            raise
        fsync_directory(folder)
    return snapshot


def list_snapshots(folder: Path) -> list[Snapshot]:
    """Every whole snapshot in `folder`, the newest first."""
    with _disk_errors(folder):
        found = [_load(path) for path in _places(folder)]
    return [snapshot for snapshot in found if snapshot is not None]


def read_chunk(folder: Path, height: int, index: int) -> bytes:
    """The bytes of one chunk.

    Raises:
        NotFound: there is no such snapshot (any more), or it has no such chunk.
        StoreFailed: it cannot be read.
    """
    with _disk_errors(folder):
        try:
            return (folder / str(height) / _chunk_name(index)).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(what="chunk of a snapshot", height=height, index=index) from error


def drop_snapshots(folder: Path, *, except_for: Collection[int]) -> None:
    """Delete all snapshots but those of the heights named, and what crashes left of unfinished ones.

    Raises:
        StoreFailed: they cannot be deleted.
    """
    with _disk_errors(folder):
        for place in _places(folder):
            if int(place.name) not in except_for:
                place.rename(place.with_suffix(".old"))  # at once, so that no half of it is ever listed
        for left in [*folder.glob("*.old"), *folder.glob("*.new")]:
            _remove(left)


# ---- inside --------------------------------------------------------------------------------------------------------
def _write_aside(reader: Reader, aside: Path, tip: store_pb2.Tip) -> Snapshot:
    make_directory(aside)
    hashes = tuple(_write_chunks(reader, aside))
    snapshot = Snapshot(Height(tip.height), FORMAT, Hash32(tip.app_hash), hashes)
    _write_file(aside / _MANIFEST, encode_snapshot(snapshot))
    fsync_directory(aside)
    return snapshot


def _write_chunks(reader: Reader, folder: Path) -> Iterator[Hash32]:
    for index, chunk in enumerate(_chunks(reader)):
        _write_file(folder / _chunk_name(index), chunk)
        yield sha256(chunk)


def _chunks(reader: Reader) -> Iterator[bytes]:
    """The stream in pieces of equal size."""
    waiting = bytearray()
    for piece in snapshot_stream(reader):
        waiting += piece
        while len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting[:CHUNK_BYTES])
            del waiting[:CHUNK_BYTES]
    if waiting:
        yield bytes(waiting)


def _chunk_name(index: int) -> str:
    return f"chunk-{index:06d}"


def _places(folder: Path) -> list[Path]:
    """Folders of snapshots, the newest first."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.name.isdecimal()]
    return sorted(found, key=lambda path: int(path.name), reverse=True)


def _load(place: Path) -> Snapshot | None:
    """The snapshot in a folder; one whose manifest cannot be read is as good as none."""
    try:
        return decode_snapshot((place / _MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError, DecodingError):
        return None


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        fsync_file(file.fileno())


def _remove(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreFailed(reason=error.strerror or str(error), path=str(folder)) from error
