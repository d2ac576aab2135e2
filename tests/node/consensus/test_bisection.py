"""Searching a path of light blocks: few questions, sound answers, and no way to keep a client busy."""

from collections.abc import Callable, Mapping
from math import ceil, log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InvalidBlock, OutOfRange
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.bisection import NO_CLOCK, Path, light_path, run_search, skip_to, step_to
from app.node.consensus.verifier import (
    DEFAULT_OPTIONS,
    Options,
    Outcome,
    TrustedBlock,
    UntrustedBlock,
    verify_chain,
    verify_update,
)
from app.node.consensus.votes import TrustLevel
from tests.fakes.chain import (
    START,
    FakeBlock,
    FakeValidators,
    make_genesis,
    make_key,
    make_light_chain,
    make_validators,
)

NOW = Nanoseconds(START + 3600 * 1_000_000_000)
OLD, NEW = make_validators(4, seed="old"), make_validators(4, seed="new")
STRANGERS = make_validators(4, seed="stranger")

Load = Callable[[Height], UntrustedBlock]


class Recorder:
    """Serves blocks and remembers which were asked for."""

    def __init__(self, blocks: Mapping[int, UntrustedBlock] | list[FakeBlock]) -> None:
        if isinstance(blocks, list):
            blocks = {block.header.height: block.untrusted for block in blocks}
        self.blocks = dict(blocks)
        self.asked: list[int] = []

    def __call__(self, height: Height) -> UntrustedBlock:
        self.asked.append(height)
        return self.blocks[height]


def skip(load: Load, trusted: TrustedBlock, target: int, options: Options = DEFAULT_OPTIONS) -> Path:
    return run_search(skip_to(trusted, Height(target), options, NOW), load)


def step(load: Load, trusted: TrustedBlock, target: int) -> Path:
    return run_search(step_to(trusted, Height(target), DEFAULT_OPTIONS, NOW), load)


def genesis(validators: FakeValidators) -> TrustedBlock:
    return TrustedBlock.from_genesis(make_genesis(validators))


def gradual(length: int, every: int, size: int = 4) -> dict[int, FakeValidators]:
    """One of `size` validators replaced every `every` heights."""
    return {1 + number * every: rolling(number, size) for number in range(1 + length // every)}


def rolling(number: int, size: int = 4) -> FakeValidators:
    """Validators `number` … `number + size - 1` of an endless row."""
    return pick(range(number, number + size))


def pick(numbers: range | list[int]) -> FakeValidators:
    from app.node.consensus.validators import Validator, ValidatorSet

    keys = {bytes(key.verify_key): key for key in (make_key(f"row {number}") for number in numbers)}
    members = ValidatorSet(Validator(key, 10) for key in keys)
    return FakeValidators(members, tuple(keys[member.key] for member in members))


def forged(block: FakeBlock) -> UntrustedBlock:
    """A block at the same height and time by validators whom nobody knows: not refuted by itself."""
    return make_light_chain(
        1, STRANGERS, first_height=block.header.height, time=Nanoseconds(START + block.header.height * 3_000_000_000)
    )[0].untrusted


# ---- skipping --------------------------------------------------------------------------------------------------------
def test_while_the_validators_stay_one_question_is_enough() -> None:
    load = Recorder(make_light_chain(100, OLD))
    path = skip(load, genesis(OLD), 100)
    assert load.asked == [100]
    assert [verified.height for verified in path] == [100]


def test_where_all_change_the_last_block_before_vouches() -> None:
    load = Recorder(make_light_chain(40, {1: OLD, 14: NEW}))
    path = skip(load, genesis(OLD), 40)
    heights = [verified.height for verified in path]
    assert heights[-3:] == [13, 14, 40] or heights[-2:] == [13, 40]
    assert path[-1].trusted.validators == NEW.set


def test_without_next_validators_the_change_is_still_crossed() -> None:
    blocks = {
        block.header.height: UntrustedBlock(block.signed_header, block.validators.set)
        for block in make_light_chain(40, {1: OLD, 14: NEW})
    }
    path = skip(Recorder(blocks), genesis(OLD), 40)
    assert [verified.height for verified in path][-3:] == [13, 14, 40]


def test_a_gradual_change_is_followed_in_few_steps() -> None:
    load = Recorder(make_light_chain(120, gradual(120, 10)))
    path = skip(load, genesis(rolling(0)), 120)
    assert path[-1].height == 120
    assert 2 < len(path) < 20
    assert len(load.asked) < 40
    assert len(set(load.asked)) == len(load.asked)  # nothing is asked for twice


def test_a_higher_trust_level_needs_more_steps() -> None:
    chain = make_light_chain(60, gradual(60, 10))
    default = skip(Recorder(chain), genesis(rolling(0)), 60)
    strict = skip(Recorder(chain), genesis(rolling(0)), 60, Options(trust_level=TrustLevel(2, 3)))
    assert len(strict) > len(default)


def test_the_target_must_lie_above_what_is_trusted() -> None:
    for search in (skip_to, step_to):
        with pytest.raises(OutOfRange):
            run_search(search(genesis(OLD), Height(0), DEFAULT_OPTIONS, NOW), Recorder({}))


# ---- every height ----------------------------------------------------------------------------------------------------
def test_stepping_asks_for_every_height_once() -> None:
    load = Recorder(make_light_chain(12, {1: OLD, 6: NEW}))
    path = step(load, genesis(OLD), 12)
    assert load.asked == list(range(1, 13))
    assert [verified.height for verified in path] == list(range(1, 13))


def test_stepping_stops_at_the_first_block_that_does_not_follow() -> None:
    load = Recorder(make_light_chain(12, OLD))
    load.blocks[7] = forged(make_light_chain(7, OLD)[6])
    with pytest.raises(InvalidBlock, match="validators_announced"):
        step(load, genesis(OLD), 12)
    assert load.asked == [1, 2, 3, 4, 5, 6, 7]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=5), min_size=2, max_size=24), st.data())
def test_skipping_and_stepping_agree_over_any_history(history: list[set[int]], data: st.DataObject) -> None:
    chain = make_light_chain(len(history), {height: pick(sorted(seats)) for height, seats in enumerate(history, 1)})
    root = genesis(pick(sorted(history[0])))
    target = data.draw(st.integers(1, len(history)))
    skipped, stepped = skip(Recorder(chain), root, target), step(Recorder(chain), root, target)
    assert skipped[-1] == stepped[-1]
    assert {verified.trusted.hash for verified in skipped} <= {verified.trusted.hash for verified in stepped}


# ---- lies ------------------------------------------------------------------------------------------------------------
def test_another_height_than_asked_is_invalid() -> None:
    chain = make_light_chain(9, OLD)
    load = Recorder(chain)
    load.blocks[9] = chain[7].untrusted
    with pytest.raises(InvalidBlock, match="height"):
        skip(load, genesis(OLD), 9)


def test_a_block_that_nobody_trusted_signed_is_found_out_next_to_a_true_one() -> None:
    chain = make_light_chain(64, OLD)
    load = Recorder(chain)
    load.blocks[64] = forged(chain[63])
    with pytest.raises(InvalidBlock, match="validators_announced"):
        skip(load, genesis(OLD), 64)
    assert load.asked[0] == 64
    assert load.asked[-1] == 63
    assert len(load.asked) <= 1 + ceil(log2(64))


LONG = make_light_chain(200, OLD)
LONG_FORGED = [forged(block) for block in LONG]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.data())
def test_no_choice_of_lies_costs_more_than_the_logarithm(target: int, data: st.DataObject) -> None:
    asked: list[int] = []

    def load(height: Height) -> UntrustedBlock:
        asked.append(height)
        is_true = height != target and data.draw(st.booleans())
        return LONG[height - 1].untrusted if is_true else LONG_FORGED[height - 1]

    with pytest.raises(InvalidBlock):
        skip(load, genesis(OLD), target)
    assert len(asked) <= 1 + ceil(log2(target))


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 90), st.integers(1, 12), st.data())
def test_over_real_changes_the_stated_bound_holds_for_truth_and_lies(
    length: int, every: int, data: st.DataObject
) -> None:
    chain = make_light_chain(length, gradual(length, every))
    lies = data.draw(st.sets(st.integers(1, length)))
    asked: list[int] = []

    def load(height: Height) -> UntrustedBlock:
        asked.append(height)
        return forged(chain[height - 1]) if height in lies else chain[height - 1].untrusted

    search = skip_to(genesis(rolling(0)), Height(length), DEFAULT_OPTIONS, NOW)
    verified = 0
    try:
        verified = len(run_search(search, load))
    except InvalidBlock:
        verified = length // every + ceil(log2(length)) + 1  # no more than true blocks could call for
    assert len(asked) <= 1 + (verified + 1) * ceil(log2(length))
    assert len(set(asked)) == len(asked)


def test_a_claimed_height_beyond_all_reason_costs_sixty_three_questions() -> None:
    asked: list[int] = []

    def load(height: Height) -> UntrustedBlock:
        asked.append(height)
        return make_light_chain(1, STRANGERS, first_height=height, time=Nanoseconds(START + 10**9))[0].untrusted

    with pytest.raises(InvalidBlock):
        skip(load, genesis(OLD), 2**62)
    assert len(asked) <= 63


# ---- the path of a bundle --------------------------------------------------------------------------------------------
def reloaded(blocks: tuple[pb.LightBlock, ...]) -> list[UntrustedBlock]:
    return [UntrustedBlock.from_wire(pb.LightBlock.FromString(block.SerializeToString())) for block in blocks]


def accepts(blocks: list[UntrustedBlock], anchor: UntrustedBlock, root: TrustedBlock) -> bool:
    return verify_chain([*blocks, anchor], root, now=NO_CLOCK).outcome is Outcome.SUCCESS


def test_no_light_blocks_are_needed_while_the_genesis_validators_suffice() -> None:
    load = Recorder(make_light_chain(50, gradual(50, 20)))
    assert light_path(load, genesis(rolling(0)), Height(50)) == ()
    assert load.asked == [50]


def test_the_path_makes_a_block_after_a_handover_verifiable() -> None:
    chain = make_light_chain(30, {1: OLD, 17: NEW})
    blocks = reloaded(light_path(Recorder(chain), genesis(OLD), Height(30)))
    anchor = UntrustedBlock(chain[29].signed_header, chain[29].validators.set)
    assert [block.header.height for block in blocks] == [16, 17]
    assert accepts(blocks, anchor, genesis(OLD))
    assert not accepts(blocks[:1], anchor, genesis(OLD))
    assert not accepts([], anchor, genesis(OLD))


def test_a_chain_of_another_genesis_has_no_path() -> None:
    with pytest.raises(InvalidBlock):
        light_path(Recorder(make_light_chain(9, OLD)), genesis(NEW), Height(9))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=5), min_size=1, max_size=24))
def test_the_path_is_accepted_offline_and_no_path_is_given_where_none_is_needed(history: list[set[int]]) -> None:
    chain = make_light_chain(len(history), {height: pick(sorted(seats)) for height, seats in enumerate(history, 1)})
    root, target = genesis(pick(sorted(history[0]))), len(history)
    anchor = UntrustedBlock(chain[-1].signed_header, chain[-1].validators.set)
    blocks = reloaded(light_path(Recorder(chain), root, Height(target)))
    assert accepts(blocks, anchor, root)
    suffices_alone = verify_update(anchor, root, DEFAULT_OPTIONS, NO_CLOCK).outcome is Outcome.SUCCESS
    assert (blocks == []) == suffices_alone
    assert len(blocks) < len(history)
    if blocks:
        assert not accepts(blocks[:-1], anchor, root)  # the highest first: the last block is always needed
