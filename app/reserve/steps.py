"""What must be true of a reserve proof, step by step (docs/formats/reserve.md, Steps of verification).

Guarantees: pure. A step that returns has shown what its sentence says, given that the steps before it hold; what it found
comes back as facts to be shown. A step that fails raises `InvalidReserve` or the error of the rule that was broken, or
`NotEnoughTrust` where nothing is wrong but something is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.codec import encode
from app.core.errors import NotEnoughTrust
from app.core.keys import is_signed_by
from app.core.refusals import BadSignature
from app.core.reserveerrors import InvalidReserve, ReserveShort
from app.core.stateproof import check_entry, proven_value
from app.core.units import NANOSECONDS_PER_SECOND, Height
from app.core.verification import Facts
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis
from app.node.consensus.predicates import block_time, check_commit_signatures, check_height
from app.node.consensus.verifier import NO_CLOCK, Outcome, TrustedBlock, UntrustedBlock, verify_chain
from app.reserve.formula import SUM_LIMIT, bit_at, leaf_hash, node_hash, root_hash, serial_position, user_digest
from app.reserve.header import DIVISIBLE, UNIQUE, ReserveHeader
from app.reserve.parts import Parts
from app.reserve.proof import ReserveProof

LONGEST_WAY: Final = 24 * 3600 * NANOSECONDS_PER_SECOND
"""From the snapshot to its publication."""
_KINDS: Final = {wire.KIND_DIVISIBLE: DIVISIBLE, wire.KIND_UNIQUE: UNIQUE}


@dataclass(frozen=True, slots=True)
class TreeEnd:
    """What the way from a leaf up leads to."""

    root: bytes
    total: int
    statement: bytes
    """Digest of the header, which the root covers."""


def climb(proof: ReserveProof) -> TreeEnd:
    """Go from the leaf to the root.

    Raises:
        InvalidReserve: the way is none.
    """
    header, leaf = proof.header, proof.leaf
    _check_serial(proof)
    user = user_digest(header.chain_id, proof.user.number, proof.user.address)
    item = leaf_hash(leaf.position, user, leaf.salt, leaf.balance), leaf.balance
    above = 256
    for step in proof.path:
        if step.depth >= above:
            raise InvalidReserve(check="path", expected=f"a depth below {above}", got=step.depth)
        above, other = step.depth, (step.hash, step.sum)
        pair = (other, item) if bit_at(leaf.position, step.depth) else (item, other)
        if item[1] + step.sum >= SUM_LIMIT:
            raise InvalidReserve(check="sum", expected="below 2^128", got="overflow")
        item = node_hash(step.depth, *pair), item[1] + step.sum
    statement = header.digest
    return TreeEnd(root_hash(statement, *item), item[1], statement)


def _check_serial(proof: ReserveProof) -> None:
    """One serial has one place."""
    serial = proof.leaf.serial
    if serial is not None and proof.leaf.position != serial_position(proof.header.voucher, serial):
        raise InvalidReserve(check="position of the serial", got=str(serial))


def check_user(proof: ReserveProof, expected: str | None) -> Facts:
    """The proof is for the account that its reader names: by number, or by address in hex."""
    user = proof.user
    names = {str(user.number), user.address.hex()}
    if expected is not None and expected.strip().lower() not in names:
        raise InvalidReserve(check="user", expected=expected.strip()[:80], got=str(user.number))
    return (("account", str(user.number)), ("address", user.address.hex()))


def check_tree(proof: ReserveProof, end: TreeEnd) -> Facts:
    """From the user's share the way up leads to one root and one total."""
    return (("balance", str(proof.leaf.balance)), ("total", str(end.total)), ("root", end.root.hex()))


def check_trust_root(header: ReserveHeader, trust: Genesis | None) -> Facts:
    """The proof belongs to the consortium whose genesis the reader brought."""
    if trust is None:
        raise NotEnoughTrust(reason="no genesis document was given", got=header.genesis_fingerprint.hex())
    if header.genesis_fingerprint != trust.fingerprint:
        raise NotEnoughTrust(
            reason="made on another chain than the one that you trust",
            expected=trust.fingerprint.hex(),
            got=header.genesis_fingerprint.hex(),
        )
    _check_equal("chain id", header.chain_id, trust.chain_id)
    return (("chain", trust.chain_id), ("genesis", trust.fingerprint.hex()))


def check_finality(parts: Parts, trust: Genesis | None) -> Facts:
    """More than two thirds of the voting power signed both anchors, by validators that follow from the genesis."""
    if trust is None or parts.proof.header.genesis_fingerprint != trust.fingerprint:
        raise NotEnoughTrust(reason="no genesis document of this chain was given")
    check_anchors((parts.snapshot_anchor, parts.publication_anchor), parts.light_blocks, trust)
    return (("validators", str(len(parts.publication_anchor.validators))),)


def check_anchors(anchors: Sequence[UntrustedBlock], between: Sequence[UntrustedBlock], trust: Genesis) -> None:
    """Anchors follow from the genesis, with the help of the blocks between, and every signature of theirs is good.

    Raises:
        NotEnoughTrust: blocks are missing.
        InvalidBlock: one is wrong.
        InvalidReserve: one stands above the anchors.
    """
    highest = max(anchor.header.height for anchor in anchors)
    if any(block.header.height > highest for block in between):
        raise InvalidReserve(check="light blocks", expected=f"none above {highest}")
    blocks = sorted((*between, *anchors), key=lambda block: block.header.height)
    verdict = verify_chain(blocks, TrustedBlock.from_genesis(trust), now=NO_CLOCK)
    if verdict.outcome is Outcome.NOT_ENOUGH_TRUST:
        raise NotEnoughTrust(reason="blocks between genesis and this one are missing") from verdict.error
    if verdict.error is not None:
        raise verdict.error
    for anchor in anchors:  # the verifier stops at two thirds; whoever is counted must have signed
        check_commit_signatures(trust.chain_id, anchor.signed_header.commit, anchor.validators)


def check_snapshot(parts: Parts) -> Facts:
    """The header's block is the one right below the first anchor, which names it by its hash."""
    header, anchor = parts.proof.header, parts.snapshot_anchor.header
    check_height(anchor, Height(header.height + 1))
    _check_equal("block hash", header.block_hash.hex(), anchor.last_block_id.hash.hex())
    return (("height", str(header.height)), ("time", str(block_time(anchor))))


# ---- custody -----------------------------------------------------------------------------------------------------------
def check_custody(parts: Parts) -> Facts:
    """In the state after block H the voucher is of this kind, and each account held what the header says."""
    header = parts.proof.header
    _check_voucher(parts)
    for index, kept in enumerate(header.accounts):
        account, holding = parts.holders[index], parts.holdings[index]
        address = kept.account.address
        _check_shown(parts, 1 + 2 * index, b"account/" + address, encode(account))
        value = encode(holding) if holding.ByteSize() else None
        _check_shown(parts, 2 + 2 * index, b"holding/" + address + header.voucher, value)
        _check_equal("account number", str(kept.account.number), str(account.id))
        _check_equal("custody balance", str(kept.balance), str(holding.amount + holding.packed))
    if header.key.to_wire() not in [each.key for each in parts.custodian.keys]:
        raise InvalidReserve(check="holder's key", got=header.key.data.hex())
    _check_piece(parts)
    return (
        ("voucher", parts.voucher.terms.name),
        ("decimals", str(parts.voucher.terms.decimals)),
        ("custodian", parts.custodian.name),
        ("custody", str(header.custody)),
    )


def _check_voucher(parts: Parts) -> None:
    header, voucher = parts.proof.header, parts.voucher
    _check_shown(parts, 0, b"voucher/" + header.voucher, encode(voucher))
    if voucher.state != wire.VOUCHER_STATE_CREATED:
        raise InvalidReserve(check="voucher", expected="created", got=int(voucher.state))
    _check_equal("kind of voucher", header.kind, _KINDS.get(voucher.terms.kind, ""))


def _check_piece(parts: Parts) -> None:
    """A serial that is owed lies with one of the custody accounts."""
    header, leaf, piece = parts.proof.header, parts.proof.leaf, parts.piece
    if piece is None or leaf.serial is None:
        return
    key = b"piece/" + header.voucher + leaf.serial.to_bytes(8, "big")
    _check_shown(parts, -1, key, encode(piece))
    if piece.end != wire.PIECE_END_LIVE:
        raise InvalidReserve(check="piece", expected="live", got=int(piece.end))
    if piece.owner not in {each.account.address for each in header.accounts}:
        raise InvalidReserve(check="owner of the piece", got=piece.owner.hex())


def _check_shown(parts: Parts, index: int, key: bytes, expected: bytes | None) -> None:
    """A state proof shows exactly this value under this key, or (None) that there is none."""
    found = proven_value(parts.proof.snapshot.key_proof(index), key, parts.snapshot_anchor.header.app_hash)
    if found != expected:
        raise InvalidReserve(
            check="state proof", expected="what it was read as", got=key[:8].decode("ascii", "replace")
        )


# ---- publication -------------------------------------------------------------------------------------------------------
def check_publication(parts: Parts, end: TreeEnd) -> Facts:
    """Root and total stand in the log, put there by the custodian soon after the snapshot."""
    header, entry, attested, anchor = parts.proof.header, parts.entry, parts.attested, parts.publication_anchor.header
    check_height(anchor, Height(entry.height + 1))
    check_entry(parts.proof.publication.entry_proof, parts.proof.publication.entry, anchor.app_hash)
    _check_equal("voucher", attested.voucher.hex(), header.voucher.hex())
    _check_equal("total", str(attested.total), str(end.total))
    _check_equal("root", attested.root.hex(), end.root.hex())
    _check_equal("statement", attested.statement.hex(), end.statement.hex())
    _check_equal("accounts", str(list(attested.accounts)), str(list(header.others)))
    _check_equal("sender", entry.sender.hex(), header.custodian.address.hex())
    _check_order(header, parts)
    return (
        ("height", str(entry.height)),
        ("time", str(entry.time_ns)),
        ("index", str(parts.proof.publication.log_index)),
    )


def _check_order(header: ReserveHeader, parts: Parts) -> None:
    """Published after the snapshot, and not long after."""
    entry = parts.entry
    if entry.height <= header.height:
        raise InvalidReserve(check="height of publication", expected=f"above {header.height}", got=int(entry.height))
    waited = entry.time_ns - block_time(parts.snapshot_anchor.header)
    if not 0 <= waited <= LONGEST_WAY:
        expected = f"at most {LONGEST_WAY // NANOSECONDS_PER_SECOND} s"
        raise InvalidReserve(
            check="age of the snapshot", expected=expected, got=f"{waited // NANOSECONDS_PER_SECOND} s"
        )


def check_signature(parts: Parts) -> Facts:
    """The custodian signed the publication, with the key that the header names among its keys."""
    header, entry, transaction = parts.proof.header, parts.entry, parts.transaction
    _check_equal("transaction", entry.transaction_hash.hex(), transaction.hash.hex())
    _check_equal("chain id of the transaction", transaction.body.chain_id, header.chain_id)
    _check_equal("sender of the transaction", transaction.sender.hex(), entry.sender.hex())
    _check_action(parts)
    keys = [signature.key.encode() for signature in transaction.signatures]
    _check_equal("signer", keys[0].hex(), entry.signer.hex())
    if not entry.held:
        approvers = [key.hex() for key in keys[1:]]
        _check_equal("approvers", str(approvers), str([encode(key).hex() for key in transaction.body.approvers]))
        _check_equal("approvers of the log entry", str(approvers), str([key.hex() for key in entry.approvers]))
    for signature in transaction.signatures:
        if not is_signed_by(signature.key, transaction.digest, signature.signature):
            raise BadSignature(key=signature.key.data.hex())
    if header.key.encode() not in {entry.signer, *entry.approvers}:
        raise InvalidReserve(check="holder's key", expected="one that signed", got=header.key.data.hex())
    return (("key", header.key.data.hex()),)


def _check_action(parts: Parts) -> None:
    """The transaction is the publication, or the last approval that brought it to effect."""
    body, entry = parts.transaction.body, parts.entry
    action = body.WhichOneof("action")
    if not entry.held:
        _check_equal("action", str(action), "attest_custody")
        _check_equal("what was signed", encode(body.attest_custody).hex(), entry.attest_custody.hex())
    else:
        _check_equal("action", str(action), "countersign")
        _check_equal("held transaction", body.countersign.held.hex(), entry.held.hex())


def check_coverage(parts: Parts) -> Facts:
    """What is owed is no more than what was held, at the snapshot and at the publication."""
    held, total, result = parts.proof.header.custody, parts.attested.total, parts.entry.result
    if len(result) != 8:
        raise InvalidReserve(check="result of the law", expected="8 bytes", got=len(result))
    counted = int.from_bytes(result, "big")
    for balance in (held, counted):
        if total > balance:
            raise ReserveShort(owed=str(total), held=str(balance), missing=str(total - balance))
    return (("owed", str(total)), ("held", str(held)), ("over", str(held - total)))


def _check_equal(check: str, got: str, expected: str) -> None:
    if got != expected:
        raise InvalidReserve(check=check, expected=expected[:200], got=got[:200])
