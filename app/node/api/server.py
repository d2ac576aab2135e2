"""HTTP servers that a slow client cannot hold: one for whoever can reach it, one for this computer only.

Guarantees: a new connection that has not sent a whole request within five seconds is closed, an old one after eight;
connections are bounded in number, bodies in size and time. What a handler raises as LuopuError becomes JSON with its code
and facts. On loopback, a web page on the clerk's machine cannot misuse it: a request counts only with an allowed Host
(else 421), without a foreign Origin (else 403) and, where a token is set, with that token (else 401).
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from app.core.errors import (
    DecodingError,
    LuopuError,
    MempoolFull,
    NodeHalted,
    NodeUnreachable,
    NoPeer,
    NotFound,
    NotYetProvable,
    PeerMisbehaved,
    StoreError,
    UsageError,
)
from app.core.refusals import Refused

REQUEST_DEADLINE_SECONDS = 5.0
IDLE_SECONDS = 8.0
BODY_DEADLINE_SECONDS = 10.0
MAX_BODY_BYTES = 1_000_000
MAX_CONNECTIONS = 900  # CometBFT's own default for its RPC

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PublicServer:
    """Serves routes on one address, to whoever can reach it, until closed."""

    def __init__(self, routes: Sequence[web.RouteDef]) -> None:
        self._waiting: dict[RequestHandler, asyncio.TimerHandle] = {}
        application = web.Application(middlewares=[self._guard], client_max_size=MAX_BODY_BYTES)
        application.add_routes(routes)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            auto_decompress=False,  # a few bytes may unpack to as many as there is memory
            handler_cancellation=True,
            keepalive_timeout=IDLE_SECONDS,
            shutdown_timeout=1,
        )
        self._server: asyncio.Server | None = None
        self.url = ""

    async def start(self, host: str, port: int) -> str:
        """Listen; `port` 0 takes a free one. Returns the URL.

        Raises:
            UsageError: the address is not this computer's, or the port is taken or not ours to take.
        """
        await self._runner.setup()
        try:
            self._server = await asyncio.get_running_loop().create_server(self._connection, host, port)
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            raise UsageError(argument="port", got=port, reason=getattr(error, "strerror", None)) from error
        bound = self._server.sockets[0].getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        return self.url

    async def close(self) -> None:
        """Stop listening and end open connections."""
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()

    def _connection(self) -> asyncio.Protocol:
        """A protocol for one connection, closed unless a whole request arrives in time."""
        factory = self._runner.server
        if factory is None:
            raise RuntimeError("the server is not set up")
        if len(factory.connections) >= MAX_CONNECTIONS:
            return _Refusal()
        protocol = factory()
        loop = asyncio.get_running_loop()
        self._waiting[protocol] = loop.call_later(REQUEST_DEADLINE_SECONDS, self._close_silent, protocol)
        return protocol

    def _close_silent(self, protocol: RequestHandler) -> None:
        del self._waiting[protocol]
        if protocol.transport is not None:
            protocol.transport.abort()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if (deadline := self._waiting.pop(request.protocol, None)) is not None:
            deadline.cancel()
        try:
            return self._refuse(request) or await handler(request)
        except LuopuError as error:
            return response_for(error)
        except web.HTTPException as error:
            return error_response(error.status, "http", reason=error.reason)

    def _refuse(self, request: web.Request) -> web.Response | None:
        """An answer to a request that does not count; None where it does."""
        del request
        return None


class LoopbackServer(PublicServer):
    """Serves routes on one loopback address, to programs of this computer, until closed."""

    def __init__(self, routes: Sequence[web.RouteDef], *, token: str | None) -> None:
        super().__init__(routes)
        self._token = token
        self._hosts: frozenset[str] = frozenset()

    async def start(self, host: str, port: int) -> str:
        """As `PublicServer.start`."""
        url = await super().start(host, port)
        address = url.removeprefix("http://")
        self._hosts = frozenset({address, f"localhost:{address.rpartition(':')[2]}"})
        return url

    def _refuse(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Host", "") not in self._hosts:
            return error_response(421, "wrong-host")
        if "Origin" in request.headers:
            return error_response(403, "foreign-origin")
        if self._token is not None and not self._has_token(request):
            return error_response(401, "wrong-token")
        return None

    def _has_token(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(errors="surrogateescape"), f"Bearer {self._token}".encode())


class _Refusal(asyncio.Protocol):
    """Closes a connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


async def read_body(request: web.Request) -> bytes:
    """The whole body, bounded in size and time.

    Raises:
        DecodingError: too slow, or cut off.
    """
    try:
        return await asyncio.wait_for(request.read(), BODY_DEADLINE_SECONDS)
    except TimeoutError as error:
        raise DecodingError(kind="request body", reason="too slow") from error
    except (ConnectionError, web.RequestPayloadError) as error:
        raise DecodingError(kind="request body", reason="cut off") from error


def error_response(status: int, code: str, **facts: str) -> web.Response:
    """An error as JSON."""
    return web.json_response({"error": {"code": code, "facts": facts}}, status=status)


def response_for(error: LuopuError) -> web.Response:
    """The response that tells of `error`."""
    facts = {name: str(value) for name, value in error.facts.items() if value is not None}
    return error_response(_status_of(error), error.code, **facts)


def _status_of(error: LuopuError) -> int:
    statuses: tuple[tuple[type[LuopuError], int], ...] = (
        (NotFound, 404),
        (NotYetProvable, 409),
        (MempoolFull, 503),
        (NodeHalted, 503),
        (NoPeer, 503),
        (StoreError, 503),
        (NodeUnreachable, 502),
        (PeerMisbehaved, 502),
        (Refused, 422),
        (DecodingError, 400),
        (UsageError, 400),
    )
    return next((status for kind, status in statuses if isinstance(error, kind)), 500)
