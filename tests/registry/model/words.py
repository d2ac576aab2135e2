"""What is sound by itself: digests, texts, names, numbers, keys, ids. Nothing here knows the chain."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from itertools import pairwise

from app.core.refusals import REFUSALS
from app.core.wire import registry_pb2 as wire

CODES = {kind.code: number for number, kind in REFUSALS.items()}
TOP = 2**63 - 1
FAR = 1_000_000
"""Blocks that a deadline may lie ahead."""
ED25519, P256 = 1, 2
P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
P256_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


class No(Exception):
    """Refused; the argument is the code."""


def sound(condition: object, code: str = "bad-action") -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise No(code)


def is_digest(data: bytes) -> bool:
    """32 bytes."""
    return len(data) == 32


def is_id(data: bytes) -> bool:
    """16 bytes."""
    return len(data) == 16


def is_count(number: int, least: int = 0, most: int = TOP) -> bool:
    """Within what an amount, a height or a moment may be."""
    return least <= number <= most


def is_ascending(values: Sequence[object]) -> bool:
    """Each above the one before it: nothing twice."""
    return all(low < high for low, high in pairwise(values))  # type: ignore[operator]


def is_later(moment: int, now: int) -> bool:
    """Never (0), or after now."""
    return moment == 0 or is_count(moment, now + 1)


def is_text(text: str, most: int, least: int = 0) -> bool:
    """Of so many bytes, and nothing in it hides or reorders what is read."""
    return least <= len(text.encode()) <= most and not any(map(is_misleading, text))


@cache
def is_misleading(character: str) -> bool:
    """Control characters, and those that hide or reorder text."""
    code = ord(character)
    spans = [(0, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F)]
    spans += [(0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xE0000, 0xE007F)]
    return any(first <= code <= last for first, last in spans)


def is_name(name: str) -> bool:
    """Short, of letters that look like themselves, and no space at either end."""
    return 1 <= len(name) <= 64 and name == name.strip(" ") and all(map(_may_stand_in_a_name, name))


@cache
def _may_stand_in_a_name(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in " -_.&'()"
    return character in "（）·" or 0x3400 <= ord(character) <= 0x4DBF or 0x4E00 <= ord(character) <= 0x9FFF


def name_key(name: str) -> str:
    """Two names are the same where these are."""
    return "".join(
        chr(ord(each) + 32) if "A" <= each <= "Z" else {"（": "(", "）": ")"}.get(each, each) for each in name
    )


def is_order(order: wire.Order) -> bool:
    """An authority's order, told in full."""
    return is_digest(order.document) and is_text(order.authority, 128, 1) and is_text(order.reference, 128)


def is_threshold_list(thresholds: Sequence[wire.Threshold]) -> bool:
    """Ascending by duty, with one to fifteen checkers each."""
    known = all(1 <= each.duty <= 9 and 1 <= each.checkers <= 15 for each in thresholds)
    return known and is_ascending([each.duty for each in thresholds])


@cache
def is_key(algorithm: int, data: bytes) -> bool:
    """Something that can be a public key."""
    if algorithm == ED25519:
        return len(data) == 32
    if algorithm != P256 or len(data) != 33 or data[0] not in (2, 3):
        return False
    x = int.from_bytes(data[1:], "big")
    square = (x**3 - 3 * x + P256_B) % P256_PRIME
    return x < P256_PRIME and pow(square, (P256_PRIME - 1) // 2, P256_PRIME) <= 1


@cache
def encode_key(key: tuple[int, bytes]) -> bytes:
    """A public key's canonical bytes."""
    algorithm, data = key
    return bytes([0x08, algorithm, 0x12, len(data)]) + data


def derived_id(domain: str, sender: bytes, nonce: bytes) -> bytes:
    """The id of what a transaction begins."""
    return sha256(f"luopu.{domain}.v1\x00".encode() + sender + nonce).digest()[:16]


def address_of(chain_id: str, first_key: tuple[int, bytes]) -> bytes:
    """The address of the account that begins with this key."""
    return sha256(b"luopu.account.v1\x00" + chain_id.encode() + b"\x00" + encode_key(first_key)).digest()[:20]


def possession_digest(chain_id: str, key: tuple[int, bytes]) -> bytes:
    """What a new key signs."""
    return sha256(b"luopu.possession.v1\x00" + chain_id.encode() + b"\x00" + encode_key(key)).digest()


def body_digest(body: bytes) -> bytes:
    """What is signed of a transaction."""
    return sha256(b"luopu.transaction.v1\x00" + body).digest()
