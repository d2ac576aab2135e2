"""The door: a list in a file or database → what is owed, for the tree; or every problem that it has (white paper 3.4.3).

Guarantees: a list of which one row is wrong is refused as a whole. While it is read, the event loop is free: files,
databases and rows are the work of one other thread. When the reading is cancelled, that thread has ended, a query that ran
has been told to stop, and nothing is open any more. Each user is resolved by the chain, also where the list has its number.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from app.core.reserveerrors import ListEmpty
from app.reserve.liabilities.csvlist import CsvList
from app.reserve.liabilities.gathered import Gathered
from app.reserve.liabilities.listfile import OpenFile, kind_of
from app.reserve.liabilities.model import (
    MAX_REFERENCES,
    Account,
    DatabaseQuery,
    Liabilities,
    ListedVoucher,
    ListFile,
    Progress,
    ReadingStep,
    Resolver,
)
from app.reserve.liabilities.parquetlist import ParquetList
from app.reserve.liabilities.problems import Problems
from app.reserve.liabilities.query import QueryList
from app.reserve.liabilities.rows import CheckedRows, RowCheck, check_answer
from app.reserve.liabilities.source import Batch, ShouldStop, Source
from app.reserve.liabilities.xlsxlist import XlsxList

T = TypeVar("T")

INTERRUPT_SECONDS = 0.5
"""After which a thread that has not ended is told again: what it waits for may only have begun."""


async def read_liabilities(
    place: ListFile | DatabaseQuery,
    voucher: ListedVoucher,
    resolver: Resolver,
    *,
    custody: Container[int] | None = None,
    progress: Progress | None = None,
) -> Liabilities:
    """Read and check a list. `custody`: serials of the pieces that the custodian holds, best as a set; None: not compared.

    Raises:
        ListRefused: rows have problems, which it carries.
        ListError: it cannot be read, has no such columns, or has no rows.
        FileUnreadable, FileChanged: the file cannot be read, or was written to meanwhile.
        PeerMisbehaved: the resolver answered about other accounts than it was asked for.
    """
    async with _thread() as thread:
        source = await thread.run(lambda: _source(place, voucher, thread.is_stopping))
        thread.interrupts.append(source.interrupt)
        try:
            await thread.run(source.open)
            return await _Reading(thread, source, voucher, resolver, custody, progress).run()
        finally:
            await thread.run(source.close)


def _source(place: ListFile | DatabaseQuery, voucher: ListedVoucher, should_stop: ShouldStop) -> Source:
    """A list of the kind that its first bytes say."""
    if isinstance(place, DatabaseQuery):
        return QueryList(place, is_unique=voucher.is_unique)
    file = OpenFile(place.path, should_stop)
    try:
        kind = kind_of(file)
    except BaseException:
        file.stream.close()
        raise
    if kind == "zip":
        return XlsxList(file, place, is_unique=voucher.is_unique)
    return (ParquetList if kind == "parquet" else CsvList)(file, place, is_unique=voucher.is_unique)


class _Reading:
    """One list being read."""

    def __init__(
        self,
        thread: "_Thread",
        source: Source,
        voucher: ListedVoucher,
        resolver: Resolver,
        custody: Container[int] | None,
        progress: Progress | None,
    ) -> None:
        self._thread, self._source, self._resolver, self._progress = thread, source, resolver, progress
        self._problems, self._warnings = Problems(source.place_fact), Problems(source.place_fact)
        self._check = RowCheck(voucher, custody, source.columns, self._problems, self._warnings)
        self._gathered = Gathered(voucher)
        self._is_unique = voucher.is_unique
        self._rows = 0

    async def run(self) -> Liabilities:
        """Go through it from beginning to end."""
        batches = self._source.batches()
        while (step := await self._thread.run(lambda: self._next(batches))) is not None:
            batch, checked = step
            found = await self._resolve(checked)
            await self._thread.run(partial(self._gather, checked, found))
            self._tell(batch)
        return await self._thread.run(self._finish)

    def _next(self, batches: Iterator[Batch]) -> tuple[Batch, CheckedRows] | None:
        batch = next(batches, None)
        return None if batch is None else (batch, self._check.check_cells(batch))

    async def _resolve(self, checked: CheckedRows) -> dict[str, Account | None]:
        references = list(dict.fromkeys(checked.references))
        found: dict[str, Account | None] = {}
        for start in range(0, len(references), MAX_REFERENCES):
            asked = references[start : start + MAX_REFERENCES]
            answer = await self._resolver.resolve(asked)
            check_answer(asked, answer)
            found.update(zip(asked, answer, strict=True))
        return found

    def _gather(self, checked: CheckedRows, found: dict[str, Account | None]) -> None:
        self._gathered.add(*self._check.check_users(checked, found))

    def _tell(self, batch: Batch) -> None:
        self._rows += len(batch.places) + len(batch.problems)
        if self._progress is not None:
            self._progress(ReadingStep(self._rows, batch.done, self._source.total))

    def _finish(self) -> Liabilities:
        self._source.check_unchanged()
        if not self._rows:
            raise ListEmpty(name=self._source.origin.name)
        columns = self._source.columns
        self._gathered.find_duplicates(self._problems, columns.value_name if self._is_unique else columns.user_name)
        self._problems.check_none()
        return self._gathered.finish(self._check.total, self._source.origin, self._warnings)


# ---- the other thread ------------------------------------------------------------------------------------------------
class _Thread:
    """One thread, in which everything happens that would keep the event loop waiting."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self.interrupts: list[Callable[[], None]] = []
        self._executor = executor
        self._stop = threading.Event()

    def is_stopping(self) -> bool:
        """Whether the reading was cancelled."""
        return self._stop.is_set()

    async def run(self, work: Callable[[], T]) -> T:
        """Have it done; when cancelled meanwhile, have it end first."""
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            self._stop.set()
            while not future.done():
                for interrupt in self.interrupts:
                    await asyncio.to_thread(interrupt)
                await asyncio.wait([future], timeout=INTERRUPT_SECONDS)
            future.exception()  # so that nobody misses it
            raise


@asynccontextmanager
async def _thread() -> AsyncIterator[_Thread]:
    with ThreadPoolExecutor(1, thread_name_prefix="liabilities") as executor:
        yield _Thread(executor)
