"""The same chain taken over by CometBFT with our application, and by our node: side by side, from the same source.

A real validator makes the chain (CometBFT 0.39.4 and `luopu abci`) and goes on serving it. Then an empty CometBFT full node
with an empty application of ours block-syncs it, as a company's further node would; an empty node of ours takes it from
the same validator's RPC; and another one from that node, in raw blocks. CometBFT is timed from its first block to its last,
so that starting up and finding the peer do not count; ours from its first question, as its first blocks come fifty at once.
"""

import argparse
import asyncio
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from nacl.signing import SigningKey

from app.consortium.folders import ConsortiumFolder, ValidatorFolder
from app.consortium.making import configure, load_company, make_company
from app.consortium.onecomputer import PEER_PORT, Plan, make_consortium
from app.consortium.validator import Validator
from app.core.keys import Algorithm, PublicKey
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.service import NodeService
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook
from app.wiring.sandbox import LOOPBACK
from app.wiring.stores import load_genesis, open_store
from benchmarks.consensus import CHAIN_ID, QUICK, ask, default_program, own_transactions

PER_BLOCK = 100
INTERVAL = 0.1


@dataclass(frozen=True, slots=True)
class Source:
    """The validator that has the chain."""

    folder: ConsortiumFolder
    plan: Plan
    height: int
    transactions: int


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `beside ratio=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks beside", description=__doc__)
    parser.add_argument("--transactions", type=int, default=20_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
        figures = asyncio.run(measure(Path(folder), options.transactions))
    for name, rate in figures.items():
        print(f"{name:<44}{rate:>9.0f} transactions/s")
    comet, ours, raw = figures.values()
    print(
        f"beside ratio={ours / comet:.2f} raw_ratio={raw / comet:.2f} cometbft={comet:.0f} ours={ours:.0f} raw={raw:.0f}"
    )
    return 0


async def measure(root: Path, count: int) -> dict[str, float]:
    """Transactions per second of each."""
    key = SigningKey(secrets.token_bytes(32))
    plan = Plan(
        names=("company",),
        chain_id=CHAIN_ID,
        partner="partner",
        partner_key=PublicKey(Algorithm.ED25519, bytes(key.verify_key)),
        partner_quota=2**50,
        first_address=f"127.{secrets.randbelow(200) + 10}.{secrets.randbelow(250)}.1",
        interval_seconds=INTERVAL,
        empty_seconds=1.0,
    )
    make_consortium(root / "consortium", plan, QUICK)
    folder = ConsortiumFolder(root / "consortium")
    program = default_program()
    validator = Validator(folder.validator(1), program)
    try:
        await validator.start()
        async with aiohttp.ClientSession() as session:
            height = await fill(session, plan.rpc_url(1), own_transactions(key, count))
        source = Source(folder, plan, height, count)
        comet = await follow_with_cometbft(source, root / "full", program)
        ours = await follow(source, root / "node", plan.rpc_url(1))
        raw = await follow_raw(source, root)
    finally:
        await validator.stop()
    seconds = {
        "CometBFT full node, luopu abci": comet,
        "luopu node, from CometBFT": ours,
        "luopu node, raw blocks": raw,
    }
    return {name: count / each for name, each in seconds.items()}


async def fill(session: aiohttp.ClientSession, url: str, transactions: list[bytes]) -> int:
    """Blocks of about a hundred transactions; the height of the last."""
    for start in range(0, len(transactions), PER_BLOCK):
        batch = transactions[start : start + PER_BLOCK]
        await asyncio.gather(*(_submit(session, url, raw) for raw in batch))
        await _wait_until_none_waits(session, url)
    return int((await ask(session, f"{url}/status"))["sync_info"]["latest_block_height"])


async def _wait_until_none_waits(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        if int((await ask(session, f"{url}/num_unconfirmed_txs"))["n_txs"]) == 0:
            return
        await asyncio.sleep(0.01)


async def follow_with_cometbft(source: Source, folder: Path, program: Path) -> float:
    """Seconds that a full node of CometBFT takes from its first block to the source's height."""
    host = source.plan.host(2)
    full = ValidatorFolder(folder)
    full.root.mkdir(mode=0o700)
    make_company(full, "full", f"{host}:{PEER_PORT}", QUICK)
    company = load_company(source.folder.validator(1).company)
    settings = replace(source.plan.settings(2, [company, load_company(full.company)]), moniker="full")
    configure(full, source.folder.genesis, settings)
    node = Validator(full, program)
    try:
        starting = asyncio.create_task(node.start())
        async with aiohttp.ClientSession() as session:
            url = source.plan.rpc_url(2)
            began = await _when(session, url, 1)
            ended = await _when(session, url, source.height)
        await starting
        return ended - began
    finally:
        await node.stop()


async def follow(source: Source, folder: Path, url: str) -> float:
    """Seconds that a node of ours takes, which asks `url`."""
    genesis, document, writes = load_genesis(source.folder.genesis)
    store = open_store(folder)
    async with open_session() as session:
        service = NodeService(store, genesis, document, PeerBook([url], genesis.chain_id, session))
        store.begin(genesis.fingerprint, service.first_tip(), writes)
        began = time.perf_counter()
        following = asyncio.create_task(service.follower.run())
        async for height in service.heights():
            if height >= source.height or following.done():
                break
        seconds = time.perf_counter() - began
        assert service.follower.halted is None, service.follower.halted
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    store.close()
    return seconds


async def follow_raw(source: Source, root: Path) -> float:
    """The same from the node that `follow` left behind, served by this process."""
    genesis, document, _ = load_genesis(source.folder.genesis)
    shutil.copytree(root / "node", root / "served")
    store = open_store(root / "served")
    async with open_session() as session:
        rpc = Rpc(NodeService(store, genesis, document, PeerBook([], genesis.chain_id, session)))
        server = LoopbackServer(rpc.routes(), token=None)
        try:
            return await follow(source, root / "another", await server.start(LOOPBACK, 0))
        finally:
            await server.close()
            rpc.close()
            store.close()


async def _submit(session: aiohttp.ClientSession, url: str, raw: bytes) -> None:
    answer = await ask(session, f"{url}/broadcast_tx_sync?tx=0x{raw.hex()}")
    assert answer["code"] == 0, answer


async def _when(session: aiohttp.ClientSession, url: str, height: int) -> float:
    """The moment at which a node has this height."""
    while True:
        try:
            if int((await ask(session, f"{url}/status"))["sync_info"]["latest_block_height"]) >= height:
                return time.perf_counter()
        except aiohttp.ClientError:
            pass  # it is starting
        await asyncio.sleep(0.01)
