"""The real command in a real town: a business system sends a list, publishes, fetches a paper and has it verified; and a
service that is killed in the middle of its work."""

import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.core.home import Home
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.desk.local import LocalDesk
from app.reserve.verify import verify_proof
from app.wiring.node import save_peers
from app.wiring.stores import load_genesis
from tests.scenarios.town import ALPHA, BETA, PASSPHRASE, Town, home_of, running_town

ROOT = Path(__file__).parents[2]
SECONDS = 120.0
BANK = ALPHA


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path / "town") as made:
        yield made


@pytest.fixture
def home(town: Town, tmp_path: Path) -> Home:
    """The bank's: it follows the town with a node of its own, which the service starts."""
    found = home_of(tmp_path / "town", BANK)
    save_peers(found, town.peers)
    return found


class Service:
    """A running service, and a business system that has its token."""

    def __init__(self, process: asyncio.subprocess.Process, home: Home, session: aiohttp.ClientSession) -> None:
        endpoint = json.loads(home.custodian_endpoint.read_text())
        self.process, self.url = process, endpoint["url"]
        self._session, self._token = session, endpoint["token"]

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        """What is answered, which must be good: JSON."""
        return json.loads(await self.read(method, path, **more))

    async def read(self, method: str, path: str, **more: Any) -> bytes:
        """The same as bytes."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/octet-stream"}
        if "json" in more:
            del headers["Content-Type"]
        async with self._session.request(method, self.url + path, headers=headers, **more) as response:
            body = await response.read()
            assert response.status in {200, 201, 202}, body
            return body

    async def until(self, path: str, wanted: str, *, name: str = "state") -> Any:
        """Ask until something is so."""
        async with asyncio.timeout(SECONDS):
            while True:
                found = await self.ask("GET", path)
                if found[name] == wanted:
                    return found
                assert found[name] not in {"failed", "short", "late"}, found

    async def published(self, voucher: bytes, content: bytes) -> str:
        """A snapshot of an uploaded list, on the chain."""
        job = (await self.ask("POST", f"/v1/reserves?voucher={voucher.hex()}&name=owed.csv", data=content))["job"]
        snapshot = str((await self.until(f"/v1/jobs/{job}", "done"))["snapshot"]["id"])
        assert (await self.ask("POST", f"/v1/reserves/{snapshot}/publication"))["publication"]["state"] == "unknown"
        await self.until(f"/v1/reserves/{snapshot}", "published")
        return snapshot


@asynccontextmanager
async def serving(home: Home, folder: Path) -> AsyncIterator[Service]:
    """`luopu reserve serve`, until its standard input closes."""
    passphrase = folder / "passphrase"
    passphrase.write_text(f"{PASSPHRASE}\n")
    words = ["reserve", "serve", "--home", home.root, "--json", "--language", "en", "--until-stdin-closes"]
    pipe = asyncio.subprocess.PIPE
    with (folder / "service.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "app", *map(str, words), "--passphrase-file", str(passphrase)),
            cwd=ROOT,
            stdin=pipe,
            stdout=pipe,
            stderr=log,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            ready = json.loads(await process.stdout.readline())
        assert "ready" in ready, ready
        async with aiohttp.ClientSession() as session:
            service = Service(process, home, session)
            assert service.url == ready["ready"]
            yield service
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), SECONDS)


async def vouchers_at_the_bank(town: Town) -> tuple[bytes, int]:
    """A voucher of which the bank holds 50.00, and a user."""
    user = await town.enrol("ming", by=BETA)
    await town.do(BETA, recognise=wire.Recognise(partner=town.number(BANK), least=wire.LEVEL_REAL_NAME))
    voucher = await town.voucher(BETA, name="粮票", decimals=2, cap=1_000_000)
    legs = [wire.Allotment(to=town.number(BANK), amount=5_000)]
    await town.do(BETA, allocate=wire.Allocate(voucher=voucher, legs=legs))
    return voucher, user


async def test_a_list_becomes_a_paper_that_anybody_verifies_and_the_service_ends_when_it_is_told_to(
    town: Town, home: Home, tmp_path: Path
) -> None:
    voucher, user = await vouchers_at_the_bank(town)
    async with serving(home, tmp_path) as service:
        assert home.custodian_endpoint.stat().st_mode & 0o777 == 0o600
        snapshot = await service.published(voucher, f"account,amount\n{user},12.50\n".encode())
        paper = await service.read("GET", f"/v1/reserves/{snapshot}/papers/{user}")
        genesis = load_genesis(town.genesis)[0]
        assert verify_proof(paper, genesis, str(user)).verdict is Verdict.VALID
        verified = await service.ask("POST", f"/v1/verify?account={user}", data=paper)
        assert (verified["verdict"], verified["standing"]["state"]) == ("valid", "newest")
        assert verified["claim"]["custodian"]["name"] == "杭州合作方"
        await look_at_a_desk_beside_it(home, snapshot)
        assert (await service.ask("GET", "/v1/reserves"))["reserves"]
        service.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(service.process.wait(), SECONDS) == 0
    assert not home.custodian_endpoint.exists()
    assert not home.node_endpoint.exists(), "the node that it started has ended with it"


async def look_at_a_desk_beside_it(home: Home, snapshot: str) -> None:
    """A clerk opens the desktop while the service runs, and finds what it has published."""
    desk = LocalDesk(home)
    try:
        await desk.unlock(PASSPHRASE, lambda _: None)
        assert desk.pid_of("node") is None, "it uses the service's"
        assert [(each.snapshot_id, each.state) for each in await desk.snapshots()] == [(snapshot, "published")]
    finally:
        await desk.close()


async def test_a_service_that_is_killed_in_the_middle_of_a_job_leaves_what_was_published_and_nothing_half(
    town: Town, home: Home, tmp_path: Path
) -> None:
    voucher, user = await vouchers_at_the_bank(town)
    async with serving(home, tmp_path) as service:
        snapshot = await service.published(voucher, f"account,amount\n{user},12.50\n".encode())
        before = {each.name for each in home.reserves.iterdir()}
        rows = "".join(f"{number},0.01\n" for number in range(10**6, 10**6 + 200_000))
        job = await service.ask(
            "POST", f"/v1/reserves?voucher={voucher.hex()}", data=io.BytesIO(f"account,amount\n{rows}".encode())
        )
        async with asyncio.timeout(SECONDS):
            while (now := await service.ask("GET", f"/v1/jobs/{job['job']}"))["stage"] != "reading":
                assert now["state"] in {"waiting", "running"}
        assert any(home.custodian_uploads.iterdir())
        os.kill(service.process.pid, signal.SIGKILL)
        await service.process.wait()
    async with serving(home, tmp_path) as service:
        assert list(home.custodian_uploads.iterdir()) == []
        assert {each.name for each in home.reserves.iterdir()} == before
        (shown,) = (await service.ask("GET", "/v1/reserves"))["reserves"]
        assert (shown["id"], shown["state"]) == (snapshot, "published")
        paper = await service.read("GET", f"/v1/reserves/{snapshot}/papers/{user}")
        assert verify_proof(paper, load_genesis(town.genesis)[0], str(user)).verdict is Verdict.VALID
        with pytest.raises(AssertionError, match="not-found"):
            await service.ask("GET", f"/v1/jobs/{job['job']}")
