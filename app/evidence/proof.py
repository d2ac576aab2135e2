"""Everything about a record that a machine verifies, in one document: `proof.json` of an evidence bundle.

Guarantees: `encode_proof` and `decode_proof` are inverse, and one proof has one encoding (RFC 8785). Nothing here is
judged beyond types and lengths; what the parts say, and whether they are true, is for `app.evidence.parts` and
`app.evidence.steps`. The root of trust is named by its fingerprint only: the verifier brings the genesis.

How it hangs together: the header of height H+1 (the anchor) carries the state root after block H, so it proves the log
entry and the account; it names the header of H as the block before it, which in turn commits to the transactions. One
verified commit makes all of it final.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.core.codec import encode
from app.core.document import Fields, decode_document, encode_document, to_base64, to_base64_list
from app.core.errors import DecodingError, OutOfRange
from app.core.stateproof import EntryProof, KeyProof, StateRoots
from app.core.units import Hash32, check_int64
from app.core.wire import comet_pb2 as pb
from app.evidence.context import MAX_NAME_BYTES

FORMAT: Final = "luopu.proof.v1"
MAX_PROOF_BYTES: Final = 64 * 1024 * 1024  # about 200,000 records of one hash chain
MAX_CHAIN_ID_BYTES: Final = 50
ALGORITHMS: Final[Mapping[str, str]] = {
    "account": "ed25519 or ecdsa-p256 over sha256(domain, 00, body)",
    "chain": "cometbft block protocol 11, ed25519 (zip-215)",
    "digest": "sha256 and sm3",
    "log": "rfc6962 sha256",
    "map": "ics23 sparse merkle tree sha256",
}
"""What a reader in twenty years has to look up; another value is another format."""
_WHAT: Final = "proof.json"
_FIELDS: Final = {
    *("format", "algorithms", "chain_id", "genesis_fingerprint"),
    *("transaction", "transaction_proof", "block_header", "anchor", "light_blocks"),
    *("log_entry", "log_index", "log_size", "log_path", "log_root", "map_root"),
    *("account_proof", "segment", "file", "context"),
}


@dataclass(frozen=True, slots=True)
class TransactionProof:
    """Where the transaction stands in its block: index of total, and the siblings from leaf to root.

    CometBFT's roots do not cover the number of leaves, so one path can fit several pairs of index and total: they are a
    means of proof, never a fact to be shown.
    """

    total: int
    index: int
    aunts: tuple[bytes, ...]

    @classmethod
    def from_wire(cls, proof: pb.Proof) -> "TransactionProof":
        """Take over CometBFT's form; the leaf hash follows from the transaction."""
        return cls(proof.total, proof.index, tuple(proof.aunts))


@dataclass(frozen=True, slots=True)
class FileReference:
    """The original: the name it had, and whether it lies outside the bundle."""

    name: str
    detached: bool


@dataclass(frozen=True, slots=True)
class EvidenceProof:
    """All that shows a record to somebody who has the genesis document and nothing else."""

    chain_id: str
    genesis_fingerprint: bytes
    """32 bytes."""
    transaction: bytes
    """Exactly as it stands in the block."""
    transaction_proof: TransactionProof
    block_header: bytes
    """luopu.comet.Header of the height H that holds the transaction."""
    anchor: bytes
    """luopu.comet.LightBlock of H+1."""
    light_blocks: tuple[bytes, ...]
    """luopu.comet.LightBlock, rising, between genesis and anchor; needed only where the validators changed much."""
    log_entry: bytes
    """Exactly as it stands in the log."""
    log_index: int
    log_size: int
    """Entries of the log after block H."""
    log_path: tuple[bytes, ...]
    """Siblings from leaf to root."""
    log_root: bytes
    map_root: bytes
    account_proof: bytes
    """luopu.ics23.CommitmentProof of the sender's account after block H; the account is inside."""
    segment: tuple[bytes, ...]
    """EvidenceRecords of the same hash chain, from the first to the one before this."""
    file: FileReference
    context: bytes
    """The context document, exactly."""

    @property
    def roots(self) -> StateRoots:
        """What the anchor's `app_hash` covers."""
        return StateRoots(self.log_size, Hash32(self.log_root), Hash32(self.map_root))

    @property
    def entry_proof(self) -> EntryProof:
        """That the log entry stands in the log."""
        return EntryProof(self.roots, self.log_index, tuple(Hash32(node) for node in self.log_path))

    @property
    def key_proof(self) -> KeyProof:
        """What the sender's account was."""
        return KeyProof(self.roots, self.account_proof)


def account_key(address: bytes) -> bytes:
    """Where an account stands in the map."""
    return b"account/" + address


def encode_light_block(signed_header: pb.SignedHeader, validators: pb.ValidatorSet) -> bytes:
    """A light block in the one form that a proof may carry; `validators` come from `ValidatorSet.to_wire`."""
    block = pb.LightBlock(signed_header=signed_header, validator_set=validators)
    block.DiscardUnknownFields()
    return encode(block)


def encode_proof(proof: EvidenceProof) -> bytes:
    """The bytes of `proof.json`.

    Raises:
        OutOfRange: a number that has no encoding, or a document longer than any reader accepts.
    """
    encoded = encode_document(_WHAT, _to_document(proof))
    if len(encoded) > MAX_PROOF_BYTES:
        raise OutOfRange(field="proof.json", expected=f"at most {MAX_PROOF_BYTES} bytes", got=len(encoded))
    return encoded


def decode_proof(untrusted_bytes: bytes) -> EvidenceProof:
    """Decode `proof.json` strictly.

    Raises:
        DecodingError: not one, or not in its one encoding.
    """
    fields = Fields(_WHAT, decode_document(_WHAT, untrusted_bytes, MAX_PROOF_BYTES), _FIELDS)
    fields.constant("format", FORMAT)
    _check_algorithms(fields.nested("algorithms", set(ALGORITHMS)))
    return EvidenceProof(
        chain_id=fields.text("chain_id", MAX_CHAIN_ID_BYTES),
        genesis_fingerprint=fields.hex("genesis_fingerprint", 32),
        transaction=fields.base64("transaction"),
        transaction_proof=_transaction_proof(fields.nested("transaction_proof", {"total", "index", "aunts"})),
        block_header=fields.base64("block_header"),
        anchor=fields.base64("anchor"),
        light_blocks=fields.base64_list("light_blocks"),
        log_entry=fields.base64("log_entry"),
        log_index=fields.number("log_index"),
        log_size=fields.number("log_size"),
        log_path=fields.base64_list("log_path"),
        log_root=fields.hex("log_root", 32),
        map_root=fields.hex("map_root", 32),
        account_proof=fields.base64("account_proof"),
        segment=fields.base64_list("segment"),
        file=_file(fields.nested("file", {"name", "detached"})),
        context=fields.base64("context"),
    )


def _to_document(proof: EvidenceProof) -> dict[str, object]:
    place = proof.transaction_proof
    return {
        "format": FORMAT,
        "algorithms": dict(ALGORITHMS),
        "chain_id": proof.chain_id,
        "genesis_fingerprint": proof.genesis_fingerprint.hex(),
        "transaction": to_base64(proof.transaction),
        "transaction_proof": {
            "total": _decimal("total", place.total),
            "index": _decimal("index", place.index),
            "aunts": to_base64_list(place.aunts),
        },
        "block_header": to_base64(proof.block_header),
        "anchor": to_base64(proof.anchor),
        "light_blocks": to_base64_list(proof.light_blocks),
        "log_entry": to_base64(proof.log_entry),
        "log_index": _decimal("log_index", proof.log_index),
        "log_size": _decimal("log_size", proof.log_size),
        "log_path": to_base64_list(proof.log_path),
        "log_root": proof.log_root.hex(),
        "map_root": proof.map_root.hex(),
        "account_proof": to_base64(proof.account_proof),
        "segment": to_base64_list(proof.segment),
        "file": {"name": proof.file.name, "detached": proof.file.detached},
        "context": to_base64(proof.context),
    }


def _decimal(name: str, value: int) -> str:
    return str(check_int64(name, value))


def _check_algorithms(fields: Fields) -> None:
    for name, value in ALGORITHMS.items():
        fields.constant(name, value)


def _transaction_proof(fields: Fields) -> TransactionProof:
    return TransactionProof(fields.number("total"), fields.number("index"), fields.base64_list("aunts"))


def _file(fields: Fields) -> FileReference:
    name = fields.text("name", MAX_NAME_BYTES)
    if "\0" in name or "/" in name:
        raise DecodingError(what=_WHAT, reason="file name: a file's own name")
    return FileReference(name, fields.flag("detached"))
