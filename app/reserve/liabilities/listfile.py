"""A list's file: opened, told what it is by its first bytes, its digest, and whether it changed meanwhile.

Guarantees: only a regular file is opened. The digest is that of the bytes that are read afterwards, unless the file is
written to in between, which `check_unchanged` refuses by size, times and identity.
"""

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import FileChanged, FileUnreadable, LuopuError, Stopped
from app.core.reserveerrors import ListProtected, ListUnreadable
from app.core.units import Hash32
from app.reserve.liabilities.source import ShouldStop

PIECE_BYTES = 1024 * 1024
_ZIP, _PARQUET, _SEALED_PARQUET, _OLE = b"PK\x03\x04", b"PAR1", b"PARE", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEALED_WORKBOOK = "EncryptedPackage".encode("utf-16-le")


class OpenFile:
    """A regular file that is open for reading."""

    def __init__(self, path: Path, should_stop: ShouldStop) -> None:
        """Open it.

        Raises:
            FileUnreadable: missing, no permission, a folder or a device.
        """
        self.path = path
        self._should_stop = should_stop
        with self.reading():
            _check_regular(path, path.stat())
            self.stream: io.BufferedReader = path.open("rb")
        try:
            with self.reading():
                self._before = os.fstat(self.stream.fileno())
                _check_regular(path, self._before)
        except BaseException:
            self.stream.close()
            raise

    @property
    def name(self) -> str:
        """The file's name, writable whatever bytes it has."""
        return _shown(Path(self.path.name))

    @property
    def size(self) -> int:
        """In bytes."""
        return self._before.st_size

    def pieces(self) -> Iterator[bytes]:
        """The whole file from its beginning.

        Raises:
            Stopped: somebody asked for it.
        """
        self.stream.seek(0)
        while piece := self.stream.read(PIECE_BYTES):
            self.check_stop()
            yield piece

    def digest(self) -> Hash32:
        """SHA-256 of the file."""
        sha256 = hashlib.sha256()
        for piece in self.pieces():
            sha256.update(piece)
        self.stream.seek(0)
        return Hash32(sha256.digest())

    def check_stop(self) -> None:
        """Give up if somebody asked for it.

        Raises:
            Stopped: so it is.
        """
        if self._should_stop():
            raise Stopped

    def check_unchanged(self) -> None:
        """Refuse the file if it was written to since it was opened.

        Raises:
            FileChanged: it was.
        """
        after = os.fstat(self.stream.fileno())
        for what in ("st_size", "st_mtime_ns", "st_ctime_ns"):
            if getattr(after, what) != getattr(self._before, what):
                raise FileChanged(path=_shown(self.path), what="size" if what == "st_size" else "content")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say of a failing disk what it is."""
        failure: LuopuError | None = None
        try:
            yield
        except (OSError, ValueError) as error:
            if isinstance(error, UnicodeError):
                raise
            failure = FileUnreadable(path=_shown(self.path), reason=_reason(error))
        if failure is not None:
            raise failure


def kind_of(file: OpenFile) -> str:
    """ "zip" (which a workbook is), "parquet", or "text" for anything else.

    Raises:
        ListProtected: an encrypted workbook or Parquet file.
        ListUnreadable: a workbook of the old kind.
    """
    head = file.stream.read(8)
    file.stream.seek(0)
    if head.startswith(_SEALED_PARQUET):
        raise ListProtected(name=file.name)
    if head == _OLE:
        if any(_SEALED_WORKBOOK in piece for piece in _overlapping(file)):
            raise ListProtected(name=file.name)
        raise ListUnreadable(name=file.name, reason="a workbook of the old kind (.xls)")
    return "zip" if head.startswith(_ZIP) else "parquet" if head.startswith(_PARQUET) else "text"


def _overlapping(file: OpenFile) -> Iterator[bytes]:
    before = b""
    for piece in file.pieces():
        yield before + piece
        before = piece[-len(_SEALED_WORKBOOK) :]


def _check_regular(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileUnreadable(path=_shown(path), reason="directory")
    if not stat.S_ISREG(found.st_mode):
        raise FileUnreadable(path=_shown(path), reason="special file")


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "missing"
    if isinstance(error, PermissionError):
        return "permission"
    return errno.errorcode.get(error.errno or 0, "read error") if isinstance(error, OSError) else "name"


def _shown(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode()
