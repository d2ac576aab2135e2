"""Values of the map, and a view of them that collects changes.

Guarantees: changes reach nobody unless they are taken over, so a refused action leaves no trace.
"""

from collections.abc import Mapping
from typing import Protocol


class Values(Protocol):
    """Committed values of the map."""

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        ...


class Draft:
    """Values with changes on top. Nothing below is touched; `changes` is what would have to be written.

    What is read below is read once: as long as a draft lives, nobody changes the values beneath it.
    """

    def __init__(self, below: Values) -> None:
        self._below = below
        self._changes: dict[bytes, bytes | None] = {}
        self._read: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value of `key` as changed here, or as it stands below."""
        if key in self._changes:
            return self._changes[key]
        if key not in self._read:
            self._read[key] = self._below.get(key)
        return self._read[key]

    def put(self, key: bytes, value: bytes) -> None:
        """Change a value."""
        self._changes[key] = value

    def delete(self, key: bytes) -> None:
        """Let there be no value."""
        self._changes[key] = None

    def take_over(self, other: "Draft") -> None:
        """Adopt the changes of a draft made on top of this one."""
        self._changes.update(other.changes)

    @property
    def changes(self) -> Mapping[bytes, bytes | None]:
        """Every changed key with its new value; None where there is to be none."""
        return self._changes
