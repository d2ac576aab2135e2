"""A snapshot in the making: the form, how far it is, and what is wrong with the list.

Guarantees: cancelling ends the work and keeps nothing; of a list with problems nothing is made, and what was chosen stays, so
that the corrected list can take its place.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout

from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.core.reserveerrors import ListRefused, RowProblem
from app.ui.desks.reserves import CustodyView, MadeSnapshot, MakingStep, SnapshotWish
from app.ui.language import tr, words
from app.ui.present.names import file_name
from app.ui.present.reserve_lists import (
    problem_count,
    problem_headers,
    problem_row,
    problems_sentence,
    problems_table,
    stage_rows,
    step_permille,
)
from app.ui.present.states import Chip
from app.ui.widgets.banner import Banner
from app.ui.widgets.bar import Bar
from app.ui.widgets.buttons import button
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.figures import FiguresTable
from app.ui.widgets.mark import StepMark
from app.ui.widgets.text import label
from app.ui.windows import dialogs
from app.ui.windows.parts import Parts
from app.ui.windows.reserve_form import WishForm
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_report import write_table

PROBLEM_WIDTHS = (72, 120, 160, 0)


class MakingPart(Parts):
    """From the form to the snapshot."""

    made = Signal(object)
    """A MadeSnapshot."""
    left = Signal()

    def __init__(self, around: Surroundings, views: Sequence[CustodyView], banner: Banner) -> None:
        super().__init__()
        self._around, self._banner = around, banner
        self._task: asyncio.Task[None] | None = None
        self._problems: ProblemsCard | None = None
        self.form, self.progress = WishForm(views), ProgressCard(self.cancel)
        self.form.wished.connect(self.make)
        self.form.given_up.connect(self.left.emit)
        self.add(self.progress)
        self.add(self.form)
        self._show_running(False)

    def make(self, wish: SnapshotWish) -> None:
        """Begin, with what the form says."""
        self._banner.hide()
        self._drop_problems()
        view = self.form.view
        self.progress.begin(is_unique=view is not None and view.voucher.is_unique)
        self._show_running(True)
        self._task = self._around.tasks.start(
            self._around.desk.make_snapshot(wish, self.progress.show_step), done=self._made, failed=self._failed
        )

    def cancel(self) -> None:
        """Give it up; nothing is kept."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._show_running(False)
            self._banner.say(
                Explanation(tr("Cancelled. Nothing was kept; what you chose is still here."), ""), "neutral"
            )

    def _made(self, made: MadeSnapshot) -> None:
        self._task = None
        self._show_running(False)
        self.made.emit(made)

    def _failed(self, error: LuopuError) -> None:
        self._task = None
        self._show_running(False)
        self.form.ask_names(error)
        if isinstance(error, ListRefused):
            self._problems = ProblemsCard(self._around, error, self._banner)
            self.column.insertWidget(0, self._problems)
        else:
            self._banner.say_error(error)

    def _drop_problems(self) -> None:
        if self._problems is not None:
            self._problems.hide()
            self._problems.deleteLater()
            self._problems = None

    def _show_running(self, running: bool) -> None:
        self.progress.setVisible(running)
        self.form.setVisible(not running)


class ProgressCard(Card):
    """The stages, how far the present one is, and the way out."""

    def __init__(self, cancelled: Callable[[], None]) -> None:
        super().__init__(tr("The snapshot is being made"))
        self._is_unique = False
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(1, 1)
        self.bar = Bar(tr("Progress"))
        self.add(self._grid)
        self.add(self.bar)
        note = label(tr("Nothing is kept before all of it is done."), "secondary", wrap=True)
        bottom = row(note, button(tr("Cancel"), cancelled), spacing=16)
        bottom.setStretch(0, 1)
        self.add(bottom)

    def begin(self, *, is_unique: bool) -> None:
        """From the first stage on."""
        self._is_unique = is_unique
        self.show_step(MakingStep("chain"))

    def show_step(self, step: MakingStep) -> None:
        """How far it is."""
        clear(self._grid)
        for place, each in enumerate(stage_rows(step, words(), is_unique=self._is_unique)):
            mark = StepMark(20)
            said = {"passed": tr("done"), "doing": tr("being done"), "skipped": tr("to come")}[each.mark]
            mark.show_mark(each.mark, f"{each.name}: {said}")
            self._grid.addWidget(mark, place, 0)
            self._grid.addWidget(label(each.name, "strong" if each.mark == "doing" else "body"), place, 1)
            self._grid.addWidget(label(each.detail or said, "secondary"), place, 2)
        permille = step_permille(step)
        self.bar.setVisible(permille is not None)
        self.bar.show_share(permille or 0)


class ProblemsCard(Card):
    """What is wrong with the rows of a list."""

    def __init__(self, around: Surroundings, error: ListRefused, banner: Banner) -> None:
        super().__init__(tr("The list has problems"))
        self._around, self._problems, self._banner = around, error.problems, banner
        self.chip.show_chip(Chip(tr("%n problem(s)", None, problem_count(error)), "bad"))
        self.add_action(button(tr("Save the problems as CSV…"), self._ask_target))
        self.add(label(problems_sentence(error, words()), "secondary", wrap=True))
        self.add(problems_view(error.problems))

    def save(self, target: Path) -> None:
        """Write the table there."""
        self._around.tasks.start(
            write_table(target, problems_table(self._problems, words())),
            done=lambda _none: self._saved(target),
            failed=self._banner.say_error,
        )

    def _ask_target(self) -> None:
        title = tr("Save the problems")
        dialogs.ask_target(self, title, "problems.csv", tr("Tables (*.csv)"), self.save)

    def _saved(self, target: Path) -> None:
        sentence = tr("Saved: {name}").format(name=file_name(target.name, 72))
        self._banner.say(
            Explanation(sentence, tr("It names customers as the list does: hand it to nobody else.")), "ok"
        )


def problems_view(problems: Sequence[RowProblem]) -> FiguresTable:
    """The table of problems or warnings."""
    rows = [problem_row(each, words()) for each in problems]
    return FiguresTable(tr("Problems of the list"), problem_headers(words()), rows, PROBLEM_WIDTHS, right=(0,))
