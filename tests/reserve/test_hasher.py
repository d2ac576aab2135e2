"""Batch hasher and standard library give one and the same digest of every row."""

import hashlib
import hmac
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reserve import hasher as hasher_module
from app.reserve.hasher import LANES, BatchHasher, PlainHasher, RowHasher, Rows, best_hasher, hmac_rows
from tests.conftest import require

PREFIXES = (b"", b"\x36", bytes(63), bytes(64), bytes(range(65)))


@pytest.fixture(params=["plain", "batch"])
def hasher(request: pytest.FixtureRequest) -> RowHasher:
    return PlainHasher() if request.param == "plain" else batch_hasher()


def batch_hasher() -> BatchHasher:
    try:
        return BatchHasher()
    except ImportError:
        require(False, "the batch hasher is not installed")
        raise


def drawn(count: int, width: int, seed: int = 0) -> Rows:
    """Rows of every kind: full of zeros, of 255s, with zeros at their ends and at their beginnings, and of anything."""
    rows = np.random.default_rng((seed, count, width)).integers(0, 256, (count, width), dtype=np.uint8)
    rows[0::7] = 0
    rows[1::7] = 255
    rows[2::7, width // 2 :] = 0
    rows[3::7, : width // 2] = 0
    rows[4::7, -1] = 0
    return rows


def expected(rows: Rows, prefix: bytes = b"") -> Rows:
    digests = b"".join(hashlib.sha256(prefix + row.tobytes()).digest() for row in rows)
    return np.frombuffer(digests, np.uint8).reshape(-1, 32)


@pytest.mark.parametrize("prefix", PREFIXES, ids=len)
def test_rows_of_every_width(hasher: RowHasher, prefix: bytes) -> None:
    for width in range(1, 201):
        rows = drawn(49, width)
        assert np.array_equal(hasher.digests(rows, prefix), expected(rows, prefix)), width


@pytest.mark.parametrize("width", [1, 32, 36, 54, 55, 56, 63, 64, 65, 98, 113, 119, 120])
def test_counts_around_the_size_of_a_batch(hasher: RowHasher, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hasher_module, "LANES", 32)
    for count in (0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100):
        rows = drawn(count, width)
        for prefix in (b"", bytes(64)):
            found = hasher.digests(rows, prefix)
            assert found.shape == (count, 32)
            assert np.array_equal(found, expected(rows, prefix)), count


@pytest.mark.parametrize("count", [LANES - 1, LANES, LANES + 1, 2 * LANES + 3])
def test_counts_around_the_real_size_of_a_batch(count: int) -> None:
    rows = drawn(count, 98)
    assert np.array_equal(batch_hasher().digests(rows), expected(rows))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 130).flatmap(lambda width: st.lists(st.binary(min_size=width, max_size=width), max_size=40)))
def test_rows_of_any_content(rows: list[bytes]) -> None:
    width = len(rows[0]) if rows else 1
    array = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, width)
    for hasher in (PlainHasher(), batch_hasher()):
        assert hasher.digests(array, b"prefix").tobytes() == expected(array, b"prefix").tobytes()


def test_rows_that_do_not_lie_side_by_side(hasher: RowHasher) -> None:
    """Every second row, columns out of the middle, and one row shown many times."""
    wide = drawn(60, 80)
    for view in (wide[::2], wide[:, 10:50], wide[::-1], np.broadcast_to(wide[5], (40, 80))):
        assert np.array_equal(hasher.digests(view), expected(np.ascontiguousarray(view)))


def test_rows_and_prefix_are_left_as_they_were(hasher: RowHasher) -> None:
    rows = drawn(40, 41)
    before = rows.copy()
    assert np.array_equal(hasher.digests(rows, b"x"), hasher.digests(rows, b"x"))
    assert np.array_equal(rows, before)


@pytest.mark.parametrize("key", [bytes(32), b"\xff" * 32, bytes(range(32)), b"", bytes(range(64))], ids=len)
def test_hmac_of_every_row(hasher: RowHasher, key: bytes) -> None:
    for width in (1, 36, 37, 44, 64, 100):
        rows = drawn(50, width)
        found = hmac_rows(hasher, key, rows)
        assert [each.tobytes() for each in found] == [hmac.digest(key, row.tobytes(), "sha256") for row in rows]


# ---- which one is used -----------------------------------------------------------------------------------------------
def test_the_batch_hasher_is_used_where_it_is_installed() -> None:
    batch_hasher()
    assert isinstance(best_hasher(), BatchHasher)


@pytest.mark.parametrize("library", ["stringzilla", "nanoarrow"])
def test_without_the_library_the_standard_one_does(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert isinstance(best_hasher(), PlainHasher)


def test_a_batch_hasher_that_strips_zeros_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one does that is given NumPy's own text type."""

    def digests(self: BatchHasher, rows: Rows, prefix: bytes = b"") -> Rows:
        stripped = [hashlib.sha256(prefix + row.tobytes().rstrip(b"\0")).digest() for row in rows]
        return np.frombuffer(b"".join(stripped), np.uint8).reshape(-1, 32)

    batch_hasher()
    monkeypatch.setattr(BatchHasher, "digests", digests)
    assert isinstance(best_hasher(), PlainHasher)


def test_a_batch_hasher_that_fails_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def digests(self: BatchHasher, rows: Rows, prefix: bytes = b"") -> Rows:
        raise ValueError("another interface")

    batch_hasher()
    monkeypatch.setattr(BatchHasher, "digests", digests)
    assert isinstance(best_hasher(), PlainHasher)


def test_a_batch_hasher_that_forgets_the_prefix_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchHasher, "digests", lambda self, rows, prefix=b"": expected(rows))
    batch_hasher()
    assert isinstance(best_hasher(), PlainHasher)
