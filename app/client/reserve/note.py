"""What of a snapshot may lie in the clear: the note of it, and where it was published (docs/formats.md, Reserves).

Guarantees: pure; one note has one encoding, and what was altered by accident does not decode: both documents carry a digest
of themselves, and root, total and header of a note fit together. Nothing in them is about a user. Leaves to others: that
nobody altered them on purpose, which the sealed file beside them shows (`app.client.reserve.book`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.core.document import Fields, decode_document, encode_document, to_base64_list
from app.core.errors import DecodingError
from app.core.hashing import sha256
from app.core.units import UINT64_MAX, Hash32, Height, Nanoseconds
from app.reserve.formula import root_hash
from app.reserve.header import HEADER_NAMES, ReserveHeader, decode_header, header_document
from app.reserve.proof import (
    PUBLICATION_NAMES,
    SNAPSHOT_NAMES,
    Publication,
    SnapshotProof,
    decode_publication,
    decode_snapshot,
    publication_document,
    snapshot_document,
)

FORMAT: Final = "luopu.reserve.snapshot.v1"
PUBLISHED_FORMAT: Final = "luopu.reserve.published.v1"
MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024
MAX_SOURCE_BYTES: Final = 1_024
_WHAT: Final = "snapshot"
_NAMES: Final = {
    *("format", "header", "terms", "root", "top", "total", "made"),
    *("snapshot", "light_blocks", "pieces", "digest"),
}
_MADE: Final = {"made_ns", "block_ns", "source", "source_sha256", "rows", "users", "padding", "unclaimed"}
_PUBLISHED: Final = {
    *("format", "root", "transaction_hash", "height", "time_ns"),
    *("publication", "light_blocks", "digest"),
}


@dataclass(frozen=True, slots=True)
class MadeNote:
    """How a snapshot was made."""

    made_ns: Nanoseconds
    source: str
    """File name of the list, or kind of the database."""
    source_sha256: bytes
    """Of the list's file, or of the query's text."""
    block_ns: Nanoseconds
    """Time of the block above the one of the snapshot, which stands for its own."""
    rows: int
    """Shares of somebody."""
    users: int
    """Accounts in the list."""
    padding: int
    """Leaves of zero for nobody."""
    unclaimed: int
    """Of unique vouchers: serials in custody that nobody is owed."""


@dataclass(frozen=True, slots=True)
class TermsNote:
    """Of the voucher: what its amounts are shown with."""

    name: str
    decimals: int


@dataclass(frozen=True, slots=True)
class PublishedNote:
    """Where a snapshot stands on the chain."""

    transaction_hash: Hash32
    height: Height
    time_ns: Nanoseconds


@dataclass(frozen=True, slots=True)
class SnapshotNote:
    """A snapshot in the book. `id` is the first 16 hex digits of its root."""

    id: str
    header: ReserveHeader
    terms: TermsNote
    root: Hash32
    total: int
    note: MadeNote
    published: PublishedNote | None


@dataclass(frozen=True, slots=True)
class KeptPieces:
    """The file with the state proofs of pieces: how many there are, and the SHA-256 of its list of blocks."""

    count: int
    sha256: Hash32


@dataclass(frozen=True, slots=True)
class KeptGround:
    """Everything that a note holds besides what is shown of it."""

    header: ReserveHeader
    terms: TermsNote
    top: Hash32
    """Hash of the top of the tree."""
    total: int
    made: MadeNote
    snapshot: SnapshotProof
    light_blocks: tuple[bytes, ...]
    pieces: KeptPieces | None
    """Of unique vouchers."""

    @property
    def root(self) -> Hash32:
        """What goes onto the chain."""
        return root_hash(self.header.digest, self.top, self.total)

    @property
    def id(self) -> str:
        """What the snapshot is called in the book."""
        return snapshot_id(self.root)


def snapshot_id(root: bytes) -> str:
    """What a snapshot with this root is called."""
    return root.hex()[:16]


# ---- the note --------------------------------------------------------------------------------------------------------
def encode_note(kept: KeptGround) -> bytes:
    """The bytes of the file.

    Raises:
        DecodingError: something has no canonical JSON.
    """
    pieces = kept.pieces
    document: dict[str, object] = {
        "format": FORMAT,
        "header": header_document(kept.header),
        "terms": {"name": kept.terms.name, "decimals": str(kept.terms.decimals)},
        "root": kept.root.hex(),
        "top": kept.top.hex(),
        "total": str(kept.total),
        "made": _made_document(kept.made),
        "snapshot": snapshot_document(kept.snapshot),
        "light_blocks": to_base64_list(kept.light_blocks),
        "pieces": [] if pieces is None else [{"count": str(pieces.count), "sha256": pieces.sha256.hex()}],
    }
    return _with_digest(document)


def decode_note(untrusted_bytes: bytes) -> KeptGround:
    """Decode a note strictly.

    Raises:
        DecodingError, NotCanonical, BadKey: not one, in another encoding, or with parts that do not fit together.
    """
    fields = _checked(untrusted_bytes, _NAMES, FORMAT)
    terms = fields.nested("terms", {"name", "decimals"})
    kept = KeptGround(
        header=decode_header(fields.nested("header", HEADER_NAMES)),
        terms=TermsNote(terms.text("name", MAX_SOURCE_BYTES, least_bytes=0), terms.number("decimals", most=UINT64_MAX)),
        top=Hash32(fields.hex("top", 32)),
        total=fields.number("total", most=UINT64_MAX),
        made=_made(fields.nested("made", _MADE)),
        snapshot=decode_snapshot(fields.nested("snapshot", SNAPSHOT_NAMES)),
        light_blocks=fields.base64_list("light_blocks"),
        pieces=_pieces(fields),
    )
    if kept.root.hex() != fields.text("root", 64):
        raise DecodingError(what=_WHAT, reason="root: it follows from header, tree and total")
    if kept.header.is_unique != (kept.pieces is not None):
        raise DecodingError(what=_WHAT, reason="pieces: of unique vouchers")
    return kept


def _made_document(made: MadeNote) -> dict[str, object]:
    return {
        "made_ns": str(made.made_ns),
        "source": _writable(made.source),
        "source_sha256": made.source_sha256.hex(),
        "block_ns": str(made.block_ns),
        "rows": str(made.rows),
        "users": str(made.users),
        "padding": str(made.padding),
        "unclaimed": str(made.unclaimed),
    }


def _writable(name: str) -> str:
    """A file's name as text; names that are no Unicode exist, and very long ones of queries."""
    return name.encode("utf-8", "replace")[:MAX_SOURCE_BYTES].decode("utf-8", "ignore")


def _made(fields: Fields) -> MadeNote:
    return MadeNote(
        made_ns=Nanoseconds(fields.number("made_ns")),
        source=fields.text("source", MAX_SOURCE_BYTES, least_bytes=0),
        source_sha256=fields.hex("source_sha256", 32),
        block_ns=Nanoseconds(fields.number("block_ns")),
        rows=fields.number("rows"),
        users=fields.number("users"),
        padding=fields.number("padding"),
        unclaimed=fields.number("unclaimed", most=UINT64_MAX),
    )


def _pieces(fields: Fields) -> KeptPieces | None:
    found = fields.objects("pieces", {"count", "sha256"}, 1)
    return KeptPieces(found[0].number("count"), Hash32(found[0].hex("sha256", 32))) if found else None


# ---- where it was published ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class KeptPublication:
    """Where a snapshot stands on the chain, with what shows it."""

    root: Hash32
    note: PublishedNote
    publication: Publication
    light_blocks: tuple[bytes, ...]


def encode_published(kept: KeptPublication) -> bytes:
    """The bytes of the file."""
    document: dict[str, object] = {
        "format": PUBLISHED_FORMAT,
        "root": kept.root.hex(),
        "transaction_hash": kept.note.transaction_hash.hex(),
        "height": str(kept.note.height),
        "time_ns": str(kept.note.time_ns),
        "publication": publication_document(kept.publication),
        "light_blocks": to_base64_list(kept.light_blocks),
    }
    return _with_digest(document)


def decode_published(untrusted_bytes: bytes) -> KeptPublication:
    """Decode where a snapshot was published strictly.

    Raises:
        DecodingError, NotCanonical: not that, or in another encoding.
    """
    fields = _checked(untrusted_bytes, _PUBLISHED, PUBLISHED_FORMAT)
    note = PublishedNote(
        Hash32(fields.hex("transaction_hash", 32)),
        Height(fields.number("height", least=1)),
        Nanoseconds(fields.number("time_ns")),
    )
    publication = decode_publication(fields.nested("publication", PUBLICATION_NAMES))
    return KeptPublication(Hash32(fields.hex("root", 32)), note, publication, fields.base64_list("light_blocks"))


# ---- both ------------------------------------------------------------------------------------------------------------
def _with_digest(document: Mapping[str, object]) -> bytes:
    return encode_document(_WHAT, {**document, "digest": sha256(encode_document(_WHAT, document)).hex()})


def _checked(untrusted_bytes: bytes, names: set[str], kind: str) -> Fields:
    """The fields of a document whose digest is that of all others."""
    document = decode_document(_WHAT, untrusted_bytes, MAX_DOCUMENT_BYTES)
    fields = Fields(_WHAT, document, names)
    fields.constant("format", kind)
    others = {name: value for name, value in dict(document).items() if name != "digest"}  # type: ignore[call-overload]
    fields.constant("digest", sha256(encode_document(_WHAT, others)).hex())
    return fields
