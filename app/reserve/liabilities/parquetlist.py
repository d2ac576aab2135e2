"""A list as a Parquet file.

Guarantees: only the columns that are needed are read, a batch at a time, so that memory does not grow with the file; a column
that says of itself that its cells are very long is refused. Rows are counted from 1. Leaves to others: a file built so that
a few bytes of it stand for many long texts can still ask for much memory, for one batch.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from app.core.errors import LuopuError
from app.core.reserveerrors import ColumnUnusable, ListProtected, ListTooLarge, ListUnreadable
from app.reserve.liabilities.columns import find_columns
from app.reserve.liabilities.listfile import OpenFile
from app.reserve.liabilities.model import ListFile, Origin
from app.reserve.liabilities.source import BATCH_ROWS, MAX_ROWS, Batch

MAX_MEAN_BYTES = 4_096
"""Of a column's cells in a row group, as the file says."""
_BUFFER_BYTES = 1024 * 1024
_USABLE = (
    *(
        types.is_string,
        types.is_large_string,
        types.is_string_view,
        types.is_integer,
        types.is_floating,
        types.is_decimal,
    ),
    *(types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_null),
)

T = TypeVar("T")


class ParquetList:
    """The list in a Parquet file."""

    place_fact: Literal["row"] = "row"

    def __init__(self, file: OpenFile, asked: ListFile, *, is_unique: bool) -> None:
        self._file, self._asked, self._is_unique = file, asked, is_unique

    @property
    def total(self) -> int:
        """Rows, as the file says."""
        return int(self._parquet.metadata.num_rows)

    def open(self) -> None:
        """Read the file's end, which says what it holds."""
        self.origin = Origin("parquet", self._file.name, self._file.digest())
        self._parquet = self._guarded(lambda: pq.ParquetFile(self._file.stream, buffer_size=_BUFFER_BYTES))
        schema = self._guarded(lambda: self._parquet.schema_arrow)
        self.columns = find_columns(schema.names, self._asked.columns, is_unique=self._is_unique)
        places = (self.columns.user, self.columns.value, self.columns.voucher)
        self._names = list(dict.fromkeys(schema.names[place] for place in places if place is not None))
        for place in places:
            if place is not None:
                _check_usable(schema.field(place))
        self._check_sizes()

    def batches(self) -> Iterator[Batch]:
        """All rows."""
        found = self._parquet.iter_batches(BATCH_ROWS, columns=self._names, use_threads=False)
        done = 0
        while (cells := self._guarded(lambda: _cells(next(found, None), self._names))) is not None:
            yield self._batch(cells, done)
            done += len(cells[self._names[0]])

    def check_unchanged(self) -> None:
        """Refuse a file that changed."""
        self._file.check_unchanged()

    def interrupt(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Close the file."""
        self._file.stream.close()

    def _batch(self, cells: dict[str, list[Any]], done: int) -> Batch:
        columns = self.columns
        users, values = cells[columns.user_name], cells[columns.value_name]
        vouchers = None if columns.voucher is None else cells[columns.voucher_name]
        return Batch(range(done + 1, done + len(users) + 1), users, values, vouchers, (), done + len(users))

    def _check_sizes(self) -> None:
        metadata = self._parquet.metadata
        if metadata.num_rows > MAX_ROWS:
            raise ListTooLarge(what="rows", expected=f"at most {MAX_ROWS}", got=metadata.num_rows)
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            for chunk in map(group.column, range(group.num_columns)):
                most = group.num_rows * MAX_MEAN_BYTES + _BUFFER_BYTES
                if chunk.path_in_schema in self._names and chunk.total_uncompressed_size > most:
                    got = chunk.total_uncompressed_size
                    raise ListTooLarge(what=chunk.path_in_schema, expected=f"at most {most} bytes", got=got)

    def _guarded(self, work: Callable[[], T]) -> T:
        """Whatever a damaged file does to the library that reads it, here it is damaged."""
        failure: ListUnreadable | ListProtected | None = None
        try:
            return work()
        except (LuopuError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - parsers of foreign files fail in every way there is
            is_sealed = "encrypt" in str(error) or "decrypt" in str(error)
            name = self._file.name
            failure = ListProtected(name=name) if is_sealed else ListUnreadable(name=name, reason="damaged")
        raise failure


def _check_usable(column: pa.Field) -> None:
    """Refuse a column that holds lists, moments, or anything else that is neither text nor a number."""
    found = column.type.value_type if types.is_dictionary(column.type) else column.type
    if not any(is_kind(found) for is_kind in _USABLE):
        raise ColumnUnusable(column=column.name, type=str(column.type))


def _cells(batch: pa.RecordBatch | None, names: list[str]) -> dict[str, list[Any]] | None:
    return None if batch is None else {name: batch.column(name).to_pylist() for name in names}
