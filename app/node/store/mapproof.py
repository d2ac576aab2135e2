"""From pages of the authenticated map to ICS 23 proofs.

Guarantees: `prove_key` proves the key's value where it has one, and otherwise its absence by the leaves left and right of
its place. Leaves to `app.node.store.map` what the pages were at which height.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from app.core.errors import StoreDamaged
from app.core.ics23 import SMT_SPEC
from app.core.stateproof import absence_in_empty_map
from app.core.wire import ics23_pb2
from app.node.store.page import (
    DIGIT_OF_SLOT,
    EMPTY_CHILD,
    FIRST_SLOT,
    NODES,
    SLOT_OF_DIGIT,
    Node,
    is_inner,
    path_of,
)

Step = tuple[Sequence[Node], int]
"""A page's heap and the slot taken in it."""


class MapAtHeight(Protocol):
    """The map as it was after one height."""

    def nodes(self, where: bytes) -> Sequence[Node]:
        """Heap of the page at path `where`."""
        ...

    def value(self, key: bytes) -> bytes | None:
        """Value of `key`, or None."""
        ...


def prove_key(view: MapAtHeight, key: bytes) -> ics23_pb2.CommitmentProof:
    """Proof of the key's value, or of its absence."""
    path = path_of(key)
    steps = list(_descend(view, path))
    leaf = _leaf_of(steps)
    if leaf[32:] == key:
        return ics23_pb2.CommitmentProof(exist=_existence(view, steps))
    if not view.nodes(b"")[1]:
        return absence_in_empty_map(key)
    absence = ics23_pb2.NonExistenceProof(key=key)
    is_left = bool(leaf) and path_of(leaf[32:]) < path  # another key's leaf stands where this one would
    left = steps if is_left else _neighbour(view, steps, path, -1)
    right = steps if leaf and not is_left else _neighbour(view, steps, path, 1)
    if left is not None:
        absence.left.CopyFrom(_existence(view, left))
    if right is not None:
        absence.right.CopyFrom(_existence(view, right))
    return ics23_pb2.CommitmentProof(nonexist=absence)


def _descend(view: MapAtHeight, path: bytes) -> Iterator[Step]:
    """The pages on the way to `path`, as far as there are any."""
    for depth in range(len(path)):
        nodes = view.nodes(path[:depth])
        slot = SLOT_OF_DIGIT[path[depth]]
        yield nodes, slot
        if not is_inner(nodes[slot]):
            return


def _leaf_of(steps: Sequence[Step]) -> Node:
    nodes, slot = steps[-1]
    return nodes[slot]


def _neighbour(view: MapAtHeight, steps: Sequence[Step], path: bytes, direction: int) -> list[Step] | None:
    """The way to the nearest leaf left (-1) or right (1) of where `steps` end; None at the edge of the map."""
    for depth in range(len(steps) - 1, -1, -1):
        nodes, taken = steps[depth]
        slots = range(taken + direction, FIRST_SLOT - 1 if direction < 0 else NODES, direction)
        for slot in slots:
            if nodes[slot]:
                return [*steps[:depth], *_edge(view, path[:depth], nodes, slot, -direction)]
    return None


def _edge(view: MapAtHeight, where: bytes, nodes: Sequence[Node], slot: int, direction: int) -> Iterator[Step]:
    """From a slot down to its leftmost (-1) or rightmost (1) leaf."""
    yield nodes, slot
    while is_inner(nodes[slot]):
        where += DIGIT_OF_SLOT[slot]
        nodes = view.nodes(where)
        order = range(FIRST_SLOT, NODES) if direction < 0 else range(NODES - 1, FIRST_SLOT - 1, -1)
        slot = next(slot for slot in order if nodes[slot])
        yield nodes, slot


def _existence(view: MapAtHeight, steps: Sequence[Step]) -> ics23_pb2.ExistenceProof:
    key = _leaf_of(steps)[32:]
    value = view.value(key)
    if value is None:
        raise StoreDamaged(reason="a leaf of the map has no value", key=key.hex())
    return ics23_pb2.ExistenceProof(key=key, value=value, leaf=SMT_SPEC.leaf_spec, path=_inner_steps(steps))


def _inner_steps(steps: Sequence[Step]) -> Iterator[ics23_pb2.InnerOp]:
    """What stands beside the leaf on every level, from the leaf up. Below the level it rose to there is nothing."""
    for nodes, slot in reversed(steps):
        index = slot
        while index > 1:
            if nodes[index >> 1] != nodes[index]:
                yield _inner_step(nodes[index ^ 1], is_right=bool(index & 1))
            index >>= 1


def _inner_step(sibling: Node, *, is_right: bool) -> ics23_pb2.InnerOp:
    beside = sibling[:32] or EMPTY_CHILD
    if is_right:
        return ics23_pb2.InnerOp(hash=ics23_pb2.SHA256, prefix=b"\x01" + beside)
    return ics23_pb2.InnerOp(hash=ics23_pb2.SHA256, prefix=b"\x01", suffix=beside)
