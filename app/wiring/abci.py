"""The application that CometBFT asks: its store, its server, where it listens."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.home import Home
from app.node.abci.address import Address
from app.node.abci.application import Application
from app.node.abci.beginning import first_tip
from app.node.abci.server import AbciServer
from app.node.abci.writing import SnapshotWriter
from app.node.consensus.genesis import MAX_BLOCK_BYTES, MAX_GENESIS_BYTES
from app.node.store.offering import Offering
from app.wiring.running import Running, cancel
from app.wiring.stores import load_genesis, open_node_store

FOLDER = "abci"
SNAPSHOTS = "snapshots"
MAX_REQUEST_BYTES = MAX_BLOCK_BYTES + MAX_GENESIS_BYTES
"""A whole block, or a genesis document, or a piece of a snapshot, and what goes with them."""

_log = logging.getLogger(__name__)


@asynccontextmanager
async def running_abci(
    home: Home, address: Address, *, snapshot_interval: int = 0, keep_blocks: int = 0
) -> AsyncIterator[Running]:
    """The application, until left. A snapshot every so many blocks, 0 for none; CometBFT keeps so many blocks, 0 for all.

    Raises:
        BadGenesis: the home has no genesis document, or its store holds another chain.
        UsageError: nobody can listen at `address`.
    """
    genesis, _, first_state = load_genesis(home.genesis)
    folder = home.root / FOLDER
    store = open_node_store(folder)
    snapshots = SnapshotWriter(store, Offering(folder / SNAPSHOTS), snapshot_interval)
    try:
        if not store.is_empty:
            store.begin(genesis.fingerprint, first_tip(genesis), first_state)  # it must be this chain's
        application = Application(store, genesis, first_state, snapshots, keep_blocks=keep_blocks)
        server = AbciServer(application.answer, MAX_REQUEST_BYTES)
        url = await server.start(address)
        if not address.is_local:
            _log.warning("whoever reaches %s can give this application blocks: let nobody but CometBFT", url)
        _log.info("chain %s, listening at %s", genesis.chain_id, url)
        serving = asyncio.create_task(server.run())
        try:
            yield Running(url, (serving,))
        finally:
            await cancel(serving)
            await server.close()
            address.release()
            _log.info("stopped")
    finally:
        snapshots.close()
        store.close()
