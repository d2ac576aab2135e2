"""All shares of one snapshot: their places, their salts, the tree over them, and what one user is given of it.

Guarantees: the same header, secret and shares give the same root. Places and salts follow from a secret of this snapshot, so
two snapshots cannot be linked. What a proof does not show is made anew when it is asked for; nothing of it is kept.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.reserveerrors import SharesCollide
from app.core.units import Hash32
from app.reserve.formula import (
    FIRST_BLOCK,
    LEAF_TAG,
    POSITION_INFO,
    SALT_INFO,
    SERIAL_DOMAIN,
    ZERO_INFO,
    expand,
    root_hash,
    serial_position,
    snapshot_secret,
    user_digest,
    user_prefix,
)
from app.reserve.hasher import RowHasher, Rows, hmac_rows
from app.reserve.tree import Indexes, SumTree, build_tree, write_sums

Numbers = NDArray[np.uint64]

PIECE: Final = 65_536
"""Shares at a time."""
THREADS: Final = 2
LEAF_BYTES: Final = 1 + 3 * 32 + 16


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed to whom, in the order of the list. Arrays of one length; every balance of a unique voucher is 1."""

    numbers: Numbers
    """Account numbers."""
    addresses: Rows
    """(n, 20)."""
    balances: Numbers
    serials: Numbers | None = None
    """Of a unique voucher: one for each row."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one proof shows of the tree."""

    position: Hash32
    salt: Hash32
    balance: int
    serial: int | None
    path: bytes
    """Steps of 49 bytes from the leaf up."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What makes the places of a snapshot its own."""

    chain_id: str
    voucher: bytes
    header_digest: bytes
    master: bytes
    """32 bytes that nobody but the custodian knows."""

    @property
    def secret(self) -> bytes:
        """The secret of this snapshot."""
        return snapshot_secret(self.header_digest, self.master)


class Shares:
    """The shares of a snapshot in their tree."""

    def __init__(self, hasher: RowHasher, binding: Binding, owed: Owed, padding: int = 0) -> None:
        """Place all shares, and `padding` more of zero for nobody.

        Raises:
            SharesCollide: a user, or a serial, stands in two rows.
            ReserveOverflow: too much in all.
        """
        self.owed = owed
        self._binding, self._secret = binding, binding.secret
        positions, hashes = _Places(hasher, binding, owed).place_all()
        if padding:
            extra_positions, extra_hashes = _zeros(hasher, self._secret, padding)
            positions, hashes = np.concatenate([positions, extra_positions]), np.concatenate([hashes, extra_hashes])
        balances = np.concatenate([owed.balances, np.zeros(padding, np.uint64)])
        order = _order(positions)
        positions, hashes, balances = positions[order], hashes[order], balances[order]
        try:
            self.tree: SumTree = build_tree(hasher, positions, hashes, balances)
        except SharesCollide as error:
            at = int(error.facts["leaf"] or 0)
            first, second = sorted((int(order[at]), int(order[at + 1])))
            raise SharesCollide(row=first + 1, other=second + 1) from error
        self._leaf_of_row: Indexes = np.empty(len(order), np.int32)
        self._leaf_of_row[order] = np.arange(len(order), dtype=np.int32)

    @property
    def root(self) -> Hash32:
        """What goes onto the chain."""
        return root_hash(self._binding.header_digest, self.tree.top, self.tree.total)

    def shares(self, rows: Indexes) -> Iterator[Share]:
        """What is shown to the users of these rows of the list (from 0)."""
        for row, path in zip(rows.tolist(), self.tree.paths(self._leaf_of_row[rows]), strict=True):
            yield self._share(row, path)

    def _share(self, row: int, path: bytes) -> Share:
        owed = self.owed
        user = user_digest(self._binding.chain_id, int(owed.numbers[row]), owed.addresses[row].tobytes())
        serial = None if owed.serials is None else int(owed.serials[row])
        if serial is None:
            position, salt = expand(self._secret, POSITION_INFO + user), expand(self._secret, SALT_INFO + user)
        else:
            position = serial_position(self._binding.voucher, serial)
            salt = expand(self._secret, SALT_INFO + user + serial.to_bytes(8, "big"))
        return Share(Hash32(position), Hash32(salt), int(owed.balances[row]), serial, path)


class _Places:
    """Places and leaves of all shares, piece by piece; NumPy and the batch hasher let go of the interpreter's lock."""

    def __init__(self, hasher: RowHasher, binding: Binding, owed: Owed) -> None:
        self._hasher, self._binding, self._owed = hasher, binding, owed
        self._secret = binding.secret
        self._positions = np.empty((len(owed.numbers), 32), np.uint8)
        self._hashes = np.empty_like(self._positions)

    def place_all(self) -> tuple[Rows, Rows]:
        """Positions and leaf hashes in the order of the list."""
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(self._place, range(0, len(self._positions), PIECE)):
                pass
        return self._positions, self._hashes

    def _place(self, at: int) -> None:
        owed, rows = self._owed, slice(at, at + PIECE)
        numbers = _eight_bytes(owed.numbers[rows])
        prefix = user_prefix(self._binding.chain_id)
        users = self._hasher.digests(_beside(len(numbers), prefix, numbers, owed.addresses[rows]))
        if owed.serials is None:
            positions = _expand(self._hasher, self._secret, POSITION_INFO, users)
            salts = _expand(self._hasher, self._secret, SALT_INFO, users)
        else:
            serials = _eight_bytes(owed.serials[rows])
            prefix = SERIAL_DOMAIN + self._binding.voucher
            positions = self._hasher.digests(_beside(len(serials), prefix, serials))
            salts = _expand(self._hasher, self._secret, SALT_INFO, np.concatenate([users, serials], axis=1))
        self._positions[rows] = positions
        self._hashes[rows] = _leaf_hashes(self._hasher, positions, users, salts, owed.balances[rows])


def _zeros(hasher: RowHasher, secret: bytes, count: int) -> tuple[Rows, Rows]:
    """Places and leaves of zero for nobody."""
    users = _expand(hasher, secret, ZERO_INFO, _eight_bytes(np.arange(count, dtype=np.uint64)))
    positions, salts = (_expand(hasher, secret, info, users) for info in (POSITION_INFO, SALT_INFO))
    return positions, _leaf_hashes(hasher, positions, users, salts, np.zeros(count, np.uint64))


def _leaf_hashes(hasher: RowHasher, positions: Rows, users: Rows, salts: Rows, balances: Numbers) -> Rows:
    rows = np.empty((len(positions), LEAF_BYTES), np.uint8)
    rows[:, 0] = LEAF_TAG[0]
    rows[:, 1:33], rows[:, 33:65], rows[:, 65:97] = positions, users, salts
    write_sums(rows[:, 97:], balances)
    return hasher.digests(rows)


def _expand(hasher: RowHasher, secret: bytes, info: bytes, rows: Rows) -> Rows:
    """HKDF-Expand to 32 bytes of `info` ‖ row, for each row."""
    counter = np.frombuffer(FIRST_BLOCK, np.uint8)
    return hmac_rows(hasher, secret, _beside(len(rows), info, rows, np.broadcast_to(counter, (len(rows), 1))))


def _beside(count: int, prefix: bytes, *columns: Rows) -> Rows:
    """Rows that begin with the same bytes."""
    begin = np.broadcast_to(np.frombuffer(prefix, np.uint8), (count, len(prefix)))
    return np.concatenate([begin, *columns], axis=1)


def _eight_bytes(numbers: Numbers) -> Rows:
    return numbers.astype(">u8").view(np.uint8).reshape(-1, 8)


def _order(positions: Rows) -> Indexes:
    """Indexes that make the positions rise."""
    words = positions.view(">u8")
    order = np.argsort(words[:, 0].astype(np.uint64), kind="stable").astype(np.int32)
    first = words[order, 0]
    if (first[:-1] == first[1:]).any():  # never by chance; serials and tests may do it
        order = np.lexsort([words[:, place].astype(np.uint64) for place in (3, 2, 1, 0)]).astype(np.int32)
    return order
