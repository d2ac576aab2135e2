"""What a node tells, as frozen values. The JSON of the node's API decodes into these and nothing else.

Heights, indexes and counts are ints; moments are nanoseconds since 1970 UTC; digests and addresses are bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.errors import LuopuError
from app.core.record import NOTHING_MORE, Additions


@dataclass(frozen=True, slots=True)
class PeerStatus:
    """One peer the node follows."""

    address: str
    connected: bool
    height: int | None
    error: str | None
    """Code of the error that keeps it away, e.g. "peer-misbehaved"; None when all is well."""


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """Where the node stands. `target_height` is the best height a peer claims; None while no peer answers."""

    chain_id: str
    genesis_fingerprint: bytes
    height: int
    block_hash: bytes
    app_hash: bytes
    block_time_ns: int
    target_height: int | None
    target_time_ns: int | None
    blocks_per_second: float
    signed_validators: int
    """How many validators signed the newest commit, as verified here."""
    total_validators: int
    signed_power: int
    total_power: int
    peers: tuple[PeerStatus, ...]
    halted: str | None
    """Code of the error that stopped the node (e.g. "app-hash-differs", "fork-detected"); None when it runs."""
    halted_facts: tuple[tuple[str, str], ...] = ()

    @property
    def blocks_behind(self) -> int | None:
        """Blocks still to come, or None when no peer answers."""
        return None if self.target_height is None else max(0, self.target_height - self.height)


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """Quota points of an account in the running period (3.5)."""

    points: int
    spent: int
    renews_ns: int
    """Start of the next period, by block time."""

    @property
    def left(self) -> int:
        """Points not yet spent."""
        return max(0, self.points - self.spent)


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """An account as it stands in the node's verified state."""

    address: bytes
    id: int
    name: str
    party: str
    """operator, bookkeeper, partner, user or regulator."""
    permissions: tuple[str, ...]
    """identity, evidence, voucher."""
    agreement: bytes
    quota: QuotaStatus


@dataclass(frozen=True, slots=True)
class ChainParameters:
    """The law's parameters that a client needs for drafting."""

    validity_window: int
    action_points: Mapping[str, int]
    """Base points of each action by its name in a body, before the transaction's bytes."""
    bytes_per_point: int
    max_transaction_bytes: int

    def points_of(self, action: str, size: int) -> int:
        """Points of a transaction of `size` bytes; 0 is the base of an action unknown here."""
        return self.action_points.get(action, 0) - (-size // self.bytes_per_point)


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """One evidence record in the log (存证)."""

    index: int
    """Position in the chain-wide log, from 0."""
    record_digest: bytes
    chain: bytes
    sequence: int
    previous: bytes
    sha256: bytes
    sm3: bytes
    size: int
    subject: str
    context_digest: bytes
    height: int
    time_ns: int
    transaction_hash: bytes
    sender: bytes
    provable: bool
    """Whether the block after it is final, so that a bundle can be made."""
    additions: Additions = NOTHING_MORE
    """What it says besides its file."""


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """One hash chain of records (存证链)."""

    chain: bytes
    owner: bytes
    sequence: int
    head: bytes
    title: str
    """Subject of the first record."""


# ---- outcome of a transaction: exactly one of four ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Final:
    """It stands in a final block and the law accepted it."""

    height: int
    time_ns: int
    log_index: int
    data: bytes
    """What the receipt names: digest of a record; id of what was made or, of what waits for approvals, of itself; number
    of a new account (8 bytes); nothing."""

    @property
    def record_digest(self) -> bytes:
        """The same, of a record."""
        return self.data


@dataclass(frozen=True, slots=True)
class RefusedInBlock:
    """It stands in a final block and the law refused it."""

    height: int
    error: LuopuError


@dataclass(frozen=True, slots=True)
class NeverLanded:
    """The final height has reached its timeout height and it is in no block: it never will be (已过期)."""

    height: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not land; nothing else may be said (结果未知)."""

    height: int
    valid_until: int


Outcome = Final | RefusedInBlock | NeverLanded | Unknown
