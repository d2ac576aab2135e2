"""What windows ask of reserve proofs: snapshots of what is owed, their publication and papers, and what others published."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from app.core.errors import LuopuError
from app.core.reserveerrors import RowProblem
from app.core.wire import registry_pb2 as wire

if TYPE_CHECKING:  # presenters read this module, and they do no IO
    from pathlib import Path

    from app.ui.desk import VerificationStep


@dataclass(frozen=True, slots=True)
class ReserveVoucher:
    """A voucher that is owed or kept."""

    id: bytes
    name: str
    decimals: int
    is_unique: bool
    """Its pieces have serials; amounts count pieces then."""


@dataclass(frozen=True, slots=True)
class CustodyAccount:
    """An account whose holding counts, and what it holds, packed pieces included. Smallest units, or pieces."""

    number: int
    name: str
    held: int


# ---- making a snapshot -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CustodyView:
    """A voucher for which this account can show reserves."""

    voucher: ReserveVoucher
    own: CustodyAccount
    """This account; it may hold nothing of the voucher."""
    others: tuple[CustodyAccount, ...]
    """Partners who said on the chain that what they hold counts for this account, rising by number."""
    assigned_to: int = 0
    """Another custodian for whom the own holding counts: then it does not count here. 0: it counts here."""
    assigned_to_name: str = ""


@dataclass(frozen=True, slots=True)
class ColumnWish:
    """How the columns are called in the list; nothing: by one of the usual names."""

    user: str = ""
    value: str = ""
    """The amount or, of unique pieces, the serial."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A CSV, XLSX or Parquet file."""

    path: "Path"
    columns: ColumnWish = ColumnWish()
    sheet: str = ""
    """Of a workbook; nothing: its only one."""


@dataclass(frozen=True, slots=True)
class QuerySource:
    """A query of a database whose connection URL stands in a file: it may hold a password, so nobody types it here."""

    url_file: "Path"
    query: str
    columns: ColumnWish = ColumnWish()


@dataclass(frozen=True, slots=True)
class SnapshotWish:
    """What a snapshot is to be made of."""

    voucher: bytes
    accounts: tuple[int, ...]
    """Of `CustodyView.others`, those that are to count, rising; at most 16. The own account always counts."""
    source: FileSource | QuerySource
    padding: int = 0
    """Leaves of zero for nobody, which hide how many users there are."""


@dataclass(frozen=True, slots=True)
class MakingStep:
    """How far the making of a snapshot, or the export of papers, is."""

    stage: str
    """chain (asking it what is held), reading (rows, and whom they name), pieces (unique ones: that each is held), tree,
    keeping; papers of an export."""
    rows: int = 0
    """Rows read, pieces proved, or papers written so far."""
    done: int = 0
    total: int | None = None
    """`done` of `total`, in whatever unit; None: nobody knows yet."""


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """A snapshot that is kept at this desk."""

    snapshot_id: str
    voucher: ReserveVoucher
    state: str
    """made (can be published), short (less is held than is owed), waiting (a publication was signed, and has no outcome yet),
    published (the newest), superseded (published, and a later publication of this account about this voucher stands on the
    chain), or late (can no longer be published; `error` says why)."""
    height: int
    """As of which the accounts were read."""
    time_ns: int
    """Of that block."""
    made_ns: int
    owed: int
    accounts: tuple[CustodyAccount, ...]
    """The own one first, then rising by number; `held` as of the height."""
    users: int
    """Accounts that are owed something or stand in the list."""
    rows: int
    padding: int
    unclaimed: int
    """Of unique pieces: those in custody that nobody is owed."""
    source_name: str
    """Name of the file, or "query"."""
    source_sha256: bytes
    root: bytes
    published_height: int = 0
    """0: not published, as far as is known."""
    published_ns: int = 0
    transaction_hash: bytes = b""
    later: int = 0
    """How many publications came after it, where it is superseded."""
    deed_id: str = ""
    """Of the publication that waits, where this desk has it."""
    error: LuopuError | None = None
    """Why it cannot be published; of state short, a ReserveShort."""

    @property
    def held(self) -> int:
        """What all the accounts held."""
        return sum(each.held for each in self.accounts)


@dataclass(frozen=True, slots=True)
class MadeSnapshot:
    """What came of a list."""

    snapshot: SnapshotView
    warnings: tuple[RowProblem, ...] = ()
    """Up to 1,000 rows that count, but should be looked at."""
    warning_count: int = 0


# ---- what stands on the chain ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PublicationView:
    """One publication of a custodian about a voucher."""

    index: int
    """Of the log entry."""
    height: int
    time_ns: int
    owed: int
    held: int
    """What the accounts held in that block, as the law counted it."""
    accounts: tuple[int, ...]
    """Beside the custodian's own."""
    root: bytes
    transaction_hash: bytes


@dataclass(frozen=True, slots=True)
class CoverageView:
    """What a custodian has published about a voucher."""

    voucher: ReserveVoucher
    custodian: int
    custodian_name: str
    publications: tuple[PublicationView, ...]
    """Newest first."""
    is_whole: bool = True
    """No older ones are left out."""


@dataclass(frozen=True, slots=True)
class CustodianView:
    """A custodian's newest publication about a voucher, and what it holds now."""

    account: int
    name: str
    newest: PublicationView
    held_now: int
    """What counts for it now: its own unless assigned away, and what others assigned to it."""
    assigned: tuple[CustodyAccount, ...]
    """Others that count for it now."""
    is_whole: bool = True
    """False: more accounts count for it than are told here, so it holds at least `held_now`."""


@dataclass(frozen=True, slots=True)
class ReservesView:
    """All reserves of a voucher against its supply."""

    voucher: ReserveVoucher
    issuer_name: str
    supply: int
    """Outstanding, in smallest units or pieces."""
    height: int
    time_ns: int
    """Of the newest block, for the age of publications."""
    custodians: tuple[CustodianView, ...]
    """Who has published, those that hold most first."""


# ---- papers ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PaperClaim:
    """What a customer's paper says. True only if the verdict is valid."""

    voucher: ReserveVoucher
    custodian: int
    custodian_name: str
    account: int
    balance: int
    serial: int | None
    """Of a unique piece."""
    owed: int
    held: int
    height: int
    time_ns: int
    """Of the block as of which the accounts were read; 0: not established."""
    published_height: int
    published_ns: int
    root: bytes


@dataclass(frozen=True, slots=True)
class ChainWord:
    """What the chain says now about the publication that a paper names."""

    standing: str
    """newest, superseded, or absent: this root was never published by this custodian about this voucher."""
    height: int = 0
    """Where the publication stands."""
    time_ns: int = 0
    later: int = 0
    """How many publications of the same custodian about the same voucher came after it."""
    newest_height: int = 0
    """Of the newest of them."""
    newest_ns: int = 0


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """A customer's paper, verified offline and then held against the chain."""

    verdict: str
    """valid, refuted or not-enough-trust."""
    steps: "tuple[VerificationStep, ...]"
    """format, user, tree, trust-root, finality, snapshot, custody, publication, signature, coverage."""
    error: LuopuError | None
    claim: PaperClaim | None
    """None: the file could not be understood."""
    chain: ChainWord | None = None
    """None: the chain could not be asked (`chain_error`), or there was nothing to ask about."""
    chain_error: LuopuError | None = field(default=None)


class ReserveDesk(Protocol):
    """Reserve proofs."""

    # ---- making ------------------------------------------------------------------------------------------------------
    async def custody(self) -> tuple[CustodyView, ...]:
        """Vouchers for which this account can show reserves: it holds some, or somebody's holding counts for it; by name."""
        ...

    async def make_snapshot(self, wish: SnapshotWish, progress: Callable[[MakingStep], None]) -> MadeSnapshot:
        """Read the list, check every row, build the tree, keep the snapshot, whole or not at all. Progress is told on the GUI
        thread. Cancelling the task ends it, and keeps nothing; so does every error: ListRefused tells the rows."""
        ...

    async def snapshots(self) -> tuple[SnapshotView, ...]:
        """All that are kept here, newest first, after looking at the chain for their publications. Where the node does not
        answer, as far as is known here."""
        ...

    async def attestation(self, snapshot_id: str) -> wire.Body:
        """The action that publishes a snapshot, for `Desk.prepare`. Raises ReserveShort, or why it cannot be published."""
        ...

    async def discard_snapshot(self, snapshot_id: str) -> None:
        """Forget one that was not published. Raises BadTransition for one that was, or whose publication may still come."""
        ...

    # ---- papers ------------------------------------------------------------------------------------------------------
    async def save_reserve_papers(
        self, snapshot_id: str, target: "Path", progress: Callable[[MakingStep], None]
    ) -> int:
        """Write all papers of a published snapshot, the customer's page, the genesis document and a note beside: into a
        new folder, or a ZIP file where the name ends so. How many papers. Cancelling the task leaves nothing new behind."""
        ...

    async def save_reserve_paper(self, snapshot_id: str, account: int, folder: "Path") -> "tuple[Path, ...]":
        """Write the paper of one account into a folder; of unique pieces, all of its papers. Raises NotFound: it is not owed
        anything by this snapshot."""
        ...

    async def check_paper(self, paper: "Path", account: str = "") -> PaperCheck:
        """Verify a customer's paper offline with this home's genesis document, and that it is for this account (number or
        address) where one is named; then look its publication up on the chain."""
        ...

    # ---- the chain ---------------------------------------------------------------------------------------------------
    async def coverage(self, voucher: bytes, custodian: int) -> CoverageView:
        """What a custodian (0: this account) has published about a voucher."""
        ...

    async def reserve_vouchers(self) -> tuple[ReserveVoucher, ...]:
        """Every voucher that was created, by name."""
        ...

    async def reserves(self, voucher: bytes) -> ReservesView:
        """All custodians that published about a voucher, as of now."""
        ...
