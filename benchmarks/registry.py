"""The law by itself: actions per second by kind, and what a block costs under the state root as accounts grow.

First, every kind of action in blocks of a hundred, decoded, judged and carried out on a state in memory; signatures are taken
for good. The ceiling of the same run is strict decoding alone, which any law must do. Then the store: a database with so many
users, and blocks of transfers on it, each of which changes the quota of its sender and the holdings of two; the law and the
state root are timed apart. `growth` is the root's cost at the most accounts over that at the fewest. Beside it stand what the
logarithm of the number of keys would make of it, and the hashes that a binary tree needs for the very keys that were changed
(the changes of a block share the upper part of the tree, and a smaller part of a larger tree, so they grow faster than the
logarithm). A tree that fits into the cache of pages is never read from disk, so two more are given: with all pages in memory
at every size (warm), and with none (cold). Memory is the process's own while it holds nothing but the open store; tables of
the database that the system has mapped into it come on top, and go when somebody else needs the room.
"""

import argparse
import gc
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from math import log2
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from app.core.transaction import decode_transaction
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.node.store.chain import ChainStore
from app.node.store.map import AuthenticatedMap
from app.node.store.page import SLOT_OF_DIGIT, is_inner, path_of
from app.registry.context import Environment
from app.registry.draft import Values
from app.registry.law import BlockOutcome, apply_block
from app.wiring.stores import open_store
from benchmarks.actions import KINDS
from benchmarks.population import (
    CHAIN_ID,
    CHUNK,
    DIVISIBLE,
    FIRST_USER,
    START_NS,
    Sender,
    bytes_of,
    first_state,
    users,
    vouchers,
)

BLOCK = 100
BLOCK_NS = 3_000_000_000
KIND_USERS = 1_000
MIB = 1024 * 1024
KEYS_PER_USER = 4
WARM = 300
"""So few users that all their pages stay in memory."""
T = TypeVar("T")


class NoNonces:
    """No earlier block used any nonce."""

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """Never."""
        del sender, nonce
        return False


def taken_for_good(_key: object, _digest: bytes, _signature: bytes) -> bool:
    """Every signature verifies."""
    return True


def run(arguments: list[str]) -> int:
    """Measure, print two tables, and last `registry ratio=…`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks registry", description=__doc__)
    parser.add_argument("--actions", type=int, default=500, help="of each kind (default 500)")
    parser.add_argument("--accounts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--blocks", type=int, default=60, help="of 100 transfers, at each number of accounts")
    options = parser.parse_args(arguments)
    kinds = {name: actions_per_second(name, options.actions) for name in KINDS}
    slowest = min(kinds, key=lambda name: kinds[name][0] / kinds[name][1])
    roots = [root_cost(count, options.blocks) for count in options.accounts]
    growth, warm, cold, hashes = (
        getattr(roots[-1], cost) / getattr(roots[0], cost) for cost in ("root_us", "warm_us", "cold_us", "hashes")
    )
    logarithm = log2(KEYS_PER_USER * options.accounts[-1]) / log2(KEYS_PER_USER * options.accounts[0])
    print(
        f"registry ratio={kinds[slowest][0] / kinds[slowest][1]:.3f} slowest={slowest} "
        f"notarize={kinds['notarize'][0]:.0f} transfer={kinds['transfer'][0]:.0f} enrol={kinds['enrol'][0]:.0f} "
        f"growth={growth:.2f} warm_growth={warm:.2f} cold_growth={cold:.2f} "
        f"hash_growth={hashes:.2f} log_growth={logarithm:.2f} memory_mib={roots[-1].memory_mib:.0f}"
    )
    return 0


# ---- the law by kind -------------------------------------------------------------------------------------------------
def actions_per_second(name: str, count: int) -> tuple[float, float]:
    """Actions of one kind carried out in a second, and transactions decoded in one."""
    values: dict[bytes, bytes] = first_state()
    for writes in (*users(KIND_USERS), vouchers(KIND_USERS)):
        _write(values, writes)
    before, measured = KINDS[name](Sender(), count)
    height = _carry_out(values, before, 1)
    gc.collect()
    started = perf_counter()
    _carry_out(values, measured, height)
    acting = perf_counter() - started
    started = perf_counter()
    for raw in measured:
        decode_transaction(raw)
    decoding = perf_counter() - started
    speed, ceiling = len(measured) / acting, len(measured) / decoding
    print(f"{name:<24}{speed:>10.0f} actions/s{1e6 / speed:>8.0f} us  of {ceiling:>8.0f} decoded/s", flush=True)
    return speed, ceiling


def _carry_out(values: dict[bytes, bytes], transactions: Sequence[bytes], height: int) -> int:
    """Blocks of these transactions, all of which must be accepted; the next height."""
    for start in range(0, len(transactions), BLOCK):
        outcome = _apply(values, transactions[start : start + BLOCK], height)
        _write(values, outcome.writes)
        height += 1
    return height


def _apply(values: Values, transactions: Sequence[bytes], height: int) -> BlockOutcome:
    environment = Environment(CHAIN_ID, Height(height), START_NS + height * BLOCK_NS)
    outcome = apply_block(values, NoNonces(), transactions, environment, is_signed=taken_for_good)
    for receipt in outcome.receipts:
        if receipt.refusal is not None:
            raise AssertionError(f"a measured action was refused: {receipt.refusal}")
    return outcome


def _write(values: dict[bytes, bytes], writes: Mapping[bytes, bytes | None]) -> None:
    for key, value in writes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value


# ---- the state root ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Cost:
    """What a block of a hundred transfers costs at one number of accounts: medians, and keys that one changes."""

    law_us: float
    root_us: float
    """Users from everywhere, with the node's own cache of pages."""
    warm_us: float
    """The same few users again and again: every page in memory."""
    cold_us: float
    """Users from everywhere, no page in memory."""
    keys: float
    hashes: float
    """That a binary tree needs for the keys that one block of `root_us` changes."""
    memory_mib: float
    mapped_mib: float


def root_cost(accounts: int, blocks: int) -> Cost:
    """Build a store and measure on it, each in a process of its own, so that memory is what the open store needs."""
    with tempfile.TemporaryDirectory(prefix="luopu-benchmark-") as folder:
        _apart(build, folder, accounts)
        cost: Cost = _apart(measure, folder, accounts, blocks)
    a_key = [each / cost.keys for each in (cost.root_us, cost.warm_us, cost.cold_us)]
    print(
        f"{accounts:>9} accounts   law {cost.law_us / 1000:.2f} ms, root and write {cost.root_us / 1000:.2f} ms a block; "
        f"a key {a_key[0]:.1f} us, warm {a_key[1]:.1f}, cold {a_key[2]:.1f}; {cost.hashes:.0f} hashes a block; "
        f"memory {cost.memory_mib:.0f} MiB, mapped {cost.mapped_mib:.0f}",
        flush=True,
    )
    return cost


def build(folder: str, accounts: int) -> None:
    """A store whose map holds so many users."""
    store = open_store(Path(folder))
    pieces = chain([first_state()], users(accounts), [vouchers(accounts)])
    for height, writes in enumerate(pieces, start=1):
        store.state.apply(Height(height), writes, [])
        store.flush()
    store.close()


@dataclass(frozen=True, slots=True)
class Timed:
    """One block: microseconds of the law and of state root with write, and the keys that changed."""

    law_us: float
    root_us: float
    keys: Sequence[bytes]


def measure(folder: str, accounts: int, blocks: int) -> Cost:
    """Blocks of transfers on the store: between users from everywhere, between the same few, and with nothing in memory."""
    store = open_store(Path(folder))
    sender, height = Sender(), 2 + -(-accounts // CHUNK) + 1
    costs: dict[str, list[Timed]] = {"random": [], "warm": [], "cold": []}
    for manner, timed in costs.items():
        for made in transfers(sender, WARM if manner == "warm" else accounts, blocks, manner):
            if manner == "cold":
                store.state.map.forget_pages()
            timed.append(_timed(store, made, height))
            height += 1
    memory, mapped = _resident("RssAnon"), _resident("RssFile")
    random = costs["random"]
    hashes = hashes_of(store.state.map, random[-1].keys, height)
    store.close()
    roots = {
        manner: statistics.median(block.root_us for block in timed[len(timed) // 3 :])
        for manner, timed in costs.items()
    }
    return Cost(
        law_us=statistics.median(block.law_us for block in random),
        root_us=roots["random"],
        warm_us=roots["warm"],
        cold_us=roots["cold"],
        keys=statistics.fmean(len(block.keys) for block in random),
        hashes=hashes,
        memory_mib=memory / MIB,
        mapped_mib=mapped / MIB,
    )


def _timed(store: ChainStore, block: Sequence[bytes], height: int) -> Timed:
    started = perf_counter()
    outcome = _apply(store.state, block, height)
    judged = perf_counter()
    store.state.apply(Height(height), outcome.writes, outcome.entries)
    store.flush()
    return Timed((judged - started) * 1e6, (perf_counter() - judged) * 1e6, list(outcome.writes))


def hashes_of(tree: AuthenticatedMap, keys: Sequence[bytes], height: int) -> int:
    """Leaves and inner nodes of a binary tree that change when these keys do: each is hashed once."""
    inner: set[tuple[bytes, int]] = set()
    for path in map(path_of, keys):
        for depth, digit in enumerate(path):
            nodes, slot = tree.nodes_at(path[:depth], height), SLOT_OF_DIGIT[digit]
            above = (slot >> level for level in range(1, slot.bit_length()))
            inner.update((path[:depth], index) for index in above if is_inner(nodes[index]))
            if not is_inner(nodes[slot]):
                break
    return len(inner) + len(keys)


def transfers(sender: Sender, among: int, blocks: int, seed: str) -> list[list[bytes]]:
    """Transfers between the first `among` users, who stand everywhere in the tree."""
    return [[_transfer(sender, among, (seed, block, place)) for place in range(BLOCK)] for block in range(blocks)]


def _transfer(sender: Sender, accounts: int, where: tuple[str, int, int]) -> bytes:
    numbers = bytes_of("who", *where, count=16)
    source = int.from_bytes(numbers[:8], "big") % accounts
    target = (source + 1 + int.from_bytes(numbers[8:], "big") % (accounts - 1)) % accounts
    legs = [wire.Leg(voucher=DIVISIBLE, to=FIRST_USER + target, amount=1)]
    body = sender.body(FIRST_USER + source, wire.Body(transfer=wire.Transfer(legs=legs)))
    return sender.raw(body, FIRST_USER + source)


def _apart(work: Callable[..., T], *arguments: object) -> T:
    """Do it in a new process, which ends afterwards."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _resident(kind: str) -> int:
    """Bytes of this process in memory: `RssAnon`, its own; `RssFile`, files mapped into it. Linux only."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) * 1024
    return 0
