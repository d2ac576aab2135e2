"""From a final record to the paper that a clerk hands out.

Guarantees: a bundle is written only after it was verified here against this home's genesis document, with the same code
that a stranger uses; what a node says of a record is believed as little as anything else.
"""

from collections.abc import Mapping
from pathlib import Path

from app.client.fields import Fields
from app.core.codec import decode
from app.core.errors import InvalidBundle
from app.core.verification import Verdict
from app.core.wire import comet_pb2
from app.evidence.bundle import make_bundle
from app.evidence.context import decode_context
from app.evidence.proof import EvidenceProof, FileReference, TransactionProof
from app.evidence.verify import verify_bundle
from app.node.consensus.genesis import Genesis


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
        light_blocks=tuple(fields.base64_list("light_blocks")),
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
    material: Mapping[str, object], context: bytes, source: Path, target: Path, genesis: Genesis, *, detached: bool
) -> None:
    """Write the bundle of a record to `target`, with the original `source` inside unless `detached`.

    Raises:
        FileUnreadable, FileChanged: the original is not there, or is not the one that was notarized.
        InvalidBundle: what the node said does not verify; nothing was written.
    """
    proof = decode_material(material, context, detached=detached)
    draft = target.with_name(f".{target.name}.unverified")
    try:
        make_bundle(proof, None if detached else source, draft)
        check_own_bundle(draft, genesis, source if detached and source.exists() else None)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def check_own_bundle(bundle: Path, genesis: Genesis, original: Path | None) -> None:
    """A bundle made here must pass every step; a detached one whose original is away, every step but that one.

    Raises:
        LuopuError: the step's own error.
    """
    report = verify_bundle(bundle, genesis, original)
    failed = [step.name for step in report.steps if not step.passed]
    if report.verdict is Verdict.REFUTED or failed not in ([], ["file"]):
        raise report.error or InvalidBundle(reason=", ".join(failed))
