"""Snapshots as they are served: the list names what is whole, the chunks are the files, and what is gone is 404."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from app.core.hashing import sha256
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.engine.engine import EmbeddedEngine
from app.node.store import snapshot as snapshot_module
from app.node.store.offering import Offering
from app.node.store.snapshot import write_snapshot
from tests.fakes.consortium import FakeConsortium, grow


@pytest.fixture
def folder(tmp_path: Path, engine: EmbeddedEngine, consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Snapshots of heights 3 and 5, in small chunks."""
    monkeypatch.setattr(snapshot_module, "CHUNK_BYTES", 1_000)
    for _ in range(2):
        grow(engine, consortium.clerk, 2)
        engine.produce()
        with engine.store.frozen() as reader:
            write_snapshot(reader, tmp_path / "snapshots")
    return tmp_path / "snapshots"


@pytest.fixture
async def base(engine: EmbeddedEngine, folder: Path) -> AsyncIterator[str]:
    rpc = Rpc(engine, snapshots=Offering(folder))
    server = LoopbackServer(rpc.routes(), token=None)
    yield await server.start("127.0.0.1", 0)
    await server.close()
    rpc.close()


async def test_every_chunk_of_a_listed_snapshot_is_served(base: str, session: aiohttp.ClientSession) -> None:
    async with session.get(base + "/status") as response:
        listed_at = (await response.json())["result"]["node_info"]["other"]["snapshots"]
    async with session.get(base + listed_at) as response:
        listed = (await response.json())["snapshots"]
    assert [(item["height"], item["format"]) for item in listed] == [(6, 1), (3, 1)]
    for item in listed:
        assert len(item["chunks"]) > 1
        for index, digest in enumerate(item["chunks"]):
            async with session.get(f"{base}/snapshot_chunk?height={item['height']}&index={index}") as response:
                assert response.headers["Content-Type"] == "application/octet-stream"
                assert sha256(await response.read()).hex() == digest


async def test_a_snapshot_names_the_state_root_of_its_height(
    base: str, session: aiohttp.ClientSession, engine: EmbeddedEngine
) -> None:
    async with session.get(base + "/snapshots") as response:
        listed = (await response.json())["snapshots"]
    assert listed[0]["app_hash"] == engine.store.tip.app_hash.hex()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("height=4&index=0", 404),
        ("height=3&index=9999", 404),
        ("height=3", 400),
        ("height=..%2F3&index=0", 400),
        ("height=3&index=-1", 400),
    ],
)
async def test_what_is_not_there_is_a_typed_error(
    base: str, session: aiohttp.ClientSession, query: str, status: int
) -> None:
    async with session.get(f"{base}/snapshot_chunk?{query}") as response:
        assert response.status == status
        assert set((await response.json())["error"]) == {"code", "facts"}


async def test_without_a_folder_no_snapshots_are_served(url: str, session: aiohttp.ClientSession) -> None:
    async with session.get(url + "/snapshots") as response:
        assert (await response.json())["error"]["message"] == "Method not found"
