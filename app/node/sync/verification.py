"""What a block must pass before the node executes it, and what it must match before the node goes on.

Pure. The order matters: first the signatures, so that anything that contradicts our own state afterwards is known to be
said by the consortium and not by one peer.
"""

from dataclasses import dataclass

from app.core.codec import decode, encode
from app.core.errors import AppHashDiffers, ForkDetected, InvalidBlock
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2, store_pb2
from app.node.consensus.blocktime import median_time
from app.node.consensus.genesis import MAX_BLOCK_BYTES, UNLIMITED, Genesis
from app.node.consensus.hashes import consensus_hash
from app.node.consensus.predicates import (
    check_commit,
    check_first_block,
    check_header_basics,
    check_height,
    check_last_block_id,
    check_next_validators_hash,
    check_proposer,
    check_time_rises,
    check_validators_hash,
)
from app.node.consensus.time import from_timestamp
from app.node.sync.inspection import Inspection
from app.node.tip import schedule_of, validators_of


@dataclass(frozen=True, slots=True)
class VerifiedBlock:
    """A block that more than two thirds of the voting power made final, with its id and exact bytes."""

    block: comet_pb2.Block
    block_id: comet_pb2.BlockID
    encoded: bytes
    commit: comet_pb2.Commit


def check_next_block(
    tip: store_pb2.Tip,
    untrusted_bytes: bytes,
    untrusted_block: comet_pb2.Block,
    inspection: Inspection,
    untrusted_commit: comet_pb2.Commit,
    genesis: Genesis,
    verified_commit: bytes,
) -> VerifiedBlock:
    """Check that the block is final, follows `tip`, and agrees with itself and with our own state.

    `untrusted_block` is those bytes decoded, `inspection` what was found out about them. `verified_commit` is the commit
    under which the tip itself passed here; met again it is not verified again.

    Raises:
        InvalidBlock: a rule is broken; `check` names it. Whoever sent it lies or is broken.
        NotEnoughPower: two thirds of the voting power or less signed.
        AppHashDiffers: the consortium made final a state root other than ours: stop.
        ForkDetected: the consortium made final a block that does not follow our tip: stop.
    """
    header = untrusted_block.header
    schedule = schedule_of(tip)
    height = Height(tip.height + 1)
    check_header_basics(header, genesis.chain_id)
    check_height(header, height)
    block_id = inspection.block_id
    check_commit(genesis.chain_id, untrusted_commit, height, block_id, schedule.current.validators)
    inspection.check_consistent()
    check_consensus_params(header, genesis)
    check_block_size(untrusted_bytes, genesis)
    check_validators_hash(header, schedule.current.validators)
    check_next_validators_hash(header, schedule.upcoming.validators)
    check_proposer(header, schedule.current.validators)
    if height == genesis.initial_height:
        check_first_block(untrusted_block, genesis)
    else:
        _check_follows(tip, untrusted_block, genesis, verified_commit)
    check_own_state(tip, header)
    return VerifiedBlock(untrusted_block, block_id, untrusted_bytes, untrusted_commit)


def check_own_state(tip: store_pb2.Tip, header: comet_pb2.Header) -> None:
    """The header carries the state root and results that this node computed for the block before.

    Raises:
        AppHashDiffers: it does not.
    """
    if header.app_hash != tip.app_hash:
        raise AppHashDiffers(height=tip.height, expected=tip.app_hash.hex(), got=header.app_hash.hex())
    if header.last_results_hash != tip.results_hash:
        raise AppHashDiffers(
            height=tip.height, part="results", expected=tip.results_hash.hex(), got=header.last_results_hash.hex()
        )


def check_consensus_params(header: comet_pb2.Header, genesis: Genesis) -> None:
    """The header commits to the consensus parameters of the genesis, which nothing on this chain changes.

    Raises:
        InvalidBlock: it commits to others.
    """
    expected = consensus_hash(genesis.max_block_bytes, genesis.max_block_gas)
    if header.consensus_hash != expected:
        raise InvalidBlock(check="consensus_hash", expected=expected.hex(), got=header.consensus_hash.hex())


def check_block_size(block_bytes: bytes, genesis: Genesis) -> None:
    """The block has no more bytes than the genesis allows.

    Raises:
        InvalidBlock: it is larger.
    """
    limit = MAX_BLOCK_BYTES if genesis.max_block_bytes == UNLIMITED else genesis.max_block_bytes
    if len(block_bytes) > limit:
        raise InvalidBlock(check="block_size", expected=f"at most {limit} bytes", got=len(block_bytes))


def _check_follows(tip: store_pb2.Tip, block: comet_pb2.Block, genesis: Genesis, verified_commit: bytes) -> None:
    header = block.header
    last_block_id = decode(comet_pb2.BlockID, tip.block_id)
    try:
        check_last_block_id(header, last_block_id)
    except InvalidBlock as error:  # signed by the consortium, so this is not a peer's lie
        raise ForkDetected(
            height=tip.height, expected=tip.block_hash.hex(), got=header.last_block_id.hash.hex()
        ) from error
    check_time_rises(header, Nanoseconds(tip.time_ns))
    last_validators = validators_of(tip.last_validators)
    if encode(block.last_commit) != verified_commit:
        check_commit(genesis.chain_id, block.last_commit, Height(tip.height), last_block_id, last_validators)
    expected = median_time(block.last_commit, last_validators)
    if from_timestamp(header.time) != expected:
        raise InvalidBlock(check="median_time", expected=expected, got=from_timestamp(header.time))
