"""A node that begins with another node's snapshot: real stores, real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from app.core.errors import LuopuError, NotFound, UsageError
from app.core.home import Home
from app.core.units import Hash32, Height, Nanoseconds
from app.node.api.address import ListenAddress
from app.node.engine.engine import EmbeddedEngine
from app.node.store.snapshot import Snapshot, list_snapshots
from app.node.sync import follower
from app.node.sync.light_trust import PinnedBlock
from app.wiring.node import NodeOptions, load_endpoint, running_node
from app.wiring.stores import open_store
from app.wiring.system import SystemClock
from tests.fakes.consortium import FakeConsortium, MovedClock, grow, make_consortium, make_engine
from tests.fakes.network import serving
from tests.scenarios.killing import make_home

ANY_PORT = ListenAddress("127.0.0.1", 0)
AN_HOUR_AGO = Nanoseconds(SystemClock().now() - 3_600 * 10**9)
"""What is older than the trusting period vouches for nothing, and a block in the future is none."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "POLL_SECONDS", 0.01)


@pytest.fixture(scope="module")
def consortium() -> FakeConsortium:
    return make_consortium(start=AN_HOUR_AGO)


@dataclass
class Source:
    """A node that serves its chain and a snapshot of it, and the engine that it follows."""

    engine: EmbeddedEngine
    home: Home
    rpc_url: str
    snapshot: Snapshot


@pytest.fixture
async def source(consortium: FakeConsortium, tmp_path: Path) -> AsyncIterator[Source]:
    engine = make_engine(consortium, clock=MovedClock(AN_HOUR_AGO))
    grow(engine, consortium.clerk, 12, each=3)
    home = make_home(tmp_path / "source", consortium)
    async with serving(engine) as url:
        async with running_node(home, [url], 0, NodeOptions(snapshot_interval=5)):
            while not list_snapshots(home.snapshots):
                await asyncio.sleep(0.01)
                grow(engine, consortium.clerk, 1)
        options = NodeOptions(
            rpc=ANY_PORT, snapshot_interval=10_000
        )  # none at its tip, which no header vouches for yet
        async with running_node(home, [url], 0, options) as node:
            grow(engine, consortium.clerk, 3, each=2)
            await wait_for_height(node.url, home, engine.store.tip.height)
            assert node.rpc_url is not None
            yield Source(engine, home, node.rpc_url, list_snapshots(home.snapshots)[0])


async def test_a_node_begins_with_a_snapshot_and_goes_on_as_any_other(
    consortium: FakeConsortium, source: Source, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "new", consortium)
    options = NodeOptions(from_snapshot=True)
    async with running_node(home, [source.rpc_url], 0, options) as node:
        await wait_for_height(node.url, home, source.engine.store.tip.height)
        grow(source.engine, consortium.clerk, 2)
        await wait_for_height(node.url, home, source.engine.store.tip.height)
    store, original = open_store(home.node), source.engine.store
    try:
        assert store.base == source.snapshot.height + 1
        tip = store.tip
        assert (tip.block_hash, tip.app_hash, tip.results_hash) == (
            original.tip.block_hash,
            original.tip.app_hash,
            original.tip.results_hash,
        )
        address = consortium.clerk.address
        assert store.records_of_account(address, None, 1000) == original.records_of_account(address, None, 1000)
    finally:
        store.close()


async def test_what_a_block_told_elsewhere_vouches_for_is_taken(
    consortium: FakeConsortium, source: Source, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "new", consortium)
    trusted = PinnedBlock(Height(2), Hash32(source.engine.store.block_hash(2)))
    async with running_node(home, [source.rpc_url], 0, NodeOptions(from_snapshot=True, trust=trusted)) as node:
        await wait_for_height(node.url, home, source.engine.store.tip.height)


async def test_a_block_that_is_not_on_the_chain_vouches_for_nothing(
    consortium: FakeConsortium, source: Source, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "new", consortium)
    options = NodeOptions(from_snapshot=True, trust=PinnedBlock(Height(2), Hash32(bytes(32))))
    with pytest.raises(LuopuError):
        async with running_node(home, [source.rpc_url], 0, options):
            pass
    store = open_store(home.node)
    assert store.is_empty
    store.close()


async def test_without_a_peer_there_is_no_snapshot(consortium: FakeConsortium, tmp_path: Path) -> None:
    home = make_home(tmp_path / "new", consortium)
    with pytest.raises(UsageError):
        async with running_node(home, [], 0, NodeOptions(from_snapshot=True)):
            pass


async def test_a_peer_without_snapshots_is_said(consortium: FakeConsortium, tmp_path: Path) -> None:
    engine = make_engine(consortium, clock=MovedClock(AN_HOUR_AGO))
    grow(engine, consortium.clerk, 3)
    home = make_home(tmp_path / "new", consortium)
    async with serving(engine) as url:
        with pytest.raises(NotFound):
            async with running_node(home, [url], 0, NodeOptions(from_snapshot=True)):
                pass


async def wait_for_height(url: str, home: Home, height: int) -> None:
    """Until the node says that it is there."""
    token = load_endpoint(home).token
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        async with asyncio.timeout(30):
            while True:
                async with session.get(f"{url}/v1/status") as answer:
                    if (await answer.json())["height"] >= height:
                        return
                await asyncio.sleep(0.01)
