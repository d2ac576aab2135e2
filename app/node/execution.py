"""Where law and store meet: apply a block's transactions to the state and stage what they change.

Used unchanged by the embedded engine and the remote node, so both come to the same state root or somebody is wrong.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from app.core.codec import encode
from app.core.errors import LuopuError, Refused
from app.core.keys import PublicKey, is_signed_by
from app.core.transaction import SignedTransaction, decode_transaction
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2, store_pb2
from app.node.consensus.hashes import results_hash
from app.node.store.chain import BlockRecord, ChainStore, StoredNonce
from app.registry.law import BlockOutcome, Environment, Receipt, apply_block

SignatureMemory = dict[tuple[PublicKey, bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Execution:
    """What a block did: the state root after it, its results, and what there is to store."""

    app_hash: Hash32
    results_hash: Hash32
    results: tuple[comet_pb2.ExecTxResult, ...]
    outcome: BlockOutcome
    first_entry: int


class SignatureChecker:
    """Verifies the signatures of many transactions on all cores ahead of the law, which then only looks them up.

    libsodium releases the interpreter lock, so threads are enough.
    """

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._pool: Executor = ThreadPoolExecutor(workers, thread_name_prefix="signatures")

    def check(self, transactions: Sequence[bytes]) -> SignatureMemory:
        """Verify every signature of every decodable transaction."""
        if len(transactions) < 2 * self._workers:
            return _check_signatures(transactions)
        size = -(-len(transactions) // self._workers)
        pieces = [transactions[start : start + size] for start in range(0, len(transactions), size)]
        memory: SignatureMemory = {}
        for answers in self._pool.map(_check_signatures, pieces):
            memory.update(answers)
        return memory

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown()


def execute_block(
    store: ChainStore,
    transactions: Sequence[bytes],
    environment: Environment,
    memory: SignatureMemory | None = None,
) -> Execution:
    """Apply the law and stage the state changes in `store.state`. Call under `store.lock`."""
    known = memory or {}

    def is_signed(key: PublicKey, digest: bytes, signature: bytes) -> bool:
        answer = known.get((key, digest, signature))
        return is_signed_by(key, digest, signature) if answer is None else answer

    first_entry = store.state.log.size
    outcome = apply_block(store.state, store, transactions, environment, is_signed)
    app_hash = store.state.apply(environment.height, dict(outcome.writes), list(outcome.entries))
    results = tuple(_result(receipt) for receipt in outcome.receipts)
    return Execution(Hash32(app_hash), results_hash(results), results, outcome, first_entry)


def block_record(execution: Execution, tip: store_pb2.Tip, block_bytes: bytes, commit_bytes: bytes) -> BlockRecord:
    """Everything the store keeps of an executed block."""
    height = Height(tip.height)
    receipts = [
        (receipt.transaction_hash, _stored(receipt, height, tip.time_ns, position, execution.first_entry))
        for position, receipt in enumerate(execution.outcome.receipts)
    ]
    nonces = [StoredNonce(used.sender, used.nonce, used.valid_until) for used in execution.outcome.nonces]
    results = b"".join(_delimited(encode(result)) for result in execution.results)
    return BlockRecord(
        tip, block_bytes, commit_bytes, results, receipts, nonces, execution.outcome.entries, execution.first_entry
    )


def decode_results(data: bytes) -> list[comet_pb2.ExecTxResult]:
    """The results kept by `block_record`."""
    results, position = [], 0
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        results.append(comet_pb2.ExecTxResult.FromString(data[position + 4 : position + 4 + length]))
        position += 4 + length
    return results


def _delimited(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _check_signatures(transactions: Sequence[bytes]) -> SignatureMemory:
    memory: SignatureMemory = {}
    for raw in transactions:
        try:
            transaction: SignedTransaction = decode_transaction(raw)
        except LuopuError:
            continue  # the law decodes it again and says why
        digest = transaction.digest
        for entry in transaction.signatures:
            memory[entry.key, digest, entry.signature] = is_signed_by(entry.key, digest, entry.signature)
    return memory


def _result(receipt: Receipt) -> comet_pb2.ExecTxResult:
    return comet_pb2.ExecTxResult(
        code=receipt.code,
        data=receipt.data,
        log="" if receipt.refusal is None else str(receipt.refusal),
        gas_wanted=receipt.points,
        gas_used=receipt.points,
        events=[
            comet_pb2.Event(
                type=event.kind,
                attributes=[comet_pb2.EventAttribute(key=name, value=value, index=True) for name, value in event.facts],
            )
            for event in receipt.events
        ],
        codespace="" if receipt.refusal is None else "luopu",
    )


def _stored(receipt: Receipt, height: Height, time_ns: int, position: int, first_entry: int) -> store_pb2.StoredReceipt:
    return store_pb2.StoredReceipt(
        height=height,
        time_ns=time_ns,
        position=position,
        code=receipt.code,
        data=receipt.data,
        points=receipt.points,
        log_index=None if receipt.log_offset is None else first_entry + receipt.log_offset,
        facts=[] if receipt.refusal is None else _facts(receipt.refusal),
    )


def _facts(refusal: Refused) -> list[store_pb2.Fact]:
    return [store_pb2.Fact(name=name, value=str(value)) for name, value in refusal.facts.items() if value is not None]
