"""Between what a snapshot stands on and what is kept of it: everything fits together, before and after it lay on a disk.

Guarantees: pure. What is kept can be published and made papers of: root, master, rows and state proofs belong to each other.
What was kept gives back the very ground. Leaves to others whether light blocks and publication are the chain's, which is
verified with each paper.
"""

from collections.abc import Sequence

import numpy as np

from app.client.reserve.note import KeptGround, KeptPieces, MadeNote, TermsNote
from app.client.reserve.papers import Ground, Published
from app.core.codec import decode_canonical
from app.core.errors import InvalidProof
from app.core.reserveerrors import InvalidReserve
from app.core.stateproof import proven_value
from app.core.units import Hash32
from app.core.wire import registry_pb2 as wire
from app.node.consensus.verifier import decode_light_block
from app.reserve.formula import SALT_INFO, expand, root_hash, user_digest
from app.reserve.shares import Shares


# ---- before it is kept -----------------------------------------------------------------------------------------------
def kept_ground(ground: Ground, shares: Shares, made: MadeNote, pieces: KeptPieces | None) -> KeptGround:
    """What is kept of a snapshot in the clear."""
    return KeptGround(
        header=ground.header,
        terms=_terms_note(ground.terms),
        top=shares.tree.top,
        total=shares.tree.total,
        made=made,
        snapshot=ground.snapshot,
        light_blocks=ground.light_blocks,
        pieces=pieces,
    )


def check_whole(ground: Ground, shares: Shares, master: bytes, made: MadeNote, pieces: Sequence[bytes]) -> None:
    """A snapshot is one. Published with parts of another, it would be a promise that nobody can be shown.

    Raises:
        InvalidReserve: `check` names what does not fit.
    """
    rows, unique = len(shares.owed.numbers), ground.header.is_unique
    _same("root", root_hash(ground.header.digest, shares.tree.top, shares.tree.total).hex(), shares.root.hex())
    _same("rows", rows, made.rows)
    _same("leaves", rows + made.padding, shares.tree.leaves)
    _same("serials", unique, shares.owed.serials is not None)
    _same("state proofs of pieces", rows if unique else 0, len(pieces))
    if rows:
        _same("master", _salt(ground, shares, master).hex(), _first_salt(shares).hex())


def _salt(ground: Ground, shares: Shares, master: bytes) -> bytes:
    """Salt of the first row, as it follows from the master."""
    owed, header = shares.owed, ground.header
    info = SALT_INFO + user_digest(header.chain_id, int(owed.numbers[0]), owed.addresses[0].tobytes())
    if owed.serials is not None:
        info += int(owed.serials[0]).to_bytes(8, "big")
    return expand(ground.binding(master).secret, info)


def _first_salt(shares: Shares) -> Hash32:
    return next(shares.shares(np.zeros(1, np.int32))).salt


def check_publishes(kept: KeptGround, untrusted_published: Published) -> None:
    """A publication is of this snapshot: its entry states this root, this total and this header.

    Raises:
        InvalidReserve: of another.
        DecodingError: its entry is none.
    """
    entry = decode_canonical(wire.LogEntry, untrusted_published.publication.entry)
    attested = decode_canonical(wire.AttestCustody, entry.attest_custody)
    _same("root", kept.root.hex(), attested.root.hex())
    _same("statement", kept.header.digest.hex(), attested.statement.hex())
    _same("total", kept.total, attested.total)


def _same(check: str, expected: int | str, got: int | str) -> None:
    if expected != got:
        raise InvalidReserve(check=check, expected=str(expected), got=str(got))


# ---- when it is loaded -----------------------------------------------------------------------------------------------
def ground_of(untrusted: KeptGround) -> Ground:
    """The ground again, as its note has it; the terms are those that the state proof shows.

    Raises:
        DecodingError, InvalidBlock, InvalidProof: the parts do not fit together.
    """
    header, snapshot = untrusted.header, untrusted.snapshot
    anchor = decode_light_block(snapshot.anchor).header
    if anchor.height != header.height + 1 or anchor.last_block_id.hash != header.block_hash:
        raise InvalidProof(check="block of the snapshot")
    if len(snapshot.commitments) != 1 + 2 * len(header.accounts):
        raise InvalidProof(check="number of state proofs")
    voucher = proven_value(snapshot.key_proof(0), b"voucher/" + header.voucher, anchor.app_hash)
    if voucher is None:
        raise InvalidProof(check="voucher")
    terms = decode_canonical(wire.Voucher, voucher).terms
    if _terms_note(terms) != untrusted.terms:
        raise InvalidProof(check="terms")
    return Ground(header, snapshot, untrusted.light_blocks, terms)


def _terms_note(terms: wire.Terms) -> TermsNote:
    return TermsNote(terms.name, terms.decimals)
