"""The way to CometBFT: the signer dials the socket on which CometBFT waits for it, and dials again for ever.

Guarantees: messages of more than 10 KiB or of another kind end the connection, not the signer; one question is answered
before the next is read. CometBFT gives up at its start when nobody has dialled for three seconds, so the pauses between
attempts stay well below that.

CometBFT cannot listen where a killed one left its socket behind. A socket on which nobody listens, twice in a row, is
therefore removed.
"""

import asyncio
import logging
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.core.errors import DecodingError
from app.node.delimited import delimited, read_delimited

MAX_MESSAGE_BYTES = 10 * 1024
MAX_PATH_BYTES = 100
"""A socket's path has room for 104 bytes on the narrowest of systems."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0

_log = logging.getLogger(__name__)

Answer = Callable[[bytes], bytes]
"""A question in, an answer out; raises DecodingError for what is no question."""


class Dialer:
    """Answers the questions of whoever listens at a path."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._abandoned: tuple[int, int] | None = None
        self._trouble = ""

    async def run(self) -> None:
        """Answer for ever. Errors of `answer` other than DecodingError end it."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            was_useful = await self._dial()
            pause = FIRST_PAUSE_SECONDS if was_useful else min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    async def _dial(self) -> bool:
        """One connection, until it ends. Whether anything was asked."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._path)
        except OSError as error:
            self._say_once(f"no connection to {self._path}: {error.strerror or error}")
            if isinstance(error, ConnectionRefusedError):
                self._remove_if_abandoned()
            return False
        self._abandoned = None
        try:
            return await self._serve(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        answered = 0
        try:
            while (question := await read_delimited(reader, MAX_MESSAGE_BYTES)) is not None:
                if not answered:
                    self._say_once(f"connected to {self._path}")
                writer.write(delimited(self._answer(question)))
                await writer.drain()
                answered += 1
        except DecodingError as error:
            _log.warning("connection closed: %s", error)
        except (OSError, asyncio.IncompleteReadError) as error:
            self._say_once(f"connection lost: {error}")
        return answered > 0

    def _remove_if_abandoned(self) -> None:
        with suppress(OSError):
            found = self._path.lstat()
            identity = (found.st_ino, found.st_ctime_ns)
            if stat.S_ISSOCK(found.st_mode) and identity == self._abandoned:
                self._path.unlink()
                _log.warning("removed %s: nobody listens there", self._path)
            self._abandoned = identity

    def _say_once(self, text: str) -> None:
        """An attempt every second would fill the log with one line."""
        if text != self._trouble:
            self._trouble = text
            _log.info("%s", text)
