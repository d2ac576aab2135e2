"""The state of the chain under its root: a log of what never changes and a map of what does.

Guarantees: `app_hash` follows from the contents alone; a block that changes nothing leaves it, and the store, as they were;
what any retained height held can be proved under the `app_hash` of that height (`app.core.stateproof` verifies). With the
map change its look-ups (`app.node.store.mapped`).

Leaves to the caller what `AuthenticatedMap` leaves: writing the staging, ascending heights, one thread at a time. A
height above the newest block reads as the newest.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from app.core.codec import encode
from app.core.errors import OutOfRange, Pruned
from app.core.hashing import EMPTY_HASH
from app.core.stateproof import EMPTY_MAP_ROOT, EntryProof, KeyProof, StateRoots
from app.core.units import Hash32, Height
from app.node.store.log import AppendLog
from app.node.store.map import AuthenticatedMap
from app.node.store.mapped import changed_lookups, stage_lookups
from app.node.store.staging import Staging

_ROOTS = b"s"
_FIRST = _ROOTS + bytes(8)
_EMPTY = StateRoots(0, EMPTY_HASH, EMPTY_MAP_ROOT)


class AuthenticatedState:
    """Log, map, and the roots of both by height."""

    def __init__(self, staging: Staging) -> None:
        self.log = AppendLog(staging)
        self.map = AuthenticatedMap(staging)
        self._staging = staging
        self._height, self._roots = self._newest(_ROOTS + b"\xff" * 9)

    @property
    def app_hash(self) -> Hash32:
        """The newest state root."""
        return self._roots.app_hash

    @property
    def roots(self) -> StateRoots:
        """What the newest state root covers."""
        return self._roots

    def get(self, key: bytes) -> bytes | None:
        """The newest value of `key` in the map, or None."""
        return self.map.get(key)

    def scan(self, prefix: bytes, after: bytes, limit: int) -> list[tuple[bytes, bytes]]:
        """The first `limit` newest values under keys that begin with `prefix`, behind `prefix` + `after` if that is given:
        the rest of each key, and the value.
        """
        return list(islice(self.map.scan(prefix, after), limit))

    def apply(self, height: Height, writes: Mapping[bytes, bytes | None], appends: Sequence[bytes]) -> Hash32:
        """Bring one block's changes in, and give the state root after them.

        Raises:
            OutOfRange: a key or value that the map refuses, or a height not above the last one that changed anything.
                Nothing was staged.
        """
        if (writes or appends) and height <= self._height:
            raise OutOfRange(field="height", expected=f"above {self._height}", got=height)
        lookups = changed_lookups(self.map.get, writes)
        map_root = self.map.apply(height, writes)
        stage_lookups(self._staging, lookups)
        self.log.append(appends)
        roots = StateRoots(self.log.size, self.log.root, map_root)
        if roots != self._roots:
            self._height, self._roots = height, roots
            stage_roots(self._staging, height, roots)
        return roots.app_hash

    def state_at(self, height: Height) -> StateRoots:
        """The roots after `height`.

        Raises:
            NotFound: that height was pruned.
        """
        if height < self.map.oldest:
            raise Pruned(what="state at this height", height=height, oldest=self.map.oldest)
        return self._newest(_root_key(height + 1))[1] if height < self._height else self._roots

    def prove_key(self, key: bytes, height: Height) -> KeyProof:
        """Proof of what `key` held after `height`, or that it held nothing.

        Raises:
            NotFound: that height was pruned.
            OutOfRange: the key is empty or too long.
        """
        return self.prove_keys([key], height)[0]

    def prove_keys(self, keys: Sequence[bytes], height: Height) -> list[KeyProof]:
        """The same of several keys, in their order.

        Raises:
            NotFound, OutOfRange: as of `prove_key`.
        """
        roots = self.state_at(height)
        return [KeyProof(roots, encode(proof)) for proof in self.map.prove_all(keys, height)]

    def prove_entry(self, index: int, height: Height) -> EntryProof:
        """Proof that the log entry at `index` was there after `height`.

        Raises:
            NotFound: that height was pruned, or the log was shorter then.
        """
        roots = self.state_at(height)
        return EntryProof(roots, index, tuple(self.log.inclusion(index, roots.log_size)))

    def prune(self, below_height: Height) -> int:
        """Forget the map's contents at all heights below `below_height`; how many old things were dropped.

        The log is never shortened.
        """
        oldest, _ = self._newest(_root_key(self.map.oldest + 1))
        dropped = self.map.prune(below_height)
        roots = self._staging.scan(_root_key(max(oldest, 0)), _root_key(below_height + 1))
        for key in [key for key, _ in roots][:-1]:  # the last is what still holds at `below_height`
            self._staging.delete(key)
            dropped += 1
        return dropped

    def _newest(self, stop: bytes) -> tuple[int, StateRoots]:
        """The newest roots stored under a key below `stop`, and their height."""
        for key, value in self._staging.scan(_FIRST, stop, reverse=True):
            return int.from_bytes(key[1:], "big"), _decode_roots(value)
        return -1, _EMPTY


def stage_roots(staging: Staging, height: int, roots: StateRoots) -> None:
    """Let these be the roots from `height` on."""
    staging.put(_root_key(height), _encode_roots(roots))


def _root_key(height: int) -> bytes:
    return _ROOTS + height.to_bytes(8, "big")


def _encode_roots(roots: StateRoots) -> bytes:
    return roots.log_size.to_bytes(8, "big") + roots.log_root + roots.map_root


def _decode_roots(data: bytes) -> StateRoots:
    return StateRoots(int.from_bytes(data[:8], "big"), Hash32(data[8:40]), Hash32(data[40:72]))
