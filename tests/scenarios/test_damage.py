"""A damaged node database is put aside whole, and the node fetches everything again and ends at the same state."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.client.node import NodeClient
from app.core.errors import LuopuError, StoreDamaged, StoreError
from app.core.hashing import sha256
from app.core.home import Home
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import follower, peers
from app.wiring import node as wiring_node
from app.wiring import stores
from app.wiring.files import write_durably
from app.wiring.node import load_endpoint, running_node
from app.wiring.stores import open_node_store, open_store
from tests.fakes.consortium import FakeConsortium, grow, make_consortium, make_engine
from tests.fakes.network import serving
from tests.scenarios.killing import make_home

HEIGHT = 30


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring_node, "PEERS_SECONDS", 0.01)
    monkeypatch.setattr(follower, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(peers, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr("app.client.node.RECONNECT_SECONDS", 0.0)


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, HEIGHT, each=20)
    return engine


@pytest.fixture
def home(tmp_path: Path, consortium: FakeConsortium) -> Home:
    return make_home(tmp_path / "home", consortium)


async def sync(home: Home, engine: EmbeddedEngine) -> None:
    """Run the node until it has everything."""
    async with (
        asyncio.timeout(30),
        serving(engine) as url,
        running_node(home, [url], 0),
        NodeClient(lambda: load_endpoint(home)) as client,
    ):
        await client.wait_for_height(engine.store.durable_tip.height)
        status = await client.status()
        assert status.halted is None
        assert status.app_hash == engine.store.durable_tip.app_hash


@pytest.fixture
async def synced(home: Home, engine: EmbeddedEngine) -> Home:
    """A node that has everything, with tables as well as a log: LevelDB makes them when it opens."""
    await sync(home, engine)
    for _ in range(2):
        open_store(home.node).close()
    assert list((home.node / "chain").glob("*.ldb"))
    return home


def one(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def truncate(pattern: str, keep: float) -> Callable[[Path], None]:
    def harm(node: Path) -> None:
        path = one(node, pattern)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])

    return harm


def remove(pattern: str) -> Callable[[Path], None]:
    return lambda node: one(node, pattern).unlink()


def overwrite(pattern: str) -> Callable[[Path], None]:
    def harm(node: Path) -> None:
        path = one(node, pattern)
        path.write_bytes(b"\xff" * path.stat().st_size)

    return harm


def lose_all(node: Path) -> None:
    shutil.rmtree(node / "chain")


def older_copy(node: Path) -> None:
    """The whole database from before: perfectly well-formed, and behind what was acknowledged."""
    shutil.rmtree(node / "chain")
    shutil.copytree(node / "older", node / "chain")


HARMS = {
    "current removed": remove("chain/CURRENT"),
    "current emptied": truncate("chain/CURRENT", 0),
    "manifest removed": remove("chain/MANIFEST-*"),
    "manifest cut": truncate("chain/MANIFEST-*", 0.5),
    "manifest overwritten": overwrite("chain/MANIFEST-*"),
    "table removed": remove("chain/*.ldb"),
    "table cut": truncate("chain/*.ldb", 0.5),
    "table overwritten": overwrite("chain/*.ldb"),
    "everything lost": lose_all,
    "mark cut": truncate("mark", 0.5),
    "mark overwritten": overwrite("mark"),
    "older copy": older_copy,
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS.keys())
async def test_a_damaged_node_resyncs_to_the_same_state(
    synced: Home, engine: EmbeddedEngine, harm: Callable[[Path], None]
) -> None:
    if harm is older_copy:
        older = Home(synced.root.parent / "older")
        (older.root / "node").mkdir(parents=True)
        write_durably(older.genesis, synced.genesis.read_bytes(), mode=0o644)
        half = make_engine(make_consortium())
        grow(half, make_consortium().clerk, HEIGHT // 2, each=20)
        await sync(older, half)
        shutil.copytree(older.node / "chain", synced.node / "older")
    harm(synced.node)
    await sync(synced, engine)
    aside = {path.name for path in synced.node.glob("*.damaged-*")}
    assert aside
    store = open_store(synced.node)
    assert store.tip == engine.store.tip
    assert store.state.log.root == engine.store.state.log.root
    store.close()


async def test_what_is_damaged_is_kept_for_who_examines_it(synced: Home, engine: EmbeddedEngine) -> None:
    before = sha256(one(synced.node, "chain/*.ldb").read_bytes())
    remove("chain/CURRENT")(synced.node)
    await sync(synced, engine)
    assert sha256(one(synced.node, "chain.damaged-1/*.ldb").read_bytes()) == before
    remove("chain/CURRENT")(synced.node)
    await sync(synced, engine)
    assert (synced.node / "chain.damaged-2").is_dir()


@pytest.mark.parametrize("done", ["chain", "mark", "both"])
async def test_a_kill_while_damage_is_put_aside_is_made_up_for(synced: Home, engine: EmbeddedEngine, done: str) -> None:
    remove("chain/CURRENT")(synced.node)
    for name in ("chain", "mark"):
        if done in {name, "both"}:
            (synced.node / name).rename(synced.node / f"{name}.damaged-1")
    await sync(synced, engine)


def test_a_sound_store_is_not_put_aside(home: Home, consortium: FakeConsortium) -> None:
    for _ in range(3):
        store = open_node_store(home.node)
        make_engine(consortium, store=store).produce()
        store.close()
    assert not list(home.node.glob("*.damaged-*"))
    store = open_store(home.node)
    assert store.tip.height == 3
    store.close()


# ---- damage met while running ----------------------------------------------------------------------------------------
def hide_damage(home: Home) -> int:
    """Flip a byte of a table so that the store still opens, and a block cannot be read; the block's height."""
    table = one(home.node, "chain/*.ldb")
    sound = table.read_bytes()
    for position in range(len(sound) // 8, len(sound), len(sound) // 40):
        table.write_bytes(sound[:position] + bytes([sound[position] ^ 0xFF]) + sound[position + 1 :])
        height = unreadable_block(home)
        (home.node / stores.DAMAGE_NOTE).unlink(missing_ok=True)
        if height is not None:
            return height
    raise AssertionError("no byte of the table is part of a block")


def unreadable_block(home: Home) -> int | None:
    try:
        store = open_store(home.node)
    except StoreError:
        return None
    try:
        for height in range(1, HEIGHT):
            try:
                store.block(height)
            except StoreDamaged:
                return height
    finally:
        store.close()
    return None


async def test_damage_met_while_running_is_noted_and_made_up_for_at_the_next_start(
    synced: Home, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    height = hide_damage(synced)
    async with (
        serving(engine) as url,
        running_node(synced, [url], 0) as running,
        NodeClient(lambda: load_endpoint(synced)) as client,
    ):
        record = await client.record(str(20 * (height - 1)))
        with pytest.raises(StoreDamaged):
            await client.proof(record.record_digest)
        grow(engine, consortium.clerk, 1)
        await asyncio.wait(running.tasks)  # it has stopped
        status = await client.status()
        assert status.halted in {"store-damaged", "store-write-failed"}
        assert status.height == HEIGHT
        with pytest.raises(LuopuError):
            await client.submit(consortium.clerk.notarize(100))
    assert (synced.node / stores.DAMAGE_NOTE).exists()
    await sync(synced, engine)
    assert not (synced.node / stores.DAMAGE_NOTE).exists()
    assert (synced.node / "chain.damaged-1").is_dir()
