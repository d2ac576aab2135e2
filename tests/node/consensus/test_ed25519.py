"""The rule for commit signatures is ZIP-215, to the case."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from app.node.consensus.ed25519 import ORDER, P, is_validator_signature, is_zip215_signature

ZIP215_ACCEPTS = {0, 1, 2, 3, 4, 5, 9, 10, 11}
SMALL_ORDER_Y = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
KEY = SigningKey(bytes(range(32)))
PUBLIC = bytes(KEY.verify_key)


def test_speccheck_cases_are_accepted_exactly_as_zip_215_says(vector_dir: Path) -> None:
    cases = json.loads((vector_dir / "ed25519-speccheck" / "cases.json").read_bytes())
    assert len(cases) == 12
    triples = [tuple(bytes.fromhex(case[name]) for name in ("pub_key", "message", "signature")) for case in cases]
    assert {index for index, case in enumerate(triples) if is_validator_signature(*case)} == ZIP215_ACCEPTS
    assert {index for index, case in enumerate(triples) if is_zip215_signature(*case)} == ZIP215_ACCEPTS


def test_wycheproof_cases_come_out_as_expected_but_for_the_sign_of_zero(vector_dir: Path) -> None:
    """Wycheproof judges by RFC 8032. ZIP-215 differs in one case: R with x = 0 and its sign set is a point to it."""
    document = json.loads((vector_dir / "wycheproof" / "ed25519_test.json").read_bytes())
    checked, differing = 0, set()
    for group in document["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            accepted = is_validator_signature(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            if accepted != (case["result"] == "valid"):
                differing.add((case["sig"][:64], accepted))
            checked += 1
    assert checked == document["numberOfTests"]
    assert differing == {("01" + "00" * 30 + "80", True)}


def test_every_encoding_of_every_small_point_is_read() -> None:
    """ZIP-215's own cases: with s = 0 every pair of small-order points, however encoded, satisfies the equation."""
    order_eight = int.from_bytes(bytes.fromhex(SMALL_ORDER_Y), "little")
    numbers = (0, 1, P - 1, order_eight, P - order_eight, P, P + 1)
    encodings = [(number | sign << 255).to_bytes(32, "little") for number in numbers for sign in (0, 1)]
    for key in encodings:
        for commitment in encodings:
            assert is_zip215_signature(key, b"Zcash", commitment + bytes(32))


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=200))
def test_the_slow_check_accepts_what_libsodium_signs(message: bytes) -> None:
    signature = KEY.sign(message).signature
    assert is_zip215_signature(PUBLIC, message, signature)
    assert not is_zip215_signature(PUBLIC, message + b"x", signature)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 511))
def test_one_flipped_bit_of_a_signature_is_noticed(bit: int) -> None:
    signature = bytearray(KEY.sign(b"message").signature)
    signature[bit // 8] ^= 1 << bit % 8
    assert not is_validator_signature(PUBLIC, b"message", bytes(signature))


def test_a_scalar_of_the_order_or_more_is_refused() -> None:
    signature = KEY.sign(b"message").signature
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    assert not is_validator_signature(PUBLIC, b"message", signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ((P + 1).to_bytes(32, "little"), "y of the identity written as p + 1"),
        ((1 | 1 << 255).to_bytes(32, "little"), "x = 0 with its sign set"),
    ],
)
def test_encodings_that_other_rules_refuse_are_read(key: bytes, why: str) -> None:
    identity = (1).to_bytes(32, "little")
    assert is_validator_signature(key, b"message", identity + bytes(32)), why  # R and A neutral, s = 0
    assert not is_validator_signature(key, b"message", identity + (1).to_bytes(32, "little")), why


@pytest.mark.parametrize(("key_size", "signature_size"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_other_lengths_are_refused(key_size: int, signature_size: int) -> None:
    assert not is_validator_signature(bytes(key_size), b"message", bytes(signature_size))


def test_a_key_that_is_no_point_is_refused() -> None:
    assert not is_validator_signature((2).to_bytes(32, "little"), b"message", KEY.sign(b"message").signature)
