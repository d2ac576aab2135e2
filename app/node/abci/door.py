"""The door of the mempool (CheckTx): who may wait for a block behind those that wait already.

Guarantees: what is let in would have been accepted by the next block at that moment; the same transaction twice is no
error, because CometBFT may have dropped it since. After a block all that still waits is asked again (RECHECK), in order, and
what has expired or was overtaken is turned away. What is said of a refused transaction is what our own RPC says of it.
"""

from collections.abc import Callable
from typing import Protocol

from app.core.refusals import Refused
from app.core.wire import abci_pb2
from app.node.execution import CODESPACE, refusal_data

LET_IN = abci_pb2.Response(check_tx=abci_pb2.ResponseCheckTx())


class Admission(Protocol):
    """Says whether the next block would take a transaction behind those admitted before."""

    def admit(self, untrusted_transaction: bytes) -> None:
        """Take it, or raise Refused and forget it."""
        ...


class Door:
    """Transactions let in since the newest block."""

    def __init__(self, begin: Callable[[], Admission]) -> None:
        """`begin` starts an admission on top of the newest block."""
        self._begin = begin
        self._admission = begin()
        self._inside: set[bytes] = set()

    def check(self, untrusted_transaction: bytes) -> abci_pb2.Response:
        """Let a transaction in, or say why not."""
        if untrusted_transaction in self._inside:
            return LET_IN
        try:
            self._admission.admit(untrusted_transaction)
        except Refused as refusal:
            return abci_pb2.Response(check_tx=_refusal(refusal))
        self._inside.add(untrusted_transaction)
        return LET_IN

    def reopen(self) -> None:
        """A block was made: nobody is inside until asked again."""
        self._admission = self._begin()
        self._inside = set()


def _refusal(refusal: Refused) -> abci_pb2.ResponseCheckTx:
    return abci_pb2.ResponseCheckTx(
        code=refusal.number, data=refusal_data(refusal), log=str(refusal), codespace=CODESPACE
    )
