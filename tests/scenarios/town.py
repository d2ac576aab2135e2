"""A small town: one consortium and one node in processes of their own, and a desk with its own key for everybody in it.

Operator, bookkeeper and two partners are in the genesis document; anybody else comes with a key card. Everybody's desk is the
real one with a home, a keystore, an outbox and a vault of its own; they look at one node, as desks at one access node do.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from nacl.pwhash import argon2id

from app.children import Child, start_child
from app.client.model import Final, RecordStatus
from app.client.node import NodeClient
from app.core.codec import decode, encode
from app.core.hashing import sha256
from app.core.home import Home
from app.core.keys import Algorithm
from app.core.units import NANOSECONDS_PER_SECOND
from app.core.wire import registry_pb2 as wire
from app.desk.local import LocalDesk
from app.node.engine.founding import Bookkeeper, Founding, Partner, encode_founding
from app.node.engine.keys import make_consortium_keys, save_consortium_keys
from app.ui.desk import PersonWish
from app.wallet.approval import Draft
from app.wallet.entry import EntryId
from app.wallet.keystore import Cost, create_keystore, load_keystore
from app.wallet.outbox import Outbox
from app.wallet.vault import Vault
from app.wiring.files import write_durably
from app.wiring.node import load_endpoint, load_peers, save_peers
from app.wiring.sandbox import DEFAULT_LABEL
from app.wiring.system import SystemClock, SystemRandomness

PASSPHRASE = "correct horse battery"
CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
BLOCK_SECONDS = "0.3"
OPERATOR, BOOKKEEPER, ALPHA, BETA = "operator", "bookkeeper", "alpha", "beta"
NAMES = {OPERATOR: "中钞 业务准入方", BOOKKEEPER: "记账方一", ALPHA: "杭州合作方", BETA: "绍兴合作方"}
NUMBERS = {OPERATOR: 1, BOOKKEEPER: 11, ALPHA: 10_001, BETA: 10_002}
MEMBER_QUOTA = 10_000


class TownDesk(LocalDesk):
    """A desk that looks at the town's node and starts none."""

    least_cost = CHEAP

    def __init__(self, home: Home, node: Home) -> None:
        super().__init__(home)
        self._town_node = node

    async def _start(self, progress: Callable[[str], None]) -> None:
        self._node = NodeClient(lambda: load_endpoint(self._town_node))
        self._outbox = Outbox.open(self._home.outbox, SystemClock())
        for step in ("consortium", "node", "synced"):
            progress(step)

    def say_more(self, draft_id: str, **fields: object) -> str:
        """Draft a record anew with more in it than a desk asks for: a batch, what it supersedes, a hosted file."""
        journal = self._journal()
        entry = journal.get(EntryId(draft_id))
        body = decode(wire.Body, entry.draft.body_bytes)
        for field, value in fields.items():
            setattr(body.notarize.record, field, value)
        path, context = entry.path, entry.context
        journal.discard(entry.id)
        return journal.save_draft(Draft(encode(body)), path=path, context=context).id


class Town:
    """Who lives here, and what they do."""

    def __init__(self, root: Path, node: Home) -> None:
        self._root, self._node = root, node
        self._desks: dict[str, TownDesk] = {}
        self._numbers = dict(NUMBERS)

    # ---- who and what ----------------------------------------------------------------------------------------------
    @property
    def genesis(self) -> Path:
        """The genesis document, which everybody may have."""
        return self._node.genesis

    @property
    def peers(self) -> list[str]:
        """Whom a node of somebody else may follow."""
        return load_peers(self._node)

    def number(self, name: str) -> int:
        """The account of somebody who has one."""
        return self._numbers[name]

    async def desk(self, name: str) -> TownDesk:
        """The open desk of somebody; of a stranger a new one, whose key nobody has registered."""
        if name not in self._desks:
            home = home_of(self._root, name)
            if not home.keystore.exists():
                make_home(home, self._node)
            desk = TownDesk(home, self._node)
            await desk.unlock(PASSPHRASE, lambda _step: None)
            self._desks[name] = desk
        return self._desks[name]

    async def now(self) -> int:
        """Time of the newest block."""
        return (await (await self.desk(OPERATOR)).status()).block_time_ns

    async def later(self, seconds: int) -> int:
        """A block time that lies ahead."""
        return await self.now() + seconds * NANOSECONDS_PER_SECOND

    async def wait_until(self, moment_ns: int) -> None:
        """Wait until a block has this time."""
        async with aclosing((await self.desk(OPERATOR)).events()) as events:
            async for _ in events:
                if await self.now() >= moment_ns:
                    return

    # ---- what they do ----------------------------------------------------------------------------------------------
    async def do(self, name: str, **action: object) -> Final:
        """Let somebody do something, to its end, which must be good."""
        desk = await self.desk(name)
        deed = await desk.prepare(wire.Body(**action))  # type: ignore[arg-type]
        assert deed.reasons == (), deed.reasons
        await desk.sign_deed(deed.deed_id)
        outcome = await desk.wait_for_outcome(deed.deed_id)
        assert isinstance(outcome, Final), outcome
        return outcome

    async def why_not(self, name: str, **action: object) -> list[str]:
        """Codes of all that speaks against it, before anything is drafted or signed."""
        reasons = await (await self.desk(name)).explain(wire.Body(**action))  # type: ignore[arg-type]
        return [reason.code for reason in reasons]

    async def insist(self, name: str, **action: object) -> None:
        """Let somebody sign and send, whatever the desk warns of. Raises what the chain refuses it with."""
        desk = await self.desk(name)
        deed = await desk.prepare(wire.Body(**action))  # type: ignore[arg-type]
        await desk.sign_deed(deed.deed_id)

    async def admit(self, name: str, party: int, *permissions: int) -> int:
        """Let the operator admit an organisation; its number."""
        wish = wire.Admit(
            party=party,  # type: ignore[arg-type]
            name=name,
            keys=[await self.card(name)],
            permissions=permissions,  # type: ignore[arg-type]
            agreement=sha256(f"the agreement of {name}".encode()),
            quota_points=MEMBER_QUOTA,
        )
        outcome = await self.do(OPERATOR, admit=wish)
        self._numbers[name] = int.from_bytes(outcome.data, "big")
        return self._numbers[name]

    async def enrol(
        self,
        name: str,
        *,
        by: str = ALPHA,
        level: int = wire.LEVEL_REAL_NAME,
        attributes: tuple[tuple[str, str], ...] = (),
        expires_ns: int = 0,
        answers: bool = False,
    ) -> int:
        """Let a partner give somebody an account, or certify who has one of another; the number."""
        is_known = name in self._numbers
        desk = await self.desk(by)
        wish = PersonWish(
            card=None if is_known else await self.card(name),
            account=self._numbers.get(name, 0),
            name=f"张{name}",
            public_name="",
            attributes=attributes or (("name", f"张{name}"), ("id-number", "330102199001011234")),
            level=level,
            expires_ns=expires_ns,
            answers=answers,
            materials=(),
            notes="",
        )
        deed = await desk.prepare_person(wish)
        assert deed.reasons == (), deed.reasons
        await desk.sign_deed(deed.deed_id)
        outcome = await desk.wait_for_outcome(deed.deed_id)
        assert isinstance(outcome, Final), outcome
        if not is_known:
            self._numbers[name] = int.from_bytes(outcome.data, "big")
        return self._numbers[name]

    async def notarize(
        self, name: str, file: Path, *, chain: bytes | None = None, subject: str = "", **more: object
    ) -> RecordStatus:
        """Let somebody put a file on record, continuing a hash chain or beginning one."""
        desk = await self.desk(name)
        hashed = await desk.hash_file(file, lambda _done, _total: None, lambda: False)
        (draft,) = await desk.draft([hashed], chain, subject)
        draft_id = desk.say_more(draft.draft_id, **more) if more else draft.draft_id
        await desk.sign_and_send([draft_id])
        outcome = await desk.wait_for_outcome(draft_id)
        assert isinstance(outcome, Final), outcome
        return next(each for each in await desk.records() if each.record_digest == outcome.data)

    async def voucher(self, issuer: str, **terms: object) -> bytes:
        """A voucher that somebody applied for and the operator created; its id."""
        given = {"kind": wire.KIND_DIVISIBLE, "cap": 1_000, "product": "as described", **terms}
        description, legal = sha256(b"description"), sha256(b"legal opinion")
        wish = wire.Terms(description=description, **given)  # type: ignore[arg-type]
        applied = await self.do(issuer, apply_voucher=wire.ApplyVoucher(terms=wish, legal=legal))
        await self.do(OPERATOR, create_voucher=wire.CreateVoucher(voucher=applied.data))
        return applied.data

    async def card(self, name: str, *roles: str) -> wire.NewKey:
        """Somebody's key card."""
        desk = await self.desk(name)
        return await desk.decode_card(await desk.key_card(roles))

    async def close(self) -> None:
        """Everybody goes home."""
        for desk in self._desks.values():
            await desk.close()


def order(text: str) -> wire.Order:
    """What an authority ordered."""
    return wire.Order(document=sha256(text.encode()), authority="市场监督管理局", reference=text)


def home_of(root: Path, name: str) -> Home:
    """Where somebody's things are."""
    return Home(root / name)


def make_home(home: Home, node: Home) -> None:
    """A home with a key, on the town's chain."""
    make_key(home)
    write_durably(home.genesis, node.genesis.read_bytes(), mode=0o644)


def make_key(home: Home) -> None:
    """A keystore and a vault that open at the least cost there is, for the towns of many tests."""
    home.wallet.mkdir(parents=True)
    randomness = SystemRandomness()
    create_keystore(
        home.keystore, PASSPHRASE, algorithm=Algorithm.ED25519, label=DEFAULT_LABEL, randomness=randomness, cost=CHEAP
    )
    Vault.create(home.vault, PASSPHRASE, randomness=randomness, cost=CHEAP).close()


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
        make_key(home)
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
