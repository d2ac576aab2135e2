"""Block time (white paper 3.4.2 时间证明): the median of what the validators' clocks said, weighted by their power.

Rule of CometBFT v0.39.4: types/time/time.go (WeightedMedian), state/state.go (MedianTime). No single validator can move
it beyond what a third of the power agrees to.
"""

from app.core.units import Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.time import from_timestamp
from app.node.consensus.validators import ValidatorSet

VOTE_STEP_NS = 1_000_000
"""A vote's time lies at least this long after the block it votes for (types/vote.go, voteTime)."""


def median_time(commit: pb.Commit, validators: ValidatorSet) -> Nanoseconds:
    """The time of the block that carries `commit` as its last commit; `validators` signed it, absent ones do not count."""
    votes = []
    for signature in commit.signatures:
        member = validators.by_address(signature.validator_address)
        if member is not None and signature.block_id_flag != pb.BLOCK_ID_FLAG_ABSENT:
            votes.append((from_timestamp(signature.timestamp), member.power))
    votes.sort()
    remaining = sum(power for _, power in votes) // 2
    for time, power in votes:
        if remaining <= power:
            return time
        remaining -= power
    return Nanoseconds(0)
