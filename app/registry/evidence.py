"""Action `notarize` (white paper 3.4.2): put one record on the log and move the head of its hash chain.

A record either begins a chain, whose id then follows from sender and nonce so that nobody can take or guess it, or it
continues the newest record of a chain that the same account began. Forks and gaps are refused here, edits and losses
are found by anyone who follows the digests.
"""

from app.core.codec import encode
from app.core.record import check_record, derive_chain, record_digest
from app.core.refusals import BadAction, ChainForked, NotChainOwner, UnknownChain
from app.core.wire import registry_pb2 as wire
from app.registry.acted import Acted
from app.registry.checking import fields_checked
from app.registry.context import Context
from app.registry.draft import Draft
from app.registry.state import read_chain_head, write_chain_head


def notarize(context: Context) -> Acted:
    """Check the record of `body` against its chain and move the chain's head.

    Raises:
        BadAction: a field of the record has the wrong length or range, or a new chain carries the wrong id.
        UnknownChain: it continues a chain that does not exist.
        NotChainOwner: somebody else began the chain.
        ChainForked: it does not follow the newest record.
    """
    draft, body, record = context.draft, context.body, context.body.notarize.record
    with fields_checked():
        check_record(record)
    if record.sequence == 1:
        _check_beginning(draft, record, body)
    else:
        _check_continuation(draft, record, body.sender)
    record_bytes = encode(record)
    digest = record_digest(record_bytes)
    head = wire.ChainHead(owner=body.sender, sequence=record.sequence, record=digest)
    write_chain_head(draft, record.chain, head)
    return Acted("evidence_record", record_bytes, digest)


def _check_beginning(draft: Draft, record: wire.EvidenceRecord, body: wire.Body) -> None:
    expected = derive_chain(body.sender, body.nonce)
    if record.chain != expected:
        raise BadAction(field="record chain", expected=expected.hex(), got=record.chain.hex())
    if read_chain_head(draft, record.chain) is not None:
        raise ChainForked(expected="a new chain", got=record.chain.hex())


def _check_continuation(draft: Draft, record: wire.EvidenceRecord, sender: bytes) -> None:
    head = read_chain_head(draft, record.chain)
    if head is None:
        raise UnknownChain(chain=record.chain.hex())
    if head.owner != sender:
        raise NotChainOwner(chain=record.chain.hex())
    if record.sequence != head.sequence + 1:
        raise ChainForked(expected=f"#{head.sequence + 1}", got=f"#{record.sequence}")
    if record.previous != head.record:
        raise ChainForked(expected=head.record.hex(), got=record.previous.hex())
