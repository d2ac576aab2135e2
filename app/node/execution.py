"""Where law and store meet: apply a block's transactions to the state and stage what they change.

Used unchanged by the embedded engine and the remote node, so both come to the same state root or somebody is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.codec import encode
from app.core.errors import Refused
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2, store_pb2
from app.node.consensus.hashes import results_hash
from app.node.consensus.validators import ValidatorUpdate
from app.node.store.chain import BlockRecord, ChainStore, StoredNonce
from app.registry.law import BlockOutcome, Environment, Memory, Receipt, apply_block, knows_nothing


@dataclass(frozen=True, slots=True)
class Execution:
    """What a block did: the state root after it, its results, and what there is to store."""

    app_hash: Hash32
    results_hash: Hash32
    results: tuple[comet_pb2.ExecTxResult, ...]
    outcome: BlockOutcome
    first_entry: int


def execute_block(
    store: ChainStore,
    transactions: Sequence[bytes],
    environment: Environment,
    was_verified: Memory = knows_nothing,
) -> Execution:
    """Apply the law and stage the state changes in `store.state`. Call under `store.lock`."""
    outcome = apply_block(store.state, store, transactions, environment, was_verified=was_verified)
    return stage_outcome(store, environment, outcome)


def stage_outcome(store: ChainStore, environment: Environment, outcome: BlockOutcome) -> Execution:
    """Stage in `store.state` what the law decided about a block on top of it. Call under `store.lock`."""
    first_entry = store.state.log.size
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
        tip,
        block_bytes,
        commit_bytes,
        results,
        receipts,
        nonces,
        execution.outcome.entries,
        execution.first_entry,
        execution.outcome.nonce_block,
    )


def validator_updates(outcome: BlockOutcome) -> tuple[ValidatorUpdate, ...]:
    """What the block orders of the validators, in the proof's words; it acts two blocks later."""
    return tuple(ValidatorUpdate(change.key, change.power) for change in outcome.seat_changes)


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
