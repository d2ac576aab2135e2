"""What a node does beside following: it tells of its blocks, forgets old ones and writes snapshots.

Each runs until cancelled, and goes by the durable heights that the node tells of. A store that fails ends what writes to
it, and the log says so: the node goes on showing what it has.
"""

import asyncio
import logging
from collections.abc import Callable

from app.core.errors import StoreError
from app.core.units import Height
from app.node.service import NodeService
from app.node.store.chain import ChainStore
from app.node.store.offering import Offering
from app.node.store.snapshot import write_snapshot

ANNOUNCED_AT_ONCE = 50
"""A node that catches up has more news than anybody listens to; of a leap only the newest blocks are told."""

_log = logging.getLogger(__name__)


async def announce_blocks(service: NodeService, announce: Callable[[int], None]) -> None:
    """Call `announce` with each new height."""
    last: int | None = None
    async for newest in service.heights():
        if last is not None:
            for height in range(max(last + 1, newest - ANNOUNCED_AT_ONCE + 1), newest + 1):
                announce(height)
        last = newest


async def prune_blocks(service: NodeService, keep: int) -> None:
    """Keep the newest `keep` blocks and forget those before, a few at a time."""
    try:
        async for newest in service.heights():
            below = newest - keep + 1
            while await asyncio.to_thread(_prune, service.store, below):
                pass
    except StoreError as error:
        _log.error("no longer forgets old blocks: %s", error)


async def write_snapshots(service: NodeService, offering: Offering, interval: int) -> None:
    """Write a snapshot whenever the height has passed a multiple of `interval`, and drop old ones."""
    last: int | None = None
    try:
        async for newest in service.heights():
            if last is not None and newest // interval > last // interval and not service.catching_up:
                await asyncio.to_thread(_write, service.store, offering)
            last = newest
    except StoreError as error:
        _log.error("no longer writes snapshots: %s", error)


def _prune(store: ChainStore, below: int) -> bool:
    """One step; whether it forgot anything."""
    with store.lock:
        base = store.base
        if below <= base:
            return False
        store.prune(Height(below))
        store.flush()
        return store.base > base


def _write(store: ChainStore, offering: Offering) -> None:
    with store.frozen() as reader:
        snapshot = write_snapshot(reader, offering.folder)
    offering.drop_old()
    _log.info("wrote the snapshot of height %d: %d chunks", snapshot.height, len(snapshot.chunk_hashes))
