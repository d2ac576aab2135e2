"""Digests of a file as it lies on the clerk's disk (white paper 3.4.2 完整性证明).

Guarantees: what is returned are the digests of bytes that all stood in the file at one moment, under the path given.
The file is looked at before and after (size, time of content, time of any change, identity, and that the path still
leads to it); a difference is an error, never a digest. The file is read once, in pieces, and neither its size nor its
content can exhaust memory. The caller's progress is called in the caller's thread.

Leaves to others: a program that writes through a memory mapping it opened earlier need not touch the file's times, and
FAT keeps them to two seconds; hash a private copy where that matters.
"""

import errno
import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SM3, Hash

from app.core.errors import FileChanged, FileUnreadable, Stopped
from app.core.record import FileDigests
from app.core.units import NANOSECONDS_PER_SECOND, Hash32

Progress = Callable[[int, int], None]
"""Called with the bytes that all digests have covered, and the size of the file."""

ShouldStop = Callable[[], bool]
"""Asked about once per piece; True gives the work up."""

PIECE_BYTES = 512 * 1024
PIECES_AHEAD = 4
PROGRESS_SECONDS = 0.05  # a bar needs no more than 20 steps per second
STOP_POLL_SECONDS = 0.1  # how late a stop is noticed while the disk does not answer
END_SECONDS = 1.0  # how long a healthy disk may take to end the last read
TICK_NANOSECONDS = 20_000_000  # the file times of Linux move in steps of up to 10 ms, those of Windows of up to 16 ms


class Hasher(Protocol):
    """A digest being computed. `update` must release the interpreter's lock, or two hashers would not run at once."""

    def update(self, data: memoryview, /) -> None:
        """Cover `data` too."""
        ...

    def digest(self) -> bytes:
        """The digest; the last call."""
        ...


class CryptographySm3:
    """SM3 from the library of `cryptography`, for interpreters whose own OpenSSL was built without it."""

    def __init__(self) -> None:
        self._state = Hash(SM3())

    def update(self, data: memoryview, /) -> None:
        """Cover `data` too."""
        self._state.update(data)

    def digest(self) -> bytes:
        """The digest; the last call."""
        return self._state.finalize()


def new_sm3() -> Hasher:
    """An SM3 hasher: the interpreter's own OpenSSL where it has SM3, as that is never slower, else `cryptography`'s."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return CryptographySm3()


def digest_file(path: Path, progress: Progress | None = None, *, should_stop: ShouldStop | None = None) -> FileDigests:
    """Both digests and the size of the file at `path`, computed at once on two threads from one reading.

    Raises:
        FileUnreadable: missing, no permission, a directory or special file, or the disk failed; `reason` says which.
        FileChanged: the file changed meanwhile; `what` says how.
        Stopped: `should_stop` said so.
    """
    sm3, sha256 = new_sm3(), hashlib.sha256()
    size = _hash_file(path, sm3, sha256, progress, should_stop)
    return FileDigests(Hash32(sha256.digest()), Hash32(sm3.digest()), size)


def digest_file_sha256(
    path: Path, progress: Progress | None = None, *, should_stop: ShouldStop | None = None
) -> Hash32:
    """SHA-256 of the file at `path`. Errors as of `digest_file`."""
    sha256 = hashlib.sha256()
    _hash_file(path, sha256, None, progress, should_stop)
    return Hash32(sha256.digest())


def _hash_file(
    path: Path, hasher: Hasher, beside: Hasher | None, progress: Progress | None, should_stop: ShouldStop | None
) -> int:
    with _open_regular(path) as descriptor:
        before = _settled_stat(path, descriptor)
        report = _Report(progress, before.st_size)
        report(0)
        reader = _Reader(descriptor, before.st_size, beside)
        reader.start()
        try:
            done = _cover(path, reader, hasher, report, should_stop)
        finally:
            reader.give_up()
        report.finish(done)
        _check_unchanged(path, before, os.fstat(descriptor), done)
    return before.st_size


def _cover(path: Path, reader: "_Reader", hasher: Hasher, report: "_Report", should_stop: ShouldStop | None) -> int:
    done = 0
    while True:
        if should_stop is not None and should_stop():
            raise Stopped(path=_shown(path))
        try:
            piece = reader.filled.get(timeout=STOP_POLL_SECONDS)
        except Empty:
            continue
        if piece is None:
            _raise_failure(path, reader.failure)
            return done
        buffer, count = piece
        hasher.update(memoryview(buffer)[:count])
        reader.empty.put(buffer)
        done += count
        if done > report.total:  # a file that grows as fast as it is read would never end
            raise FileChanged(path=_shown(path), what="size", expected=report.total, got=done)
        report(done if reader.covered is None else min(done, reader.covered))


class _Reader(threading.Thread):
    """Reads ahead into a ring of buffers and covers each piece with the quicker digest, so the slower never waits.

    It owns a descriptor of its own: a read that hangs (a network drive gone) can be abandoned without pulling the file
    from under it.
    """

    def __init__(self, descriptor: int, size: int, beside: Hasher | None) -> None:
        super().__init__(name="file-reader", daemon=True)
        self.filled: SimpleQueue[tuple[bytearray, int] | None] = SimpleQueue()
        self.empty: SimpleQueue[bytearray | None] = SimpleQueue()
        self.covered: int | None = None if beside is None else 0
        self.failure: Exception | None = None
        self._descriptor = os.dup(descriptor)
        self._beside = beside
        self._stopping = False
        for _ in range(PIECES_AHEAD):
            self.empty.put(bytearray(min(PIECE_BYTES, max(size, 1))))

    def run(self) -> None:
        try:
            self._read_all()
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            self.failure = error
        finally:
            self.filled.put(None)

    def give_up(self) -> None:
        """Stop reading. A read that hangs is left behind; it closes its descriptor when it ends."""
        self._stopping = True
        self.empty.put(None)
        self.join(timeout=END_SECONDS)

    def _read_all(self) -> None:
        with os.fdopen(self._descriptor, "rb", buffering=0) as file:
            while (buffer := self.empty.get()) is not None and not self._stopping:
                count = file.readinto(buffer)
                if not count:
                    return
                self.filled.put((buffer, count))
                if self._beside is not None and self.covered is not None:
                    self._beside.update(memoryview(buffer)[:count])
                    self.covered += count


class _Report:
    """Passes progress on at a bounded rate; the first and the last step always."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.total = total
        self._progress = progress
        self._due = 0.0
        self._last = -1

    def __call__(self, done: int) -> None:
        if self._progress is not None and time.monotonic() >= self._due:
            self._tell(done)

    def finish(self, done: int) -> None:
        """Tell the last step, unless it has been told."""
        if self._progress is not None and done != self._last:
            self._tell(done)

    def _tell(self, done: int) -> None:
        assert self._progress is not None
        self._last = done
        self._progress(done, self.total)
        self._due = time.monotonic() + PROGRESS_SECONDS


@contextmanager
def _open_regular(path: Path) -> Iterator[int]:
    """A descriptor of a regular file. Looks before it opens, to touch no device and wait for no pipe's other end."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        _check_regular(path, path.stat())
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        _raise_failure(path, error)
        raise
    try:
        _check_regular(path, os.fstat(descriptor))
        yield descriptor
    finally:
        os.close(descriptor)


def _check_regular(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileUnreadable(path=_shown(path), reason="directory")
    if not stat.S_ISREG(found.st_mode):
        raise FileUnreadable(path=_shown(path), reason="special file")


def _settled_stat(path: Path, descriptor: int) -> os.stat_result:
    """The file's facts, once its last change is older than one step of the file system's clock.

    Two changes within one step leave the same times, so the second would go unnoticed.
    """
    before = os.fstat(descriptor)
    changed = max(before.st_mtime_ns, before.st_ctime_ns)
    if time.time_ns() - changed < TICK_NANOSECONDS:
        time.sleep(TICK_NANOSECONDS / NANOSECONDS_PER_SECOND)
        _check_same(path, before, os.fstat(descriptor))
    return before


def _check_unchanged(path: Path, before: os.stat_result, after: os.stat_result, done: int) -> None:
    try:
        there = path.stat()
    except OSError as error:
        raise FileChanged(path=_shown(path), what="deleted") from error
    if (there.st_dev, there.st_ino) != (before.st_dev, before.st_ino):
        raise FileChanged(path=_shown(path), what="replaced")
    _check_same(path, before, after)
    if done != before.st_size:
        raise FileChanged(path=_shown(path), what="size", expected=before.st_size, got=done)


def _check_same(path: Path, before: os.stat_result, after: os.stat_result) -> None:
    facts = (
        ("size", before.st_size, after.st_size),
        ("content", before.st_mtime_ns, after.st_mtime_ns),
        ("attributes", before.st_ctime_ns, after.st_ctime_ns),
    )
    for what, expected, got in facts:
        if expected != got:
            raise FileChanged(path=_shown(path), what=what, expected=expected, got=got)


def _raise_failure(path: Path, failure: Exception | None) -> None:
    """Raise what went wrong while opening or reading, in words that do not depend on the system's language."""
    if failure is None:
        return
    if isinstance(failure, FileNotFoundError | NotADirectoryError):
        reason = "missing"
    elif isinstance(failure, PermissionError):
        reason = "permission"
    elif isinstance(failure, OSError):
        reason = errno.errorcode.get(failure.errno or 0, "read error")
    elif isinstance(failure, ValueError):
        reason = "name"  # a NUL, or characters that this file system cannot hold
    else:
        raise failure
    raise FileUnreadable(path=_shown(path), reason=reason) from failure


def _shown(path: Path) -> str:
    """The path as text that can always be written out, whatever bytes the file's name has."""
    return str(path).encode("utf-8", "backslashreplace").decode()
