"""What every test may ask for."""

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from app.node.sync import follower, peer, peers

DEFAULT_VECTORS = Path(__file__).parents[2] / "shared" / "vectors"


def pytest_configure() -> None:
    """What a whole session needs.

    The thread that first touches Qt is the main one to it for ever, and a command may read a picture in another. A shell
    starts what runs in its background with Ctrl+C ignored, which every process below would inherit.
    """
    QObject()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def require(condition: bool, reason: str) -> None:
    """Skip the test with a reason; where CI=true a missing component is a failure."""
    if condition:
        return
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def vector_dir() -> Path:
    """Root of the vectors that this project did not make."""
    folder = Path(os.environ.get("LUOPU_VECTORS", DEFAULT_VECTORS))
    require(folder.is_dir(), "the folder of foreign vectors is missing; set LUOPU_VECTORS")
    return folder


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No peer is given up because the machine is busy; a test in which somebody is silent sets a time of its own."""
    monkeypatch.setattr(peer, "REQUEST_SECONDS", 60.0)
    monkeypatch.setattr(peers, "PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr(follower, "PATIENCE_SECONDS", 60.0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long campaigns run only when they are asked for by name, `-m campaign`."""
    if "campaign" in config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("campaign")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
