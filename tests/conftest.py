"""What every test may ask for."""

import os
from pathlib import Path

import pytest

DEFAULT_VECTORS = Path(__file__).parents[2] / "shared" / "vectors"


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
