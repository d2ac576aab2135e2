"""The desk: what the windows ask for, done with the real node, wallet and files.

It starts and ends the processes of its home, holds the unlocked key while the window is open, and runs everything that
takes time on other threads or other processes. Implements `app.ui.desk.Desk`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from app.children import Child, start_child
from app.client.council import CouncilStatus
from app.client.members import AccountView
from app.client.model import (
    AccountStatus,
    ChainParameters,
    ChainStatus,
    Final,
    NodeStatus,
    Outcome,
    RecordStatus,
    Unknown,
)
from app.client.node import NodeClient
from app.client.notarization import Notary, Source, points_for
from app.client.papers import save_bundle
from app.client.registry import RegistryReader
from app.core.errors import (
    KeyLocked,
    LuopuError,
    MempoolFull,
    NodeUnreachable,
    NoKeystore,
    NoPeer,
    NotFound,
    UsageError,
)
from app.core.home import Home
from app.core.record import FileDigests
from app.core.refusals import UnknownAccount
from app.core.units import NANOSECONDS_PER_SECOND
from app.core.wire import registry_pb2 as wire
from app.desk.contexts import keep_context
from app.desk.deeds import BLOCK_SECONDS, Deeds
from app.desk.people import People
from app.evidence.files import digest_file
from app.evidence.verify import verify_bundle
from app.ui.desk import (
    CheckedDisclosure,
    DeedView,
    DeskEvent,
    DraftView,
    HashedFile,
    OutboxItem,
    PersonWish,
    RequestView,
    Setup,
    VerificationReport,
)
from app.ui.views import algorithm_name, outbox_item, public_key_text, verification_report
from app.wallet.entry import Entry, EntryId, State
from app.wallet.keystore import load_keystore
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from app.wallet.vault import Kept, Vault
from app.wiring.files import write_durably
from app.wiring.node import load_endpoint, save_peers
from app.wiring.sandbox import create_clerk_key, create_sandbox
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock, SystemRandomness

VALIDATORS = 4
RESUME_SECONDS = 3.0
ACCOUNT_BYTES = 8
"""Of a receipt that names the number of a new account."""


class LocalDesk:
    """A desk with its own node on this computer."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._children: dict[str, Child] = {}
        self._node: NodeClient | None = None
        self._outbox: Outbox | None = None
        self._key: UnlockedKey | None = None
        self._label = ""
        self._sending: set[EntryId] = set()
        self._account: AccountStatus | None = None
        self._resuming: asyncio.Task[None] | None = None
        self._vault: asyncio.Task[Vault] | None = None

    # ---- set up --------------------------------------------------------------------------------------------------
    def setup(self) -> Setup:
        """What the home holds."""
        if self._node is not None:
            return Setup.OPEN
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
        """Open the keystore, then start what the home needs."""
        keystore = await asyncio.to_thread(load_keystore, self._home.keystore)
        self._key = await asyncio.to_thread(keystore.unlock, passphrase)
        self._label = keystore.label
        self._vault = asyncio.create_task(asyncio.to_thread(open_vault, self._home.vault, passphrase))
        progress("keystore")
        try:
            await self._start(progress)
        except LuopuError:
            await self.close()
            raise

    async def close(self) -> None:
        """Lock the key and stop the processes this desk started."""
        if self._resuming is not None:
            self._resuming.cancel()
            await asyncio.gather(self._resuming, return_exceptions=True)
            self._resuming = None
        if self._key is not None:
            self._key.lock()
            self._key = None
        if self._vault is not None:
            with suppress(LuopuError):
                (await self._vault).close()
            self._vault = None
        if self._node is not None:
            await self._node.close()
            self._node = None
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None
        for child in reversed(list(self._children.values())):
            await child.stop()
        self._children.clear()

    def pid_of(self, name: str) -> int:
        """Process id of "node" or "sandbox"."""
        return self._children[name].pid

    def public_key_text(self) -> str:
        """The clerk's public key: algorithm and hex."""
        return public_key_text(load_keystore(self._home.keystore).public_key)

    def is_embedded(self) -> bool:
        """Whether the consortium is the one on this computer."""
        return self._home.sandbox_keys.exists()

    # ---- look ----------------------------------------------------------------------------------------------------
    async def status(self) -> NodeStatus:
        """Where the node stands."""
        return await self._client().status()

    async def account(self) -> AccountStatus | None:
        """The account of the clerk's key."""
        self._account = await self._client().account_of_key(self._signer().public_key)
        return self._account

    async def chains(self) -> list[ChainStatus]:
        """Hash chains of this account, newest first."""
        account = await self.account()
        return [] if account is None else await self._client().chains(account.address)

    async def chain_records(self, chain: bytes) -> list[RecordStatus]:
        """Records of a chain by sequence."""
        return await self._client().chain_records(chain)

    async def records(self, *, before: int | None = None, limit: int = 256) -> list[RecordStatus]:
        """Records of this account, newest first."""
        account = self._account or await self.account()
        return [] if account is None else await self._client().records(account.address, before=before, limit=limit)

    async def outbox(self, limit: int = 50) -> list[OutboxItem]:
        """What this desk has signed lately."""
        return [outbox_item(entry) for entry in await asyncio.to_thread(self._journal().recent_records, limit)]

    async def events(self) -> AsyncIterator[DeskEvent]:
        """Each new height is a reason to look again."""
        async for height in self._client().heights():
            yield DeskEvent("status", {"height": str(height)})

    # ---- notarize ------------------------------------------------------------------------------------------------
    async def hash_file(
        self, path: Path, progress: Callable[[int, int], None], should_stop: Callable[[], bool]
    ) -> HashedFile:
        """Both digests of a file, on other threads; progress is told on this one."""
        loop = asyncio.get_running_loop()

        def tell(done: int, total: int) -> None:
            loop.call_soon_threadsafe(progress, done, total)

        return HashedFile(path, await asyncio.to_thread(digest_file, path, tell, should_stop=should_stop))

    async def draft(self, files: Sequence[HashedFile], chain: bytes | None, subject: str) -> list[DraftView]:
        """Draft one record per file."""
        sources = [Source(file.path, file.digests) for file in files]
        return await self._views(await self._notary().draft(sources, chain, subject))

    async def sign_and_send(self, draft_ids: Sequence[str]) -> None:
        """Sign exactly the drafted bytes, journal them all, then submit them in order.

        With nobody there to take them they wait in the outbox and go out by themselves (待发).
        """
        notary, key = self._notary(), self._signer()
        entry_ids = [EntryId(draft_id) for draft_id in draft_ids]
        self._sending.update(entry_ids)
        try:
            for entry_id in entry_ids:
                await asyncio.to_thread(notary.sign, entry_id, key)
            with suppress(NoPeer, NodeUnreachable, MempoolFull):
                for entry_id in entry_ids:
                    await notary.send(entry_id)
        finally:
            self._sending.difference_update(entry_ids)

    async def unsigned(self) -> list[DraftView]:
        """Drafts not signed yet, oldest first."""
        drafts = await asyncio.to_thread(self._journal().drafts)
        entries = [entry for entry in drafts if entry.is_record]
        return await self._views(entries) if entries else []

    async def discard(self, draft_ids: Sequence[str]) -> None:
        """Forget drafts that were never signed."""
        journal = self._journal()
        for draft_id in draft_ids:
            if journal.get(EntryId(draft_id)).state is State.DRAFT:
                await asyncio.to_thread(journal.discard, EntryId(draft_id))

    async def wait_for_outcome(self, draft_id: str) -> Outcome:
        """Wait until the outcome is known. Of a deed it is then told: the same again is meant as another."""
        outcome = await self._notary().wait_for_outcome(EntryId(draft_id))
        entry = await asyncio.to_thread(self._journal().get, EntryId(draft_id))
        await self._bind_person(entry, outcome)
        if not entry.is_record:
            await asyncio.to_thread(self._deeds().mark_told, draft_id)
        return outcome

    # ---- any other action ----------------------------------------------------------------------------------------
    @property
    def registry(self) -> RegistryReader:
        """What the node says of the registry."""
        return RegistryReader(self._client())

    async def council(self) -> CouncilStatus:
        """The bookkeepers' seats, and what they decide."""
        return await self._client().council()

    async def keep_context(self, file: HashedFile) -> bytes:
        """Keep in which circumstances a document was taken in."""
        return await asyncio.to_thread(keep_context, self._home, self._label, file)

    async def key_card(self, roles: Sequence[str] = ()) -> str:
        """The card of the clerk's key."""
        return await self._deeds().key_card(tuple(roles))

    async def decode_card(self, text: str) -> wire.NewKey:
        """A card that somebody handed in."""
        return await self._deeds().decode_card(text)

    async def prepare(self, body: wire.Body) -> DeedView:
        """Draft an action."""
        return await self._deeds().prepare(body)

    async def explain(self, body: wire.Body) -> tuple[LuopuError, ...]:
        """Why an action would be refused as things stand."""
        return await self._deeds().explain(body)

    async def prepare_again(self, deed_id: str, approvers: Sequence[str] = (), hold_blocks: int = 0) -> DeedView:
        """Draft the same anew, to be approved by others."""
        return await self._deeds().prepare_again(deed_id, approvers, hold_blocks)

    async def sign_deed(self, deed_id: str) -> None:
        """Sign exactly the drafted bytes, journal them, submit them."""
        self._sending.add(EntryId(deed_id))
        try:
            await self._deeds().sign_and_send(deed_id)
        finally:
            self._sending.discard(EntryId(deed_id))

    # ---- approvals -----------------------------------------------------------------------------------------------
    async def requests(self) -> list[RequestView]:
        """What waits at this desk for keys."""
        return await self._deeds().requests().listed()

    async def open_request(self, path: Path) -> RequestView:
        """Take in a request file."""
        return await self._deeds().requests().open(path)

    async def save_request(self, deed_id: str, target: Path) -> Path:
        """Write a request file."""
        return await self._deeds().requests().save(deed_id, target)

    async def review_request(self, deed_id: str) -> DeedView:
        """What a request says."""
        return await self._deeds().review(deed_id)

    async def discard_request(self, deed_id: str) -> None:
        """Forget a request."""
        await self._deeds().requests().discard(deed_id)

    # ---- people --------------------------------------------------------------------------------------------------
    async def prepare_person(self, wish: PersonWish) -> DeedView:
        """Keep the plaintext, then draft."""
        return await self._deeds().prepare(await (await self._people()).keep(wish))

    async def people_of(self, account: int) -> tuple[Kept, ...]:
        """What the vault knows of an account."""
        return await (await self._people()).of_account(account)

    async def known_names(self, views: Sequence[AccountView]) -> Mapping[int, str]:
        """What those of whom the vault knows are called here."""
        return await (await self._people()).names(views)

    async def find_people(self, text: str, limit: int = 50) -> list[Kept]:
        """Whom the vault knows by this text."""
        return await (await self._people()).find(text, limit)

    async def save_disclosure(self, account: int, names: Sequence[str], target: Path) -> Path:
        """Write a disclosure package."""
        own = await self.account()
        if own is None:
            raise UnknownAccount(key=self.public_key_text())
        people = await self._people()
        return await people.save_disclosure(account, tuple(names), target, await self._chain(), own.id)

    async def check_disclosure(self, path: Path) -> CheckedDisclosure:
        """Check a disclosure package against the chain."""
        return await (await self._people()).check_disclosure(path, await self._chain())

    # ---- papers --------------------------------------------------------------------------------------------------
    async def save_bundle(self, record_digest: bytes, target: Path, *, include_file: bool) -> Path:
        """Write a record's bundle, verified before it is handed out."""
        entry = await asyncio.to_thread(self._journal().find, record_digest)
        if entry is None:
            raise NotFound(what="context", name=record_digest.hex())
        record = await self._client().record(record_digest.hex())
        await self._client().wait_for_height(record.height + 1)
        material = await self._client().proof(record_digest)
        genesis = (await asyncio.to_thread(load_genesis, self._home.genesis))[0]
        await asyncio.to_thread(
            save_bundle, material, entry.context, entry.path, target, genesis, detached=not include_file
        )
        return target

    async def verify_bundle(self, bundle: Path, file: Path | None, genesis: Path | None) -> VerificationReport:
        """Verify a bundle offline."""
        trusted = genesis or self._home.genesis
        trust = (await asyncio.to_thread(load_genesis, trusted))[0] if genesis or trusted.exists() else None
        return verification_report(await asyncio.to_thread(verify_bundle, bundle, trust, file))

    # ---- inside --------------------------------------------------------------------------------------------------
    async def make_key(self, passphrase: str) -> None:
        """A new key, or the one that an interrupted set-up left, if the passphrase opens it."""
        if self._home.keystore.exists():
            keystore = await asyncio.to_thread(load_keystore, self._home.keystore)
            (await asyncio.to_thread(keystore.unlock, passphrase)).lock()
            return
        await asyncio.to_thread(create_clerk_key, self._home, passphrase)

    async def _start(self, progress: Callable[[str], None]) -> None:
        if self.is_embedded():
            await self._start_child("sandbox")
        progress("consortium")
        await self._start_child("node")
        progress("node")
        self._node = NodeClient(lambda: load_endpoint(self._home))
        self._outbox = await asyncio.to_thread(Outbox.open, self._home.outbox, SystemClock())
        if self.is_embedded():
            await self._node.wait_for_height(1)
        progress("synced")
        self._resuming = asyncio.create_task(self._keep_going())

    async def _start_child(self, name: str) -> None:
        """Start one of the home's processes, or start it again after it ended by itself."""
        arguments = {"sandbox": ["--interval", str(BLOCK_SECONDS)], "node": []}
        self._children[name] = await start_child(self._home, name, arguments[name])

    async def _keep_going(self) -> None:
        """While the desk is open: bring back processes that ended, and follow what was signed but is still unknown."""
        while True:
            for name, child in list(self._children.items()):
                if not child.is_running:
                    with suppress(LuopuError):
                        await self._start_child(name)
            for entry in await asyncio.to_thread(self._journal().pending):
                if entry.id in self._sending:
                    continue  # somebody is at it, in the order of its hash chain
                with suppress(LuopuError):
                    await self._follow(entry)
            await asyncio.sleep(RESUME_SECONDS)

    async def _follow(self, entry: Entry) -> None:
        """Ask for the outcome; send the same bytes again if nobody may have them."""
        outcome = await self._notary().outcome(entry.id)
        await self._bind_person(entry, outcome)
        if isinstance(outcome, Unknown) and (entry.note or entry.state is State.SIGNED):
            await self._notary().send(entry.id)

    async def _views(self, entries: Sequence[Entry]) -> list[DraftView]:
        account, node = await self.account(), self._client()
        if account is None:
            raise UnknownAccount(key=self.public_key_text())
        parameters, status = await node.parameters(), await node.status()
        return [self._view(entry, account, parameters, status) for entry in entries]

    def _view(self, entry: Entry, account: AccountStatus, parameters: ChainParameters, status: NodeStatus) -> DraftView:
        record, shown = entry.shown.record, entry.shown
        blocks = max(0, shown.valid_until - status.height)
        return DraftView(
            draft_id=entry.id,
            file_name=entry.file_name,
            digests=FileDigests(record.sha256, record.sm3, record.size),
            chain=record.chain,
            sequence=record.sequence,
            previous=record.previous,
            subject=record.subject,
            account_name=account.name,
            account_id=account.id,
            key_label=self._label,
            key_algorithm=algorithm_name(self._signer().public_key.algorithm),
            quota_points=points_for(entry.draft, parameters),
            valid_until=shown.valid_until,
            valid_until_estimate_ns=status.block_time_ns + blocks * BLOCK_SECONDS * NANOSECONDS_PER_SECOND,
            signing_digest=shown.digest,
        )

    def _notary(self) -> Notary:
        key = self._signer().public_key
        return Notary(self._client(), self._journal(), key, self._label, SystemClock(), SystemRandomness())

    def _deeds(self) -> Deeds:
        return Deeds(self._client(), self._journal(), self._signer(), self._label, SystemRandomness())

    async def _chain(self) -> tuple[str, bytes, int]:
        """Id, genesis fingerprint and block time."""
        status = await self._client().status()
        return status.chain_id, status.genesis_fingerprint, status.block_time_ns

    async def _bind_person(self, entry: Entry, outcome: Outcome) -> None:
        """Note the number of who was enrolled. Where that fails, it is noted when the account is next looked at."""
        action = entry.draft.action
        if isinstance(outcome, Final) and isinstance(action, wire.Enrol) and len(outcome.data) == ACCOUNT_BYTES:
            with suppress(LuopuError):
                await (await self._people()).bind(action.root, int.from_bytes(outcome.data, "big"))

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

    def _signer(self) -> UnlockedKey:
        if self._key is None:
            raise NoKeystore(file=self._home.keystore.name)
        return self._key


def open_vault(path: Path, passphrase: str) -> Vault:
    """The vault of the home, made at the first time. Errors as of `Vault`."""
    randomness = SystemRandomness()
    if not path.exists():
        return Vault.create(path, passphrase, randomness=randomness)
    return Vault.open(path, passphrase, randomness=randomness)


def check_peer(untrusted_address: str) -> None:
    """A peer's address is an http or https URL with a host.

    Raises:
        UsageError: anything else.
    """
    url = urlsplit(untrusted_address)
    if url.scheme not in {"http", "https"} or not url.hostname or url.username or url.query or url.fragment:
        raise UsageError(argument="peer", expected="http://host:port", got=untrusted_address[:80])
