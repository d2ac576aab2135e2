"""What the inside asks of the outside. Adapters are constructed in `app.wiring` and nowhere else."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from app.core.keys import PublicKey
from app.core.units import Nanoseconds


class Clock(Protocol):
    """The local clock. Never asked by the law or the proof."""

    def now(self) -> Nanoseconds:
        """The present moment."""
        ...


class Randomness(Protocol):
    """Unpredictable bytes."""

    def random_bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        ...


class Signer(Protocol):
    """A key that can sign: in the keystore, later on a token."""

    @property
    def public_key(self) -> PublicKey:
        """The key's public half."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """A 64-byte signature over the 32-byte `digest`."""
        ...


class Reader(Protocol):
    """Keys and values, in order of the keys' bytes."""

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        ...

    def scan(self, start: bytes, stop: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Pairs with `start` ≤ key < `stop`, ascending, or descending with `reverse`."""
        ...


class KeyValue(Reader, Protocol):
    """An ordered key-value store with atomic batches."""

    def write(self, changes: "Sequence[tuple[bytes, bytes | None]]", *, sync: bool) -> None:
        """Apply all changes or none; None deletes. With `sync`, on return they survive a power cut.

        Raises:
            StoreFailed: the batch may or may not be there after a restart; the store is closed.
        """
        ...

    def frozen(self) -> AbstractContextManager[Reader]:
        """The store as it is now, for as long as the context lasts: another thread may read it while this one writes."""
        ...

    def compact(self) -> None:
        """Give back the room of everything deleted or replaced. Long; nobody reads or writes meanwhile.

        Raises:
            StoreFailed: as of `write`.
        """
        ...

    def close(self) -> None:
        """Release the store. Further use raises StoreFailed."""
        ...
