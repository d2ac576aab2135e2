"""The same trees, written in the shortest way there is and computed from scratch every time."""

from collections.abc import Mapping
from hashlib import sha256
from itertools import count

EMPTY = bytes(32)


def naive_root(contents: Mapping[bytes, bytes]) -> bytes:
    """Root of a sparse Merkle tree in the ICS 23 layout."""
    leaves = []
    for key, value in contents.items():
        path = sha256(key).digest()
        bits = "".join(f"{byte:08b}" for byte in path)
        leaves.append((bits, sha256(b"\x00" + path + sha256(value).digest()).digest()))
    return _subtree(leaves, 0)


def _subtree(leaves: list[tuple[str, bytes]], depth: int) -> bytes:
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0][1]
    left = [leaf for leaf in leaves if leaf[0][depth] == "0"]
    right = [leaf for leaf in leaves if leaf[0][depth] == "1"]
    return sha256(b"\x01" + _subtree(left, depth + 1) + _subtree(right, depth + 1)).digest()


def clustered_keys(wanted: int, digits: str) -> list[bytes]:
    """Keys whose paths begin with the same hex digits, so that few of them already make deep trees."""
    found: list[bytes] = []
    for number in count():
        key = b"key %d" % number
        if sha256(key).hexdigest().startswith(digits):
            found.append(key)
            if len(found) == wanted:
                return found
    raise AssertionError
