"""What is wrong with a list: all problems counted, the first thousand kept, and written out for whoever puts it right."""

import csv
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from app.core.errors import FileUnwritable
from app.core.messages import FIRST_STRONG_ISOLATE, POP_ISOLATE, explain
from app.core.reserveerrors import ListRefused, RowProblem

MAX_PROBLEMS = 1_000
_HEADER = ("line", "row", "column", "cell", "problem", "中文", "English")
_CALCULATED = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""


class Problems:
    """Problems of rows, in the order in which they were found."""

    def __init__(self, place_fact: Literal["line", "row"]) -> None:
        self.count = 0
        self._place_fact = place_fact
        self._kept: list[RowProblem] = []

    def add(self, problem: RowProblem, place: int, column: str | None = None) -> None:
        """Count a problem of the row at `place`, and keep it while there are few."""
        problem.facts |= {self._place_fact: place, "column": column or None}
        self.add_placed((problem,))

    def add_placed(self, problems: Iterable[RowProblem], more: int = 0) -> None:
        """The same of problems that know their place, and of `more` that nobody made."""
        for problem in problems:
            self.count += 1
            if len(self._kept) < MAX_PROBLEMS:
                self._kept.append(problem.with_traceback(None))
        self.count += more

    def in_order(self) -> tuple[RowProblem, ...]:
        """Those that were kept, by row."""
        return tuple(sorted(self._kept, key=self._place))

    def check_none(self) -> None:
        """Refuse the list if there are any.

        Raises:
            ListRefused: there are.
        """
        if self.count:
            problems = self.in_order()
            raise ListRefused(problems, count=self.count, **{self._place_fact: self._place(problems[0])})

    def _place(self, problem: RowProblem) -> int:
        return int(problem.facts.get(self._place_fact) or 0)


def save_problems(path: Path, refused: ListRefused) -> None:
    """Write the problems of a list to a CSV file (UTF-8 with a mark, so that spreadsheets know it), whole or not at all.

    No cell of it begins as a formula does, whatever stands in the list.

    Raises:
        FileUnwritable: the disk refused; what stood there still does.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(_HEADER)
                writer.writerows(map(_row, refused.problems))
                if int(refused.facts.get("count") or 0) > len(refused.problems):
                    writer.writerow(_row(refused))  # says how many there are in all
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise FileUnwritable(path=str(path), reason=error.strerror) from error


def _row(problem: RowProblem | ListRefused) -> tuple[str, ...]:
    facts = [str(problem.facts.get(name) or "") for name in _HEADER[:4]]
    said = [explain(problem, "zh").sentence, explain(problem, "en").sentence]
    return tuple(map(_harmless, (*facts, problem.code, *said)))


def _harmless(cell: str) -> str:
    text = cell.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")
    return f"'{text}" if text.startswith(_CALCULATED) else text
