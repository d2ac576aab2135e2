"""How fast a remote node takes over a chain: fetch by RPC, verify every commit, execute, store.

The peer is another process that serves a chain made beforehand; the node starts empty and ends at the peer's tip, all of
it durable. Empty blocks are given in blocks per second. For blocks of 100 transactions the ceiling is what libsodium
alone verifies in two processes on this machine in this run: no node can be faster, for each transaction carries a
signature. `ratio` is the node's transactions per second over that ceiling.
"""

import argparse
import asyncio
import cProfile
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from nacl.bindings import crypto_sign_open
from nacl.signing import SigningKey

from app.core.units import Height
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.consensus.genesis import decode_genesis
from app.node.service import NodeService
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook
from app.registry.genesis import initial_state
from app.wiring.sandbox import LOOPBACK
from app.wiring.stores import open_store
from benchmarks.chains import make_blocks, make_chain

CEILING_SECONDS = 2.0
TRANSACTIONS = 100


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `sync ratio=… empty_blocks_per_second=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sync", description=__doc__)
    parser.add_argument("--empty", type=int, default=5_000, help="empty blocks")
    parser.add_argument("--full", type=int, default=300, help="blocks of 100 transactions")
    parser.add_argument("--profile", metavar="FILE", help="write cProfile statistics of the node")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
        empty = measure(Path(folder) / "empty", options.empty, 0, None)
        full = measure(Path(folder) / "full", options.full, TRANSACTIONS, options.profile)
    ceiling = verify_ceiling()
    per_second = options.full * TRANSACTIONS / full
    print(f"{'empty blocks':<28}{options.empty:>8} in {empty:6.2f} s  {options.empty / empty:>9.0f} blocks/s")
    print(f"{'blocks of 100 transactions':<28}{options.full:>8} in {full:6.2f} s  {per_second:>9.0f} transactions/s")
    print(f"{'bare libsodium, 2 processes':<28}{'':>8}    {'':>6}    {ceiling:>9.0f} signatures/s")
    print(
        f"sync ratio={per_second / ceiling:.3f} empty_blocks_per_second={options.empty / empty:.0f} "
        f"transactions_per_second={per_second:.0f} ceiling={ceiling:.0f}"
    )
    return 0


def measure(folder: Path, blocks: int, transactions: int, profile: str | None) -> float:
    """Seconds from an empty node to the peer's tip."""
    chain = make_chain(folder / "peer")
    make_blocks(chain, blocks, transactions)
    (folder / "genesis.json").write_bytes(chain.genesis)
    chain.store.close()
    with subprocess.Popen(
        [sys.executable, "-c", f"from benchmarks.sync import serve; serve({str(folder)!r})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    ) as peer:
        assert peer.stdout is not None
        url = peer.stdout.readline().decode().strip()
        try:
            return profiled(lambda: asyncio.run(synchronize(folder, url, Height(blocks))), profile)
        finally:
            assert peer.stdin is not None
            peer.stdin.close()


def profiled(work: Callable[[], float], profile: str | None) -> float:
    """Run, under the profiler where asked."""
    if profile is None:
        return work()
    profiler = cProfile.Profile()
    seconds = profiler.runcall(work)
    profiler.dump_stats(profile)
    return seconds


async def synchronize(folder: Path, url: str, target: Height) -> float:
    """Follow the peer up to `target`; seconds."""
    document = (folder / "genesis.json").read_bytes()
    genesis = decode_genesis(document)
    store = open_store(folder / "node")
    async with open_session() as session:
        service = NodeService(store, genesis, document, PeerBook([url], genesis.chain_id, session))
        store.begin(genesis.fingerprint, service.first_tip(), initial_state(genesis.chain_id, genesis.app_state))
        began = time.perf_counter()
        following = asyncio.create_task(service.follower.run())
        async for height in service.heights():
            if height >= target or following.done():
                break
        seconds = time.perf_counter() - began
        assert service.follower.halted is None, service.follower.halted
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    store.close()
    return seconds


def serve(folder: str) -> None:
    """The peer: serve the chain in `folder` until standard input closes."""
    asyncio.run(_serve(Path(folder)))


async def _serve(folder: Path) -> None:
    document = (folder / "genesis.json").read_bytes()
    genesis = decode_genesis(document)
    store = open_store(folder / "peer")
    async with open_session() as session:
        backend = NodeService(store, genesis, document, PeerBook([], genesis.chain_id, session))
        server = LoopbackServer(Rpc(backend).routes(), token=None)
        print(await server.start(LOOPBACK, 0), flush=True)
        await asyncio.to_thread(sys.stdin.buffer.read)
        await server.close()
    store.close()


def verify_ceiling() -> float:
    """Signatures per second that libsodium verifies in two processes at once."""
    with get_context("spawn").Pool(2) as pool:
        return sum(pool.map(_verify_for_a_while, range(2)))


def _verify_for_a_while(seed: int) -> float:
    key = SigningKey(bytes([seed + 1]) * 32)
    public, message = bytes(key.verify_key), os.urandom(32)
    signed = bytes(key.sign(message))
    count, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < CEILING_SECONDS:
        for _ in range(100):
            crypto_sign_open(signed, public)
        count += 100
    return count / elapsed
