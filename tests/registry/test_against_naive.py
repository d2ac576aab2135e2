"""The law against a second, naive implementation of it: random transactions, several blocks, nothing may differ."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import REFUSALS
from app.core.transaction import decode_transaction
from app.core.wire import registry_pb2 as wire
from app.registry.law import BlockOutcome
from tests.registry.naive import CODES, NaiveChain
from tests.registry.traffic import Forger, Intent, intents
from tests.registry.world import CAST, CHAIN_ID, PARAMETERS, Chain, app_state

INTENTS = st.builds(
    Intent,
    sender=st.integers(0, 6),
    key=st.integers(0, 1),
    nonce=st.integers(0, 15),
    ahead=st.integers(0, 9),
    chain=st.integers(0, 3),
    flaw=st.integers(0, 27),
    pick=st.integers(0, 2**16),
)
BLOCKS = st.lists(
    st.tuples(st.integers(0, 25), st.lists(INTENTS, min_size=16, max_size=24)),
    min_size=4,
    max_size=6,
)


class Twins:
    """One chain under the law, one in dicts; every block goes to both."""

    def __init__(self) -> None:
        self.chain = Chain()
        self.naive = NaiveChain(CHAIN_ID, app_state())
        self.forger = Forger(self.naive, [])
        self.codes: Counter[int] = Counter()
        self.charged: Counter[tuple[bytes, int]] = Counter()
        self.check_state()

    def block(self, seconds: int, wishes: list[Intent]) -> None:
        """Forge a block's transactions, apply them twice, compare everything."""
        environment = self.chain.environment(seconds)
        self.naive.open_block(environment.height, environment.time_ns)
        before = len(self.naive.log)
        transactions, expected = [], []
        for wish in wishes:
            transactions.append(self.forger.forge(wish))
            expected.append(self.naive.apply(transactions[-1]))
        outcome = self.chain.block(*transactions, seconds=seconds)
        got = [(receipt.code, receipt.points, receipt.data) for receipt in outcome.receipts]
        assert got == [(result.code, result.points, result.data) for result in expected]
        assert list(outcome.entries) == self.naive.log[before:]
        self.codes.update(receipt.code for receipt in outcome.receipts)
        self.count_points(outcome, transactions)
        self.check_state()

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
        for each in CAST:
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
            twins.block(seconds, wishes)
        total.update(twins.codes)

    run()
    assert total.total() >= 3_000


def test_seeded_traffic_meets_every_refusal_of_the_law() -> None:
    twins, source = Twins(), intents("every refusal")
    for _ in range(40):
        twins.block(7, [next(source) for _ in range(25)])
    assert set(twins.codes) == {0, *CODES.values()}
    assert twins.codes[0] > 100


def test_the_naive_twin_knows_every_refusal_by_number() -> None:
    assert sorted(CODES.values()) == sorted(REFUSALS)
