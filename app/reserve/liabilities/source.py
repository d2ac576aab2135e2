"""What every kind of list has in common once it is open: batches of cells, with the place of each row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from app.core.reserveerrors import RowProblem
from app.reserve.liabilities.columns import Columns
from app.reserve.liabilities.model import Origin

BATCH_ROWS = 50_000
MAX_ROWS = 100_000_000

ShouldStop = Callable[[], bool]
"""Asked about once per piece; True gives the work up."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that follow one another. `places`, `users`, `values` and `vouchers` have one item for each."""

    places: Sequence[int]
    """Line numbers of a CSV file, row numbers of anything else."""
    users: Sequence[object]
    values: Sequence[object]
    vouchers: Sequence[object] | None
    problems: Sequence[RowProblem]
    """Of rows that could not be cut into cells."""
    done: int
    """Bytes of a CSV file or rows of anything else, from the beginning."""


class Source(Protocol):
    """A list that can be read once, in one thread. Nothing happens before `open`."""

    def open(self) -> None:
        """Find out what it is and which columns it has.

        Raises:
            ListError: it cannot be read, or has no such columns.
        """
        ...

    @property
    def origin(self) -> Origin:
        """Where the list comes from; known when it is open."""
        ...

    @property
    def columns(self) -> Columns:
        """Known when it is open."""
        ...

    @property
    def total(self) -> int | None:
        """Of what `done` counts, where that is known."""
        ...

    @property
    def place_fact(self) -> Literal["line", "row"]:
        """What the place of a row is called in errors."""
        ...

    def batches(self) -> Iterator[Batch]:
        """All rows.

        Raises:
            ListError: it cannot be read to its end.
        """
        ...

    def check_unchanged(self) -> None:
        """Refuse a file that changed since it was opened.

        Raises:
            FileChanged: it did.
        """
        ...

    def interrupt(self) -> None:
        """Make what runs in the other thread end soon."""
        ...

    def close(self) -> None:
        """Release what is open. May be called at any time, more than once."""
        ...
