"""What tests of the custodian's service share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.client import node as client_module
from tests.custodian.counter import Counter, open_counter


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "RECONNECT_SECONDS", 0.0)


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path) as opened:
        yield opened
