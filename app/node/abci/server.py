"""CometBFT's sockets: any number of connections, requests answered in order on each, one at a time in all.

Guarantees: the application is called by one thread, the event loop's, one request after the other. A connection that
carries consensus goes first; the others take turns of a few milliseconds, between which the loop looks for consensus
again, so a queue of transactions never delays a block by more than one turn. What waits on a connection is bounded, and so
are answers that nobody fetches. What the application raises goes back as an exception, which stops CometBFT; after a
failure of the disk, or of this program, or where the chain has come to a law that this program does not know, the
application is not asked again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from time import monotonic

from app.core.codec import encode
from app.core.errors import DecodingError, LuopuError, StoreError, UpgradeNeeded
from app.core.wire import abci_pb2
from app.node.abci.address import Address
from app.node.abci.frames import Frames
from app.node.consensus.encoding import varint
from app.node.delimited import delimited

TURN_SECONDS = 0.004
WAITING_BYTES = 512 * 1024
"""Of requests that wait on one connection; beyond, nothing more is read from it."""

_log = logging.getLogger(__name__)


def _tag(name: str) -> bytes:
    """How a request of this kind begins."""
    return varint(abci_pb2.Request.DESCRIPTOR.fields_by_name[name].number << 3 | 2)


CONSENSUS = tuple(
    _tag(name) for name in ("init_chain", "prepare_proposal", "process_proposal", "finalize_block", "commit")
)


class AbciServer:
    """One application behind one address."""

    def __init__(self, answer: Callable[[bytes], bytes], max_request_bytes: int) -> None:
        """`answer` takes a request and gives the response; see `Application.answer`."""
        self.answer = answer
        self.max_request_bytes = max_request_bytes
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._urgent: deque[_Connection] = deque()
        self._others: deque[_Connection] = deque()
        self._is_scheduled = False
        self._failure: asyncio.Future[None] | None = None

    async def start(self, address: Address) -> str:
        """Listen; returns the address, with the port that a port 0 became.

        Raises:
            UsageError: nobody can listen there.
        """
        loop = asyncio.get_running_loop()
        self._failure = loop.create_future()
        self._server = await loop.create_server(lambda: _Connection(self), sock=address.bind())
        return address.bound(self._server.sockets[0])

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            Exception: why the application cannot be asked any more.
        """
        assert self._failure is not None
        await self._failure

    async def close(self) -> None:
        """Stop listening and drop all connections."""
        for connection in list(self._connections):
            connection.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    # ---- what connections say ------------------------------------------------------------------------------------
    def join(self, connection: "_Connection") -> None:
        """A connection was made."""
        self._connections.add(connection)

    def leave(self, connection: "_Connection") -> None:
        """A connection is gone."""
        self._connections.discard(connection)

    def wake(self, connection: "_Connection") -> None:
        """A connection has requests that wait."""
        line = self._urgent if connection.is_consensus else self._others
        if connection not in line:
            line.append(connection)
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def fail(self, error: BaseException) -> None:
        """The application must not be asked any more."""
        if self._failure is not None and not self._failure.done():
            self._failure.set_exception(error)

    @property
    def has_failed(self) -> bool:
        """Whether the application must not be asked any more."""
        return self._failure is not None and self._failure.done()

    def _turn(self) -> None:
        """Everything that consensus asks, or one turn of another connection."""
        self._is_scheduled = False
        if self._urgent:
            self._urgent.popleft().work(None)
        elif self._others:
            self._others.popleft().work(monotonic() + TURN_SECONDS)
        if (self._urgent or self._others) and not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)


class _Connection(asyncio.Protocol):
    """One of CometBFT's connections."""

    def __init__(self, server: AbciServer) -> None:
        self.is_consensus = False
        self._server = server
        self._frames = Frames(server.max_request_bytes)
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._is_reading = True
        self._is_writable = True
        self._transport: asyncio.Transport | None = None

    # ---- what the loop says --------------------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.join(self)
        _log.info("a connection was made")

    def data_received(self, data: bytes) -> None:
        try:
            requests = self._frames.feed(data)
        except DecodingError as error:
            self._refuse(error)
            return
        if not requests:
            return
        self._waiting.extend(requests)
        self._waiting_bytes += sum(map(len, requests))
        if not self.is_consensus:
            self.is_consensus = any(request.startswith(CONSENSUS) for request in requests)
        self._pace()
        self._server.wake(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.clear()
        self._transport = None
        self._server.leave(self)
        where = "" if self._frames.is_between else " in the middle of a request"
        _log.info("a connection ended%s%s", where, f": {exc}" if exc else "")

    def pause_writing(self) -> None:
        self._is_writable = False

    def resume_writing(self) -> None:
        self._is_writable = True
        if self._waiting:
            self._server.wake(self)

    # ---- work ----------------------------------------------------------------------------------------------------
    def work(self, until: float | None) -> None:
        """Answer what waits, up to a moment of the monotonic clock; at least one request."""
        answers: list[bytes] = []
        waiting, answer = self._waiting, self._server.answer
        while waiting and self._is_writable and not self._server.has_failed:
            request = waiting.popleft()
            self._waiting_bytes -= len(request)
            try:
                response = answer(request)
            except Exception as error:  # noqa: BLE001 (whatever it is, CometBFT must be told)
                _log.exception("a request failed")
                self._write(answers)
                self._give_up(error)
                return
            answers.append(varint(len(response)))
            answers.append(response)
            if until is not None and monotonic() >= until:
                break
        self._write(answers)
        self._pace()
        if waiting and self._is_writable and not self._server.has_failed:
            self._server.wake(self)

    def close(self) -> None:
        """Send what was answered and end."""
        if self._transport is not None:
            self._transport.close()

    def _write(self, answers: list[bytes]) -> None:
        if answers and self._transport is not None:
            self._transport.write(b"".join(answers))

    def _pace(self) -> None:
        """Read while there is room for what waits."""
        has_room = self._waiting_bytes <= WAITING_BYTES
        if self._transport is None or has_room == self._is_reading:
            return
        self._is_reading = has_room
        if has_room:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def _give_up(self, error: Exception) -> None:
        """Tell CometBFT that it must stop; where the application itself cannot go on, it is not asked again."""
        if isinstance(error, StoreError | UpgradeNeeded) or not isinstance(error, LuopuError):
            self._server.fail(error)
        self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        _log.error("CometBFT is told to stop: %s", error)
        exception = abci_pb2.Response(exception=abci_pb2.ResponseException(error=str(error)))
        self._waiting.clear()
        self._write([delimited(encode(exception))])
        self.close()
