"""The whole law against a second, naive implementation of it: random actions by all parties, nothing may differ."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.core.refusals import REFUSALS, BadSignature
from app.core.wire import registry_pb2 as wire
from tests.registry.model.dice import Dice
from tests.registry.model.matrix import NUMBERS
from tests.registry.model.model import ACTIONS
from tests.registry.model.runs import BLOCKS, BUILDERS, SHAPES, drawer_of, probe_fields, run, run_block
from tests.registry.model.twins import Twins

ALL_ACTIONS = {field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
MET_ELSEWHERE = {BadSignature.number}
"""The model believes the signatures of a transaction; tests/registry/naive.py does not."""


def test_the_model_knows_every_action() -> None:
    assert set(NUMBERS) == {*ACTIONS, "countersign"} == {name for name, _, _ in BUILDERS} == ALL_ACTIONS


def test_random_actions_come_out_alike() -> None:
    tally = run(20_000, first_seed=1)
    assert tally.accepted.total() > 0.4 * tally.tried.total()
    assert {kind for kind in ALL_ACTIONS if tally.accepted[kind] < 20} == set()
    assert {REFUSALS[code].code for code in REFUSALS.keys() - MET_ELSEWHERE if not tally.codes[code]} == set()


def test_every_field_of_every_action_with_odd_values_comes_out_alike() -> None:
    twins, count, left = Twins(), 0, SHAPES
    drawer = drawer_of(twins, 3)
    while left and twins.height < BLOCKS:
        run_block(twins, drawer)
        twins.open_block()
        tried = {shape: probe_fields(twins, drawer, shape) for shape in sorted(left)} if twins.height > 30 else {}
        twins.close_block()
        left = {shape for shape in left if not tried.get(shape)}
        count += sum(tried.values())
    assert left == set()
    assert count > 5_000


@pytest.mark.campaign
@pytest.mark.timeout(3_000)
def test_a_campaign_of_random_actions_comes_out_alike(capsys: pytest.CaptureFixture[str]) -> None:
    tally = run(200_000, first_seed=1_000)
    with capsys.disabled():
        print("\n" + tally.table())
    assert tally.tried.total() >= 200_000
    assert {kind for kind in ALL_ACTIONS if tally.accepted[kind] < 200} == set()


# ---- rules drawn by Hypothesis, which makes a failure small --------------------------------------------------------
class Registry(RuleBasedStateMachine):
    """A chain under both laws."""

    @initialize(seed=st.integers(0, 7))
    def begin(self, seed: int) -> None:
        """Some members and vouchers to begin with."""
        self.twins = Twins()
        self.drawer = drawer_of(self.twins, seed)
        for _ in range(4):
            run_block(self.twins, self.drawer)
        self.twins.open_block()

    @precondition(lambda self: not self.twins.is_over)
    @rule(kind=st.sampled_from(sorted(ALL_ACTIONS)), seed=st.integers(0, 2**32 - 1))
    def act(self, kind: str, seed: int) -> None:
        """An action, of this kind if anybody could try it now."""
        self.drawer.dice = Dice(seed)
        self.twins.add(self.drawer.draw(kind))

    @precondition(lambda self: not self.twins.is_over)
    @rule(seconds=st.sampled_from((1, 5, 60, 3_600, 100_000)))
    def next_block(self, seconds: int) -> None:
        """The block is full; the next one comes."""
        self.twins.close_block()
        self.twins.open_block(seconds)

    def teardown(self) -> None:
        """Compare the last block, too."""
        if hasattr(self, "twins"):
            self.twins.close_block()


TestRegistry = Registry.TestCase
TestRegistry.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
