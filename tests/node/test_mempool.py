"""What waits for a block: in order, once, bounded, and gone when it can no longer be accepted."""

import pytest

from app.core.errors import MempoolFull
from app.core.hashing import sha256
from app.core.refusals import Expired, Refused, Replayed
from app.node import mempool
from app.node.mempool import FRAME_BYTES, Mempool

ROOM = 1_000


class Rules:
    """A law that refuses what a test names, and counts what it admitted since the last block."""

    def __init__(self) -> None:
        self.refused: set[bytes] = set()
        self.admitted: list[bytes] = []

    def begin(self) -> "Rules":
        self.admitted = []
        return self

    def admit(self, untrusted_transaction: bytes) -> None:
        if untrusted_transaction in self.refused:
            raise Expired(got=1)
        self.admitted.append(untrusted_transaction)


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def pool(rules: Rules) -> Mempool:
    return Mempool(rules.begin)


def test_oldest_come_first_and_stay_until_settled(pool: Mempool) -> None:
    for raw in (b"a", b"b", b"c"):
        pool.add(raw)
    assert pool.take(1_000) == pool.take(1_000) == [b"a", b"b", b"c"]
    pool.settle([b"a"], ROOM)
    assert pool.take(1_000) == [b"b", b"c"]


def test_the_same_twice_is_no_error_and_waits_once(pool: Mempool, rules: Rules) -> None:
    assert pool.add(b"a") == pool.add(b"a") == sha256(b"a")
    assert len(pool) == 1
    assert rules.admitted == [b"a"]


def test_what_the_law_refuses_does_not_wait(pool: Mempool, rules: Rules) -> None:
    rules.refused.add(b"a")
    with pytest.raises(Expired):
        pool.add(b"a")
    assert sha256(b"a") not in pool
    assert pool.take(1_000) == []


def test_settling_drops_what_is_no_longer_accepted_and_keeps_the_order(pool: Mempool, rules: Rules) -> None:
    for raw in (b"a", b"b", b"c", b"d"):
        pool.add(raw)
    rules.refused |= {b"b"}
    pool.settle([b"c"], ROOM)
    assert pool.take(1_000) == [b"a", b"d"]
    assert rules.admitted == [b"a", b"d"]


def test_settling_drops_what_is_larger_than_the_next_block(pool: Mempool, rules: Rules) -> None:
    """Validators who join take room in every block; what no longer fits would hold up all behind it."""
    for raw in (b"a", b"b" * 11, b"c" * 10):
        pool.add(raw)
    room = 10 + FRAME_BYTES
    pool.settle([], room)
    assert pool.waiting == rules.admitted == [b"a", b"c" * 10]
    pool.settle([b"a"], room)
    assert pool.take(room) == [b"c" * 10]


def test_settling_what_never_waited_changes_nothing(pool: Mempool) -> None:
    pool.add(b"a")
    pool.settle([b"unknown"], ROOM)
    assert pool.take(1_000) == [b"a"]


@pytest.mark.parametrize(("room", "taken"), [(0, 0), (10 + FRAME_BYTES - 1, 0), (10 + FRAME_BYTES, 1), (36, 2)])
def test_a_block_takes_what_fits(pool: Mempool, room: int, taken: int) -> None:
    for letter in b"abc":
        pool.add(bytes([letter]) * 10)
    assert len(pool.take(room)) == taken


def test_a_flood_stops_at_the_count(pool: Mempool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mempool, "MAX_TRANSACTIONS", 3)
    for number in range(3):
        pool.add(b"%d" % number)
    with pytest.raises(MempoolFull):
        pool.add(b"one more")
    assert pool.add(b"1") == sha256(b"1")  # it waits already, so it takes no room
    pool.settle([b"1"], ROOM)
    pool.add(b"one more")


def test_a_flood_stops_at_the_bytes_and_room_comes_back(
    pool: Mempool, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mempool, "MAX_BYTES", 100)
    pool.add(b"a" * 60)
    with pytest.raises(MempoolFull):
        pool.add(b"b" * 60)
    assert rules.admitted == [b"a" * 60]  # a full pool costs no signature checks
    rules.refused.add(b"a" * 60)
    pool.settle([], ROOM)
    pool.add(b"b" * 100)
    assert len(pool) == 1


def test_a_refusal_while_adding_leaves_the_bytes_counted_right(
    pool: Mempool, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mempool, "MAX_BYTES", 10)
    rules.refused.add(b"x" * 9)
    for _ in range(3):
        with pytest.raises(Refused):
            pool.add(b"x" * 9)
    pool.add(b"y" * 10)


def test_a_full_pool_is_not_a_refusal() -> None:
    """A refusal is final for the bytes; a full pool says: later."""
    assert not issubclass(MempoolFull, Refused)
    assert issubclass(Replayed, Refused)
