"""The service of a home, put together: node, vault, key, snapshots, schedule, HTTP.

Guarantees: one service at a time for a home; it is announced in the home when it is ready and no longer when it has ended;
what was signed before is followed, and lists that a killed service left are deleted, before it is ready.
"""

import asyncio
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass

from app.client.model import AccountStatus
from app.client.node import NodeClient
from app.client.reserve.book import ReserveBook
from app.client.reserve.work import Reserving
from app.core.errors import FileUnwritable, UsageError
from app.core.home import Home
from app.core.keys import PublicKey
from app.core.messages import Language
from app.core.ports import Clock, Randomness, Signer
from app.core.refusals import UnknownAccount
from app.core.units import AccountAddress
from app.custodian.api import CustodianApi
from app.custodian.custodian import Custodian
from app.custodian.schedule import ScheduleBook, Scheduler
from app.custodian.server import CustodianServer
from app.custodian.sources import Allowed
from app.custodian.uploads import Uploads
from app.node.api.address import ListenAddress
from app.reserve.header import AccountName
from app.wallet.outbox import Outbox
from app.wallet.turns import taking_turns
from app.wallet.vault import Inside
from app.wiring.files import announced, write_durably
from app.wiring.keeping import NodeKeeper
from app.wiring.node import load_endpoint
from app.wiring.running import Running, cancel
from app.wiring.stores import load_genesis

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How a service is to run."""

    listen: ListenAddress
    language: Language
    allowed: Allowed
    clock: Clock
    randomness: Randomness


@asynccontextmanager
async def running_custodian(
    home: Home, signer: Signer, inside: Callable[[], Inside], options: ServiceOptions
) -> AsyncIterator[Running]:
    """The service, until left. `inside` gives the keys of the open vault; `signer` is unlocked for as long.

    Raises:
        UsageError: the address is not one of this computer alone.
        StoreInUse: a service of this home runs already.
        UnknownAccount: the key is not registered.
        LuopuError: the node cannot be started, or the home cannot be used.
    """
    if not options.listen.is_loopback:
        raise UsageError(argument="--listen", expected="a loopback address", got=options.listen.host)
    _make_folder(home)
    with taking_turns(home.custodian / ".serving.lock", patience=0):
        uploads = Uploads(home.custodian_uploads, options.randomness)
        uploads.tidy()
        async with (
            running_node_of(home) as node,
            _working(home, node, signer, inside, options) as custodian,
            _serving(home, custodian, uploads, options) as running,
        ):
            yield running


def _make_folder(home: Home) -> None:
    try:
        home.custodian.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.wallet.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnwritable(path=str(home.custodian), reason=error.strerror) from error


@asynccontextmanager
async def _working(
    home: Home, node: NodeClient, signer: Signer, inside: Callable[[], Inside], options: ServiceOptions
) -> AsyncIterator[Custodian]:
    clock, randomness = options.clock, options.randomness
    account = await _own_account(node, signer.public_key)
    genesis = (await asyncio.to_thread(load_genesis, home.genesis))[0]
    book = await asyncio.to_thread(ReserveBook, home.reserves, inside, randomness)
    name = AccountName(account.id, AccountAddress(account.address))
    reserving = Reserving(node, genesis, book, name, clock=clock, randomness=randomness)
    with closing(await asyncio.to_thread(Outbox.open, home.outbox, clock)) as outbox:
        custodian = Custodian(node, outbox, signer, reserving, clock=clock, randomness=randomness)
        custodian.publisher.start()
        try:
            yield custodian
        finally:
            await custodian.publisher.close()


async def _own_account(node: NodeClient, key: PublicKey) -> AccountStatus:
    """The account of the key, once the node has come so far.

    Raises:
        UnknownAccount: the node is at the newest block, and nobody has registered the key.
    """
    async with aclosing(node.heights()) as heights:
        async for height in heights:
            if (account := await node.account_of_key(key)) is not None:
                return account
            if (await node.status()).blocks_behind == 0:
                break
            _log.info("nobody has registered the key up to height %s; the node is still catching up", height)
    raise UnknownAccount(key=key.data.hex())


@asynccontextmanager
async def _serving(
    home: Home, custodian: Custodian, uploads: Uploads, options: ServiceOptions
) -> AsyncIterator[Running]:
    clock, randomness, language = options.clock, options.randomness, options.language
    scheduler = Scheduler(ScheduleBook(home), custodian.carry_out, clock)
    api = CustodianApi(
        custodian, uploads, options.allowed, scheduler, clock=clock, randomness=randomness, language=language
    )
    token = secrets.token_urlsafe(32)
    server = CustodianServer(api.routes(), token=token, language=language)
    with announced(home.custodian_endpoint):
        url = await server.start(options.listen.host, options.listen.port)
        tasks = tuple(asyncio.create_task(work) for work in (custodian.jobs.run(), scheduler.run()))
        try:
            document = {"url": url, "token": token, "pid": os.getpid()}
            write_durably(home.custodian_endpoint, json.dumps(document).encode(), mode=0o600)
            yield Running(url, tasks)
        finally:
            await server.close()
            for task in reversed(tasks):
                await cancel(task)


# ---- the node ----------------------------------------------------------------------------------------------------------
@asynccontextmanager
async def running_node_of(home: Home) -> AsyncIterator[NodeClient]:
    """A client of the home's node. Whenever none runs it is started; one that was started here is stopped in the end.

    Raises:
        LuopuError: it cannot be started; as of `start_child`.
    """
    keeper = NodeKeeper(home)
    try:
        await keeper.begin()
        watching = asyncio.create_task(keeper.watch())
        try:
            async with NodeClient(lambda: load_endpoint(home)) as client:
                await client.wait_for_height(1)
                yield client
        finally:
            await cancel(watching)
    finally:
        await keeper.stop()
