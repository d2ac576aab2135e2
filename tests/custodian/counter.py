"""The bank's counter for business systems: the real service over HTTP, on a real chain, node, vault, book and outbox."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from app.client.node import NodeClient
from app.client.reserve.book import ReserveBook
from app.client.reserve.work import Reserving
from app.core.home import Home
from app.core.ports import Signer
from app.custodian.api import CustodianApi
from app.custodian.custodian import Custodian
from app.custodian.schedule import ScheduleBook, Scheduler
from app.custodian.server import CustodianServer
from app.custodian.sources import Allowed
from app.custodian.uploads import Uploads
from app.reserve.header import AccountName
from app.wallet.keystore import Cost
from app.wallet.outbox import Outbox
from app.wallet.vault import Vault
from tests.fakes.consortium import MovedClock
from tests.fakes.registry import BANK
from tests.fakes.reserves import Custodian as Bank
from tests.fakes.reserves import custodian_at_work

TOKEN = "token of the counter"
SECONDS = 30.0


class Chance:
    """The system's randomness."""

    def random_bytes(self, count: int) -> bytes:
        return os.urandom(count)


@dataclass
class Answer:
    """What the service answered."""

    status: int
    body: bytes
    document: Any


@dataclass
class Counter:
    """The service, its chain, and who asks it."""

    bank: Bank
    home: Home
    node: NodeClient
    custodian: Custodian
    scheduler: Scheduler
    clock: MovedClock
    folder: Path
    """Files here may be named in requests."""
    url: str
    session: aiohttp.ClientSession

    # ---- asking ----------------------------------------------------------------------------------------------------
    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        """One request, with the token."""
        headers = {"Authorization": f"Bearer {TOKEN}", **more.pop("headers", {})}
        async with self.session.request(method, self.url + path, headers=headers, **more) as response:
            body = await response.read()
            document = await response.json() if response.content_type == "application/json" else None
            return Answer(response.status, body, document)

    async def get(self, path: str) -> Any:
        """Something that is there."""
        answer = await self.ask("GET", path)
        assert answer.status == 200, answer.document
        return answer.document

    async def make(self, voucher: bytes, *rows: tuple[object, object], value: str = "amount", **more: object) -> str:
        """The job of a snapshot of rows in the request."""
        await self.blocks(1)
        listed = [{"account": account, value: much} for account, much in rows]
        answer = await self.ask("POST", "/v1/reserves", json={"voucher": voucher.hex(), "rows": listed, **more})
        assert answer.status == 202, answer.document
        return str(answer.document["job"])

    async def ended(self, job: str) -> Any:
        """What came of a job."""
        async with asyncio.timeout(SECONDS):
            await self.custodian.jobs.get(job).ended.wait()
        return await self.get(f"/v1/jobs/{job}")

    async def made(self, voucher: bytes, *rows: tuple[object, object], **more: Any) -> str:
        """A snapshot; its id."""
        ended = await self.ended(await self.make(voucher, *rows, **more))
        assert ended["state"] == "done", ended
        return str(ended["snapshot"]["id"])

    async def published(self, snapshot: str) -> Any:
        """Publish it; what is shown of it then."""
        answer = await self.ask("POST", f"/v1/reserves/{snapshot}/publication")
        assert answer.status == 202, answer.document
        await self.blocks(2)
        return await self.get(f"/v1/reserves/{snapshot}")

    def upload(self, name: str, content: bytes) -> Path:
        """A file that requests may name."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    # ---- the chain -------------------------------------------------------------------------------------------------
    async def blocks(self, count: int) -> None:
        """So many blocks go by, and the node has them."""
        for _ in range(count):
            self.bank.stage.engine.produce()
        await self.bank.step()

    async def blocks_until(self, *waiting: "asyncio.Future[Any]") -> None:
        """Block after block, until these have what they wait for."""
        async with asyncio.timeout(SECONDS), aclosing(self.node.heights()) as heights:
            async for _ in heights:
                if all(each.done() for each in waiting):
                    return
                await self.blocks(1)

    @property
    def transactions(self) -> int:
        """How many wait to be put into a block."""
        return len(self.bank.stage.engine._mempool._waiting)


@asynccontextmanager
async def open_counter(folder: Path, signer: Signer | None = None, account: int = BANK) -> AsyncIterator[Counter]:
    """The bank's counter, or that of another partner who holds vouchers."""
    home, lists = Home(folder / "home"), folder / "lists"
    for each in (home.wallet, home.custodian, lists):
        each.mkdir(parents=True)
    chance, clock = Chance(), MovedClock(step=1)
    with (
        closing(Vault.create(home.vault, "a passphrase", randomness=chance, cost=Cost(1, 8192))) as vault,
        closing(Outbox.open(home.outbox, clock)) as outbox,
    ):
        async with custodian_at_work() as bank, aiohttp.ClientSession() as session:
            clerk = bank.stage.clerks[account]
            book = ReserveBook(home.reserves, vault.inside, chance)
            name = AccountName(account, clerk.address)  # type: ignore[arg-type]
            node = bank.reader._node
            reserving = Reserving(node, bank.genesis, book, name, clock=clock, randomness=chance)
            custodian = Custodian(node, outbox, signer or clerk, reserving, clock=clock, randomness=chance)
            scheduler = Scheduler(ScheduleBook(home), custodian.carry_out, clock)
            uploads = Uploads(home.custodian_uploads, chance)
            uploads.tidy()
            api = CustodianApi(
                custodian, uploads, Allowed((lists,)), scheduler, clock=clock, randomness=chance, language="en"
            )
            server = CustodianServer(api.routes(), token=TOKEN, language="en")
            url = await server.start("127.0.0.1", 0)
            jobs = asyncio.create_task(custodian.jobs.run())
            try:
                yield Counter(bank, home, node, custodian, scheduler, clock, lists, url, session)
            finally:
                await server.close()
                jobs.cancel()
                await asyncio.gather(jobs, return_exceptions=True)
                await custodian.publisher.close()
