"""The newest block as a node remembers it: what the next one must build on."""

from collections.abc import Sequence
from functools import lru_cache

from app.core.codec import decode, encode
from app.core.units import Hash32
from app.core.wire import comet_pb2, store_pb2
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import results_hash
from app.node.consensus.proposer import ProposerRotation, ValidatorSchedule
from app.node.consensus.time import from_timestamp
from app.node.consensus.validators import ValidatorSet, ValidatorUpdate


def genesis_tip(genesis: Genesis) -> store_pb2.Tip:
    """The state before the first block: no block id, the genesis validators, results of nothing."""
    schedule = ValidatorSchedule.start(genesis.validators)
    return store_pb2.Tip(
        height=genesis.initial_height - 1,
        time_ns=genesis.time_ns,
        results_hash=results_hash([]),
        validators=encode(schedule.current.to_wire()),
        next_validators=encode(schedule.upcoming.to_wire()),
    )


def next_tip(
    tip: store_pb2.Tip,
    header: comet_pb2.Header,
    block_id: comet_pb2.BlockID,
    app_hash: Hash32,
    results: Hash32,
    updates: Sequence[ValidatorUpdate] = (),
) -> store_pb2.Tip:
    """The tip after a block on top of `tip` that ordered `updates` of the validators.

    Raises:
        InvalidBlock: the updates cannot be applied.
    """
    after = _after(tip.validators, tip.next_validators, tuple(updates))
    return store_pb2.Tip(
        height=header.height,
        block_hash=block_id.hash,
        previous_hash=tip.block_hash,
        block_id=encode(block_id),
        app_hash=app_hash,
        time_ns=from_timestamp(header.time),
        results_hash=results,
        last_validators=tip.validators,
        validators=tip.next_validators,
        next_validators=after,
    )


def schedule_of(tip: store_pb2.Tip) -> ValidatorSchedule:
    """Who signs the next block, and the one after."""
    return ValidatorSchedule(_rotation(tip.validators), _rotation(tip.next_validators))


def validators_of(encoded_set: bytes) -> ValidatorSet:
    """A validator set as a tip keeps it."""
    return _rotation(encoded_set).validators


@lru_cache(maxsize=64)
def _after(current: bytes, upcoming: bytes, updates: tuple[ValidatorUpdate, ...]) -> bytes:
    """Who signs the block after the next two."""
    schedule = ValidatorSchedule(_rotation(current), _rotation(upcoming)).after_block(updates)
    return encode(schedule.upcoming.to_wire())


@lru_cache(maxsize=64)  # with a constant set, priorities come round after a few blocks
def _rotation(data: bytes) -> ProposerRotation:
    return ProposerRotation.from_wire(decode(comet_pb2.ValidatorSet, data))
