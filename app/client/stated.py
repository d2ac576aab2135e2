"""What a node tells of the ground that a statement about holdings stands on, as frozen values (white paper 3.4.3).

Never change a message. These are claims: proofs are for `app.core.stateproof` and the verifiers above it, which bring the
genesis document; the rest is the node's word, from its verified state. `app.client.statements` asks and decodes.
"""

from dataclasses import dataclass, field

from app.client.members import Page
from app.core.stateproof import EntryProof, KeyProof, StateRoots
from app.core.units import Hash32, Height
from app.core.wire import registry_pb2 as wire
from app.evidence.proof import TransactionProof


# ---- proofs ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StateProofs:
    """What keys of the map held after `height`, as somebody claims and proves it."""

    chain_id: str
    genesis_fingerprint: Hash32
    height: Height
    roots: StateRoots
    anchor: bytes
    """luopu.comet.LightBlock of the next height; its header carries the root over `roots`."""
    light_blocks: tuple[bytes, ...]
    """luopu.comet.LightBlock, between genesis and anchor."""
    keys: tuple[bytes, ...]
    commitments: tuple[bytes, ...]
    """luopu.ics23.CommitmentProof of each key, in the order of `keys`: what it holds, or that it holds nothing."""

    def proof(self, key: bytes) -> KeyProof:
        """The proof of one of the keys, for `app.core.stateproof.proven_value`."""
        return KeyProof(self.roots, self.commitments[self.keys.index(key)])


@dataclass(frozen=True, slots=True)
class TransactionProofAnswer:
    """What proves an accepted transaction and its log entry, as somebody claims."""

    chain_id: str
    genesis_fingerprint: Hash32
    transaction: bytes
    transaction_proof: TransactionProof
    header: bytes
    """luopu.comet.Header of the height H with the transaction."""
    anchor: bytes
    """luopu.comet.LightBlock of H+1."""
    log_entry: bytes
    log_index: int
    roots: StateRoots
    """After H."""
    log_path: tuple[Hash32, ...]
    light_blocks: tuple[bytes, ...]

    @property
    def entry_proof(self) -> EntryProof:
        """That the entry stands in the log, for `app.core.stateproof.check_entry`."""
        return EntryProof(self.roots, self.log_index, self.log_path)


# ---- custody ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AssignedView:
    """An account whose holding of a voucher counts for a custodian now."""

    voucher: bytes
    account: int
    assignment: wire.Assignment
    holding: wire.Holding


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """For whom an account's holding of a voucher counts."""

    voucher: bytes
    assignment: wire.Assignment


@dataclass(frozen=True, slots=True)
class AttestationView:
    """An attestation as it stands in the log, and what was held in its block."""

    index: int
    transaction_hash: Hash32
    height: Height
    time_ns: int
    sender: int
    attested: wire.AttestCustody
    balance: int


@dataclass(frozen=True, slots=True)
class CustodianView:
    """A custodian's newest attestation about a voucher, and what counts for it now."""

    account: int
    index: int
    """Log index of the attestation."""
    custody: wire.Custody
    holding: wire.Holding
    """Its own."""
    assigned_to: int
    """Another custodian, for whom the own holding counts; 0: it counts here."""
    assigned: tuple[AssignedView, ...]
    has_more: bool
    """More accounts count for it than are told here; `StatementReader.assigned` tells all."""

    @property
    def counted(self) -> int:
        """What counts for it now, of all that is told here."""
        own = [] if self.assigned_to else [self.holding]
        return sum(int(each.amount + each.packed) for each in [*own, *(item.holding for item in self.assigned)])


@dataclass(frozen=True, slots=True)
class CustodianPage(Page[CustodianView]):
    """Custodians of a voucher, and how much of it is out."""

    outstanding: int = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ResolvedAccount:
    """Whom a reference names."""

    number: int
    address: bytes
    party: str
    """operator, bookkeeper, partner, user or regulator."""
    name: str
    is_in_force: bool
