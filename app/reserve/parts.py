"""The parts of a proof that come from the chain, each decoded from its bytes in its one form. Only understood, not believed.

Guarantees: pure; every message is canonical, and no part carries anything that a verifier does not look at.
"""

from dataclasses import dataclass
from itertools import pairwise

from app.core.codec import decode_canonical
from app.core.errors import DecodingError
from app.core.transaction import SignedTransaction, decode_transaction
from app.core.wire import ics23_pb2
from app.core.wire import registry_pb2 as wire
from app.node.consensus.verifier import MAX_LIGHT_BLOCKS, UntrustedBlock, decode_light_block
from app.reserve.proof import ReserveProof


@dataclass(frozen=True, slots=True)
class Parts:
    """A proof and what it says, part by part: claims, until every step has passed."""

    proof: ReserveProof
    voucher: wire.Voucher
    holders: tuple[wire.Account, ...]
    """Of each of the header's accounts."""
    holdings: tuple[wire.Holding, ...]
    """Of each of them; empty where nothing is held."""
    piece: wire.Piece | None
    """Of the leaf's serial."""
    entry: wire.LogEntry
    attested: wire.AttestCustody
    transaction: SignedTransaction
    snapshot_anchor: UntrustedBlock
    publication_anchor: UntrustedBlock
    light_blocks: tuple[UntrustedBlock, ...]

    @property
    def custodian(self) -> wire.Account:
        """The custodian's account."""
        own = self.proof.header.custodian
        kept = self.proof.header.accounts
        return self.holders[next(index for index, each in enumerate(kept) if each.account == own)]


def decode_parts(untrusted_proof: ReserveProof) -> Parts:
    """Decode every part strictly.

    Raises:
        LuopuError: DecodingError, Malformed or InvalidBlock of the part that is not in its form.
    """
    proof = untrusted_proof
    header, commitments = proof.header, proof.snapshot.commitments
    count = len(header.accounts)
    if len(commitments) != 1 + 2 * count + header.is_unique:
        raise DecodingError(what="state proofs", reason="number", expected=1 + 2 * count + header.is_unique)
    if len(proof.light_blocks) > MAX_LIGHT_BLOCKS:
        raise DecodingError(what="light blocks", reason="number", expected=f"at most {MAX_LIGHT_BLOCKS}")
    entry = decode_canonical(wire.LogEntry, proof.publication.entry)
    if entry.WhichOneof("fact") != "attest_custody":
        raise DecodingError(what="log entry", reason="it states no custody")
    return Parts(
        proof=proof,
        voucher=decode_canonical(wire.Voucher, _shown(commitments[0])),
        holders=tuple(decode_canonical(wire.Account, _shown(each)) for each in commitments[1 : 1 + 2 * count : 2]),
        holdings=tuple(_holding(each) for each in commitments[2 : 2 + 2 * count : 2]),
        piece=decode_canonical(wire.Piece, _shown(commitments[-1])) if header.is_unique else None,
        entry=entry,
        attested=decode_canonical(wire.AttestCustody, entry.attest_custody),
        transaction=decode_transaction(proof.publication.transaction),
        snapshot_anchor=decode_light_block(proof.snapshot.anchor),
        publication_anchor=decode_light_block(proof.publication.anchor),
        light_blocks=_rising(tuple(map(decode_light_block, proof.light_blocks))),
    )


def _rising(untrusted_blocks: tuple[UntrustedBlock, ...]) -> tuple[UntrustedBlock, ...]:
    if any(one.header.height >= other.header.height for one, other in pairwise(untrusted_blocks)):
        raise DecodingError(what="light blocks", reason="their heights do not rise")
    return untrusted_blocks


def _holding(untrusted_commitment: bytes) -> wire.Holding:
    commitment = decode_canonical(ics23_pb2.CommitmentProof, untrusted_commitment)
    if commitment.WhichOneof("proof") == "nonexist":
        return wire.Holding()
    return decode_canonical(wire.Holding, _shown(untrusted_commitment))


def _shown(untrusted_commitment: bytes) -> bytes:
    """The value whose existence a commitment claims."""
    commitment = decode_canonical(ics23_pb2.CommitmentProof, untrusted_commitment)
    if commitment.WhichOneof("proof") != "exist":
        raise DecodingError(what="state proof", reason="it shows nothing")
    return commitment.exist.value
