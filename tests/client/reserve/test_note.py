"""The notes of a snapshot: one encoding, and nothing that does not fit together."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import rfc8785

from app.client.reserve.ground import ground_of, kept_ground
from app.client.reserve.note import (
    KeptGround,
    KeptPieces,
    KeptPublication,
    PublishedNote,
    decode_note,
    decode_published,
    encode_note,
    encode_published,
)
from app.core.errors import DecodingError, InvalidProof, LuopuError
from app.core.hashing import sha256
from app.core.strictjson import decode_json
from app.core.units import Hash32, Height, Nanoseconds
from tests.client.reserve.snapshots import Made, chain

Document = dict[str, object]


def kept_of(made: Made) -> KeptGround:
    pieces = KeptPieces(3, Hash32(bytes(32))) if made.ground.header.is_unique else None
    return kept_ground(made.ground, made.shares, made.note, pieces)


def publication() -> KeptPublication:
    first = chain().first
    transaction_hash, height, time_ns = first.place
    note = PublishedNote(Hash32(transaction_hash), Height(height), Nanoseconds(time_ns))
    return KeptPublication(first.shares.root, note, first.published.publication, (b"block", b""))


@pytest.mark.parametrize("name", ["first", "second", "unique"])
def test_a_note_is_read_as_it_was_written(name: str) -> None:
    made = getattr(chain(), name)
    kept = kept_of(made)
    assert decode_note(encode_note(kept)) == kept
    assert (kept.root, kept.id) == (made.shares.root, made.id)
    assert ground_of(kept) == made.ground


def test_a_publication_is_read_as_it_was_written() -> None:
    assert decode_published(encode_published(publication())) == publication()


def altered(data: bytes, change: Callable[[Document], object]) -> bytes:
    """The same with a change, and a digest that fits."""
    document = decode_json(data)
    assert isinstance(document, dict)
    change(document)
    others = {name: value for name, value in document.items() if name != "digest"}
    return rfc8785.dumps({**others, "digest": sha256(rfc8785.dumps(others)).hex()})


def test_altering_alone_changes_nothing() -> None:
    data = encode_note(kept_of(chain().first))
    assert altered(data, lambda _: None) == data


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.update(format="luopu.reserve.snapshot.v2"),
        lambda note: note.update(total="1"),
        lambda note: note.update(root="00" * 32),
        lambda note: note.update(top="00" * 32),
        lambda note: note["header"].update(height="9"),
        lambda note: note.update(more=""),
        lambda note: note.pop("made"),
        lambda note: note["made"].update(rows="-1"),
        lambda note: note["made"].update(source="x" * 1_025),
        lambda note: note["terms"].update(decimals=2),
        lambda note: note.update(pieces=[{"count": "1", "sha256": "00" * 32}]),
        lambda note: note["snapshot"].update(anchor="?"),
    ],
)
def test_a_note_that_does_not_fit_together_is_none(change: Callable[[Document], object]) -> None:
    with pytest.raises(DecodingError):
        decode_note(altered(encode_note(kept_of(chain().first)), change))


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.update(format="luopu.reserve.snapshot.v1"),
        lambda note: note.update(height="0"),
        lambda note: note.update(transaction_hash="00"),
        lambda note: note["publication"].update(log_path=["AAAA"]),
        lambda note: note["publication"].pop("entry"),
    ],
)
def test_a_publication_that_is_none(change: Callable[[Document], object]) -> None:
    with pytest.raises(DecodingError):
        decode_published(altered(encode_published(publication()), change))


@pytest.mark.parametrize("is_note", [True, False])
def test_what_was_altered_by_accident_is_told(is_note: bool) -> None:
    data = encode_note(kept_of(chain().first)) if is_note else encode_published(publication())
    decode = decode_note if is_note else decode_published
    decode(data)
    for at in range(0, len(data), 13):
        with pytest.raises(LuopuError):
            decode(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(DecodingError):
        decode(b" " + data)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: replace(kept, snapshot=replace(kept.snapshot, commitments=kept.snapshot.commitments[:-1])),
        lambda kept: replace(kept, snapshot=replace(kept.snapshot, anchor=chain().second.ground.snapshot.anchor)),
        lambda kept: replace(kept, snapshot=replace(kept.snapshot, roots=chain().second.ground.snapshot.roots)),
        lambda kept: replace(kept, snapshot=replace(kept.snapshot, commitments=kept.snapshot.commitments[::-1])),
        lambda kept: replace(kept, header=replace(kept.header, block_hash=Hash32(bytes(32)))),
        lambda kept: replace(kept, terms=replace(kept.terms, name="Gold")),
    ],
)
def test_a_ground_that_its_proofs_do_not_show_is_none(spoil: Callable[[KeptGround], KeptGround]) -> None:
    with pytest.raises(InvalidProof):
        ground_of(spoil(kept_of(chain().first)))
