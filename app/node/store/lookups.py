"""How records and receipts are found: what the store writes beside the log so that nobody has to search it.

What follows from the map: `app.node.store.mapped`. Whom the other facts of the log concern: `app.node.store.concerned`.
"""

from collections.abc import Sequence
from functools import lru_cache

from app.core.codec import decode, encode
from app.core.record import record_digest
from app.core.wire import comet_pb2, registry_pb2, store_pb2
from app.node.store import keys
from app.node.store.concerned import stage_fact
from app.node.store.staging import Staging


def stage_entry(staging: Staging, index: int, entry: registry_pb2.LogEntry) -> bytes:
    """Let a log entry be found; the digest of its record, if it has one.

    Whom the other facts concern may depend on the map after the entry's block, or any later one.

    Raises:
        DecodingError: an entry that cannot be.
    """
    if not entry.HasField("evidence_record"):
        stage_fact(staging, index, entry)
        return b""
    digest = record_digest(entry.evidence_record)
    record = decode(registry_pb2.EvidenceRecord, entry.evidence_record)
    stamp = keys.number(index)
    staging.put(keys.BY_ACCOUNT + entry.sender + stamp, b"")
    staging.put(keys.BY_CHAIN + record.chain + keys.number(record.sequence), stamp)
    staging.put(keys.BY_RECORD + digest, stamp)
    staging.put(keys.BY_FILE + record.sha256 + stamp, b"")
    if record.sequence == 1:
        staging.put(keys.BEGUN + entry.sender + stamp, record.chain)
    return digest


def stage_acceptance(
    staging: Staging, transaction_hash: bytes, receipt: store_pb2.StoredReceipt, entry: registry_pb2.LogEntry
) -> None:
    """Keep the receipt of a log entry's transaction, without what the entry says as well."""
    kept = store_pb2.StoredReceipt(points=receipt.points, log_index=receipt.log_index)
    if receipt.HasField("position"):
        kept.position = receipt.position
    if not entry.HasField("evidence_record"):
        kept.data = receipt.data
    staging.put(keys.RECEIPT + transaction_hash, encode(kept))


def complete_receipt(receipt: store_pb2.StoredReceipt, entry: registry_pb2.LogEntry) -> None:
    """Put back what the log entry of an accepted transaction says."""
    receipt.height, receipt.time_ns = entry.height, entry.time_ns
    if entry.HasField("evidence_record"):
        receipt.data = record_digest(entry.evidence_record)


def stage_members(staging: Staging, height: int, validator_sets: Sequence[bytes], before: bytes = b"") -> None:
    """Keep who signs `height` and the heights after it, where they are not the same as `before`; no bytes: not known."""
    known = members_of(before)
    for offset, validator_set in enumerate(validator_sets):
        members = members_of(validator_set)
        if members != known:
            staging.put(keys.VALIDATORS + keys.number(height + offset), members)
        known = members


@lru_cache(maxsize=64)  # with constant members, priorities come round after a few blocks
def members_of(validator_set: bytes) -> bytes:
    """An encoded luopu.comet.ValidatorSet without whose turn it is, so that equal members are equal bytes."""
    members = decode(comet_pb2.ValidatorSet, validator_set).validators
    for member in members:
        member.proposer_priority = 0
    return encode(comet_pb2.ValidatorSet(validators=members))
