"""Blocks on their way: what we propose, what we say to others' proposals, what was decided, what is kept.

Guarantees: the law is asked once for a block, however often it is met before it is decided; nothing is staged before the
decision and nothing is durable before `commit`, so that after any crash CometBFT finds the application at a block boundary
and replays the rest. Leaves to CometBFT all that is consensus: order, votes, validator sets, block time, evidence.
"""

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import ConsensusMismatch
from app.core.keys import is_signed_by
from app.core.refusals import Refused
from app.core.units import Height, Nanoseconds
from app.core.wire import store_pb2
from app.node.abci.verified import VerifiedTransactions
from app.node.consensus.encoding import varint
from app.node.consensus.genesis import Genesis
from app.node.execution import Execution, block_record, stage_outcome
from app.node.store.chain import ChainStore
from app.registry.context import Environment, SignatureCheck
from app.registry.law import Admission, BlockOutcome, apply_block

REMEMBERED = 2
"""Judged blocks that are remembered: of two rounds, since the later one seldom fails too."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the law says of a block that may be decided."""

    environment: Environment
    transactions: Sequence[bytes]
    outcome: BlockOutcome


class NotBegun:
    """Admission to nothing: there is no state yet."""

    def admit(self, untrusted_transaction: bytes) -> None:
        """Not now."""
        del untrusted_transaction
        raise Refused(reason="no state yet")


class Blocks:
    """The next block of one chain store."""

    def __init__(self, store: ChainStore, genesis: Genesis, is_signed: SignatureCheck = is_signed_by) -> None:
        """`store` has begun when the first block is asked for."""
        self.verified = VerifiedTransactions()
        self._store = store
        self._genesis = genesis
        self._is_signed = is_signed
        self._judged: deque[_Judged] = deque(maxlen=REMEMBERED)
        self._is_staged = False

    def begin_admission(self) -> Admission | NotBegun:
        """Admission to the next block, on top of the newest one; the next block's time is at least that one's."""
        if self._store.is_empty:
            return NotBegun()
        tip = self._store.tip
        time_ns = max(tip.time_ns, self._genesis.time_ns)
        return self._admission(Environment(self._genesis.chain_id, Height(tip.height + 1), time_ns))

    def prepare(
        self, height: int, time_ns: Nanoseconds, untrusted_transactions: Sequence[bytes], max_bytes: int
    ) -> Sequence[bytes]:
        """Those that the law accepts in this order, not above `max_bytes` together."""
        environment = self._environment(height, time_ns)
        fitting = _fitting(untrusted_transactions, max_bytes)
        if self._first_refusal(environment, fitting) is None:
            return fitting
        admission = self._admission(environment)
        accepted = [raw for raw in fitting if _is_admitted(admission, raw)]
        self._judge(environment, accepted)
        return accepted

    def refusal_in(self, height: int, time_ns: Nanoseconds, untrusted_transactions: Sequence[bytes]) -> Refused | None:
        """Why a proposed block is not a good one: an honest proposer includes nothing that the law refuses."""
        return self._first_refusal(self._environment(height, time_ns), untrusted_transactions)

    def decide(
        self, height: int, time_ns: Nanoseconds, block_hash: bytes, untrusted_transactions: Sequence[bytes]
    ) -> Execution:
        """Execute a block that the consortium decided. Nothing is durable yet.

        Raises:
            ConsensusMismatch: it does not follow the newest block.
            UpgradeNeeded: it is to be judged by a law that this program does not know.
        """
        environment = self._environment(height, time_ns)
        with self._store.lock:
            before = self._store.tip
            outcome = self._judge(environment, untrusted_transactions)
            self._is_staged = True
            execution = stage_outcome(self._store, environment, outcome)
            after = store_pb2.Tip(
                height=height,
                block_hash=block_hash,
                previous_hash=before.block_hash,
                app_hash=execution.app_hash,
                time_ns=time_ns,
                results_hash=execution.results_hash,
            )
            self._store.append(block_record(execution, after, b"", b""))
        return execution

    def commit(self) -> store_pb2.Tip:
        """Make the decided block durable. Of older states nothing is kept: nobody can ask for them.

        Raises:
            ConsensusMismatch: none was decided.
        """
        if not self._is_staged:
            raise ConsensusMismatch(expected="a decided block", got="none")
        with self._store.lock:
            self._store.prune(Height(self._store.tip.height))
            self._store.flush()
        self._is_staged = False
        self._judged.clear()
        return self._store.durable_tip

    def forget_uncommitted(self) -> bool:
        """Be at the newest durable block; whether that was not so.

        CometBFT was restarted between decision and commit, and decides the block again.
        """
        if not self._is_staged:
            return False
        _log.warning("block %d was decided but never committed: it is expected again", self._store.tip.height)
        self._store.discard()
        self._is_staged = False
        return True

    # ---- inside --------------------------------------------------------------------------------------------------
    def _environment(self, height: int, time_ns: Nanoseconds) -> Environment:
        """Where a block stands that follows the newest one."""
        expected = self._store.tip.height + 1
        if height != expected:
            raise ConsensusMismatch(expected=f"block {expected}", got=f"block {height}")
        return Environment(self._genesis.chain_id, Height(height), time_ns)

    def _admission(self, environment: Environment) -> Admission:
        return Admission(self._store.state, self._store, environment, self._is_signed, self.verified)

    def _first_refusal(self, environment: Environment, transactions: Sequence[bytes]) -> Refused | None:
        outcome = self._judge(environment, transactions)
        return next((receipt.refusal for receipt in outcome.receipts if receipt.refusal is not None), None)

    def _judge(self, environment: Environment, transactions: Sequence[bytes]) -> BlockOutcome:
        for judged in self._judged:
            if judged.environment == environment and judged.transactions == transactions:
                return judged.outcome
        with self._store.lock:
            outcome = apply_block(
                self._store.state, self._store, transactions, environment, self._is_signed, self.verified
            )
        self._judged.append(_Judged(environment, transactions, outcome))
        return outcome


def _is_admitted(admission: Admission, raw: bytes) -> bool:
    try:
        admission.admit(raw)
    except Refused:
        return False
    return True


def _fitting(transactions: Sequence[bytes], max_bytes: int) -> list[bytes]:
    """The first of them whose encoding in a block does not exceed `max_bytes`."""
    fitting, total = [], 0
    for raw in transactions:
        total += 1 + len(varint(len(raw))) + len(raw)
        if total > max_bytes:
            break
        fitting.append(raw)
    return fitting
