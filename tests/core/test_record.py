"""Evidence records: shape, words, digest."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DecodingError, NotCanonical, OutOfRange
from app.core.messages import is_hiding
from app.core.record import (
    CHAIN_ID_BYTES,
    MAX_BATCH,
    check_record,
    decode_record,
    derive_chain,
    encode_record,
    record_digest,
)
from app.core.text import MAX_WORDS_BYTES
from app.core.wire import registry_pb2 as wire


def record(**changes: object) -> wire.EvidenceRecord:
    """A sound first record, changed."""
    fields: dict[str, object] = {
        "chain": bytes(range(16)),
        "sequence": 1,
        "sha256": b"\x01" * 32,
        "sm3": b"\x02" * 32,
        "size": 1_234,
        "subject": "采购合同",
        "context_digest": b"\x03" * 32,
    }
    return wire.EvidenceRecord(**(fields | changes))  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    sequence=st.integers(1, 2**63 - 1),
    size=st.integers(0, 2**63 - 1),
    subject=st.text(st.characters(codec="utf-8").filter(lambda character: not is_hiding(character)), max_size=40),
    digests=st.lists(st.binary(min_size=32, max_size=32), min_size=4, max_size=4),
    chain=st.binary(min_size=16, max_size=16),
)
def test_every_sound_record_comes_back_from_its_bytes(
    sequence: int, size: int, subject: str, digests: list[bytes], chain: bytes
) -> None:
    original = wire.EvidenceRecord(
        chain=chain,
        sequence=sequence,
        previous=digests[0] if sequence > 1 else b"",
        sha256=digests[1],
        sm3=digests[2],
        size=size,
        subject=subject,
        context_digest=digests[3],
    )
    assert decode_record(encode_record(original)) == original


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chain": b""}, "record chain"),
        ({"chain": bytes(15)}, "record chain"),
        ({"chain": bytes(17)}, "record chain"),
        ({"sequence": 0}, "sequence"),
        ({"sequence": 2**63}, "sequence"),
        ({"size": 2**63}, "file size"),
        ({"sha256": b""}, "sha256"),
        ({"sha256": bytes(31)}, "sha256"),
        ({"sm3": bytes(33)}, "sm3"),
        ({"context_digest": bytes(20)}, "context digest"),
        ({"previous": bytes(32)}, "previous digest of the first record"),
        ({"sequence": 2}, "previous digest"),
        ({"sequence": 2, "previous": bytes(31)}, "previous digest"),
        ({"subject": "x" * 513}, "subject"),
        ({"subject": "字" * 171}, "subject"),
        ({"subject": "a\nb"}, "subject"),
        ({"batch_root": bytes(31), "batch_size": 1}, "batch root"),
        ({"batch_root": bytes(32)}, "batch size"),
        ({"batch_root": bytes(32), "batch_size": 1_000_001}, "batch size"),
        ({"batch_size": 1}, "batch size"),
        ({"supersedes": 1}, "superseded record"),
        ({"supersedes": 2**64 - 1}, "superseded record"),
        ({"sequence": 5, "previous": bytes(32), "supersedes": 5}, "superseded record"),
        ({"timestamp": bytes(31)}, "time-stamp digest"),
        ({"hosting": bytes(33)}, "hosting digest"),
    ],
)
def test_a_field_of_the_wrong_shape_is_out_of_range(changes: dict[str, object], field: str) -> None:
    with pytest.raises(OutOfRange) as caught:
        check_record(record(**changes))
    assert caught.value.facts["field"] == field
    with pytest.raises(OutOfRange):
        decode_record(encode_record(record(**changes)))


def test_the_limits_themselves_pass() -> None:
    for changes in (
        {"size": 0},
        {"size": 2**63 - 1},
        {"subject": ""},
        {"subject": "x" * MAX_WORDS_BYTES},
        {"subject": "字" * 170 + "xx"},
        {"sequence": 2**63 - 1, "previous": bytes(32), "supersedes": 2**63 - 2},
        {"sequence": 2, "previous": bytes(32), "supersedes": 1},
        {"batch_root": bytes(32), "batch_size": 1},
        {"batch_root": bytes(32), "batch_size": MAX_BATCH, "timestamp": bytes(32), "hosting": bytes(32)},
    ):
        check_record(record(**changes))


def test_a_record_in_another_encoding_is_refused() -> None:
    with pytest.raises(NotCanonical):
        decode_record(encode_record(record()) + b"\x48\x01")
    for raw in (b"\x00", encode_record(record())[:-1], b"\xff" * 20):
        with pytest.raises(DecodingError):
            decode_record(raw)


# ---- words ----------------------------------------------------------------------------------------------------------
def passes(subject: str) -> bool:
    """Whether a record may carry this subject."""
    try:
        check_record(record(subject=subject))
    except OutOfRange:
        return False
    return True


def test_a_subject_may_say_what_people_write() -> None:
    for subject in (
        "Invoice 2026/07 — №5",
        "发票（第 5 号）",
        "عقد",
        "ไทย",
        "Ünïcödé",
        "a b",
        "<b>&amp;",
        "=1+1",
        "e\u0301",
    ):
        assert passes(subject), subject


def test_no_character_that_hides_or_reorders_text_may_stand_in_a_subject() -> None:
    """Exactly those that the desk would have to replace, so that a record is shown as it was signed."""
    points = [point for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]
    hiding = [point for point in points if is_hiding(chr(point))]
    clean = [chr(point) for point in points if not is_hiding(chr(point))]
    assert not any(passes(f"a{chr(point)}b") for point in hiding)
    assert all(passes("".join(clean[at : at + 128])) for at in range(0, len(clean), 128))
    assert len(hiding) > 200


def test_every_bidi_control_and_zero_width_character_is_among_them() -> None:
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    found = [chr(point) for point in range(0x110000) if unicodedata.bidirectional(chr(point)) in bidi]
    assert len(found) == 9
    for character in (
        *found,
        "\u061c",
        "\u200e",
        "\u200f",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u180e",
        "\U000e0041",
    ):
        assert not passes(f"a{character}b"), hex(ord(character))


# ---- digests --------------------------------------------------------------------------------------------------------
def test_a_record_s_digest_covers_every_field() -> None:
    sound = record(sequence=2, previous=bytes(32))
    changed = [
        record(sequence=2, previous=bytes(32), **{name: value})
        for name, value in (
            ("chain", bytes(16)),
            ("sha256", bytes(32)),
            ("sm3", bytes(32)),
            ("size", 1),
            ("subject", ""),
            ("context_digest", bytes(32)),
            ("batch_root", bytes(32)),
            ("batch_size", 1),
            ("supersedes", 1),
            ("timestamp", bytes(32)),
            ("hosting", bytes(32)),
        )
    ]
    changed += [record(sequence=3, previous=bytes(32)), record(sequence=2, previous=b"\x01" * 32)]
    assert len({record_digest(encode_record(each)) for each in [sound, *changed]}) == 1 + len(changed) == 14


@given(st.binary(min_size=20, max_size=20), st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_a_hash_chain_s_id_follows_from_sender_and_nonce(sender: bytes, one: bytes, two: bytes) -> None:
    assert len(derive_chain(sender, one)) == CHAIN_ID_BYTES
    assert (derive_chain(sender, one) == derive_chain(sender, two)) == (one == two)
    assert derive_chain(sender, one) != derive_chain(bytes(reversed(sender)), one) or sender == sender[::-1]
