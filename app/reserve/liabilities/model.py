"""What a list is read from, what it is read for, and what comes of it.

Guarantees: nothing here shows the URL of a database when it is printed. Leaves to others: to read any of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.reserveerrors import RowProblem
from app.core.units import AccountAddress, Hash32

MAX_REFERENCES = 1_000
"""How many references are resolved at a time, at most."""


# ---- what a list is read from ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ColumnNames:
    """How the columns are called in the list; None: by one of the usual names (`app.reserve.liabilities.columns`)."""

    user: str | None = None
    value: str | None = None
    """The amount or, for a voucher of unique pieces, the serial."""
    voucher: str | None = None


@dataclass(frozen=True, slots=True)
class ListFile:
    """A CSV, XLSX or Parquet file. What it is, its first bytes say, not its name. None: found out."""

    path: Path
    columns: ColumnNames = ColumnNames()
    encoding: Literal["utf-8", "gb18030"] | None = None
    delimiter: Literal[",", ";", "\t"] | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DatabaseQuery:
    """A query of a database; `url` (SQLAlchemy's form, PostgreSQL or SQLite) may hold a password."""

    url: str
    query: str
    columns: ColumnNames = ColumnNames()


# ---- what it is read for ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ListedVoucher:
    """The voucher that is owed: 16-byte id, name, decimals of its amounts (0 … 18), and whether its pieces are unique."""

    id: bytes
    name: str
    decimals: int
    is_unique: bool


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the chain knows it; `party` is "user", "partner" and so on."""

    number: int
    address: AccountAddress
    party: str
    name: str
    is_in_force: bool = True


class Resolver(Protocol):
    """Who finds accounts: later a node."""

    async def resolve(self, references: Sequence[str]) -> Sequence[Account | None]:
        """The account that each reference names, in their order; None: there is none.

        A reference is decimal digits (an account's number), 40 hex digits in small letters (its address), or a name. There
        are at most 1,000 of them, each once.
        """
        ...


# ---- what comes of it ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ReadingStep:
    """How far the reading is. `done` and `total` count bytes of a CSV file and rows of anything else."""

    rows: int
    done: int
    total: int | None


Progress = Callable[[ReadingStep], None]
"""Called in the event loop's thread after every batch."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the list came from: name of the file or of the kind of database, SHA-256 of the file or of the query's text."""

    kind: Literal["csv", "xlsx", "parquet", "postgresql", "sqlite"]
    name: str
    sha256: Hash32


@dataclass(frozen=True, slots=True, eq=False)
class Liabilities:
    """What is owed, row by row in the order of the list; arrays cannot be written to.

    `serials` is None for a divisible voucher, whose users each stand there once. For unique pieces each serial stands there
    once, with the amount 1. `total` is the exact sum of the amounts, at most 2^64-1.
    """

    numbers: NDArray[np.uint64] = field(repr=False)
    """Shape (n,): numbers of the accounts."""
    addresses: NDArray[np.uint8] = field(repr=False)
    """Shape (n, 20)."""
    amounts: NDArray[np.uint64] = field(repr=False)
    """Shape (n,), in the voucher's smallest unit."""
    serials: NDArray[np.uint64] | None = field(repr=False)
    """Shape (n,)."""
    total: int
    origin: Origin
    warnings: tuple[RowProblem, ...]
    """Up to 1,000 rows that count but should be looked at."""
    warning_count: int

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.numbers)
