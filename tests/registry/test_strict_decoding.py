"""One transaction, one encoding: anything else is malformed, at every depth, whoever signed it."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from app.core.refusals import Malformed
from app.core.transaction import decode_transaction, signing_digest
from app.core.wire import registry_pb2 as wire
from tests.registry.council import proposal_of, propose, seat, wish
from tests.registry.rawproto import bytes_field, canonical, tag, varint, varint_field
from tests.registry.world import (
    CHAIN_ID,
    Chain,
    bookkeeper,
    codes,
    ed25519_key,
    first_record,
    nonce,
    refusal,
)

WRITER = bookkeeper(1, "Writer", ed25519_key("writer 1"), 10, permissions=("evidence",))
OTHER = bookkeeper(2, "Other", ed25519_key("other 1"), 10)
RECORD = first_record(WRITER.address, nonce("strict"))
WISH = wish(seat("wished for", 7, OTHER))
KEY = WRITER.keys[0]
Fields = list[bytes]
"""A message as the bytes of its fields, one by one."""


def fields_of(depth: str) -> Fields:
    """The fields of the message at this depth of a sound transaction."""
    signature = KEY.sign(signing_digest(b"".join(BODY)))
    return {
        "transaction": [bytes_field(1, b"".join(BODY)), bytes_field(2, signature_of(b"".join(BODY)))],
        "signature": [bytes_field(1, KEY.public.encode()), bytes_field(2, signature)],
        "key": [varint_field(1, 1), bytes_field(2, KEY.public.data)],
        "body": BODY,
        "notarize": [bytes_field(1, b"".join(RECORD_FIELDS))],
        "record": RECORD_FIELDS,
        "propose": PROPOSE_FIELDS,
        "seat": SEAT_FIELDS,
        "approve": [bytes_field(1, proposal_of(OTHER, "open"))],
    }[depth]


def opened() -> Chain:
    """A chain on which the writer may do everything, and there is a proposal to approve."""
    chain = Chain((WRITER, OTHER))
    chain.accept(propose(OTHER, "open", seat("opened", 1, OTHER)))
    return chain


RECORD_FIELDS: Fields = [
    bytes_field(1, RECORD.chain),
    varint_field(2, 1),
    bytes_field(4, RECORD.sha256),
    bytes_field(5, RECORD.sm3),
    varint_field(6, RECORD.size),
    bytes_field(7, RECORD.subject.encode()),
    bytes_field(8, RECORD.context_digest),
]
SEAT_FIELDS: Fields = [
    bytes_field(1, WISH.validator.key),
    varint_field(2, WISH.validator.power),
    varint_field(3, WISH.validator.account),
]
PROPOSE_FIELDS: Fields = [
    bytes_field(1, WISH.document),
    varint_field(2, WISH.deadline),
    bytes_field(16, b"".join(SEAT_FIELDS)),
]
BODY: Fields = [
    bytes_field(1, CHAIN_ID.encode()),
    bytes_field(2, WRITER.address),
    bytes_field(3, nonce("strict")),
    varint_field(4, 5),
    bytes_field(16, bytes_field(1, b"".join(RECORD_FIELDS))),
]
DEPTHS = ("transaction", "signature", "key", "body", "notarize", "record", "propose", "seat", "approve")


def signature_of(body: bytes, key: bytes | None = None) -> bytes:
    """A Signature message over these body bytes."""
    return bytes_field(1, key or KEY.public.encode()) + bytes_field(2, KEY.sign(signing_digest(body)))


def transaction(depth: str, changed: bytes) -> bytes:
    """A transaction whose message at `depth` has these bytes; everything above and the signature fit them."""
    if depth == "transaction":
        return changed
    if depth in {"signature", "key"}:
        body = b"".join(BODY)
        signature = signature_of(body, key=changed) if depth == "key" else changed
        return bytes_field(1, body) + bytes_field(2, signature)
    if depth == "body":
        return bytes_field(1, changed) + bytes_field(2, signature_of(changed))
    actions = {
        "notarize": bytes_field(16, changed),
        "record": bytes_field(16, bytes_field(1, changed)),
        "propose": bytes_field(17, changed),
        "seat": bytes_field(17, b"".join(PROPOSE_FIELDS[:2]) + bytes_field(16, changed)),
        "approve": bytes_field(18, changed),
    }
    return transaction("body", b"".join(BODY[:-1]) + actions[depth])


def last_number(depth: str) -> int:
    """The number of the last field at this depth."""
    numbers = {"transaction": 2, "signature": 2, "key": 2, "body": 18, "notarize": 1, "record": 8}
    return {**numbers, "propose": 16, "seat": 3, "approve": 1}[depth]


def bad_encodings(depth: str) -> Iterator[tuple[str, bytes]]:
    """Encodings of the same message, or of more than it, that must not pass."""
    fields = fields_of(depth)
    joined = b"".join(fields)
    yield "unknown number", joined + varint_field(last_number(depth) + 1, 1)
    yield "unknown bytes", joined + bytes_field(100, b"more")
    yield "unknown first", varint_field(15, 1) + joined
    yield "unknown group", joined + tag(50, 3) + tag(50, 4)
    yield "unknown fixed32", joined + tag(50, 5) + bytes(4)
    yield "field number zero", joined + b"\x00\x00"
    yield "trailing zero", joined + b"\x00"
    yield "trailing tag", joined + tag(1, 2)
    yield "cut", joined[:-1]
    yield "last field twice", joined + fields[-1]
    if depth != "transaction":
        yield "first field twice", fields[0] + joined
    if len(fields) > 1:
        yield "reordered", b"".join(fields[::-1])
        yield "first last", b"".join(fields[1:]) + fields[0]
    for index, field in enumerate(fields):
        before, after = b"".join(fields[:index]), b"".join(fields[index + 1 :])
        yield f"overlong tag of field {index}", before + overlong(field) + after
        yield f"overlong value of field {index}", before + padded_value(field) + after
        yield f"other wire type of field {index}", before + bytes([field[0] ^ 1]) + field[1:] + after


def overlong(field: bytes) -> bytes:
    """The field with its tag one byte longer than need be."""
    size = 2 if field[0] & 0x80 else 1
    number = field[0] & 0x7F | (field[1] << 7 if size == 2 else 0)
    return varint(number, 1) + field[size:]


def padded_value(field: bytes) -> bytes:
    """The field with its number or length one byte longer than need be."""
    size = 2 if field[0] & 0x80 else 1
    end = size
    while field[end] & 0x80:
        end += 1
    return field[:end] + bytes([field[end] | 0x80, 0]) + field[end + 1 :]


DEFAULTS = [
    ("key", 1, varint_field(1, 0)),
    ("body", 4, varint_field(4, 0)),
    ("record", 2, varint_field(2, 0)),
    ("record", 3, bytes_field(3, b"")),
    ("record", 6, varint_field(6, 0)),
    ("record", 7, bytes_field(7, b"")),
    ("propose", 1, bytes_field(1, b"")),
    ("propose", 2, varint_field(2, 0)),
    ("seat", 1, bytes_field(1, b"")),
    ("seat", 2, varint_field(2, 0)),
    ("seat", 3, varint_field(3, 0)),
    ("approve", 1, bytes_field(1, b"")),
]


def test_the_hand_made_transaction_is_sound_before_it_is_spoilt() -> None:
    for depth in DEPTHS:
        raw = transaction(depth, b"".join(fields_of(depth)))
        assert codes(opened().preview(raw)) == [0], depth
        assert decode_transaction(raw).raw == raw


@pytest.mark.parametrize("depth", DEPTHS)
def test_another_encoding_is_malformed(depth: str) -> None:
    kinds = list(bad_encodings(depth))
    for kind, changed in kinds:
        raw = transaction(depth, changed)
        outcome = opened().preview(raw)
        assert isinstance(outcome.receipts[0].refusal, Malformed), (depth, kind)
        assert (dict(outcome.writes), outcome.nonces) == ({}, ()), (depth, kind)
    assert len(kinds) >= 14


@pytest.mark.parametrize(("depth", "number", "written"), DEFAULTS)
def test_a_default_written_out_is_malformed(depth: str, number: int, written: bytes) -> None:
    fields = fields_of(depth)
    kept = [field for field in fields if (varint_number(field) >> 3) != number]
    at = sum((varint_number(field) >> 3) < number for field in kept)
    raw = transaction(depth, b"".join([*kept[:at], written, *kept[at:]]))
    refusal(opened().preview(raw).receipts[0], Malformed)


def varint_number(field: bytes) -> int:
    """The tag of a field."""
    return field[0] & 0x7F | (field[1] << 7 if field[0] & 0x80 else 0)


@pytest.mark.parametrize(
    "text", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe5\xad", b"caf\xe9"], ids=bytes.hex
)
def test_text_that_is_no_utf8_is_malformed(text: bytes) -> None:
    subject = [*RECORD_FIELDS[:5], bytes_field(7, text), RECORD_FIELDS[6]]
    refusal(opened().preview(transaction("record", b"".join(subject))).receipts[0], Malformed)
    chain_id = b"".join([bytes_field(1, text), *BODY[1:]])
    refusal(opened().preview(transaction("body", chain_id)).receipts[0], Malformed)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        canonical((1, 1)),
        canonical((2, KEY.public.data)),
        canonical((1, 1), (2, KEY.public.data[:31])),
        canonical((1, 1), (2, KEY.public.data + b"\x00")),
        canonical((1, 2), (2, KEY.public.data)),
        canonical((1, 3), (2, KEY.public.data)),
        canonical((1, -1), (2, KEY.public.data)),
        canonical((1, 2**32 + 1), (2, KEY.public.data)),
        canonical((1, 2), (2, b"\x02" + b"\xff" * 32)),
        canonical((1, 2), (2, b"\x04" + bytes(32))),
        canonical((1, 2), (2, bytes(33))),
    ],
    ids=lambda key: key.hex()[:20],
)
def test_a_key_of_no_known_shape_is_malformed(key: bytes) -> None:
    body = b"".join(BODY)
    signature = bytes_field(1, key) + bytes_field(2, KEY.sign(signing_digest(body)))
    refusal(opened().preview(bytes_field(1, body) + bytes_field(2, signature)).receipts[0], Malformed)


def test_an_action_of_a_newer_program_is_malformed_here() -> None:
    for action in (bytes_field(19, b""), varint_field(19, 1), b""):
        refusal(opened().preview(transaction("body", b"".join(BODY[:-1]) + action)).receipts[0], Malformed)


def test_two_actions_are_malformed() -> None:
    actions = [BODY[-1], bytes_field(17, b"".join(PROPOSE_FIELDS)), bytes_field(18, fields_of("approve")[0])]
    for first, second in [
        *zip(actions, actions, strict=True),
        *combinations(actions, 2),
        *combinations(actions[::-1], 2),
    ]:
        raw = transaction("body", b"".join([*BODY[:-1], first, second]))
        refusal(opened().preview(raw).receipts[0], Malformed)


def test_a_varint_of_more_than_ten_bytes_or_64_bits_is_malformed() -> None:
    for number in (b"\x80" * 10 + b"\x01", b"\xff" * 9 + b"\x7f", b"\xff" * 9 + b"\x02"):
        body = b"".join([*BODY[:3], tag(4, 0), number, BODY[4]])
        refusal(opened().preview(transaction("body", body)).receipts[0], Malformed)


def test_what_the_library_writes_is_what_the_hand_writes() -> None:
    assert RECORD.SerializeToString(deterministic=True) == b"".join(RECORD_FIELDS)
    assert WISH.SerializeToString(deterministic=True) == b"".join(PROPOSE_FIELDS)
    assert wire.Body.FromString(b"".join(BODY)).SerializeToString(deterministic=True) == b"".join(BODY)
