"""CometBFT's RPC, the subset that nodes, light clients and explorers use, over a chain store.

Shapes, limits and words are CometBFT 0.38's: GET with query parameters, JSON-RPC 2.0 by POST (single or a batch of ten),
events over a WebSocket. Events are a hint and may be dropped for a slow reader; whoever needs every block asks by height.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Protocol

from aiohttp import WSMsgType, web

from app import __version__
from app.core.codec import decode
from app.core.errors import DecodingError, LuopuError, Refused
from app.core.hashing import sha256
from app.core.strictjson import decode_json
from app.core.units import Hash32, Height, Nanoseconds
from app.core.wire import comet_pb2, store_pb2
from app.node.api.server import read_body
from app.node.consensus import rpcjson
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import tx_proof
from app.node.consensus.rpcresults import encode_proof, encode_tx_result
from app.node.consensus.time import encode_time
from app.node.consensus.validators import ValidatorSet
from app.node.execution import decode_results
from app.node.store.chain import ChainStore

MAX_BATCH = 10
MAX_HEADERS = 20
MAX_PER_PAGE = 100
GENESIS_CHUNK = 16 * 1024 * 1024
EVENT_QUEUE = 100

Parameters = Mapping[str, object]


class RpcError(Exception):
    """A JSON-RPC error as CometBFT words it."""

    def __init__(self, code: int, message: str, data: str = "") -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message, "data": data}


class ChainBackend(Protocol):
    """What the RPC speaks for: the embedded engine, or a node."""

    @property
    def store(self) -> ChainStore:
        """Its chain."""
        ...

    @property
    def genesis(self) -> Genesis:
        """Its genesis."""
        ...

    @property
    def genesis_bytes(self) -> bytes:
        """The genesis document as it was given."""
        ...

    @property
    def catching_up(self) -> bool:
        """Whether it is still behind its peers."""
        ...

    def validators_at(self, height: int) -> ValidatorSet:
        """The set whose signatures make the block at `height` final."""
        ...

    async def submit(self, untrusted_transaction: bytes) -> Hash32:
        """Admit a transaction to the next blocks.

        Raises:
            Refused: the law would refuse it.
        """
        ...


class Rpc:
    """The RPC's methods and routes."""

    def __init__(self, backend: ChainBackend) -> None:
        self._backend = backend
        self._subscribers: set[asyncio.Queue[int | None]] = set()
        self._methods: dict[str, Callable[[Parameters], object]] = {
            "health": lambda _: {},
            "status": self._status,
            "genesis": self._genesis,
            "genesis_chunked": self._genesis_chunked,
            "block": self._block,
            "commit": self._commit,
            "validators": self._validators,
            "blockchain": self._blockchain,
            "block_results": self._block_results,
            "tx": self._tx,
            "abci_info": self._abci_info,
        }

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.post("/", self._post),
            web.get("/websocket", self._websocket),
            web.get("/{method}", self._get),
        ]

    def announce(self, height: int) -> None:
        """Tell subscribers that a block is final; one that does not keep up is dropped."""
        for queue in list(self._subscribers):
            try:
                queue.put_nowait(height)
            except asyncio.QueueFull:
                self._subscribers.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)

    # ---- transport -----------------------------------------------------------------------------------------------
    async def _get(self, request: web.Request) -> web.Response:
        parameters = {name: _query_value(value) for name, value in request.query.items()}
        return _json(await self._call(-1, request.match_info["method"], parameters))

    async def _post(self, request: web.Request) -> web.Response:
        try:
            document = decode_json(await read_body(request), max_bytes=1_000_000)
        except DecodingError as error:
            return _json(_failure(-1, RpcError(-32700, "Parse error. Invalid JSON", str(error))), 400)
        if isinstance(document, list):
            if len(document) > MAX_BATCH:
                return _json(_failure(-1, RpcError(-32600, "Invalid Request", f"at most {MAX_BATCH} in a batch")), 400)
            return _json([await self._answer(item) for item in document])
        return _json(await self._answer(document))

    async def _answer(self, untrusted: object) -> dict[str, object]:
        if not isinstance(untrusted, dict) or not isinstance(untrusted.get("method"), str):
            return _failure(-1, RpcError(-32600, "Invalid Request", "no method"))
        parameters = untrusted.get("params") or {}
        if not isinstance(parameters, dict):
            return _failure(untrusted.get("id"), RpcError(-32602, "Invalid params", "by name only"))
        return await self._call(untrusted.get("id"), str(untrusted["method"]), parameters)

    async def _call(self, request_id: object, method: str, parameters: Parameters) -> dict[str, object]:
        handler = self._methods.get(method)
        try:
            if method == "broadcast_tx_sync":
                return {"jsonrpc": "2.0", "id": request_id, "result": await self._broadcast(parameters)}
            if handler is None:
                raise RpcError(-32601, "Method not found")
            with self._backend.store.lock:
                return {"jsonrpc": "2.0", "id": request_id, "result": handler(parameters)}
        except RpcError as error:
            return _failure(request_id, error)
        except LuopuError as error:
            return _failure(request_id, RpcError(-32603, "Internal error", str(error)))

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=1_000_000)
        await socket.prepare(request)
        queue: asyncio.Queue[int | None] = asyncio.Queue(EVENT_QUEUE)
        sender: asyncio.Task[None] | None = None
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                request_id, method, query = _subscription(message.data)
                if method == "subscribe" and sender is None:
                    self._subscribers.add(queue)
                    await socket.send_json({"jsonrpc": "2.0", "id": request_id, "result": {}})
                    sender = asyncio.create_task(self._push(socket, queue, request_id, query))
                elif method in {"unsubscribe", "unsubscribe_all"}:
                    self._subscribers.discard(queue)
                    await socket.send_json({"jsonrpc": "2.0", "id": request_id, "result": {}})
                else:
                    await socket.send_json(await self._answer_text(message.data))
        finally:
            self._subscribers.discard(queue)
            if sender is not None:
                sender.cancel()
        return socket

    async def _answer_text(self, text: str) -> dict[str, object]:
        try:
            return await self._answer(decode_json(text.encode(), max_bytes=1_000_000))
        except DecodingError as error:
            return _failure(-1, RpcError(-32700, "Parse error. Invalid JSON", str(error)))

    async def _push(
        self, socket: web.WebSocketResponse, queue: "asyncio.Queue[int | None]", request_id: object, query: str
    ) -> None:
        while (height := await queue.get()) is not None:
            event = {
                "query": query,
                "data": {"type": "tendermint/event/NewBlock", "value": self._block({"height": height})},
                "events": {"tm.event": ["NewBlock"]},
            }
            await socket.send_json({"jsonrpc": "2.0", "id": request_id, "result": event})
        await socket.close(message=b"too slow")

    # ---- methods -------------------------------------------------------------------------------------------------
    def _status(self, _: Parameters) -> object:
        tip = self._backend.store.durable_tip
        genesis = self._backend.genesis
        return {
            "node_info": {
                "network": genesis.chain_id,
                "version": "0.38.0",
                "moniker": f"luopu {__version__}",
                "protocol_version": {"p2p": "8", "block": "11", "app": "1"},
            },
            "sync_info": {
                "latest_block_hash": _hex(tip.block_hash),
                "latest_app_hash": _hex(tip.app_hash),
                "latest_block_height": str(tip.height),
                "latest_block_time": encode_time(Nanoseconds(tip.time_ns)),
                "earliest_block_height": str(genesis.initial_height),
                "catching_up": self._backend.catching_up,
            },
        }

    def _genesis(self, _: Parameters) -> object:
        return {"genesis": json.loads(self._backend.genesis_bytes)}

    def _genesis_chunked(self, parameters: Parameters) -> object:
        data = self._backend.genesis_bytes
        total = max(1, -(-len(data) // GENESIS_CHUNK))
        chunk = _integer(parameters, "chunk", 0)
        if not 0 <= chunk < total:
            raise RpcError(-32603, "Internal error", f"there are {total} chunks")
        piece = data[chunk * GENESIS_CHUNK : (chunk + 1) * GENESIS_CHUNK]
        return {"chunk": str(chunk), "total": str(total), "data": base64.b64encode(piece).decode()}

    def _block(self, parameters: Parameters) -> object:
        height = self._height(parameters)
        return {
            "block_id": rpcjson.encode_block_id(self._commit_of(height).block_id),
            "block": rpcjson.encode_block(self._load(height)),
        }

    def _commit(self, parameters: Parameters) -> object:
        height = self._height(parameters)
        return {
            "signed_header": {
                "header": rpcjson.encode_header(self._load(height).header),
                "commit": rpcjson.encode_commit(self._commit_of(height)),
            },
            "canonical": height < self._backend.store.durable_tip.height,
        }

    def _validators(self, parameters: Parameters) -> object:
        height = self._height(parameters, ahead=1)
        page, per_page = _integer(parameters, "page", 1), min(_integer(parameters, "per_page", 30), MAX_PER_PAGE)
        every = rpcjson.encode_validators(self._backend.validators_at(height))
        if page < 1 or per_page < 1 or (page - 1) * per_page >= max(1, len(every)):
            raise RpcError(-32603, "Internal error", "page should be within range")
        shown = every[(page - 1) * per_page : page * per_page]
        return {
            "block_height": str(height),
            "validators": shown,
            "count": str(len(shown)),
            "total": str(len(every)),
        }

    def _blockchain(self, parameters: Parameters) -> object:
        tip = self._backend.store.durable_tip.height
        highest = min(_integer(parameters, "maxHeight", tip) or tip, tip)
        lowest = max(_integer(parameters, "minHeight", 1) or 1, self._backend.genesis.initial_height)
        lowest = max(lowest, highest - MAX_HEADERS + 1)
        metas = [self._meta(height) for height in range(highest, lowest - 1, -1)]
        return {"last_height": str(tip), "block_metas": metas}

    def _meta(self, height: int) -> dict[str, object]:
        block = self._load(height)
        return {
            "block_id": rpcjson.encode_block_id(self._commit_of(height).block_id),
            "block_size": str(len(self._backend.store.block(height) or b"")),
            "header": rpcjson.encode_header(block.header),
            "num_txs": str(len(block.data.txs)),
        }

    def _block_results(self, parameters: Parameters) -> object:
        height = self._height(parameters)
        results = decode_results(self._backend.store.results(height))
        return {
            "height": str(height),
            "txs_results": [encode_tx_result(result) for result in results] or None,
            "finalize_block_events": None,
            "validator_updates": None,
            "consensus_param_updates": None,
            "app_hash": base64.b64encode(self._app_hash_after(height)).decode(),
        }

    def _tx(self, parameters: Parameters) -> object:
        transaction_hash = _bytes(parameters, "hash")
        receipt = self._backend.store.receipt(transaction_hash)
        if receipt is None:
            raise RpcError(-32603, "Internal error", f"tx ({transaction_hash.hex().upper()}) not found")
        block = self._load(receipt.height)
        raw = block.data.txs[receipt.position]
        answer: dict[str, object] = {
            "hash": transaction_hash.hex().upper(),
            "height": str(receipt.height),
            "index": receipt.position,
            "tx_result": encode_tx_result(
                decode_results(self._backend.store.results(receipt.height))[receipt.position]
            ),
            "tx": base64.b64encode(raw).decode(),
        }
        if str(parameters.get("prove", "")).lower() == "true":
            answer["proof"] = _tx_proof(list(block.data.txs), receipt, block.header.data_hash)
        return answer

    def _abci_info(self, _: Parameters) -> object:
        tip = self._backend.store.durable_tip
        return {
            "response": {
                "data": "luopu",
                "version": __version__,
                "app_version": "1",
                "last_block_height": str(tip.height),
                "last_block_app_hash": base64.b64encode(tip.app_hash).decode(),
            }
        }

    async def _broadcast(self, parameters: Parameters) -> object:
        raw = _bytes(parameters, "tx")
        code, log, data = 0, "", ""
        try:
            transaction_hash = await self._backend.submit(raw)
        except Refused as refusal:
            facts = {name: str(value) for name, value in refusal.facts.items() if value is not None}
            transaction_hash, code = sha256(raw), refusal.number
            log, data = str(refusal), base64.b64encode(json.dumps(facts).encode()).decode()
        codespace = "luopu" if code else ""
        return {"code": code, "data": data, "log": log, "codespace": codespace, "hash": transaction_hash.hex().upper()}

    # ---- inside --------------------------------------------------------------------------------------------------
    def _height(self, parameters: Parameters, *, ahead: int = 0) -> int:
        tip = self._backend.store.durable_tip.height
        height = _integer(parameters, "height", 0) or tip
        if height < self._backend.genesis.initial_height:
            lowest = self._backend.genesis.initial_height
            raise RpcError(-32603, "Internal error", f"height {height} is not available, lowest height is {lowest}")
        if height > tip + ahead:
            text = f"height {height} must be less than or equal to the current blockchain height {tip}"
            raise RpcError(-32603, "Internal error", text)
        return Height(height)

    def _load(self, height: int) -> comet_pb2.Block:
        data = self._backend.store.block(height)
        if data is None:
            raise RpcError(-32603, "Internal error", f"block {height} is not available")
        return decode(comet_pb2.Block, data)

    def _commit_of(self, height: int) -> comet_pb2.Commit:
        """The commit that makes `height` final: in the next block, or the one seen for the newest."""
        if height < self._backend.store.durable_tip.height:
            return self._load(height + 1).last_commit
        return decode(comet_pb2.Commit, self._backend.store.seen_commit() or b"")

    def _app_hash_after(self, height: int) -> bytes:
        tip = self._backend.store.durable_tip
        return tip.app_hash if height == tip.height else self._load(height + 1).header.app_hash


def _json(document: object, status: int = 200) -> web.Response:
    return web.json_response(document, status=status)


def _failure(request_id: object, error: RpcError) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": request_id, "error": error.body}


def _subscription(text: str) -> tuple[object, str, str]:
    try:
        document = decode_json(text.encode(), max_bytes=100_000)
    except DecodingError:
        return -1, "", ""
    if not isinstance(document, dict):
        return -1, "", ""
    parameters = document.get("params")
    query = parameters.get("query", "") if isinstance(parameters, dict) else ""
    return document.get("id"), str(document.get("method", "")), str(query)


def _hex(data: bytes) -> str:
    return data.hex().upper()


def _query_value(value: str) -> object:
    """A URI parameter: 0x… is bytes, "…" is text, anything else as it stands."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    if value[:2] in {"0x", "0X"}:
        try:
            return bytes.fromhex(value[2:])
        except ValueError as error:
            raise RpcError(-32602, "Invalid params", "not hex") from error
    return value


def _integer(parameters: Parameters, name: str, default: int) -> int:
    value = parameters.get(name)
    if value is None or value == "":
        return default
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).lstrip("-").isdecimal():
        raise RpcError(-32602, "Invalid params", f"{name} is not an integer")
    if len(str(value)) > 19:
        raise RpcError(-32602, "Invalid params", f"{name} is too large")
    return int(value)


def _bytes(parameters: Parameters, name: str) -> bytes:
    """Bytes: raw from a URI, base64 (or, for hashes, hex) in JSON."""
    value = parameters.get(name)
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or not value:
        raise RpcError(-32602, "Invalid params", f"{name} is missing")
    try:
        if name == "hash" and len(value) == 64:
            return bytes.fromhex(value)
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise RpcError(-32602, "Invalid params", f"{name} is not base64") from error


def _tx_proof(transactions: list[bytes], receipt: store_pb2.StoredReceipt, data_hash: bytes) -> dict[str, object]:
    proof = tx_proof(transactions, receipt.position)
    return {
        "root_hash": data_hash.hex().upper(),
        "data": base64.b64encode(transactions[receipt.position]).decode(),
        "proof": encode_proof(proof),
    }
