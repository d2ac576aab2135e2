"""A consortium, a node and a client that never stops, to be killed at will, and what must be true afterwards.

Real processes, real LevelDB. What the client and the node's and the consortium's own answers acknowledged is written down
as it comes and compared at the end with both stores, with a node that fetches the whole chain anew, and with a replay of
its blocks.
"""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.client.model import Final, Unknown
from app.client.node import NodeClient
from app.core.errors import LuopuError, MempoolFull, NodeUnreachable, NoPeer
from app.core.hashing import sha256
from app.core.home import Home
from app.core.refusals import Replayed
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.predicates import block_time
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import save_consortium_keys
from app.node.execution import execute_block
from app.node.service import NodeService
from app.node.store.chain import ChainStore
from app.node.sync.peer import RpcPeer, open_session
from app.node.tip import genesis_tip
from app.registry.context import Environment
from app.wiring.files import write_durably
from app.wiring.node import load_endpoint
from app.wiring.stores import open_store
from app.wiring.system import SystemClock
from tests.fakes.consortium import FakeConsortium, block_at, make_consortium, make_store
from tests.fakes.network import make_node, serving

INTERVAL = 0.03
WAITING = 12  # transactions on their way at any time
ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("killed.py")


# ---- processes -----------------------------------------------------------------------------------------------------
class Forks:
    """The program that forks what is to be killed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._forked: asyncio.Queue[int] = asyncio.Queue()
        self._ends: dict[int, asyncio.Event] = {}

    async def listen(self) -> None:
        """Take in what it tells."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            word, pid = line.split()
            if word == b"forked":
                self._ends.setdefault(int(pid), asyncio.Event())
                self._forked.put_nowait(int(pid))
            else:
                self._ends.setdefault(int(pid), asyncio.Event()).set()

    async def start(self, *words: str) -> int:
        """Fork a process; its id."""
        assert self._process.stdin is not None
        self._process.stdin.write(("\t".join(words) + "\n").encode())
        return await self._forked.get()

    async def kill(self, pid: int) -> None:
        """Kill it, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await self._ends[pid].wait()

    def has_ended(self, pid: int) -> bool:
        """Whether it is gone."""
        return self._ends[pid].is_set()


@asynccontextmanager
async def forking() -> AsyncIterator[Forks]:
    """The program, until left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    forks = Forks(process)
    listening = asyncio.create_task(forks.listen())
    try:
        yield forks
    finally:
        for pid, end in forks._ends.items():
            if not end.is_set():
                await forks.kill(pid)
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening


# ---- what was acknowledged -----------------------------------------------------------------------------------------
@dataclass
class Told:
    """Everything that anybody was told is so."""

    outcomes: dict[bytes, Final] = field(default_factory=dict)
    blocks: dict[int, bytes] = field(default_factory=dict)
    """Height → block hash."""
    states: dict[int, bytes] = field(default_factory=dict)
    """Height → state root after it."""
    heights: dict[str, int] = field(default_factory=lambda: {"sandbox": 0, "node": 0})
    """Who → the highest height told."""

    def tip(self, who: str, height: int, block_hash: bytes, app_hash: bytes | None = None) -> None:
        """Somebody said where it stands: not below what it said before, and no other block than anybody named."""
        assert height >= self.heights[who], f"{who} fell from {self.heights[who]} to {height}"
        self.heights[who] = height
        assert self.blocks.setdefault(height, block_hash) == block_hash
        if app_hash is not None:
            assert self.states.setdefault(height, app_hash) == app_hash


class Client:
    """Submits for ever, and follows what it submitted."""

    def __init__(self, home: Home, consortium: FakeConsortium, told: Told) -> None:
        self._home = home
        self._clerk = consortium.clerk
        self.told = told
        self.waiting: dict[bytes, tuple[bytes, int]] = {}
        self.news: asyncio.Queue[str] = asyncio.Queue()
        self.is_submitting = True

    async def run(self) -> None:
        """Until cancelled."""
        async with NodeClient(await self._endpoint()) as node:
            while True:
                try:
                    await self._round(node)
                except (NodeUnreachable, NoPeer, MempoolFull):
                    await asyncio.sleep(0.005)  # it has just been killed

    async def _endpoint(self) -> "Callable[[], object]":
        while True:
            with suppress(NodeUnreachable):
                load_endpoint(self._home)
                return lambda: load_endpoint(self._home)
            await asyncio.sleep(0.005)

    async def _round(self, node: NodeClient) -> None:
        status = await node.status()
        self.told.tip("node", status.height, status.block_hash, status.app_hash)
        self.news.put_nowait("height")
        while self.is_submitting and len(self.waiting) < WAITING:
            valid_until = status.height + 300
            raw = self._clerk.notarize(valid_until)
            self.waiting[sha256(raw)] = (raw, valid_until)
        for transaction_hash, (raw, valid_until) in list(self.waiting.items()):
            with suppress(Replayed):
                await node.submit(raw)
            self.news.put_nowait("submitted")
            outcome = await node.outcome(transaction_hash, valid_until)
            if not isinstance(outcome, Unknown):
                assert isinstance(outcome, Final), outcome
                self.told.outcomes[transaction_hash] = outcome
                del self.waiting[transaction_hash]
                self.news.put_nowait("final")


async def watch_consortium(home: Home, told: Told) -> None:
    """Note where the consortium says that it stands."""
    from app.wiring.node import load_peers

    async with open_session() as session:
        while True:
            with suppress(OSError, LuopuError):
                for url in load_peers(home):
                    tip = await RpcPeer(url, session).tip()
                    told.tip("sandbox", tip.height, tip.block_hash)
            await asyncio.sleep(0.005)


async def until(condition: Callable[[], bool], news: Callable[[], Awaitable[object]]) -> None:
    """Wait for news until a condition holds."""
    while not condition():
        await news()


# ---- the campaign --------------------------------------------------------------------------------------------------
@dataclass
class Campaign:
    """A home, its processes, and who kills them."""

    home: Home
    forks: Forks
    client: Client
    chance: random.Random
    pids: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    recovery_kills: int = 0

    async def start(self, name: str) -> None:
        """Start a process again."""
        self.pids[name] = await self.forks.start(name, str(self.home.root), str(INTERVAL))

    async def kill(self, name: str) -> None:
        """Kill it where it stands."""
        assert not self.forks.has_ended(self.pids[name]), f"{name} ended by itself: see {self.home.logs}"
        await self.forks.kill(self.pids[name])
        self.kills += 1

    async def start_and_kill_at(self, name: str, call: str, when: int) -> None:
        """Start it so that the system kills it at the `when`th of these calls, and wait until that has happened."""
        harm = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}"]
        words = [name, str(self.home.root), str(INTERVAL)]
        process = await asyncio.create_subprocess_exec(
            *("strace", "-f", "-o", os.devnull, *harm, sys.executable, str(PROGRAM), *words),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(30):
                await process.wait()
        except TimeoutError as error:
            raise AssertionError(f"{name} never came to call {when} of {call}") from error
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)  # strace alone would leave the other running
                await process.wait()
        self.kills += 1

    async def kill_while_recovering(self, name: str) -> None:
        """Killed once it runs, and again at some moment of its start."""
        await self.kill(name)
        for _ in range(self.chance.randint(1, 3)):
            traces = self.traces(name)
            await self.start(name)
            if self.chance.random() < 0.8:  # else before it has done anything
                await until(partial(self.has_begun, name, traces), lambda: asyncio.sleep(0))
                for _ in range(self.chance.randint(0, 300)):
                    await asyncio.sleep(0)
            await self.kill(name)
            self.recovery_kills += 1
        await self.start(name)

    def has_begun(self, name: str, before: list[int]) -> bool:
        """Whether it is at its database, or gone."""
        return self.traces(name) != before or self.forks.has_ended(self.pids[name])

    def traces(self, name: str) -> list[int]:
        """What changes when a process begins to open its database: LevelDB begins a new protocol of its own."""
        folder = self.home.sandbox if name == "sandbox" else self.home.node
        with suppress(FileNotFoundError):
            return [(folder / "chain" / "LOG").stat().st_ino, (folder / "chain" / "CURRENT").stat().st_ino]
        return []

    async def some_event(self) -> None:
        """Let something happen first: some new heights, and then some answers that the client gets."""
        heights = self.client.told.heights
        height = heights["node"] + self.chance.randint(1, 5)
        await until(lambda: heights["node"] >= height, self.client.news.get)
        while not self.client.news.empty():
            self.client.news.get_nowait()
        for _ in range(self.chance.randint(0, 20)):
            await self.client.news.get()


def make_home(root: Path, consortium: FakeConsortium) -> Home:
    """A home that belongs to a consortium with plenty of quota."""
    home = Home(root)
    home.sandbox.mkdir(parents=True)
    home.node.mkdir()
    save_consortium_keys(home.sandbox_keys, consortium.keys)
    write_durably(home.genesis, consortium.genesis_bytes, mode=0o644)
    return home


async def campaign(root: Path, kill: Callable[[Campaign], Awaitable[None]], seed: int) -> Campaign:
    """Let `kill` do its work, let everything settle, and compare."""
    consortium = make_consortium(start=SystemClock().now())
    home, told = make_home(root, consortium), Told()
    async with forking() as forks:
        client = Client(home, consortium, told)
        run = Campaign(home, forks, client, random.Random(seed))
        for name in ("sandbox", "node"):
            await run.start(name)
        tasks = [asyncio.create_task(client.run()), asyncio.create_task(watch_consortium(home, told))]
        try:
            killing = asyncio.ensure_future(kill(run))
            await asyncio.wait([*tasks, killing], return_when=asyncio.FIRST_COMPLETED)
            for task in (*tasks, killing):
                if task.done():
                    task.result()
            client.is_submitting = False
            await until(lambda: not client.waiting, client.news.get)
        finally:
            for task in (*tasks, killing):
                task.cancel()
            await asyncio.gather(*tasks, killing, return_exceptions=True)
        for pid in run.pids.values():
            await forks.kill(pid)
    await check(home, consortium, told)
    print(f"{run.kills} kills, {run.recovery_kills} of them while recovering; {len(told.outcomes)} receipts kept")
    return run


# ---- what must then be true ----------------------------------------------------------------------------------------
async def check(home: Home, consortium: FakeConsortium, told: Told) -> None:
    """Both stores, a twin that was never killed and a replay agree with each other and with everything told."""
    engine_store, node_store = open_store(home.sandbox), open_store(home.node)
    try:
        assert engine_store.tip.height >= told.heights["sandbox"]
        assert engine_store.tip.height >= node_store.tip.height >= told.heights["node"]
        engine = EmbeddedEngine(
            engine_store,
            consortium.genesis,
            consortium.genesis_bytes,
            consortium.writes,
            consortium.keys,
            SystemClock(),
        )
        twin_store = make_store()
        async with (
            serving(engine) as url,
            make_node(consortium, [url], store=node_store) as node,
            make_node(consortium, [url], store=twin_store) as twin,
        ):
            await follow_to_the_end(node, engine)
            await follow_to_the_end(twin, engine)
        assert node_store.tip == twin_store.tip == engine_store.tip
        assert node_store.state.log.root == twin_store.state.log.root == engine_store.state.log.root
        check_told(told, [engine_store, node_store, twin_store])
        check_replay(consortium, engine_store)
    finally:
        engine_store.close()
        node_store.close()


async def follow_to_the_end(node: NodeService, engine: EmbeddedEngine) -> None:
    while await node.follower.step():
        pass
    assert node.follower.halted is None
    assert node.store.durable_tip == engine.store.durable_tip


def check_told(told: Told, stores: list[ChainStore]) -> None:
    """Every acknowledged outcome, block and state root is in every store, unchanged."""
    assert len(told.outcomes) > 50
    for store in stores:
        for transaction_hash, outcome in told.outcomes.items():
            receipt = store.receipt(transaction_hash)
            assert receipt is not None
            assert (receipt.code, receipt.height, receipt.data) == (0, outcome.height, outcome.record_digest)
            assert (receipt.log_index, receipt.time_ns) == (outcome.log_index, outcome.time_ns)
        for height, block_hash in told.blocks.items():
            assert (store.block_hash(height) if height else b"") == block_hash


def check_replay(consortium: FakeConsortium, store: ChainStore) -> None:
    """Executed block by block on an empty state, the chain gives the roots that its headers carry, and nothing twice."""
    replay = make_store()
    replay.begin(consortium.genesis.fingerprint, genesis_tip(consortium.genesis), consortium.writes)
    root, seen = replay.tip.app_hash, set[bytes]()
    for height in range(1, store.tip.height + 1):
        block: pb.Block = block_at(store, height)
        assert block.header.app_hash == root
        transactions = list(block.data.txs)
        assert seen.isdisjoint(transactions)
        seen.update(transactions)
        environment = Environment(consortium.genesis.chain_id, Height(height), block_time(block.header))
        root = execute_block(replay, transactions, environment).app_hash
    assert root == store.tip.app_hash
    assert replay.state.log.size == len(seen)
