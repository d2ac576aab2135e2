"""A key-value store in memory that keeps the port's promises, and fails when told to."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.core.errors import OutOfRange, StoreFailed


class MemoryKeyValue:
    """The `KeyValue` port over a dict."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._order: list[bytes] = []
        self._closed: str | None = None
        self._failure: str | None = None
        self._copies: list[MemoryKeyValue] = []
        self.synced_batches = 0

    def fail_next_write(self, reason: str = "no space left on device") -> None:
        """Let the next write fail as a full disk would: it raises, and the store is closed."""
        self._failure = reason

    def reopen(self) -> "MemoryKeyValue":
        """What a restart finds: the same contents, open again."""
        again = MemoryKeyValue()
        again._values, again._order = dict(self._values), list(self._order)
        return again

    def get(self, key: bytes) -> bytes | None:
        self._check_open()
        return self._values.get(key)

    def scan(self, start: bytes, stop: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        self._check_open()
        keys = self._order[bisect_left(self._order, start) : bisect_left(self._order, stop)]
        pairs = [(key, self._values[key]) for key in keys]
        for pair in reversed(pairs) if reverse else pairs:
            self._check_open()
            yield pair

    def write(self, changes: Sequence[tuple[bytes, bytes | None]], *, sync: bool) -> None:
        self._check_open()
        if any(key < b"\x01" for key, _ in changes):
            raise OutOfRange(field="key", expected="not empty, not beginning with a zero byte")
        if self._failure is not None:
            self._closed = self._failure
            raise StoreFailed(reason=self._failure)
        for key, value in changes:
            self._set(key, value)
        self.synced_batches += sync

    @contextmanager
    def frozen(self) -> Iterator["MemoryKeyValue"]:
        self._check_open()
        copy = self.reopen()
        self._copies.append(copy)
        yield copy
        copy.close()

    def compact(self) -> None:
        self.write([], sync=True)

    def close(self) -> None:
        self._closed = self._closed or "closed"
        for copy in self._copies:
            copy.close()

    def _set(self, key: bytes, value: bytes | None) -> None:
        if value is not None:
            if key not in self._values:
                insort(self._order, key)
            self._values[key] = value
        elif key in self._values:
            del self._values[key]
            del self._order[bisect_left(self._order, key)]

    def _check_open(self) -> None:
        if self._closed is not None:
            raise StoreFailed(reason=self._closed)
