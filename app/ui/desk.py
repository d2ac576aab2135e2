"""What the windows ask of everything else: one Protocol, so that the face knows nothing of how it is done.

Every method that can take time is a coroutine and runs off the GUI thread. Each raises `LuopuError`s only; the windows
show them through `app.core.messages.explain`. The real desk is constructed in `app.wiring`.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.client.model import AccountStatus, ChainStatus, NodeStatus, Outcome, RecordStatus
from app.core.errors import LuopuError
from app.core.facts import ShownFact
from app.core.record import NOTHING_MORE, Additions, FileDigests
from app.core.wire import registry_pb2 as wire
from app.ui.desks.keys import KeyDesk
from app.ui.desks.outbox import OutboxDesk
from app.ui.desks.reserves import ReserveDesk
from app.ui.desks.safekeeping import SafekeepingDesk
from app.ui.desks.travel import TravelDesk
from app.ui.desks.vault import PaperFile, VaultDesk
from app.ui.recording import NOBODY_ASKED, NOTHING_BESIDES, Besides, Consent

if TYPE_CHECKING:  # presenters read this module, and they do no IO
    from app.client.council import CouncilStatus
    from app.client.members import AccountView
    from app.client.registry import RegistryReader
    from app.wallet.vault import Kept


class Setup(Enum):
    """What a home holds."""

    NEW = "new"
    """Nothing: the first run."""
    LOCKED = "locked"
    """Set up; the keystore waits for its passphrase."""
    OPEN = "open"
    """Running."""


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file whose digests are known."""

    path: Path
    digests: FileDigests


@dataclass(frozen=True, slots=True)
class DraftView:
    """What will be signed for one file, decoded from the very bytes to be signed."""

    draft_id: str
    file_name: str
    digests: FileDigests
    chain: bytes
    sequence: int
    previous: bytes
    subject: str
    account_name: str
    account_id: int
    quota_points: int
    valid_until: int
    valid_until_estimate_ns: int
    signing_digest: bytes
    said: Additions = NOTHING_MORE
    consent: Consent = NOBODY_ASKED


@dataclass(frozen=True, slots=True)
class DeedView:
    """Any action but a record, as it will be signed: decoded from the very bytes to be signed."""

    deed_id: str
    action: str
    """Its name in a body: "enrol", "transfer" …"""
    facts: tuple[ShownFact, ...]
    account_name: str
    account_id: int
    quota_points: int
    valid_until: int
    valid_until_estimate_ns: int
    hold_until: int
    """Last height for missing approvals; 0 where it is not to wait for any."""
    approvers: tuple[str, ...]
    """Public keys (as text) that must sign behind the clerk's."""
    signing_digest: bytes
    reasons: tuple[LuopuError, ...]
    """Why it would be refused as things stand, according to the node's own state; none: it would be accepted."""
    held: bytes = b""
    """Under which id it waits on the chain, where it waits for approvals there."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """What keys of other desks must sign, or have signed and this one must: a request that travels as a file."""

    deed_id: str
    action: str
    signed: tuple[str, ...]
    """Public keys (as text) that have signed, the maker's first."""
    missing: tuple[str, ...]
    """Those that must still."""
    waits_for_me: bool
    """This desk's key is one of them."""
    is_own: bool
    """This desk's key has signed it."""
    valid_until: int


@dataclass(frozen=True, slots=True, repr=False)
class PersonWish:
    """Who is to be enrolled or certified, as the clerk wrote it down. Only salted commitments go on the chain."""

    card: wire.NewKey | None
    """The user's key, for a user who is to be enrolled; None: certify `account`."""
    account: int
    name: str
    """As it is known here."""
    public_name: str
    """For the chain; may be empty."""
    attributes: tuple[tuple[str, str], ...]
    level: int
    """A `wire.Level`."""
    expires_ns: int
    answers: bool
    materials: tuple[PaperFile, ...]
    """Papers that come along; copies of them are sealed."""
    notes: str
    kept: tuple[bytes, ...] = ()
    """SHA-256 of papers of the account's certification before that stand behind this one, too."""


@dataclass(frozen=True, slots=True, repr=False)
class CheckedDisclosure:
    """A disclosure file that was checked against the chain: what it shows was certified, and the certification counts."""

    account: int
    account_name: str
    is_in_force: bool
    """Of the account: not frozen."""
    partner: int
    partner_name: str
    level: int
    """A `wire.Level`."""
    attributes: tuple[tuple[str, str], ...]
    total: int
    """How many attributes were certified, shown or not."""
    made_ns: int


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing this desk has signed or is about to sign."""

    draft_id: str
    file_name: str
    subject: str
    created_ns: int
    state: str
    """draft, waiting (for colleagues to sign), pending (signed, waits to be sent), unknown, final, expired or refused."""
    height: int | None
    log_index: int | None
    record_digest: bytes
    chain: bytes
    error: LuopuError | None


@dataclass(frozen=True, slots=True)
class VerificationStep:
    """One numbered step of a verification: its name (a stable code), and what was found."""

    number: int
    name: str
    """container, format, trust-root, finality, block, transaction, signature, account, record, context, file, chain."""
    passed: bool
    skipped: bool
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """Verdict on a bundle: "valid", "refuted" or "not-enough-trust", with every step taken."""

    verdict: str
    steps: tuple[VerificationStep, ...]
    error: LuopuError | None
    record: RecordStatus | None
    file_name: str
    file_in_bundle: bool
    account_name: str
    account_id: int
    agreement: bytes
    signer_key: str


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """Something changed: "status", "records" or "outbox". A hint to ask again."""

    kind: str
    facts: dict[str, str] = field(default_factory=dict)


class Desk(KeyDesk, SafekeepingDesk, VaultDesk, OutboxDesk, TravelDesk, ReserveDesk, Protocol):
    """Everything a clerk can do."""

    # ---- set up ------------------------------------------------------------------------------------------------
    def setup(self) -> Setup:
        """What the home holds now (quick, no IO beyond looking for files)."""
        ...

    async def try_here(self, passphrase: str, progress: Callable[[str], None]) -> None:
        """Make a keystore, start an embedded consortium and the node on this computer.

        `progress` gets "keystore", "consortium", "node", "synced".
        """
        ...

    async def join(self, genesis: Path, peers: Sequence[str], passphrase: str, progress: Callable[[str], None]) -> None:
        """Check the genesis file, make a keystore, start the node on these peers (URLs)."""
        ...

    async def unlock(self, passphrase: str, progress: Callable[[str], None]) -> None:
        """Open the keystore and start what the home needs."""
        ...

    async def close(self) -> None:
        """Lock the key and stop the processes this desk started."""
        ...

    def public_key_text(self) -> str:
        """The clerk's public key as text, to be sent to the operator who registers it."""
        ...

    def is_embedded(self) -> bool:
        """Whether the consortium is the one embedded on this computer (trying out)."""
        ...

    # ---- look ----------------------------------------------------------------------------------------------------
    async def status(self) -> NodeStatus:
        """Where the node stands."""
        ...

    async def account(self) -> AccountStatus | None:
        """The account of the clerk's key, or None while the operator has not registered it."""
        ...

    async def chains(self) -> list[ChainStatus]:
        """Hash chains of this account, newest first."""
        ...

    async def chain_records(self, chain: bytes) -> list[RecordStatus]:
        """Records of a chain by sequence."""
        ...

    async def records(self, *, before: int | None = None, limit: int = 256) -> list[RecordStatus]:
        """Records of this account, newest first, with log index < `before`."""
        ...

    async def outbox(self, limit: int = 50) -> list[OutboxItem]:
        """What this desk has signed lately, newest first."""
        ...

    def events(self) -> AsyncIterator[DeskEvent]:
        """Changes as they come, for ever; survives a node restart."""
        ...

    # ---- notarize ------------------------------------------------------------------------------------------------
    async def hash_file(
        self, path: Path, progress: Callable[[int, int], None], should_stop: Callable[[], bool]
    ) -> HashedFile:
        """Both digests of a file; `progress(done bytes, total bytes)` is called on the GUI thread at a bounded rate."""
        ...

    async def draft(
        self, files: Sequence[HashedFile], chain: bytes | None, subject: str, besides: Besides = NOTHING_BESIDES
    ) -> list[DraftView]:
        """Draft one record per file, or one of all, in order, continuing `chain` or (None) beginning a new one."""
        ...

    async def draft_again(self, draft_ids: Sequence[str], approvers: Sequence[str]) -> list[DraftView]:
        """Draft the same records anew, in the drafts' place, for these keys (as text) to sign as well."""
        ...

    async def sign_and_send(self, draft_ids: Sequence[str], pin: str = "") -> None:
        """Sign exactly the drafted bytes, journal them, submit those that all have signed. `pin`: of the token that holds the
        key, where it asks for one."""
        ...

    async def unsigned(self) -> list[DraftView]:
        """Drafts not signed yet, decoded anew from their bytes, oldest first: where a clerk left off."""
        ...

    async def discard(self, draft_ids: Sequence[str]) -> None:
        """Forget drafts that were never signed; one that was signed stays as it is."""
        ...

    async def wait_for_outcome(self, draft_id: str) -> Outcome:
        """Wait until the outcome is no longer unknown. Raises ApprovalsMissing while others must still sign."""
        ...

    # ---- any other action ----------------------------------------------------------------------------------------
    @property
    def registry(self) -> "RegistryReader":
        """What the node says of accounts, vouchers, agreements, orders, decisions."""
        ...

    async def council(self) -> "CouncilStatus":
        """The bookkeepers' seats, and what they decide."""
        ...

    async def keep_context(self, file: HashedFile) -> bytes:
        """Keep, on this computer, in which circumstances a document was taken in; the digest of that, for the chain."""
        ...

    async def key_card(self, roles: Sequence[str] = (), pin: str = "") -> str:
        """The card of the clerk's key for this chain, as text; roles: "maker", "checker", "administrator"."""
        ...

    async def decode_card(self, text: str) -> wire.NewKey:
        """A key card that somebody handed in; its key has signed for this chain."""
        ...

    async def prepare(self, body: wire.Body) -> DeedView:
        """Draft an action: of `body` only the action, and approvers and hold_until, are taken."""
        ...

    async def explain(self, body: wire.Body) -> tuple[LuopuError, ...]:
        """Why an action would be refused as things stand; none: it would be accepted. Nothing is drafted."""
        ...

    async def prepare_again(self, deed_id: str, approvers: Sequence[str] = (), hold_blocks: int = 0) -> DeedView:
        """Draft the same anew, in the draft's place: for these keys (as text) to sign as well, or for the chain to keep it
        for so many blocks until enough have approved."""
        ...

    async def sign_deed(self, deed_id: str, pin: str = "") -> None:
        """Sign exactly the drafted bytes, journal them, submit them once all have signed."""
        ...

    # ---- approvals -------------------------------------------------------------------------------------------------
    async def requests(self) -> list[RequestView]:
        """What waits at this desk for keys, the first to expire first."""
        ...

    async def open_request(self, path: Path) -> RequestView:
        """Take in a request file, or the signatures that it brings back; complete, it is sent."""
        ...

    async def save_request(self, deed_id: str, target: Path) -> Path:
        """Write a request file for those who must still sign."""
        ...

    async def review_request(self, deed_id: str) -> DeedView:
        """What a request says, as it would be signed here."""
        ...

    async def discard_request(self, deed_id: str) -> None:
        """Forget a request that this desk did not sign, or whose approvals can no longer come."""
        ...

    # ---- people ----------------------------------------------------------------------------------------------------
    async def prepare_person(self, wish: PersonWish) -> DeedView:
        """Draw salts, keep the plaintext in the vault, and draft the enrolment or certification."""
        ...

    async def people_of(self, account: int) -> "tuple[Kept, ...]":
        """What the vault knows of an account, the newest certification first."""
        ...

    async def known_names(self, views: "Sequence[AccountView]") -> Mapping[int, str]:
        """What those of whom the vault knows are called here, by their number."""
        ...

    async def find_people(self, text: str, limit: int = 50) -> "list[Kept]":
        """Whom the vault knows by this text."""
        ...

    async def save_disclosure(self, account: int, names: Sequence[str], target: Path) -> Path:
        """Write a disclosure package of these attributes (none: all), checked against the chain before."""
        ...

    async def check_disclosure(self, path: Path) -> CheckedDisclosure:
        """Check a disclosure package that somebody handed in, against the chain as it stands now."""
        ...

    # ---- papers --------------------------------------------------------------------------------------------------
    async def save_bundle(self, record_digest: bytes, target: Path, *, include_file: bool) -> Path:
        """Write the evidence bundle of a final record; verified before it is handed out."""
        ...

    async def verify_bundle(self, bundle: Path, file: Path | None, genesis: Path | None) -> VerificationReport:
        """Verify a bundle offline against `genesis`, or (None) the home's own genesis."""
        ...
