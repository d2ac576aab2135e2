"""Servers over an engine and a node in memory."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.engine.engine import EmbeddedEngine
from tests.fakes.consortium import FakeConsortium, make_consortium, make_engine


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
def rpc(engine: EmbeddedEngine) -> Rpc:
    rpc = Rpc(engine)
    engine.on_block(rpc.announce)
    return rpc


@pytest.fixture
async def url(rpc: Rpc) -> AsyncIterator[str]:
    """Where the engine's RPC listens."""
    server = LoopbackServer(rpc.routes(), token=None)
    yield await server.start("127.0.0.1", 0)
    await server.close()
