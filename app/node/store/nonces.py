"""The nonces that were used and have not expired, so that no transaction is applied twice.

Guarantees: whether a nonce counts depends on the tip alone, never on when the disk was written, so that every node, however
it came to a height, decides alike. What has expired is deleted in time; of the blocks of nonces, which the state root
binds to each other, as many are kept as a snapshot must show. One thread at a time.
"""

from collections.abc import Iterator

from app.core.codec import decode
from app.core.ports import Reader
from app.core.wire import registry_pb2
from app.node.store import keys
from app.node.store.staging import Staging


class Nonces:
    """Nonces by name, and the blocks of nonces by height."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._first_block = 0  # below nothing is left: to look there would cost what deleted keys cost LevelDB

    def has_used(self, sender: bytes, nonce: bytes, height: int) -> bool:
        """Whether the nonce was used by a transaction that may still stand in a block above `height`."""
        return self._valid_until(sender + nonce) > height

    def stage(self, height: int, nonce_block: bytes) -> None:
        """Take over what the block at `height` used: an encoded luopu.registry.NonceBlock, or nothing."""
        if not nonce_block:
            return
        self._staging.put(keys.NONCE_BLOCK + keys.number(height), nonce_block)
        for used in decode(registry_pb2.NonceBlock, nonce_block).nonces:
            self._staging.put(keys.NONCE + used.sender + used.nonce, keys.number(used.valid_until))

    def drop_expired(self, height: int) -> None:
        """Forget the blocks of nonces that no snapshot above `height` must show, and their nonces: validity refuses them.

        A nonce that was used once more after its expiry stays for that.
        """
        first = next(counting_nonce_blocks(self._staging, height, self._first_block), None)
        if first is None:
            return
        start, stop = (keys.NONCE_BLOCK + keys.number(bound) for bound in (self._first_block, first[0]))
        for key, data in list(self._staging.scan(start, stop)):
            self._staging.delete(key)
            for used in decode(registry_pb2.NonceBlock, data).nonces:
                if self._valid_until(used.sender + used.nonce) <= height:
                    self._staging.delete(keys.NONCE + used.sender + used.nonce)
        self._first_block = first[0]

    def _valid_until(self, name: bytes) -> int:
        return int.from_bytes(self._staging.get(keys.NONCE + name) or b"", "big")


def counting_nonce_blocks(reader: Reader, height: int, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """The blocks of nonces, from that of `first` on, that may still count above `height`, and the newest that may not.

    That one shows that none is missing before those after it: the state root binds each to the one before, and
    a horizon is the highest expiry of all nonces up to there.
    """
    passed: tuple[int, bytes] | None = None
    for key, data in reader.scan(keys.NONCE_BLOCK + keys.number(first), keys.after(keys.NONCE_BLOCK)):
        found = int.from_bytes(key[-8:], "big"), data
        if decode(registry_pb2.NonceBlock, data).horizon <= height:
            passed = found
            continue
        if passed is not None:
            yield passed
            passed = None
        yield found
    if passed is not None:
        yield passed
