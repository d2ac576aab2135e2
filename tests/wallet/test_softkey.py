"""Private keys in memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import OutOfRange
from app.core.hashing import sha256
from app.core.keys import P256_ORDER, Algorithm, is_signed_by
from app.core.ports import Randomness
from app.core.walleterrors import KeyLocked
from app.wallet.softkey import UnlockedKey, derive_public_key, generate_secret

DIGEST = sha256(b"digest")
secrets = st.binary(min_size=32, max_size=32).filter(lambda data: 0 < int.from_bytes(data, "big") < P256_ORDER)


def unlocked(algorithm: Algorithm, secret: bytes) -> UnlockedKey:
    return UnlockedKey(derive_public_key(algorithm, secret), bytearray(secret))


def test_an_ed25519_seed_has_the_public_key_that_rfc_8032_shows() -> None:
    """RFC 8032 7.1, test 3. Its messages are not 32 bytes, so its signatures cannot be asked for."""
    secret = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
    public = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    assert derive_public_key(Algorithm.ED25519, secret).data.hex() == public


def test_p256_signs_as_rfc_6979_shows_with_s_brought_to_the_lower_half() -> None:
    """RFC 6979 A.2.5, SHA-256, message "sample"."""
    secret = bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
    r = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    s = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    signature = unlocked(Algorithm.P256, secret).sign(sha256(b"sample"))
    assert signature == r.to_bytes(32, "big") + (P256_ORDER - s).to_bytes(32, "big")


@pytest.mark.parametrize("algorithm", Algorithm)
@given(secret=secrets, digest=st.binary(min_size=32, max_size=32))
def test_whatever_a_key_signs_counts_as_its_signature(algorithm: Algorithm, secret: bytes, digest: bytes) -> None:
    key = unlocked(algorithm, secret)
    signature = key.sign(digest)
    assert is_signed_by(key.public_key, digest, signature)
    assert signature == key.sign(digest)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_locked_key_signs_nothing_and_its_secret_is_overwritten(algorithm: Algorithm) -> None:
    secret = bytearray(range(1, 33))
    key = UnlockedKey(derive_public_key(algorithm, secret), secret)
    key.lock()
    key.lock()
    assert key.is_locked
    assert secret == bytes(32)
    with pytest.raises(KeyLocked):
        key.sign(DIGEST)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_only_a_digest_is_signed(length: int) -> None:
    with pytest.raises(OutOfRange):
        unlocked(Algorithm.ED25519, bytes(range(32))).sign(bytes(length))


@pytest.mark.parametrize("algorithm", Algorithm)
def test_new_secrets_differ_and_are_valid(algorithm: Algorithm, randomness: Randomness) -> None:
    made = {bytes(generate_secret(algorithm, randomness)) for _ in range(20)}
    assert len(made) == 20
    assert all(unlocked(algorithm, secret).sign(DIGEST) for secret in made)


@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_a_p256_secret_is_valid_whatever_the_random_source_gives(byte: int) -> None:
    class Stuck:
        def random_bytes(self, count: int) -> bytes:
            return bytes([byte]) * count

    secret = generate_secret(Algorithm.P256, Stuck())
    assert 0 < int.from_bytes(secret, "big") < P256_ORDER


def test_the_secret_is_not_in_what_a_log_would_show() -> None:
    secret = b"s" * 32
    assert "ssss" not in repr(unlocked(Algorithm.ED25519, secret))
