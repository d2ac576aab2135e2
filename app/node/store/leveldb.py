"""LevelDB behind the `KeyValue` port, with the rules that keep what was acknowledged.

Guarantees: one process (and one object) per database; a synced batch is on the disk, file names included, when `write`
returns; at the first error the handle is closed and nothing more is read or written through it, because LevelDB goes on
after a full disk and then loses later batches; corruption is reported and never repaired, because LevelDB's repair drops
data silently. A database is created whole or not at all, and one whose list of tables was cut is refused
(`app.node.store.manifest`). Any thread may call; calls take turns.

Leaves to others: noticing a database whose newest batches are missing (`app.node.store.highwater`), and fetching the
chain again after `quarantine`. Keys that begin with a zero byte are the store's own.
"""

import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import plyvel

from app.core.errors import OutOfRange, StoreDamaged, StoreError, StoreFailed, StoreInUse, StoreTooNew
from app.core.ports import Reader
from app.node.store.disk import fsync_directory, fsync_path, make_directory
from app.node.store.lock import FileLock
from app.node.store.manifest import ManifestMark, decode_mark, fsync_manifest, manifest_mark, manifest_number

FORMAT_VERSION = 3
VERSION_KEY = b"\x00format"
MANIFEST_KEY = b"\x00manifest"

_FIRST_USER_KEY = b"\x01"
_LAST_KEY = b"\xff" * 16
_OPTIONS: dict[str, Any] = {
    "paranoid_checks": True,
    "bloom_filter_bits": 10,
    "block_size": 4 << 10,  # 16 KiB made every look-up in a large state two and a half times as slow
    "compression": None,  # a third more room on disk; but the state is hashes, and unpacking was most of a look-up
    "max_file_size": 16 << 20,  # with LevelDB's 2 MiB a gigabyte is more tables than may be open
    "lru_cache_size": 32 << 20,
    "write_buffer_size": 16 << 20,
    "max_open_files": 500,
}


class LevelDb:
    """An open database folder."""

    def __init__(self, path: Path) -> None:
        """Open the database at `path`, or create it.

        Raises:
            StoreInUse: it is open already, here or in another process.
            StoreDamaged: it is corrupted; see `quarantine`.
            StoreTooNew: a newer program wrote it.
            StoreFailed: the system refuses to read or write there.
        """
        self._path = path
        self._guard = threading.RLock()
        _create_if_new(path)
        self._lock = FileLock(path)
        self._closed: str | None = None
        self._db: Any = None
        self._marked: ManifestMark | None = None
        try:
            found = manifest_mark(path, manifest_number(path))
            self._db = _open(path)
            self._manifest = manifest_number(path)
            self._check_manifest(found)
            self._check_version()
        except BaseException:
            self._close("could not be opened")
            raise

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None.

        Raises:
            StoreDamaged: the block that holds it does not match its checksum.
            StoreFailed: it cannot be read, or the store is closed.
        """
        return self._get(self._db, key)

    def scan(self, start: bytes, stop: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Pairs with `start` ≤ key < `stop` as they were at the first step, ascending or descending.

        Raises:
            StoreDamaged, StoreFailed: as for `get`.
        """
        return self._scan(self._db, start, stop, reverse=reverse)

    @contextmanager
    def frozen(self) -> Iterator[Reader]:
        """The database as it is now; reading it raises as `get` does."""
        with self._guard:
            self._check_open()
            snapshot = self._db.snapshot()
        try:
            yield _Frozen(partial(self._get, snapshot), partial(self._scan, snapshot, fill_cache=False))
        finally:
            with self._guard:
                snapshot.close()

    def write(self, changes: Sequence[tuple[bytes, bytes | None]], *, sync: bool) -> None:
        """Apply all changes or none; None deletes. With `sync`, on return they survive a power cut.

        Raises:
            StoreFailed, StoreDamaged: the batch may or may not be there after a restart; the store is closed.
            OutOfRange: a key is the store's own; nothing was written and the store stays open.
        """
        if any(key < _FIRST_USER_KEY for key, _ in changes):
            raise OutOfRange(field="key", expected="not empty, not beginning with a zero byte")
        self._write(changes, sync=sync)

    def compact(self) -> None:
        """Give back the room of everything deleted or replaced.

        Raises:
            StoreFailed, StoreDamaged: as of `write`.
        """
        with self._guard:
            self._check_open()
            self._db.compact_range(start=b"", stop=_LAST_KEY)
            self._write(
                [], sync=True
            )  # what went wrong shows in the next batch, which also marks the new list of tables

    def close(self) -> None:
        """Release the database and its lock."""
        with self._guard:
            self._close("closed")

    # ---- inside --------------------------------------------------------------------------------------------------
    def _write(self, changes: Sequence[tuple[bytes, bytes | None]], *, sync: bool) -> None:
        with self._guard:
            self._check_open()
            try:
                batch = self._db.write_batch(sync=sync)
                if sync:
                    self._mark_manifest(batch)
                for key, value in changes:
                    if value is None:
                        batch.delete(key)
                    else:
                        batch.put(key, value)
                batch.write()
                if sync:
                    fsync_directory(self._path)  # LevelDB syncs files, but not the names of new log files
            except (plyvel.Error, OSError) as error:
                raise self._give_up(error) from error

    def _mark_manifest(self, batch: Any) -> None:
        """Let the batch say how long the list of tables is, whenever that has grown since the batch before."""
        if sys.platform == "win32":
            return  # LevelDB lets nobody else open its files there, so they cannot be synced from outside
        mark = manifest_mark(self._path, self._manifest)
        if mark is None or mark == self._marked:
            return
        fsync_manifest(self._path, mark.number)
        batch.put(MANIFEST_KEY, mark.encode())
        self._marked = mark

    def _get(self, source: Any, key: bytes) -> bytes | None:
        with self._guard:
            self._check_open()
            try:
                value: bytes | None = source.get(key, verify_checksums=True)
            except (plyvel.Error, OSError) as error:
                raise self._give_up(error) from error
            return value

    def _scan(
        self, source: Any, start: bytes, stop: bytes, *, reverse: bool = False, fill_cache: bool = True
    ) -> Iterator[tuple[bytes, bytes]]:
        start = max(start, _FIRST_USER_KEY)
        if start >= stop:
            return
        pairs = self._iterator(source, start, stop, reverse=reverse, fill_cache=fill_cache)
        try:
            while (pair := self._next(pairs)) is not None and pair[0] >= start:
                yield pair
        finally:
            with self._guard:
                pairs.close()

    def _iterator(self, source: Any, start: bytes, stop: bytes, *, reverse: bool, fill_cache: bool) -> Any:
        lowest = None if reverse else start  # plyvel 1.5.1 descends past a key that equals its start and stands alone
        with self._guard:
            self._check_open()
            try:
                return source.iterator(
                    start=lowest, stop=stop, reverse=reverse, verify_checksums=True, fill_cache=fill_cache
                )
            except (plyvel.Error, OSError) as error:
                raise self._give_up(error) from error

    def _next(self, pairs: Iterator[tuple[bytes, bytes]]) -> tuple[bytes, bytes] | None:
        with self._guard:
            self._check_open()
            try:
                return next(pairs, None)
            except (plyvel.Error, OSError) as error:
                raise self._give_up(error) from error

    def _check_open(self) -> None:
        if self._closed is not None:
            raise StoreFailed(reason=self._closed, path=str(self._path))

    def _give_up(self, error: Exception) -> StoreError:
        failure = _failure(error, self._path)
        self._close(f"closed after: {_words(error)}")
        return failure

    def _close(self, reason: str) -> None:
        if self._closed is None:
            self._closed = reason
            if self._db is not None:
                self._db.close()
            self._lock.release()

    def _check_manifest(self, found: ManifestMark | None) -> None:
        stored = self.get(MANIFEST_KEY)
        if stored is not None and found is not None and found < decode_mark(stored):
            raise StoreDamaged(reason="the list of tables was cut short", path=str(self._path))

    def _check_version(self) -> None:
        stored = self.get(VERSION_KEY)
        if stored is None:
            raise StoreDamaged(reason="the format version is missing", path=str(self._path))
        version = int.from_bytes(stored, "big")
        if version > FORMAT_VERSION:
            raise StoreTooNew(expected=FORMAT_VERSION, got=version, path=str(self._path))
        if version < FORMAT_VERSION:
            raise StoreDamaged(reason="the format version is unknown", got=version, path=str(self._path))


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A database as it was at one moment. It takes turns with everybody else."""

    get: Callable[[bytes], bytes | None]
    scan: Callable[..., Iterator[tuple[bytes, bytes]]]


def quarantine(path: Path) -> Path:
    """Move a damaged database folder (or high-water file) aside, so that a new one can take its name; say where to.

    Nothing is deleted: whoever examines the damage needs it.

    Raises:
        StoreInUse: it is open.
        StoreFailed: it cannot be moved.
    """
    lock = FileLock(path)
    try:
        counter = 1
        while (aside := path.with_name(f"{path.name}.damaged-{counter}")).exists():
            counter += 1
        path.rename(aside)
        fsync_directory(path.parent)
    except OSError as error:
        raise StoreFailed(reason=error.strerror, path=str(path)) from error
    finally:
        lock.release()
    return aside


def _create_if_new(path: Path) -> None:
    """A database appears whole or not at all: LevelDB syncs only half of what it writes when it begins one."""
    try:
        if _is_new(path):
            make_directory(path.parent)
            lock = FileLock(path)
            try:
                if _is_new(path):
                    _create(path)
            finally:
                lock.release()
    except (plyvel.Error, OSError) as error:
        raise _failure(error, path) from error


def _is_new(path: Path) -> bool:
    return not path.exists() or (path.is_dir() and next(path.iterdir(), None) is None)


def _create(path: Path) -> None:
    draft = path.with_name(path.name + ".new")
    if draft.exists():
        shutil.rmtree(draft)  # what a power cut left of an earlier attempt
    database = plyvel.DB(str(draft), create_if_missing=True)
    try:
        database.put(VERSION_KEY, FORMAT_VERSION.to_bytes(4, "big"))
    finally:
        database.close()
    for file in draft.iterdir():
        fsync_path(file)
    fsync_directory(draft)
    if path.exists():
        path.rmdir()
    draft.rename(path)
    fsync_directory(path.parent)


def _open(path: Path) -> Any:
    if path.is_dir() and not (path / "CURRENT").exists():
        raise StoreDamaged(reason="the file CURRENT is missing", path=str(path))
    try:
        database = plyvel.DB(str(path), **_OPTIONS)
    except (plyvel.Error, OSError) as error:
        raise _failure(error, path) from error
    try:
        fsync_directory(path)
    except OSError as error:
        database.close()
        raise _failure(error, path) from error
    return database


def _failure(error: Exception, path: Path) -> StoreError:
    reason = _words(error)
    if isinstance(error, plyvel.CorruptionError) or _is_broken_table(reason):
        return StoreDamaged(reason=reason, path=str(path))
    if reason.lower().startswith("io error: lock"):  # LevelDB's own lock: some other program opened the folder
        return StoreInUse(path=str(path))
    return StoreFailed(reason=reason, path=str(path))


def _is_broken_table(reason: str) -> bool:
    """A table that is gone, or empty and so cannot be mapped: LevelDB calls that an IO error."""
    return reason.endswith((".ldb: Invalid argument", ".ldb: No such file or directory"))


def _words(error: Exception) -> str:
    """plyvel's errors carry bytes."""
    text = error.args[0] if error.args else ""
    return text.decode(errors="replace") if isinstance(text, bytes) else str(error)
