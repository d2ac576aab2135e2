"""The authenticated map: what changes in the state, under one root, provable at every retained height.

Guarantees: `root` depends on the contents alone; `prove` gives ICS 23 proofs that other people's verifiers accept; a block
costs hashes only along the paths that changed; memory is bounded by the page cache, whatever the size of the map. Reading
or proving at an old height needs one seek per thing read (`app.node.store.history`).

Leaves to the caller: writing the staging (a map whose staging was dropped unwritten must be opened again), applying
heights in ascending order, and using it from one thread at a time. Pages and hashes: `app.node.store.page`.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence

from app.core.errors import OutOfRange, Pruned
from app.core.stateproof import EMPTY_MAP_ROOT
from app.core.units import Hash32
from app.core.wire import ics23_pb2
from app.node.store.history import History
from app.node.store.keys import after as behind
from app.node.store.mapproof import prove_key
from app.node.store.page import (
    DIGIT_OF_SLOT,
    FIRST_SLOT,
    NODES,
    SLOT_OF_DIGIT,
    Node,
    Page,
    blank_page,
    decode_page,
    encode_page,
    is_inner,
    leaf_node,
    page_of_slots,
    path_of,
    rehash,
)
from app.node.store.staging import Staging

MAX_KEY_BYTES = 1024
DEFAULT_CACHED_PAGES = 16_384  # about 35 MiB

Change = tuple[bytes, bytes, Node]
"""Path, key, and the leaf to put there (nothing to delete)."""

PAGES, VALUES, HISTORY, META = b"mp", b"mv", b"mh", b"mt"
_NODE, _VALUE = b"n", b"v"
_TOP = b""


class AuthenticatedMap:
    """Keys and values of the newest height, their root, and those of earlier heights."""

    def __init__(self, staging: Staging, cached_pages: int = DEFAULT_CACHED_PAGES) -> None:
        self._staging = staging
        self._history = History(staging, HISTORY)
        self._cache: OrderedDict[bytes, Page] = OrderedDict()
        self._cached_pages = cached_pages
        self._olds: dict[bytes, bytes] = {}
        meta = staging.get(META)
        self._changed = -1 if meta is None else int.from_bytes(meta[:8], "big") - 1
        self._oldest = 0 if meta is None else int.from_bytes(meta[8:], "big")

    # ---- the present ---------------------------------------------------------------------------------------------
    @property
    def root(self) -> Hash32:
        """Root of the newest height; 32 zeros when the map is empty."""
        return _root_of(self._top())

    def get(self, key: bytes) -> bytes | None:
        """The newest value of `key`, or None."""
        return self._staging.get(VALUES + key)

    def apply(self, height: int, changes: Mapping[bytes, bytes | None]) -> Hash32:
        """Set (or, with None, delete) keys at `height`; the new root.

        Changes to what is there already count for nothing, and if none counts, nothing is stored.

        Raises:
            OutOfRange: a key or value is empty or too long, or `height` is not above the last one that changed anything.
        """
        _check_changes(changes)
        olds: dict[bytes, bytes] = {}
        leaves: list[Change] = []
        for key, value in changes.items():
            old = self.get(key)
            if value != old:
                olds[_VALUE + key] = old or b""
                leaves.append((path_of(key), key, b"" if value is None else leaf_node(key, value)))
        if not leaves:
            return self.root
        if height <= self._changed:
            raise OutOfRange(field="height", expected=f"above {self._changed}", got=height)
        self._store_values(leaves, changes)
        self._changed = height
        self._olds = olds
        olds[_NODE] = self._top()
        leaves.sort()
        self._update(_TOP, leaves, self._page(_TOP) or blank_page(), is_new=False)
        self._history.keep(height, olds)
        self._save_meta()
        return self.root

    def pairs(self) -> Iterator[tuple[bytes, bytes]]:
        """Everything the map holds now, ascending by key."""
        return self.scan(b"")

    def scan(self, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """What the map holds now under keys that begin with `prefix`, ascending: the rest of each key, and its value.

        From the key behind `prefix` + `after` on, if `after` is given. Change nothing while iterating.
        """
        whole = VALUES + prefix
        start = whole + after + b"\x00" if after else whole
        for key, value in self._staging.scan(start, behind(whole)):
            yield key[len(whole) :], value

    # ---- the past ------------------------------------------------------------------------------------------------
    @property
    def oldest(self) -> int:
        """The lowest height that can still be read."""
        return self._oldest

    def get_at(self, key: bytes, height: int) -> bytes | None:
        """The value that `key` had after `height`, or None.

        Raises:
            NotFound: that height was pruned.
        """
        self._check_retained(height)
        old = None if height >= self._changed else self._history.content_at(_VALUE + key, height)
        return self.get(key) if old is None else old or None

    def root_at(self, height: int) -> Hash32:
        """The root after `height`.

        Raises:
            NotFound: that height was pruned.
        """
        return _root_of(self._node_at(_TOP, self._top(), height))

    def prove(self, key: bytes, height: int) -> ics23_pb2.CommitmentProof:
        """Proof under `root_at(height)` of the key's value, or of its absence.

        Raises:
            NotFound: that height was pruned.
            OutOfRange: the key is empty or too long.
        """
        return self.prove_all([key], height)[0]

    def prove_all(self, keys: Sequence[bytes], height: int) -> list[ics23_pb2.CommitmentProof]:
        """The same of several keys, in their order; what their ways have in common is read once.

        Raises:
            NotFound, OutOfRange: as of `prove`.
        """
        for key in keys:
            _check_key(key)
        self._check_retained(height)
        view = _At(self, height)
        return [prove_key(view, key) for key in keys]

    def nodes_at(self, where: bytes, height: int) -> Sequence[Node]:
        """The heap of the page at path `where` as it was after `height`."""
        page = self._page(where)
        if page is not None and page.changed <= height:
            return page.nodes
        nodes = [b""] * NODES if page is None else page.nodes
        slots = [self._node_at(where + DIGIT_OF_SLOT[slot], nodes[slot], height) for slot in range(FIRST_SLOT, NODES)]
        return page_of_slots(slots, height).nodes

    def forget_pages(self) -> None:
        """Let go of every page in memory; they are read again when they are needed."""
        self._cache.clear()

    def prune(self, below_height: int) -> int:
        """Forget all heights below `below_height`; how many old things were dropped."""
        if below_height <= self._oldest:
            return 0
        dropped = self._history.prune(self._oldest, below_height)
        self._oldest = below_height
        self._save_meta()
        return dropped

    # ---- inside --------------------------------------------------------------------------------------------------
    def _update(self, where: bytes, changes: Sequence[Change], page: Page, *, is_new: bool) -> Node:
        """Bring sorted changes into the page at path `where`; its new top node."""
        nodes, depth = page.nodes, len(where)
        before: dict[int, Node] = {}
        start, total = 0, len(changes)
        while start < total:
            digit = changes[start][0][depth]
            stop = start + 1
            while stop < total and changes[stop][0][depth] == digit:
                stop += 1
            slot = SLOT_OF_DIGIT[digit]
            old = nodes[slot]
            new = self._changed_node(where + DIGIT_OF_SLOT[slot], old, changes[start:stop])
            if new != old:
                before[slot] = old
                nodes[slot] = new
            start = stop
        rehash(nodes, before)
        self._keep(where, page, before, is_new=is_new)
        return nodes[1]

    def _changed_node(self, where: bytes, old: Node, changes: Sequence[Change]) -> Node:
        """The node at path `where` after the changes below it, which make and unmake pages as needed."""
        if is_inner(old):
            return self._update(where, changes, self._page(where) or blank_page(), is_new=False)
        if len(changes) == 1 and (not old or old[32:] == changes[0][1]):
            return changes[0][2]
        return self._update(where, _with_leaf(changes, old), blank_page(), is_new=True)

    def _keep(self, where: bytes, page: Page, before: Mapping[int, Node], *, is_new: bool) -> None:
        """Store a changed page, or remove one that holds no more than a leaf, which then stands in the page above."""
        nodes, olds = page.nodes, self._olds
        if is_inner(nodes[1]) or where == _TOP:
            page.changed = self._changed
            for slot, old in before.items():
                olds[_NODE + where + DIGIT_OF_SLOT[slot]] = old
            self._staging.put(PAGES + where, encode_page(page))
            self._remember(where, page)
        elif not is_new:
            for slot in range(FIRST_SLOT, NODES):
                if old := before.get(slot, nodes[slot]):
                    olds[_NODE + where + DIGIT_OF_SLOT[slot]] = old
            self._staging.delete(PAGES + where)
            self._cache.pop(where, None)

    def _store_values(self, leaves: Sequence[Change], changes: Mapping[bytes, bytes | None]) -> None:
        for _, key, _ in leaves:
            value = changes[key]
            if value is None:
                self._staging.delete(VALUES + key)
            else:
                self._staging.put(VALUES + key, value)

    def _page(self, where: bytes) -> Page | None:
        page = self._cache.get(where)
        if page is not None:
            self._cache.move_to_end(where)
            return page
        data = self._staging.get(PAGES + where)
        if data is None:
            return None
        page = decode_page(data)
        self._remember(where, page)
        return page

    def _remember(self, where: bytes, page: Page) -> None:
        self._cache[where] = page
        if len(self._cache) > self._cached_pages:
            self._cache.popitem(last=False)

    def _top(self) -> Node:
        page = self._page(_TOP)
        return b"" if page is None else page.nodes[1]

    def _node_at(self, where: bytes, present: Node, height: int) -> Node:
        self._check_retained(height)
        old = None if height >= self._changed else self._history.content_at(_NODE + where, height)
        return present if old is None else old

    def _save_meta(self) -> None:
        self._staging.put(META, encode_meta(self._changed, self._oldest))

    def _check_retained(self, height: int) -> None:
        if height < self._oldest:
            raise Pruned(what="state at this height", height=height, oldest=self._oldest)


class _At:
    """The map as it was after one height: what a proof is made from."""

    def __init__(self, whole: AuthenticatedMap, height: int) -> None:
        self._map = whole
        self._height = height
        self._seen: dict[bytes, Sequence[Node]] = {}

    def nodes(self, where: bytes) -> Sequence[Node]:
        if where not in self._seen:
            self._seen[where] = self._map.nodes_at(where, self._height)
        return self._seen[where]

    def value(self, key: bytes) -> bytes | None:
        return self._map.get_at(key, self._height)


def _with_leaf(changes: Sequence[Change], old: Node) -> Sequence[Change]:
    """The changes, with the leaf that stood there alone, unless they change it."""
    if not old:
        return changes
    key = old[32:]
    path = path_of(key)
    if any(change[0] == path for change in changes):
        return changes
    return sorted([*changes, (path, key, old)])


def encode_meta(changed: int, oldest: int) -> bytes:
    """What stands under `META`: the last height that changed anything, and the lowest that can still be read."""
    return (changed + 1).to_bytes(8, "big") + oldest.to_bytes(8, "big")


def _root_of(node: Node) -> Hash32:
    return Hash32(node[:32]) if node else EMPTY_MAP_ROOT


def _check_changes(changes: Mapping[bytes, bytes | None]) -> None:
    for key, value in changes.items():
        check_pair(key, value)


def check_pair(key: bytes, value: bytes | None) -> None:
    """Check that a proof can carry the key, and its value if there is one.

    Raises:
        OutOfRange: otherwise.
    """
    _check_key(key)
    if value == b"":
        raise OutOfRange(field="map value", expected="not empty", got=0)  # ICS 23 cannot prove an empty value


def _check_key(key: bytes) -> None:
    if not 0 < len(key) <= MAX_KEY_BYTES:
        raise OutOfRange(field="map key", expected=f"1 … {MAX_KEY_BYTES} bytes", got=len(key))
