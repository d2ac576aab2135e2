"""How many transactions a second four real validators agree on, with our application and with CometBFT's own.

Both runs are the same consortium on this machine: four CometBFT processes, same configuration, same load, transactions
of the same size. One run has our application behind each (`luopu abci`: signatures, law, state root, LevelDB, a process of
its own behind a socket), the other the key-value application that is compiled into CometBFT and keeps a map in memory.
`ratio` is ours over theirs: what our law costs where everything else is CometBFT's.
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
from app.consortium.folders import ConsortiumFolder
from app.consortium.making import Lock, configure, load_company
from app.consortium.onecomputer import Plan, make_consortium
from app.consortium.validator import Validator
from app.core.keys import Algorithm, PublicKey
from app.registry.genesis import derive_address
from app.wallet.keystore import Cost
from benchmarks.chains import CountingRandomness, first_record

CHAIN_ID = "luopu-benchmark"
VALIDATORS = 4
BATCH = 10
"""CometBFT's bound on calls in one request."""
IN_FLIGHT = 128
MEMPOOL_SIZE = 200_000
VALID_UNTIL = 500
QUICK = Lock("a passphrase", Cost(1, 8192))
OWN = ""


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
    parser.add_argument("--transactions", type=int, default=10_000)
    parser.add_argument("--interval", type=float, default=1.0, help="seconds between blocks")
    parser.add_argument("--cometbft", type=Path, help="the program; default: as `luopu consortium` finds it")
    parser.add_argument("--keep-logs", type=Path, metavar="DIR", help="copy the validators' logs there")
    options = parser.parse_args(arguments)
    program = options.cometbft or _default_program()
    figures: dict[str, Figures] = {}
    for name, application in (("luopu", OWN), ("kvstore", "kvstore")):
        with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
            root = Path(folder) / "consortium"
            work = measure(root, program, application, options.transactions, options.interval)
            figures[name] = asyncio.run(work)
            if options.keep_logs is not None:
                _keep_logs(root, options.keep_logs / name)
        print(
            f"{name:<10}{figures[name].transactions:>8} transactions in {figures[name].seconds:6.2f} s, "
            f"{figures[name].blocks:>3} blocks  {figures[name].per_second:>7.0f} transactions/s"
        )
    ratio = figures["luopu"].per_second / figures["kvstore"].per_second
    print(
        f"consensus ratio={ratio:.3f} transactions_per_second={figures['luopu'].per_second:.0f} "
        f"kvstore={figures['kvstore'].per_second:.0f}"
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
        await asyncio.gather(*(_wait_for_height(session, url, 2) for url in urls))
        before = await _height(session, urls[0])
        began = time.perf_counter()
        handing = asyncio.create_task(hand_in(session, urls, transactions))
        try:
            blocks = await _wait_for_transactions(session, urls[0], before, len(transactions))
        finally:
            handing.cancel()
            await asyncio.gather(handing, return_exceptions=True)
        return Figures(time.perf_counter() - began, blocks, len(transactions))


async def hand_in(session: aiohttp.ClientSession, urls: Sequence[str], transactions: Sequence[bytes]) -> None:
    """Hand transactions to all validators in turn; what finds a full mempool is handed in again."""
    queue: asyncio.Queue[tuple[str, list[bytes]]] = asyncio.Queue()
    for number, start in enumerate(range(0, len(transactions), BATCH)):
        queue.put_nowait((urls[number % len(urls)], list(transactions[start : start + BATCH])))

    async def work() -> None:
        while True:
            url, batch = await queue.get()
            if rest := await _broadcast(session, url, batch):
                await asyncio.sleep(0.05)
                queue.put_nowait((url, rest))

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


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


async def _wait_for_transactions(session: aiohttp.ClientSession, url: str, after: int, count: int) -> int:
    """Follow one validator's blocks until they hold so many transactions; how many blocks with any."""
    height, blocks = after, 0
    while count > 0:
        height += 1
        await _wait_for_height(session, url, height)
        answer = await _ask(session, f"{url}/blockchain?minHeight={height}&maxHeight={height}")
        included = int(answer["block_metas"][0]["num_txs"])
        blocks += included > 0
        count -= included
    return blocks


async def _wait_for_height(session: aiohttp.ClientSession, url: str, height: int) -> None:
    while True:
        if await _height(session, url) >= height:
            return
        await asyncio.sleep(0.02)


async def _height(session: aiohttp.ClientSession, url: str) -> int:
    return int((await _ask(session, f"{url}/status"))["sync_info"]["latest_block_height"])


async def _ask(session: aiohttp.ClientSession, url: str) -> Any:
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
        empty_seconds=interval,
    )


def _use_application(folder: ConsortiumFolder, plan: Plan, application: str) -> None:
    numbers = range(1, VALIDATORS + 1)
    companies = [load_company(folder.validator(number).company) for number in numbers]
    for number in numbers:
        settings = replace(plan.settings(number, companies), application=application)
        configure(folder.validator(number), folder.genesis, settings)


def _widen_mempools(folder: ConsortiumFolder) -> None:
    """Room for all: CometBFT drops silently what it let in while the last place was taken."""
    for number in range(1, VALIDATORS + 1):
        config = folder.validator(number).config
        config.write_text(config.read_text().replace("[mempool]\n", f"[mempool]\nsize = {MEMPOOL_SIZE}\n"))


def _keep_logs(root: Path, target: Path) -> None:
    folder = ConsortiumFolder(root)
    for number in range(1, VALIDATORS + 1):
        shutil.copytree(folder.validator(number).logs, target / f"validator{number}", dirs_exist_ok=True)


def _default_program() -> Path:
    own = Path(__file__).parents[1] / ".tools" / "bin" / "cometbft"
    return find_cometbft(str(own) if own.exists() else None, os.environ)
