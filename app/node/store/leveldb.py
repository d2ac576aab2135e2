"""LevelDB behind the `KeyValue` port, with the rules that keep what was acknowledged.

Guarantees: one process (and one object) per database; a synced batch is on the disk, file names included, when `write`
returns; at the first error the handle is closed and nothing more is read or written through it, because LevelDB goes on
after a full disk and then loses later batches; corruption is reported and never repaired, because LevelDB's repair drops
data silently. Any thread may call; calls take turns.

Leaves to others: noticing a database whose end is missing (`app.node.store.highwater`), and fetching the chain again
after `quarantine`. Keys that begin with a zero byte are the store's own.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import plyvel

from app.core.errors import OutOfRange, StoreDamaged, StoreError, StoreFailed, StoreInUse, StoreTooNew
from app.node.store.disk import fsync_directory, make_directory
from app.node.store.lock import FileLock

FORMAT_VERSION = 1
VERSION_KEY = b"\x00format"

_FIRST_USER_KEY = b"\x01"
_OPTIONS: dict[str, Any] = {
    "create_if_missing": True,
    "paranoid_checks": True,
    "bloom_filter_bits": 10,
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
        self._lock = _take_lock(path)
        self._closed: str | None = None
        self._db: Any = None
        try:
            self._db = _open(path)
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
        with self._guard:
            self._check_open()
            try:
                value: bytes | None = self._db.get(key, verify_checksums=True)
            except (plyvel.Error, OSError) as error:
                raise self._give_up(error) from error
            return value

    def scan(self, start: bytes, stop: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Pairs with `start` ≤ key < `stop` as they were at the first step, ascending or descending.

        Raises:
            StoreDamaged, StoreFailed: as for `get`.
        """
        start = max(start, _FIRST_USER_KEY)
        if start >= stop:
            return
        with self._guard:
            self._check_open()
            pairs = self._db.iterator(start=start, stop=stop, reverse=reverse, verify_checksums=True)
        try:
            while (pair := self._next(pairs)) is not None:
                yield pair
        finally:
            with self._guard:
                pairs.close()

    def write(self, changes: Sequence[tuple[bytes, bytes | None]], *, sync: bool) -> None:
        """Apply all changes or none; None deletes. With `sync`, on return they survive a power cut.

        Raises:
            StoreFailed, StoreDamaged: the batch may or may not be there after a restart; the store is closed.
            OutOfRange: a key is the store's own; nothing was written and the store stays open.
        """
        if any(key < _FIRST_USER_KEY for key, _ in changes):
            raise OutOfRange(field="key", expected="not empty, not beginning with a zero byte")
        self._write(changes, sync=sync)

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

    def _check_version(self) -> None:
        stored = self.get(VERSION_KEY)
        if stored is None:
            if next(self.scan(_FIRST_USER_KEY, b"\xff" * 64), None) is not None:
                raise StoreDamaged(reason="the format version is missing", path=str(self._path))
            self._write([(VERSION_KEY, FORMAT_VERSION.to_bytes(4, "big"))], sync=True)
            return
        version = int.from_bytes(stored, "big")
        if version > FORMAT_VERSION:
            raise StoreTooNew(expected=FORMAT_VERSION, got=version, path=str(self._path))
        if version < FORMAT_VERSION:
            raise StoreDamaged(reason="the format version is unknown", got=version, path=str(self._path))


def quarantine(path: Path) -> Path:
    """Move a damaged database folder (or high-water file) aside, so that a new one can take its name; say where to.

    Nothing is deleted: whoever examines the damage needs it.

    Raises:
        StoreInUse: it is open.
        StoreFailed: it cannot be moved.
    """
    lock = _take_lock(path)
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


def _take_lock(path: Path) -> FileLock:
    try:
        make_directory(path.parent)
    except OSError as error:
        raise StoreFailed(reason=error.strerror, path=str(path.parent)) from error
    return FileLock(path)


def _open(path: Path) -> Any:
    if _has_lost_its_index(path):
        raise StoreDamaged(reason="the file CURRENT is missing", path=str(path))
    try:
        make_directory(path)
        database = plyvel.DB(str(path), **_OPTIONS)
    except (plyvel.Error, OSError) as error:
        raise _failure(error, path) from error
    try:
        fsync_directory(path)
    except OSError as error:
        database.close()
        raise _failure(error, path) from error
    return database


def _has_lost_its_index(path: Path) -> bool:
    """LevelDB takes a folder without CURRENT for a new database and would silently begin again."""
    if (path / "CURRENT").exists():
        return False
    return any(path.glob("*.ldb")) or any(path.glob("*.log"))


def _failure(error: Exception, path: Path) -> StoreError:
    reason = _words(error)
    if isinstance(error, plyvel.CorruptionError):
        return StoreDamaged(reason=reason, path=str(path))
    if reason.lower().startswith("io error: lock"):  # LevelDB's own lock: some other program opened the folder
        return StoreInUse(path=str(path))
    return StoreFailed(reason=reason, path=str(path))


def _words(error: Exception) -> str:
    """plyvel's errors carry bytes."""
    text = error.args[0] if error.args else ""
    return text.decode(errors="replace") if isinstance(text, bytes) else str(error)
