"""The strict rule for signatures of accounts, against foreign vectors."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.signing import SigningKey

from app.core.errors import BadKey
from app.core.keys import (
    P256_ORDER,
    Algorithm,
    PublicKey,
    decode_key_text,
    encode_key_text,
    is_signed_by,
)
from app.core.wire import registry_pb2 as wire

LIBSODIUM_ACCEPTS = {3}
SIGNING_KEY = SigningKey(bytes(range(32)))
PUBLIC_KEY = PublicKey(Algorithm.ED25519, bytes(SIGNING_KEY.verify_key))


def compressed(uncompressed: str) -> bytes:
    point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bytes.fromhex(uncompressed))
    return point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def test_speccheck_cases_are_accepted_exactly_as_libsodium_does(vector_dir: Path) -> None:
    cases = json.loads((vector_dir / "ed25519-speccheck" / "cases.json").read_bytes())
    accepted = set()
    for index, case in enumerate(cases):
        key = PublicKey(Algorithm.ED25519, bytes.fromhex(case["pub_key"]))
        if is_signed_by(key, bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])):
            accepted.add(index)
    assert accepted == LIBSODIUM_ACCEPTS


def test_wycheproof_ed25519_cases_come_out_as_expected(vector_dir: Path) -> None:
    document = json.loads((vector_dir / "wycheproof" / "ed25519_test.json").read_bytes())
    checked = 0
    for group in document["testGroups"]:
        key = PublicKey(Algorithm.ED25519, bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            got = is_signed_by(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert got == (case["result"] == "valid"), case["comment"]
            checked += 1
    assert checked == document["numberOfTests"] == 151


def test_wycheproof_p256_cases_come_out_as_expected_but_for_high_s(vector_dir: Path) -> None:
    document = json.loads((vector_dir / "wycheproof" / "ecdsa_secp256r1_sha256_p1363_test.json").read_bytes())
    checked = high = 0
    for group in document["testGroups"]:
        key = PublicKey(Algorithm.P256, compressed(group["publicKey"]["uncompressed"]))
        for case in group["tests"]:
            signature = bytes.fromhex(case["sig"])
            is_high = len(signature) == 64 and int.from_bytes(signature[32:], "big") > P256_ORDER // 2
            expected = case["result"] == "valid" and not is_high
            got = is_signed_by(key, sha256(bytes.fromhex(case["msg"])).digest(), signature)
            assert got == expected, (case["tcId"], case["comment"])
            checked += 1
            high += is_high and case["result"] == "valid"
    assert checked == document["numberOfTests"]
    assert high > 0


def test_a_high_s_is_refused_and_its_low_twin_accepted(vector_dir: Path) -> None:
    document = json.loads((vector_dir / "wycheproof" / "ecdsa_secp256r1_sha256_p1363_test.json").read_bytes())
    group = document["testGroups"][0]
    key = PublicKey(Algorithm.P256, compressed(group["publicKey"]["uncompressed"]))
    for case in group["tests"]:
        signature = bytes.fromhex(case["sig"])
        if case["result"] != "valid":
            continue
        digest = sha256(bytes.fromhex(case["msg"])).digest()
        twin = signature[:32] + (P256_ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
        assert is_signed_by(key, digest, signature) != is_signed_by(key, digest, twin)


def test_an_ed25519_signature_counts_for_its_digest_only() -> None:
    signature = SIGNING_KEY.sign(bytes(32)).signature
    assert is_signed_by(PUBLIC_KEY, bytes(32), signature)
    assert not is_signed_by(PUBLIC_KEY, bytes(31) + b"\x01", signature)
    assert not is_signed_by(PUBLIC_KEY, bytes(32), signature + b"\x00")


def test_a_key_survives_encoding() -> None:
    assert PublicKey.decode(PUBLIC_KEY.encode()) == PUBLIC_KEY


@pytest.mark.parametrize(
    "untrusted",
    [
        wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=bytes(31)),
        wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=bytes(33)),
        wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=b"\x04" + bytes(64)),
        wire.PublicKey(data=bytes(32)),
    ],
)
def test_malformed_keys_are_refused(untrusted: wire.PublicKey) -> None:
    with pytest.raises(BadKey):
        PublicKey.from_wire(untrusted)


def test_bytes_that_are_no_key_are_refused() -> None:
    with pytest.raises(BadKey):
        PublicKey.decode(b"\xff\xff")


def test_a_key_s_text_names_it_again() -> None:
    assert encode_key_text(PUBLIC_KEY) == f"ed25519:{PUBLIC_KEY.data.hex()}"
    assert decode_key_text(f" {encode_key_text(PUBLIC_KEY)}\n") == PUBLIC_KEY


@pytest.mark.parametrize(
    "text", ["", "ed25519", "ed25519:", "ed25519:00", "ed448:" + "00" * 32, "p256:" + "00" * 33, "ed25519:" + "zz" * 32]
)
def test_any_other_text_is_no_key(text: str) -> None:
    with pytest.raises(BadKey):
        decode_key_text(text)
