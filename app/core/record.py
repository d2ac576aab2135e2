"""Evidence records and their hash chains (white paper 3.4.2 可靠性证明, 完整性证明).

A record is what the signer states about one file. Its digest covers the digest of the record before it, so a missing,
changed or inserted record breaks every later link. All of it is known before the block is made, so several records of
one chain can be signed at once and without a network.
"""

from dataclasses import dataclass, fields

from app.core.codec import decode_canonical, encode
from app.core.errors import OutOfRange
from app.core.hashing import CHAIN_DOMAIN, CONTEXT_DOMAIN, RECORD_DOMAIN, sha256
from app.core.text import check_text
from app.core.units import Hash32, check_hash32, check_int64, check_length
from app.core.wire import registry_pb2 as wire

CHAIN_ID_BYTES = 16
MAX_BATCH = 1_000_000


@dataclass(frozen=True, slots=True)
class FileDigests:
    """What is known of a file's bytes: both digests (32 bytes each) and the size in bytes."""

    sha256: Hash32
    sm3: Hash32
    size: int


@dataclass(frozen=True, slots=True)
class Additions:
    """What a record says besides its file; see `EvidenceRecord`."""

    batch_root: bytes = b""
    batch_size: int = 0
    supersedes: int = 0
    timestamp: bytes = b""
    hosting: bytes = b""


NOTHING_MORE = Additions()
ADDED = tuple(field.name for field in fields(Additions))
"""Fields of a record that only some records have."""


def additions_of(record: wire.EvidenceRecord) -> Additions:
    """The same of a record."""
    return Additions(record.batch_root, record.batch_size, record.supersedes, record.timestamp, record.hosting)


def record_digest(record_bytes: bytes) -> Hash32:
    """The digest that names a record and that the next record of its chain cites."""
    return sha256(RECORD_DOMAIN + record_bytes)


def context_digest(context_bytes: bytes) -> Hash32:
    """The digest of a record's off-chain context document (canonical JSON with a salt)."""
    return sha256(CONTEXT_DOMAIN + context_bytes)


def derive_chain(sender: bytes, nonce: bytes) -> bytes:
    """The id (16 bytes) of the hash chain that a sender begins with the transaction of this nonce."""
    return sha256(CHAIN_DOMAIN + sender + nonce)[:CHAIN_ID_BYTES]


def check_record(record: wire.EvidenceRecord) -> None:
    """Check the shape of a record: lengths, ranges, and that only the first has no predecessor.

    Raises:
        OutOfRange: a field has the wrong length or range.
    """
    check_length("record chain", record.chain, CHAIN_ID_BYTES)
    check_int64("sequence", record.sequence, least=1)
    check_int64("file size", record.size)
    check_hash32("sha256", record.sha256)
    check_hash32("sm3", record.sm3)
    check_hash32("context digest", record.context_digest)
    if record.sequence == 1:
        check_length("previous digest of the first record", record.previous, 0)
    else:
        check_hash32("previous digest", record.previous)
    check_text("subject", record.subject)
    _check_additions(record)


def _check_additions(record: wire.EvidenceRecord) -> None:
    """What a record may say besides: a batch of files, the record it takes the place of, a time-stamp, a hosted file."""
    if record.batch_root:
        check_hash32("batch root", record.batch_root)
    if not (1 if record.batch_root else 0) <= record.batch_size <= (MAX_BATCH if record.batch_root else 0):
        raise OutOfRange(field="batch size", expected=f"1 … {MAX_BATCH} with a root, 0 without", got=record.batch_size)
    if record.supersedes >= record.sequence:
        raise OutOfRange(field="superseded record", expected=f"below {record.sequence}", got=record.supersedes)
    if record.timestamp:
        check_hash32("time-stamp digest", record.timestamp)
    if record.hosting:
        check_hash32("hosting digest", record.hosting)


def decode_record(untrusted_bytes: bytes) -> wire.EvidenceRecord:
    """Decode a record strictly.

    Raises:
        DecodingError: not canonical, or a field out of range.
    """
    record = decode_canonical(wire.EvidenceRecord, untrusted_bytes)
    check_record(record)
    return record


def encode_record(record: wire.EvidenceRecord) -> bytes:
    """The canonical bytes of a record."""
    return encode(record)
