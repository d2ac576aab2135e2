"""Transactions that wait for a block: admitted by the law, kept in order of arrival, bounded.

Guarantees: what is in here would have been accepted at the moment of its last check; after each block everything is
checked again (expired, replayed and overtaken ones leave). Nothing here is durable: a client keeps its own outbox and
sends again.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

from app.core.errors import MempoolFull
from app.core.hashing import sha256
from app.core.refusals import Refused, TooLarge
from app.core.units import Hash32

MAX_TRANSACTIONS = 5_000
MAX_BYTES = 64 * 1024 * 1024
FRAME_BYTES = 8
"""What a transaction takes in a block beside its own bytes, rounded up."""


def check_size(untrusted_transaction: bytes, max_bytes: int) -> None:
    """A transaction that is larger than a block would hold up all behind it.

    Raises:
        TooLarge: it is.
    """
    if len(untrusted_transaction) + FRAME_BYTES > max_bytes:
        raise TooLarge(expected=max_bytes - FRAME_BYTES, got=len(untrusted_transaction))


class Admission(Protocol):
    """Says whether the next block would take a transaction behind those admitted before."""

    def admit(self, untrusted_transaction: bytes) -> None:
        """Take it, or raise Refused and forget it."""
        ...


class Mempool:
    """Waiting transactions in order of arrival."""

    def __init__(self, begin: Callable[[], Admission]) -> None:
        """`begin` starts an admission on top of the newest block."""
        self._begin = begin
        self._admission = begin()
        self._waiting: OrderedDict[Hash32, bytes] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, transaction_hash: object) -> bool:
        return transaction_hash in self._waiting

    @property
    def waiting(self) -> list[bytes]:
        """What waits, oldest first."""
        return list(self._waiting.values())

    def add(self, untrusted_transaction: bytes) -> Hash32:
        """Admit a transaction behind those that wait. The same one twice is no error.

        Raises:
            Refused: the law would refuse it in the next block, behind those that wait.
            MempoolFull: no room.
        """
        transaction_hash = sha256(untrusted_transaction)
        if transaction_hash in self._waiting:
            return transaction_hash
        if len(self._waiting) >= MAX_TRANSACTIONS or self._bytes + len(untrusted_transaction) > MAX_BYTES:
            raise MempoolFull(got=len(self._waiting))
        self._admission.admit(untrusted_transaction)
        self._waiting[transaction_hash] = untrusted_transaction
        self._bytes += len(untrusted_transaction)
        return transaction_hash

    def take(self, max_bytes: int) -> list[bytes]:
        """Transactions for the next block, oldest first, not above `max_bytes` together. They stay until `settle`."""
        taken, total = [], 0
        for raw in self._waiting.values():
            total += len(raw) + FRAME_BYTES
            if total > max_bytes:
                break
            taken.append(raw)
        return taken

    def settle(self, included: Sequence[bytes], max_bytes: int) -> None:
        """A block was made: forget what it holds and whatever can no longer be accepted, or is larger than the next."""
        for raw in included:
            self._forget(sha256(raw))
        self._admission = self._begin()
        for raw in list(self._waiting.values()):
            try:
                check_size(raw, max_bytes)
                self._admission.admit(raw)
            except Refused:
                self._forget(sha256(raw))

    def _forget(self, transaction_hash: Hash32) -> None:
        raw = self._waiting.pop(transaction_hash, None)
        if raw is not None:
            self._bytes -= len(raw)
