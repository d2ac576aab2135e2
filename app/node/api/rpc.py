"""CometBFT's RPC, the methods that nodes, light clients and explorers use, over a chain store.

GET with query parameters, JSON-RPC 2.0 by POST (single or a batch of ten), events over a WebSocket, and blocks as they are
for our own nodes (`app.node.api.bulk`). What the methods answer: `app.node.api.rpcmethods`, `app.node.api.rpctxs`.

Guarantees: the chain is read, and answers are encoded, on a few threads of their own, so the event loop never waits for
the store's lock; a connection has one call in hand at a time, so calls in waiting are bounded by the server's connections.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from aiohttp import WSMsgType, web

from app.core.errors import DecodingError, LuopuError
from app.core.strictjson import decode_json
from app.node.api.bulk import RAW_PATH, RawBlocks, Turns
from app.node.api.jsonrpc import (
    Parameters,
    Request,
    RpcError,
    failure,
    internal_error,
    named,
    read_query,
    read_request,
    success,
    text,
)
from app.node.api.rpcbackend import ChainBackend
from app.node.api.rpcevents import EventWriter, Subscriber, Subscription
from app.node.api.rpcmethods import Method, RpcMethods
from app.node.api.rpctxs import SubmissionMethods, TransactionMethods
from app.node.api.server import MAX_BODY_BYTES, error_response, read_body
from app.node.api.snapshots import LIST_PATH, Snapshots
from app.node.store.offering import Offering
from app.node.sync.answers import HAS_STOPPED

MAX_BATCH = 10
THREADS = 4
HEARTBEAT_SECONDS = 30.0
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
SHOWN_WHEN_HALTED = frozenset({"status", "net_info"})

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Rpc:
    """The RPC's routes."""

    def __init__(self, backend: ChainBackend, *, snapshots: Offering | None = None) -> None:
        """`snapshots` are those to serve, if there are any."""
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="rpc")
        turns, advertised = Turns(), {"raw_blocks": RAW_PATH}
        self._bulk = RawBlocks(backend.store, self._in_thread, turns).routes()
        if snapshots is not None:
            self._bulk += Snapshots(snapshots, self._in_thread, turns).routes()
            advertised["snapshots"] = LIST_PATH
        self._backend = backend
        self._methods = RpcMethods(backend, advertised)
        self._submission = SubmissionMethods(backend, self._in_thread)
        self._reading = {**self._methods.by_name, **TransactionMethods(backend).by_name}
        self._on_loop = {"status": (self._status, ()), **self._submission.by_name}
        self._events = EventWriter(backend.store)
        self._subscribers: set[Subscriber] = set()

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.post("/", self._post),
            web.get("/websocket", self._websocket),
            *(web.get(route.path, self._unless_halted(route.handler)) for route in self._bulk),
            web.get("/{method}", self._get),
        ]

    def announce(self, height: int) -> None:
        """Tell subscribers that a block is final; one that does not keep up is dropped."""
        self._submission.announce()
        for subscriber in list(self._subscribers):
            if not subscriber.tell(height):
                self._subscribers.discard(subscriber)

    @property
    def methods(self) -> list[str]:
        """Names of what can be called."""
        return sorted([*self._reading, *self._on_loop])

    async def answer(self, untrusted: object) -> str:
        """The answer to one call, both as JSON-RPC words them; the answer encoded."""
        return await self._answer(read_request(untrusted))

    def close(self) -> None:
        """Wait for what is being read and read no more."""
        self._threads.shutdown(cancel_futures=True)

    # ---- requests ------------------------------------------------------------------------------------------------
    async def _get(self, request: web.Request) -> web.Response:
        try:
            parameters = read_query(request.query)
        except RpcError as error:
            return _json(failure(-1, error))
        return _json(await self._answer(Request(-1, request.match_info["method"], parameters)))

    async def _post(self, request: web.Request) -> web.Response:
        try:
            document = decode_json(await read_body(request), max_bytes=MAX_BODY_BYTES)
        except DecodingError as error:
            return _json(failure(-1, _parse_error(error)), status=400)
        if not isinstance(document, list):
            return _json(await self.answer(document))
        if len(document) > MAX_BATCH:
            too_many = RpcError(INVALID_REQUEST, "Invalid Request", f"at most {MAX_BATCH} in a batch")
            return _json(failure(-1, too_many), status=400)
        answers = [await self.answer(item) for item in document]
        return _json(f"[{', '.join(answers)}]")

    async def _answer(self, request: Request) -> str:
        name = request.method
        try:
            if name is None:
                raise RpcError(INVALID_REQUEST, "Invalid Request", "no method")
            self._check_shown(name)
            if (reading := self._reading.get(name)) is not None:
                method, names = reading
                parameters = named(request.parameters, names)
                return await self._in_thread(lambda: _read(request.id, method, parameters))
            if (on_loop := self._on_loop.get(name)) is not None:
                loop_method, names = on_loop
                return success(request.id, await loop_method(named(request.parameters, names)))
            raise RpcError(METHOD_NOT_FOUND, "Method not found")
        except RpcError as error:
            return failure(request.id, error)
        except LuopuError as error:
            return failure(request.id, internal_error(str(error)))

    def _check_shown(self, method: str) -> None:
        """What contradicts the consortium is handed to nobody."""
        if self._backend.halted is not None and method not in SHOWN_WHEN_HALTED:
            raise internal_error(f"{HAS_STOPPED}: {self._backend.halted}")

    def _unless_halted(self, handler: Handler) -> Handler:
        """The same for blocks and snapshots in bytes."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if self._backend.halted is not None:
                return error_response(503, "node-halted", reason=self._backend.halted)
            answered: web.StreamResponse = await handler(request)
            return answered

        return answer

    async def _status(self, _: Parameters) -> object:
        catching_up = self._backend.catching_up
        return await self._in_thread(lambda: self._methods.status(catching_up=catching_up))

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    # ---- events --------------------------------------------------------------------------------------------------
    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_BODY_BYTES)
        await socket.prepare(request)
        subscriber = Subscriber(request.transport)
        self._subscribers.add(subscriber)
        sender = asyncio.create_task(self._push(socket, subscriber))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await socket.send_str(await self._hear(subscriber, message.data))
        except ConnectionError:
            pass  # it went away while it was being answered
        finally:
            self._subscribers.discard(subscriber)
            sender.cancel()
        return socket

    async def _hear(self, subscriber: Subscriber, message: str) -> str:
        """Answer one message: a subscription, its end, or any method."""
        try:
            request = read_request(decode_json(message.encode(), max_bytes=MAX_BODY_BYTES))
        except DecodingError as error:
            return failure(-1, _parse_error(error))
        if request.method not in {"subscribe", "unsubscribe", "unsubscribe_all"}:
            return await self._answer(request)
        try:
            self._subscribe(subscriber, request)
        except RpcError as error:
            return failure(request.id, error)
        return success(request.id, {})

    def _subscribe(self, subscriber: Subscriber, request: Request) -> None:
        self._check_shown(request.method or "")
        if request.method == "unsubscribe_all":
            subscriber.unsubscribe_all()
            return
        query = text(named(request.parameters, ("query",)), "query")
        if request.method == "subscribe":
            subscriber.subscribe(request.id, query)
        else:
            subscriber.unsubscribe(query)

    async def _push(self, socket: web.WebSocketResponse, subscriber: Subscriber) -> None:
        with suppress(ConnectionError):
            while True:
                height = await subscriber.heights.get()
                for subscription in subscriber.subscriptions:
                    for message in await self._events_of(height, subscription):
                        await socket.send_str(message)

    async def _events_of(self, height: int, subscription: Subscription) -> list[str]:
        try:
            return await self._in_thread(lambda: self._events.messages(height, subscription))
        except (RpcError, LuopuError):
            return []  # pruned meanwhile, or the store has failed: events are a hint


def _read(request_id: object, method: Method, parameters: Parameters) -> str:
    return success(request_id, method(parameters))


def _json(body: str, status: int = 200) -> web.Response:
    return web.Response(text=body, status=status, content_type="application/json")


def _parse_error(error: DecodingError) -> RpcError:
    return RpcError(PARSE_ERROR, "Parse error. Invalid JSON", str(error))
