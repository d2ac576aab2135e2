"""What a node tells of the registry, as frozen values that wrap the registry's own messages.

Never change a message. Accounts stand as their numbers; who they are, as far as the node told, stands in `names`, which is
text from outside. It is the node's word, from its verified state; `app.client.answers` decodes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from google.protobuf.message import Message

from app.client.model import QuotaStatus
from app.core.keys import PublicKey
from app.core.transaction import signing_digest
from app.core.units import Hash32
from app.core.wire import registry_pb2 as wire

T = TypeVar("T")
Cursor = int | str | None


@dataclass(frozen=True, slots=True)
class AccountName:
    """Who a number is."""

    id: int
    name: str
    party: str
    """operator, bookkeeper, partner, user or regulator."""
    address: bytes


Names = Mapping[int, AccountName]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of what there is at a height; `next` asks for what is behind it, None where there is no more."""

    height: int
    items: tuple[T, ...]
    next: Cursor
    names: Names


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as it counts now."""

    account: wire.Account
    level: str
    """Of the certifications that count: registered, anonymous, phone, real-name or certificate; "none" where none does."""
    counting: tuple[int, ...]
    """The partners whose certifications count."""
    is_in_force: bool
    quota: QuotaStatus
    names: Names = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TermsView:
    """A version of an organisation's legal agreement, and the height since which it is in force; 0: the genesis."""

    version: int
    agreement: bytes
    since: int


@dataclass(frozen=True, slots=True)
class HeldView:
    """A transaction that waits for approvals (复核). What it says was decoded here from its own bytes."""

    id: bytes
    body: wire.Body
    body_bytes: bytes
    maker: PublicKey
    approvers: tuple[PublicKey, ...]
    missing: int
    """How many more checkers must sign."""
    is_open: bool
    names: Names = field(repr=False, compare=False)

    @property
    def action(self) -> str:
        """Name of the action that waits."""
        return str(self.body.WhichOneof("action"))

    @property
    def digest(self) -> Hash32:
        """What a checker's `countersign` names."""
        return signing_digest(self.body_bytes)


@dataclass(frozen=True, slots=True)
class RecognitionView:
    """A partner whose certifications are recognised, from a least level on."""

    partner: int
    recognition: wire.Recognition


@dataclass(frozen=True, slots=True)
class GrantView:
    """An access that a user gave."""

    id: bytes
    user: int
    grant: wire.AccessGrant
    is_in_force: bool
    """Neither withdrawn nor expired."""
    names: Names = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CustodyView:
    """The newest attestation of a custodian about a voucher."""

    voucher: bytes
    custody: wire.Custody


@dataclass(frozen=True, slots=True)
class VoucherView:
    """A voucher in any state."""

    id: bytes
    voucher: wire.Voucher
    names: Names = field(repr=False, compare=False)

    @property
    def outstanding(self) -> int:
        """How much is out."""
        return int(self.voucher.issued - self.voucher.redeemed - self.voucher.lapsed)


@dataclass(frozen=True, slots=True)
class HoldingView:
    """What an account holds of a voucher."""

    voucher: VoucherView
    holding: wire.Holding


@dataclass(frozen=True, slots=True)
class HolderView:
    """Who holds how much of a voucher."""

    account: int
    holding: wire.Holding


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece of a voucher."""

    voucher: bytes
    serial: int
    owner: int
    piece: wire.Piece


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement of several parties."""

    id: bytes
    agreement: wire.Agreement
    is_open: bool
    """The next block may hold a confirmation."""
    names: Names = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SignerView:
    """A key that signed, and what its account calls it now; no label where the key is no longer the account's."""

    key: PublicKey
    label: str


@dataclass(frozen=True, slots=True)
class LegalAgreement:
    """The legal agreement of who answers: digest, version, height since which that was in force (司法追溯)."""

    digest: bytes
    version: int
    since: int


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One entry of the log, from who signed to the legal agreement under which it was made (3.6)."""

    index: int
    height: int
    time_ns: int
    transaction_hash: bytes
    action: str
    """Name of the action, or "hold" for a transaction that only waits for approvals."""
    fact: Message
    """The action itself; of a record the EvidenceRecord, of what is held the Body."""
    sender: int
    signer: SignerView
    approvers: tuple[SignerView, ...]
    partner: int
    """Who answers for the sender; 0: itself."""
    agreement: LegalAgreement
    held: bytes
    """Id of the held transaction that took effect."""
    result: bytes
    data: bytes
    """What the receipt names; nothing where the node began after it and cannot know."""
    names: Names = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class LawParameters:
    """All parameters of the law."""

    validity_window: int
    quota_period_seconds: int
    quota_offset_seconds: int
    bytes_per_point: int
    max_transaction_bytes: int
    approval_numerator: int
    approval_denominator: int
    action_costs: Mapping[str, int]
    """Base points by action."""
    level_points: Mapping[str, int]
    """Points of a user per period, by level."""
    stopped_actions: tuple[str, ...]
    upgrade: wire.Upgrade | None
    law_version: int
    """Which version of the law the node knows."""
