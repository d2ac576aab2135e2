"""One chain under the law, one under the model: every block goes to both, and nothing may differ."""

from collections import Counter
from hashlib import sha256

from app.core.keys import PublicKey
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.registry.genesis import initial_state
from app.registry.law import BlockOutcome, Environment, Receipt, apply_block
from tests.registry.model.cast import CHAIN_ID, SECOND, START, app_state
from tests.registry.model.dice import is_signed
from tests.registry.model.drawer import Drawn
from tests.registry.model.invariants import Witness
from tests.registry.model.model import Entry, Model, Result
from tests.registry.model.reading import RealState
from tests.registry.model.things import plain


def is_signed_cheaply(key: PublicKey, digest: bytes, signature: bytes) -> bool:
    """The law's question about signatures, answered in the manner of `dice.sign`."""
    return is_signed((int(key.algorithm), key.data), digest, signature)


class Twins:
    """Both chains, and what was met on the way."""

    def __init__(self) -> None:
        document = app_state()
        self.model = Model(CHAIN_ID, document, is_signed)
        self.real = RealState(initial_state(CHAIN_ID, document))
        self.witness = Witness(self.real)
        self.height, self.time_ns = 0, START
        self.nonces: dict[tuple[bytes, bytes], int] = {}
        self.drawn: list[Drawn] = []
        self.expected: list[Result] = []
        self.accepted: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        assert self.model.book.state() == self.real.things

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """The law's question about earlier blocks."""
        return (sender, nonce) in self.nonces

    @property
    def is_over(self) -> bool:
        """The next block needs a later law than there is."""
        upgrade = self.model.book.parameters.upgrade
        return upgrade is not None and self.height + 1 >= upgrade.height

    @property
    def environment(self) -> Environment:
        """Of the open block, for the law."""
        return Environment(CHAIN_ID, Height(self.height), self.time_ns)

    def open_block(self, seconds: int = 5) -> None:
        """Begin the next block."""
        self.height, self.time_ns = self.height + 1, self.time_ns + seconds * SECOND
        self.model.open_block(self.height, self.time_ns)
        self.drawn, self.expected = [], []

    def add(self, drawn: Drawn) -> int:
        """Put a transaction into the block; the code that the model gives it."""
        self.drawn.append(drawn)
        self.expected.append(self.model.apply(drawn.body, drawn.signers, len(drawn.raw)))
        return self.expected[-1].code

    def close_block(self) -> None:
        """Let the law apply the block, and compare everything."""
        nonce_block = self.model.close_block()
        raws = [each.raw for each in self.drawn]
        outcome = apply_block(dict(self.real.values), self, raws, self.environment, is_signed_cheaply)
        for each, receipt, result in zip(self.drawn, outcome.receipts, self.expected, strict=True):
            self.compare(each, receipt, result)
        assert list(outcome.entries) == [each.entry for each in outcome.receipts if each.entry]
        assert outcome.nonce_block == nonce_block
        self.move_on(outcome)

    def probe(self, drawn: Drawn) -> Result:
        """What both would make of this transaction, were it the first of the open block; nothing is changed."""
        model = self.model.fork()
        result = model.apply(drawn.body, drawn.signers, len(drawn.raw))
        model.close_block()
        outcome = apply_block(self.real.values, self, [drawn.raw], self.environment, is_signed_cheaply)
        self.compare(drawn, outcome.receipts[0], result)
        compare_states(model.book.state(), self.real.with_writes(outcome.writes))
        return result

    def move_on(self, outcome: BlockOutcome) -> None:
        """The block is on the chain: compare the states, and look at the real one by itself."""
        self.real.write(outcome.writes)
        compare_states(self.model.book.state(), self.real.things)
        self.nonces.update(((used.sender, used.nonce), used.valid_until) for used in outcome.nonces)
        self.nonces = {key: until for key, until in self.nonces.items() if until > self.height}
        accepted = [each for each, receipt in zip(self.drawn, outcome.receipts, strict=True) if receipt.code == 0]
        self.witness.look(accepted, self.height, self.time_ns)

    def compare(self, drawn: Drawn, receipt: Receipt, result: Result) -> None:
        """What became of one transaction."""
        kind = str(drawn.body.WhichOneof("action"))
        self.tried[kind] += 1
        self.accepted[kind] += result.code == 0
        self.codes[result.code] += 1
        got = (receipt.code, receipt.points, receipt.data)
        told = f"height {self.height}\n{drawn.body}law: {receipt.refusal!r} {got}\nmodel: {result}"
        assert got == (result.code, result.points, result.data), told
        assert read_entry(receipt.entry) == result.entry, told
        if receipt.entry:
            entry = wire.LogEntry.FromString(receipt.entry)
            assert (entry.height, entry.time_ns) == (self.height, self.time_ns)
            assert entry.transaction_hash == sha256(drawn.raw).digest()


def read_entry(data: bytes) -> Entry | None:
    """What an entry of the log says, beside where and when."""
    if not data:
        return None
    entry = wire.LogEntry.FromString(data)
    fact = str(entry.WhichOneof("fact"))
    return Entry(
        fact,
        getattr(entry, fact),
        entry.sender,
        _key(entry.signer),
        tuple(map(_key, entry.approvers)),
        entry.partner,
        entry.agreement,
        entry.agreement_version,
        entry.held,
        entry.result,
    )


def _key(data: bytes) -> tuple[int, bytes]:
    algorithm, key = plain(wire.PublicKey.FromString(data))
    return algorithm, key


def compare_states(expected: dict[bytes, object], got: dict[bytes, object]) -> None:
    """Nothing more, nothing less, nothing else."""
    if expected != got:
        keys = [key for key in sorted(expected.keys() | got.keys()) if expected.get(key) != got.get(key)]
        told = [f"{key!r}\n  model: {expected.get(key)}\n  law:   {got.get(key)}" for key in keys[:5]]
        raise AssertionError("\n".join(told))
