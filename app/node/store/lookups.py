"""How records and receipts are found: what the store writes beside the log so that nobody has to search it."""

from collections.abc import Sequence
from functools import lru_cache

from app.core.codec import decode, encode
from app.core.record import record_digest
from app.core.units import check_int64
from app.core.wire import comet_pb2, registry_pb2, store_pb2
from app.node.store import keys
from app.node.store.staging import Staging

PROPOSAL_KEYS = b"proposal/"
"""How the law's keys of proposals begin in the map; the id follows."""


def stage_entry(staging: Staging, index: int, entry: registry_pb2.LogEntry) -> bytes:
    """Let a log entry with a record be found; the record's digest. A proposal is found by `stage_proposal`."""
    if not entry.HasField("evidence_record"):
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


def stage_proposal(staging: Staging, proposal_id: bytes, proposal: registry_pb2.Propose) -> None:
    """Let a proposal be found by its deadline.

    Not by its place on the log: the log does not hold its id, and a store that begins with a snapshot has only log and map.

    Raises:
        DecodingError: a deadline that cannot be.
    """
    deadline = check_int64("deadline", proposal.deadline)
    staging.put(keys.PROPOSED + keys.number(deadline) + proposal_id, b"")


def stage_proposal_of_pair(staging: Staging, key: bytes, value: bytes) -> None:
    """The same for a pair of the map, where it is a proposal.

    Raises:
        DecodingError: a proposal that cannot be.
    """
    if key.startswith(PROPOSAL_KEYS):
        stage_proposal(staging, key[len(PROPOSAL_KEYS) :], decode(registry_pb2.Proposal, value).propose)


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
