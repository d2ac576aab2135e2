"""Changes that are decided but not yet written, in front of the store they will be written to.

Guarantees: reads see the pending changes over the stored ones, so several blocks can be executed on one `Staging` and
reach the disk in one synced batch (while catching up) without anything noticing. Leaves to the caller: writing what `take`
returns before the next read, and using a `Staging` from one thread at a time.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from app.core.ports import Reader


class Staging:
    """An overlay of pending changes. It reads like the store beneath it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._pending: dict[bytes, bytes | None] = {}
        self._order: list[bytes] = []  # sorted, but for the keys in `_late`
        self._late: list[bytes] = []

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, pending or stored, or None."""
        pending = self._pending
        return pending[key] if key in pending else self._reader.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Set `key`."""
        if key not in self._pending:
            self._late.append(key)
        self._pending[key] = value

    def put_all(self, values: Mapping[bytes, bytes]) -> None:
        """Set many keys."""
        self._late.extend(values.keys() - self._pending.keys())
        self._pending.update(values)

    def delete(self, key: bytes) -> None:
        """Remove `key`; it need not exist."""
        if key not in self._pending:
            self._late.append(key)
        self._pending[key] = None

    def __len__(self) -> int:
        """How many keys are pending."""
        return len(self._pending)

    def take(self) -> list[tuple[bytes, bytes | None]]:
        """All pending changes in the form that `KeyValue.write` takes; nothing is pending afterwards."""
        changes = list(self._pending.items())
        self._pending, self._order, self._late = {}, [], []
        return changes

    def scan(self, start: bytes, stop: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Pairs with `start` ≤ key < `stop`, pending merged with stored. Change nothing while iterating."""
        stored = self._reader.scan(start, stop, reverse=reverse)
        keys = self._pending_keys(start, stop)
        if not keys:
            yield from stored
            return
        if reverse:
            keys.reverse()
        yield from self._merged(keys, stored, reverse=reverse)

    def _pending_keys(self, start: bytes, stop: bytes) -> list[bytes]:
        if self._late:
            self._order.extend(self._late)
            self._order.sort()  # one long sorted run and a short tail: cheap for this sort
            self._late = []
        return self._order[bisect_left(self._order, start) : bisect_left(self._order, stop)]

    def _merged(
        self, keys: Sequence[bytes], stored: Iterator[tuple[bytes, bytes]], *, reverse: bool
    ) -> Iterator[tuple[bytes, bytes]]:
        position = 0
        for key, value in stored:
            while position < len(keys) and (keys[position] > key if reverse else keys[position] < key):
                yield from self._pair(keys[position])
                position += 1
            if position < len(keys) and keys[position] == key:
                yield from self._pair(key)
                position += 1
            else:
                yield key, value
        for key in keys[position:]:
            yield from self._pair(key)

    def _pair(self, key: bytes) -> Iterator[tuple[bytes, bytes]]:
        value = self._pending[key]
        if value is not None:
            yield key, value
