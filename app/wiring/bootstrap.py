"""Begins a home's empty node store with a snapshot from its peers."""

import logging
from collections.abc import Sequence

import aiohttp

from app.core.errors import UsageError
from app.core.home import Home
from app.core.units import Hash32
from app.node.consensus.genesis import Genesis
from app.node.store.chain import ChainStore
from app.node.store.restore import SnapshotRestore
from app.node.store.snapshot import Snapshot
from app.node.sync.bootstrap import begin_with_snapshot
from app.node.sync.light import LightOptions
from app.node.sync.light_trust import PinnedBlock
from app.node.sync.peer import RpcPeer
from app.wiring.light import light_client

_log = logging.getLogger(__name__)


async def restore_store(
    home: Home,
    store: ChainStore,
    genesis: Genesis,
    peers: Sequence[str],
    session: aiohttp.ClientSession,
    trust: PinnedBlock | None,
) -> None:
    """Restore the newest snapshot of the peers that follows from `trust`, or from the genesis validators.

    Raises:
        UsageError: there is no peer to ask.
        LuopuError: as of `begin_with_snapshot`; the store is still empty.
    """
    if not peers:
        raise UsageError(argument="--peer", reason="a snapshot comes from peers, and none is known")

    def begin(snapshot: Snapshot, app_hash: Hash32) -> SnapshotRestore:
        return store.restore(snapshot, fingerprint=genesis.fingerprint, app_hash=app_hash)

    def report(done: int, total: int) -> None:
        _log.info("snapshot: %d of %d parts", done, total)

    first, *others = peers
    async with light_client(home, trust or genesis, first, others, LightOptions()) as light:
        height = await begin_with_snapshot([RpcPeer(url, session) for url in peers], light, begin, report)
    _log.info("began with the snapshot of height %d", height)
