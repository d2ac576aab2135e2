"""Used nonces: exact at every height, forgotten in time, and kept as far as a snapshot must show them."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.hashing import NONCES_DOMAIN, sha256
from app.core.wire import registry_pb2 as wire
from app.node.store.nonces import Nonces, counting_nonce_blocks
from app.node.store.staging import Staging
from tests.fakes.keyvalue import MemoryKeyValue

SENDERS = [bytes([number]) * 20 for number in range(2)]
Use = tuple[int, int, int]
"""Sender, nonce, and for how many blocks it is valid."""


class Book:
    """Nonces on a store in memory, beside everything that was ever used."""

    def __init__(self) -> None:
        self.kv = MemoryKeyValue()
        self.used: dict[tuple[bytes, bytes], int] = {}
        self.blocks: list[tuple[int, bytes]] = []
        self.horizon = 0
        self.open()

    def open(self) -> None:
        self.staging = Staging(self.kv)
        self.nonces = Nonces(self.staging)

    def add(self, height: int, *uses: Use) -> None:
        """A block with those uses that the law would let through."""
        found = []
        for number, nonce, more in uses:
            name = SENDERS[number], bytes([nonce]) * 16
            if self.used.get(name, 0) < height:
                self.used[name] = height + more
                found.append(wire.UsedNonce(sender=name[0], nonce=name[1], valid_until=height + more))
        if found:
            self.horizon = max(self.horizon, *(nonce.valid_until for nonce in found))
            previous = sha256(NONCES_DOMAIN + self.blocks[-1][1]) if self.blocks else b""
            block = wire.NonceBlock(previous=previous, height=height, horizon=self.horizon, nonces=found)
            self.blocks.append((height, encode(block)))
            self.nonces.stage(height, encode(block))

    def flush(self, height: int) -> None:
        self.nonces.drop_expired(height)
        self.kv.write(self.staging.take(), sync=True)

    def kept_names(self) -> set[bytes]:
        return {key[2:] for key, _ in self.kv.scan(b"cn", b"co")}

    def expected_blocks(self, height: int) -> list[tuple[int, bytes]]:
        """From the newest whose horizon has passed on; from the first on if there is none."""
        passed = [
            number
            for number, (_, block) in enumerate(self.blocks)
            if wire.NonceBlock.FromString(block).horizon <= height
        ]
        return self.blocks[passed[-1] if passed else 0 :]


uses = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 7)), max_size=3)


@given(st.lists(st.tuples(uses, st.booleans(), st.booleans()), max_size=30))
def test_a_nonce_counts_until_it_expires_whatever_is_flushed_when(blocks: list[tuple[list[Use], bool, bool]]) -> None:
    book = Book()
    for height, (block, is_flushed, is_reopened) in enumerate(blocks, start=1):
        for number, nonce, _ in block:
            name = SENDERS[number], bytes([nonce]) * 16
            assert book.nonces.has_used(*name, height - 1) == (book.used.get(name, 0) >= height)
        book.add(height, *block)
        assert list(counting_nonce_blocks(book.staging, height)) == book.expected_blocks(height)
        if is_flushed:
            book.flush(height)
            assert list(book.kv.scan(b"co", b"cp")) == [
                (b"co" + at.to_bytes(8, "big"), data) for at, data in book.expected_blocks(height)
            ]
            if is_reopened:
                book.open()


def test_a_nonce_that_is_used_again_outlives_its_first_use() -> None:
    book = Book()
    book.add(1, (0, 0, 2))
    book.add(4, (0, 0, 9), (0, 1, 0))
    book.add(5, (0, 2, 0))
    book.flush(13)
    assert [at for at, _ in counting_nonce_blocks(book.kv, 13)] == [5]
    book = Book()
    book.add(1, (0, 0, 2))
    book.add(2, (0, 1, 3))
    book.add(5, (0, 0, 9))
    book.flush(5)
    assert [at for at, _ in counting_nonce_blocks(book.kv, 5)] == [2, 5]
    assert book.nonces.has_used(SENDERS[0], bytes(16), 13)
    assert not book.nonces.has_used(SENDERS[0], bytes(16), 14)


def test_nothing_is_left_of_what_expired_but_the_block_that_shows_it() -> None:
    book = Book()
    for height in range(1, 200):
        book.add(height, (height % 2, height % 100, 5))
        book.flush(height)
        assert len(book.kept_names()) <= 7
    assert len(list(book.kv.scan(b"co", b"cp"))) == 6
