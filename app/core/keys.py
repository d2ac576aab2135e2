"""Public keys of accounts and the one rule that says whether a signature counts.

Ed25519: accepted if and only if libsodium accepts (strict: canonical, no small-order points). ECDSA P-256: over a
32-byte digest, raw r‖s, s in the lower half of the order, so that nobody can make a second valid signature of a first.
Commit signatures of validators follow another rule (ZIP-215) and live in `app.node.consensus`.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from app.core.codec import decode_canonical, encode
from app.core.errors import BadKey, DecodingError
from app.core.wire import registry_pb2 as wire

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEY_LENGTHS = {wire.ALGORITHM_ED25519: 32, wire.ALGORITHM_P256: 33}


class Algorithm(IntEnum):
    """Signature algorithms an account key may have."""

    ED25519 = wire.ALGORITHM_ED25519
    P256 = wire.ALGORITHM_P256


@dataclass(frozen=True, slots=True, order=True)
class PublicKey:
    """A public key: 32 bytes for Ed25519, a 33-byte compressed point for P-256."""

    algorithm: Algorithm
    data: bytes

    @classmethod
    def from_wire(cls, untrusted_key: wire.PublicKey) -> "PublicKey":
        """Take over a decoded key.

        Raises:
            BadKey: unknown algorithm, wrong length, or not a point of the curve.
        """
        expected = KEY_LENGTHS.get(untrusted_key.algorithm)
        if expected is None:
            raise BadKey(reason="unknown algorithm", got=int(untrusted_key.algorithm))
        if len(untrusted_key.data) != expected:
            raise BadKey(reason="length", expected=expected, got=len(untrusted_key.data))
        key = cls(Algorithm(untrusted_key.algorithm), untrusted_key.data)
        if key.algorithm is Algorithm.P256:
            _load_point(key.data)
        return key

    @classmethod
    def decode(cls, untrusted_bytes: bytes) -> "PublicKey":
        """Decode the canonical bytes made by `encode`.

        Raises:
            BadKey: anything else.
        """
        try:
            return cls.from_wire(decode_canonical(wire.PublicKey, untrusted_bytes))
        except BadKey:
            raise
        except DecodingError as error:
            raise BadKey(reason="encoding") from error

    def to_wire(self) -> wire.PublicKey:
        """The key as a wire message."""
        return wire.PublicKey(algorithm=int(self.algorithm), data=self.data)  # type: ignore[arg-type]

    def encode(self) -> bytes:
        """The key's canonical bytes."""
        return _encode_key(self)


@lru_cache(maxsize=4096)
def _encode_key(key: PublicKey) -> bytes:
    return encode(key.to_wire())


def encode_key_text(key: PublicKey) -> str:
    """A public key as text that can be read out and pasted: "ed25519:…" or "p256:…" in hex."""
    return f"{key.algorithm.name.lower()}:{key.data.hex()}"


def decode_key_text(untrusted_text: str) -> PublicKey:
    """The key of such a text.

    Raises:
        BadKey: anything else.
    """
    name, _, digits = untrusted_text.strip().partition(":")
    try:
        key = PublicKey(Algorithm[name.upper()], bytes.fromhex(digits))
    except (KeyError, ValueError) as error:
        raise BadKey(reason="text", expected="ed25519:… or p256:…, in hex") from error
    return PublicKey.from_wire(key.to_wire())


def is_signed_by(key: PublicKey, digest: bytes, untrusted_signature: bytes) -> bool:
    """Whether `untrusted_signature` is `key`'s signature over the 32-byte `digest`."""
    if len(untrusted_signature) != 64:
        return False
    if key.algorithm is Algorithm.ED25519:
        return _is_ed25519(key.data, digest, untrusted_signature)
    return _is_p256(key.data, digest, untrusted_signature)


def _is_ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        crypto_sign_open(signature + message, key)
    except (BadSignatureError, ValueError):
        return False
    return True


def _is_p256(key: bytes, digest: bytes, signature: bytes) -> bool:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not 0 < r < P256_ORDER or not 0 < s <= P256_ORDER // 2:
        return False
    try:
        _load_point(key).verify(encode_dss_signature(r, s), digest, ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, BadKey):
        return False
    return True


@lru_cache(maxsize=4096)
def _load_point(data: bytes) -> EllipticCurvePublicKey:
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), data)
    except ValueError as error:
        raise BadKey(reason="not a point of P-256") from error
