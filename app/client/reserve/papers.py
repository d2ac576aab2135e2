"""A reserve proof from what a node shows: the ground of a snapshot, its publication, and the papers of its users (3.4.3).

Guarantees: what a node answers is verified against this home's genesis document before anything is made of it; no paper
leaves whose publication was not verified as its reader will verify it. Leaves to others: the list of what is owed
(`app.reserve.liabilities`), signing and sending (`app.client.acting`), keeping a snapshot (`app.client.reserve.book`).
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.client.stated import StateProofs
from app.client.statements import StatementReader
from app.core.codec import decode_canonical
from app.core.errors import DecodingError, InvalidProof, NotFound
from app.core.keys import PublicKey
from app.core.refusals import NotYourKey, VoucherNotCreated
from app.core.reserveerrors import InvalidReserve, ReserveShort
from app.core.stateproof import proven_value
from app.core.units import AccountAddress, Hash32, Height, Nanoseconds
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis
from app.node.consensus.predicates import block_time
from app.node.consensus.verifier import decode_light_block
from app.reserve.header import DIVISIBLE, UNIQUE, AccountName, Kept, ReserveHeader
from app.reserve.proof import Leaf, ProofForm, Publication, SnapshotProof
from app.reserve.shares import Binding, Shares
from app.reserve.steps import check_anchors
from app.reserve.verify import verify_proof

PIECES_AT_ONCE: Final = 256
_KINDS: Final = {wire.KIND_DIVISIBLE: DIVISIBLE, wire.KIND_UNIQUE: UNIQUE}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a snapshot stands on: verified, and at one height."""

    header: ReserveHeader
    snapshot: SnapshotProof
    light_blocks: tuple[bytes, ...]
    terms: wire.Terms
    """Of the voucher. Never change it."""

    @property
    def time_ns(self) -> Nanoseconds:
        """Time of the block above, which stands for that of the snapshot."""
        return block_time(decode_light_block(self.snapshot.anchor).header)

    def binding(self, master: bytes) -> Binding:
        """What makes the places of the snapshot its own; `master` are the custodian's 32 secret bytes."""
        return Binding(self.header.chain_id, self.header.voucher, self.header.digest, master)


@dataclass(frozen=True, slots=True)
class Published:
    """Where a snapshot stands on the chain."""

    publication: Publication
    light_blocks: tuple[bytes, ...]


# ---- the ground --------------------------------------------------------------------------------------------------------
async def survey(
    reader: StatementReader,
    genesis: Genesis,
    custodian: AccountName,
    voucher: bytes,
    key: PublicKey,
    others: Sequence[int] = (),
) -> Ground:
    """What the custodian, and `others` that count for it (numbers), hold of a voucher at the newest provable height.

    Raises:
        NotFound: there is no such voucher or account.
        InvalidProof, InvalidBlock, NotEnoughTrust: the node's answer is not the chain's.
        NotYetProvable: the chain has no second block yet.
        VoucherNotCreated: it was applied for, or declined.
        NotYourKey: the key is none of the custodian's.
    """
    accounts = sorted({custodian, *await _named(reader, others)})
    keys = _keys(voucher, accounts)
    proofs = await reader.state_proofs([*keys, b"custody/" + custodian.address + voucher])
    app_hash, block_hash = _anchored(proofs, genesis)
    values = [proven_value(proofs.proof(each), each, app_hash) for each in proofs.keys]
    terms = _terms(values[0], voucher)
    before = wire.Custody() if values[-1] is None else decode_canonical(wire.Custody, values[-1])
    header = ReserveHeader(
        chain_id=genesis.chain_id,
        genesis_fingerprint=genesis.fingerprint,
        voucher=voucher,
        kind=_KINDS[terms.kind],
        height=proofs.height,
        block_hash=Hash32(block_hash),
        custodian=custodian,
        key=key,
        accounts=tuple(_kept(account, values, index) for index, account in enumerate(accounts)),
        previous_sequence=before.sequence,
        previous_root=before.root,
    )
    _check_key(key, values[1 + 2 * accounts.index(custodian)])
    return Ground(
        header, SnapshotProof(proofs.roots, proofs.commitments[:-1], proofs.anchor), proofs.light_blocks, terms
    )


async def _named(reader: StatementReader, numbers: Sequence[int]) -> list[AccountName]:
    found = await reader.resolve([str(number) for number in numbers])
    for number, account in zip(numbers, found, strict=True):
        if account is None:
            raise NotFound(what="account", name=str(number))
    return [AccountName(each.number, AccountAddress(each.address)) for each in found if each is not None]


def _keys(voucher: bytes, accounts: Sequence[AccountName]) -> list[bytes]:
    """Of the state, in the order of the format."""
    keys = [b"voucher/" + voucher]
    for account in accounts:
        keys += [b"account/" + account.address, b"holding/" + account.address + voucher]
    return keys


def _anchored(proofs: StateProofs, genesis: Genesis) -> tuple[bytes, bytes]:
    """State root and block hash that the verified header above the state names."""
    if proofs.genesis_fingerprint != genesis.fingerprint:
        raise InvalidProof(check="genesis", expected=genesis.fingerprint.hex(), got=proofs.genesis_fingerprint.hex())
    anchor = decode_light_block(proofs.anchor)
    check_anchors((anchor,), tuple(map(decode_light_block, proofs.light_blocks)), genesis)
    if anchor.header.height != proofs.height + 1:
        raise InvalidProof(check="height of the anchor", expected=proofs.height + 1, got=int(anchor.header.height))
    return anchor.header.app_hash, anchor.header.last_block_id.hash


def _terms(value: bytes | None, voucher: bytes) -> wire.Terms:
    if value is None:
        raise NotFound(what="voucher", name=voucher.hex())
    found = decode_canonical(wire.Voucher, value)
    if found.state != wire.VOUCHER_STATE_CREATED:
        raise VoucherNotCreated(voucher=voucher.hex())
    return found.terms


def _check_key(key: PublicKey, account: bytes | None) -> None:
    """The key that is to publish is the custodian's: a paper would not hold otherwise."""
    shown = wire.Account() if account is None else decode_canonical(wire.Account, account)
    if key.to_wire() not in [each.key for each in shown.keys]:
        raise NotYourKey(key=key.data.hex())


def _kept(account: AccountName, values: Sequence[bytes | None], index: int) -> Kept:
    shown, held = values[1 + 2 * index], values[2 + 2 * index]
    if shown is None or decode_canonical(wire.Account, shown).id != account.number:
        raise NotFound(what="account", name=str(account.number))
    holding = wire.Holding() if held is None else decode_canonical(wire.Holding, held)
    return Kept(account, holding.amount + holding.packed)


# ---- publishing --------------------------------------------------------------------------------------------------------
def check_covered(header: ReserveHeader, total: int) -> None:
    """What is owed is no more than what is held.

    Raises:
        ReserveShort: it is, by how much.
    """
    if total > header.custody:
        raise ReserveShort(owed=str(total), held=str(header.custody), missing=str(total - header.custody))


def publication_of(header: ReserveHeader, root: bytes, total: int) -> wire.AttestCustody:
    """The action that puts a snapshot on the chain.

    Raises:
        ReserveShort: the custodian holds less than it owes.
    """
    check_covered(header, total)
    return wire.AttestCustody(
        voucher=header.voucher, root=root, total=total, statement=header.digest, accounts=header.others
    )


async def read_publication(reader: StatementReader, transaction_hash: bytes) -> Published:
    """Where a publication stands; the papers made with it are verified, so it is not verified here.

    Raises:
        NotYetProvable: the block after it is not final yet.
        NotFound: it is in no block that the node keeps.
    """
    found = await reader.transaction_proof(transaction_hash)
    publication = Publication(
        transaction=found.transaction,
        entry=found.log_entry,
        log_index=found.log_index,
        log_path=found.log_path,
        roots=found.roots,
        anchor=found.anchor,
    )
    return Published(publication, found.light_blocks)


# ---- papers ------------------------------------------------------------------------------------------------------------
class Papers:
    """The papers of a published snapshot, one for each row of its list."""

    def __init__(
        self, ground: Ground, shares: Shares, published: Published, genesis: Genesis, pieces: Sequence[bytes] = ()
    ) -> None:
        """Check one paper as its reader will, before any is given out. `pieces`: of a unique voucher, each row's state proof.

        Raises:
            LuopuError: of the step that does not hold.
        """
        self._ground, self._shares, self._pieces = ground, shares, pieces
        between = _between(ground, published)
        self._form = ProofForm(ground.header, published.publication, between)
        self._genesis = genesis
        self.check(0)

    def check(self, row: int) -> None:
        """Verify the paper of a row.

        Raises:
            LuopuError: of the step that does not hold.
        """
        report = verify_proof(self.paper(row), self._genesis)
        if report.verdict is not Verdict.VALID:
            raise report.error or InvalidReserve(check="paper", got=report.verdict.value)

    def paper(self, row: int) -> bytes:
        """The paper of one row of the list (from 0)."""
        return next(self.papers(row, row + 1))

    def papers(self, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The papers of rows, in the order of the list."""
        owed = self._shares.owed
        rows = np.arange(first, len(owed.numbers) if end is None else end, dtype=np.int32)
        for row, share in zip(rows.tolist(), self._shares.shares(rows), strict=True):
            user = AccountName(int(owed.numbers[row]), AccountAddress(owed.addresses[row].tobytes()))
            leaf = Leaf(share.balance, share.position, share.salt, share.serial)
            yield self._form.encode(user, leaf, share.path, self._snapshot(row))

    def _snapshot(self, row: int) -> SnapshotProof:
        common = self._ground.snapshot
        if not self._ground.header.is_unique:
            return common
        return SnapshotProof(common.roots, (*common.commitments, self._pieces[row]), common.anchor)


def _between(ground: Ground, published: Published) -> tuple[bytes, ...]:
    """Light blocks of both ways, rising, without the anchors themselves."""
    anchors = {_height(ground.snapshot.anchor), _height(published.publication.anchor)}
    found = {_height(block): block for block in (*ground.light_blocks, *published.light_blocks)}
    return tuple(found[height] for height in sorted(found) if height not in anchors)


def _height(light_block: bytes) -> Height:
    return Height(decode_light_block(light_block).header.height)


async def read_pieces(
    reader: StatementReader, ground: Ground, serials: Sequence[int]
) -> AsyncIterator[tuple[bytes, ...]]:
    """State proofs of pieces at the height of the ground, some at a time, each shown to lie with a custody account.

    Raises:
        InvalidReserve: a piece is not there, has ended, or is another's.
        NotFound: the node no longer keeps that height.
    """
    header = ground.header
    app_hash = decode_light_block(ground.snapshot.anchor).header.app_hash
    for at in range(0, len(serials), PIECES_AT_ONCE):
        some = serials[at : at + PIECES_AT_ONCE]
        keys = [b"piece/" + header.voucher + serial.to_bytes(8, "big") for serial in some]
        proofs = await reader.state_proofs(keys, header.height)
        if proofs.roots != ground.snapshot.roots:
            raise DecodingError(what="state proofs", reason="another state than that of the snapshot")
        for key, serial in zip(keys, some, strict=True):
            _check_piece(header, serial, proven_value(proofs.proof(key), key, app_hash))
        yield proofs.commitments


def _check_piece(header: ReserveHeader, serial: int, value: bytes | None) -> None:
    piece = None if value is None else decode_canonical(wire.Piece, value)
    owners = {each.account.address for each in header.accounts}
    if piece is None or piece.end != wire.PIECE_END_LIVE or piece.owner not in owners:
        raise InvalidReserve(check="piece", expected="in custody", got=str(serial))
