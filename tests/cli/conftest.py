"""What tests of commands share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.hall import Hall, open_hall


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as opened:
        yield opened
