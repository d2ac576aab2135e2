"""What was read so far, as lean as it can be; and the search for what stands there twice.

Guarantees: 36 bytes for each row of a divisible voucher, 44 of a unique one, while the list is read; the search takes 16 more
for a moment. The arrays that come out share the memory in which they were gathered, and cannot be written to.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.reserveerrors import RowProblem, SerialTwice, UserTwice
from app.reserve.liabilities.model import Account, Liabilities, ListedVoucher, Origin
from app.reserve.liabilities.problems import MAX_PROBLEMS, Problems

Numbers = NDArray[np.uint64]


class Gathered:
    """Rows that count, in the order of the list."""

    def __init__(self, voucher: ListedVoucher) -> None:
        self._voucher = voucher
        self._numbers, self._addresses, self._values, self._places = (bytearray() for _ in range(4))

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._numbers) // 8

    def add(self, accounts: Sequence[Account], values: Sequence[int], places: Sequence[int]) -> None:
        """Rows that come next."""
        self._numbers += _packed([account.number for account in accounts])
        self._addresses += b"".join([account.address for account in accounts])
        self._values += _packed(values)
        self._places += _packed(places)

    def find_duplicates(self, problems: Problems, column: str) -> None:
        """Add a problem for every row that repeats the user of an earlier one or, of unique pieces, the serial."""
        if not self._numbers:
            return
        values, places = _array(self._values if self._voucher.is_unique else self._numbers), _array(self._places)
        order = np.argsort(values, kind="stable")  # so that of equal ones the earliest row comes first
        ordered = values[order]
        repeats = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
        rows = order[repeats]
        first_ones = np.argsort(rows, kind="stable")[:MAX_PROBLEMS]
        for row in rows[first_ones]:
            first = order[np.searchsorted(ordered, values[row])]
            problems.add(self._twice(int(values[row]), int(places[first])), int(places[row]), column)
        problems.add_placed((), more=len(rows) - len(first_ones))

    def _twice(self, value: int, first: int) -> RowProblem:
        return (
            SerialTwice(serial=value, first=first) if self._voucher.is_unique else UserTwice(account=value, first=first)
        )

    def finish(self, total: int, origin: Origin, warnings: Problems) -> Liabilities:
        """The list, once there is no problem."""
        numbers, values, is_unique = _array(self._numbers), _array(self._values), self._voucher.is_unique
        addresses = np.frombuffer(self._addresses, np.uint8).reshape(-1, 20)
        amounts = np.ones(len(self), np.uint64) if is_unique else values
        serials = values if is_unique else None
        for array in (numbers, addresses, amounts, values):
            array.flags.writeable = False
        return Liabilities(
            numbers,
            addresses,
            amounts,
            serials,
            len(self) if is_unique else total,
            origin,
            warnings.in_order(),
            warnings.count,
        )


def _packed(numbers: Sequence[int]) -> bytes:
    return np.array(numbers, np.uint64).tobytes()


def _array(content: bytearray) -> Numbers:
    return np.frombuffer(content, np.uint64)
