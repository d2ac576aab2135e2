"""The cards of the notarize page that the clerk fills in: the files, and the chain that they continue."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.messages import Explanation
from app.ui.language import tr, words
from app.ui.present.names import line
from app.ui.present.notarize import FileProgress, blocker, file_row, files_title, hidden_before, rings
from app.ui.present.numbers import number
from app.ui.present.states import Chip
from app.ui.widgets.bar import Bar
from app.ui.widgets.buttons import CopyButton, link, primary
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.chain_line import ChainLine
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.drop import DropZone
from app.ui.widgets.text import ElidedLabel, label, set_tone
from app.ui.windows.notarize_more import MoreFields
from app.ui.windows.notarize_session import NotarizeSession, Stage
from app.ui.windows.surroundings import Surroundings

CAPTION_WIDTH = 186
SUBJECT_CHARACTERS = 170
"""Chinese characters that fit into a record's subject (512 bytes)."""


class FilesCard(Card):
    """Files with size, progress by bytes, digest, and a way to take each off again."""

    def __init__(self, session: NotarizeSession, now_ns: Callable[[], int], ask: Callable[[], object]) -> None:
        super().__init__(tr("Files"))
        self._session, self._now_ns = session, now_ns
        self.chip.show_chip(Chip(tr("Digests SHA-256 + SM3"), "primary"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(2, 4)
        self._grid.setColumnMinimumWidth(1, 64)
        self._grid.setColumnMinimumWidth(3, CAPTION_WIDTH)
        self.add(self._grid)
        self._drop = DropZone(tr("Drop files here"), tr("or press Enter to choose them; several at once are welcome"))
        self._drop.dropped.connect(session.add)
        self._drop.asked.connect(ask)
        self.add(self._drop)
        self._shown: dict[int, _FileLine] = {}
        session.files_changed.connect(self.show_files)
        session.progressed.connect(self._show_progress)
        self.show_files()

    def show_files(self) -> None:
        """Draw the list anew."""
        clear(self._grid)
        files = self._session.files
        self.say_title(files_title(len(files), words()) if files else tr("Files"))
        self._shown = {number: self._line(place, number) for place, number in enumerate(files)}
        self._show_progress()

    def _line(self, place: int, number: int) -> "_FileLine":
        return _FileLine(self._grid, place, self._session.files[number], partial(self._session.remove, number))

    def _show_progress(self) -> None:
        for number_, file in self._session.files.items():
            if number_ in self._shown:
                self._shown[number_].show_file(file, self._now_ns())


class _FileLine:
    """One row of the grid."""

    def __init__(self, grid: QGridLayout, place: int, file: FileProgress, remove: Callable[[], object]) -> None:
        made = file_row(file, file.started_ns, words())
        self._size, self._bar = label("", "secondary"), Bar(made.name)
        self._caption = ElidedLabel("", "digest" if file.digests is not None else "secondary")
        reading = file.is_reading
        off = link(tr("Cancel") if reading else tr("Remove"), remove, name=tr("Remove {name}").format(name=made.name))
        self._size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(ElidedLabel(made.name, mode=Qt.TextElideMode.ElideMiddle), place, 0)
        grid.addWidget(self._size, place, 1)
        if file.error is None:
            grid.addWidget(self._bar, place, 2)
            grid.addWidget(self._caption, place, 3)
        else:
            grid.addWidget(self._caption, place, 2, 1, 2)
        if made.copied:
            grid.addWidget(CopyButton(made.copied, "SHA-256"), place, 4)
        grid.addWidget(off, place, 5)

    def show_file(self, file: FileProgress, now_ns: int) -> None:
        """Draw how far it has come."""
        made = file_row(file, now_ns, words())
        self._size.setText(made.size)
        self._bar.show_share(made.permille, made.tone)
        self._caption.setText(made.caption)
        set_tone(self._caption, made.tone if made.tone == "bad" else "neutral")


class ChainCard(Card):
    """Which chain to continue, drawn with the rings to come, and what this evidence is about."""

    def __init__(self, surroundings: Surroundings, session: NotarizeSession) -> None:
        super().__init__(tr("Which evidence chain it continues"))
        self._around, self._session = surroundings, session
        self._choice = ChoiceBox(tr("Evidence chain"))
        self._choice.chosen.connect(session.choose_chain)
        self._subject = QLineEdit(session.subject)
        self._subject.setMaxLength(SUBJECT_CHARACTERS)
        self._subject.setAccessibleName(tr("Subject"))
        self._subject.setPlaceholderText(tr("What this is about; everyone on the chain can read it"))
        self._subject.textEdited.connect(self._take_subject)
        self._line = ChainLine()
        self._why = label("", "secondary", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._review = primary(tr("Review what will be signed"), session.prepare)
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setColumnStretch(1, 1)
        self._fill_form()
        self._bottom = row(self._why, self._review, spacing=16)
        self._bottom.setStretch(0, 1)
        self._more_place = QVBoxLayout()
        self.add(self._form)
        self.add(self._more_place)
        self._put_more()
        self.add(self._line)
        self.add(self._bottom)
        self._obstacle: Explanation | None = None
        session.begun_again.connect(self._put_more)
        session.chain_changed.connect(self.show_chain)
        session.files_changed.connect(self.show_chain)
        self.show_choices()

    def show_choices(self) -> None:
        """Offer a new chain and every chain of this account."""
        choices: list[tuple[str, object]] = [(tr("Begin a new evidence chain"), None)]
        for chain in self._around.bridge.chains:
            title = line(chain.title, 40) if chain.title else tr("no subject")
            newest = tr("newest #{sequence}").format(sequence=number(chain.sequence))
            choices.append((f"{title} · {newest} · {chain.chain.hex()[:8]}", chain.chain))
        self._choice.offer(choices, self._session.chain)
        self.show_chain()

    def _show_title(self, stage: Stage) -> None:
        """While choosing, a question; afterwards the answer."""
        choosing = stage in {"collecting", "drafting"}
        self.say_title(tr("Which evidence chain it continues") if choosing else tr("Evidence chain"))
        self.chip.show_chip(None if choosing else Chip(self._choice.currentText(), "primary"))

    def show_chain(self) -> None:
        """Draw the line and say what is still missing."""
        session = self._session
        self._choice.point_at(session.chain)
        if self._subject.text() != session.subject and not self._subject.hasFocus():
            self._subject.setText(session.subject)
        ready = 1 if session.is_batch else max(1, sum(file.error is None for file in session.files.values()))
        coming = len(session.drafts) or ready
        subject = session.drafts[0].subject if session.drafts else session.subject
        drawn = rings(session.chain_records, coming, subject, self._around.now_ns(), words())
        self._line.show_rings(drawn, hidden_before(session.chain_records, drawn))
        self._show_blocker()

    def show_obstacle(self, obstacle: Explanation | None) -> None:
        """Why the node is in no state to draft, if so."""
        self._obstacle = obstacle
        self._show_blocker()

    def show_stage(self, stage: Stage) -> None:
        """Locked once drafted; the review button only before."""
        collecting = stage in {"collecting", "drafting"}
        self._show_title(stage)
        for field in (*self._fields, self._more):
            field.setVisible(collecting)
            field.setEnabled(stage == "collecting")
        self._why.setVisible(collecting)
        self._review.setVisible(collecting)
        self.show_chain()

    def _fill_form(self) -> None:
        self._fields: list[QWidget] = []
        for place, (name, field) in enumerate(((tr("Chain"), self._choice), (tr("Subject"), self._subject))):
            title = label(name, "secondary")
            title.setMinimumWidth(76)
            title.setBuddy(field)
            self._form.addWidget(title, place, 0)
            self._form.addWidget(field, place, 1)
            self._fields += [title, field]

    def _put_more(self) -> None:
        """Fresh fields for what a record says besides."""
        clear(self._more_place)
        self._more = MoreFields(self._around, self._session)
        self._more.changed.connect(self.show_chain)
        self._more_place.addWidget(self._more)

    def _take_subject(self, text: str) -> None:
        self._session.subject = text
        self.show_chain()

    def _show_blocker(self) -> None:
        session = self._session
        missing = blocker(list(session.files.values()), session.subject, words(), session.besides)
        why = self._more.problem or missing
        said = (
            tr("{what}. {hint}").format(what=self._obstacle.sentence.rstrip("。."), hint=self._obstacle.hint)
            if self._obstacle
            else ""
        )
        self._why.setText(said or why)
        set_tone(self._why, "warn" if said else "neutral")
        self._review.setEnabled(not why and not said and session.stage == "collecting")
