"""The parts of a proof, each decoded from its bytes in its one form. Nothing is believed yet, only understood.

Guarantees: every message is canonical, every length and range is one that the format allows, and no part carries anything
that a verifier does not look at. Whether the parts are true and fit together is for `app.evidence.steps`.
"""

from dataclasses import dataclass
from typing import Final

from app.core.codec import decode_canonical, encode
from app.core.errors import DecodingError, InvalidBundle
from app.core.keys import PublicKey
from app.core.record import decode_record, record_digest
from app.core.transaction import SignedTransaction, decode_transaction
from app.core.units import Hash32
from app.core.wire import comet_pb2, ics23_pb2
from app.core.wire import registry_pb2 as wire
from app.evidence.context import Context, decode_context
from app.evidence.proof import EvidenceProof
from app.node.consensus.verifier import MAX_LIGHT_BLOCKS, UntrustedBlock, decode_light_block

COUNTED: Final = comet_pb2.BLOCK_ID_FLAG_COMMIT


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signed a commit for its block: validators and voting power, of all."""

    signed: int
    validators: int
    signed_power: int
    total_power: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A proof and what it says, part by part: claims, until every step has passed."""

    proof: EvidenceProof
    transaction: SignedTransaction
    record: wire.EvidenceRecord
    """As the transaction states it."""
    record_bytes: bytes
    header: comet_pb2.Header
    """Of the block that holds the transaction."""
    anchor: UntrustedBlock
    light_blocks: tuple[UntrustedBlock, ...]
    entry: wire.LogEntry
    account: wire.Account
    segment: tuple[wire.EvidenceRecord, ...]
    context: Context

    @property
    def record_digest(self) -> Hash32:
        """The digest that names the record."""
        return record_digest(self.record_bytes)

    @property
    def signer(self) -> PublicKey:
        """The key whose signature stands first."""
        return self.transaction.signatures[0].key

    @property
    def anchor_header(self) -> comet_pb2.Header:
        """The header of the next height."""
        return self.anchor.signed_header.header

    @property
    def signers(self) -> Signers:
        """Who signed the anchor."""
        members, commit = self.anchor.validators, self.anchor.signed_header.commit
        powers = [
            member.power
            for member, signature in zip(members, commit.signatures, strict=False)
            if signature.block_id_flag == COUNTED
        ]
        return Signers(len(powers), len(members), sum(powers), members.total_power)


def decode_parts(untrusted_proof: EvidenceProof) -> Parts:
    """Decode every part of a proof strictly.

    Raises:
        LuopuError: DecodingError, Malformed, InvalidBlock or InvalidBundle, naming the part that is not in its form.
    """
    proof = untrusted_proof
    transaction = decode_transaction(proof.transaction)
    record_bytes = _record_of(transaction)
    return Parts(
        proof=proof,
        transaction=transaction,
        record=decode_record(record_bytes),
        record_bytes=record_bytes,
        header=decode_canonical(comet_pb2.Header, proof.block_header),
        anchor=decode_light_block(proof.anchor),
        light_blocks=_light_blocks(proof.light_blocks),
        entry=decode_canonical(wire.LogEntry, proof.log_entry),
        account=_account(proof.account_proof),
        segment=tuple(decode_record(item) for item in proof.segment),
        context=decode_context(proof.context),
    )


def _record_of(transaction: SignedTransaction) -> bytes:
    body = transaction.body
    if body.WhichOneof("action") != "notarize":
        raise InvalidBundle(reason="the transaction notarizes nothing")
    return encode(body.notarize.record)


def _light_blocks(untrusted_blocks: tuple[bytes, ...]) -> tuple[UntrustedBlock, ...]:
    if len(untrusted_blocks) > MAX_LIGHT_BLOCKS:
        raise InvalidBundle(reason="too many light blocks", expected=MAX_LIGHT_BLOCKS, got=len(untrusted_blocks))
    return tuple(map(decode_light_block, untrusted_blocks))


def _account(untrusted_proof: bytes) -> wire.Account:
    commitment = decode_canonical(ics23_pb2.CommitmentProof, untrusted_proof)
    if commitment.WhichOneof("proof") != "exist":
        raise DecodingError(what="account proof", reason="it shows no account")
    return decode_canonical(wire.Account, commitment.exist.value)
