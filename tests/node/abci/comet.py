"""The real CometBFT beside our application, each a process of its own that a test may kill."""

import asyncio
import base64
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import aiohttp

from app.node.engine.keys import SigningSeed
from tests.cometbft import cometbft
from tests.fakes.consortium import FakeConsortium

CHECKOUT = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds to wait for what must come; a test that needs them fails."""
POLL = 0.05

CONFIG = """
proxy_app = "{application}"
moniker = "test"
log_level = "info"
[rpc]
laddr = "{rpc}"
[p2p]
laddr = "{p2p}"
persistent_peers = "{peers}"
addr_book_strict = false
allow_duplicate_ip = true
[mempool]
recheck_timeout = "10s"
[statesync]
{state_sync}
[consensus]
timeout_propose = "2s"
timeout_prevote = "200ms"
timeout_precommit = "200ms"
timeout_commit = "{interval}"
peer_gossip_sleep_duration = "10ms"
[tx_index]
indexer = "kv"
"""


@dataclass
class Comet:
    """One CometBFT home beside one application home, and the processes of both."""

    folder: Path
    consortium: FakeConsortium
    rpc_port: int
    p2p_port: int
    abci_options: tuple[str, ...] = ()
    application: asyncio.subprocess.Process | None = None
    node: asyncio.subprocess.Process | None = None

    @property
    def socket(self) -> str:
        return f"unix://{self.folder}/abci.sock"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.rpc_port}"

    @property
    def application_log(self) -> str:
        return (self.folder / "application.log").read_text()

    @property
    def node_log(self) -> str:
        return (self.folder / "cometbft.log").read_text()

    @property
    def peer(self) -> str:
        """How another CometBFT dials this one."""
        document = json.loads((self.folder / "comet" / "config" / "node_key.json").read_text())
        secret = base64.b64decode(document["priv_key"]["value"])
        return f"{_address(secret[32:]).lower()}@127.0.0.1:{self.p2p_port}"

    # ---- homes ---------------------------------------------------------------------------------------------------
    def write(
        self,
        seed: SigningSeed,
        *,
        interval: str = "100ms",
        peers: str = "",
        state_sync: Mapping[str, str] | None = None,
    ) -> None:
        """Both homes, new."""
        config, data = self.folder / "comet" / "config", self.folder / "comet" / "data"
        for folder in (config, data, self.folder / "luopu"):
            folder.mkdir(parents=True)
        lines = "\n".join(f"{name} = {value}" for name, value in (state_sync or {}).items())
        (config / "config.toml").write_text(
            CONFIG.format(
                application=self.socket,
                rpc=f"tcp://127.0.0.1:{self.rpc_port}",
                p2p=f"tcp://127.0.0.1:{self.p2p_port}",
                peers=peers,
                interval=interval,
                state_sync=lines,
            )
        )
        (config / "genesis.json").write_bytes(self.consortium.genesis_bytes)
        (self.folder / "luopu" / "genesis.json").write_bytes(self.consortium.genesis_bytes)
        (config / "priv_validator_key.json").write_text(json.dumps(_key_document(seed)))
        (data / "priv_validator_state.json").write_text('{"height": "0", "round": 0, "step": 0}')
        own = SigningSeed(type(seed.signing_key).generate())
        (config / "node_key.json").write_text(json.dumps({"priv_key": _key_document(own)["priv_key"]}))

    # ---- processes -----------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Application, then CometBFT."""
        await self.start_application()
        await self.start_node()

    async def start_application(self, die_at: tuple[str, int] | None = None) -> None:
        """Until it says that it is ready. It may be one that dies at a point and height (`tests.node.abci.dying`)."""
        module = ["app"] if die_at is None else ["tests.node.abci.dying", die_at[0], str(die_at[1])]
        command = [sys.executable, "-m", *module, "abci", "--home", str(self.folder / "luopu"), "--json"]
        with (self.folder / "application.log").open("ab") as log:
            self.application = await asyncio.create_subprocess_exec(
                *command,
                "--listen",
                self.socket,
                *self.abci_options,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=CHECKOUT,
            )
        assert self.application.stdout is not None
        line = await asyncio.wait_for(self.application.stdout.readline(), PATIENCE)
        assert line, self.application_log
        assert json.loads(line) == {"ready": self.socket}

    async def start_node(self) -> None:
        """Without waiting for anything."""
        with (self.folder / "cometbft.log").open("ab") as log:
            self.node = await asyncio.create_subprocess_exec(
                str(cometbft()), "start", "--home", str(self.folder / "comet"), stdout=log, stderr=log
            )

    async def stop(self) -> None:
        """Both, in peace where they listen."""
        for process in (self.node, self.application):
            await end(process, signal.SIGTERM)
        self.node = self.application = None

    async def kill(self) -> None:
        """Both, at once."""
        for process in (self.node, self.application):
            await end(process, signal.SIGKILL)
        self.node = self.application = None

    # ---- asking --------------------------------------------------------------------------------------------------
    async def ask(self, method: str, **parameters: object) -> dict[str, object]:
        """One RPC call."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        async with aiohttp.ClientSession() as session, session.post(self.url, json=body) as response:
            document = await response.json()
        assert "result" in document, document
        return document["result"]

    async def height(self) -> int:
        """Height of the newest block; 0 while nobody answers."""
        try:
            status = await self.ask("status")
        except aiohttp.ClientError:
            return 0
        return int(status["sync_info"]["latest_block_height"])  # type: ignore[index]

    async def reach(self, height: int) -> int:
        """Wait until a block is there; its height or a later one."""

        async def reached() -> bool:
            return await self.height() >= height

        await wait_until(reached, lambda: f"{self.node_log[-3000:]}\n{self.application_log[-3000:]}")
        return await self.height()

    async def catch_up(self) -> int:
        """Wait until it has what its peers have; its height."""

        async def has_caught_up() -> bool:
            try:
                status = await self.ask("status")
            except aiohttp.ClientError:
                return False
            return status["sync_info"]["catching_up"] is False  # type: ignore[index]

        await wait_until(has_caught_up, lambda: self.node_log[-3000:])
        return await self.height()

    async def submit(self, raw: bytes) -> dict[str, object]:
        """What the door says of a transaction."""
        return await self.ask("broadcast_tx_sync", tx=base64.b64encode(raw).decode())

    async def commit(self, raw: bytes) -> dict[str, object]:
        """Submit a transaction and wait until it stands in a block."""
        return await self.ask("broadcast_tx_commit", tx=base64.b64encode(raw).decode())


@asynccontextmanager
async def comet(
    folder: Path,
    consortium: FakeConsortium,
    *,
    seed: SigningSeed | None = None,
    interval: str = "100ms",
    peers: str = "",
    state_sync: Mapping[str, str] | None = None,
    options: tuple[str, ...] = (),
) -> AsyncIterator[Comet]:
    """A node of the consortium that has not started yet; all its processes end with the block.

    It signs as the first validator, or with another key.
    """
    cometbft()  # before there is anything to clean up
    node = Comet(folder, consortium, free_port(), free_port(), options)
    node.write(seed or consortium.keys.validators[0], interval=interval, peers=peers, state_sync=state_sync)
    try:
        yield node
    finally:
        await node.stop()


async def end(process: asyncio.subprocess.Process | None, number: int) -> None:
    """Send a signal and wait until the process is gone; kill it if it does not go."""
    if process is None or process.returncode is not None:
        return
    with suppress(ProcessLookupError):  # it has ended by itself, and that is still on its way to us
        os.kill(process.pid, number)
    try:
        await asyncio.wait_for(process.wait(), 20)
    except TimeoutError:
        process.kill()
        await process.wait()


async def wait_until(condition: Callable[[], object], story: Callable[[], str] = str) -> None:
    """Poll a condition (a coroutine function) until it holds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while not await condition():  # type: ignore[misc]
        assert loop.time() < deadline, story()
        await asyncio.sleep(POLL)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _key_document(seed: SigningSeed) -> dict[str, object]:
    public, secret = seed.public_key, bytes(seed.signing_key)
    return {
        "address": _address(public),
        "pub_key": {"type": "tendermint/PubKeyEd25519", "value": base64.b64encode(public).decode()},
        "priv_key": {"type": "tendermint/PrivKeyEd25519", "value": base64.b64encode(secret + public).decode()},
    }


def _address(public: bytes) -> str:
    return sha256(public).hexdigest()[:40].upper()
