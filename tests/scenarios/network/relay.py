"""A line between two validators that a test can cut: what is on its way is lost, and nobody answers until it is mended."""

import asyncio
from contextlib import suppress

PIECE = 64 * 1024


class Relay:
    """Listens at one place and passes every connection on to another."""

    def __init__(self, host: str, port: int, target: tuple[str, int]) -> None:
        self.host, self.port = host, port
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """Listen."""
        if self._server is None:
            self._server = await asyncio.start_server(self._pass_on, self.host, self.port)

    async def cut(self) -> None:
        """Refuse, and drop everything that runs through here."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            there_reader, there_writer = await asyncio.open_connection(*self._target)
        except OSError:
            self._drop(writer)
            return
        self._writers.add(there_writer)
        await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))
        self._drop(writer)
        self._drop(there_writer)

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        self._writers.discard(writer)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.transport.abort()  # CometBFT never closes one direction alone
