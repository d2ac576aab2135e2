"""Deadlines that a busy machine meets, shorter ones where silence is waited for, and long bans, so that a test sees them."""

import pytest

from app.node.engine.engine import EmbeddedEngine
from app.node.sync import peer, peers
from tests.fakes.consortium import FakeConsortium, grow, make_consortium, make_engine

HEIGHT = 8


@pytest.fixture(autouse=True)
def deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "REQUEST_SECONDS", 1.0)
    monkeypatch.setattr(peers, "PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(peers, "BAN_SECONDS", 600.0)
    monkeypatch.setattr(peers, "QUIET_SECONDS", 600.0)


@pytest.fixture
def impatient(deadlines: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which nobody is expected to answer."""
    monkeypatch.setattr(peer, "REQUEST_SECONDS", 0.25)


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    """Eight blocks with two records each."""
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, HEIGHT, each=2)
    return engine
