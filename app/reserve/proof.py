"""The file that a user is given (docs/formats/reserve.md, The file).

Guarantees: pure; `encode_proof` and `decode_proof` are inverse, and one proof has one encoding. Nothing is judged here beyond
types, lengths and ranges. Many proofs of one snapshot are encoded through `ProofForm`, which writes what they share once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.document import Fields, decode_document, encode_document, to_base64, to_base64_list
from app.core.errors import DecodingError
from app.core.stateproof import EntryProof, KeyProof, StateRoots
from app.core.units import INT64_MAX, UINT64_MAX, Hash32
from app.reserve.formula import DEPTHS, SUM_BYTES, SUM_LIMIT
from app.reserve.header import (
    HEADER_NAMES,
    WHAT,
    AccountName,
    ReserveHeader,
    decode_account,
    decode_header,
    header_document,
)

FORMAT: Final = "luopu.reserve.v1"
MAX_PROOF_BYTES: Final = 1024 * 1024
STEP_BYTES: Final = 1 + 32 + SUM_BYTES
_NAMES: Final = {"format", "header", "user", "leaf", "path", "snapshot", "publication", "light_blocks"}
_LEAF: Final = {"balance", "position", "salt", "serial"}
SNAPSHOT_NAMES: Final = {"log_size", "log_root", "map_root", "proofs", "anchor"}
PUBLICATION_NAMES: Final = {
    *("transaction", "entry", "log_index", "log_size", "log_path"),
    *("log_root", "map_root", "anchor"),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A user's share."""

    balance: int
    position: Hash32
    salt: Hash32
    serial: int | None
    """Of a unique voucher."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """The other branch at a node of this depth."""

    depth: int
    hash: Hash32
    sum: int


@dataclass(frozen=True, slots=True)
class SnapshotProof:
    """The state after block H, under the header of H+1."""

    roots: StateRoots
    commitments: tuple[bytes, ...]
    """luopu.ics23.CommitmentProof of each key, in the order of the format."""
    anchor: bytes
    """luopu.comet.LightBlock of H+1."""

    def key_proof(self, index: int) -> KeyProof:
        """One of them."""
        return KeyProof(self.roots, self.commitments[index])


@dataclass(frozen=True, slots=True)
class Publication:
    """Where root and total stand on the chain, under the header of P+1."""

    transaction: bytes
    entry: bytes
    log_index: int
    log_path: tuple[Hash32, ...]
    roots: StateRoots
    anchor: bytes
    """luopu.comet.LightBlock of P+1."""

    @property
    def entry_proof(self) -> EntryProof:
        """That the log has the entry."""
        return EntryProof(self.roots, self.log_index, self.log_path)


@dataclass(frozen=True, slots=True)
class ReserveProof:
    """A decoded proof: claims, until it was verified."""

    header: ReserveHeader
    user: AccountName
    leaf: Leaf
    path: tuple[PathStep, ...]
    """From the leaf up."""
    snapshot: SnapshotProof
    publication: Publication
    light_blocks: tuple[bytes, ...]


# ---- writing ---------------------------------------------------------------------------------------------------------
def encode_proof(proof: ReserveProof) -> bytes:
    """The bytes of the file."""
    steps = b"".join(_encode_step(step) for step in proof.path)
    form = ProofForm(proof.header, proof.publication, proof.light_blocks)
    return form.encode(proof.user, proof.leaf, steps, proof.snapshot)


class ProofForm:
    """What all proofs of one snapshot share, encoded once."""

    def __init__(self, header: ReserveHeader, publication: Publication, light_blocks: Sequence[bytes]) -> None:
        self._begin = b'{"format":"%s","header":%s,"leaf":' % (FORMAT.encode(), _json(header_document(header)))
        self._blocks = b',"light_blocks":%s,"path":[' % _json_list(to_base64_list(light_blocks))
        self._publication = b'],"publication":%s,"snapshot":' % _json(publication_document(publication))
        self._snapshot: SnapshotProof | None = None
        self._snapshot_json = b""

    def encode(self, user: AccountName, leaf: Leaf, steps: bytes, snapshot: SnapshotProof) -> bytes:
        """One proof; `steps` are 49 bytes each, from the leaf up.

        The fields stand in the order of their names, as canonical JSON wants it.
        """
        path = steps.hex()
        width = 2 * STEP_BYTES
        return b"".join(
            (
                self._begin,
                _leaf_json(leaf),
                self._blocks,
                ",".join([f'"{path[at : at + width]}"' for at in range(0, len(path), width)]).encode(),
                self._publication,
                self._encode_snapshot(snapshot),
                b',"user":{"account":"%d","address":"%s"}}' % (user.number, user.address.hex().encode()),
            )
        )

    def _encode_snapshot(self, snapshot: SnapshotProof) -> bytes:
        if snapshot is not self._snapshot:
            self._snapshot, self._snapshot_json = snapshot, _json(snapshot_document(snapshot))
        return self._snapshot_json


def _leaf_json(leaf: Leaf) -> bytes:
    serial = "" if leaf.serial is None else str(leaf.serial)
    return (
        f'{{"balance":"{leaf.balance}","position":"{leaf.position.hex()}","salt":"{leaf.salt.hex()}","serial":"{serial}"}}'
    ).encode()


def _encode_step(step: PathStep) -> bytes:
    return step.depth.to_bytes(1, "big") + step.hash + step.sum.to_bytes(SUM_BYTES, "big")


def snapshot_document(snapshot: SnapshotProof) -> dict[str, object]:
    """The state after block H as a JSON object."""
    return _roots_document(snapshot.roots) | {
        "proofs": to_base64_list(snapshot.commitments),
        "anchor": to_base64(snapshot.anchor),
    }


def publication_document(publication: Publication) -> dict[str, object]:
    """A publication as a JSON object."""
    return _roots_document(publication.roots) | {
        "transaction": to_base64(publication.transaction),
        "entry": to_base64(publication.entry),
        "log_index": str(publication.log_index),
        "log_path": to_base64_list(publication.log_path),
        "anchor": to_base64(publication.anchor),
    }


def _roots_document(roots: StateRoots) -> dict[str, object]:
    return {"log_size": str(roots.log_size), "log_root": roots.log_root.hex(), "map_root": roots.map_root.hex()}


def _json(document: dict[str, object]) -> bytes:
    return encode_document(WHAT, document)


def _json_list(texts: Sequence[str]) -> bytes:
    return ("[" + ",".join(f'"{text}"' for text in texts) + "]").encode()


# ---- reading ---------------------------------------------------------------------------------------------------------
def decode_proof(untrusted_bytes: bytes) -> ReserveProof:
    """Decode a file strictly. It is worth nothing before it was verified.

    Raises:
        DecodingError, NotCanonical, BadKey: not one, or not in its one encoding.
    """
    fields = Fields(WHAT, decode_document(WHAT, untrusted_bytes, MAX_PROOF_BYTES), _NAMES)
    fields.constant("format", FORMAT)
    header = decode_header(fields.nested("header", HEADER_NAMES))
    return ReserveProof(
        header=header,
        user=decode_account(fields.nested("user", {"account", "address"})),
        leaf=_leaf(fields.nested("leaf", _LEAF), is_unique=header.is_unique),
        path=tuple(map(_step, fields.hex_list("path", STEP_BYTES, DEPTHS))),
        snapshot=decode_snapshot(fields.nested("snapshot", SNAPSHOT_NAMES)),
        publication=decode_publication(fields.nested("publication", PUBLICATION_NAMES)),
        light_blocks=fields.base64_list("light_blocks"),
    )


def _leaf(fields: Fields, *, is_unique: bool) -> Leaf:
    if not is_unique:
        fields.constant("serial", "")
    leaf = Leaf(
        balance=fields.number("balance", most=SUM_LIMIT - 1),
        position=Hash32(fields.hex("position", 32)),
        salt=Hash32(fields.hex("salt", 32)),
        serial=fields.number("serial", least=1, most=UINT64_MAX) if is_unique else None,
    )
    if is_unique and leaf.balance != 1:
        raise DecodingError(what=WHAT, reason="balance: 1 for each serial")
    return leaf


def _step(step: bytes) -> PathStep:
    return PathStep(step[0], Hash32(step[1:33]), int.from_bytes(step[33:], "big"))


def decode_snapshot(fields: Fields) -> SnapshotProof:
    """The state after block H, of `SNAPSHOT_NAMES`."""
    return SnapshotProof(_roots(fields), fields.base64_list("proofs"), fields.base64("anchor"))


def decode_publication(fields: Fields) -> Publication:
    """A publication, of `PUBLICATION_NAMES`."""
    path = fields.base64_list("log_path")
    if any(len(node) != 32 for node in path):
        raise DecodingError(what=WHAT, reason="log_path: 32 bytes each")
    return Publication(
        transaction=fields.base64("transaction"),
        entry=fields.base64("entry"),
        log_index=fields.number("log_index"),
        log_path=tuple(map(Hash32, path)),
        roots=_roots(fields),
        anchor=fields.base64("anchor"),
    )


def _roots(fields: Fields) -> StateRoots:
    size = fields.number("log_size", most=INT64_MAX)
    return StateRoots(size, Hash32(fields.hex("log_root", 32)), Hash32(fields.hex("map_root", 32)))
