"""What a node does for others: its RPC with events, the window of blocks it keeps, its snapshots, a smaller database."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.cli.output import Speaker
from app.cli.parser import make_parser
from app.cli.serve import run_node
from app.core.errors import StoreInUse, UsageError
from app.core.hashing import sha256
from app.core.home import Home
from app.node.api.address import ListenAddress
from app.node.engine.engine import EmbeddedEngine
from app.node.store.offering import KEPT, MAX_SPARED
from app.node.store.snapshot import list_snapshots, read_chunk
from app.node.sync import follower
from app.wiring.compaction import compact_node
from app.wiring.node import NodeOptions, running_node
from app.wiring.running import Running
from app.wiring.stores import open_store
from tests.fakes.consortium import FakeConsortium, grow, make_consortium, make_engine
from tests.fakes.network import serving
from tests.scenarios.killing import make_home

ANY_PORT = ListenAddress("127.0.0.1", 0)
EVERYWHERE = ListenAddress("0.0.0.0", 0)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "POLL_SECONDS", 0.01)


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 30, each=2)
    return engine


@pytest.fixture
def home(tmp_path: Path, consortium: FakeConsortium) -> Home:
    return make_home(tmp_path / "home", consortium)


class Reader:
    """Somebody who reads from the node."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def get(self, path: str) -> Any:
        async with self.session.get(self.url + path) as response:
            return await response.json()

    async def sync_info(self) -> dict[str, Any]:
        return (await self.get("/status"))["result"]["sync_info"]  # type: ignore[no-any-return]

    async def until(self, is_so: Callable[[dict[str, Any]], bool]) -> None:
        """Ask until the node says so; each block of the consortium is a new chance."""
        async with asyncio.timeout(30):
            while not is_so(await self.sync_info()):
                pass


@asynccontextmanager
async def reading(home: Home, engine: EmbeddedEngine, options: NodeOptions) -> AsyncIterator[tuple[Reader, Running]]:
    """A node that follows the engine, and a reader of it."""
    async with (
        serving(engine) as url,
        running_node(home, [url], 0, options) as running,
        aiohttp.ClientSession() as session,
    ):
        assert running.rpc_url is not None
        yield Reader(running.rpc_url.replace("0.0.0.0", "127.0.0.1"), session), running


def has(height: int) -> Callable[[dict[str, Any]], bool]:
    return lambda info: info["latest_block_height"] == str(height)


async def test_a_node_serves_no_rpc_unless_told(home: Home, engine: EmbeddedEngine) -> None:
    async with serving(engine) as url, running_node(home, [url], 0) as running:
        assert running.rpc_url is None
        assert len(running.tasks) == 1


async def test_a_reader_hears_of_new_blocks_one_by_one(
    home: Home, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    async with reading(home, engine, NodeOptions(rpc=ANY_PORT)) as (reader, _):
        await reader.until(has(30))
        async with reader.session.ws_connect(reader.url + "/websocket") as socket:
            await socket.send_json({"id": 1, "method": "subscribe", "params": {"query": "tm.event='NewBlockHeader'"}})
            assert (await socket.receive_json())["result"] == {}
            grow(engine, consortium.clerk, 3)
            told = [await socket.receive_json() for _ in range(3)]
            heights = [event["result"]["data"]["value"]["header"]["height"] for event in told]
            assert heights == ["31", "32", "33"]


async def test_the_desks_api_keeps_its_token(home: Home, engine: EmbeddedEngine) -> None:
    async with reading(home, engine, NodeOptions(rpc=ANY_PORT)) as (reader, running):
        assert "error" in await Reader(running.url, reader.session).get("/v1/status")
        assert "error" in await reader.get("/v1/status")


async def test_beyond_loopback_any_name_is_answered_and_the_log_warns(
    home: Home, engine: EmbeddedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "app.wiring.node"):
        async with reading(home, engine, NodeOptions(rpc=EVERYWHERE)) as (reader, running):
            async with reader.session.get(reader.url + "/health", headers={"Host": "access.example"}) as response:
                assert response.status == 200
            assert f"whoever reaches {running.rpc_url}" in caplog.text


async def test_on_loopback_only_its_own_name_is_answered(
    home: Home, engine: EmbeddedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        reading(home, engine, NodeOptions(rpc=ANY_PORT)) as (reader, _),
        reader.session.get(reader.url + "/health", headers={"Host": "access.example"}) as response,
    ):
        assert response.status == 421
    assert "whoever reaches" not in caplog.text


async def test_a_port_that_is_taken_is_said(home: Home, engine: EmbeddedEngine) -> None:
    async with serving(engine) as url:
        taken = NodeOptions(rpc=ListenAddress("127.0.0.1", int(url.rsplit(":", 1)[1])))
        with pytest.raises(UsageError):
            async with running_node(home, [url], 0, taken):
                pass


# ---- what is kept --------------------------------------------------------------------------------------------------
async def test_only_the_newest_blocks_are_kept_and_those_come_later_too(
    home: Home, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    async with reading(home, engine, NodeOptions(rpc=ANY_PORT, keep_blocks=10)) as (reader, _):
        await reader.until(lambda info: info["earliest_block_height"] == "21")
        grow(engine, consortium.clerk, 4)
        await reader.until(lambda info: info["earliest_block_height"] == "25")
        assert has(34)(await reader.sync_info())
        answer = await reader.get("/block?height=24")
        assert answer["error"]["data"] == "height 24 is not available, lowest height is 25"
        assert "result" in await reader.get("/block?height=25")


async def test_without_a_window_everything_is_kept(home: Home, engine: EmbeddedEngine) -> None:
    async with reading(home, engine, NodeOptions(rpc=ANY_PORT)) as (reader, _):
        await reader.until(has(30))
        assert (await reader.sync_info())["earliest_block_height"] == "1"


async def test_snapshots_are_written_at_intervals_and_some_are_kept_for_whoever_was_told_of_them(
    home: Home, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    async with reading(home, engine, NodeOptions(rpc=ANY_PORT, snapshot_interval=5)) as (reader, _):
        await reader.until(has(30))
        seen: list[int] = []
        async with asyncio.timeout(30):
            while len(seen) < KEPT + MAX_SPARED + 1:
                newest = engine.store.durable_tip.height + 1
                grow(engine, consortium.clerk, 1)
                await reader.until(has(newest))
                listed = (await reader.get("/snapshots"))["snapshots"]
                seen += [item["height"] for item in listed if item["height"] not in seen]
        assert len({height // 5 for height in seen}) == len(seen)  # one for each multiple of five that was passed
        kept = list_snapshots(home.snapshots)
        assert [snapshot.height for snapshot in kept] == sorted(seen, reverse=True)[: KEPT + MAX_SPARED]
        assert all(
            sha256(read_chunk(home.snapshots, snapshot.height, index)) == digest
            for snapshot in kept
            for index, digest in enumerate(snapshot.chunk_hashes)
        )


# ---- compacting ----------------------------------------------------------------------------------------------------
def run(home: Home, *words: str) -> int:
    arguments = make_parser().parse_args(["node", "--home", str(home.root), "--json", *words])
    return run_node(arguments, home, Speaker("en", arguments.json))


async def test_a_stopped_nodes_database_becomes_smaller(
    home: Home, engine: EmbeddedEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    async with reading(home, engine, NodeOptions(rpc=ANY_PORT, keep_blocks=1)) as (reader, _):
        await reader.until(lambda info: info["earliest_block_height"] == "30")
        with pytest.raises(StoreInUse):
            compact_node(home)
    app_hash = engine.store.durable_tip.app_hash
    assert run(home, "compact") == 0
    told = json.loads(capsys.readouterr().out)
    assert 0 < told["after"] < told["before"]
    store = open_store(home.node)
    assert (store.durable_tip.height, store.durable_tip.app_hash, store.base) == (30, app_hash, 30)
    store.close()


async def test_compacting_where_no_node_was_is_a_usage_error(home: Home) -> None:
    with pytest.raises(UsageError):
        run(home, "compact")
    assert not (home.node / "chain").exists()


@pytest.mark.parametrize(
    "words", [["--keep-blocks", "0"], ["--keep-blocks", "5", "--archive"], ["shrink"], ["--snapshot-interval", "x"]]
)
def test_what_cannot_be_meant_is_not_taken(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        make_parser().parse_args(["node", *words])
    assert stopped.value.code == 2
    assert "usage: luopu node" in capsys.readouterr().err


def test_an_address_that_cannot_be_is_a_usage_error(home: Home) -> None:
    with pytest.raises(UsageError):
        run(home, "--rpc", "everywhere")
