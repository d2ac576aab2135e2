"""A small town: one consortium and one node in processes of their own, and a desk with its own key for everybody in it.

Operator, bookkeeper and two partners are in the genesis document; anybody else comes with a key card. Everybody's desk is the
real one with a home, a keystore, an outbox and a vault of its own; they look at one node, as desks at one access node do.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from app.children import Child, start_child
from app.client.model import Final
from app.client.node import NodeClient
from app.core.hashing import sha256
from app.core.home import Home
from app.core.wire import registry_pb2 as wire
from app.desk.local import LocalDesk
from app.node.engine.founding import Bookkeeper, Founding, Partner, encode_founding
from app.node.engine.keys import make_consortium_keys, save_consortium_keys
from app.wallet.keystore import load_keystore
from app.wallet.outbox import Outbox
from app.wiring.files import write_durably
from app.wiring.node import load_endpoint, save_peers
from app.wiring.sandbox import create_clerk_key
from app.wiring.system import SystemClock, SystemRandomness

PASSPHRASE = "correct horse battery"
BLOCK_SECONDS = "0.3"
OPERATOR, BOOKKEEPER, ALPHA, BETA = "operator", "bookkeeper", "alpha", "beta"
NAMES = {OPERATOR: "中钞 业务准入方", BOOKKEEPER: "记账方一", ALPHA: "杭州合作方", BETA: "绍兴合作方"}
NUMBERS = {OPERATOR: 1, BOOKKEEPER: 11, ALPHA: 10_001, BETA: 10_002}


class TownDesk(LocalDesk):
    """A desk that looks at the town's node and starts none."""

    def __init__(self, home: Home, node: Home) -> None:
        super().__init__(home)
        self._town_node = node

    async def _start(self, progress: Callable[[str], None]) -> None:
        self._node = NodeClient(lambda: load_endpoint(self._town_node))
        self._outbox = Outbox.open(self._home.outbox, SystemClock())
        for step in ("consortium", "node", "synced"):
            progress(step)


class Town:
    """Who lives here, and what they do."""

    def __init__(self, root: Path, node: Home) -> None:
        self._root, self._node = root, node
        self._desks: dict[str, LocalDesk] = {}

    async def desk(self, name: str) -> LocalDesk:
        """The open desk of somebody; of a stranger a new one, whose key nobody has registered."""
        if name not in self._desks:
            home = home_of(self._root, name)
            if not home.keystore.exists():
                make_home(home, self._node)
            desk = TownDesk(home, self._node)
            await desk.unlock(PASSPHRASE, lambda _step: None)
            self._desks[name] = desk
        return self._desks[name]

    async def do(self, name: str, **action: object) -> Final:
        """Let somebody do something, to its end, which must be good."""
        desk = await self.desk(name)
        deed = await desk.prepare(wire.Body(**action))  # type: ignore[arg-type]
        assert deed.reasons == (), deed.reasons
        await desk.sign_deed(deed.deed_id)
        outcome = await desk.wait_for_outcome(deed.deed_id)
        assert isinstance(outcome, Final), outcome
        return outcome

    async def card(self, name: str, *roles: str) -> wire.NewKey:
        """Somebody's key card."""
        desk = await self.desk(name)
        return await desk.decode_card(await desk.key_card(roles))

    async def close(self) -> None:
        """Everybody goes home."""
        for desk in self._desks.values():
            await desk.close()


def home_of(root: Path, name: str) -> Home:
    """Where somebody's things are."""
    return Home(root / name)


def make_home(home: Home, node: Home) -> None:
    """A home with a key, on the town's chain."""
    home.root.mkdir(parents=True, exist_ok=True)
    create_clerk_key(home, PASSPHRASE)
    write_durably(home.genesis, node.genesis.read_bytes(), mode=0o644)


@asynccontextmanager
async def running_town(root: Path) -> AsyncIterator[Town]:
    """The town, its processes running."""
    node = _found(root)
    children: list[Child] = []
    try:
        sandbox = await start_child(node, "sandbox", ["--interval", BLOCK_SECONDS])
        children.append(sandbox)
        save_peers(node, [sandbox.url])
        children.append(await start_child(node, "node", []))
        async with NodeClient(lambda: load_endpoint(node)) as client:
            await client.wait_for_height(1)
        town = Town(root, node)
        try:
            yield town
        finally:
            await town.close()
    finally:
        for child in reversed(children):
            await child.stop()


def _found(root: Path) -> Home:
    node = home_of(root, "node")
    node.sandbox.mkdir(parents=True)
    keys = make_consortium_keys(1, SystemRandomness())
    save_consortium_keys(node.sandbox_keys, keys)
    public = {}
    for name in NAMES:
        home = home_of(root, name)
        home.root.mkdir()
        create_clerk_key(home, PASSPHRASE)
        public[name] = load_keystore(home.keystore).public_key
    founding = Founding(
        chain_id="luopu-town",
        time_ns=SystemClock().now(),
        agreement=sha256(b"the agreement of the town"),
        operator=(NAMES[OPERATOR], public[OPERATOR]),
        bookkeepers=(Bookkeeper(NAMES[BOOKKEEPER], public[BOOKKEEPER], keys.validators[0].public_key),),
        partners=tuple(Partner(NAMES[name], ((public[name], "经办 01"),)) for name in (ALPHA, BETA)),
    )
    document = encode_founding(founding)
    for name in ("node", *NAMES):
        write_durably(home_of(root, name).genesis, document, mode=0o644)
    return node
