"""When a validator's signature counts: ZIP-215, as CometBFT decides it (crypto/ed25519).

Guarantees: the same answer as CometBFT for every input. Other libraries are stricter, each in its own way, so a commit
that the consortium accepted could stop a node that asked only its own library. What libsodium accepts, ZIP-215 accepts,
so the slow check below runs only when libsodium refuses. Accounts follow another, strict rule: `app.core.keys`.

The arithmetic is not constant-time and need not be: everything it sees is public.
"""

from functools import lru_cache
from hashlib import sha512

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

REMEMBERED = 4096
"""Answers that are kept: rules that belong together ask for the same signature, and so do all papers of one block."""

Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z."""

IDENTITY: Point = (0, 1, 1, 0)


@lru_cache(maxsize=REMEMBERED)
def is_validator_signature(key: bytes, message: bytes, untrusted_signature: bytes) -> bool:
    """Whether `untrusted_signature` (64 bytes) counts as the signature of `key` (32 bytes) over `message`."""
    if len(key) != 32 or len(untrusted_signature) != 64:
        return False
    try:
        crypto_sign_open(untrusted_signature + message, key)
    except BadSignatureError:
        return is_zip215_signature(key, message, untrusted_signature)
    return True


def is_zip215_signature(key: bytes, message: bytes, untrusted_signature: bytes) -> bool:
    """ZIP-215: s below the order; R and A any encodings of points; [8][s]B = [8]R + [8][k]A."""
    scalar = int.from_bytes(untrusted_signature[32:], "little")
    commitment, public = _decode_point(untrusted_signature[:32]), _decode_point(key)
    if scalar >= ORDER or commitment is None or public is None:
        return False
    challenge = int.from_bytes(sha512(untrusted_signature[:32] + key + message).digest(), "little") % ORDER
    left = _combine(scalar, BASE, challenge, _negate(public))
    x, y, z, _ = _times_eight(_add(left, _negate(commitment)))
    return x == 0 and y == z


def _decode_point(encoded: bytes) -> Point | None:
    """The point of 32 bytes. As ZIP-215 demands, y may be ≥ p and the sign of x = 0 may be set."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, (number & (2**255 - 1)) % P
    x = _root_of_ratio((y * y - 1) % P, (D * y * y + 1) % P)
    if x is None:
        return None
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


def _root_of_ratio(numerator: int, denominator: int) -> int | None:
    """A square root of numerator / denominator modulo p, or None (RFC 8032, 5.1.3)."""
    cube = denominator * denominator * denominator % P
    root = numerator * cube * pow(numerator * cube * cube * denominator % P, (P - 5) // 8, P) % P
    check = denominator * root * root % P
    if check == numerator:
        return root
    if check == -numerator % P:
        return root * SQRT_MINUS_ONE % P
    return None


def _add(left: Point, right: Point) -> Point:
    """Complete addition (RFC 8032, 5.1.4): right for every pair of points, equal or not."""
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _negate(point: Point) -> Point:
    x, y, z, t = point
    return -x % P, y, z, -t % P


def _times_eight(point: Point) -> Point:
    for _ in range(3):
        point = _add(point, point)
    return point


def _combine(first: int, first_point: Point, second: int, second_point: Point) -> Point:
    """[first]first_point + [second]second_point, both read bit by bit together."""
    steps = (IDENTITY, first_point, second_point, _add(first_point, second_point))
    result = IDENTITY
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        result = _add(result, result)
        step = (first >> bit & 1) | (second >> bit & 1) << 1
        if step:
            result = _add(result, steps[step])
    return result


def _base() -> Point:
    point = _decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert point is not None
    return point


BASE = _base()
