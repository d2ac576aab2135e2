"""The node of a home: whom it follows, where it listens."""

import asyncio
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.client.node import Endpoint
from app.core.errors import DecodingError, NodeUnreachable
from app.core.home import Home
from app.node.api.address import ListenAddress
from app.node.api.desk import DeskApi
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer, PublicServer
from app.node.service import NodeService
from app.node.store.offering import Offering
from app.node.sync.light_trust import PinnedBlock
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook
from app.wiring.bootstrap import restore_store
from app.wiring.files import announced, load_json, write_durably
from app.wiring.running import Running, cancel
from app.wiring.sandbox import LOOPBACK
from app.wiring.stores import load_genesis, open_node_store
from app.wiring.upkeep import announce_blocks, prune_blocks, write_snapshots

PEERS_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NodeOptions:
    """What a node does for others, and what it keeps; by default nothing, and everything."""

    rpc: ListenAddress | None = None
    """Where it serves CometBFT's RPC."""
    keep_blocks: int | None = None
    snapshot_interval: int | None = None
    """Blocks between two snapshots."""
    from_snapshot: bool = False
    """Begin an empty store with a snapshot from the peers."""
    trust: PinnedBlock | None = None
    """What that snapshot must follow from; the genesis validators where nothing is named."""


DESK_ONLY = NodeOptions()


@asynccontextmanager
async def running_node(
    home: Home, peers: Sequence[str], port: int, options: NodeOptions = DESK_ONLY
) -> AsyncIterator[Running]:
    """The node: follows `peers` (or the home's own), serves the desk's API until left."""
    genesis, genesis_bytes, writes = load_genesis(home.genesis)
    store = open_node_store(home.node)
    try:
        async with open_session() as session:
            known = peers or _known_peers(home)
            if options.from_snapshot and store.is_empty:
                await restore_store(home, store, genesis, known, session, options.trust)
            book = PeerBook(known, genesis.chain_id, session)
            service = NodeService(store, genesis, genesis_bytes, book)
            store.begin(genesis.fingerprint, service.first_tip(), writes)
            offering = Offering(home.snapshots)
            async with _serving_desk(home, service, port) as url, _serving_rpc(offering, service, options) as rpc:
                works = [service.follower.run(), *_upkeep(offering, service, options, rpc)]
                if not peers:
                    works.append(_watch_peers(home, book))
                tasks = tuple(asyncio.create_task(work) for work in works)
                try:
                    yield Running(url, tasks, None if rpc is None else rpc.url)
                finally:
                    for task in tasks:
                        await cancel(task)
    finally:
        store.close()


@asynccontextmanager
async def _serving_desk(home: Home, service: NodeService, port: int) -> AsyncIterator[str]:
    """The desk's API, announced in the home; gives its URL."""
    token = secrets.token_urlsafe(32)
    server = LoopbackServer(DeskApi(service).routes(), token=token)
    with announced(home.node_endpoint):
        url = await server.start(LOOPBACK, port)
        document = {"url": url, "token": token, "pid": os.getpid()}
        write_durably(home.node_endpoint, json.dumps(document).encode(), mode=0o600)
        try:
            yield url
        finally:
            await server.close()


@dataclass(frozen=True, slots=True)
class _ServedRpc:
    """The RPC that others read from, and where it listens."""

    rpc: Rpc
    url: str


@asynccontextmanager
async def _serving_rpc(
    offering: Offering, service: NodeService, options: NodeOptions
) -> AsyncIterator[_ServedRpc | None]:
    """The RPC for others, where the options name an address. Beyond loopback it is open to whoever reaches it."""
    if options.rpc is None:
        yield None
        return
    rpc = Rpc(service, snapshots=None if options.snapshot_interval is None else offering)
    routes = rpc.routes()
    server = LoopbackServer(routes, token=None) if options.rpc.is_loopback else PublicServer(routes)
    url = await server.start(options.rpc.host, options.rpc.port)
    if not options.rpc.is_loopback:
        _log.warning("whoever reaches %s can read this chain and hand in transactions", url)
    try:
        yield _ServedRpc(rpc, url)
    finally:
        await server.close()
        rpc.close()


def _upkeep(
    offering: Offering, service: NodeService, options: NodeOptions, served: _ServedRpc | None
) -> Iterator[Coroutine[None, None, None]]:
    """What goes on beside following."""
    if served is not None:
        yield announce_blocks(service, served.rpc.announce)
    if options.keep_blocks is not None:
        yield prune_blocks(service, options.keep_blocks)
    if options.snapshot_interval is not None:
        yield write_snapshots(service, offering, options.snapshot_interval)


def load_peers(home: Home) -> list[str]:
    """Peers this home follows: those it joined with, and its own embedded consortium when that runs."""
    peers: list[str] = []
    if home.peers.exists():
        document = load_json(home.peers)
        listed = document.get("peers")
        peers += [str(item) for item in listed] if isinstance(listed, list) else []
    if home.sandbox_endpoint.exists():
        peers.append(str(load_json(home.sandbox_endpoint).get("url", "")))
    return [peer for peer in peers if peer]


def save_peers(home: Home, peers: Sequence[str]) -> None:
    """Remember peers to follow."""
    home.node.mkdir(parents=True, exist_ok=True)
    write_durably(home.peers, json.dumps({"peers": list(peers)}, indent=2).encode(), mode=0o600)


def load_endpoint(home: Home) -> Endpoint:
    """Where the home's node listens.

    Raises:
        NodeUnreachable: no node has announced itself.
    """
    try:
        document = load_json(home.node_endpoint)
        return Endpoint(str(document["url"]), str(document["token"]))
    except (OSError, KeyError, DecodingError) as error:
        raise NodeUnreachable(node=str(home.root), reason="no node runs here") from error


async def _watch_peers(home: Home, book: PeerBook) -> None:
    """Follow changes of the home's peers: the embedded consortium comes back on another port."""
    while True:
        if peers := _known_peers(home):
            book.replace(peers)
        await asyncio.sleep(PEERS_SECONDS)


def _known_peers(home: Home) -> list[str]:
    """As `load_peers`; none while a file is being replaced or cannot be read."""
    try:
        return load_peers(home)
    except (OSError, DecodingError):
        return []
