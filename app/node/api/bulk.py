"""Large answers for our own nodes: ranges of blocks as they were received.

    GET /raw_blocks?first=H&count=N    application/octet-stream: for each block its length (base-128 varint) and its bytes,
                                       then in the same way the commit that makes the last of them final

Guarantees: an answer holds at least one block, at most 500, and no second one beyond 16 MiB; its length is told before it;
few are in hand at a time, and a reader that does not take one in time is cut off. Blocks are read in pieces, off the event
loop. Below the lowest height there is the answer is 404, above the newest 416, when too many are in hand 503.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web

from app.core.codec import encode
from app.core.errors import NotFound, UsageError
from app.node.api.rpcbackend import BlockReader, InThread
from app.node.api.server import error_response
from app.node.delimited import delimited
from app.node.store.chain import ChainStore

RAW_PATH = "/raw_blocks"
MAX_BLOCKS = 500
MAX_BYTES = 16 * 1024 * 1024
PIECE_BLOCKS = 50
AT_A_TIME = 8
WAIT_SECONDS = 5.0
SEND_SECONDS = 60.0
WRITE_BYTES = 256 * 1024
MAX_DIGITS = 18

TURNS = "too many large answers are in hand"


class Turns:
    """A few large answers at a time; whoever waits too long for his turn is told so."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_A_TIME)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """True in one's turn; false when it did not come in time."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            yield False
            return
        try:
            yield True
        finally:
            self._turns.release()


class RawBlocks:
    """The route over one store."""

    def __init__(self, store: ChainStore, in_thread: InThread, turns: Turns) -> None:
        self._store = store
        self._blocks = BlockReader(store)
        self._in_thread = in_thread
        self._turns = turns

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [web.get(RAW_PATH, self._answer)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        first, count = number(request, "first"), min(number(request, "count"), MAX_BLOCKS)
        if count < 1 or first < 1:
            raise UsageError(argument="first, count", expected="at least 1")
        newest = self._blocks.tip.height  # a writer may be about to tell of more
        if first > newest:
            return error_response(416, "out-of-range", reason=f"height {first} is above the newest, which is {newest}")
        async with self._turns.turn() as has_come:
            if not has_come:
                return error_response(503, "busy", reason=TURNS)
            try:
                frames = await self._read(first, min(first + count, newest + 1))
            except NotFound:
                base = await self._in_thread(lambda: self._blocks.base)
                return error_response(
                    404, "not-found", reason=f"height {first} is not available, lowest height is {base}"
                )
            return await send(request, frames)

    async def _read(self, first: int, stop: int) -> list[bytes]:
        """Frames of the blocks from `first` on, below `stop`, and of the commit for the last.

        Raises:
            NotFound: the first one is not kept.
        """
        left = MAX_BYTES
        frames: list[bytes] = []
        while first + len(frames) < stop and left > 0:
            start = first + len(frames)
            piece = min(PIECE_BLOCKS, stop - start)
            blocks = await self._in_thread(partial(self._store.raw_blocks, start, piece, left))
            if frames and sum(map(len, blocks)) > left:
                break  # the first of a piece comes whatever its size
            frames += map(delimited, blocks)
            left -= sum(map(len, blocks))
            if len(blocks) < piece:
                break
        last = first + len(frames) - 1
        frames.append(delimited(encode(await self._in_thread(lambda: self._blocks.commit(last)))))
        return frames


async def send(request: web.Request, frames: Sequence[bytes]) -> web.StreamResponse:
    """Send bytes whose number is told first; a reader that does not take them in time is cut off."""
    response = web.StreamResponse()
    response.content_type = "application/octet-stream"
    response.content_length = sum(map(len, frames))
    body = memoryview(b"".join(frames))
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await response.prepare(request)
            for start in range(0, len(body), WRITE_BYTES):
                await response.write(body[start : start + WRITE_BYTES])
            await response.write_eof()
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()  # what is still to be sent would be waited for without end
    return response


def number(request: web.Request, name: str) -> int:
    """A number in the address.

    Raises:
        UsageError: it is missing, or none.
    """
    text = request.query.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > MAX_DIGITS:
        raise UsageError(argument=name, expected="a number", got=text[:40])
    return int(text)
