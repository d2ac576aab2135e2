"""Servers over an engine and a node in memory."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from tests.fakes.consortium import FakeConsortium, grow, make_consortium, make_engine
from tests.fakes.network import make_node, serving
from tests.node.api.calling import Caller


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    return make_engine(consortium)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def rpc(engine: EmbeddedEngine) -> Iterator[Rpc]:
    rpc = Rpc(engine)
    engine.on_block(rpc.announce)
    yield rpc
    rpc.close()


@pytest.fixture
async def url(rpc: Rpc) -> AsyncIterator[str]:
    """Where the engine's RPC listens."""
    server = LoopbackServer(rpc.routes(), token=None)
    yield await server.start("127.0.0.1", 0)
    await server.close()


@pytest.fixture
def caller(url: str, session: aiohttp.ClientSession) -> Caller:
    return Caller(url, session)


@pytest.fixture
def grown(engine: EmbeddedEngine, consortium: FakeConsortium) -> EmbeddedEngine:
    grow(engine, consortium.clerk, 25, each=2)
    return engine


@pytest.fixture
def short(engine: EmbeddedEngine) -> EmbeddedEngine:
    engine.produce()
    engine.produce()
    return engine


@pytest.fixture
async def node(consortium: FakeConsortium, engine: EmbeddedEngine) -> AsyncIterator[NodeService]:
    """A node that has followed the engine for six blocks."""
    grow(engine, consortium.clerk, 6, each=2)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
        yield node
