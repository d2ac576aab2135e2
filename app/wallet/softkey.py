"""A private key in this process's memory: made, opened, used, wiped.

Guarantees: signs 32-byte digests only; ECDSA signatures are raw r‖s with s in the lower half and need no randomness
(RFC 6979), so a poor random source cannot leak the key. After `lock` the key signs nothing more.

Leaves to others: Python may have copied the secret while it was in use, and the libraries below hold it while they
sign; `lock` overwrites the only copy that this object keeps. Who must not trust the memory uses a token.
"""

import threading

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.bindings import crypto_sign, crypto_sign_BYTES, crypto_sign_seed_keypair

from app.core.keys import P256_ORDER, Algorithm, PublicKey
from app.core.ports import Randomness
from app.core.units import check_length
from app.core.walleterrors import KeyLocked

SECRET_BYTES = 32
_SCALAR_RANDOM_BYTES = 40  # 64 bits more than the order, so that the remainder is not biased (FIPS 186-5 A.2.1)


class UnlockedKey:
    """A `Signer` whose secret is in memory until `lock`."""

    def __init__(self, public_key: PublicKey, secret: bytearray) -> None:
        self._public_key = public_key
        self._secret = secret
        self._locked = False
        self._mutex = threading.Lock()

    @property
    def public_key(self) -> PublicKey:
        """The key's public half."""
        return self._public_key

    @property
    def is_locked(self) -> bool:
        """Whether `lock` was called."""
        return self._locked

    def sign(self, digest: bytes) -> bytes:
        """A 64-byte signature over the 32-byte `digest`.

        Raises:
            KeyLocked: after `lock`.
            OutOfRange: a digest of another length.
        """
        check_length("digest", digest, 32)
        with self._mutex:
            if self._locked:
                raise KeyLocked(key=self._public_key.data.hex())
            return _SIGN[self._public_key.algorithm](bytes(self._secret), digest)

    def lock(self) -> None:
        """Overwrite the secret. May be called again."""
        with self._mutex:
            self._locked = True
            wipe(self._secret)


def wipe(secret: bytearray) -> None:
    """Overwrite `secret` with zeros in place."""
    secret[:] = bytes(len(secret))


def generate_secret(algorithm: Algorithm, randomness: Randomness) -> bytearray:
    """A new secret (32 bytes): an Ed25519 seed, or a P-256 scalar, big-endian, between 1 and the order less one."""
    if algorithm is Algorithm.ED25519:
        return bytearray(randomness.random_bytes(SECRET_BYTES))
    number = int.from_bytes(randomness.random_bytes(_SCALAR_RANDOM_BYTES), "big")
    return bytearray((number % (P256_ORDER - 1) + 1).to_bytes(SECRET_BYTES, "big"))


def derive_public_key(algorithm: Algorithm, secret: bytes | bytearray) -> PublicKey:
    """The public half of `secret`.

    Raises:
        ValueError: not a secret of this algorithm.
    """
    if algorithm is Algorithm.ED25519:
        return PublicKey(algorithm, crypto_sign_seed_keypair(bytes(secret))[0])
    private = derive_private_key(int.from_bytes(secret, "big"), SECP256R1())
    return PublicKey(algorithm, private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def _sign_ed25519(secret: bytes, digest: bytes) -> bytes:
    _, expanded = crypto_sign_seed_keypair(secret)
    return crypto_sign(digest, expanded)[:crypto_sign_BYTES]


def _sign_p256(secret: bytes, digest: bytes) -> bytes:
    private = derive_private_key(int.from_bytes(secret, "big"), SECP256R1())
    der = private.sign(digest, ECDSA(Prehashed(SHA256()), deterministic_signing=True))
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


_SIGN = {Algorithm.ED25519: _sign_ed25519, Algorithm.P256: _sign_p256}
