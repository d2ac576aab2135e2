"""Lists that business systems send: on the disk only for as long as they are received, wait for their turn, and are read.

Guarantees: mode 0600 in a folder of mode 0700; no larger than was said; whole, or deleted. What a killed service left behind
is deleted when the next one starts.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

from app.core.errors import FileUnwritable, UsageError
from app.core.messages import is_hiding
from app.core.ports import Randomness
from app.core.reserveerrors import ListTooLarge

PIECE_BYTES: Final = 1024 * 1024
MAX_NAME: Final = 100


class Uploads:
    """One folder, which one service has for itself."""

    def __init__(self, folder: Path, randomness: Randomness) -> None:
        self._folder, self._randomness = folder, randomness

    def tidy(self) -> None:
        """Delete everything in it.

        Raises:
            FileUnwritable: the disk refuses, or the folder is none.
        """
        try:
            if self._folder.exists():
                shutil.rmtree(self._folder)
            self._folder.mkdir(mode=0o700)
        except OSError as error:
            raise FileUnwritable(path=str(self._folder), reason=error.strerror) from error

    async def receive(self, content: AsyncIterator[bytes], name: str, most: int) -> Path:
        """Write what comes to a file called `name`; nothing of it is there where that fails.

        Raises:
            UsageError: no file can be called so.
            ListTooLarge: more than `most` bytes come.
            FileUnwritable: the disk refuses.
        """
        check_file_name(name)
        place = self._folder / self._randomness.random_bytes(8).hex()
        try:
            place.mkdir(0o700)  # in no thread, which might make it when it has been forgotten
            await _write(place / name, content, most)
        except OSError as error:
            self.forget(place / name)
            raise FileUnwritable(path=str(place), reason=error.strerror) from error
        except BaseException:
            self.forget(place / name)
            raise
        return place / name

    def forget(self, path: Path) -> None:
        """Delete a list that was received."""
        shutil.rmtree(path.parent, ignore_errors=True)


def check_file_name(untrusted_name: str) -> None:
    """A plain name, which is shown and kept with the snapshot.

    Raises:
        UsageError: it leads elsewhere, is too long, or has characters that hide.
    """
    is_plain = untrusted_name not in {"", ".", ".."} and not any(each in untrusted_name for each in '/\\:*?"<>|')
    if not is_plain or len(untrusted_name.encode()) > MAX_NAME or any(map(is_hiding, untrusted_name)):
        raise UsageError(argument="name", expected=f"a file name of at most {MAX_NAME} bytes", got=untrusted_name[:80])


async def _write(path: Path, content: AsyncIterator[bytes], most: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        size, waiting = 0, bytearray()
        async for piece in content:
            size += len(piece)
            if size > most:
                raise ListTooLarge(what="bytes", expected=f"at most {most}")
            waiting += piece
            if len(waiting) >= PIECE_BYTES:
                await _to_its_end(file.write, bytes(waiting))
                waiting.clear()
        await _to_its_end(file.write, bytes(waiting))


async def _to_its_end(write: Callable[[bytes], int], piece: bytes) -> None:
    """Write on a thread, which cannot be stopped: whoever is cancelled is so when the file may be closed."""
    writing = asyncio.ensure_future(asyncio.to_thread(write, piece))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.gather(writing, return_exceptions=True)
        raise
