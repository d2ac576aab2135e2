"""Peers that lie: an RPC server over copied blocks that tells the truth until a test changes something.

`FakePeer` is written apart from the node's own RPC. What it serves are messages, so a test changes a message; how it
serves them (silence, a cut line, gzip, garbage, endless bytes) is changed method by method.
"""

import asyncio
import base64
import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from app.client.node import Endpoint
from app.core.codec import encode
from app.core.hashing import sha256
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.api.desk import DeskApi
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.consensus import rpcjson
from app.node.consensus.encoding import block_bytes
from app.node.consensus.hashes import block_id, data_hash
from app.node.consensus.time import encode_time, from_timestamp
from app.node.delimited import delimited
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.node.store.chain import ChainStore
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook, PeerState
from tests.fakes.chain import FakeBlock, sign_commit
from tests.fakes.consortium import FakeConsortium, block_at, commit_at, make_store

Params = Mapping[str, Any]
Answer = Callable[[Params], object]
Transport = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]


# ---- chains to serve -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Served:
    """A block, its id and the commit for it, as a peer serves them; nothing need fit."""

    block: pb.Block
    commit: pb.Commit
    block_id: pb.BlockID


def copy_chain(engine: EmbeddedEngine, height: int | None = None) -> list[Served]:
    """An engine's chain up to `height`, to be changed at will."""
    served = []
    for number in range(1, (height or engine.store.durable_tip.height) + 1):
        block, commit = pb.Block(), pb.Commit()
        block.CopyFrom(block_at(engine.store, number))
        commit.CopyFrom(commit_at(engine.store, number))
        served.append(Served(block, commit, block_id(block)))
    return served


def sign_anew(consortium: FakeConsortium, served: Served, *, flags: Sequence[pb.BlockIDFlag] | None = None) -> Served:
    """The block, whatever has been changed in it, with a commit by the real keys."""
    target = block_id(served.block)
    time = Nanoseconds(from_timestamp(served.block.header.time) + 1_000_000_000)
    height = Height(served.block.header.height)
    commit = sign_commit(consortium.validators, height, target, time=time, flags=flags)
    return Served(served.block, commit, target)


def with_transactions(served: Served, transactions: Sequence[bytes]) -> Served:
    """The block with other transactions, its header in agreement with them."""
    block = pb.Block()
    block.CopyFrom(served.block)
    del block.data.txs[:]
    block.data.txs.extend(transactions)
    block.header.data_hash = data_hash(transactions)
    return replace(served, block=block)


# ---- the liar ------------------------------------------------------------------------------------------------------
class FakePeer:
    """An RPC server. `answers` replaces what a method answers, `transports` how the answer is sent.

    With `raw` it also serves ranges of blocks as they are, as a node of ours does; that method is called `raw_blocks`.
    """

    def __init__(self, chain: Sequence[Served], chain_id: str, *, raw: bool = False) -> None:
        """`chain` is served at heights from 1, whatever its headers say."""
        self.chain = dict(enumerate(chain, start=1))
        self.chain_id = chain_id
        self.serves_raw = raw
        self.answers: dict[str, Answer] = {}
        self.transports: dict[str, Transport] = {}
        self.asked: Counter[str] = Counter()
        self.taken: list[bytes] = []
        self.release = asyncio.Event()
        self.url = ""
        self._methods: dict[str, Answer] = {
            "status": self._status,
            "block": self._block,
            "commit": self._commit,
            "broadcast_tx_sync": self._broadcast,
            "raw_blocks": self._raw_blocks,
        }
        application = web.Application(client_max_size=10_000_000)
        application.add_routes([web.post("/", self._post), web.get("/raw_blocks", self._get_raw)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        await self._runner.cleanup()

    @property
    def height(self) -> int:
        """The newest height it serves."""
        return max(self.chain)

    # ---- what it answers -----------------------------------------------------------------------------------------
    def _status(self, _: Params) -> object:
        newest = self.chain[self.height]
        return {
            "node_info": {
                "network": self.chain_id,
                "other": {"raw_blocks": "/raw_blocks"} if self.serves_raw else {},
            },
            "sync_info": {
                "earliest_block_height": str(min(self.chain)),
                "latest_block_height": str(self.height),
                "latest_block_hash": newest.block_id.hash.hex().upper(),
                "latest_block_time": encode_time(from_timestamp(newest.block.header.time)),
                "catching_up": False,
            },
        }

    def _block(self, params: Params) -> object:
        served = self.chain[int(params["height"])]
        return {
            "block_id": rpcjson.encode_block_id(served.block_id),
            "block": rpcjson.encode_block(served.block),
        }

    def _commit(self, params: Params) -> object:
        served = self.chain[int(params["height"])]
        return {
            "signed_header": {
                "header": rpcjson.encode_header(served.block.header),
                "commit": rpcjson.encode_commit(served.commit),
            },
            "canonical": False,
        }

    def _broadcast(self, params: Params) -> object:
        raw = base64.b64decode(params["tx"])
        self.taken.append(raw)
        return {"code": 0, "data": "", "log": "", "codespace": "", "hash": sha256(raw).hex().upper()}

    def _raw_blocks(self, params: Params) -> object:
        first = int(params["first"])
        last = min(first + int(params["count"]) - 1, self.height)
        return make_range([self.chain[height] for height in range(first, last + 1)])

    # ---- how it answers ------------------------------------------------------------------------------------------
    async def _post(self, request: web.Request) -> web.StreamResponse:
        document = json.loads(await request.read())
        calls = document if isinstance(document, list) else [document]
        for call in calls:
            self.asked[call["method"]] += 1
        answers = [self._answer(call) for call in calls]
        body = json.dumps(answers if isinstance(document, list) else answers[0]).encode()
        transport = self.transports.get(calls[0]["method"], send_plainly)
        return await transport(request, body)

    async def _get_raw(self, request: web.Request) -> web.StreamResponse:
        self.asked["raw_blocks"] += 1
        try:
            body = self.answers.get("raw_blocks", self._raw_blocks)(request.query)
        except (KeyError, ValueError):
            return web.Response(status=404)
        assert isinstance(body, bytes)
        return await self.transports.get("raw_blocks", send_plainly)(request, body)

    def _answer(self, call: dict[str, Any]) -> object:
        method = self.answers.get(call["method"], self._methods.get(call["method"]))
        try:
            result = None if method is None else method(call["params"])
        except (KeyError, ValueError):
            result = None
        if result is None:
            error = {"code": -32603, "message": "Internal error", "data": "no such thing"}
            return {"jsonrpc": "2.0", "id": call["id"], "error": error}
        return {"jsonrpc": "2.0", "id": call["id"], "result": result}


def raw_body(frames: Sequence[bytes]) -> bytes:
    """Frames with their length in front, one behind the other."""
    return b"".join(map(delimited, frames))


def make_range(chain: Sequence[Served | FakeBlock]) -> bytes:
    """Blocks and the commit for the last, as a node of ours sends them."""
    return raw_body([*[block_bytes(each.block) for each in chain], encode(chain[-1].commit)])


async def send_plainly(_: web.Request, body: bytes) -> web.StreamResponse:
    """As an honest peer does."""
    return web.Response(body=body, content_type="application/json")


def send_instead(body: bytes, *, status: int = 200) -> Transport:
    """Other bytes than the answer."""

    async def transport(_: web.Request, __: bytes) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type="application/json")

    return transport


async def send_gzipped(_: web.Request, body: bytes) -> web.StreamResponse:
    """Compressed, though nobody asked for it."""
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    return web.Response(body=gzip.compress(body), headers=headers)


async def send_half(request: web.Request, body: bytes) -> web.StreamResponse:
    """Half of the answer, then the line is cut."""
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    assert request.transport is not None
    request.transport.abort()
    return response


async def send_endlessly(request: web.Request, _: bytes) -> web.StreamResponse:
    """Blanks, for as long as somebody reads."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)


def send_elsewhere(url: str) -> Transport:
    """A redirect."""

    async def transport(_: web.Request, __: bytes) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": url})

    return transport


def send_nothing(peer: FakePeer) -> Transport:
    """Silence until the test is over."""

    async def transport(_: web.Request, __: bytes) -> web.StreamResponse:
        await peer.release.wait()
        return web.Response()

    return transport


# ---- the honest ones -----------------------------------------------------------------------------------------------
@asynccontextmanager
async def serving(engine: EmbeddedEngine) -> AsyncIterator[str]:
    """An engine behind its own RPC; gives the URL."""
    rpc = Rpc(engine)
    server = LoopbackServer(rpc.routes(), token=None)
    url = await server.start("127.0.0.1", 0)
    try:
        yield url
    finally:
        await server.close()
        rpc.close()


@asynccontextmanager
async def make_node(
    consortium: FakeConsortium, urls: Sequence[str], *, store: ChainStore | None = None
) -> AsyncIterator[NodeService]:
    """A node in memory that knows these peers. Nobody drives it but the test: `follower.step`."""
    store = store or make_store()
    async with open_session() as session:
        book = PeerBook(urls, consortium.genesis.chain_id, session)
        service = NodeService(store, consortium.genesis, consortium.genesis_bytes, book)
        store.begin(consortium.genesis.fingerprint, service.first_tip(), consortium.writes)
        yield service
        service.follower.close()


def state_of(service: NodeService, peer: str | FakePeer) -> PeerState:
    """What the node knows of a peer."""
    url = (peer.url if isinstance(peer, FakePeer) else peer).rstrip("/")
    return next(state for state in service.peers.states if state.peer.url == url)


@asynccontextmanager
async def serving_desk(service: NodeService, token: str = "token") -> AsyncIterator[Endpoint]:
    """A node behind the API that a desk uses."""
    server = LoopbackServer(DeskApi(service).routes(), token=token)
    url = await server.start("127.0.0.1", 0)
    try:
        yield Endpoint(url, token)
    finally:
        await server.close()
