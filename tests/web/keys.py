"""Keys for papers made by hand: they sign as docs/formats/reserve.md says, and know nothing of the program."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.wire import registry_pb2 as registry

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Key:
    """An account's key, Ed25519 or P-256."""

    secret: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        if isinstance(self.secret, ed25519.Ed25519PrivateKey):
            return self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return self.secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    @property
    def message(self) -> registry.PublicKey:
        algorithm = registry.ALGORITHM_ED25519 if len(self.public) == 32 else registry.ALGORITHM_P256
        return registry.PublicKey(algorithm=algorithm, data=self.public)

    @property
    def text(self) -> str:
        return f"{'ed25519' if len(self.public) == 32 else 'p256'}:{self.public.hex()}"

    def sign(self, digest: bytes) -> bytes:
        if isinstance(self.secret, ed25519.Ed25519PrivateKey):
            return self.secret.sign(digest)
        r, s = decode_dss_signature(self.secret.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def ed25519_key(name: str) -> Key:
    return Key(ed25519.Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))


def p256_key(name: str) -> Key:
    number = int.from_bytes(sha256(name.encode()).digest(), "big") % (P256_ORDER - 1) + 1
    return Key(ec.derive_private_key(number, ec.SECP256R1()))
