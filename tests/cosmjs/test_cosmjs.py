"""The official JavaScript client reads from our node, from the embedded engine, and from CometBFT with our application.

It is installed from `package-lock.json` into an ignored folder when Node.js and npm are there.
"""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.core.home import Home
from app.node.api.address import ListenAddress
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.engine.engine import EmbeddedEngine
from app.node.sync import follower
from app.wiring.node import NodeOptions, running_node
from tests.conftest import require
from tests.fakes.consortium import FakeConsortium, block_at, grow, make_consortium, make_engine
from tests.node.abci.comet import comet
from tests.node_packages import installed, node_version
from tests.scenarios.killing import make_home

HERE = Path(__file__).parent
OLDEST_NODE = (20, 19)
"""What the client's own dependencies ask for."""
SECONDS = 60.0
INTERVAL = 0.2


@pytest.fixture(scope="session")
def modules() -> Path:
    """Where the client is installed."""
    require(node_version() >= OLDEST_NODE, "Node.js 20.19 or later is missing")
    return installed(HERE, "cosmjs") / "node_modules"


async def read(modules: Path, url: str, height: int, transaction: bytes, submit: bytes) -> dict[str, Any]:
    """What the client saw; an answer that it found wrong fails the test."""
    asked = {
        "height": height,
        "transaction": base64.b64encode(transaction).decode(),
        "submit": base64.b64encode(submit).decode(),
    }
    process = await asyncio.create_subprocess_exec(
        *("node", str(HERE / "read.cjs"), url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_PATH": str(modules)},
    )
    out, err = await asyncio.wait_for(process.communicate(json.dumps(asked).encode()), SECONDS)
    assert process.returncode == 0, err.decode()
    seen: dict[str, Any] = json.loads(out)
    return seen


@asynccontextmanager
async def producing(engine: EmbeddedEngine) -> AsyncIterator[str]:
    """The engine making blocks behind its RPC; gives the URL."""
    rpc = Rpc(engine)
    engine.on_block(rpc.announce)
    server = LoopbackServer(rpc.routes(), token=None)
    url = await server.start("127.0.0.1", 0)
    task = asyncio.create_task(engine.run(INTERVAL))
    try:
        yield url
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await server.close()
        rpc.close()


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 5, each=3)
    return engine


def check(seen: dict[str, Any], consortium: FakeConsortium) -> None:
    """What every chain of ours must have shown."""
    assert seen["network"] == consortium.genesis.chain_id
    assert (seen["validators"], seen["events"], seen["code"]) == (len(consortium.genesis.validators), ["record"], 0)
    assert seen["landed"] > 0


async def test_it_reads_from_the_embedded_engine(
    modules: Path, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    transaction = block_at(engine.store, 3).data.txs[1]
    async with producing(engine) as url:
        seen = await read(modules, url, 3, transaction, consortium.clerk.notarize(500))
    check(seen, consortium)
    assert (seen["clients"], seen["transactions"]) == (["Comet38Client", "Comet38Client"], 3)


async def test_it_reads_from_our_node(
    modules: Path, engine: EmbeddedEngine, consortium: FakeConsortium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "POLL_SECONDS", 0.02)
    transaction = block_at(engine.store, 3).data.txs[1]
    home: Home = make_home(tmp_path / "home", consortium)
    options = NodeOptions(rpc=ListenAddress("127.0.0.1", 0))
    async with producing(engine) as peer, running_node(home, [peer], 0, options) as running:
        assert running.rpc_url is not None
        await _synced(running.rpc_url)
        seen = await read(modules, running.rpc_url, 3, transaction, consortium.clerk.notarize(500))
    check(seen, consortium)
    assert (seen["clients"], seen["transactions"]) == (["Comet38Client", "Comet38Client"], 3)


async def _synced(url: str) -> None:
    """Wait until a node says that it has caught up."""
    async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as session:
        is_behind = True
        while is_behind:
            async with session.get(url + "/status") as response:
                info = (await response.json())["result"]["sync_info"]
                is_behind = info["catching_up"] or info["latest_block_height"] == "0"


async def test_it_reads_the_same_from_cometbft_with_our_application(modules: Path, tmp_path: Path) -> None:
    """Whatever it reads from ours it reads from the real one, so nothing of ours is made for it alone."""
    consortium = make_consortium(1)
    transaction = consortium.clerk.notarize(100)
    async with comet(tmp_path, consortium) as node:
        await node.start()
        await node.reach(1)
        landed = await node.commit(transaction)
        height = int(str(landed["height"]))
        await node.reach(height + 1)
        seen = await read(modules, node.url, height, transaction, consortium.clerk.notarize(500))
    check(seen, consortium)
    assert seen["clients"][1] == "Comet38Client"
