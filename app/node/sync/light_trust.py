"""What a light client begins with, and what it remembers: the root of trust and the newest block that it verified."""

from dataclasses import dataclass
from typing import Protocol

from app.core.codec import decode, encode
from app.core.errors import DecodingError, InvalidBlock, StoreDamaged
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.bisection import VerifiedLightBlock
from app.node.consensus.genesis import Genesis
from app.node.consensus.verifier import UntrustedBlock, verify_pinned


@dataclass(frozen=True, slots=True)
class PinnedBlock:
    """A block of which somebody who is trusted told height and hash."""

    height: Height
    hash: Hash32


TrustRoot = Genesis | PinnedBlock
"""What is trusted before anything was verified."""


class TrustedStore(Protocol):
    """Keeps the newest trusted light block from one start to the next."""

    def load(self) -> bytes | None:
        """What was saved last, or None.

        Raises:
            StoreDamaged: it cannot be read.
        """
        ...

    def save(self, encoded: bytes) -> None:
        """Replace what was saved. On return it survives a power cut.

        Raises:
            FileUnwritable: what was there before still is.
        """
        ...


def encode_trusted(verified: VerifiedLightBlock) -> bytes:
    """A verified block as CometBFT's `LightBlock`: header, commit and the validators of its height."""
    return encode(verified.block.to_wire())


def decode_trusted(encoded: bytes) -> VerifiedLightBlock:
    """A block that was saved as trusted. Its commit is verified again, so that damage is noticed.

    Raises:
        StoreDamaged: these are not the bytes that were saved.
    """
    try:
        block = UntrustedBlock.from_wire(decode(pb.LightBlock, encoded))
        named_hash = block.signed_header.commit.block_id.hash
        verdict = verify_pinned(block, Height(block.header.height), named_hash)
    except (DecodingError, InvalidBlock) as error:
        raise StoreDamaged(reason=f"trusted light block: {error}") from error
    if verdict.trusted is None:
        raise StoreDamaged(reason=f"trusted light block: {verdict.error}") from verdict.error
    return VerifiedLightBlock(block, verdict.trusted)
