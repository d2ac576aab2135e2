"""The cards of the notarize page, each drawing one part of the session."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.client.model import Final
from app.core.messages import Explanation
from app.ui.language import tr, words
from app.ui.present.names import file_name, line
from app.ui.present.node import is_final_here
from app.ui.present.notarize import FileProgress, blocker, file_row, files_title, hidden_before, receipt, rings
from app.ui.present.numbers import number
from app.ui.present.states import Chip, item_chip, item_reason
from app.ui.present.times import clock
from app.ui.widgets.approval import ApprovalView
from app.ui.widgets.bar import Bar
from app.ui.widgets.buttons import CopyButton, button, link, primary
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.chain_line import ChainLine
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.drop import DropZone
from app.ui.widgets.rows import ListRow
from app.ui.widgets.seal import Seal
from app.ui.widgets.text import ElidedLabel, label, set_tone
from app.ui.windows.notarize_session import NotarizeSession, Stage
from app.ui.windows.surroundings import Surroundings

RECENT = 6
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
        self.add(self._form)
        self.add(self._line)
        self.add(self._bottom)
        self._obstacle: Explanation | None = None
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
        coming = len(session.drafts) or max(1, sum(file.error is None for file in session.files.values()))
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
        for field in self._fields:
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

    def _take_subject(self, text: str) -> None:
        self._session.subject = text
        self.show_chain()

    def _show_blocker(self) -> None:
        why = blocker(list(self._session.files.values()), self._session.subject, words())
        said = (
            tr("{what}. {hint}").format(what=self._obstacle.sentence.rstrip("。."), hint=self._obstacle.hint)
            if self._obstacle
            else ""
        )
        self._why.setText(said or why)
        set_tone(self._why, "warn" if said else "neutral")
        self._review.setEnabled(not why and not said and self._session.stage == "collecting")


class ApprovalCard(Card):
    """What is signed, decoded from the drafts, beside the one button that signs it."""

    def __init__(self, surroundings: Surroundings, session: NotarizeSession) -> None:
        super().__init__(tr("What is signed"))
        self._around, self._session = surroundings, session
        self._place = QVBoxLayout()
        self.add(self._place)
        self._sign = primary(tr("Sign and notarize"), session.sign)
        self._back = button(tr("Back"), session.back)

    def show_stage(self, stage: Stage) -> None:
        """Draw the drafts; while they are being sent, nothing can be pressed."""
        clear(self._place)
        if stage not in {"approving", "sending"} or not self._session.drafts:
            return
        session, around = self._session, self._around
        self._sign = primary(tr("Sign and notarize") if stage == "approving" else tr("Signing…"), session.sign)
        self._back = button(tr("Back"), session.back)
        for part in (self._sign, self._back):
            part.setEnabled(stage == "approving")
        view = ApprovalView(session.drafts, around.bridge.account, around.now_ns(), words())
        buttons = QVBoxLayout()
        buttons.addStretch(1)
        note = label(tr("What is signed is what you see"), "label")
        buttons.addWidget(note, 0, Qt.AlignmentFlag.AlignRight)
        buttons.addLayout(row(1, self._back, self._sign))
        view.common.addLayout(buttons)
        self._place.addWidget(view)


class ReceiptsCard(Card):
    """What became of each signed draft; the seal once all are final."""

    def __init__(
        self, surroundings: Surroundings, session: NotarizeSession, show_record: Callable[[bytes], None]
    ) -> None:
        super().__init__(tr("Receipts"))
        self._around, self._session, self._show_record = surroundings, session, show_record
        self._seal = Seal()
        self.add_action(self._seal)
        self._rows = QVBoxLayout()
        self.add(self._rows)
        self.add(row(1, primary(tr("Next evidence"), session.begin_again)))
        session.outcome_changed.connect(self.show_outcomes)
        session.stage_changed.connect(self.show_outcomes)
        self.show_outcomes()

    def show_outcomes(self) -> None:
        """Draw what is known."""
        clear(self._rows)
        outcomes = self._session.outcomes
        done = [isinstance(outcome, Final) for outcome in outcomes.values()]
        self._seal.setVisible(bool(done) and all(done) and is_final_here(self._around.bridge.status))
        for draft in self._session.drafts:
            outcome = outcomes.get(draft.draft_id)
            view = receipt(outcome, self._around.now_ns(), words())
            actions = []
            if isinstance(outcome, Final):
                actions = [link(tr("Open record"), partial(self._show_record, outcome.record_digest))]
            what = f"#{number(draft.sequence)}  {file_name(draft.file_name, 56)}"
            self._rows.addWidget(ListRow(what, chip=view.chip, detail=view.sentence, actions=actions))


class RecentCard(Card):
    """What this desk has signed or drafted lately."""

    def __init__(
        self, surroundings: Surroundings, session: NotarizeSession, show_record: Callable[[bytes], None]
    ) -> None:
        super().__init__(tr("Recent evidence"))
        self._around, self._session, self._show_record = surroundings, session, show_record
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.add(self._rows)
        session.stage_changed.connect(self.show_items)
        self.show_items()

    def show_items(self) -> None:
        """Draw the newest."""
        clear(self._rows)
        items = self._around.bridge.outbox[:RECENT]
        if not items:
            self._rows.addWidget(label(tr("Nothing has been recorded from this computer yet."), "secondary", wrap=True))
        for item in items:
            what = f"{file_name(item.file_name)}  {line(item.subject, 40)}"
            when = clock(item.created_ns, self._around.now_ns(), words())
            actions = []
            if item.state == "final":
                actions = [link(tr("Open"), partial(self._show_record, item.record_digest))]
            if item.state == "draft" and self._session.stage == "collecting":
                actions = [link(tr("Continue"), self._session.resume)]
            self._rows.addWidget(ListRow(what, when, item_chip(item, words()), item_reason(item, words()), actions))
