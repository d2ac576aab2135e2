"""A desk that is open: the processes of its home, the unlocked key, the outbox and the vault.

Guarantees: what was started is stopped, and the key locked, when the desk is closed or could not be opened. A node that runs
already, as for a custodian's service, is used and left running. A home has one open desk at a time. While it is open, a
process that ended by itself is started again, and what was signed is followed to its outcome, sent again where it
may have been lost. Leaves to others: what a clerk does at the desk (`app.desk.local`).
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from app.children import Child, start_child
from app.client.model import Final, Outcome, Unknown
from app.client.node import NodeClient
from app.client.notarization import Notary
from app.client.registry import RegistryReader
from app.core.errors import LuopuError, UsageError
from app.core.home import Home
from app.core.refusals import Expired
from app.core.walleterrors import KeyLocked
from app.core.wire import registry_pb2 as wire
from app.desk.deeds import BLOCK_SECONDS, Deeds
from app.desk.keyring import Keyring
from app.desk.people import People
from app.desk.records import Records
from app.ui.desk import Setup
from app.ui.views import public_key_text
from app.wallet.entry import Entry, EntryId, State
from app.wallet.keystore import MODERATE, load_keystore
from app.wallet.outbox import Outbox
from app.wallet.passphrases import open_key, open_vault, raise_costs
from app.wallet.turns import taking_turns
from app.wallet.vault import Vault
from app.wiring.files import write_durably
from app.wiring.keeping import NodeKeeper
from app.wiring.node import load_endpoint, save_peers
from app.wiring.sandbox import create_clerk_key, create_sandbox
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock, SystemRandomness

VALIDATORS = 4
RESUME_SECONDS = 3.0
ACCOUNT_BYTES = 8
"""Of a receipt that names the number of a new account."""


class RunningDesk:
    """A desk with its own node on this computer."""

    least_cost = MODERATE
    """Of a guess at the passphrase: what costs less is raised at login."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._keeper = NodeKeeper(home)
        self._sandbox: Child | None = None
        self._turn = ExitStack()
        self._node: NodeClient | None = None
        self._outbox: Outbox | None = None
        self._keys = Keyring(home)
        self._sending: set[EntryId] = set()
        self._resuming: asyncio.Task[None] | None = None
        self._vault: asyncio.Task[Vault] | None = None

    # ---- set up --------------------------------------------------------------------------------------------------
    def setup(self) -> Setup:
        """What the home holds."""
        if self._node is not None:
            return Setup.LOCKED if self._keys.is_locked else Setup.OPEN
        return Setup.LOCKED if self._home.genesis.exists() and self._home.keystore.exists() else Setup.NEW

    async def try_here(self, passphrase: str, progress: Callable[[str], None]) -> None:
        """Make a keystore and an embedded consortium, start both processes."""
        await self.make_key(passphrase)
        progress("keystore")
        if not self._home.genesis.exists():
            keystore = load_keystore(self._home.keystore)
            await asyncio.to_thread(create_sandbox, self._home, VALIDATORS, keystore.public_key, keystore.label)
        await self.unlock(passphrase, progress)

    async def join(self, genesis: Path, peers: Sequence[str], passphrase: str, progress: Callable[[str], None]) -> None:
        """Take over a genesis file, make a keystore, start the node on these peers."""
        await asyncio.to_thread(load_genesis, genesis)
        for peer in peers:
            check_peer(peer)
        if not peers:
            raise UsageError(argument="peers", reason="at least one peer address is needed")
        await self.make_key(passphrase)
        progress("keystore")
        save_peers(self._home, peers)
        content = await asyncio.to_thread(genesis.read_bytes)
        write_durably(self._home.genesis, content, mode=0o644)
        await self.unlock(passphrase, progress)

    async def unlock(self, passphrase: str, progress: Callable[[str], None]) -> None:
        """Open the keystore, then start what the home needs; after `lock` it runs already."""
        key = await asyncio.to_thread(open_key, self._home, passphrase)
        self._keys.open(key, (await asyncio.to_thread(load_keystore, self._home.keystore)).label)
        self._vault = asyncio.create_task(asyncio.to_thread(self._open_vault, passphrase))
        progress("keystore")
        if self._node is not None:
            return
        try:
            self._turn.enter_context(taking_turns(self._home.wallet / ".desk.lock", patience=0))
            await self._start(progress)
        except LuopuError:
            await self.close()
            raise

    async def lock(self) -> None:
        """Nothing is signed and no person is read until `unlock`; what runs goes on."""
        await self._keys.lock()
        await self._close_vault()

    async def close(self) -> None:
        """Lock the key and stop the processes this desk started."""
        if self._resuming is not None:
            self._resuming.cancel()
            await asyncio.gather(self._resuming, return_exceptions=True)
            self._resuming = None
        await self._keys.close()
        await self._close_vault()
        if self._node is not None:
            await self._node.close()
            self._node = None
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None
        await self._keeper.stop()
        if self._sandbox is not None:
            await self._sandbox.stop()
            self._sandbox = None
        self._turn.close()

    def _open_vault(self, passphrase: str) -> Vault:
        """While the rest starts. What a guess at the passphrase costs is raised where it has fallen behind."""
        vault = open_vault(self._home, passphrase, randomness=SystemRandomness())
        raise_costs(self._home, passphrase, randomness=SystemRandomness(), opened=vault, least=self.least_cost)
        return vault

    async def _close_vault(self) -> None:
        vault, self._vault = self._vault, None
        if vault is not None:
            with suppress(LuopuError):
                (await vault).close()

    def pid_of(self, name: str) -> int | None:
        """Process id of "node" or "sandbox", where this desk started it."""
        if name == "node":
            return self._keeper.pid
        return None if self._sandbox is None else self._sandbox.pid

    def public_key_text(self) -> str:
        """The public key that acts at this desk: algorithm and hex."""
        if self._node is None:
            return public_key_text(load_keystore(self._home.keystore).public_key)
        return public_key_text(self._keys.own.public_key)

    def is_embedded(self) -> bool:
        """Whether the consortium is the one on this computer."""
        return self._home.sandbox_keys.exists()

    async def make_key(self, passphrase: str) -> None:
        """A new key, or the one that an interrupted set-up left, if the passphrase opens it."""
        if self._home.keystore.exists():
            (await asyncio.to_thread(open_key, self._home, passphrase)).lock()
            return
        await asyncio.to_thread(create_clerk_key, self._home, passphrase)

    # ---- processes -----------------------------------------------------------------------------------------------
    async def _start(self, progress: Callable[[str], None]) -> None:
        if self.is_embedded():
            await self._start_sandbox()
        progress("consortium")
        await self._keeper.begin()
        progress("node")
        self._node = NodeClient(lambda: load_endpoint(self._home))
        self._outbox = await asyncio.to_thread(Outbox.open, self._home.outbox, SystemClock())
        if self.is_embedded():
            await self._node.wait_for_height(1)
        progress("synced")
        self._resuming = asyncio.create_task(self._keep_going())

    async def _start_sandbox(self) -> None:
        """Start the embedded consortium, or start it again after it ended by itself."""
        self._sandbox = await start_child(self._home, "sandbox", ["--interval", str(BLOCK_SECONDS)])

    async def _keep_going(self) -> None:
        """While the desk is open: bring back processes that ended, and follow what was signed but is still unknown."""
        while True:
            if self._sandbox is not None and not self._sandbox.is_running:
                with suppress(LuopuError):
                    await self._start_sandbox()
            await self._keeper.look()
            for entry in await asyncio.to_thread(self._journal().pending):
                if entry.id in self._sending:
                    continue
                with suppress(LuopuError):
                    await self._follow(entry)
            for entry in await asyncio.to_thread(self._journal().waiting):
                if entry.is_own and entry.is_record and entry.note != Expired.code:
                    with suppress(LuopuError):
                        await self._records().look_for(entry)
            await self._keys.keep()
            await asyncio.sleep(RESUME_SECONDS)

    async def _follow(self, entry: Entry) -> None:
        """Ask for the outcome; send the same bytes again if nobody may have them."""
        outcome = await self._notary().outcome(entry.id)
        await self._bind_person(entry, outcome)
        if isinstance(outcome, Unknown) and (entry.note or entry.state is State.SIGNED):
            await self._notary().send(entry.id)

    @contextmanager
    def _at_it(self, entry_ids: Sequence[EntryId]) -> Iterator[None]:
        """Somebody signs and sends these, in the order of their hash chain: they are not followed meanwhile."""
        self._sending.update(entry_ids)
        try:
            yield
        finally:
            self._sending.difference_update(entry_ids)

    async def _bind_person(self, entry: Entry, outcome: Outcome) -> None:
        """Note the number of who was enrolled. Where that fails, it is noted when the account is next looked at."""
        action = entry.draft.action
        if isinstance(outcome, Final) and isinstance(action, wire.Enrol) and len(outcome.data) == ACCOUNT_BYTES:
            with suppress(LuopuError):
                await (await self._people()).bind(action.root, int.from_bytes(outcome.data, "big"))

    # ---- what is at hand -----------------------------------------------------------------------------------------
    @property
    def registry(self) -> RegistryReader:
        """What the node says of the registry."""
        return RegistryReader(self._client())

    def _notary(self) -> Notary:
        own = self._keys.own
        return Notary(self._client(), self._journal(), own.public_key, own.label, SystemClock(), SystemRandomness())

    def _records(self) -> Records:
        return Records(self._notary(), self._client(), self._journal(), self._keys.own)

    def _deeds(self) -> Deeds:
        return Deeds(self._client(), self._journal(), self._keys.own, SystemRandomness())

    async def _people(self) -> People:
        if self._vault is None:
            raise KeyLocked(reason="the desk is not open")
        return People(await self._vault, self.registry, SystemClock(), SystemRandomness())

    def _client(self) -> NodeClient:
        if self._node is None:
            raise KeyLocked(reason="the desk is not open")
        return self._node

    def _journal(self) -> Outbox:
        if self._outbox is None:
            raise KeyLocked(reason="the desk is not open")
        return self._outbox


def check_peer(untrusted_address: str) -> None:
    """A peer's address is an http or https URL with a host.

    Raises:
        UsageError: anything else.
    """
    url = urlsplit(untrusted_address)
    if url.scheme not in {"http", "https"} or not url.hostname or url.username or url.query or url.fragment:
        raise UsageError(argument="peer", expected="http://host:port", got=untrusted_address[:80])
