"""CometBFT's RPC, the subset that nodes, light clients and explorers use, over a chain store.

GET with query parameters, JSON-RPC 2.0 by POST (single or a batch of ten), new blocks over a WebSocket. Events are a hint
and a reader that does not keep up is dropped; whoever needs every block asks by height. What the methods answer:
`app.node.api.rpcmethods`.
"""

import asyncio
from contextlib import suppress

from aiohttp import WSMsgType, web

from app.core.errors import DecodingError, LuopuError
from app.core.strictjson import decode_json
from app.node.api.jsonrpc import (
    Parameters,
    RpcError,
    failure,
    internal_error,
    invalid_params,
    read_query,
    subscription,
    success,
)
from app.node.api.rpcmethods import ChainBackend, RpcMethods
from app.node.api.server import MAX_BODY_BYTES, read_body

MAX_BATCH = 10
EVENT_QUEUE = 100
HEARTBEAT_SECONDS = 30.0
QUERY = "tm.event='NewBlock'"


class Rpc:
    """The RPC's routes."""

    def __init__(self, backend: ChainBackend) -> None:
        self._backend = backend
        self._methods = RpcMethods(backend)
        self._subscribers: set[_Subscriber] = set()

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.post("/", self._post),
            web.get("/websocket", self._websocket),
            web.get("/{method}", self._get),
        ]

    def announce(self, height: int) -> None:
        """Tell subscribers that a block is final; one that does not keep up is dropped."""
        for subscriber in list(self._subscribers):
            if not subscriber.tell(height):
                self._subscribers.discard(subscriber)

    # ---- requests ------------------------------------------------------------------------------------------------
    async def _get(self, request: web.Request) -> web.Response:
        try:
            parameters = read_query(request.query)
        except RpcError as error:
            return web.json_response(failure(-1, error))
        return web.json_response(await self._call(-1, request.match_info["method"], parameters))

    async def _post(self, request: web.Request) -> web.Response:
        try:
            document = decode_json(await read_body(request), max_bytes=MAX_BODY_BYTES)
        except DecodingError as error:
            return web.json_response(failure(-1, _parse_error(error)), status=400)
        if not isinstance(document, list):
            return web.json_response(await self._answer(document))
        if len(document) > MAX_BATCH:
            too_many = RpcError(-32600, "Invalid Request", f"at most {MAX_BATCH} in a batch")
            return web.json_response(failure(-1, too_many), status=400)
        return web.json_response([await self._answer(item) for item in document])

    async def _answer(self, untrusted: object) -> dict[str, object]:
        if not isinstance(untrusted, dict) or not isinstance(untrusted.get("method"), str):
            return failure(-1, RpcError(-32600, "Invalid Request", "no method"))
        parameters = untrusted.get("params") or {}
        if not isinstance(parameters, dict):
            return failure(untrusted.get("id"), invalid_params("by name only"))
        return await self._call(untrusted.get("id"), str(untrusted["method"]), parameters)

    async def _call(self, request_id: object, name: str, parameters: Parameters) -> dict[str, object]:
        try:
            if name == "broadcast_tx_sync":
                return success(request_id, await self._methods.broadcast(parameters))
            method = self._methods.by_name.get(name)
            if method is None:
                raise RpcError(-32601, "Method not found")
            with self._backend.store.lock:
                return success(request_id, method(parameters))
        except RpcError as error:
            return failure(request_id, error)
        except LuopuError as error:
            return failure(request_id, internal_error(str(error)))

    # ---- events --------------------------------------------------------------------------------------------------
    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_BODY_BYTES)
        await socket.prepare(request)
        subscriber = _Subscriber(request.transport)
        sender = asyncio.create_task(self._push(socket, subscriber))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await socket.send_json(await self._hear(subscriber, message.data))
        except ConnectionError:
            pass  # it went away while it was being answered
        finally:
            self._subscribers.discard(subscriber)
            sender.cancel()
        return socket

    async def _hear(self, subscriber: "_Subscriber", text: str) -> dict[str, object]:
        """Answer one message: a subscription, its end, or any method."""
        request_id, name, query = subscription(text)
        if name == "subscribe":
            return self._subscribe(subscriber, request_id, query)
        if name in {"unsubscribe", "unsubscribe_all"}:
            self._subscribers.discard(subscriber)
            return success(request_id, {})
        try:
            return await self._answer(decode_json(text.encode(), max_bytes=MAX_BODY_BYTES))
        except DecodingError as error:
            return failure(-1, _parse_error(error))

    def _subscribe(self, subscriber: "_Subscriber", request_id: object, query: str) -> dict[str, object]:
        if query.replace(" ", "").replace('"', "'") != QUERY:
            return failure(request_id, internal_error(f"failed to parse query: only {QUERY} is offered"))
        if subscriber in self._subscribers:
            return failure(request_id, internal_error("already subscribed"))
        subscriber.request_id, subscriber.query = request_id, query
        self._subscribers.add(subscriber)
        return success(request_id, {})

    async def _push(self, socket: web.WebSocketResponse, subscriber: "_Subscriber") -> None:
        with suppress(ConnectionError):
            while True:
                height = await subscriber.heights.get()
                with self._backend.store.lock:
                    value = self._methods.new_block(height)
                event = {
                    "query": subscriber.query,
                    "data": {"type": "tendermint/event/NewBlock", "value": value},
                    "events": {"tm.event": ["NewBlock"]},
                }
                await socket.send_json(success(subscriber.request_id, event))


class _Subscriber:
    """One WebSocket and the heights that it has yet to be told of."""

    def __init__(self, transport: asyncio.Transport | None) -> None:
        self._transport = transport
        self.heights: asyncio.Queue[int] = asyncio.Queue(EVENT_QUEUE)
        self.request_id: object = None
        self.query = ""

    def tell(self, height: int) -> bool:
        """Queue a height; false when there was no room, and the connection has been cut."""
        try:
            self.heights.put_nowait(height)
        except asyncio.QueueFull:
            if self._transport is not None:
                self._transport.abort()
            return False
        return True


def _parse_error(error: DecodingError) -> RpcError:
    return RpcError(-32700, "Parse error. Invalid JSON", str(error))
