"""The bytes that CometBFT itself would write for a message: what its hashes and signatures cover.

CometBFT always writes certain inner messages, empty ones too (version, time, block id, part set header, data, evidence),
and reads a missing time as Go's zero time; a protobuf library knows neither. Here both hold whatever the message has, and
unknown fields, which CometBFT drops, are left out. Small messages are put together by hand: it is several times faster.
Field numbers are those of `proto/luopu/comet.proto`; a tag is (number << 3) | wire type, one byte each.
"""

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.codec import encode
from app.core.wire import comet_pb2 as pb
from app.node.consensus.time import FIRST_SECOND

SMALL = tuple(bytes((value,)) for value in range(0x80))
UINT64_MASK = 2**64 - 1


def varint(value: int) -> bytes:
    """A base-128 number; a negative one as its 64-bit two's complement."""
    if 0 <= value < 0x80:
        return SMALL[value]
    value &= UINT64_MASK
    result = bytearray()
    while value >= 0x80:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)


def number_field(tag: bytes, value: int) -> bytes:
    """A number; nothing for zero."""
    return tag + varint(value) if value else b""


def bytes_field(tag: bytes, value: bytes) -> bytes:
    """Bytes or text; nothing when empty."""
    return tag + varint(len(value)) + value if value else b""


def message_field(tag: bytes, value: bytes) -> bytes:
    """An inner message; written even when empty."""
    return tag + varint(len(value)) + value


def timestamp_bytes(timestamp: Timestamp) -> bytes:
    """A timestamp's own bytes."""
    return number_field(b"\x08", timestamp.seconds) + number_field(b"\x10", timestamp.nanos)


ZERO_TIMESTAMP = number_field(b"\x08", FIRST_SECOND)


def block_id_bytes(block_id: pb.BlockID) -> bytes:
    """A block id's own bytes: `12 00` for an empty one."""
    parts = block_id.part_set_header
    return bytes_field(b"\x0a", block_id.hash) + message_field(
        b"\x12", number_field(b"\x08", parts.total) + bytes_field(b"\x12", parts.hash)
    )


def commit_sig_bytes(signature: pb.CommitSig) -> bytes:
    """One signature of a commit: a leaf of `last_commit_hash`."""
    time = timestamp_bytes(signature.timestamp) if signature.HasField("timestamp") else ZERO_TIMESTAMP
    return (
        number_field(b"\x08", signature.block_id_flag)
        + bytes_field(b"\x12", signature.validator_address)
        + message_field(b"\x1a", time)
        + bytes_field(b"\x22", signature.signature)
    )


def simple_validator_bytes(key: bytes, power: int) -> bytes:
    """An Ed25519 key and its power: a leaf of `validators_hash`."""
    return message_field(b"\x0a", bytes_field(b"\x0a", key)) + number_field(b"\x10", power)


def result_leaf(code: int, data: bytes, gas: int) -> bytes:
    """A transaction's result as `last_results_hash` counts it: code, data, gas wanted and used, which are the same here."""
    return (
        number_field(b"\x08", code)
        + bytes_field(b"\x12", data)
        + number_field(b"\x28", gas)
        + number_field(b"\x30", gas)
    )


def header_leaves(header: pb.Header) -> list[bytes]:
    """The fourteen leaves of a header's hash: scalars in wrapper messages, an empty value as an empty leaf."""
    version = header.version
    return [
        number_field(b"\x08", version.block) + number_field(b"\x10", version.app),
        bytes_field(b"\x0a", header.chain_id.encode()),
        number_field(b"\x08", header.height),
        timestamp_bytes(header.time) if header.HasField("time") else ZERO_TIMESTAMP,
        block_id_bytes(header.last_block_id),
        bytes_field(b"\x0a", header.last_commit_hash),
        bytes_field(b"\x0a", header.data_hash),
        bytes_field(b"\x0a", header.validators_hash),
        bytes_field(b"\x0a", header.next_validators_hash),
        bytes_field(b"\x0a", header.consensus_hash),
        bytes_field(b"\x0a", header.app_hash),
        bytes_field(b"\x0a", header.last_results_hash),
        bytes_field(b"\x0a", header.evidence_hash),
        bytes_field(b"\x0a", header.proposer_address),
    ]


def block_bytes(block: pb.Block) -> bytes:
    """The whole block: what the part set is cut from."""
    complete = pb.Block()
    complete.CopyFrom(block)
    complete.DiscardUnknownFields()
    complete_header(complete.header)
    complete.header.SetInParent()
    complete.data.SetInParent()
    complete.evidence.SetInParent()
    for evidence in complete.evidence.evidence:
        complete_evidence(evidence)
    if complete.HasField("last_commit"):
        complete_commit(complete.last_commit)
    return encode(complete)


def evidence_bytes(evidence: pb.Evidence) -> bytes:
    """One piece of evidence without the wrapper that says its kind: a leaf of `evidence_hash`."""
    complete = pb.Evidence()
    complete.CopyFrom(evidence)
    complete.DiscardUnknownFields()
    complete_evidence(complete)
    kind = complete.WhichOneof("sum")
    return encode(getattr(complete, kind)) if kind else b""


def complete_header(header: pb.Header) -> None:
    """Write out, in place, the inner messages that CometBFT always writes."""
    header.version.SetInParent()
    _complete_time(header)
    _complete_block_id(header.last_block_id)


def complete_commit(commit: pb.Commit) -> None:
    """Write out, in place, the inner messages that CometBFT always writes."""
    _complete_block_id(commit.block_id)
    for signature in commit.signatures:
        _complete_time(signature)


def complete_evidence(evidence: pb.Evidence) -> None:
    """Write out, in place, the inner messages that CometBFT always writes."""
    kind = evidence.WhichOneof("sum")
    if kind == "duplicate_vote_evidence":
        _complete_duplicate_vote(evidence.duplicate_vote_evidence)
    elif kind == "light_client_attack_evidence":
        _complete_light_client_attack(evidence.light_client_attack_evidence)


def _complete_duplicate_vote(evidence: pb.DuplicateVoteEvidence) -> None:
    _complete_time(evidence)
    for name, vote in (("vote_a", evidence.vote_a), ("vote_b", evidence.vote_b)):
        if evidence.HasField(name):
            _complete_block_id(vote.block_id)
            _complete_time(vote)


def _complete_light_client_attack(evidence: pb.LightClientAttackEvidence) -> None:
    _complete_time(evidence)
    conflicting = evidence.conflicting_block
    if conflicting.signed_header.HasField("header"):
        complete_header(conflicting.signed_header.header)
    if conflicting.signed_header.HasField("commit"):
        complete_commit(conflicting.signed_header.commit)
    members = conflicting.validator_set
    for validator in (*members.validators, *evidence.byzantine_validators):
        validator.pub_key.SetInParent()
    if members.HasField("proposer"):
        members.proposer.pub_key.SetInParent()


def _complete_block_id(block_id: pb.BlockID) -> None:
    block_id.part_set_header.SetInParent()


Timed = pb.Header | pb.CommitSig | pb.Vote | pb.DuplicateVoteEvidence | pb.LightClientAttackEvidence


def _complete_time(message: Timed) -> None:
    name = "time" if isinstance(message, pb.Header) else "timestamp"
    if not message.HasField(name):
        getattr(message, name).seconds = FIRST_SECOND
