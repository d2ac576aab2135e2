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


class No(Exception):
    """The transaction is refused; the argument says why."""


# ---- decoding --------------------------------------------------------------------------------------------------------
KEY = {1: ("algorithm", "choice"), 2: ("data", "bytes")}
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
    9: ("batch_root", "bytes"),
    10: ("batch_size", "number"),
    11: ("supersedes", "number"),
    12: ("timestamp", "bytes"),
    13: ("hosting", "bytes"),
}
SEAT = {1: ("key", "bytes"), 2: ("power", "number"), 3: ("account", "number")}
SETTING = {1: ("setting", "choice"), 2: ("subject", "small"), 3: ("value", "number")}
CHANGES = {
    16: ("validator", SEAT),
    17: ("settings", {1: ("settings", [SETTING])}),
    18: ("upgrade", {1: ("height", "number"), 2: ("version", "number"), 3: ("release", "bytes")}),
    19: ("emergency", {1: ("actions", "smalls"), 2: ("lifted", "flag")}),
}
PROPOSE = {1: ("document", "bytes"), 2: ("deadline", "number"), **CHANGES}
ORDER = {1: ("document", "bytes"), 2: ("authority", "text"), 3: ("reference", "text")}
STOP = {1: ("account", "number"), 2: ("order", ORDER)}
ACTIONS = {
    16: ("notarize", {1: ("record", RECORD)}),
    17: ("propose", PROPOSE),
    18: ("approve", {1: ("proposal", "bytes")}),
    22: ("rename", {1: ("name", "text")}),
    32: ("suspend", STOP),
    33: ("resume", STOP),
    48: ("withdraw_grant", {1: ("grant", "bytes")}),
    61: ("create_voucher", {1: ("voucher", "bytes")}),
}
"""Those that the traffic sends: what the twin carries out, and some that nobody of its cast may do."""
BODY = {
    1: ("chain_id", "text"),
    2: ("sender", "bytes"),
    3: ("nonce", "bytes"),
    4: ("valid_until", "number"),
    5: ("approvers", [KEY]),
    6: ("hold_until", "number"),
    **ACTIONS,
}
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("number", "small", "choice", "flag"), 0),
    "bytes": b"",
    "text": "",
    "smalls": (),
}
IN_RANGE = {
    "number": lambda value: True,
    "small": lambda value: value < 2**32,
    "choice": lambda value: value < 2**31 or value >= 2**64 - 2**31,
    "flag": lambda value: value == 1,
}


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
    in_range = IN_RANGE.get(kind) if isinstance(kind, str) else None
    if isinstance(value, int) != (in_range is not None) or (isinstance(kind, str) and value in (0, b"")):
        raise No("malformed")
    if isinstance(value, int):
        if in_range is None or not in_range(value):
            raise No("malformed")
        return value
    if isinstance(kind, dict):
        return read_message(value, kind)
    if kind == "smalls":
        return tuple(read_packed(value))
    if kind == "text":
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise No("malformed") from None
    return value


def read_packed(data: bytes) -> Iterator[int]:
    """Small numbers one behind the other."""
    at = 0
    while at < len(data):
        value, at = read_varint(data, at)
        if value >= 2**32:
            raise No("malformed")
        yield value


def read_transaction(raw: bytes) -> dict[str, Any]:
    """A transaction with its body, its signers and their signatures, all of the right shape."""
    outer = read_message(raw, TRANSACTION)
    body = read_message(outer["body"], BODY)
    actions = [name for name, _ in ACTIONS.values() if body[name] is not None]
    if len(actions) != 1 or not 1 <= len(body["chain_id"]) <= 50:
        raise No("malformed")
    if (len(body["sender"]), len(body["nonce"])) != (20, 16) or not 1 <= body["valid_until"] < 2**63:
        raise No("malformed")
    if body["hold_until"] >= 2**63:
        raise No("malformed")
    wish = body["propose"]
    if wish is not None and sum(wish[name] is not None for name, _ in CHANGES.values()) > 1:
        raise No("malformed")
    signers = [read_key(entry["key"]) for entry in outer["signatures"]]
    approvers = [(key["algorithm"], key["data"]) for key in body["approvers"]]
    if not 1 <= len(signers) <= 16 or len(set(signers)) != len(signers):
        raise No("malformed")
    if approvers != sorted(set(approvers)) or signers[1:] != approvers:
        raise No("malformed")
    signatures = [entry["signature"] for entry in outer["signatures"]]
    return {**body, "action": actions[0], "body": outer["body"], "signers": signers, "signatures": signatures}


def read_key(key: dict[str, Any] | None) -> tuple[int, bytes]:
    """A public key that can sign."""
    algorithm, data = (0, b"") if key is None else (key["algorithm"], key["data"])
    if (algorithm, len(data)) not in {(ED25519, 32), (P256, 33)} or (algorithm == P256 and not is_p256_point(data)):
        raise No("malformed")
    return algorithm, data


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
