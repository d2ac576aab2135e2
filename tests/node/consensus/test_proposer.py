"""The rotation of proposers, against what CometBFT v0.39.4 computes, and its fairness."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InvalidBlock
from app.node.consensus.proposer import MAX_PRIORITY, ProposerRotation, ValidatorSchedule
from app.node.consensus.validators import MAX_TOTAL_POWER, Validator, ValidatorSet, ValidatorUpdate
from tests.fakes.chain import make_key, make_validators

State = tuple[list[tuple[int, int, int]], int]
"""(key number, power, priority) of each validator, and the proposer's key number."""

KEYS = [bytes(make_key(f"k{number}").verify_key) for number in range(9)]
NUMBERS = {key: number for number, key in enumerate(KEYS)}


def start(powers: Sequence[int]) -> ProposerRotation:
    members = zip(KEYS, powers, strict=False)
    return ProposerRotation.start(ValidatorSet(Validator(key, power) for key, power in members))


def state(rotation: ProposerRotation) -> State:
    members = zip(rotation.validators, rotation.priorities, strict=True)
    listed = [(NUMBERS[member.key], member.power, priority) for member, priority in members]
    return listed, NUMBERS[rotation.proposer.key]


def update(rotation: ProposerRotation, *changes: tuple[int, int]) -> ProposerRotation:
    return rotation.after_updates([ValidatorUpdate(KEYS[number], power) for number, power in changes])


def proposers(rotation: ProposerRotation, turns: int) -> str:
    names = []
    for _ in range(turns):
        names.append(str(NUMBERS[rotation.proposer.key]))
        rotation = rotation.advance()
    return "".join(names)


def test_priorities_are_those_that_cometbft_computes() -> None:
    rotation = start([10, 1, 1, 300])
    assert state(rotation) == ([(3, 300, -12), (0, 10, 10), (2, 1, 1), (1, 1, 1)], 3)
    rotation = rotation.advance()
    assert state(rotation) == ([(3, 300, -24), (0, 10, 20), (2, 1, 2), (1, 1, 2)], 3)
    rotation = rotation.advance(3)
    assert state(rotation) == ([(3, 300, -60), (0, 10, 50), (2, 1, 5), (1, 1, 5)], 3)


def test_priorities_after_updates_are_those_that_cometbft_computes() -> None:
    """A newcomer, a fall in power that forces rescaling, a removal together with a newcomer, a removal."""
    rotation = update(start([10, 1, 1, 300]).advance().advance(3), (4, 7))
    assert state(rotation) == ([(3, 300, -7), (0, 10, 132), (4, 7, -279), (2, 1, 78), (1, 1, 78)], 3)
    rotation = update(rotation, (3, 2))
    assert state(rotation) == ([(0, 10, 2), (4, 7, -20), (3, 2, 2), (2, 1, 8), (1, 1, 8)], 0)
    rotation = update(rotation, (0, 0), (5, 20))
    assert state(rotation) == ([(5, 20, -16), (4, 7, -3), (3, 2, 14), (2, 1, -12), (1, 1, 19)], 2)
    rotation = update(rotation, (4, 0))
    assert state(rotation) == ([(5, 20, 3), (3, 2, 15), (2, 1, -12), (1, 1, -5)], 1)
    rotation = rotation.advance(5)
    assert state(rotation) == ([(5, 20, 7), (3, 2, 1), (2, 1, -7), (1, 1, 0)], 5)


def test_proposers_come_in_the_order_that_cometbft_computes() -> None:
    expected = "020100201002001020010020100201002001020010200102001020002100020100201002010020100200102001020010200"
    assert proposers(start([1000, 300, 330]), 99) == expected
    assert proposers(start([1, 1, 1, 1, 1]), 12) == "403214032140"


def test_among_equals_the_lower_address_begins() -> None:
    rotation = start([5, 5, 5, 5])
    assert rotation.proposer.address == min(member.address for member in rotation.validators)


def test_one_validator_always_proposes() -> None:
    assert proposers(start([7]), 5) == "00000"


def test_the_greatest_power_there_may_be_stays_within_int64() -> None:
    rotation = start([MAX_TOTAL_POWER - 2, 1, 1])
    for _ in range(20):
        rotation = rotation.advance(3)
        assert all(abs(priority) <= MAX_PRIORITY for priority in rotation.priorities)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_in_as_many_turns_as_there_is_power_each_proposes_as_often_as_its_power(powers: list[int]) -> None:
    rotation, turns = start(powers), Counter[bytes]()
    for _ in range(sum(powers)):
        turns[rotation.proposer.key] += 1
        rotation = rotation.advance()
    assert turns == {member.key: member.power for member in rotation.validators}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.integers(1, 30))
def test_priorities_always_sum_to_less_than_one_each_and_stay_within_the_window(powers: list[int], turns: int) -> None:
    rotation = start(powers).advance(turns)
    assert 0 <= sum(rotation.priorities) < len(powers)
    assert max(rotation.priorities) - min(rotation.priorities) < 2 * rotation.validators.total_power


def test_a_rotation_survives_the_wire() -> None:
    rotation = start([10, 1, 1, 300]).advance(3)
    assert ProposerRotation.from_wire(rotation.to_wire()) == rotation


def test_a_proposer_who_is_no_validator_is_refused() -> None:
    untrusted = start([1, 2]).to_wire()
    untrusted.proposer.address = bytes(20)
    with pytest.raises(InvalidBlock) as error:
        ProposerRotation.from_wire(untrusted)
    assert error.value.facts["check"] == "proposer"


def test_a_priority_that_could_overflow_is_refused() -> None:
    untrusted = start([1, 2]).to_wire()
    untrusted.validators[0].proposer_priority = -(2**63)
    with pytest.raises(InvalidBlock) as error:
        ProposerRotation.from_wire(untrusted)
    assert error.value.facts["check"] == "proposer_priority"


@pytest.mark.parametrize("times", [0, -1])
def test_a_rotation_only_goes_forward(times: int) -> None:
    with pytest.raises(ValueError, match=str(times)):
        start([1]).advance(times)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ([(0, 5), (0, 6)], "validator_updates"),
        ([(7, 0)], "validator_updates"),
        ([(0, 0), (1, 0)], "validator_count"),
        ([(2, MAX_TOTAL_POWER)], "total_voting_power"),
    ],
)
def test_updates_that_cannot_be_applied_are_refused(changes: list[tuple[int, int]], check: str) -> None:
    with pytest.raises(InvalidBlock) as error:
        update(start([10, 10]), *changes)
    assert error.value.facts["check"] == check


def test_all_may_leave_when_another_comes() -> None:
    assert [number for number, _, _ in state(update(start([1, 1]), (0, 0), (1, 0), (2, 9)))[0]] == [2]


def test_what_a_block_orders_acts_two_heights_later() -> None:
    members = make_validators(2).set
    newcomer = make_validators(1, seed="newcomer").set.validators[0]
    at_one = ValidatorSchedule.start(members)
    at_two = at_one.after_block([ValidatorUpdate(newcomer.key, newcomer.power)])
    at_three = at_two.after_block()
    assert at_one.current.validators == at_one.upcoming.validators == at_two.current.validators == members
    assert newcomer in at_two.upcoming.validators.validators
    assert at_three.current == at_two.upcoming


def test_the_schedule_turns_once_a_block() -> None:
    schedule = ValidatorSchedule.start(make_validators(4).set)
    assert schedule.upcoming == schedule.current.advance()
    assert schedule.after_block().upcoming == schedule.upcoming.advance()
