"""What a node needs: the most memory while it takes over a chain, and bytes on disk for each transaction.

The node is the real one (`luopu node`), a process of its own with its inspecting child; the chain is served by another
process in raw blocks. Memory is what the kernel counted at its highest (VmHWM), node and child added, though their peaks
need not fall together. Disk is the database after compaction, archive and all. Linux only. The ceiling is what must be kept
whatever the program: the blocks themselves.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from app.children import start_child
from app.client.node import NodeClient
from app.core.home import Home
from app.node.store.disk import disk_bytes
from app.wiring.compaction import compact_node
from app.wiring.node import load_endpoint
from app.wiring.stores import open_store
from benchmarks.chains import make_blocks, make_chain

TRANSACTIONS = 100
MIB = 1024 * 1024
ROOT = Path(__file__).parents[1]


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `footprint ratio=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks footprint", description=__doc__)
    parser.add_argument("--blocks", type=int, default=2_000, help="blocks of 100 transactions")
    options = parser.parse_args(arguments)
    count = options.blocks * TRANSACTIONS
    with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
        root = Path(folder)
        chain = make_chain(root / "served" / "peer")
        make_blocks(chain, options.blocks, TRANSACTIONS)
        (root / "served" / "genesis.json").write_bytes(chain.genesis)
        chain.store.close()
        home = Home(root / "home")
        home.root.mkdir()
        home.genesis.write_bytes(chain.genesis)
        before, node, child = served(root / "served", home, options.blocks)
        compact_node(home)
        disk, blocks = disk_bytes(home.node / "chain"), block_bytes(home, options.blocks)
    print(f"{'memory at the start':<36}{before / MIB:>8.0f} MiB")
    both = f"node {node / MIB:.0f}, inspector {child / MIB:.0f}"
    print(f"{f'peak while taking {count} transactions':<36}{(node + child) / MIB:>8.0f} MiB  {both}")
    print(f"{'disk after compaction':<36}{disk / MIB:>8.0f} MiB  {disk / count:.0f} bytes a transaction")
    print(f"{'of that the blocks, uncompressed':<36}{blocks / MIB:>8.0f} MiB  {blocks / count:.0f} bytes a transaction")
    print(
        f"footprint ratio={blocks / disk:.2f} peak_mib={(node + child) / MIB:.0f} "
        f"disk_bytes_per_transaction={disk / count:.0f} block_bytes_per_transaction={blocks / count:.0f}"
    )
    return 0


def served(folder: Path, home: Home, height: int) -> tuple[int, int, int]:
    """Let the node of `home` take the chain in `folder`; bytes of memory before, and the peaks of node and child."""
    command = [sys.executable, "-c", f"from benchmarks.sync import serve; serve({str(folder)!r})"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as peer:
        assert peer.stdout is not None
        assert peer.stdin is not None
        url = peer.stdout.readline().decode().strip()
        try:
            return asyncio.run(_follow(home, url, height))
        finally:
            peer.stdin.close()


async def _follow(home: Home, url: str, height: int) -> tuple[int, int, int]:
    node = await start_child(home, "node", ["--peer", url])
    child_peak, before = 0, _memory(node.pid, "VmRSS")
    try:
        async with NodeClient(lambda: load_endpoint(home)) as client:
            while (await client.status()).height < height:
                child_peak = max([child_peak, *(_memory(pid, "VmHWM") for pid in _children(node.pid))])
                await asyncio.sleep(0.1)
        return before, _memory(node.pid, "VmHWM"), child_peak
    finally:
        await node.stop()


def block_bytes(home: Home, blocks: int) -> int:
    """What the blocks take by themselves."""
    store = open_store(home.node)
    try:
        return sum(len(store.block(height) or b"") for height in range(1, blocks + 1))
    finally:
        store.close()


def _memory(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0  # it has ended
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":")), 0)


def _children(pid: int) -> list[int]:
    """Of all its threads."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(text) for text in path.read_text().split()]
        except OSError:
            continue  # the thread has ended
    return found
