"""Records and their hash chains."""

from hashlib import sha256

from app.core.wire import registry_pb2 as wire
from tests.registry.model.case import Case, Done
from tests.registry.model.things import ChainHead
from tests.registry.model.words import derived_id, is_count, is_digest, is_text, sound

MOST_FILES = 1_000_000
SUBJECT_BYTES = 512


def notarize(case: Case) -> Done:
    """A record begins a chain or continues it."""
    record: wire.EvidenceRecord = case.action.record
    sound(_is_record(record))
    if record.sequence == 1:
        sound(record.chain == derived_id("chain", case.body.sender, case.body.nonce))
        sound(record.chain not in case.book.chains, "chain-forked")
    else:
        sound(record.chain in case.book.chains, "unknown-record-chain")
        head = case.book.chains[record.chain]
        sound(head.owner == case.body.sender, "not-chain-owner")
        sound((record.sequence, record.previous) == (head.sequence + 1, head.record), "chain-forked")
    digest = record_digest(record)
    case.book.chains[record.chain] = ChainHead(case.body.sender, record.sequence, digest)
    return Done(digest)


def record_digest(record: wire.EvidenceRecord) -> bytes:
    """By which the next record of the chain names it."""
    return sha256(b"luopu.record.v1\x00" + record.SerializeToString(deterministic=True)).digest()


def _is_record(record: wire.EvidenceRecord) -> bool:
    batch = record.batch_size == 0 if not record.batch_root else 1 <= record.batch_size <= MOST_FILES
    return (
        is_document(record)
        and len(record.chain) == 16
        and is_count(record.sequence, 1)
        and len(record.previous) == (0 if record.sequence == 1 else 32)
        and all(len(each) in (0, 32) for each in (record.batch_root, record.timestamp, record.hosting))
        and batch
        and record.supersedes < record.sequence
    )


def is_document(about: wire.EvidenceRecord | wire.OpenAgreement) -> bool:
    """Digests, size and words about a file."""
    digests = all(map(is_digest, (about.sha256, about.sm3, about.context_digest)))
    return digests and is_count(about.size) and is_text(about.subject, SUBJECT_BYTES)


ACTIONS = {"notarize": notarize}
