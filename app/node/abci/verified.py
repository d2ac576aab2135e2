"""Transactions whose form and signatures were verified once and need not be again: each is met at the door, in a proposal,
and in the block.

Guarantees: what is remembered was decoded strictly and its signatures verified; whether it is still in time, new and paid for
is asked anew each time. What is kept is bounded: the oldest are forgotten.
"""

from app.core.transaction import SignedTransaction

GENERATION = 10_000
"""Transactions of one generation; there are two. About 30 MB each."""


class VerifiedTransactions:
    """A memory for the law."""

    def __init__(self, generation: int = GENERATION) -> None:
        self._generation = generation
        self._young: dict[bytes, SignedTransaction] = {}
        self._old: dict[bytes, SignedTransaction] = {}

    def recall(self, raw: bytes) -> SignedTransaction | None:
        """The transaction of exactly these bytes, if it is remembered."""
        return self._young.get(raw) or self._old.get(raw)

    def note(self, transaction: SignedTransaction) -> None:
        """Remember a transaction whose every signature verifies."""
        if len(self._young) >= self._generation:
            self._old, self._young = self._young, {}
        self._young[transaction.raw] = transaction
