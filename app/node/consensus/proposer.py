"""Whose turn it is to propose, and how a validator set changes: CometBFT's arithmetic to the last unit.

Pure functions on immutable states. The order of the steps and the kinds of division matter: every node must arrive at
the same priorities. The bound on the total power (an eighth of int64) keeps every number here inside int64, so CometBFT's
clipping never acts and is not repeated. Rules: CometBFT v0.39.4, types/validator_set.go:131-249 and 494-700.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import InvalidBlock
from app.core.units import INT64_MAX
from app.core.wire import comet_pb2 as pb
from app.node.consensus.validators import Validator, ValidatorSet, ValidatorUpdate

WINDOW_FACTOR = 2
MAX_PRIORITY = INT64_MAX // 2


@dataclass(frozen=True, slots=True)
class ProposerRotation:
    """A validator set, each member's priority in the order of the set, and who proposes now."""

    validators: ValidatorSet
    priorities: tuple[int, ...]
    proposer: Validator

    @classmethod
    def start(cls, validators: ValidatorSet) -> "ProposerRotation":
        """The rotation at the chain's first height, round 0."""
        return _rotate(validators, [0] * len(validators), 1)

    def advance(self, times: int = 1) -> "ProposerRotation":
        """The rotation `times` (≥ 1) turns later; within a height, one turn a round.

        Advancing by two is not always advancing by one twice: priorities are rescaled once per call, as in CometBFT.
        """
        if times < 1:
            raise ValueError(times)
        return _rotate(self.validators, list(self.priorities), times)

    def after_updates(self, updates: Sequence[ValidatorUpdate]) -> "ProposerRotation":
        """The next height's rotation: the updates applied, then one turn.

        Raises:
            InvalidBlock: a key twice, a removal of nobody, nobody left, or too much power.
        """
        if not updates:
            return self.advance()
        validators, priorities = _apply(self, updates)
        return _rotate(validators, _centred(_rescaled(priorities, validators.total_power)), 1)

    @classmethod
    def from_wire(cls, untrusted_set: pb.ValidatorSet) -> "ProposerRotation":
        """Take over a set that carries its priorities and proposer.

        Raises:
            InvalidBlock: a malformed set, a priority that cannot be, or a proposer who is not a member.
        """
        validators = ValidatorSet.from_wire(untrusted_set)
        given = {member.address: member.proposer_priority for member in untrusted_set.validators}
        priorities = tuple(given[member.address] for member in validators)
        if any(abs(priority) > MAX_PRIORITY for priority in priorities):
            raise InvalidBlock(check="proposer_priority", expected=f"within ±{MAX_PRIORITY}")
        proposer = validators.by_address(untrusted_set.proposer.address)
        if proposer is None:
            raise InvalidBlock(check="proposer", expected="a validator", got=untrusted_set.proposer.address.hex())
        return cls(validators, priorities, proposer)

    def to_wire(self) -> pb.ValidatorSet:
        """The set with priorities and proposer as a wire message."""
        pairs = zip(self.validators, self.priorities, strict=True)
        members = [member.to_wire(priority) for member, priority in pairs]
        index = self.validators.index_of(self.proposer.address)
        assert index is not None
        return pb.ValidatorSet(validators=members, proposer=members[index])


@dataclass(frozen=True, slots=True)
class ValidatorSchedule:
    """Who signs the next block and the one after it. What block H orders acts at H+2 (state/execution.go, updateState)."""

    current: ProposerRotation
    upcoming: ProposerRotation

    @classmethod
    def start(cls, validators: ValidatorSet) -> "ValidatorSchedule":
        """The schedule before the chain's first block."""
        first = ProposerRotation.start(validators)
        return cls(first, first.advance())

    def after_block(self, updates: Sequence[ValidatorUpdate] = ()) -> "ValidatorSchedule":
        """The schedule after a block that returned `updates`.

        Raises:
            InvalidBlock: the updates cannot be applied.
        """
        return ValidatorSchedule(self.upcoming, self.upcoming.after_updates(updates))


def _rotate(validators: ValidatorSet, priorities: list[int], times: int) -> ProposerRotation:
    priorities = _centred(_rescaled(priorities, validators.total_power))
    chosen = 0
    for _ in range(times):
        priorities = [priority + member.power for priority, member in zip(priorities, validators, strict=True)]
        # among equals the lower address proposes, which need not be the earlier in the set
        chosen = min(range(len(priorities)), key=lambda i: (-priorities[i], validators.validators[i].address))
        priorities[chosen] -= validators.total_power
    return ProposerRotation(validators, tuple(priorities), validators.validators[chosen])


def _rescaled(priorities: list[int], total_power: int) -> list[int]:
    """Priorities divided so that they span at most twice the total power; the division truncates towards zero."""
    window = WINDOW_FACTOR * total_power
    span = max(priorities) - min(priorities)
    if span <= window:
        return priorities
    ratio = (span + window - 1) // window
    return [priority // ratio if priority >= 0 else -(-priority // ratio) for priority in priorities]


def _centred(priorities: list[int]) -> list[int]:
    """Priorities less their average, which is rounded down."""
    average = sum(priorities) // len(priorities)
    return [priority - average for priority in priorities]


def _apply(rotation: ProposerRotation, updates: Sequence[ValidatorUpdate]) -> tuple[ValidatorSet, list[int]]:
    powers = {member.key: member.power for member in rotation.validators}
    priorities = dict(zip(powers, rotation.priorities, strict=True))
    if len({update.key for update in updates}) != len(updates):
        raise InvalidBlock(check="validator_updates", reason="one key twice")
    removed = [update for update in updates if update.power == 0]
    stranger = next((update for update in removed if update.key not in powers), None)
    if stranger is not None:
        raise InvalidBlock(check="validator_updates", reason="removal of nobody", got=stranger.address.hex())
    powers |= {update.key: update.power for update in updates if update.power}
    # a newcomer starts behind everybody, by the total before removals: leaving and coming back gains nothing
    newcomer = -(sum(powers.values()) + (sum(powers.values()) >> 3))
    for update in removed:
        del powers[update.key]
    validators = ValidatorSet(Validator(key, power) for key, power in powers.items())
    return validators, [priorities.get(member.key, newcomer) for member in validators]
