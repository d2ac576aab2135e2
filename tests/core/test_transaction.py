"""The envelope: body bytes as received, their digest, signatures beside them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from app.core.codec import encode
from app.core.hashing import TRANSACTION_DOMAIN, sha256
from app.core.keys import Algorithm, PublicKey
from app.core.refusals import Malformed
from app.core.transaction import (
    MAX_CHAIN_ID,
    MAX_SIGNATURES,
    NONCE_BYTES,
    SignatureEntry,
    decode_body,
    decode_transaction,
    encode_transaction,
    signing_digest,
)
from app.core.wire import registry_pb2 as wire

KEYS = [
    PublicKey(Algorithm.ED25519, bytes(SigningKey(bytes([number]) * 32).verify_key))
    for number in range(MAX_SIGNATURES + 1)
]
ENTRY = SignatureEntry(KEYS[0], b"\x01" * 64)


def body(**changes: object) -> wire.Body:
    """A body with an empty action, changed."""
    fields: dict[str, object] = {"chain_id": "luopu", "sender": b"\x01" * 20, "nonce": b"\x02" * 16, "valid_until": 9}
    return wire.Body(notarize=wire.Notarize(), **(fields | changes))  # type: ignore[arg-type]


BODY = encode(body())


# ---- round trip -----------------------------------------------------------------------------------------------------
@settings(deadline=None)
@given(
    chain_id=st.text(st.characters(codec="utf-8"), min_size=1, max_size=50),
    sender=st.binary(min_size=20, max_size=20),
    nonce=st.binary(min_size=16, max_size=16),
    valid_until=st.integers(1, 2**63 - 1),
    signatures=st.lists(st.binary(max_size=80), min_size=1, max_size=MAX_SIGNATURES),
)
def test_what_was_encoded_is_decoded_again(
    chain_id: str, sender: bytes, nonce: bytes, valid_until: int, signatures: list[bytes]
) -> None:
    data = encode(body(chain_id=chain_id, sender=sender, nonce=nonce, valid_until=valid_until))
    entries = [SignatureEntry(key, signature) for key, signature in zip(KEYS, signatures, strict=False)]
    raw = encode_transaction(data, entries)
    decoded = decode_transaction(raw)
    assert (decoded.raw, decoded.body_bytes, decoded.signatures) == (raw, data, tuple(entries))
    assert (decoded.body.chain_id, decoded.sender) == (chain_id, sender)
    assert (decoded.body.nonce, decoded.valid_until) == (nonce, valid_until)


def test_the_hash_is_of_the_whole_and_the_digest_of_the_body_with_its_domain() -> None:
    raw = encode_transaction(BODY, [ENTRY])
    decoded = decode_transaction(raw)
    assert decoded.hash == sha256(raw)
    assert decoded.digest == signing_digest(BODY) == sha256(TRANSACTION_DOMAIN + BODY)


def test_the_digest_does_not_depend_on_the_signatures_and_the_hash_does() -> None:
    one, two = (decode_transaction(encode_transaction(BODY, [SignatureEntry(key, b"x")])) for key in KEYS[:2])
    assert one.digest == two.digest
    assert one.hash != two.hash


def test_the_order_of_signatures_is_kept() -> None:
    entries = [SignatureEntry(key, b"x") for key in KEYS[3::-1]]
    assert decode_transaction(encode_transaction(BODY, entries)).signatures == tuple(entries)


# ---- bodies ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"chain_id": ""},
        {"chain_id": "x" * (MAX_CHAIN_ID + 1)},
        {"sender": b""},
        {"sender": bytes(19)},
        {"sender": bytes(21)},
        {"nonce": b""},
        {"nonce": bytes(NONCE_BYTES - 1)},
        {"nonce": bytes(NONCE_BYTES + 1)},
        {"valid_until": 0},
        {"valid_until": -1},
        {"valid_until": -(2**63)},
        {"hold_until": -1},
        {"hold_until": -(2**63)},
    ],
    ids=str,
)
def test_a_body_with_a_field_out_of_range_is_malformed(changes: dict[str, object]) -> None:
    data = encode(body(**changes))
    with pytest.raises(Malformed):
        decode_body(data)
    with pytest.raises(Malformed):
        decode_transaction(encode_transaction(data, [ENTRY]))


def test_a_body_at_the_limits_passes() -> None:
    for changes in (
        {"chain_id": "x"},
        {"chain_id": "x" * MAX_CHAIN_ID},
        {"valid_until": 1},
        {"valid_until": 2**63 - 1},
        {"hold_until": 1},
        {"hold_until": 2**63 - 1},
    ):
        decode_body(encode(body(**changes)))


def test_a_nonce_and_a_sender_of_zeros_are_values_like_any_other() -> None:
    decode_body(encode(body(nonce=bytes(16), sender=bytes(20))))


def test_a_body_without_an_action_is_malformed_and_says_so() -> None:
    plain = body()
    plain.ClearField("notarize")
    with pytest.raises(Malformed) as caught:
        decode_body(encode(plain))
    assert caught.value.facts == {"reason": "no action"}


@pytest.mark.parametrize("data", [b"", b"\x00", BODY[:-1], BODY + b"\x00", BODY + BODY, BODY[::-1], b"\xff" * 50])
def test_bytes_that_are_no_body_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode_body(data)


# ---- signatures -----------------------------------------------------------------------------------------------------
def test_between_one_and_sixteen_signatures_can_stand_beside_a_body() -> None:
    entries = [SignatureEntry(key, b"x") for key in KEYS]
    for count in (1, MAX_SIGNATURES):
        assert len(decode_transaction(encode_transaction(BODY, entries[:count])).signatures) == count
    for count in (0, MAX_SIGNATURES + 1):
        with pytest.raises(Malformed) as caught:
            decode_transaction(encode_transaction(BODY, entries[:count]))
        assert caught.value.facts == {"reason": "number of signatures", "expected": "1 … 16", "got": count}


def test_one_key_cannot_sign_twice() -> None:
    with pytest.raises(Malformed) as caught:
        decode_transaction(
            encode_transaction(BODY, [ENTRY, SignatureEntry(KEYS[1], b"x"), SignatureEntry(KEYS[0], b"y")])
        )
    assert caught.value.facts == {"reason": "one key signs twice"}


@pytest.mark.parametrize(
    "key",
    [
        wire.PublicKey(),
        wire.PublicKey(algorithm=wire.ALGORITHM_ED25519),
        wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=bytes(33)),
        wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=bytes(32)),
        wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=bytes(33)),
        wire.PublicKey(data=bytes(32)),
    ],
    ids=lambda key: encode(key).hex()[:12] or "empty",
)
def test_a_key_that_is_none_is_malformed(key: wire.PublicKey) -> None:
    raw = wire.Transaction(body=BODY, signatures=[wire.Signature(key=key, signature=bytes(64))])
    with pytest.raises(Malformed):
        decode_transaction(encode(raw))


def test_signatures_are_decoded_and_not_verified() -> None:
    assert decode_transaction(encode_transaction(BODY, [SignatureEntry(KEYS[0], b"")])).signatures[0].signature == b""


def test_a_transaction_without_a_body_is_malformed() -> None:
    with pytest.raises(Malformed):
        decode_transaction(encode_transaction(b"", [ENTRY]))
