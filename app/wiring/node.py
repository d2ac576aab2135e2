"""The node of a home: whom it follows, where it listens."""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from app.client.node import Endpoint
from app.core.errors import DecodingError, NodeUnreachable
from app.core.home import Home
from app.node.api.desk import DeskApi
from app.node.api.server import LoopbackServer
from app.node.service import NodeService
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook
from app.wiring.files import announced, load_json, write_durably
from app.wiring.running import Running, cancel
from app.wiring.sandbox import LOOPBACK
from app.wiring.stores import load_genesis, open_node_store

PEERS_SECONDS = 1.0


@asynccontextmanager
async def running_node(home: Home, peers: Sequence[str], port: int) -> AsyncIterator[Running]:
    """The node: follows `peers` (or the home's own), serves the desk's API until left."""
    genesis, genesis_bytes, writes = load_genesis(home.genesis)
    store = open_node_store(home.node)
    try:
        async with open_session() as session:
            book = PeerBook(peers or _known_peers(home), genesis.chain_id, session)
            service = NodeService(store, genesis, genesis_bytes, book)
            store.begin(genesis.fingerprint, service.first_tip(), writes)
            token = secrets.token_urlsafe(32)
            server = LoopbackServer(DeskApi(service).routes(), token=token)
            with announced(home.node_endpoint):
                url = await server.start(LOOPBACK, port)
                document = {"url": url, "token": token, "pid": os.getpid()}
                write_durably(home.node_endpoint, json.dumps(document).encode(), mode=0o600)
                tasks = [asyncio.create_task(service.follower.run())]
                if not peers:
                    tasks.append(asyncio.create_task(_watch_peers(home, book)))
                try:
                    yield Running(url, tuple(tasks))
                finally:
                    for task in tasks:
                        await cancel(task)
                    await server.close()
    finally:
        store.close()


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
