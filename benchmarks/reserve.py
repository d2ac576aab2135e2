"""A custodian's reserve proof: the tree over all its users with salts and positions, its papers, and a reader's check.

Tree and memory are measured in a process of its own, on a list that is there already: digests of users, positions, salts,
leaves, sorting, nodes. The ceiling is SHA-256 of just as many messages of the same lengths with the same hasher on the same
threads, and nothing else. The papers are those of a real publication on a chain in memory, each whole, with state proofs
and light blocks; they are written to a ZIP file, whose ceiling is writing as many bytes to the same disk.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from app.client.reserve.papers import Papers
from app.client.reserve.work import named_papers
from app.core.verification import Verdict
from app.node.consensus.ed25519 import is_validator_signature
from app.node.consensus.genesis import Genesis
from app.reserve.export import save_papers
from app.reserve.hasher import BLOCK_BYTES, BatchHasher, PlainHasher, RowHasher, Rows
from app.reserve.proof import decode_proof
from app.reserve.shares import PIECE, THREADS, Binding, Owed, Shares
from app.reserve.steps import climb
from app.reserve.verify import verify_proof
from tests.fakes.registry import REASON
from tests.fakes.reserves import MASTER, custodian_at_work

MIB = 1024 * 1024
CHECKED = 1_000
VALIDATORS = 4
HASHERS = {"batch": BatchHasher, "plain": PlainHasher}
MESSAGES = (
    (63, b""),
    (36, b"-" * BLOCK_BYTES),
    (32, b"-" * BLOCK_BYTES),
    (37, b"-" * BLOCK_BYTES),
    (32, b"-" * BLOCK_BYTES),
    (113, b""),
    (98, b""),
)
"""What is hashed for each user: digest of the user, HMAC of position and of salt (inner and outer each), leaf, node."""
BINDING = Binding("luopu-benchmark", REASON[:16], REASON, MASTER)


def run(arguments: list[str]) -> int:
    """Measure, print a table, and last `reserve ratio=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks reserve", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--papers", type=int, help="how many are written; as many as users where nothing is said")
    options = parser.parse_args(arguments)
    users = options.users
    batch, plain = (measured_tree(users, name) for name in HASHERS)
    assert batch.root == plain.root, "the hashers disagree"
    ceiling = hashes_alone(users)
    for name, tree in (("batch", batch), ("plain", plain)):
        print(f"{f'tree, {name} hasher':<36}{tree.seconds:>8.2f} s {tree.peak / MIB:>8.0f} MiB   root {tree.root[:16]}")
    print(f"{'the same hashes and nothing else':<36}{ceiling:>8.2f} s")
    papers = asyncio.run(measured_papers(users, users if options.papers is None else options.papers))
    rate, size = papers.count / papers.seconds, papers.count * papers.bytes / MIB
    print(
        f"{f'{papers.count} papers, {size:.0f} MiB':<36}{papers.seconds:>8.1f} s {papers.peak / MIB:>8.0f} MiB   {rate:.0f}/s"
    )
    print(f"{'as many bytes of the archive alone':<36}{papers.bare:>8.1f} s")
    print(f"{f'a path of {papers.steps:.1f} steps':<36}{papers.path * 1e3:>8.3f} ms")
    print(f"{'a whole paper, nothing known before':<36}{papers.whole * 1e3:>8.3f} ms")
    print(f"{'the next paper of that publication':<36}{papers.later * 1e3:>8.3f} ms")
    print(
        f"reserve ratio={ceiling / batch.seconds:.2f} users={users} tree_s={batch.seconds:.2f} "
        f"tree_mib={batch.peak / MIB:.0f} plain_s={plain.seconds:.2f} papers_per_s={rate:.0f} "
        f"path_ms={papers.path * 1e3:.3f} verify_ms={papers.whole * 1e3:.3f} next_ms={papers.later * 1e3:.3f}"
    )
    return 0


@dataclass(frozen=True)
class Tree:
    """Of one hasher: seconds, bytes of memory at the highest, root in hex."""

    seconds: float
    peak: int
    root: str


@dataclass(frozen=True)
class PapersMeasured:
    """Writing `count` papers of `bytes` each, and checking some: seconds; bytes of memory at the highest."""

    count: int
    bytes: int
    seconds: float
    bare: float
    peak: int
    path: float
    whole: float
    later: float
    steps: float


# ---- the tree ----------------------------------------------------------------------------------------------------------
def measured_tree(users: int, hasher: str) -> Tree:
    """A tree in a new process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_tree, args=(theirs, users, hasher))
    process.start()
    tree: Tree = ours.recv()
    process.join()
    return tree


def _tree(pipe: Connection, users: int, hasher: str) -> None:
    owed, chosen = listed(users), HASHERS[hasher]()
    begun = time.perf_counter()
    shares = Shares(chosen, BINDING, owed)
    pipe.send(Tree(time.perf_counter() - begun, peak_bytes(), shares.root.hex()))


def peak_bytes() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def listed(users: int) -> Owed:
    """A list of users, each owed something."""
    random = np.random.default_rng(6)
    numbers = np.arange(10_000, 10_000 + users, dtype=np.uint64)
    addresses = random.integers(0, 256, (users, 20), dtype=np.uint8)
    return Owed(numbers, addresses, random.integers(0, 10**6, users).astype(np.uint64))


def hashes_alone(users: int) -> float:
    """Seconds for the hashes alone, on as many threads."""
    hasher: RowHasher = BatchHasher()
    rows = {width: np.full((PIECE, width), 7, np.uint8) for width, _ in MESSAGES}
    pieces = -(-users // PIECE)
    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(lambda _: _hash_all(hasher, rows), range(pieces)):
            pass
    return (time.perf_counter() - begun) * users / (pieces * PIECE)


def _hash_all(hasher: RowHasher, rows: dict[int, Rows]) -> None:
    for width, prefix in MESSAGES:
        hasher.digests(rows[width], prefix)


# ---- papers ------------------------------------------------------------------------------------------------------------
async def measured_papers(users: int, count: int) -> PapersMeasured:
    """Write the papers of a publication, and check some."""
    async with custodian_at_work(VALIDATORS) as custodian:
        owed = listed(users)
        voucher = custodian.issue(int(owed.balances.sum()), cap=2**62)
        papers = await custodian.papers(voucher, owed)
        count = min(count, users)
        with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
            seconds, bare = written(papers, owed, count, Path(folder))
        some = list(papers.papers(0, min(users, CHECKED)))
        path, steps = path_seconds(some)
        first = whole_seconds(some, custodian.genesis, knows_blocks=False)
        later = whole_seconds(some, custodian.genesis, knows_blocks=True)
        return PapersMeasured(count, len(some[0]), seconds, bare, peak_bytes(), path, first, later, steps)


def written(papers: Papers, owed: Owed, count: int, folder: Path) -> tuple[float, float]:
    """Seconds for so many papers in a ZIP file, and for as many bytes alone."""
    target = folder / "papers.zip"
    begun = time.perf_counter()
    save_papers(target, named_papers(papers, owed, 0, count), (), on_paper=lambda _: None, cancelled=lambda: False)
    seconds = time.perf_counter() - begun
    size = target.stat().st_size
    target.unlink()
    begun = time.perf_counter()
    with (folder / "bare").open("wb") as file:
        for _ in range(0, size, MIB):
            file.write(bytes(MIB))
        file.flush()
        os.fsync(file.fileno())
    return seconds, time.perf_counter() - begun


def path_seconds(some: list[bytes]) -> tuple[float, float]:
    """Seconds from a leaf to the root, and steps between them."""
    decoded = [decode_proof(each) for each in some]
    begun = time.perf_counter()
    for proof in decoded:
        climb(proof)
    seconds = time.perf_counter() - begun
    return seconds / len(some), sum(len(proof.path) for proof in decoded) / len(some)


def whole_seconds(some: list[bytes], genesis: Genesis, *, knows_blocks: bool) -> float:
    """Seconds for a whole paper: decoding, path, both light blocks, state proofs, log, signatures.

    Who `knows_blocks` has checked another paper of the same publication before, and remembers the validators' signatures.
    """
    begun = time.perf_counter()
    for each in some:
        if not knows_blocks:
            is_validator_signature.cache_clear()
        assert verify_proof(each, genesis).verdict is Verdict.VALID
    return (time.perf_counter() - begun) / len(some)
