"""Sixteen subtrees of the authenticated map and the fifteen hashes above them: what is read and written at once.

The map is a binary sparse Merkle tree over the bits of SHA-256(key), in the ICS 23 layout:

- leaf = SHA-256(00 ‖ SHA-256(key) ‖ SHA-256(value)); inner = SHA-256(01 ‖ left ‖ right); an empty child is 32 zeros;
- a subtree that holds one leaf *is* that leaf, and one that holds none is empty; so the root follows from the contents
  alone, whatever was inserted and deleted on the way.

A *node* here is bytes: nothing for an empty subtree, a leaf's hash followed by its key for a single leaf, or the 32 bytes of
an inner hash. A page covers four levels, one hex digit of the path: a heap of 32 nodes, with the page's own top at 1 and
its sixteen slots at 16 … 31. On disk are only the slots; the hashes above them cost less to compute than to read.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

EMPTY_CHILD = bytes(32)
FIRST_SLOT = 16
NODES = 32
HASH_BYTES = 32
SLOT_OF_DIGIT = {digit: FIRST_SLOT + int(chr(digit), 16) for digit in b"0123456789abcdef"}
DIGIT_OF_SLOT = {slot: bytes([digit]) for digit, slot in SLOT_OF_DIGIT.items()}

_HEAD = struct.Struct(">Q16H")  # height of the last change, length of each slot's node

Node = bytes


@dataclass(slots=True)
class Page:
    """Nodes of a page as a heap, and the height at which any of them last changed."""

    nodes: list[Node]
    changed: int


def blank_page() -> Page:
    """A page with nothing in it."""
    return Page([b""] * NODES, 0)


def path_of(key: bytes) -> bytes:
    """Where a key belongs: the 64 hex digits of its SHA-256."""
    return sha256(key).hexdigest().encode()


def leaf_node(key: bytes, value: bytes) -> Node:
    """The node of a single key with its value."""
    return sha256(b"\x00" + sha256(key).digest() + sha256(value).digest()).digest() + key


def is_inner(node: Node) -> bool:
    """Whether there is more than one leaf below. A leaf's node is longer, because keys are not empty."""
    return len(node) == HASH_BYTES


def parent_node(left: Node, right: Node) -> Node:
    """The node above two others: a lone leaf rises unchanged."""
    if (left and right) or len(left) == HASH_BYTES or len(right) == HASH_BYTES:
        return sha256(b"\x01" + (left[:32] or EMPTY_CHILD) + (right[:32] or EMPTY_CHILD)).digest()
    return left or right


def rehash(nodes: list[Node], slots: Iterable[int]) -> None:
    """Recompute what stands above the given slots, and nothing else."""
    level = {slot >> 1 for slot in slots}
    while len(level) > 1:
        for index in level:
            nodes[index] = parent_node(nodes[2 * index], nodes[2 * index + 1])
        level = {index >> 1 for index in level}
    index = max(level, default=0)  # from here on there is one way up
    while index:
        nodes[index] = parent_node(nodes[2 * index], nodes[2 * index + 1])
        index >>= 1


def page_of_slots(slots: list[Node], changed: int) -> Page:
    """A page with all hashes computed from its sixteen slots."""
    nodes = [b""] * FIRST_SLOT + slots
    for index in range(FIRST_SLOT - 1, 0, -1):
        nodes[index] = parent_node(nodes[2 * index], nodes[2 * index + 1])
    return Page(nodes, changed)


def encode_page(page: Page) -> bytes:
    """Height of the last change (8 bytes), lengths of the slots (2 bytes each), the slots."""
    slots = page.nodes[FIRST_SLOT:]
    return _HEAD.pack(page.changed, *map(len, slots)) + b"".join(slots)


def decode_page(data: bytes) -> Page:
    """The page that was encoded. Data comes from our own store, under its checksums."""
    changed, *lengths = _HEAD.unpack_from(data)
    slots, position = [], _HEAD.size
    for length in lengths:
        slots.append(data[position : position + length])
        position += length
    return page_of_slots(slots, changed)
