"""What must be true of a proof, step by step, for its record to stand where and when it says, made by whom it says.

Guarantees: pure. A step that returns has shown exactly what its sentence says, given that the steps before it hold; what
it found comes back as (name, value) facts to be shown. A step that fails raises the error of the rule that was broken, or
`NotEnoughTrust` where nothing is wrong but something is missing. The original file is left to `app.evidence.verify`.
"""

from collections.abc import Iterable

from app.core.codec import encode
from app.core.errors import InvalidBundle, InvalidProof, NotEnoughTrust
from app.core.hashing import sha256
from app.core.keys import is_signed_by
from app.core.merkle import leaf_hash
from app.core.record import context_digest, derive_chain, record_digest
from app.core.refusals import BadSignature
from app.core.stateproof import check_entry, proven_value
from app.core.units import Height
from app.core.verification import Facts
from app.core.wire import comet_pb2
from app.core.wire import registry_pb2 as wire
from app.evidence.parts import Parts
from app.evidence.proof import account_key
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import is_transaction_included
from app.node.consensus.predicates import check_commit_signatures, check_header_basics, check_header_hash, check_height
from app.node.consensus.time import from_timestamp
from app.node.consensus.verifier import NO_CLOCK, Outcome, TrustedBlock, verify_chain


def check_trust_root(parts: Parts, trust: Genesis | None) -> Facts:
    """The proof belongs to the consortium whose genesis the verifier brought."""
    proof = parts.proof
    if trust is None:
        raise NotEnoughTrust(reason="no genesis document was given", got=proof.genesis_fingerprint.hex())
    if proof.genesis_fingerprint != trust.fingerprint:
        raise NotEnoughTrust(
            reason="made on another chain than the one that you trust",
            expected=trust.fingerprint.hex(),
            got=proof.genesis_fingerprint.hex(),
        )
    _check_equal("chain id", proof.chain_id, trust.chain_id)
    return (("chain", trust.chain_id), ("genesis", trust.fingerprint.hex()))


def check_finality(parts: Parts, trust: Genesis | None) -> Facts:
    """More than two thirds of the voting power signed the anchor, by validators that follow from the genesis."""
    if trust is None or parts.proof.genesis_fingerprint != trust.fingerprint:
        raise NotEnoughTrust(reason="no genesis document of this chain was given")
    blocks = (*parts.light_blocks, parts.anchor)
    verdict = verify_chain(blocks, TrustedBlock.from_genesis(trust), now=NO_CLOCK)
    if verdict.outcome is Outcome.NOT_ENOUGH_TRUST:
        raise NotEnoughTrust(reason="blocks between genesis and this one are missing") from verdict.error
    if verdict.error is not None:
        raise verdict.error
    # The verifier stops at two thirds; whoever is counted below must have signed.
    check_commit_signatures(trust.chain_id, parts.anchor.signed_header.commit, parts.anchor.validators)
    signers = parts.signers
    return (
        ("signed", f"{signers.signed} of {signers.validators}"),
        ("power", f"{signers.signed_power} of {signers.total_power}"),
    )


def check_block(parts: Parts) -> Facts:
    """The header is that of the block right below the anchor, which names it by its hash."""
    header, anchor = parts.header, parts.anchor_header
    check_header_basics(header, parts.proof.chain_id)
    check_height(anchor, Height(header.height + 1))
    check_header_hash(header, anchor.last_block_id.hash)
    return (("height", str(header.height)), ("block", anchor.last_block_id.hash.hex()))


def check_transaction(parts: Parts) -> Facts:
    """The transaction stands in that block, and the log entry names it."""
    proof, place = parts.proof, parts.proof.transaction_proof
    untrusted_proof = comet_pb2.Proof(
        total=place.total, index=place.index, leaf_hash=leaf_hash(sha256(proof.transaction)), aunts=place.aunts
    )
    if not is_transaction_included(proof.transaction, untrusted_proof, parts.header.data_hash):
        raise InvalidProof(check="data_hash", expected=parts.header.data_hash.hex())
    _check_equal("transaction hash of the log entry", parts.entry.transaction_hash.hex(), parts.transaction.hash.hex())
    return (("transaction", parts.transaction.hash.hex()),)


def check_signature(parts: Parts) -> Facts:
    """Every signature of the transaction is good, and sender, chain and signers are those of the log entry.

    The first signature is the maker's, the others those of the approvers whom the signed body names (经办/复核).
    """
    transaction, entry = parts.transaction, parts.entry
    _check_equal("chain id of the transaction", transaction.body.chain_id, parts.proof.chain_id)
    _check_equal("sender of the log entry", entry.sender.hex(), transaction.sender.hex())
    _check_equal("signer of the log entry", entry.signer.hex(), parts.signer.encode().hex())
    approvers = _hex_of(signature.key.encode() for signature in transaction.signatures[1:])
    _check_equal("approvers of the transaction", _hex_of(map(encode, transaction.body.approvers)), approvers)
    _check_equal("approvers of the log entry", _hex_of(entry.approvers), approvers)
    for signature in transaction.signatures:
        if not is_signed_by(signature.key, transaction.digest, signature.signature):
            raise BadSignature(key=signature.key.data.hex())
    return (("algorithm", parts.signer.algorithm.name), ("key", parts.signer.data.hex()))


def check_account(parts: Parts) -> Facts:
    """Under the anchor's state root the sender's account has, or lost in this very block, the keys that signed.

    What it is proven to be, it was after the whole block: what the same block changed later than the transaction must not
    refute it. So a key that was revoked there counts, and the agreement is compared where its version is still the same.
    Of a user the agreement is that of the partner who answers for it, as the log says (3.6).
    """
    account, sender, entry = parts.account, parts.transaction.sender, parts.entry
    # `parts.account` was decoded from the very value that is proven here
    if proven_value(parts.proof.key_proof, account_key(sender), parts.anchor_header.app_hash) is None:
        raise InvalidProof(check="account")
    _check_equal("address of the account", account.address.hex(), sender.hex())
    _check_agreement(entry, account)
    keys = {(int(each.key.algorithm), each.key.data) for each in account.keys}
    keys |= {(int(each.key.algorithm), each.key.data) for each in account.retired if each.height == entry.height}
    for signature in parts.transaction.signatures:
        if (int(signature.key.algorithm), signature.key.data) not in keys:
            raise InvalidBundle(reason="the signing key is not one of the account's", got=signature.key.data.hex())
    partner = (("partner", str(entry.partner)),) if entry.partner else ()
    return (("account", str(account.id)), *partner, ("agreement", entry.agreement.hex()))


def _check_agreement(entry: wire.LogEntry, account: wire.Account) -> None:
    is_user = account.party == wire.PARTY_USER
    if is_user != bool(entry.partner):
        raise InvalidBundle(reason="who answers for the account", got=int(entry.partner))
    if is_user:
        return
    if entry.agreement_version == account.agreement_version:
        _check_equal("agreement of the log entry", entry.agreement.hex(), account.agreement.hex())
    elif entry.agreement_version > account.agreement_version:  # versions only rise
        expected = f"at most {account.agreement_version}"
        raise InvalidBundle(reason="agreement of the log entry", expected=expected, got=int(entry.agreement_version))


def check_record(parts: Parts) -> Facts:
    """The log under the anchor's state root has the entry, which holds the transaction's record, height and time."""
    entry, header = parts.entry, parts.header
    check_entry(parts.proof.entry_proof, parts.proof.log_entry, parts.anchor_header.app_hash)
    _check_equal("height of the log entry", str(entry.height), str(header.height))
    _check_equal("time of the log entry", str(entry.time_ns), str(from_timestamp(header.time)))
    _check_equal("record of the log entry", entry.evidence_record.hex(), parts.record_bytes.hex())
    return (("record", parts.record_digest.hex()), ("log index", str(parts.proof.log_index)))


def check_context(parts: Parts) -> Facts:
    """The context is the one that the record commits to, and speaks of the same file."""
    context, record = parts.context, parts.record
    _check_equal("digest of the context", context_digest(parts.proof.context).hex(), record.context_digest.hex())
    _check_equal("file size of the context", str(context.file_size), str(record.size))
    _check_equal("file name of the context", context.file_name, parts.proof.file.name)
    return (("file", context.file_name), ("captured by", context.captured.by))


def check_chain(parts: Parts) -> Facts:
    """The records before this one follow one another by digest, from the first, without a gap."""
    record, previous = parts.record, b""
    for number, (earlier, earlier_bytes) in enumerate(zip(parts.segment, parts.proof.segment, strict=True), start=1):
        _check_link(earlier.chain, earlier.sequence, earlier.previous, record.chain, number, previous)
        previous = record_digest(earlier_bytes)
    _check_link(record.chain, record.sequence, record.previous, record.chain, len(parts.segment) + 1, previous)
    if record.sequence == 1:
        begun = derive_chain(parts.transaction.sender, parts.transaction.body.nonce)
        _check_equal("id of the evidence chain", record.chain.hex(), begun.hex())
    return (("chain", record.chain.hex()), ("records", str(record.sequence)))


def _check_link(
    chain: bytes, sequence: int, previous: bytes, whole_chain: bytes, expected_sequence: int, expected_previous: bytes
) -> None:
    _check_equal("evidence chain", chain.hex(), whole_chain.hex())
    _check_equal("place in the evidence chain", str(sequence), str(expected_sequence))
    _check_equal("record before", previous.hex(), expected_previous.hex())


def _hex_of(keys: Iterable[bytes]) -> str:
    return " ".join(key.hex() for key in keys)


def _check_equal(what: str, got: str, expected: str) -> None:
    if got != expected:
        raise InvalidBundle(reason=what, expected=expected, got=got)
