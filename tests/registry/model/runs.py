"""Long runs of random actions through both laws, and what was met on the way."""

from collections import Counter
from dataclasses import dataclass, field

from app.core.refusals import REFUSALS
from tests.registry.model import draw_accounts, draw_evidence, draw_identity, draw_moves, draw_vouchers
from tests.registry.model.dice import Dice
from tests.registry.model.drawer import Drawer
from tests.registry.model.twins import Twins

BUILDERS = (
    *draw_accounts.BUILDERS,
    *draw_identity.BUILDERS,
    *draw_evidence.BUILDERS,
    *draw_vouchers.BUILDERS,
    *draw_moves.BUILDERS,
)
BLOCKS, ACTIONS = 80, 30
"""Of one chain, and of one block: then another chain begins, so that the state stays small enough to be compared whole."""
JUMPS = (60, 600, 7_200, 90_000, 2_100_000)
"""Seconds: a period of quotas, an hour, a day, a month."""


@dataclass
class Tally:
    """How often what was tried, and what came of it."""

    tried: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)

    def add(self, twins: Twins) -> None:
        """What a chain met."""
        self.tried += twins.tried
        self.accepted += twins.accepted
        self.codes += twins.codes

    def table(self) -> str:
        """For people."""
        count = self.tried.total()
        lines = [f"{count} actions, {100 * self.accepted.total() // count} % accepted"]
        lines += [f"{kind:24}{self.tried[kind]:8}{self.accepted[kind]:8}" for kind in sorted(self.tried)]
        lines += [f"{REFUSALS[code].code:24}{self.codes[code]:8}" for code in sorted(REFUSALS)]
        return "\n".join(lines)


def drawer_of(twins: Twins, seed: int) -> Drawer:
    """Who draws the transactions of a chain."""
    return Drawer(twins.model, Dice(seed), BUILDERS)


def run_block(twins: Twins, drawer: Drawer, actions: int = ACTIONS) -> None:
    """One more block, mostly a few seconds after the last, sometimes much later."""
    seconds = drawer.dice.between(3, 8) + (drawer.dice.one(JUMPS) if drawer.dice.chance(6) else 0)
    twins.open_block(seconds)
    for _ in range(actions):
        twins.add(drawer.draw())
    twins.close_block()


def run(actions: int, first_seed: int) -> Tally:
    """So many actions on as many chains as it takes."""
    tally, seed = Tally(), first_seed
    while tally.tried.total() < actions:
        twins = Twins()
        drawer = drawer_of(twins, seed)
        while twins.height < BLOCKS and not twins.is_over:
            run_block(twins, drawer)
        tally.add(twins)
        seed += 1
    return tally
