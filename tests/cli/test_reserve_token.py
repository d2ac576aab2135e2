"""A custodian whose key is on a token: the service publishes with it, and says so when it is out. Real commands, a real
SoftHSM token, a real node."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.cli.counter import Counter, open_counter
from tests.cli.drawer import PIN, Drawer, new_key, open_drawer

SECONDS = 60.0


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path / "hall") as opened:
        yield opened


@pytest.fixture
def drawer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawer:
    return open_drawer(tmp_path / "drawer", monkeypatch)


class Service:
    """The running service, as a business system sees it."""

    def __init__(self, counter: Counter, session: aiohttp.ClientSession) -> None:
        self._counter, self._session = counter, session
        self._endpoint = json.loads(counter.hall.home("bank").custodian_endpoint.read_text())

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._endpoint['token']}"}
        async with self._session.request(method, self._endpoint["url"] + path, headers=headers, **more) as response:
            return response.status, json.loads(await response.read())

    async def made(self, voucher: str) -> str:
        """A snapshot of what one user is owed; its id."""
        rows = [{"account": self._counter.users["ann"], "amount": "12.50"}]
        _, begun = await self.ask("POST", "/v1/reserves", json={"voucher": voucher, "rows": rows})
        return str((await self.until(f"/v1/jobs/{begun['job']}", "done"))["snapshot"]["id"])

    async def until(self, path: str, wanted: str) -> Any:
        """Ask until something is so; blocks go by meanwhile."""
        async with asyncio.timeout(SECONDS):
            while (found := (await self.ask("GET", path))[1])["state"] != wanted:
                assert found["state"] != "failed", found
                await self._counter.hall.pass_blocks(1)
        return found


@asynccontextmanager
async def serving(counter: Counter, *key: str | Path) -> AsyncIterator[Service]:
    process = await counter.hall.start("bank", "reserve", "serve", "--json", "--language", "en", *key)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            ready = json.loads(await process.stdout.readline())
        assert "ready" in ready, ready
        async with aiohttp.ClientSession() as session:
            yield Service(counter, session)
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(SECONDS):
            await process.communicate()
    assert process.returncode == 0


async def test_a_key_on_a_token_publishes_and_once_it_was_out_nothing_is_signed_before_the_pin_is_given_anew(
    counter: Counter, drawer: Drawer
) -> None:
    pin = counter.hall.file("pin", f"{PIN}\n")
    key = await new_key(counter.hall, drawer, pin, "bank")
    voucher = await counter.grain()
    async with serving(counter, "--key", "token 01", "--pin-file", pin) as service:
        snapshot = await service.made(voucher)
        status, told = await service.ask("POST", f"/v1/reserves/{snapshot}/publication")
        assert status in {200, 202}, told
        await service.until(f"/v1/reserves/{snapshot}", "published")
        paper = await counter.paper(snapshot, "ann")
        assert json.loads(paper.read_text(encoding="utf-8"))["header"]["key"] == key
        assert await counter.verdicts(paper, "--genesis", counter.genesis) == (0, ["valid"])

        second = await service.made(voucher)
        drawer.pull()
        before = counter.hall.submitted
        status, told = await service.ask("POST", f"/v1/reserves/{second}/publication")
        assert (status, told["error"]["code"]) == (503, "token-removed"), told
        assert counter.hall.submitted == before
        drawer.put_back()
        status, told = await service.ask("POST", f"/v1/reserves/{second}/publication")
        assert (status, told["error"]["code"]) == (503, "login-required"), told
        assert counter.hall.submitted == before
    async with serving(counter, "--key", "token 01", "--pin-file", pin) as service:
        status, told = await service.ask("POST", f"/v1/reserves/{second}/publication")
        assert status in {200, 202}, told
        await service.until(f"/v1/reserves/{second}", "published")
