"""The one place that constructs adapters: clock, randomness, databases, servers, the desk.

Everything above it gets its parts from here; everything below it gets them as arguments.
"""

import asyncio
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.client.node import Endpoint
from app.core.errors import BadGenesis, DecodingError, FileUnwritable, NodeUnreachable, StoreDamaged, UsageError
from app.core.home import Home
from app.core.keys import Algorithm, PublicKey
from app.core.strictjson import decode_json
from app.core.units import Nanoseconds
from app.node.api.desk import DeskApi
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.consensus.genesis import Genesis, decode_genesis
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import load_consortium_keys, make_consortium_keys, save_consortium_keys
from app.node.engine.sandbox import make_sandbox
from app.node.service import NodeService
from app.node.store.chain import ChainStore
from app.node.store.disk import fsync_directory, fsync_file
from app.node.store.highwater import HighWater
from app.node.store.leveldb import quarantine
from app.node.store.noted import NotedLevelDb
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook
from app.registry.genesis import initial_state
from app.wallet.keystore import create_keystore

LOOPBACK = "127.0.0.1"
PEERS_SECONDS = 1.0
DEFAULT_LABEL = "经办 01"
MAX_GENESIS_BYTES = 16 * 1024 * 1024
DAMAGE_NOTE = "damaged"
"""Beside a database that was found damaged while it was open."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> Nanoseconds:
        """The present moment."""
        return Nanoseconds(time.time_ns())


class SystemRandomness:
    """The system's unpredictable bytes."""

    def random_bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        return secrets.token_bytes(count)


# ---- genesis and stores ----------------------------------------------------------------------------------------------
def load_genesis(path: Path) -> tuple[Genesis, bytes, dict[bytes, bytes]]:
    """A genesis document: decoded, its bytes, and the first state.

    Raises:
        BadGenesis: it cannot be read or cannot start a chain.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_GENESIS_BYTES + 1)
    except OSError as error:
        raise BadGenesis(reason=error.strerror or "unreadable", path=str(path)) from error
    genesis = decode_genesis(data)
    return genesis, data, initial_state(genesis.chain_id, genesis.app_state)


def open_store(folder: Path) -> ChainStore:
    """The chain store in `folder`.

    Raises:
        StoreInUse: another process has it.
        StoreDamaged: it is corrupted or lacks what was acknowledged, or was found to before.
        StoreFailed: the system refuses to read or write there.
    """
    note = folder / DAMAGE_NOTE
    kv = NotedLevelDb(folder / "chain", note)
    try:
        if note.exists():
            raise StoreDamaged(reason="found damaged before", path=str(folder))
        return ChainStore(kv, HighWater(folder / "mark"))
    except BaseException:
        kv.close()
        raise


def open_node_store(folder: Path) -> ChainStore:
    """As `open_store`; a damaged one is put aside, never repaired, and everything is fetched again."""
    try:
        return open_store(folder)
    except StoreDamaged:
        for name in ("chain", "mark", DAMAGE_NOTE):
            if (folder / name).exists():
                quarantine(folder / name)
        return open_store(folder)


# ---- keys ------------------------------------------------------------------------------------------------------------
def create_clerk_key(home: Home, passphrase: str) -> None:
    """A new key for the clerk of this home. Errors as of `create_keystore`."""
    home.keystore.parent.mkdir(parents=True, exist_ok=True)
    create_keystore(
        home.keystore, passphrase, algorithm=Algorithm.ED25519, label=DEFAULT_LABEL, randomness=SystemRandomness()
    )


# ---- the embedded consortium -----------------------------------------------------------------------------------------
def create_sandbox(home: Home, validators: int, clerk: PublicKey, label: str) -> None:
    """Write a new embedded consortium's keys, agreement and genesis into `home`.

    Raises:
        UsageError: the home has a genesis already.
    """
    if home.genesis.exists():
        raise UsageError(argument="home", reason="there is a genesis.json already", path=str(home.genesis))
    home.sandbox.mkdir(parents=True, exist_ok=True)
    home.sandbox_keys.unlink(missing_ok=True)  # left over from a set-up that was cut off before its genesis
    keys = make_consortium_keys(validators, SystemRandomness())
    save_consortium_keys(home.sandbox_keys, keys)
    sandbox = make_sandbox(secrets.token_hex(3), keys, [(clerk, label)], SystemClock().now())
    home.agreement.write_bytes(sandbox.agreement)
    write_durably(home.genesis, sandbox.genesis, mode=0o644)


@dataclass(frozen=True, slots=True)
class Running:
    """A service that runs: where it listens, and the tasks that keep it going."""

    url: str
    tasks: tuple["asyncio.Task[None]", ...]

    async def until(self, stop: asyncio.Event) -> None:
        """Wait for `stop`. A task that fails before ends the waiting, and its error is raised."""
        waiting: asyncio.Task[object] = asyncio.create_task(stop.wait())
        running: set[asyncio.Task[object]] = {waiting, *self.tasks}
        try:
            while waiting in running:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # one that ended in peace, a halted follower, leaves the rest to be looked at
        finally:
            waiting.cancel()


@asynccontextmanager
async def running_sandbox(home: Home, interval_seconds: float, port: int) -> AsyncIterator[Running]:
    """The embedded consortium, making blocks and serving RPC, until left."""
    genesis, genesis_bytes, writes = load_genesis(home.genesis)
    store = open_store(home.sandbox)
    try:
        keys = load_consortium_keys(home.sandbox_keys)
        engine = EmbeddedEngine(store, genesis, genesis_bytes, writes, keys, SystemClock())
        rpc = Rpc(engine)
        engine.on_block(rpc.announce)
        server = LoopbackServer(rpc.routes(), token=None)
        with _announced(home.sandbox_endpoint):
            url = await server.start(LOOPBACK, port)
            write_durably(home.sandbox_endpoint, json.dumps({"url": url, "pid": os.getpid()}).encode(), mode=0o600)
            producing = asyncio.create_task(engine.run(interval_seconds))
            try:
                yield Running(url, (producing,))
            finally:
                await _cancel(producing)
                await server.close()
    finally:
        store.close()


# ---- the node --------------------------------------------------------------------------------------------------------
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
            with _announced(home.node_endpoint):
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
                        await _cancel(task)
                    await server.close()
    finally:
        store.close()


def load_peers(home: Home) -> list[str]:
    """Peers this home follows: those it joined with, and its own embedded consortium when that runs."""
    peers: list[str] = []
    if home.peers.exists():
        document = _load_json(home.peers)
        listed = document.get("peers")
        peers += [str(item) for item in listed] if isinstance(listed, list) else []
    if home.sandbox_endpoint.exists():
        peers.append(str(_load_json(home.sandbox_endpoint).get("url", "")))
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
        document = _load_json(home.node_endpoint)
        return Endpoint(str(document["url"]), str(document["token"]))
    except (OSError, KeyError, DecodingError) as error:
        raise NodeUnreachable(node=str(home.root), reason="no node runs here") from error


# ---- files -----------------------------------------------------------------------------------------------------------
def write_durably(path: Path, content: bytes, *, mode: int) -> None:
    """Write a small file so that it is there whole or not at all, and after a power cut too.

    Raises:
        FileUnwritable: what stood there before still does.
    """
    draft = path.with_name(path.name + ".new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            fsync_file(file.fileno())
        draft.replace(path)
        fsync_directory(path.parent)
    except OSError as error:
        raise FileUnwritable(path=str(path), reason=error.strerror) from error


def _load_json(path: Path) -> dict[str, object]:
    document = decode_json(path.read_bytes(), max_bytes=1_000_000)
    if not isinstance(document, dict):
        raise DecodingError(kind=path.name)
    return document


@contextmanager
def _announced(path: Path) -> Iterator[None]:
    """Remove the announcement of a process when it ends, and one that a killed process left behind."""
    path.unlink(missing_ok=True)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


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


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
