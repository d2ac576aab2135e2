"""The eyes of the naive twin: its own decoder and its own signature checks, no code of `app`.

A message is a dict of its fields by name; what is not in its one encoding is refused.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

ED25519, P256 = 1, 2
ACTIONS = ("notarize", "propose", "approve")


class No(Exception):
    """The transaction is refused; the argument says why."""


# ---- decoding --------------------------------------------------------------------------------------------------------
KEY = {1: ("algorithm", "number"), 2: ("data", "bytes")}
SIGNATURE = {1: ("key", KEY), 2: ("signature", "bytes")}
TRANSACTION = {1: ("body", "bytes"), 2: ("signatures", [SIGNATURE])}
RECORD = {
    1: ("chain", "bytes"),
    2: ("sequence", "number"),
    3: ("previous", "bytes"),
    4: ("sha256", "bytes"),
    5: ("sm3", "bytes"),
    6: ("size", "number"),
    7: ("subject", "text"),
    8: ("context", "bytes"),
}
SEAT = {1: ("key", "bytes"), 2: ("power", "number"), 3: ("account", "number")}
BODY = {
    1: ("chain_id", "text"),
    2: ("sender", "bytes"),
    3: ("nonce", "bytes"),
    4: ("valid_until", "number"),
    16: ("notarize", {1: ("record", RECORD)}),
    17: ("propose", {1: ("document", "bytes"), 2: ("deadline", "number"), 16: ("validator", SEAT)}),
    18: ("approve", {1: ("proposal", "bytes")}),
}
DEFAULTS: dict[str, Any] = {"number": 0, "bytes": b"", "text": ""}


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The shortest varint at `at`, below 2^64, and where it ends."""
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise No("malformed")
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if value >= 2**64 or (byte == 0 and shift > 7):
        raise No("malformed")
    return value, at


def read_fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and bytes, the only two kinds that any message here has."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = read_varint(data, at)
            yield number, value
        elif kind == 2:
            length, at = read_varint(data, at)
            if at + length > len(data):
                raise No("malformed")
            yield number, data[at : at + length]
            at += length
        else:
            raise No("malformed")


def read_message(data: bytes, schema: Mapping[int, tuple[str, Any]]) -> dict[str, Any]:
    """A message whose fields ascend and are known, with no default written out."""
    result: dict[str, Any] = {}
    for name, kind in schema.values():
        result[name] = [] if isinstance(kind, list) else DEFAULTS.get(kind) if isinstance(kind, str) else None
    last = 0
    for number, value in read_fields(data):
        if number not in schema or number < last:
            raise No("malformed")
        name, kind = schema[number]
        if number == last and not isinstance(kind, list):
            raise No("malformed")
        last = number
        if isinstance(kind, list):
            result[name].append(read_value(value, kind[0]))
        else:
            result[name] = read_value(value, kind)
    return result


def read_value(value: int | bytes, kind: Any) -> Any:
    """One value of the kind that the schema names."""
    if isinstance(value, int) != (kind == "number") or (isinstance(kind, str) and value in (0, b"")):
        raise No("malformed")
    if isinstance(kind, dict):
        return read_message(value, kind)
    if kind == "text":
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise No("malformed") from None
    return value


def read_transaction(raw: bytes) -> dict[str, Any]:
    """A transaction with its body and its one signature, all of the right shape."""
    outer = read_message(raw, TRANSACTION)
    body = read_message(outer["body"], BODY)
    actions = [name for name in ACTIONS if body[name] is not None]
    if len(outer["signatures"]) != 1 or len(actions) != 1 or not 1 <= len(body["chain_id"]) <= 50:
        raise No("malformed")
    if (len(body["sender"]), len(body["nonce"])) != (20, 16) or not 1 <= body["valid_until"] < 2**63:
        raise No("malformed")
    key = outer["signatures"][0]["key"] or {"algorithm": 0, "data": b""}
    if (key["algorithm"], len(key["data"])) not in {(ED25519, 32), (P256, 33)}:
        raise No("malformed")
    if key["algorithm"] == P256 and not is_p256_point(key["data"]):
        raise No("malformed")
    return {
        **body,
        "action": actions[0],
        "body": outer["body"],
        "key": (key["algorithm"], key["data"]),
        "signature": outer["signatures"][0]["signature"],
    }


# ---- signatures ------------------------------------------------------------------------------------------------------
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_p256_point(data: bytes) -> bool:
    """Whether the compressed point has a y."""
    x = int.from_bytes(data[1:], "big")
    square = (x**3 - 3 * x + B) % P
    return data[0] in (2, 3) and x < P and pow(square, (P - 1) // 2, P) in (0, 1)


def is_good(key: tuple[int, bytes], message: bytes, signature: bytes) -> bool:
    """Whether the signature verifies (by OpenSSL, for both algorithms) and has no twin."""
    if len(signature) != 64:
        return False
    try:
        if key[0] == ED25519:
            Ed25519PublicKey.from_public_bytes(key[1]).verify(signature, sha256(message).digest())
            return True
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key[1])
        point.verify(encode_dss_signature(r, s), sha256(message).digest(), ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, ValueError):
        return False
    return s <= N // 2
