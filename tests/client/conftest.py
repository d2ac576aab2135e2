"""A node in memory with the API that a desk uses, and a client of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from app.client import node as client_module
from app.client.node import NodeClient
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from tests.fakes.consortium import FakeConsortium, make_consortium, make_engine
from tests.fakes.network import make_node, serving, serving_desk


@dataclass
class World:
    """A consortium, a node that follows it when told to, and a client."""

    consortium: FakeConsortium
    engine: EmbeddedEngine
    node: NodeService
    client: NodeClient

    async def advance(self, blocks: int = 1) -> None:
        """Make blocks, and let the node follow."""
        for _ in range(blocks):
            self.engine.produce()
        await self.node.follower.step()

    async def advance_until(self, task: "asyncio.Task[object]") -> None:
        """Block after block, until a task has what it waits for."""
        async with asyncio.timeout(20):
            while not task.done():
                await self.advance()


@asynccontextmanager
async def make_world(consortium: FakeConsortium) -> AsyncIterator[World]:
    """A world around a consortium."""
    engine = make_engine(consortium)
    async with serving(engine) as url, make_node(consortium, [url]) as node, serving_desk(node) as endpoint:
        await node.follower.step()
        async with NodeClient(lambda: endpoint) as client:
            yield World(consortium, engine, node, client)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "RECONNECT_SECONDS", 0.0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with make_world(make_consortium()) as world:
        yield world
