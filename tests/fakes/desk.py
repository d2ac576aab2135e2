"""A desk in memory, with a chain, records and a verifier that do what a test asks of them.

Everything is decided by the attributes: set `behind`, `halted`, `peers`, `registered`, `failure`, `outcome` … and ask.
Time stands still at `NOW_NS` unless `now_ns` is moved. Nothing sleeps: what takes time waits on `hold`, an event that a
test may set.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.client.council import CouncilStatus
from app.client.model import (
    AccountStatus,
    ChainStatus,
    Final,
    NodeStatus,
    Outcome,
    PeerStatus,
    QuotaStatus,
    RecordStatus,
)
from app.core.errors import InvalidBundle, LuopuError
from app.core.record import Additions, FileDigests
from app.core.refusals import ApprovalsMissing
from app.core.units import Hash32
from app.core.walleterrors import WrongPassphrase
from app.ui.desk import (
    DeskEvent,
    DraftView,
    HashedFile,
    OutboxItem,
    RequestView,
    Setup,
    VerificationReport,
    VerificationStep,
)
from app.ui.recording import NOBODY_ASKED, NOTHING_BESIDES, Besides, Consent
from tests.fakes.desk_facts import (
    BLOCK_NS,
    NOW_NS,
    RICE,
    SECOND_NS,
    STEPS,
    TIP,
    digest_of,
    make_record,
    realistic_records,
)
from tests.fakes.desk_registry import FakeReader
from tests.fakes.desks.keys import FakeKeyDesk
from tests.fakes.desks.outbox import FakeOutboxDesk
from tests.fakes.desks.reserves import FakeReserveDesk
from tests.fakes.desks.safekeeping import FakeSafekeepingDesk
from tests.fakes.desks.travel import FakeTravelDesk
from tests.fakes.desks.vault import FakeVaultDesk


@dataclass
class FakeDesk(FakeKeyDesk, FakeSafekeepingDesk, FakeVaultDesk, FakeOutboxDesk, FakeTravelDesk, FakeReserveDesk):
    """The Protocol `app.ui.desk.Desk`, in memory."""

    state: Setup = Setup.OPEN
    passphrase: str = "correct horse battery"
    embedded: bool = False
    registered: bool = True
    permissions: tuple[str, ...] = ("identity", "evidence")
    height: int = TIP
    behind: int | None = 0
    rate: float = 0.4
    block_age_ns: int = 2 * SECOND_NS
    signed: int = 4
    validators: int = 4
    halted: str | None = None
    peers: tuple[PeerStatus, ...] = (
        PeerStatus("https://node1.consortium.example:26657", True, TIP, None),
        PeerStatus("https://node2.consortium.example:26657", True, TIP, None),
        PeerStatus("https://node3.consortium.example:26657", True, TIP, None),
    )
    quota: QuotaStatus = field(default_factory=lambda: QuotaStatus(10_000, 1_580, NOW_NS + 39_255 * SECOND_NS))
    all_records: list[RecordStatus] = field(default_factory=realistic_records)
    items: list[OutboxItem] = field(default_factory=list)
    failure: dict[str, LuopuError] = field(default_factory=dict)
    """Name of a method → what it raises."""
    outcome: Outcome | None = None
    """What every signed draft comes to; None: final at the next height."""
    consent: Consent = NOBODY_ASKED
    """Who must sign drafts behind the clerk, and why they would be refused."""
    approved: bool = False
    """Whether those who were asked have signed."""
    report: VerificationReport | None = None
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    """Name of a method → event it waits for before it answers."""
    calls: list[str] = field(default_factory=list)
    now_ns: int = NOW_NS
    registry: FakeReader = field(default_factory=FakeReader)
    seats: CouncilStatus = field(default_factory=lambda: CouncilStatus(TIP, (), 0, 0, ()))
    party: str = "partner"
    number: int = 10_086
    _events: asyncio.Queue[DeskEvent] = field(default_factory=asyncio.Queue)
    _drafts: dict[str, DraftView] = field(default_factory=dict)

    # ---- set up --------------------------------------------------------------------------------------------------
    def setup(self) -> Setup:
        return self.state

    async def try_here(self, passphrase: str, progress: Callable[[str], None]) -> None:
        await self._enter("try_here")
        self.passphrase, self.embedded = passphrase, True
        await self._start(("keystore", "consortium", "node", "synced"), progress)

    async def join(self, genesis: Path, peers: Sequence[str], passphrase: str, progress: Callable[[str], None]) -> None:
        await self._enter("join")
        self.passphrase, self.registered = passphrase, False
        await self._start(("genesis", "keystore", "node", "synced"), progress)

    async def unlock(self, passphrase: str, progress: Callable[[str], None]) -> None:
        await self._enter("unlock")
        if passphrase != self.passphrase:
            raise WrongPassphrase
        await self._start(("keystore", "node", "synced"), progress)

    async def close(self) -> None:
        await self._enter("close")
        self.state = Setup.LOCKED

    def public_key_text(self) -> str:
        return "luopu-ed25519-" + digest_of("clerk key").hex()

    def is_embedded(self) -> bool:
        return self.embedded

    # ---- look ----------------------------------------------------------------------------------------------------
    async def status(self) -> NodeStatus:
        await self._enter("status")
        target = None if self.behind is None else self.height + self.behind
        return NodeStatus(
            chain_id="luopu-consortium-1",
            genesis_fingerprint=digest_of("genesis"),
            height=self.height,
            block_hash=digest_of(f"block {self.height}"),
            app_hash=digest_of(f"app {self.height}"),
            block_time_ns=self.now_ns - self.block_age_ns - (self.behind or 0) * BLOCK_NS,
            target_height=target,
            target_time_ns=None if target is None else self.now_ns - self.block_age_ns,
            blocks_per_second=self.rate,
            signed_validators=self.signed,
            total_validators=self.validators,
            signed_power=self.signed * 10,
            total_power=self.validators * 10,
            peers=self.peers,
            halted=self.halted,
            halted_facts=(("height", str(self.height + 1)),) if self.halted else (),
        )

    async def account(self) -> AccountStatus | None:
        await self._enter("account")
        if not self.registered:
            return None
        return AccountStatus(
            address=digest_of("clerk")[:20],
            id=self.number,
            name="示例合作方 经办 01",
            party=self.party,
            permissions=self.permissions,
            agreement=digest_of("agreement"),
            quota=self.quota,
        )

    async def chains(self) -> list[ChainStatus]:
        await self._enter("chains")
        heads: dict[bytes, RecordStatus] = {}
        titles: dict[bytes, str] = {}
        for record in self.all_records:
            heads.setdefault(record.chain, record)
            titles[record.chain] = record.subject
        titles[digest_of(RICE)[:16]] = RICE
        return [ChainStatus(c, r.sender, r.sequence, r.record_digest, titles[c]) for c, r in heads.items()]

    async def chain_records(self, chain: bytes) -> list[RecordStatus]:
        await self._enter("chain_records")
        return sorted((record for record in self.all_records if record.chain == chain), key=lambda r: r.sequence)

    async def records(self, *, before: int | None = None, limit: int = 256) -> list[RecordStatus]:
        await self._enter("records")
        found = [record for record in self.all_records if before is None or record.index < before]
        return found[:limit]

    async def outbox(self, limit: int = 50) -> list[OutboxItem]:
        await self._enter("outbox")
        return self.items[:limit]

    async def events(self) -> AsyncIterator[DeskEvent]:
        while True:
            yield await self._events.get()

    def tell(self, kind: str) -> None:
        """Let an event come."""
        self._events.put_nowait(DeskEvent(kind))

    # ---- notarize ------------------------------------------------------------------------------------------------
    async def hash_file(
        self, path: Path, progress: Callable[[int, int], None], should_stop: Callable[[], bool]
    ) -> HashedFile:
        self.calls.append("hash_file")
        data = path.read_bytes()  # noqa: ASYNC240 (small, and tests are to be exact)
        progress(len(data) * 62 // 100, len(data))
        await self._wait("hash_file")
        if "hash_file" in self.failure:
            raise self.failure["hash_file"]
        progress(len(data), len(data))
        sm3 = Hash32(hashlib.sha256(b"sm3" + data).digest())
        return HashedFile(path, FileDigests(Hash32(hashlib.sha256(data).digest()), sm3, len(data)))

    async def draft(
        self, files: Sequence[HashedFile], chain: bytes | None, subject: str, besides: Besides = NOTHING_BESIDES
    ) -> list[DraftView]:
        await self._enter("draft")
        said = said_of(files, besides)
        if besides.is_batch:
            files = [replace(files[0], path=Path(f"batch-{said.batch_root[:8].hex()}.json"))]
        known = [] if chain is None else await self.chain_records(chain)
        chain = chain or digest_of(f"chain {subject} {len(self._drafts)}")[:16]
        previous = known[-1].record_digest if known else b""
        drafts = []
        for place, file in enumerate(files):
            draft = replace(
                self._draft_of(file, chain, len(known) + place + 1, previous, subject), said=said, consent=self.consent
            )
            previous = digest_of(f"record {draft.draft_id}")
            drafts.append(draft)
            self._drafts[draft.draft_id] = draft
            self.items.insert(0, self._item(draft, "draft"))
        return drafts

    async def draft_again(self, draft_ids: Sequence[str], approvers: Sequence[str]) -> list[DraftView]:
        await self._enter("draft_again")
        asked = tuple(each for each in self.consent.checkers if each.key in approvers)
        for draft_id in draft_ids:
            self._drafts[draft_id] = replace(
                self._drafts[draft_id], consent=Consent(approvers=asked, checkers=self.consent.checkers)
            )
        return [self._drafts[draft_id] for draft_id in draft_ids]

    async def sign_and_send(self, draft_ids: Sequence[str], pin: str = "") -> None:
        await self._enter("sign_and_send")
        for draft_id in draft_ids:
            self._move(draft_id, "waiting" if self._drafts[draft_id].consent.approvers else "unknown")

    async def unsigned(self) -> list[DraftView]:
        await self._enter("unsigned")
        waiting = {item.draft_id for item in self.items if item.state == "draft"}
        return [draft for name, draft in self._drafts.items() if name in waiting]

    async def discard(self, draft_ids: Sequence[str]) -> None:
        await self._enter("discard")
        self.items = [item for item in self.items if item.draft_id not in draft_ids or item.state != "draft"]
        self.forget_entries(draft_ids)

    async def wait_for_outcome(self, draft_id: str) -> Outcome:
        await self._enter("wait_for_outcome")
        draft = self._drafts[draft_id]
        if draft.consent.approvers and not self.approved:
            raise ApprovalsMissing(expected=len(draft.consent.approvers))
        if self.outcome is not None:
            self._move(draft_id, "refused")
            return self.outcome
        height = self.height + 1
        self._move(draft_id, "final", height=height)
        index = max((record.index for record in self.all_records), default=0) + 1
        record = replace(
            make_record(index, draft_id, draft.sequence, draft.subject, height, provable=False),
            chain=draft.chain,
            record_digest=digest_of(f"record {draft_id}"),
            sha256=draft.digests.sha256,
            sm3=draft.digests.sm3,
            size=draft.digests.size,
            additions=draft.said,
        )
        self.all_records.insert(0, record)
        return Final(height, record.time_ns, index, record.record_digest)

    async def council(self) -> CouncilStatus:
        await self._enter("council")
        return self.seats

    async def key_card(self, roles: Sequence[str] = (), pin: str = "") -> str:
        await self._enter("key_card")
        return f"luopu-card:{'A' * 300}{len(roles)}"

    async def requests(self) -> list[RequestView]:
        await self._enter("requests")
        return []

    async def save_request(self, deed_id: str, target: Path) -> Path:
        await self._enter("save_request")
        target.write_bytes(b"request " + deed_id.encode())  # noqa: ASYNC240 (see above)
        return target

    # ---- papers --------------------------------------------------------------------------------------------------
    async def save_bundle(self, record_digest: bytes, target: Path, *, include_file: bool) -> Path:
        await self._enter("save_bundle")
        target.write_bytes(b"PK bundle " + record_digest + bytes([include_file]))  # noqa: ASYNC240 (see above)
        return target

    async def verify_bundle(self, bundle: Path, file: Path | None, genesis: Path | None) -> VerificationReport:
        await self._enter("verify_bundle")
        return self.report if self.report is not None else self.valid_report(file_given=file is not None)

    def valid_report(self, *, file_given: bool = True) -> VerificationReport:
        """A report in which everything holds; the file step is skipped where no file was given."""
        steps = tuple(
            VerificationStep(
                number, name, passed=name != "file" or file_given, skipped=name == "file" and not file_given
            )
            for number, name in enumerate(STEPS, 1)
        )
        return self._report("valid", steps, None)

    def refuted_report(self, at: str = "finality", error: LuopuError | None = None) -> VerificationReport:
        """A report in which one step fails and those after it were not reached."""
        place = STEPS.index(at)
        steps = tuple(
            VerificationStep(number + 1, name, passed=number < place, skipped=number > place)
            for number, name in enumerate(STEPS)
        )
        return self._report("refuted", steps, error or InvalidBundle(reason="digest of record.bin differs"))

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _enter(self, name: str) -> None:
        self.calls.append(name)
        if name in self.failure:
            raise self.failure[name]
        await self._wait(name)

    async def _wait(self, name: str) -> None:
        if name in self.hold:
            await self.hold[name].wait()

    async def _start(self, steps: Sequence[str], progress: Callable[[str], None]) -> None:
        for step in steps:
            progress(step)
            await self._wait(step)
        self.state = Setup.OPEN

    def _draft_of(self, file: HashedFile, chain: bytes, sequence: int, previous: bytes, subject: str) -> DraftView:
        name = f"draft-{len(self._drafts) + 1}"
        return DraftView(
            draft_id=name,
            file_name=file.path.name,
            digests=file.digests,
            chain=chain,
            sequence=sequence,
            previous=previous,
            subject=subject,
            account_name="示例合作方 经办 01",
            account_id=10_086,
            quota_points=12,
            valid_until=self.height + 600,
            valid_until_estimate_ns=self.now_ns + 600 * BLOCK_NS,
            signing_digest=digest_of(f"signing {name}"),
        )

    def _item(self, draft: DraftView, state: str) -> OutboxItem:
        record = digest_of(f"record {draft.draft_id}")
        return OutboxItem(
            draft.draft_id, draft.file_name, draft.subject, self.now_ns, state, None, None, record, draft.chain, None
        )

    def _move(self, draft_id: str, state: str, height: int | None = None) -> None:
        self.items = [
            replace(item, state=state, height=height) if item.draft_id == draft_id else item for item in self.items
        ]

    def _report(
        self, verdict: str, steps: tuple[VerificationStep, ...], error: LuopuError | None
    ) -> VerificationReport:
        return VerificationReport(
            verdict=verdict,
            steps=steps,
            error=error,
            record=self.all_records[0] if self.all_records else None,
            file_name="2026-11-22 入库检验报告.pdf",
            file_in_bundle=False,
            account_name="示例合作方 经办 01",
            account_id=10_086,
            agreement=digest_of("agreement"),
            signer_key=digest_of("clerk key").hex(),
        )


def said_of(files: Sequence[HashedFile], besides: Besides) -> Additions:
    """What a record says of what was asked for."""
    return Additions(
        batch_root=digest_of("root") if besides.is_batch else b"",
        batch_size=len(files) if besides.is_batch else 0,
        supersedes=besides.supersedes,
        timestamp=besides.timestamp,
        hosting=digest_of(besides.hosting) if besides.hosting else b"",
    )
