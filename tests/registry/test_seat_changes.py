"""What the law orders of the validators, carried out by CometBFT's arithmetic: always possible, always the law's powers."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.node.consensus.proposer import ProposerRotation, ValidatorSchedule
from app.node.consensus.validators import Validator, ValidatorSet, ValidatorUpdate
from app.registry.law import BlockOutcome
from app.registry.state import read_seats
from tests.registry.ballots import VOTES
from tests.registry.council import propose, seat
from tests.registry.forger import Forger, Intent
from tests.registry.naive import NaiveChain
from tests.registry.traffic import intents
from tests.registry.world import CHAIN_ID, Chain, app_state, bookkeeper, ed25519_key, seat_key

INTENTS = st.builds(
    Intent,
    sender=st.integers(0, 11),
    key=st.integers(0, 5),
    nonce=st.integers(0, 63),
    ahead=st.integers(1, 9),
    chain=st.integers(0, 11),
    flaw=st.integers(0, len(VOTES) - 1),
    pick=st.integers(0, 2**12),
)


class Followed:
    """A chain, and the set that its consensus would have."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        members = ValidatorSet(Validator(key, power) for key, power in self.powers().items())
        self.rotation = ProposerRotation.start(members)
        self.schedule = ValidatorSchedule.start(members)
        self.changes: Counter[str] = Counter()

    def powers(self) -> dict[bytes, int]:
        """By key, as the law has them."""
        return {each.key: int(each.power) for each in read_seats(self.chain.values)}

    def block(self, *transactions: bytes) -> BlockOutcome:
        """Put the next block on the chain; its changes must be possible and lead to the law's powers."""
        before = self.powers()
        outcome = self.chain.block(*transactions, seconds=7)
        updates = [ValidatorUpdate(change.key, change.power) for change in outcome.seat_changes]
        self.rotation = self.rotation.after_updates(updates)
        upcoming, self.schedule = self.schedule.upcoming, self.schedule.after_block(updates)
        assert self.schedule.current == upcoming
        for rotation in (self.rotation, self.schedule.upcoming):
            assert {member.key: member.power for member in rotation.validators} == self.powers()
        for update in updates:
            kind = "removed" if not update.power else "changed" if update.key in before else "added"
            self.changes[kind] += 1
        return outcome


def test_consensus_can_follow_whatever_bookkeepers_vote() -> None:
    total: Counter[str] = Counter()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(INTENTS, max_size=10), min_size=3, max_size=8))
    def run(blocks: list[list[Intent]]) -> None:
        total.update(voted(blocks).changes)

    run()
    assert {"removed", "changed", "added"} == set(total)


def test_consensus_can_follow_many_blocks_of_votes() -> None:
    source = intents("followed")
    followed = voted([[next(source) for _ in range(8)] for _ in range(60)])
    assert min(followed.changes[kind] for kind in ("removed", "changed", "added")) >= 5


def voted(blocks: list[list[Intent]]) -> Followed:
    """A chain of these votes."""
    followed, naive = Followed(Chain()), NaiveChain(CHAIN_ID, app_state())
    forger = Forger(naive, [])
    for wishes in blocks:
        environment = followed.chain.environment(7)
        naive.open_block(environment.height, environment.time_ns)
        transactions = []
        for wish in wishes:
            transactions.append(forger.forge(wish, VOTES))
            naive.apply(transactions[-1])
        followed.block(*transactions)
    return followed


CHANGES = st.tuples(st.integers(0, 6), st.sampled_from([0, 0, 0, 1, 2**40]) | st.integers(0, 2**40))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CHANGES, max_size=8), max_size=6))
def test_consensus_can_follow_any_changes_in_any_order(blocks: list[list[tuple[int, int]]]) -> None:
    """All seats are one bookkeeper's, who so decides alone, whatever the powers become."""
    solo = bookkeeper(1, "Solo", ed25519_key("solo"), 1, 2**40)
    keys = [each.key for each in solo.seats] + [seat_key(f"any {number}") for number in range(5)]
    followed = Followed(Chain((solo,)))
    for height, wishes in enumerate(blocks):
        changes = [seat(keys[which], power, solo) for which, power in wishes]
        followed.block(*(propose(solo, (height, number), each) for number, each in enumerate(changes)))


def test_consensus_can_follow_a_whole_council_that_leaves_while_another_comes() -> None:
    old = bookkeeper(1, "Old", ed25519_key("old"), *[2**40] * 50)
    followed = Followed(Chain((old,)))
    comings = [propose(old, ("comes", number), seat(f"newcomer {number}", 2**40, old)) for number in range(50)]
    goings = [propose(old, ("goes", number), seat(each.key, 0, old)) for number, each in enumerate(old.seats)]
    outcome = followed.block(*comings, *goings)
    assert [receipt.code for receipt in outcome.receipts] == [0] * 100
    assert followed.changes == {"added": 50, "removed": 50}
