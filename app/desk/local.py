"""The desk: what the windows ask for, done with the real node, wallet and files.

Guarantees: everything that takes time runs on other threads or in other processes. Whom a draft was about that is given up
is forgotten with it. Implements `app.ui.desk.Desk`; the processes and the key are `app.desk.running`'s.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.client.contexts import capture_file, keep_context
from app.client.council import CouncilStatus
from app.client.members import AccountView
from app.client.model import AccountStatus, ChainStatus, NodeStatus, Outcome, RecordStatus
from app.core.errors import LuopuError
from app.core.home import Home
from app.core.refusals import UnknownAccount
from app.core.wire import registry_pb2 as wire
from app.desk.keys import KeyDesk
from app.desk.outbox import OutboxDesk
from app.desk.reserves import ReservesDesk
from app.desk.safekeeping import SafekeepingDesk
from app.desk.travel import TravelDesk
from app.desk.vault import VaultDesk
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
    VerificationReport,
)
from app.ui.recording import NOTHING_BESIDES, Besides
from app.ui.views import outbox_item, verification_report
from app.wallet.entry import Entry, EntryId, State
from app.wallet.vault import Kept
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock, SystemRandomness


class LocalDesk(KeyDesk, SafekeepingDesk, VaultDesk, OutboxDesk, TravelDesk, ReservesDesk):
    """What a clerk does at a desk with its own node on this computer."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._account: AccountStatus | None = None

    # ---- look ----------------------------------------------------------------------------------------------------
    async def status(self) -> NodeStatus:
        """Where the node stands."""
        return await self._client().status()

    async def account(self) -> AccountStatus | None:
        """The account of the clerk's key."""
        self._account = await self._client().account_of_key(self._keys.own.public_key)
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
        """What this desk has signed lately; not what colleagues ask it to sign."""
        entries = await asyncio.to_thread(self._journal().recent_records, limit)
        return [outbox_item(entry) for entry in entries if entry.is_own or entry.state is not State.WAITING]

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

    async def draft(
        self, files: Sequence[HashedFile], chain: bytes | None, subject: str, besides: Besides = NOTHING_BESIDES
    ) -> list[DraftView]:
        """Draft one record per file, or one of all."""
        return await self._records().draft(files, chain, subject, besides, self._home.batches)

    async def draft_again(self, draft_ids: Sequence[str], approvers: Sequence[str]) -> list[DraftView]:
        """Draft the same records, for others to sign as well."""
        return await self._records().draft_again([EntryId(draft_id) for draft_id in draft_ids], approvers)

    async def sign_and_send(self, draft_ids: Sequence[str], pin: str = "") -> None:
        """Sign exactly the drafted bytes, journal them all, then submit them in order."""
        entry_ids = [EntryId(draft_id) for draft_id in draft_ids]
        signer = await self._keys.signer(pin)
        with self._at_it(entry_ids):
            await self._records().sign_and_send(entry_ids, signer)

    async def unsigned(self) -> list[DraftView]:
        """Drafts not signed yet, oldest first."""
        return await self._records().unsigned()

    async def discard(self, draft_ids: Sequence[str]) -> None:
        """Forget drafts that were never signed, and whom they were about."""
        journal = self._journal()
        for draft_id in draft_ids:
            entry = journal.get(EntryId(draft_id))
            if entry.state is State.DRAFT:
                await asyncio.to_thread(journal.discard, entry.id)
                await self._forget_person(entry)

    async def wait_for_outcome(self, draft_id: str) -> Outcome:
        """Wait until the outcome is known. Of a deed it is then told: the same again is meant as another."""
        outcome = await self._records().wait_for_outcome(EntryId(draft_id))
        entry = await asyncio.to_thread(self._journal().get, EntryId(draft_id))
        await self._bind_person(entry, outcome)
        if not entry.is_record:
            await asyncio.to_thread(self._deeds().mark_told, draft_id)
        return outcome

    # ---- any other action ----------------------------------------------------------------------------------------
    async def council(self) -> CouncilStatus:
        """The bookkeepers' seats, and what they decide."""
        return await self._client().council()

    async def keep_context(self, file: HashedFile) -> bytes:
        """Keep in which circumstances a document was taken in."""
        context = capture_file(
            file.path.name, file.digests.size, self._keys.own.label, SystemClock(), SystemRandomness()
        )
        return await asyncio.to_thread(keep_context, self._home.contexts, context)

    async def key_card(self, roles: Sequence[str] = (), pin: str = "") -> str:
        """The card of the clerk's key."""
        return await self._deeds().key_card(tuple(roles), await self._keys.signer(pin))

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

    async def sign_deed(self, deed_id: str, pin: str = "") -> None:
        """Sign exactly the drafted bytes, journal them, submit them."""
        signer = await self._keys.signer(pin)
        with self._at_it([EntryId(deed_id)]):
            await self._deeds().sign_and_send(deed_id, signer)

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
        """Keep the plaintext, then draft. Where that fails, nobody is kept."""
        people = await self._people()
        body = await people.keep(wish)
        try:
            return await self._deeds().prepare(body)
        except LuopuError:
            root = body.enrol.root or body.certify.root
            with suppress(LuopuError):
                if not await asyncio.to_thread(self._journal().mentions, root):
                    await people.forget(root)
            raise

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
        return await (await self._people()).save_disclosure(account, names, target, await self.status(), own.id)

    async def check_disclosure(self, path: Path) -> CheckedDisclosure:
        """Check a disclosure package against the chain."""
        return await (await self._people()).check_disclosure(path, await self.status())

    # ---- papers --------------------------------------------------------------------------------------------------
    async def save_bundle(self, record_digest: bytes, target: Path, *, include_file: bool) -> Path:
        """Write a record's bundle, verified before it is handed out."""
        genesis = self._home.genesis
        return await self._records().save_bundle(record_digest, target, genesis, include_file=include_file)

    async def verify_bundle(self, bundle: Path, file: Path | None, genesis: Path | None) -> VerificationReport:
        """Verify a bundle offline."""
        trusted = genesis or self._home.genesis
        trust = (await asyncio.to_thread(load_genesis, trusted))[0] if genesis or trusted.exists() else None
        return verification_report(await asyncio.to_thread(verify_bundle, bundle, trust, file))

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _forget_person(self, given_up: Entry) -> None:
        """Forget whom a draft was about, if nothing else is about the same. Where it cannot be told, nobody is forgotten."""
        action = given_up.draft.action
        if not isinstance(action, wire.Enrol | wire.Certify):
            return
        with suppress(LuopuError):
            if not await asyncio.to_thread(self._journal().mentions, action.root):
                await (await self._people()).give_up(action, given_up.shown.chain_id)
