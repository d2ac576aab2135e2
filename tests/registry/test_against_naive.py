"""The law against a second, naive implementation of it: random transactions, several blocks, nothing may differ."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.refusals import REFUSALS
from app.core.transaction import decode_transaction
from app.core.wire import registry_pb2 as wire
from app.registry.acting import NUMBERS
from app.registry.law import BlockOutcome
from tests.registry.ballots import (
    CHANGES,
    LIMITS,
    VOTES,
    changed_other_change,
    changed_proposal,
    other_change,
)
from tests.registry.council import propose, seat
from tests.registry.forger import Forger, Intent, Sort
from tests.registry.naive import NaiveChain
from tests.registry.naive_rules import CODES
from tests.registry.naive_state import ACTIONS
from tests.registry.traffic import FLAWS, batch, checked, held, ill_checked, intents, odd_approvers
from tests.registry.world import CAST, CHAIN_ID, PARAMETERS, Chain, Member, app_state, bookkeeper, codes, ed25519_key

INTENTS = st.builds(
    Intent,
    sender=st.integers(0, 27),
    key=st.integers(0, 5),
    nonce=st.integers(0, 15),
    ahead=st.integers(0, 9),
    chain=st.integers(0, 11),
    flaw=st.integers(0, len(FLAWS) - 1),
    pick=st.integers(0, 2**16),
)
BLOCKS = st.lists(
    st.tuples(st.integers(0, 25), st.lists(INTENTS, min_size=16, max_size=24)),
    min_size=4,
    max_size=6,
)


NAMES = {
    *("Malformed", "WrongChain", "Expired", "TooFarAhead", "Replayed", "UnknownAccount", "BadSignature", "NotYourKey"),
    *("NotPermitted", "QuotaSpent", "TooLarge", "ChainForked", "UnknownChain", "NotChainOwner", "BadAction"),
    *("UnknownProposal", "ProposalClosed", "AlreadyApproved", "SeatsImpossible", "NoSeat", "ActionStopped"),
    *("WrongParty", "RoleMissing", "ApprovalsMissing"),
}
"""Of the refusals that the naive twin knows. All others: tests/registry/model."""


class Twins:
    """One chain under the law, one in dicts; every block goes to both."""

    def __init__(self, cast: Sequence[Member] = CAST) -> None:
        self.cast = cast
        self.chain = Chain(cast)
        self.naive = NaiveChain(CHAIN_ID, app_state(cast))
        self.forger = Forger(self.naive, [])
        self.codes: Counter[int] = Counter()
        self.charged: Counter[tuple[bytes, int]] = Counter()
        self.seat_changes = 0
        self.check_state()

    def forged(self, wishes: Iterable[Intent], sorts: Sequence[Sort] = FLAWS) -> Iterator[bytes]:
        """Transactions that know what those before them did."""
        return (self.forger.forge(wish, sorts) for wish in wishes)

    def block(self, raws: Iterable[bytes], seconds: int = 7) -> list[int]:
        """Apply a block's transactions twice, compare everything. Returns their codes."""
        environment = self.chain.environment(seconds)
        self.naive.open_block(environment.height, environment.time_ns)
        before = len(self.naive.log)
        transactions, expected = [], []
        for raw in raws:
            transactions.append(raw)
            expected.append(self.naive.apply(raw))
        outcome = self.chain.block(*transactions, seconds=seconds)
        got = [(receipt.code, receipt.points, receipt.data) for receipt in outcome.receipts]
        assert got == [(result.code, result.points, result.data) for result in expected]
        assert list(outcome.entries) == self.naive.log[before:]
        changes = [(change.key, change.power) for change in outcome.seat_changes]
        assert (outcome.nonce_block, changes) == self.naive.close_block()
        self.seat_changes += len(changes)
        self.codes.update(receipt.code for receipt in outcome.receipts)
        self.count_points(outcome, transactions)
        self.check_state()
        return codes(outcome)

    def check_state(self) -> None:
        """Both hold the same, byte for byte."""
        assert self.chain.values == self.naive.state()
        assert self.chain.log == self.naive.log
        usable = {key: until for key, until in self.naive.nonces.items() if until > self.chain.height}
        assert self.chain.nonces == usable

    def count_points(self, outcome: BlockOutcome, transactions: list[bytes]) -> None:
        """Points are neither lost nor made: what the receipts say was taken is what the state says was spent."""
        period = self.chain.time_ns // 1_000_000_000 // PARAMETERS.quota_period_seconds
        for raw, receipt in zip(transactions, outcome.receipts, strict=True):
            if receipt.points:
                self.charged[decode_transaction(raw).sender, period] += receipt.points
        for each in self.cast:
            spent = self.charged[each.address, period]
            assert spent <= each.account.quota_points
            data = self.chain.values.get(b"quota/" + each.address)
            use = wire.QuotaUse.FromString(data) if data else wire.QuotaUse()
            assert (int(use.spent) if use.period == period else 0) == spent


def test_the_law_and_its_naive_twin_never_differ() -> None:
    total: Counter[int] = Counter()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(BLOCKS)
    def run(blocks: list[tuple[int, list[Intent]]]) -> None:
        twins = Twins()
        for seconds, wishes in blocks:
            twins.block(twins.forged(wishes), seconds)
        total.update(twins.codes)

    run()
    assert total.total() >= 3_000


def test_seeded_traffic_meets_every_refusal_of_the_law() -> None:
    twins, source = Twins(), intents("every refusal")
    for _ in range(80):
        twins.block(twins.forged(islice(source, 25)))
    assert set(twins.codes) == {0, *CODES.values()}
    assert twins.codes[0] > 100
    assert twins.seat_changes > 10


def test_votes_alone_come_out_alike_over_many_blocks() -> None:
    twins, source = Twins(), intents("votes")
    for count in range(70):
        twins.block(twins.forged(islice(source, count % 16), VOTES))
    assert twins.seat_changes > 30
    assert len(twins.naive.ballots) > 60


def test_every_limit_of_a_proposal_comes_out_alike() -> None:
    twins = Twins()
    for number in range(32):
        wish = Intent(sender=0, key=3, nonce=number, ahead=5, chain=1, flaw=0, pick=64 * number)
        twins.block(twins.forged([wish], [changed_proposal]))
    assert set(twins.codes) == {0, CODES["bad action"]}


def test_none_and_too_many_seats_come_out_alike() -> None:
    crowd = bookkeeper(1, "Crowd", ed25519_key("crowd"), *[7] * 99)
    twins = Twins((crowd,))
    assert twins.block(propose(crowd, number, seat(f"more {number}", 1, crowd)) for number in range(3)) == [0, 20, 20]
    alone = bookkeeper(1, "Alone", ed25519_key("alone"), 7)
    key = alone.seats[0].key
    changes = (seat(key, 0, alone), seat("more", 1, alone), seat(key, 0, alone), seat("more", 0, alone))
    twins = Twins((alone,))
    assert twins.block(propose(alone, number, each) for number, each in enumerate(changes)) == [20, 0, 0, 20]


def test_every_other_change_and_every_limit_of_one_comes_out_alike() -> None:
    for sort, kinds in ((other_change, CHANGES), (changed_other_change, LIMITS)):
        twins = Twins()
        for number in range(2 * len(kinds)):
            wish = Intent(sender=0, key=3, nonce=number, ahead=5, chain=1, flaw=0, pick=64 * number)
            twins.block(twins.forged([wish], [sort]))
        assert set(twins.codes) == ({0} if sort is other_change else {0, CODES["bad action"]})


def test_settings_that_are_decided_hold_from_the_next_block_in_both() -> None:
    alone = bookkeeper(21, "Alone", ed25519_key("alone"), 7)
    twins, source = Twins((alone, *CAST[:5])), intents("settings")
    stop = wire.Emergency(actions=[16])
    changes = [
        wire.Propose(settings=wire.Settings(settings=[wire.NewSetting(setting=1, value=12)])),
        wire.Propose(settings=wire.Settings(settings=[wire.NewSetting(setting=6, subject=16, value=33)])),
        wire.Propose(settings=wire.Settings(settings=[wire.NewSetting(setting=4, value=1_000)])),
        wire.Propose(emergency=stop),
        wire.Propose(emergency=wire.Emergency(actions=[16], lifted=True)),
        wire.Propose(upgrade=wire.Upgrade(height=900, version=2, release=bytes(32))),
    ]
    for number, change in enumerate(changes):
        change.MergeFrom(wire.Propose(document=bytes(32), deadline=30))
        before, after = ([*twins.forged(islice(source, 4), FLAWS[:1])] for _ in range(2))
        twins.block([*before, propose(alone, number, change, valid_until=2 * number + 5), *after])
        twins.block(twins.forged(islice(source, 8), FLAWS[:1]))
    assert twins.codes[CODES["action stopped"]] > 5
    assert twins.naive.new_rules["upgrade"]["version"] == 2


def test_who_must_sign_comes_out_alike() -> None:
    twins, source = Twins(), intents("signers")
    for _ in range(30):
        twins.block(twins.forged(islice(source, 12), (checked, ill_checked, odd_approvers, held, batch)))
    wanted = ("malformed", "bad action", "role missing", "approvals missing")
    assert all(twins.codes[CODES[word]] > 5 for word in wanted)
    assert len(twins.naive.held) > 5


def test_the_naive_twin_has_the_numbers_of_the_law() -> None:
    """Of refusals, by name, as far as its traffic goes; of actions, of all."""
    assert {REFUSALS[number].__name__ for number in CODES.values()} == NAMES
    assert len(CODES) == len(NAMES)
    assert ACTIONS == NUMBERS
