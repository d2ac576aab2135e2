"""How many transactions a second four real validators agree on, with our application and with CometBFT's own.

Both runs are the same consortium on this machine: four CometBFT processes, same configuration, same clients, transactions
of the same size. One run has our application behind each (`luopu abci`: signatures, law, state root, LevelDB, a process of
its own behind a socket), the other the key-value application that is compiled into CometBFT and keeps a map in memory.

Flat out, a block every half second, nothing but the processors is the bound: `ratio` is ours over theirs there. Beside it the
same with a block every three seconds, as `luopu consortium init` has it: `paced_ratio`, which says little of the application,
since 4,000 transactions wait at a time and so no more than that stand in a block, whoever executes it. The mempools are wider
than shipped on both sides: a full one drops silently, and a client would wait for ever.
"""

import argparse
import asyncio
import base64
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
from nacl.signing import SigningKey

from app.consortium.binary import find_cometbft
from app.consortium.configuration import DEFAULT_INTERVAL
from app.consortium.folders import ConsortiumFolder
from app.consortium.making import Lock, configure, load_company
from app.consortium.onecomputer import Plan, make_consortium
from app.consortium.validator import Validator
from app.core.ids import derive_address
from app.core.keys import Algorithm, PublicKey
from app.wallet.keystore import Cost
from benchmarks.chains import CountingRandomness, first_record

CHAIN_ID = "luopu-benchmark"
VALIDATORS = 4
BATCH = 10
"""CometBFT's bound on calls in one request."""
WAITING = 4_000
"""Transactions that wait at any time."""
MEMPOOL_SIZE = 20_000
"""CometBFT drops silently what it let in while the last place was taken, and a client would wait for ever."""
VALID_UNTIL = 500
QUICK = Lock("a passphrase", Cost(1, 8192))
OWN = ""
FLAT_OUT = 0.5


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run came to."""

    seconds: float
    blocks: int
    transactions: int

    @property
    def per_second(self) -> float:
        """Transactions per second, from the first handed in to the last agreed on."""
        return self.transactions / self.seconds


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `consensus ratio=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks consensus", description=__doc__)
    parser.add_argument("--transactions", type=int, default=20_000)
    parser.add_argument("--cometbft", type=Path, help="the program; default: as `luopu consortium` finds it")
    parser.add_argument("--keep-logs", type=Path, metavar="DIR", help="copy the validators' logs there")
    options = parser.parse_args(arguments)
    program = options.cometbft or default_program()
    rates: dict[tuple[str, float], float] = {}
    for interval in (FLAT_OUT, DEFAULT_INTERVAL):
        for name, application in (("luopu", OWN), ("kvstore", "kvstore")):
            with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
                root = Path(folder) / "consortium"
                figures = asyncio.run(measure(root, program, application, options.transactions, interval))
                if options.keep_logs is not None:
                    _keep_logs(root, options.keep_logs / f"{name}-{interval}")
            rates[name, interval] = figures.per_second
            print(
                f"{name:<8} every {interval:.1f} s{figures.transactions:>8} transactions in {figures.seconds:6.2f} s, "
                f"{figures.blocks:>3} blocks  {figures.per_second:>7.0f} transactions/s",
                flush=True,
            )
    ratio, paced = (rates["luopu", each] / rates["kvstore", each] for each in (FLAT_OUT, DEFAULT_INTERVAL))
    print(
        f"consensus ratio={ratio:.3f} paced_ratio={paced:.3f} "
        f"transactions_per_second={rates['luopu', FLAT_OUT]:.0f} kvstore={rates['kvstore', FLAT_OUT]:.0f} "
        f"paced={rates['luopu', DEFAULT_INTERVAL]:.0f} paced_kvstore={rates['kvstore', DEFAULT_INTERVAL]:.0f}"
    )
    return 0


async def measure(root: Path, program: Path, application: str, count: int, interval: float) -> Figures:
    """Start a consortium, hand in so many transactions, and wait until all stand in blocks."""
    key = SigningKey(secrets.token_bytes(32))
    plan = _plan(key, interval)
    make_consortium(root, plan, QUICK)
    folder = ConsortiumFolder(root)
    if application:
        _use_application(folder, plan, application)
    _widen_mempools(folder)
    transactions = own_transactions(key, count)
    if application:
        transactions = [_as_pair(number, len(raw)) for number, raw in enumerate(transactions)]
    validators = [Validator(folder.validator(number), program) for number in range(1, VALIDATORS + 1)]
    try:
        await asyncio.gather(*(validator.start() for validator in validators))
        return await _drive(plan.rpc_urls, transactions)
    finally:
        await asyncio.gather(*(validator.stop() for validator in validators))


async def _drive(urls: Sequence[str], transactions: Sequence[bytes]) -> Figures:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as session:
        await asyncio.gather(*(wait_for_height(session, url, 2) for url in urls))
        before = await _height(session, urls[0])
        load = Load(session, urls, transactions)
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:  # what fails on either side ends both
            group.create_task(load.hand_in())
            following = group.create_task(load.follow(before))
        return Figures(time.perf_counter() - began, following.result(), len(transactions))


class Load:
    """Clients that keep so many transactions waiting, and hand in another when one stands in a block."""

    def __init__(self, session: aiohttp.ClientSession, urls: Sequence[str], transactions: Sequence[bytes]) -> None:
        self._session = session
        self._urls = urls
        self._transactions = transactions
        self._room = asyncio.Semaphore(WAITING // BATCH)

    async def hand_in(self) -> None:
        """All of them, to the validators in turn."""
        async with asyncio.TaskGroup() as group:
            for number, start in enumerate(range(0, len(self._transactions), BATCH)):
                await self._room.acquire()
                url = self._urls[number % len(self._urls)]
                group.create_task(self._hand_in(url, list(self._transactions[start : start + BATCH])))

    async def follow(self, height: int) -> int:
        """Follow one validator's blocks after `height` until all are in; how many blocks hold some."""
        left, blocks = len(self._transactions), 0
        room = 0
        while left > 0:
            height += 1
            included = await self._included(height)
            left, blocks, room = left - included, blocks + (included > 0), room + included
            for _ in range(room // BATCH):
                self._room.release()
            room %= BATCH
        return blocks

    async def _hand_in(self, url: str, batch: list[bytes]) -> None:
        rest = await _broadcast(self._session, url, batch)
        if rest:
            await asyncio.sleep(0.05)
            await self._hand_in(url, rest)

    async def _included(self, height: int) -> int:
        url = self._urls[0]
        await wait_for_height(self._session, url, height)
        answer = await ask(self._session, f"{url}/blockchain?minHeight={height}&maxHeight={height}")
        return int(answer["block_metas"][0]["num_txs"])


async def _broadcast(session: aiohttp.ClientSession, url: str, batch: Sequence[bytes]) -> list[bytes]:
    """Those that were not taken because the mempool is full."""
    calls = [
        {"jsonrpc": "2.0", "id": n, "method": "broadcast_tx_sync", "params": {"tx": base64.b64encode(raw).decode()}}
        for n, raw in enumerate(batch)
    ]
    async with session.post(url, data=json.dumps(calls)) as response:
        answers = await response.json()
    again = []
    for answer in answers if isinstance(answers, list) else [answers]:
        if "error" in answer:
            if "mempool is full" not in json.dumps(answer["error"]):
                raise RuntimeError(answer["error"])
            again.append(batch[answer["id"]])
        elif answer["result"]["code"] != 0:
            raise RuntimeError(answer["result"])
    return again


async def wait_for_height(session: aiohttp.ClientSession, url: str, height: int) -> None:
    """Until the node has it."""
    while True:
        if await _height(session, url) >= height:
            return
        await asyncio.sleep(0.02)


async def _height(session: aiohttp.ClientSession, url: str) -> int:
    return int((await ask(session, f"{url}/status"))["sync_info"]["latest_block_height"])


async def ask(session: aiohttp.ClientSession, url: str) -> Any:
    """What CometBFT's RPC answers."""
    async with session.get(url) as response:
        return (await response.json())["result"]


def own_transactions(key: SigningKey, count: int) -> list[bytes]:
    """Records of one partner, each the first of a hash chain of its own, so that their order does not matter."""
    public = PublicKey(Algorithm.ED25519, bytes(key.verify_key))
    sender = derive_address(CHAIN_ID, public)
    randomness = CountingRandomness(b"consensus")
    return [first_record(CHAIN_ID, sender, key, randomness, VALID_UNTIL) for _ in range(count)]


def _as_pair(number: int, size: int) -> bytes:
    """A transaction of the key-value application with so many bytes."""
    head = b"%d=" % number
    return head + secrets.token_hex(size).encode()[: size - len(head)]


def _plan(key: SigningKey, interval: float) -> Plan:
    return Plan(
        names=tuple(f"company {number}" for number in range(1, VALIDATORS + 1)),
        chain_id=CHAIN_ID,
        partner="partner",
        partner_key=PublicKey(Algorithm.ED25519, bytes(key.verify_key)),
        partner_quota=2**50,
        first_address=f"127.{secrets.randbelow(200) + 10}.{secrets.randbelow(250)}.1",
        interval_seconds=interval,
        empty_seconds=min(interval, 1.0),
    )


def _use_application(folder: ConsortiumFolder, plan: Plan, application: str) -> None:
    numbers = range(1, VALIDATORS + 1)
    companies = [load_company(folder.validator(number).company) for number in numbers]
    for number in numbers:
        settings = replace(plan.settings(number, companies), application=application)
        configure(folder.validator(number), folder.genesis, settings)


def _widen_mempools(folder: ConsortiumFolder) -> None:
    """A validator that is a block behind must have room for the next, too."""
    for number in range(1, VALIDATORS + 1):
        config = folder.validator(number).config
        config.write_text(config.read_text().replace("[mempool]\n", f"[mempool]\nsize = {MEMPOOL_SIZE}\n"))


def _keep_logs(root: Path, target: Path) -> None:
    folder = ConsortiumFolder(root)
    for number in range(1, VALIDATORS + 1):
        shutil.copytree(folder.validator(number).logs, target / f"validator{number}", dirs_exist_ok=True)


def default_program() -> Path:
    own = Path(__file__).parents[1] / ".tools" / "bin" / "cometbft"
    return find_cometbft(str(own) if own.exists() else None, os.environ)
