"""The archive in a backup: a tar stream of plain files under names of ours, the manifest first.

Guarantees: reading takes nothing but whole regular files under names that a backup can have, none larger than the backup
itself, and yields each while the stream is at it; links, devices, folders, sparse files and names that lead elsewhere are
refused. A hostile archive can neither exhaust memory nor raise anything but the errors named here.
"""

import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Protocol, Self, cast

from app.core.errors import DecodingError, FileChanged, LuopuError
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX, Nanoseconds
from app.core.walleterrors import BackupDamaged

MANIFEST: Final = "backup.json"
FORMAT: Final = "luopu.backup.v1"
SINGLE_FILES: Final = (
    *("genesis.json", "node/peers.json", "custodian/schedule.json"),
    *("sandbox/keys.json", "sandbox/agreement.txt"),
)
"""What is kept of a home besides its folders."""
FOLDERS: Final = ("wallet", "reserves")
"""What is kept with all that lies in it: keys and what they seal, snapshots of what a custodian owes."""
PENDING: Final = "wallet/keystore.new"
"""The keystore while its passphrase is being changed: no leftover."""
MAX_MANIFEST_BYTES: Final = 4_096
MAX_LONG_NAME_BYTES: Final = 4_096
MAX_DEPTH: Final = 8
_LEFTOVER: Final = re.compile(r"\..*|.*\.new|.*\.lock|.*\.db-(journal|wal|shm)")
_PART: Final = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]{1,255}")


class Sink(Protocol):
    """Where an archive is written to."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""
        ...


class Stream(Protocol):
    """Where an archive is read from."""

    def read(self, size: int) -> bytes:
        """At most so many bytes."""
        ...


def files_in(folder: Path) -> Iterator[str]:
    """Names, below the folder's own, of all that is no leftover of something that was cut off."""
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _LEFTOVER.fullmatch(name))
        place = Path(path).relative_to(folder.parent)
        links = [name for name in folders if (Path(path) / name).is_symlink()]
        for name in sorted([*files, *links]):
            full = (place / name).as_posix()
            if full == PENDING or not _LEFTOVER.fullmatch(name):
                yield full


def is_name(name: str) -> bool:
    """Whether a file of a backup can be called so: it leads to one place below a home, on every system."""
    if name in SINGLE_FILES or name == PENDING:
        return True
    first, *parts = name.split("/")
    return first in FOLDERS and 0 < len(parts) <= MAX_DEPTH and all(map(_is_part, parts))


def _is_part(part: str) -> bool:
    is_text = _PART.fullmatch(part) is not None and part.isprintable()
    return is_text and not part.endswith((".", " ")) and not _LEFTOVER.fullmatch(part)


# ---- writing ---------------------------------------------------------------------------------------------------------
Add = Callable[[str, IO[bytes]], None]
"""Takes a file: its name, and its content, open at its beginning."""


@contextmanager
def writing_archive(stream: Sink, made_ns: Nanoseconds) -> Iterator[Add]:
    """An archive in the making; ended when left.

    Raises (what it yields):
        FileChanged: a file became shorter while it was read.
        OSError: as the stream and the content raise it.
    """
    file = cast("IO[bytes]", stream)
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.GNU_FORMAT, encoding="utf-8") as archive:

        def add(name: str, content: IO[bytes]) -> None:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(content.fileno()).st_size, 0o600
            place = archive.offset
            try:
                archive.addfile(info, content)
            except OSError as error:
                if archive.offset != place and error.errno is None:  # tarfile's own: fewer bytes than announced
                    raise FileChanged(file=name) from error
                raise
            archive.members = []  # type: ignore[attr-defined]  # it would keep them all

        manifest = json.dumps({"format": FORMAT, "made_ns": str(made_ns)}).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(manifest), 0o600
        archive.addfile(info, io.BytesIO(manifest))
        yield add


# ---- reading ---------------------------------------------------------------------------------------------------------
Take = Callable[[str, int, IO[bytes]], None]
"""Is given each file in turn: its name, its size, and its content, to be read now."""


def read_archive(untrusted_stream: Stream, limit: int, take: Take) -> Nanoseconds:
    """Hand every file to `take`; when the backup was made. No file is larger than `limit`.

    Raises:
        BackupDamaged: not an archive as a backup has it.
        LuopuError: as the stream and `take` raise it.
    """

    class Strict(_Strict):
        most = limit

    try:
        file = cast("IO[bytes]", untrusted_stream)
        with tarfile.open(fileobj=file, mode="r|", tarinfo=Strict, encoding="utf-8") as archive:
            made_ns = _read_manifest(archive)
            while (member := _next(archive)) is not None:
                if not is_name(member.name):
                    raise _foreign(member)
                take(member.name, member.size, _content(archive, member))
            return made_ns
    except LuopuError:
        raise
    except (tarfile.TarError, ValueError, RecursionError, EOFError) as error:
        raise BackupDamaged(reason="not an archive") from error


class _Strict(tarfile.TarInfo):
    """A header that names a plain file, or the long name of one: all that this program writes."""

    most = 0

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Decode a header; refuse it before anything is done about it."""
        info = super().frombuf(buf, encoding, errors)
        most = {tarfile.REGTYPE: cls.most, tarfile.GNUTYPE_LONGNAME: MAX_LONG_NAME_BYTES}.get(info.type, -1)
        if not 0 <= info.size <= most:
            raise _foreign(info)
        return info


def _foreign(info: tarfile.TarInfo) -> BackupDamaged:
    return BackupDamaged(reason="a file that no backup has", name=info.name.encode(errors="replace").decode())


def _next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    member = archive.next()
    archive.members = []  # type: ignore[attr-defined]  # it would keep them all
    return member


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    if content is None:
        raise _foreign(member)
    return content


def _read_manifest(archive: tarfile.TarFile) -> Nanoseconds:
    member = _next(archive)
    if member is None or member.name != MANIFEST or member.size > MAX_MANIFEST_BYTES:
        raise BackupDamaged(reason="not an archive")
    try:
        manifest = decode_json(_content(archive, member).read())
    except DecodingError as error:
        raise BackupDamaged(reason="not an archive") from error
    match manifest:
        case {"format": str(kind), "made_ns": str(made)} if kind == FORMAT and made.isascii() and made.isdecimal():
            return Nanoseconds(min(int(made), INT64_MAX))
    raise BackupDamaged(reason="not an archive")
