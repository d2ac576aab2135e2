"""What things were before they changed, by height, so that any retained height can be read and proved.

Guarantees: reading a thing as of height `h` takes one seek, however long the history; the present needs no look at it.
When a thing changes at height `h`, its old content is kept under (name, h): valid for the heights below `h`. An index by
height lets `prune` drop what nobody may ask for any more. Content is bytes; no bytes at all mean "was not there".
"""

from collections.abc import Mapping

from app.node.store.staging import Staging

_LAST = b"\xff" * 9  # behind every 8-byte height


class History:
    """Old contents of named things under a key prefix."""

    def __init__(self, staging: Staging, prefix: bytes) -> None:
        self._staging = staging
        self._entries = prefix + b"e"
        self._index = prefix + b"i"

    def keep(self, height: int, olds: Mapping[bytes, bytes]) -> None:
        """Keep what the named things were until `height`. Once per height."""
        stamp = height.to_bytes(8, "big")
        names = [_delimited(name) for name in olds]
        start = self._entries
        self._staging.put_all({start + name + stamp: old for name, old in zip(names, olds.values(), strict=True)})
        self._staging.put(self._index + stamp, b"".join(names))

    def content_at(self, name: bytes, height: int) -> bytes | None:
        """What the thing was after `height`; None when it has not changed since, so the present content is the answer."""
        start = self._entries + _delimited(name)
        for _, old in self._staging.scan(start + (height + 1).to_bytes(8, "big"), start + _LAST):
            return old
        return None

    def prune(self, before: int, oldest: int) -> int:
        """Drop what only heights below `oldest` need, which was pruned up to `before`; how many things were dropped.

        To begin at `before` matters: LevelDB finds its way past deleted keys one by one.
        """
        dropped = 0
        start, stop = (self._index + height.to_bytes(8, "big") for height in (before, oldest + 1))
        for index_key, names in list(self._staging.scan(start, stop)):
            stamp = index_key[-8:]
            for name in _split(names):
                self._staging.delete(self._entries + name + stamp)
                dropped += 1
            self._staging.delete(index_key)
        return dropped


def _delimited(name: bytes) -> bytes:
    """With its length in front, no name is the beginning of another."""
    return len(name).to_bytes(2, "big") + name


def _split(names: bytes) -> list[bytes]:
    found, position = [], 0
    while position < len(names):
        end = position + 2 + int.from_bytes(names[position : position + 2], "big")
        found.append(names[position:end])
        position = end
    return found
