"""What was verified is remembered for a while, byte for byte."""

from app.core.transaction import decode_transaction
from app.node.abci.verified import VerifiedTransactions
from tests.fakes.consortium import Clerk


def test_the_newest_are_remembered_and_the_oldest_forgotten() -> None:
    clerk, memory = Clerk(), VerifiedTransactions(generation=3)
    raws = [clerk.notarize(10) for _ in range(10)]
    for raw in raws:
        memory.note(decode_transaction(raw))
    remembered = [memory.recall(raw) is not None for raw in raws]
    assert remembered == [False] * 6 + [True] * 4


def test_other_bytes_are_another_transaction() -> None:
    raw, memory = Clerk().notarize(10), VerifiedTransactions()
    memory.note(decode_transaction(raw))
    assert memory.recall(raw) == decode_transaction(raw)
    assert memory.recall(raw[:-1] + bytes((raw[-1] ^ 1,))) is None
