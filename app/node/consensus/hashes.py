"""Every hash that a CometBFT block commits to, and the bytes that its validators sign (block protocol 11).

Pure functions over messages; nothing here decides whether a message is valid. Rules of CometBFT v0.39.4: types/block.go,
types/canonical.go, types/proposal.go, types/tx.go, types/part_set.go, types/results.go, types/evidence.go, types/params.go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.codec import encode
from app.core.errors import OutOfRange
from app.core.hashing import sha256
from app.core.merkle import inclusion_path, is_included, leaf_hash, root, root_of_hashes
from app.core.units import Hash32
from app.core.wire import comet_pb2 as pb
from app.core.wire import privval_pb2 as privval
from app.node.consensus.encoding import (
    ZERO_TIMESTAMP,
    block_bytes,
    block_id_bytes,
    bytes_field,
    commit_sig_bytes,
    evidence_bytes,
    header_leaves,
    message_field,
    number_field,
    simple_validator_bytes,
    timestamp_bytes,
    varint,
)

PART_BYTES = 65_536


# ---- blocks --------------------------------------------------------------------------------------------------------
def header_hash(header: pb.Header) -> Hash32:
    """The block's hash: Merkle root over the header's fourteen fields."""
    return root(header_leaves(header))


def commit_hash(commit: pb.Commit) -> Hash32:
    """`last_commit_hash`: Merkle root over the signatures."""
    return root([commit_sig_bytes(signature) for signature in commit.signatures])


def evidence_hash(evidence: Iterable[pb.Evidence]) -> Hash32:
    """`evidence_hash`: Merkle root over the pieces of evidence."""
    return root([evidence_bytes(item) for item in evidence])


def part_set_header(untrusted_block_bytes: bytes) -> pb.PartSetHeader:
    """Number of 65,536-byte parts of an encoded block, and the Merkle root over them."""
    parts = [untrusted_block_bytes[at : at + PART_BYTES] for at in range(0, len(untrusted_block_bytes), PART_BYTES)]
    return pb.PartSetHeader(total=len(parts), hash=root(parts))


def block_id(block: pb.Block) -> pb.BlockID:
    """What validators vote for: the header's hash and the part set of the block as CometBFT encodes it."""
    return pb.BlockID(hash=header_hash(block.header), part_set_header=part_set_header(block_bytes(block)))


# ---- transactions --------------------------------------------------------------------------------------------------
def data_hash(txs: Iterable[bytes]) -> Hash32:
    """`data_hash`: Merkle root whose leaves are the transactions' own hashes."""
    return root_of_hashes(_tx_leaves(txs))


def tx_proof(txs: Sequence[bytes], index: int) -> pb.Proof:
    """Proof that the transaction at `index` stands in the block with these transactions.

    Raises:
        OutOfRange: no such index.
    """
    if not 0 <= index < len(txs):
        raise OutOfRange(field="transaction index", expected=f"0 … {len(txs) - 1}", got=index)
    leaves = _tx_leaves(txs)
    return pb.Proof(total=len(txs), index=index, leaf_hash=leaves[index], aunts=inclusion_path(leaves, index))


def is_transaction_included(tx: bytes, untrusted_proof: pb.Proof, expected_data_hash: bytes) -> bool:
    """Whether the proof shows that `tx` stands in the block with this `data_hash`, at the index it names."""
    leaf = leaf_hash(sha256(tx))
    return untrusted_proof.leaf_hash == leaf and is_included(
        leaf, untrusted_proof.index, untrusted_proof.total, untrusted_proof.aunts, expected_data_hash
    )


def results_hash(results: Iterable[pb.ExecTxResult]) -> Hash32:
    """`last_results_hash` of the next block: only code, data and gas of each result count."""
    return root([encode(_reduced(result)) for result in results])


def _tx_leaves(txs: Iterable[bytes]) -> list[Hash32]:
    return [leaf_hash(sha256(tx)) for tx in txs]


def _reduced(result: pb.ExecTxResult) -> pb.ExecTxResult:
    return pb.ExecTxResult(code=result.code, data=result.data, gas_wanted=result.gas_wanted, gas_used=result.gas_used)


# ---- validators and parameters -------------------------------------------------------------------------------------
def validators_hash(members: Iterable[tuple[bytes, int]]) -> Hash32:
    """`validators_hash` over (Ed25519 key, power) in the order of the set: power falling, then address rising."""
    return root([simple_validator_bytes(key, power) for key, power in members])


def consensus_hash(max_bytes: int, max_gas: int) -> Hash32:
    """`consensus_hash`: the only two parameters that a header commits to; -1 means no limit."""
    return sha256(encode(pb.HashedParams(block_max_bytes=max_bytes, block_max_gas=max_gas)))


# ---- votes ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CommitSignBytes:
    """What the validators of one commit signed; only the time differs from one to the next."""

    for_block: bytes
    for_nil: bytes
    chain_id: bytes

    @classmethod
    def of(cls, chain_id: str, commit: pb.Commit) -> "CommitSignBytes":
        """Prepare the part of the canonical vote that all signatures of `commit` share."""
        vote = _signed_place(pb.SIGNED_MSG_TYPE_PRECOMMIT, commit)
        return cls(vote + _signed_target(b"\x22", commit.block_id), vote, bytes_field(b"\x32", chain_id.encode()))

    def for_signature(self, signature: pb.CommitSig) -> bytes:
        """The bytes that this signature covers: uvarint length and canonical precommit. No address is among them."""
        head = self.for_block if signature.block_id_flag == pb.BLOCK_ID_FLAG_COMMIT else self.for_nil
        vote = head + _signed_time(b"\x2a", signature) + self.chain_id
        return varint(len(vote)) + vote


def vote_sign_bytes(chain_id: str, commit: pb.Commit, index: int) -> bytes:
    """The bytes that the signature at `index` of `commit` covers."""
    return CommitSignBytes.of(chain_id, commit).for_signature(commit.signatures[index])


def single_vote_sign_bytes(chain_id: str, vote: pb.Vote) -> bytes:
    """The bytes that the signature of one prevote or precommit covers. Neither address nor extension is among them."""
    signed = (
        _signed_place(vote.type, vote)
        + _signed_target(b"\x22", vote.block_id)
        + _signed_time(b"\x2a", vote)
        + bytes_field(b"\x32", chain_id.encode())
    )
    return varint(len(signed)) + signed


def proposal_sign_bytes(chain_id: str, proposal: privval.Proposal) -> bytes:
    """The bytes that the signature of a proposal covers."""
    signed = (
        _signed_place(pb.SIGNED_MSG_TYPE_PROPOSAL, proposal)
        + number_field(b"\x20", proposal.pol_round)
        + _signed_target(b"\x2a", proposal.block_id)
        + _signed_time(b"\x32", proposal)
        + bytes_field(b"\x3a", chain_id.encode())
    )
    return varint(len(signed)) + signed


def _signed_place(kind: int, message: pb.Commit | pb.Vote | privval.Proposal) -> bytes:
    return number_field(b"\x08", kind) + _fixed_field(b"\x11", message.height) + _fixed_field(b"\x19", message.round)


def _signed_target(tag: bytes, target: pb.BlockID) -> bytes:
    """The block; nothing for nil."""
    is_nil = not (target.hash or target.part_set_header.total or target.part_set_header.hash)
    return b"" if is_nil else message_field(tag, block_id_bytes(target))


def _signed_time(tag: bytes, message: pb.CommitSig | pb.Vote | privval.Proposal) -> bytes:
    return message_field(tag, timestamp_bytes(message.timestamp) if message.HasField("timestamp") else ZERO_TIMESTAMP)


def _fixed_field(tag: bytes, value: int) -> bytes:
    """An sfixed64; nothing for zero."""
    return tag + value.to_bytes(8, "little", signed=True) if value else b""
