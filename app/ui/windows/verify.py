"""The verify page: a bundle, if wanted the original and another genesis; then the verdict, every step, and the facts."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.core.errors import LuopuError
from app.ui.desk import VerificationReport
from app.ui.language import tr, words
from app.ui.present.verify import (
    StepRow,
    VerdictView,
    is_record_proven,
    record_title,
    report_facts,
    step_rows,
    verdict_view,
)
from app.ui.widgets.buttons import primary
from app.ui.widgets.card import Card, clear, row, take_out
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.mark import StepMark
from app.ui.widgets.seal import Seal
from app.ui.widgets.text import label, set_tone
from app.ui.windows.file_field import FileField
from app.ui.windows.page import Page
from app.ui.windows.surroundings import Surroundings


class VerifyPage(Page):
    """Verification without a network; nothing of what is given leaves this computer."""

    def __init__(self, surroundings: Surroundings) -> None:
        sentence = tr("Works without a network; what you give here stays on this computer")
        super().__init__(surroundings, tr("Verify"), sentence)
        self.bundle = FileField(
            tr("Evidence bundle"),
            tr("Drop a .asice file here, or press Enter to choose"),
            tr("Evidence bundle (*.asice)"),
        )
        self.original = FileField(
            tr("Original file (optional)"), tr("Only if it is not inside the bundle"), tr("All files (*)")
        )
        self.genesis = FileField(
            tr("Another genesis (optional)"),
            tr("Without it, this computer's consortium is trusted"),
            tr("Genesis (*.json)"),
        )
        self._verify = primary(tr("Verify"), self.verify)
        self._form = _FormCard((self.bundle, self.original, self.genesis), self._verify)
        self.verdict, self.steps, self.facts = VerdictCard(), StepsCard(), Card(tr("What is proven"))
        self._facts = FactBlock(label_width=112)
        self.facts.add(self._facts)
        for part in (self._form, self.verdict, self.facts, self.steps):
            self.column.addWidget(part)
        for field in (self.bundle, self.original, self.genesis):
            field.changed.connect(self._begin_again)
        self._begin_again()

    def verify(self) -> None:
        """Verify what was given."""
        if self.bundle.path is None:
            return
        self.banner.hide()
        self._verify.setEnabled(False)
        self._verify.setText(tr("Verifying…"))
        self.around.tasks.start(
            self.around.desk.verify_bundle(self.bundle.path, self.original.path, self.genesis.path),
            done=self.show_report,
            failed=self._not_verified,
        )

    def show_report(self, report: VerificationReport) -> None:
        """Show verdict, facts and steps."""
        self._ready()
        self.verdict.show_report(report)
        self.steps.show_steps(step_rows(report, words()))
        found = report_facts(report, words())
        self._facts.show_facts(found)
        self.facts.say_title(record_title(report, words()))
        self._put_first(self.facts if is_record_proven(report) else self.steps)
        for part, shown in ((self.verdict, True), (self.steps, bool(report.steps)), (self.facts, bool(found))):
            part.setVisible(shown)

    def _put_first(self, card: Card) -> None:
        """Of a sound bundle the facts are asked for first; of another, where it fails."""
        take_out(self.column, card)
        self.column.insertWidget(2, card)

    def _not_verified(self, error: LuopuError) -> None:
        self._ready()
        self.show_error(error)

    def _ready(self) -> None:
        self._verify.setEnabled(self.bundle.path is not None)
        self._verify.setText(tr("Verify"))

    def _begin_again(self) -> None:
        """Something else was given: an old verdict must not stand beside it."""
        for part in (self.verdict, self.facts, self.steps):
            part.hide()
        self.banner.hide()
        self._ready()


class _FormCard(Card):
    """Three fields and the button."""

    def __init__(self, fields: Sequence[FileField], verify: QWidget) -> None:
        super().__init__()
        fields_row = row(*fields, spacing=16)
        for place, share in enumerate((4, 3, 3)):
            fields_row.setStretch(place, share)
        self.add(fields_row)
        note = label(
            tr("Every step is done anew here; neither the bundle nor a website is believed."), "secondary", wrap=True
        )
        bottom = row(note, verify, spacing=16)
        bottom.setStretch(0, 1)
        self.add(bottom)


class VerdictCard(Card):
    """The verdict in large; the seal only where everything held."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._sentence = label("", "verdict"), label("", "body", wrap=True, selectable=True)
        self._mark, self._seal = StepMark(36), Seal()
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        line = row(self._mark, spacing=16)
        line.addLayout(column, 1)
        line.addWidget(self._seal, 0, Qt.AlignmentFlag.AlignTop)
        self.add(line)

    def show_report(self, report: VerificationReport) -> None:
        """The verdict on a bundle."""
        self.show_view(verdict_view(report, words()))

    def show_view(self, view: VerdictView) -> None:
        """Another verdict."""
        self._title.setText(view.title)
        set_tone(self._title, view.tone)
        self._sentence.setText(view.sentence)
        self._seal.setVisible(view.is_valid)
        marks = {"ok": "passed", "bad": "failed"}
        self._mark.show_mark(marks.get(view.tone, "skipped"), view.title)
        self.setAccessibleName(f"{view.title} {view.sentence}")

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._title.text()} {self._sentence.text()}"


class StepsCard(Card):
    """Every step, numbered, with a mark, its state in a word, and what was found."""

    def __init__(self) -> None:
        super().__init__(tr("Step by step"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(3, 1)
        self.add(self._grid)
        self.rows: Sequence[StepRow] = ()

    def show_steps(self, rows: Sequence[StepRow]) -> None:
        """Other steps."""
        clear(self._grid)
        self.rows = rows
        top = Qt.AlignmentFlag.AlignTop
        tones = {"passed": "ok", "failed": "bad", "skipped": "neutral"}
        for place, step in enumerate(rows):
            mark = StepMark(20)
            mark.show_mark(step.mark, f"{step.number}. {step.name}: {step.mark_words}")
            state = label(step.mark_words, "secondary")
            set_tone(state, tones[step.mark])
            text = label(step.text, "secondary", wrap=True, selectable=True)
            set_tone(text, "bad" if step.mark == "failed" else "neutral")
            self._grid.addWidget(mark, place, 0, top)
            self._grid.addWidget(label(f"{step.number}. {step.name}", "body"), place, 1, top)
            self._grid.addWidget(state, place, 2, top)
            self._grid.addWidget(text, place, 3)
