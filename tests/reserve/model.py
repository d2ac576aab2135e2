"""The reserve tree again, straight from docs/formats/reserve.md: dictionaries, recursion, hashlib, hmac; slow and obvious.

Leaves are a dictionary from position (32 bytes) to hash and balance. A node is made wherever leaves part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import new as hmac

Item = tuple[bytes, int]
"""Hash and sum."""
Step = tuple[int, bytes, int]
"""Depth, hash and sum of the other branch."""


def h(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac(key, b"".join(parts), "sha256").digest()


# ---- formulas --------------------------------------------------------------------------------------------------------
def header_digest(header_json: bytes) -> bytes:
    return h(b"luopu.reserve.header.v1", b"\0", header_json)


def user_digest(chain_id: str, account: int, address: bytes) -> bytes:
    return h(b"luopu.reserve.user.v1", b"\0", chain_id.encode(), b"\0", number(account, 8), address)


def serial_position(voucher: bytes, serial: int) -> bytes:
    return h(b"luopu.reserve.serial.v1", b"\0", voucher, number(serial, 8))


def leaf(position: bytes, uid: bytes, salt: bytes, balance: int) -> Item:
    return h(b"\0", position, uid, salt, number(balance, 16)), balance


def node(depth: int, left: Item, right: Item) -> Item:
    hashed = h(b"\1", number(depth, 1), left[0], number(left[1], 16), right[0], number(right[1], 16))
    return hashed, left[1] + right[1]


def root(digest: bytes, top: Item) -> bytes:
    return h(b"\2", digest, top[0], number(top[1], 16))


def bit(position: bytes, depth: int) -> int:
    return int.from_bytes(position, "big") >> (255 - depth) & 1


# ---- the tree --------------------------------------------------------------------------------------------------------
def top(leaves: Mapping[bytes, Item], depth: int = 0) -> Item:
    """Hash and sum of the branch under which exactly these leaves are; they share their first `depth` bits."""
    if len(leaves) == 1:
        return next(iter(leaves.values()))
    left, right = parted(leaves, depth)
    if not left or not right:
        return top(leaves, depth + 1)
    return node(depth, top(left, depth + 1), top(right, depth + 1))


def path(leaves: Mapping[bytes, Item], position: bytes, depth: int = 0) -> list[Step]:
    """From the leaf up."""
    if len(leaves) == 1:
        return []
    sides = parted(leaves, depth)
    own, other = sides[bit(position, depth)], sides[1 - bit(position, depth)]
    if not other:
        return path(leaves, position, depth + 1)
    return [*path(own, position, depth + 1), (depth, *top(other, depth + 1))]


def parted(leaves: Mapping[bytes, Item], depth: int) -> tuple[dict[bytes, Item], dict[bytes, Item]]:
    sides: tuple[dict[bytes, Item], dict[bytes, Item]] = ({}, {})
    for position, item in leaves.items():
        sides[bit(position, depth)][position] = item
    return sides


def beside(leaves: Mapping[bytes, Item], position: bytes, depth: int) -> list[bytes]:
    """Positions of all leaves in the other branch at a node of this depth above `position`."""
    bits = [bit(position, each) for each in range(depth)]
    return [
        each
        for each in leaves
        if [bit(each, place) for place in range(depth)] == bits and bit(each, depth) != bit(position, depth)
    ]


# ---- what the custodian does -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Owed:
    """One row of a list."""

    account: int
    address: bytes
    balance: int
    serial: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """All leaves of one snapshot, and where each row is."""

    leaves: dict[bytes, Item]
    places: list[tuple[bytes, bytes]]
    """Position and salt of each row."""


def snapshot(
    chain_id: str, voucher: bytes, digest: bytes, master: bytes, rows: Sequence[Owed], padding: int = 0
) -> Snapshot:
    prk = mac(digest, master)
    leaves, places = {}, []
    for row in rows:
        uid = user_digest(chain_id, row.account, row.address)
        serial = b"" if row.serial is None else number(row.serial, 8)
        salt = mac(prk, b"salt", uid, serial, b"\1")
        own = mac(prk, b"pos", uid, b"\1")
        position = own if row.serial is None else serial_position(voucher, row.serial)
        leaves[position] = leaf(position, uid, salt, row.balance)
        places.append((position, salt))
    for each in range(padding):
        uid = mac(prk, b"zero", number(each, 8), b"\1")
        position, salt = mac(prk, b"pos", uid, b"\1"), mac(prk, b"salt", uid, b"\1")
        leaves[position] = leaf(position, uid, salt, 0)
    return Snapshot(leaves, places)
