"""Where law and store meet: apply a block's transactions to the state and stage what they change.

Used unchanged by the embedded engine and the remote node, so both come to the same state root or somebody is wrong.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.codec import decode, encode
from app.core.errors import StoreDamaged
from app.core.hashing import sha256
from app.core.merkle import root
from app.core.refusals import Refused
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2, registry_pb2, store_pb2
from app.node.consensus.encoding import result_leaf
from app.node.consensus.validators import ValidatorUpdate
from app.node.store.chain import BlockRecord, ChainStore
from app.registry.context import Environment
from app.registry.events import Event, event_of
from app.registry.law import NO_MEMORY, BlockOutcome, Memory, Receipt, apply_block

CODESPACE = "luopu"
SEARCHED = frozenset({"account", "record", "proposal", "held", "member", "grant", "agreement", "voucher"})
"""Facts of events by which CometBFT finds transactions; the others it only keeps."""


@dataclass(frozen=True, slots=True)
class Execution:
    """What a block did: the state root after it, and what there is to store."""

    app_hash: Hash32
    results_hash: Hash32
    leaves: tuple[bytes, ...]
    """Of each result what the next header commits to."""
    outcome: BlockOutcome
    first_entry: int

    @property
    def results(self) -> tuple[comet_pb2.ExecTxResult, ...]:
        """The results in full, made anew each time: few ask for them."""
        return tuple(_result(receipt) for receipt in self.outcome.receipts)


def execute_block(
    store: ChainStore,
    transactions: Sequence[bytes],
    environment: Environment,
    memory: Memory = NO_MEMORY,
) -> Execution:
    """Apply the law and stage the state changes in `store.state`. Call under `store.lock`."""
    outcome = apply_block(store.state, store, transactions, environment, memory=memory)
    return stage_outcome(store, environment, outcome)


def stage_outcome(store: ChainStore, environment: Environment, outcome: BlockOutcome) -> Execution:
    """Stage in `store.state` what the law decided about a block on top of it. Call under `store.lock`."""
    first_entry = store.state.log.size
    app_hash = store.state.apply(environment.height, dict(outcome.writes), list(outcome.entries))
    leaves = tuple(result_leaf(each.code, each.data, each.points) for each in outcome.receipts)
    return Execution(Hash32(app_hash), root(leaves), leaves, outcome, first_entry)


def block_record(execution: Execution, tip: store_pb2.Tip, block_bytes: bytes, commit_bytes: bytes) -> BlockRecord:
    """Everything the store keeps of an executed block."""
    height = Height(tip.height)
    receipts = [
        (receipt.transaction_hash, _stored(receipt, height, tip.time_ns, position, execution.first_entry))
        for position, receipt in enumerate(execution.outcome.receipts)
    ]
    pairs = zip(execution.outcome.receipts, execution.leaves, strict=True)
    results = b"".join([_delimited(encode(_result(receipt)) if receipt.refusal else leaf) for receipt, leaf in pairs])
    return BlockRecord(
        tip,
        block_bytes,
        commit_bytes,
        results,
        receipts,
        execution.outcome.entries,
        execution.first_entry,
        execution.outcome.nonce_block,
    )


def refusal_data(refusal: Refused) -> bytes:
    """Facts of a refusal as whoever handed the transaction in is told them: JSON of an even length.

    CometBFT writes these bytes in hex, and @cosmjs takes that for base64, of which four digits go together.
    """
    facts = {name: str(value) for name, value in refusal.facts.items() if value is not None}
    data = json.dumps(facts).encode()
    return data + b" " * (len(data) % 2)


def validator_updates(outcome: BlockOutcome) -> tuple[ValidatorUpdate, ...]:
    """What the block orders of the validators, in the proof's words; it acts two blocks later."""
    return tuple(ValidatorUpdate(change.key, change.power) for change in outcome.seat_changes)


def load_results(store: ChainStore, height: int) -> list[comet_pb2.ExecTxResult]:
    """The results of a block in full. Events are not stored: they follow from the log. Call under `store.lock`.

    Raises:
        NotFound: the block was pruned.
    """
    results = _decode_results(store.results(height))
    accepted = [position for position, result in enumerate(results) if result.code == 0]
    if not accepted:
        return results
    transactions = decode(comet_pb2.Block, store.block(height) or b"").data.txs
    receipt = store.receipt(sha256(transactions[accepted[0]]))
    if receipt is None:
        raise StoreDamaged(reason="a receipt is missing", height=height)
    for index, position in enumerate(accepted, start=receipt.log_index):
        result = results[position]
        entry = decode(registry_pb2.LogEntry, store.entry(index) or b"")
        result.events.append(_event(event_of(entry, result.data)))
    return results


def _decode_results(data: bytes) -> list[comet_pb2.ExecTxResult]:
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
        events=[_event(event) for event in receipt.events],
        codespace="" if receipt.refusal is None else CODESPACE,
    )


def _event(event: Event) -> comet_pb2.Event:
    attributes = [
        comet_pb2.EventAttribute(key=name, value=value, index=name in SEARCHED) for name, value in event.facts
    ]
    return comet_pb2.Event(type=event.kind, attributes=attributes)


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
