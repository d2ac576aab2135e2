"""What the tests of the signer share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose name is short enough for sockets in it."""
    folder = tempfile.mkdtemp(prefix="luopu-")
    yield Path(folder)
    shutil.rmtree(folder)
