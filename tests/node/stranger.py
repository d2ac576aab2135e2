"""Somebody who has the genesis document and nothing else."""

from collections.abc import Sequence

from app.core.codec import decode
from app.core.wire import comet_pb2 as pb
from app.node.consensus.genesis import Genesis
from app.node.consensus.verifier import NO_CLOCK, TrustedBlock, check_precedes, decode_light_block, verify_chain


def trusted_header(genesis: Genesis, anchor: bytes, light_blocks: Sequence[bytes]) -> pb.Header:
    """The anchor's header, once it follows from the genesis."""
    blocks = [decode_light_block(block) for block in (*light_blocks, anchor)]
    verdict = verify_chain(blocks, TrustedBlock.from_genesis(genesis), now=NO_CLOCK)
    if verdict.error is not None:
        raise verdict.error
    return blocks[-1].header


def header_below(anchor_header: pb.Header, untrusted_header: bytes) -> pb.Header:
    """The header that a trusted one names as that of the block before it."""
    header = decode(pb.Header, untrusted_header)
    check_precedes(header, anchor_header)
    return header
