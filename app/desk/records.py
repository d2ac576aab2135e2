"""Evidence records at the desk: drafted, shown, signed and sent in the order of their hash chain; and their bundles.

Guarantees: as of `app.client.notarization`: all are signed and kept before the first is sent. With nobody there to take
them they wait in the outbox and go out by themselves (待发). What waits for colleagues (待复核) is never said to be anything
else before the chain has it, or can have it no longer; it is found there although it was sent from another desk.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.client.awaiting import look_for, reasons_against
from app.client.model import AccountStatus, ChainParameters, NodeStatus, Outcome
from app.client.node import NodeClient
from app.client.notarization import Notary, Source, points_for
from app.client.papers import save_bundle
from app.client.registry import RegistryReader
from app.core.errors import LuopuError, MempoolFull, NodeUnreachable, NoPeer, NotFound, UsageError
from app.core.hashing import sha256
from app.core.keys import decode_key_text, encode_key_text
from app.core.ports import Signer
from app.core.record import NOTHING_MORE, Additions, FileDigests
from app.core.refusals import UnknownAccount
from app.core.units import NANOSECONDS_PER_SECOND
from app.core.wire import registry_pb2 as wire
from app.desk.batches import keep_batch
from app.desk.consent import consent_reasons
from app.desk.deeds import BLOCK_SECONDS
from app.desk.keyring import DeskKey
from app.ui.desk import DraftView, HashedFile
from app.ui.present.approvals import checker_choices
from app.ui.recording import Besides, Checker, Consent
from app.wallet.entry import Entry, EntryId, State
from app.wallet.outbox import Outbox
from app.wiring.stores import load_genesis


class Records:
    """Notarizes with the clerk's key."""

    def __init__(self, notary: Notary, node: NodeClient, outbox: Outbox, own: DeskKey) -> None:
        self._notary, self._node, self._outbox, self._own = notary, node, outbox, own

    async def draft(
        self, files: Sequence[HashedFile], chain: bytes | None, subject: str, besides: Besides, batches: Path
    ) -> list[DraftView]:
        """Draft one record per file; or one of a list of them, which is kept in the folder `batches`.

        Raises:
            UsageError: something is said of one record, and there are several.
        """
        more = Additions(supersedes=besides.supersedes, timestamp=besides.timestamp, hosting=_digest(besides.hosting))
        sources = [Source(file.path, file.digests) for file in files]
        if besides.is_batch:
            kept = await asyncio.to_thread(keep_batch, batches, files)
            sources, more = [kept.source], replace(more, batch_root=kept.batch.root, batch_size=kept.batch.size)
        elif more != NOTHING_MORE and len(sources) != 1:
            raise UsageError(argument="files", expected="one", got=len(sources))
        return await self._views(await self._notary.draft(sources, chain, subject, additions=more))

    async def draft_again(self, entry_ids: Sequence[EntryId], approvers: Sequence[str]) -> list[DraftView]:
        """Draft the same records for these keys to sign as well."""
        keys = [decode_key_text(text) for text in approvers]
        return await self._views(await self._notary.draft_again(entry_ids, keys))

    async def sign_and_send(self, entry_ids: Sequence[EntryId], signer: Signer) -> None:
        """Sign exactly the drafted bytes, journal them all, then submit them in order."""
        for entry_id in entry_ids:
            await asyncio.to_thread(self._notary.sign, entry_id, signer)
        with suppress(NoPeer, NodeUnreachable, MempoolFull):
            for entry_id in entry_ids:
                await self._notary.send(entry_id)

    async def unsigned(self) -> list[DraftView]:
        """Drafts not signed yet, oldest first."""
        drafts = await asyncio.to_thread(self._outbox.drafts)
        return await self._views([entry for entry in drafts if entry.is_record])

    async def wait_for_outcome(self, entry_id: EntryId) -> Outcome:
        """Wait until the outcome is known.

        Raises:
            ApprovalsMissing: colleagues must still sign it.
        """
        entry = await asyncio.to_thread(self._outbox.get, entry_id)
        over = await self.look_for(entry) if entry.is_record and entry.state is State.WAITING else None
        return over or await self._notary.wait_for_outcome(entry_id)

    async def look_for(self, entry: Entry) -> Outcome | None:
        """Look for a record that waits for colleagues; see `app.client.awaiting`."""
        return await look_for(self._node, self._outbox, entry)

    async def save_bundle(self, record_digest: bytes, target: Path, genesis_file: Path, *, include_file: bool) -> Path:
        """Write a record's bundle, verified before it is handed out.

        Raises:
            NotFound: it was not notarized at this desk.
        """
        entry = await asyncio.to_thread(self._outbox.find, record_digest)
        if entry is None:
            raise NotFound(what="context", name=record_digest.hex())
        record = await self._node.record(record_digest.hex())
        await self._node.wait_for_height(record.height + 1)
        material = await self._node.proof(record_digest)
        genesis = (await asyncio.to_thread(load_genesis, genesis_file))[0]
        await asyncio.to_thread(
            save_bundle, material, entry.context, entry.path, target, genesis, detached=not include_file
        )
        return target

    # ---- what is shown -------------------------------------------------------------------------------------------
    async def _views(self, entries: Sequence[Entry]) -> list[DraftView]:
        """Whether the law would take a record is asked of the first: the others continue what is not there yet."""
        if not entries:
            return []
        node, key = self._node, self._own.public_key
        account = await node.account_of_key(key)
        if account is None:
            raise UnknownAccount(key=encode_key_text(key))
        parameters, status = await node.parameters(), await node.status()
        keys = (await RegistryReader(node).account(account.id)).account
        speaks_against = await reasons_against(node, entries[0])
        return [
            replace(
                self._view(entry, account, parameters, status),
                consent=self._consent(entry, keys, speaks_against if entry is entries[0] else ()),
            )
            for entry in entries
        ]

    def _consent(self, entry: Entry, account: wire.Account, reasons: Sequence[LuopuError]) -> Consent:
        own = self._own.public_key
        able = [Checker(*each) for each in checker_choices(account, encode_key_text(own))]
        asked = [encode_key_text(key) for key in entry.shown.approvers]
        return Consent(
            approvers=tuple(each for each in able if each.key in asked),
            checkers=tuple(able),
            reasons=(*reasons, *consent_reasons(account, entry, own)),
        )

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
            quota_points=points_for(entry.draft, parameters),
            valid_until=shown.valid_until,
            valid_until_estimate_ns=status.block_time_ns + blocks * BLOCK_SECONDS * NANOSECONDS_PER_SECOND,
            signing_digest=shown.digest,
            said=record.additions,
        )


def _digest(text: str) -> bytes:
    """Of a text; nothing of none."""
    return sha256(text.encode()) if text else b""
