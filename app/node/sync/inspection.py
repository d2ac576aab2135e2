"""What can be said of blocks without knowing the chain: all the hashing and all the signatures of transactions.

Pure, and apart from the chain on purpose: this is half of the work of following, and runs in a process of its own.
A block that disagrees with itself carries its error on, because who is to blame is known only once its commit has been
looked at (`app.node.sync.verification`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.codec import decode
from app.core.errors import DecodingError, InvalidBlock, LuopuError, PeerMisbehaved
from app.core.keys import is_signed_by
from app.core.transaction import SignedTransaction, decode_transaction, reread_transaction
from app.core.wire import comet_pb2
from app.node.consensus.hashes import header_hash, part_set_header
from app.node.consensus.predicates import check_data_hash, check_evidence_hash, check_last_commit_hash
from app.node.sync.answers import BlockRange, RangeAnswer, decode_range
from app.node.sync.pieces import check_pieces


@dataclass(frozen=True, slots=True)
class Inspection:
    """A block's id as it follows from its bytes, what it says wrongly of itself, and which transactions are authentic."""

    hash: bytes
    parts_total: int
    parts_hash: bytes
    contradiction: tuple[tuple[str, str], ...] | None
    """Facts of the `InvalidBlock` that the block deserves, or None."""
    verified: bytes
    """One byte for each transaction: 1 where it decodes strictly and every signature verifies."""

    @property
    def block_id(self) -> comet_pb2.BlockID:
        """The id that a commit for this block must carry."""
        parts = comet_pb2.PartSetHeader(total=self.parts_total, hash=self.parts_hash)
        return comet_pb2.BlockID(hash=self.hash, part_set_header=parts)

    def check_consistent(self) -> None:
        """The block agrees with itself.

        Raises:
            InvalidBlock: its header names other transactions, evidence or last commit than it holds.
        """
        if self.contradiction is not None:
            raise InvalidBlock(**dict(self.contradiction))


@dataclass(frozen=True, slots=True)
class InspectedRange:
    """Blocks with what was found out about each."""

    blocks: BlockRange
    inspections: tuple[Inspection, ...]


def inspect_answer(untrusted_answer: RangeAnswer) -> InspectedRange:
    """Decode an answer and look at each of its blocks.

    Raises:
        PeerMisbehaved: the answer is malformed.
        NodeUnreachable: the peer says that it has stopped.
    """
    blocks = decode_range(untrusted_answer)
    return InspectedRange(blocks, tuple(inspect_block(encoded) for encoded in blocks.blocks))


def inspect_block(untrusted_block: bytes) -> Inspection:
    """Hash a block in CometBFT's encoding and look at its transactions.

    Raises:
        PeerMisbehaved: not a block, one of too many pieces, or one whose header cannot be hashed.
    """
    check_pieces(comet_pb2.Block, untrusted_block)
    try:
        block = decode(comet_pb2.Block, untrusted_block)
        parts = part_set_header(untrusted_block)
        own_hash = header_hash(block.header)
    except (DecodingError, InvalidBlock) as error:
        raise PeerMisbehaved(reason=f"block: {error}") from error
    verified = bytes(map(is_authentic, block.data.txs))
    return Inspection(own_hash, parts.total, parts.hash, _contradiction(block), verified)


def is_authentic(untrusted_transaction: bytes) -> bool:
    """Whether the bytes are a transaction in its one encoding and every signature verifies."""
    try:
        transaction = decode_transaction(untrusted_transaction)
    except LuopuError:
        return False  # the law decodes it again and says why
    digest = transaction.digest
    return all(is_signed_by(entry.key, digest, entry.signature) for entry in transaction.signatures)


class Found:
    """The transactions of a block that were found authentic: a memory for the law."""

    def __init__(self, transactions: Sequence[bytes], inspection: Inspection) -> None:
        pairs = zip(transactions, inspection.verified, strict=True)
        self._authentic = {raw for raw, is_verified in pairs if is_verified}

    def recall(self, raw: bytes) -> SignedTransaction | None:
        """The transaction, if it was found authentic."""
        return reread_transaction(raw) if raw in self._authentic else None

    def note(self, transaction: SignedTransaction) -> None:
        """Nothing to do: a block is met once."""


def _contradiction(block: comet_pb2.Block) -> tuple[tuple[str, str], ...] | None:
    try:
        check_data_hash(block)
        check_last_commit_hash(block)
        check_evidence_hash(block)
    except InvalidBlock as error:
        return tuple((name, str(value)) for name, value in error.facts.items())
    return None
