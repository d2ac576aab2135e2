"""A list of what is owed on its way into a snapshot, in the clerk's words: the stages, and what is wrong with its rows.

Guarantees: no cell of the table of problems is taken for a formula; of problems that are not shown it is said how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.core.messages import clean, explain
from app.core.reserveerrors import ListRefused, RowProblem
from app.ui.desks.reserves import MakingStep
from app.ui.present.language import Words
from app.ui.present.numbers import number, permille
from app.ui.present.voucher_report import BYTE_ORDER_MARK, cell

STAGES = ("chain", "reading", "pieces", "tree", "keeping")


# ---- on the way ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of the making: done, being done, or to come."""

    name: str
    mark: Literal["passed", "doing", "skipped"]
    detail: str


def stage_names(words: Words, *, is_unique: bool) -> list[tuple[str, str]]:
    """Stages in their order, with what they do."""
    tr = words.tr
    said = {
        "chain": tr("Ask the chain what is held"),
        "reading": tr("Read the rows and check the users"),
        "pieces": tr("Show for each piece that it is held"),
        "tree": tr("Build the tree"),
        "keeping": tr("Keep the snapshot"),
    }
    return [(stage, said[stage]) for stage in STAGES if is_unique or stage != "pieces"]


def stage_rows(step: MakingStep, words: Words, *, is_unique: bool) -> list[StageRow]:
    """All stages, with how far the present one is."""
    names = stage_names(words, is_unique=is_unique)
    stages = [stage for stage, _ in names]
    place = stages.index(step.stage) if step.stage in stages else 0
    rows = []
    for at, (_, said) in enumerate(names):
        mark: Literal["passed", "doing", "skipped"] = "passed" if at < place else "doing" if at == place else "skipped"
        rows.append(StageRow(said, mark, step_text(step, words) if at == place else ""))
    return rows


def step_text(step: MakingStep, words: Words) -> str:
    """How far a stage is: "52 000 rows · 61%"."""
    counted = {
        "reading": words.tr("%n row(s)", None, step.rows),
        "pieces": words.tr("%n piece(s)", None, step.rows),
        "papers": words.tr("%n paper(s)", None, step.rows),
    }
    parts = [counted[step.stage]] if step.rows and step.stage in counted else []
    if step.total:
        parts.append(f"{permille(step.done, step.total) // 10}%")
    return " · ".join(parts)


def step_permille(step: MakingStep) -> int | None:
    """Thousandths of the stage; None: nobody knows."""
    return permille(step.done, step.total) if step.total else None


# ---- a list with problems ------------------------------------------------------------------------------------------------
def problem_headers(words: Words) -> tuple[str, ...]:
    """Of the table."""
    tr = words.tr
    return (tr("Line"), tr("Column"), tr("Cell"), tr("What is wrong"))


def problem_row(problem: RowProblem, words: Words) -> tuple[str, ...]:
    """Line or row, column, what stands there, and what is wrong with it."""
    facts = problem.facts
    place = facts.get("line") or facts.get("row")
    rest = {name: value for name, value in facts.items() if name not in {"line", "row", "column", "cell"}}
    said = explain(type(problem)(**rest), words.language).sentence
    shown = [clean(str(facts[name])) if facts.get(name) is not None else "" for name in ("column", "cell")]
    return ("" if place is None else str(place), *shown, said)


def problem_count(error: ListRefused) -> int:
    """All of them, shown or not."""
    counted = error.facts.get("count")
    return counted if isinstance(counted, int) else len(error.problems)


def problems_sentence(error: ListRefused, words: Words) -> str:
    """How many there are, and how many of them are here."""
    beyond = problem_count(error) - len(error.problems)
    said = words.tr("Nothing was made. Correct the list where it comes from, then choose it again.")
    if beyond <= 0:
        return said
    gap = "" if words.language == "zh" else " "
    return (
        said
        + gap
        + words.tr("The first {shown} are shown; %n more are not.", None, beyond).format(
            shown=number(len(error.problems))
        )
    )


def problems_table(problems: Sequence[RowProblem], words: Words) -> str:
    """The same for a spreadsheet: comma-separated, no cell of it a formula."""
    rows = [problem_headers(words), *(problem_row(each, words) for each in problems)]
    return BYTE_ORDER_MARK + "".join(f"{','.join(map(_written, row))}\r\n" for row in rows)


def _written(text: str) -> str:
    """A cell in quotation marks (RFC 4180)."""
    return '"' + cell(text).replace('"', '""') + '"'
