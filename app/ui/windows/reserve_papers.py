"""The papers of a published snapshot: all of them into a folder or a ZIP file, or one customer's.

Guarantees: one export at a time, which goes on whatever is looked at meanwhile; cancelling it leaves nothing new behind.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.ui.desks.reserves import MakingStep, SnapshotView
from app.ui.language import tr, words
from app.ui.present.names import file_name
from app.ui.present.reserve_lists import step_permille, step_text
from app.ui.present.reserves import paper_folder
from app.ui.widgets.banner import Banner
from app.ui.widgets.bar import Bar
from app.ui.widgets.buttons import button
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.fields import AmountField
from app.ui.widgets.text import label
from app.ui.windows import dialogs
from app.ui.windows.surroundings import Surroundings

ACCOUNT_WIDTH = 220


class PapersCard(Card):
    """What can be done with the papers, and how far an export is."""

    def __init__(
        self,
        view: SnapshotView,
        *,
        ask_folder: Callable[[], None],
        ask_one: Callable[[int], None],
        cancelled: Callable[[], None],
    ) -> None:
        super().__init__(tr("Customers' papers"))
        self.view = view
        note = tr(
            "One file for each customer. Beside them lies the customers' page, which checks a file without a network."
        )
        self.add(label(note, "secondary", wrap=True))
        self._folder = button(tr("Export to a folder…"), ask_folder)
        self.add(row(self._folder, 1))
        self._progress = self._make_progress(cancelled)
        self.add(self._progress)
        self.add(rule())
        self._running, self._ask_one = False, ask_one
        self.account = AmountField(tr("Account of the customer"), is_required=False)
        self.account.edit.setPlaceholderText(tr("number of the account"))
        self.account.setFixedWidth(ACCOUNT_WIDTH)
        self._one = button(tr("Save this customer's paper…"), self._save_one)
        self.add(row(label(tr("One customer"), "secondary"), self.account, self._one, 1, spacing=16))
        self.account.changed.connect(self._check)
        self.show_running(None)

    def show_running(self, step: MakingStep | None) -> None:
        """How far an export is; None: none is running."""
        self._running = step is not None
        self._folder.setEnabled(not self._running)
        self._progress.setVisible(self._running)
        self._check()
        if step is not None:
            self._said.setText(step_text(step, words()) or tr("The papers are being written…"))
            self._bar.show_share(step_permille(step) or 0)

    def _make_progress(self, cancelled: Callable[[], None]) -> QWidget:
        holder = QWidget()
        self._bar, self._said = Bar(tr("Progress")), label("", "secondary")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self._said, 1, button(tr("Cancel"), cancelled)))
        column.addWidget(self._bar)
        return holder

    def _check(self) -> None:
        self._one.setEnabled(not self._running and bool(self.account.value()) and not self.account.problem())

    def _save_one(self) -> None:
        self._ask_one(self.account.value_in_units())


@dataclass(slots=True)
class Export:
    """Papers that are being written."""

    snapshot: str
    step: MakingStep = field(default_factory=lambda: MakingStep("papers"))
    task: "asyncio.Task[None] | None" = None


class PaperWork(QObject):
    """Exports, and single papers."""

    begun = Signal()
    ended = Signal()
    """No export is running any more."""

    def __init__(self, around: Surroundings, banner: Banner, parent: QWidget) -> None:
        super().__init__(parent)
        self._around, self._banner, self._window = around, banner, parent
        self._export: Export | None = None
        self._card: PapersCard | None = None

    @property
    def is_running(self) -> bool:
        """Whether papers are being written."""
        return self._export is not None

    @property
    def is_in_sight(self) -> bool:
        """Whether a card tells how far an export is."""
        return self._export is not None and self._card is not None

    def make_card(self, view: SnapshotView) -> PapersCard:
        """The card of a published snapshot."""
        self._card = PapersCard(
            view,
            ask_folder=lambda: self.ask_folder(view),
            ask_one=lambda account: self._ask_one(view, account),
            cancelled=self.cancel,
        )
        if self._export is not None and self._export.snapshot == view.snapshot_id:
            self._card.show_running(self._export.step)
        return self._card

    def forget_card(self) -> None:
        """The card is no longer in sight."""
        self._card = None

    # ---- where to ------------------------------------------------------------------------------------------------
    def ask_zip(self, view: SnapshotView) -> None:
        """Ask for a ZIP file."""
        name, pattern = paper_folder(view, is_zip=True), tr("ZIP files (*.zip)")
        title = tr("Export papers")
        dialogs.ask_target(self._window, title, name, pattern, lambda target: self.export(view, target))

    def ask_folder(self, view: SnapshotView) -> None:
        """Ask for a folder; the papers go into a new one inside of it."""
        name = paper_folder(view, is_zip=False)
        title = tr("The papers go into a new folder inside of this one")
        dialogs.ask_folder(self._window, title, lambda folder: self.export(view, folder / name))

    def _ask_one(self, view: SnapshotView, account: int) -> None:
        title = tr("Folder for the paper")
        dialogs.ask_folder(self._window, title, lambda folder: self.save_one(view, account, folder))

    # ---- all of them ---------------------------------------------------------------------------------------------
    def export(self, view: SnapshotView, target: Path) -> None:
        """Write all papers."""
        if self._export is not None:
            self._say(tr("Papers are being written already; wait until that is done."), "")
            return
        self._banner.hide()
        export = self._export = Export(view.snapshot_id)
        self.begun.emit()
        self._show(export.step)
        export.task = self._around.tasks.start(
            self._around.desk.save_reserve_papers(view.snapshot_id, target, self._show),
            done=lambda count: self._exported(count, target),
            failed=self._failed,
        )

    def cancel(self) -> None:
        """Give it up."""
        if self._export is not None and self._export.task is not None:
            self._export.task.cancel()
            self._end()
            self._say(tr("Cancelled. Nothing was written; the snapshot stays published."), "")

    def _show(self, step: MakingStep) -> None:
        if self._export is None:
            return
        self._export.step = step
        if self._card is not None and self._card.view.snapshot_id == self._export.snapshot:
            self._card.show_running(step)

    def _exported(self, count: int, target: Path) -> None:
        self._end()
        said = tr("%n paper(s) written: {name}", None, count).format(name=file_name(target.name, 60))
        hint = tr("Beside them: the customers' page (reserve.html), the genesis document, and a note on how to check.")
        self._banner.say(Explanation(said, hint), "ok")

    def _failed(self, error: LuopuError) -> None:
        self._end()
        self._banner.say_error(error)

    def _end(self) -> None:
        self._export = None
        if self._card is not None:
            self._card.show_running(None)
        self.ended.emit()

    # ---- one of them ---------------------------------------------------------------------------------------------
    def save_one(self, view: SnapshotView, account: int, folder: Path) -> None:
        """Write one customer's paper."""
        self._around.tasks.start(
            self._around.desk.save_reserve_paper(view.snapshot_id, account, folder),
            done=lambda paths: self._saved(account, paths),
            failed=self._banner.say_error,
        )

    def _saved(self, account: int, paths: tuple[Path, ...]) -> None:
        names = words().listed(file_name(path.name, 60) for path in paths[:3])
        said = tr("%n paper(s) of account {account} saved: {name}", None, len(paths)).format(
            account=account, name=names
        )
        self._banner.say(Explanation(said, tr("It is for this customer alone.")), "ok")

    def _say(self, sentence: str, hint: str) -> None:
        self._banner.say(Explanation(sentence, hint), "neutral")
