"""Long runs of random actions through both laws, and what was met on the way."""

from collections import Counter
from dataclasses import dataclass, field

from app.core.refusals import REFUSALS
from app.core.wire import registry_pb2 as wire
from tests.registry.model import draw_accounts, draw_evidence, draw_identity, draw_moves, draw_vouchers
from tests.registry.model.cast import SECOND
from tests.registry.model.dice import Dice
from tests.registry.model.drawer import Drawer, Drawn, seal
from tests.registry.model.matrix import NUMBERS
from tests.registry.model.mutation import each_odd
from tests.registry.model.twins import Twins
from tests.registry.model.vouchers import UNIQUE
from tests.registry.model.words import FAR

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
SOON = 200
"""Seconds."""


Shape = tuple[str, str]
"""A kind of action, and which of its several forms."""
FORMS = {
    "notarize": ("first", "later"),
    "propose": ("validator", "settings", "upgrade", "emergency"),
    "change_keys": ("add", "revoke"),
    "apply_voucher": ("divisible", "unique"),
    "transfer": ("amount", "serials"),
    "redeem": ("amount", "serials"),
    "supervise": ("cap", "flow", "holder", "piece"),
    "attest_custody": ("own", "several"),
    "assign_custody": ("given", "taken"),
}
SHAPES = {(kind, form) for kind in NUMBERS for form in FORMS.get(kind, ("",))}


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


def shape_of(body: wire.Body) -> Shape:
    """What an action looks like."""
    kind = str(body.WhichOneof("action"))
    match kind:
        case "notarize":
            form = "first" if body.notarize.record.sequence == 1 else "later"
        case "propose":
            form = str(body.propose.WhichOneof("change"))
        case "change_keys":
            form = "add" if body.change_keys.add else "revoke"
        case "apply_voucher":
            form = "unique" if body.apply_voucher.terms.kind == UNIQUE else "divisible"
        case "transfer":
            form = "serials" if body.transfer.legs[0].serials else "amount"
        case "redeem":
            form = "serials" if body.redeem.serials else "amount"
        case "supervise":
            form = str(body.supervise.WhichOneof("measure"))
        case "attest_custody":
            form = "several" if body.attest_custody.accounts else "own"
        case "assign_custody":
            form = "given" if body.assign_custody.custodian else "taken"
        case _:
            form = ""
    return kind, form


def drawer_of(twins: Twins, seed: int) -> Drawer:
    """Who draws the transactions of a chain."""
    return Drawer(twins.model, Dice(seed), BUILDERS)


def run_block(twins: Twins, drawer: Drawer, actions: int = ACTIONS) -> None:
    """One more block, mostly a few seconds after the last, sometimes much later."""
    seconds = drawer.dice.between(3, 8) + (drawer.dice.one(JUMPS) if drawer.dice.chance(6) else 0)
    if drawer.dice.chance(20):
        seconds = _until_something(twins) or seconds
    twins.open_block(seconds)
    for _ in range(actions):
        twins.add(drawer.draw())
    twins.close_block()


def _until_something(twins: Twins) -> int:
    """To the very moment at which something begins or ends; 0: nothing does soon."""
    book = twins.model.book
    moments = {each.expires_ns for account in book.accounts.values() for each in account.certifications}
    for voucher in book.vouchers.values():
        moments |= {voucher.terms.opens_ns, voucher.terms.closes_ns, voucher.terms.expires_ns}
    seconds = [(each - twins.time_ns) // SECOND for each in moments if (each - twins.time_ns) % SECOND == 0]
    return min((each for each in seconds if 0 < each < SOON), default=0)


def probe_fields(twins: Twins, drawer: Drawer, shape: Shape) -> int:
    """Every field of an action that would be accepted now, with every odd value. How many were tried, if there is one."""
    sound = _sound(twins, drawer, shape)
    if sound is None:
        return 0
    count, parameters = 0, twins.model.block.parameters
    near = [twins.height + FAR, twins.height + FAR + 1, *range(twins.height - 1, twins.height + 2)]
    near += [twins.height + parameters.validity_window + each for each in (-1, 0)]
    near += [twins.time_ns + each for each in (-1, 0, 1)]
    for _ in each_odd(sound.body, near):
        getattr(sound.body, shape[0]).SetInParent()
        twins.probe(Drawn(seal(sound.body, sound.signers), sound.body, sound.signers))
        count += 1
    return count


def _sound(twins: Twins, drawer: Drawer, shape: Shape) -> Drawn | None:
    """One that is accepted at once."""
    drawer.is_careful = True
    found = None
    for _ in range(20):
        drawn = drawer.draw(shape[0])
        if shape_of(drawn.body) != shape:
            continue
        entry = twins.probe(drawn).entry
        if entry is not None and entry.fact != "hold":
            found = drawn
            break
    drawer.is_careful = False
    return found


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
