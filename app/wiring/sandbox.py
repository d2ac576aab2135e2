"""The embedded consortium and the clerk's first key."""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.errors import UsageError
from app.core.home import Home
from app.core.keys import Algorithm, PublicKey
from app.node.api.rpc import Rpc
from app.node.api.server import LoopbackServer
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import load_consortium_keys, make_consortium_keys, save_consortium_keys
from app.node.engine.sandbox import make_sandbox
from app.wallet.keystore import create_keystore
from app.wiring.files import announced, write_durably
from app.wiring.running import Running, cancel
from app.wiring.stores import load_genesis, open_store
from app.wiring.system import SystemClock, SystemRandomness

LOOPBACK = "127.0.0.1"
DEFAULT_LABEL = "经办 01"


def create_clerk_key(home: Home, passphrase: str, label: str = DEFAULT_LABEL) -> None:
    """A new key for the clerk of this home. Errors as of `create_keystore`."""
    home.keystore.parent.mkdir(parents=True, exist_ok=True)
    create_keystore(home.keystore, passphrase, algorithm=Algorithm.ED25519, label=label, randomness=SystemRandomness())


def create_sandbox(home: Home, validators: int, clerk: PublicKey, label: str) -> None:
    """Write a new embedded consortium's keys, agreement and genesis into `home`.

    Raises:
        UsageError: the home has a genesis already.
    """
    if home.genesis.exists():
        raise UsageError(argument="home", reason="there is a genesis.json already", path=str(home.genesis))
    home.sandbox.mkdir(parents=True, exist_ok=True)
    home.sandbox_keys.unlink(missing_ok=True)  # left over from a set-up that was cut off before its genesis
    keys = make_consortium_keys(validators, SystemRandomness())
    save_consortium_keys(home.sandbox_keys, keys)
    sandbox = make_sandbox(secrets.token_hex(3), keys, [(clerk, label)], SystemClock().now())
    home.agreement.write_bytes(sandbox.agreement)
    write_durably(home.genesis, sandbox.genesis, mode=0o644)


@asynccontextmanager
async def running_sandbox(home: Home, interval_seconds: float, port: int) -> AsyncIterator[Running]:
    """The embedded consortium, making blocks and serving RPC, until left."""
    genesis, genesis_bytes, writes = load_genesis(home.genesis)
    store = open_store(home.sandbox)
    try:
        keys = load_consortium_keys(home.sandbox_keys)
        engine = EmbeddedEngine(store, genesis, genesis_bytes, writes, keys, SystemClock())
        rpc = Rpc(engine)
        engine.on_block(rpc.announce)
        server = LoopbackServer(rpc.routes(), token=None)
        with announced(home.sandbox_endpoint):
            url = await server.start(LOOPBACK, port)
            write_durably(home.sandbox_endpoint, json.dumps({"url": url, "pid": os.getpid()}).encode(), mode=0o600)
            producing = asyncio.create_task(engine.run(interval_seconds))
            try:
                yield Running(url, (producing,))
            finally:
                await cancel(producing)
                await server.close()
                rpc.close()
    finally:
        store.close()
