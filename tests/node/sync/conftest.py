"""Long bans, so that a test sees them, and short deadlines where silence is waited for."""

from collections.abc import AsyncIterator

import pytest

from app.node.engine.engine import EmbeddedEngine
from app.node.sync import light_witness, peers
from app.node.sync import peer as peer_module
from app.node.sync.peer import RpcPeer, open_session
from tests.fakes.chain import FakeBlock, make_light_chain
from tests.fakes.consortium import FakeConsortium, grow, make_consortium, make_engine
from tests.fakes.network import FakePeer, copy_chain
from tests.node.sync.lightsetting import LENGTH, NEW, OLD

HEIGHT = 8


@pytest.fixture(autouse=True)
def bans(patience: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "BAN_SECONDS", 600.0)
    monkeypatch.setattr(peers, "QUIET_SECONDS", 600.0)
    monkeypatch.setattr(light_witness, "POLL_SECONDS", 0.001)


@pytest.fixture
def impatient(bans: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which nobody is expected to answer."""
    monkeypatch.setattr(peer_module, "REQUEST_SECONDS", 0.25)


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    """Eight blocks with two records each."""
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, HEIGHT, each=2)
    return engine


@pytest.fixture
async def fake(consortium: FakeConsortium, engine: EmbeddedEngine) -> AsyncIterator[FakePeer]:
    """A peer with a copy of the chain, which a test may change."""
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as fake:
        yield fake


@pytest.fixture
async def peer(fake: FakePeer) -> AsyncIterator[RpcPeer]:
    """A connection to it."""
    async with open_session() as session:
        yield RpcPeer(fake.url, session)


@pytest.fixture(scope="module")
def chain() -> list[FakeBlock]:
    """Twenty-four blocks; all validators change at height 15."""
    return make_light_chain(LENGTH, {1: OLD, 15: NEW})


@pytest.fixture(scope="module")
def steady() -> list[FakeBlock]:
    """Twenty-four blocks by the same validators."""
    return make_light_chain(LENGTH, OLD)
