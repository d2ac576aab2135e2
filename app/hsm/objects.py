"""What lies on a token: keys, whichever way a module writes them down.

Guarantees: what cannot be read hides nothing else, and every key is one of ours. Leaves to others: sessions, and errors of
the token itself.
"""

from contextlib import suppress
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm as UnknownCurve
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from pkcs11 import Attribute, ObjectClass, PKCS11Error
from pkcs11 import exceptions as ckr

from app.core.errors import BadKey
from app.core.keys import Algorithm, PublicKey
from app.core.tokens import TokenKey, TokenName
from app.hsm.reasons import UNREADABLE

ED25519_PARAMS = bytes.fromhex("06032b6570")
ED25519_NAMED = bytes.fromhex(
    "130c656477617264733235353139"
)  # "edwards25519": the older way, in which cards still speak
P256_PARAMS = bytes.fromhex("06082a8648ce3d030107")


def read_keys(name: TokenName, session: Any) -> tuple[TokenKey, ...]:
    """Public keys that stand there themselves or in certificates, each once, ascending."""
    certificates = {
        bytes(each[Attribute.ID]): bytes(each[Attribute.VALUE])
        for each in _objects(session, ObjectClass.CERTIFICATE)
        if _has(each, Attribute.ID, Attribute.VALUE)
    }
    found: dict[bytes, TokenKey] = {}
    for each in _objects(session, ObjectClass.PUBLIC_KEY):
        with suppress(PKCS11Error, BadKey, *UNREADABLE):
            key_id = bytes(each[Attribute.ID])
            public_key = _public_key(bytes(each[Attribute.EC_PARAMS]), bytes(each[Attribute.EC_POINT]))
            found[key_id] = TokenKey(name, public_key, key_id, _label(each), certificates.get(key_id, b""))
    for key_id, certificate in certificates.items():
        with suppress(BadKey):
            if key_id not in found:
                found[key_id] = TokenKey(name, _key_of_certificate(certificate), key_id, "", certificate)
    return tuple(sorted(found.values()))


def _objects(session: Any, kind: ObjectClass) -> list[Any]:
    with suppress(ckr.AttributeTypeInvalid, ckr.AttributeValueInvalid):
        return list(session.get_objects({Attribute.CLASS: kind}))
    return []


def _has(thing: Any, *attributes: Attribute) -> bool:
    try:
        return all(thing[each] is not None for each in attributes)
    except (PKCS11Error, *UNREADABLE):
        return False


def _label(thing: Any) -> str:
    with suppress(PKCS11Error, *UNREADABLE):
        return shown(thing.label)
    return ""


def _public_key(params: bytes, point: bytes) -> PublicKey:
    """The key of CKA_EC_PARAMS and CKA_EC_POINT. The point is a DER octet string; some cards give it bare.

    Raises:
        BadKey: of another curve, or no point of it.
    """
    if params in (ED25519_PARAMS, ED25519_NAMED):
        bare = point[2:] if len(point) == 34 and point[:2] == b"\x04\x20" else point
        return PublicKey.from_wire(PublicKey(Algorithm.ED25519, bare).to_wire())
    if params != P256_PARAMS:
        raise BadKey(reason="unknown algorithm", got=params.hex())
    bare = point[2:] if len(point) == 67 and point[:2] == b"\x04\x41" else point
    try:
        return _compressed(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bare))
    except ValueError as error:
        raise BadKey(reason="not a point of the curve") from error


def _key_of_certificate(certificate: bytes) -> PublicKey:
    try:
        public = load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnknownCurve) as error:
        raise BadKey(reason="certificate") from error
    if isinstance(public, Ed25519PublicKey):
        return PublicKey(Algorithm.ED25519, public.public_bytes_raw())
    if isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1):
        return _compressed(public)
    raise BadKey(reason="unknown algorithm", got=type(public).__name__)


def _compressed(public: EllipticCurvePublicKey) -> PublicKey:
    return PublicKey(Algorithm.P256, public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def asks_each_time(private: Any) -> bool:
    """Whether a private key wants the PIN for each signature (CKA_ALWAYS_AUTHENTICATE)."""
    try:
        return bool(private[Attribute.ALWAYS_AUTHENTICATE])
    except PKCS11Error:
        return False


def shown(text: str | None) -> str:
    """A name from a device: what can be seen of it, at most 64 characters."""
    return "".join(character for character in text or "" if character.isprintable()).strip()[:64]
